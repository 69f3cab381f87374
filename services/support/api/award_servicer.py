"""The gRPC door of the National Quality Award: who records each step of a nominated enterprise."""

from __future__ import annotations

from nscl.support.v1 import award_service_pb2 as messages
from nscl.support.v1 import award_service_pb2_grpc

from services.shared.event_store import Call, Saved
from services.shared.grpc_server import Form, command
from services.support.api import forms
from services.support.application.support import Support
from services.support.domain.award import Award, AwardPrize, PreliminaryResult


class AwardServicer(award_service_pb2_grpc.AwardServiceServicer):
    """What others may ask about awards after the nomination, and in which capacity."""

    def __init__(self, support: Support) -> None:
        self._awards = support.awards

    @command("programme_officer", "programme_lead", resource="award")
    def ReceiveAwardDossier(self, request: messages.ReceiveAwardDossierRequest, call: Call) -> Saved[Award]:
        form = Form(request)
        award_id = form.uuid("award_id")
        form.check()
        return self._awards.receive_award_dossier(call, award_id=award_id)

    @command("programme_officer", "programme_lead", resource="award")
    def ConcludeAwardPreliminary(self, request: messages.ConcludeAwardPreliminaryRequest, call: Call) -> Saved[Award]:
        form = Form(request)
        award_id = form.uuid("award_id")
        result = form.choice("result", PreliminaryResult)
        summary = forms.summary(form)
        form.check()
        return self._awards.conclude_award_preliminary(call, award_id=award_id, result=result, summary=summary)

    @command("programme_lead", resource="award")
    def SubmitAward(self, request: messages.SubmitAwardRequest, call: Call) -> Saved[Award]:
        form = Form(request)
        award_id = form.uuid("award_id")
        form.check()
        return self._awards.submit_award(call, award_id=award_id)

    @command("programme_officer", "programme_lead", resource="award")
    def DecideAward(self, request: messages.DecideAwardRequest, call: Call) -> Saved[Award]:
        form = Form(request)
        award_id = form.uuid("award_id")
        prize = form.choice("prize", AwardPrize)
        form.check()
        return self._awards.decide_award(call, award_id=award_id, prize=prize)

    @command("programme_officer", "programme_lead", resource="award")
    def WithdrawAward(self, request: messages.WithdrawAwardRequest, call: Call) -> Saved[Award]:
        form = Form(request)
        award_id = form.uuid("award_id")
        reason = forms.reason(form)
        form.check()
        return self._awards.withdraw_award(call, award_id=award_id, reason=reason)
