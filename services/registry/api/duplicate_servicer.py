"""The registry's gRPC door to records that are of one and the same enterprise."""

from __future__ import annotations

from nscl.registry.v1 import duplicate_service_pb2 as messages
from nscl.registry.v1 import duplicate_service_pb2_grpc

from services.registry.api import forms
from services.registry.api.duplicate_messages import duplicates_message, likely_duplicate_message
from services.registry.api.servicer import READERS
from services.registry.application.duplicates import Merging
from services.registry.application.registry import Registry
from services.registry.domain.duplicates import Duplicates
from services.registry.read_models.likely_duplicates import LikelyDuplicates
from services.shared.event_store import Call, Saved
from services.shared.grpc_server import Caller, Form, Page, caught_up, command, query

MERGERS = ("programme_officer", "programme_lead")


class DuplicateServicer(duplicate_service_pb2_grpc.DuplicateServiceServicer):
    """What may be asked about duplicates, and in which capacity; ``registry`` tells how far the log has come."""

    def __init__(self, registry: Registry, merging: Merging, likely_duplicates: LikelyDuplicates) -> None:
        self._registry = registry
        self._merging = merging
        self._likely_duplicates = likely_duplicates

    @query(*READERS)
    def ListLikelyDuplicates(
        self, request: messages.ListLikelyDuplicatesRequest, caller: Caller
    ) -> messages.ListLikelyDuplicatesResponse:
        page = Page.read(request, tuple[int, int])
        caught_up(self._likely_duplicates, request.min_position)
        as_of_position = self._likely_duplicates.position()
        rows = self._likely_duplicates.list_likely_duplicates(after=page.after, limit=page.size + 1)
        shown, next_page_token = page.cut(rows, key=lambda row: row.positions)
        return messages.ListLikelyDuplicatesResponse(
            likely_duplicates=map(likely_duplicate_message, shown),
            next_page_token=next_page_token,
            as_of_position=as_of_position,
        )

    @command(*MERGERS, resource="duplicates")
    def ProposeMerge(self, request: messages.ProposeMergeRequest, call: Call) -> Saved[Duplicates]:
        form = Form(request)
        enterprise_id = form.uuid("enterprise_id")
        kept_enterprise_id = form.uuid("kept_enterprise_id")
        reason = forms.reason(form)
        form.check()
        return self._merging.propose_merge(
            call, enterprise_id=enterprise_id, kept_enterprise_id=kept_enterprise_id, reason=reason
        )

    @command(*MERGERS, resource="duplicates")
    def MergeEnterprises(self, request: messages.MergeEnterprisesRequest, call: Call) -> Saved[Duplicates]:
        form = Form(request)
        enterprise_id = form.uuid("enterprise_id")
        kept_enterprise_id = form.uuid("kept_enterprise_id")
        form.check()
        return self._merging.merge_enterprises(call, enterprise_id=enterprise_id, kept_enterprise_id=kept_enterprise_id)

    @command(*MERGERS, resource="duplicates")
    def SeparateEnterprises(self, request: messages.SeparateEnterprisesRequest, call: Call) -> Saved[Duplicates]:
        form = Form(request)
        enterprise_id = form.uuid("enterprise_id")
        reason = forms.reason(form)
        form.check()
        return self._merging.separate_enterprises(call, enterprise_id=enterprise_id, reason=reason)

    @query(*READERS)
    def GetDuplicates(self, request: messages.GetDuplicatesRequest, caller: Caller) -> messages.GetDuplicatesResponse:
        form = Form(request)
        enterprise_id = form.uuid("enterprise_id")
        form.check()
        caught_up(self._registry, request.min_position)
        duplicates = self._merging.get_duplicates(enterprise_id)
        return messages.GetDuplicatesResponse(duplicates=duplicates_message(duplicates, enterprise_id))
