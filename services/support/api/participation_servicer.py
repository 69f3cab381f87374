"""The gRPC door of participations under contract: who asks for payment, and who brings them to their end."""

from __future__ import annotations

from nscl.support.v1 import participation_service_pb2 as messages
from nscl.support.v1 import participation_service_pb2_grpc

from services.shared.event_store import Call, Saved
from services.shared.grpc_server import Form, command
from services.support.api import contract_forms, forms
from services.support.application.support import Support
from services.support.domain.participation import Participation


class ParticipationServicer(participation_service_pb2_grpc.ParticipationServiceServicer):
    """What others may ask about participations under contract, and in which capacity."""

    def __init__(self, support: Support) -> None:
        self._support = support

    @command("programme_officer", resource="participation")
    def DenyParticipationCertificate(
        self, request: messages.DenyParticipationCertificateRequest, call: Call
    ) -> Saved[Participation]:
        form = Form(request)
        participation_id = form.uuid("participation_id")
        reason = forms.reason(form)
        form.check()
        return self._support.participations.deny_participation_certificate(
            call, participation_id=participation_id, reason=reason
        )

    @command("host_representative", "enterprise_representative", resource="participation")
    def ClaimParticipationPayment(
        self, request: messages.ClaimParticipationPaymentRequest, call: Call
    ) -> Saved[Participation]:
        form = Form(request)
        participation_id = form.uuid("participation_id")
        milestone_number = contract_forms.milestone_number(form)
        vouchers = form.each("vouchers", contract_forms.voucher, least=1, most=200)
        form.check()
        return self._support.participations.claim_participation_payment(
            call, participation_id=participation_id, milestone_number=milestone_number, vouchers=vouchers
        )

    @command("programme_officer", resource="participation")
    def CloseParticipation(self, request: messages.CloseParticipationRequest, call: Call) -> Saved[Participation]:
        form = Form(request)
        participation_id = form.uuid("participation_id")
        summary = form.text("summary", longest=2_000, lines=True)
        form.check()
        return self._support.participations.close_participation(
            call, participation_id=participation_id, summary=summary
        )
