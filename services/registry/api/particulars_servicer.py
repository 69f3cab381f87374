"""The registry's gRPC door for what changes with time: size, lines of business, premises, legal form."""

from __future__ import annotations

from nscl.registry.v1 import particulars_service_pb2 as messages
from nscl.registry.v1 import particulars_service_pb2_grpc

from services.registry.api import forms
from services.registry.api import particulars_forms as terms
from services.registry.api.particulars_messages import premises_message
from services.registry.api.servicer import READERS
from services.registry.application.particulars import ChangingParticulars
from services.registry.application.registry import Registry
from services.registry.domain.enterprise import Enterprise
from services.registry.domain.registration import LegalForm
from services.registry.domain.size import SizeRules
from services.shared.event_store import Call, Saved
from services.shared.grpc_server import Caller, Form, caught_up, command, query


class ParticularsServicer(particulars_service_pb2_grpc.ParticularsServiceServicer):
    """What may be asked of an enterprise's particulars; ``registry`` tells how far the log has come."""

    def __init__(self, registry: Registry, particulars: ChangingParticulars) -> None:
        self._registry = registry
        self._particulars = particulars

    @command("administrator", resource="size_rules")
    def AdoptSizeRule(self, request: messages.AdoptSizeRuleRequest, call: Call) -> Saved[SizeRules]:
        form = Form(request)
        valid_from = form.date("valid_from")
        limits = form.each("limits", terms.size_limit, least=1, most=100)
        sample = form.boolean("sample")
        form.check()
        return self._particulars.adopt_size_rule(call, valid_from=valid_from, limits=limits, sample=sample)

    @command("programme_officer", resource="enterprise")
    def RecordSize(self, request: messages.RecordSizeRequest, call: Call) -> Saved[Enterprise]:
        form = Form(request)
        enterprise_id = form.uuid("enterprise_id")
        figures = form.nested("figures", terms.year_figures)
        form.check()
        return self._particulars.record_size(call, enterprise_id=enterprise_id, figures=figures)

    @command("programme_officer", resource="enterprise")
    def ChangeBusinessLines(self, request: messages.ChangeBusinessLinesRequest, call: Call) -> Saved[Enterprise]:
        form = Form(request)
        enterprise_id = form.uuid("enterprise_id")
        added = form.each("added", forms.business_line, most=100)
        ended = form.each("ended", terms.ended_line, most=100)
        form.check()
        return self._particulars.change_business_lines(call, enterprise_id=enterprise_id, added=added, ended=ended)

    @command("programme_officer", resource="enterprise")
    def MoveEnterprise(self, request: messages.MoveEnterpriseRequest, call: Call) -> Saved[Enterprise]:
        form = Form(request)
        enterprise_id = form.uuid("enterprise_id")
        unit_code, street = form.nested("address", forms.address)
        written_on = form.optional_date("written_on")
        form.check()
        return self._particulars.move_enterprise(
            call, enterprise_id=enterprise_id, unit_code=unit_code, street=street, written_on=written_on
        )

    @query(*READERS)
    def GetPremises(self, request: messages.GetPremisesRequest, caller: Caller) -> messages.GetPremisesResponse:
        form = Form(request)
        enterprise_id = form.uuid("enterprise_id")
        on_date = form.date("on_date")
        form.check()
        caught_up(self._registry, request.min_position)
        premises, unit_code = self._particulars.get_premises(enterprise_id, on_date)
        return messages.GetPremisesResponse(premises=premises_message(premises), unit_code=unit_code)

    @command("programme_officer", resource="enterprise")
    def ChangeLegalForm(self, request: messages.ChangeLegalFormRequest, call: Call) -> Saved[Enterprise]:
        form = Form(request)
        enterprise_id = form.uuid("enterprise_id")
        legal_form = form.choice("legal_form", LegalForm)
        form.check()
        return self._particulars.change_legal_form(call, enterprise_id=enterprise_id, legal_form=legal_form)
