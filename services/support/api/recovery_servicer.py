"""The gRPC door of recoveries: who may order money back, receive it, and write it off."""

from __future__ import annotations

from nscl.support.v1 import recovery_service_pb2 as messages
from nscl.support.v1 import recovery_service_pb2_grpc

from services.shared.event_store import Call, Saved
from services.shared.grpc_server import Caller, Form, Page, caught_up, command, query
from services.support.api import forms
from services.support.api.asked import READERS
from services.support.api.hidden_files import of_files
from services.support.api.messages import recovery_message, recovery_row_message
from services.support.application.support import Support
from services.support.domain.recovery import FindingReference, Recovery, RecoveryStatus
from services.support.read_models.recoveries import RecoveryList


def finding_reference(finding: Form) -> FindingReference:
    return FindingReference(
        inspection_id=finding.uuid("inspection_id"),
        finding_number=finding.integer("finding_number", least=1, most=10_000),
    )


class RecoveryServicer(recovery_service_pb2_grpc.RecoveryServiceServicer):
    """What others may ask about recoveries, and in which capacity."""

    def __init__(self, support: Support, *, recoveries: RecoveryList) -> None:
        self._support = support
        self._recoveries = recoveries

    @command("city_leader", "programme_lead", resource="recovery")
    def OrderRecovery(self, request: messages.OrderRecoveryRequest, call: Call) -> Saved[Recovery]:
        form = Form(request)
        task_id = form.uuid("task_id")
        debtor_id = form.uuid("debtor_id")
        amount_vnd = form.amount_vnd("amount_vnd")
        due_on = form.date("due_on")
        reason = forms.reason(form)
        finding = form.optional_nested("finding", finding_reference)
        form.check()
        return self._support.recoveries.order_recovery(
            call,
            task_id=task_id,
            debtor_id=debtor_id,
            amount_vnd=amount_vnd,
            due_on=due_on,
            reason=reason,
            finding=finding,
        )

    @command("payment_officer", resource="recovery")
    def ReceiveRecoveryInstalment(
        self, request: messages.ReceiveRecoveryInstalmentRequest, call: Call
    ) -> Saved[Recovery]:
        form = Form(request)
        recovery_id = form.uuid("recovery_id")
        amount_vnd = form.amount_vnd("amount_vnd")
        form.check()
        return self._support.recoveries.receive_recovery_instalment(
            call, recovery_id=recovery_id, amount_vnd=amount_vnd
        )

    @command("city_leader", resource="recovery")
    def WriteOffRecovery(self, request: messages.WriteOffRecoveryRequest, call: Call) -> Saved[Recovery]:
        form = Form(request)
        recovery_id = form.uuid("recovery_id")
        reason = forms.reason(form)
        form.check()
        return self._support.recoveries.write_off_recovery(call, recovery_id=recovery_id, reason=reason)

    @query(*READERS)
    @of_files("recovery")
    def GetRecovery(self, request: messages.GetRecoveryRequest, caller: Caller) -> messages.GetRecoveryResponse:
        form = Form(request)
        recovery_id = form.uuid("recovery_id")
        form.check()
        caught_up(self._support, request.min_position)
        return messages.GetRecoveryResponse(
            recovery=recovery_message(self._support.recoveries.get_recovery(recovery_id))
        )

    @query(*READERS)
    @of_files("recoveries")
    def ListRecoveries(
        self, request: messages.ListRecoveriesRequest, caller: Caller
    ) -> messages.ListRecoveriesResponse:
        form = Form(request)
        status = form.optional_choice("status", RecoveryStatus)
        debtor_id = form.optional_uuid("debtor_id")
        task_id = form.optional_uuid("task_id")
        form.check()
        page = Page.read(request, int)
        caught_up(self._recoveries, request.min_position)
        as_of_position = self._recoveries.position()
        rows = self._recoveries.list_recoveries(
            status=status, debtor_id=debtor_id, task_id=task_id, after=page.after, limit=page.size + 1
        )
        shown, next_page_token = page.cut(rows, key=lambda row: row.ordered_at_position)
        return messages.ListRecoveriesResponse(
            recoveries=map(recovery_row_message, shown), next_page_token=next_page_token, as_of_position=as_of_position
        )
