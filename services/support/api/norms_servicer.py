"""The gRPC door to the norms in force: which there are, and their early end."""

from __future__ import annotations

from nscl.support.v1 import norms_service_pb2 as messages
from nscl.support.v1 import norms_service_pb2_grpc

from services.shared.event_store import Call, Saved
from services.shared.grpc_server import Caller, Form, Page, caught_up, command, query
from services.support.api import forms
from services.support.api.asked import READERS
from services.support.api.messages import norms_row_message
from services.support.application.support import Support
from services.support.domain.norms import Norms
from services.support.read_models.norms_versions import NormsList


class NormsServicer(norms_service_pb2_grpc.NormsServiceServicer):
    """What others may ask of the norms, and in which capacity."""

    def __init__(self, support: Support, norms: NormsList) -> None:
        self._support = support
        self._norms = norms

    @command("city_leader", resource="norms")
    def EndNorms(self, request: messages.EndNormsRequest, call: Call) -> Saved[Norms]:
        form = Form(request)
        norms_id = form.uuid("norms_id")
        last_day = form.date("last_day")
        form.check()
        return self._support.reference.end_norms(call, norms_id=norms_id, last_day=last_day)

    @query(*READERS)
    def ListNorms(self, request: messages.ListNormsRequest, caller: Caller) -> messages.ListNormsResponse:
        form = Form(request)
        code = form.optional_text("code", pattern=forms.CODE)
        in_force_on = form.optional_date("in_force_on")
        form.check()
        page = Page.read(request, int)
        caught_up(self._norms, request.min_position)
        as_of_position = self._norms.position()
        rows = self._norms.list_norms(code=code, in_force_on=in_force_on, after=page.after, limit=page.size + 1)
        shown, next_page_token = page.cut(rows, key=lambda row: row.proposed_at_position)
        return messages.ListNormsResponse(
            norms=map(norms_row_message, shown), next_page_token=next_page_token, as_of_position=as_of_position
        )
