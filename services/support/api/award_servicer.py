"""The gRPC door of the National Quality Award: who records each step of a nominated enterprise."""

from __future__ import annotations

from nscl.support.v1 import award_service_pb2 as messages
from nscl.support.v1 import award_service_pb2_grpc

from services.shared.event_store import Call, Saved
from services.shared.grpc_server import Caller, Form, Page, caught_up, command, query
from services.support.api import forms
from services.support.api.asked import READERS
from services.support.api.messages import award_row_message
from services.support.application.support import Support
from services.support.domain.award import Award, AwardPrize, AwardStatus, PreliminaryResult
from services.support.read_models.awards import AwardList


class AwardServicer(award_service_pb2_grpc.AwardServiceServicer):
    """What others may ask about awards after the nomination, and in which capacity."""

    def __init__(self, support: Support, listed: AwardList) -> None:
        self._awards = support.awards
        self._listed = listed

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

    @query(*READERS)
    def ListAwards(self, request: messages.ListAwardsRequest, caller: Caller) -> messages.ListAwardsResponse:
        form = Form(request)
        year = forms.optional_year(form)
        status = form.optional_choice("status", AwardStatus)
        form.check()
        page = Page.read(request, int)
        caught_up(self._listed, request.min_position)
        as_of_position = self._listed.position()
        rows = self._listed.list_awards(year=year, status=status, after=page.after, limit=page.size + 1)
        shown, next_page_token = page.cut(rows, key=lambda row: row.nominated_at_position)
        return messages.ListAwardsResponse(
            awards=map(award_row_message, shown), next_page_token=next_page_token, as_of_position=as_of_position
        )
