"""The gRPC door to priorities: how they are weighed, what shows them, and who comes before whom."""

from __future__ import annotations

from nscl.support.v1 import priority_service_pb2 as messages
from nscl.support.v1 import priority_service_pb2_grpc

from services.shared.event_store import Call, Saved
from services.shared.grpc_server import Caller, Form, caught_up, command, query
from services.support.api import forms
from services.support.api.asked import READERS, asked_for
from services.support.api.hidden_files import of_files
from services.support.api.priority_messages import (
    priority_file_message,
    priority_rules_message,
    ranking_message,
    waitlist_message,
)
from services.support.application.support import Support
from services.support.domain.priority_file import PriorityFile, PriorityFinding, PriorityStatement
from services.support.domain.priority_rules import OrderKey, PriorityRules, PriorityWeight
from services.support.domain.task import Task

LONGEST_FACT = 500


class PriorityServicer(priority_service_pb2_grpc.PriorityServiceServicer):
    """What others may ask about priorities, and in which capacity."""

    def __init__(self, support: Support) -> None:
        self._support = support

    @command("programme_officer", "administrator", resource="priority_rules")
    def ProposePriorityRules(self, request: messages.ProposePriorityRulesRequest, call: Call) -> Saved[PriorityRules]:
        form = Form(request)
        catalogue_id = form.uuid("catalogue_id")
        legal_basis = form.text("legal_basis", longest=500)
        valid_from = form.date("valid_from")
        sample = form.boolean("sample")
        weights = form.each("weights", _weight, least=1, most=100)
        order = form.choices("order", OrderKey, least=1, most=10)
        form.check()
        return self._support.priorities.propose_priority_rules(
            call,
            catalogue_id=catalogue_id,
            legal_basis=legal_basis,
            valid_from=valid_from,
            sample=sample,
            weights=weights,
            order=order,
        )

    @command("city_leader", resource="priority_rules")
    def AdoptPriorityRules(self, request: messages.AdoptPriorityRulesRequest, call: Call) -> Saved[PriorityRules]:
        form = Form(request)
        catalogue_id = form.uuid("catalogue_id")
        rules_version = form.integer("rules_version", least=1, most=10_000)
        form.check()
        return self._support.priorities.adopt_priority_rules(
            call, catalogue_id=catalogue_id, rules_version=rules_version
        )

    @query(*READERS)
    def GetPriorityRules(
        self, request: messages.GetPriorityRulesRequest, caller: Caller
    ) -> messages.GetPriorityRulesResponse:
        rules = self._support.priorities.get_priority_rules(asked_for(self._support, request, "catalogue_id"))
        return messages.GetPriorityRulesResponse(priority_rules=priority_rules_message(rules))

    @command("host_representative", "enterprise_representative", resource="priority_file")
    def DeclarePriorities(self, request: messages.DeclarePrioritiesRequest, call: Call) -> Saved[PriorityFile]:
        form = Form(request)
        participation_id = form.uuid("participation_id")
        statements = form.each("statements", _statement, least=1, most=100)
        form.check()
        return self._support.priorities.declare_priorities(
            call, participation_id=participation_id, statements=statements
        )

    @command("programme_officer", resource="priority_file")
    def VerifyPriorities(self, request: messages.VerifyPrioritiesRequest, call: Call) -> Saved[PriorityFile]:
        form = Form(request)
        participation_id = form.uuid("participation_id")
        findings = form.each("findings", _finding, most=100)
        form.check()
        return self._support.priorities.verify_priorities(call, participation_id=participation_id, findings=findings)

    @query(*READERS)
    @of_files("priority_file")
    def GetPriorityFile(
        self, request: messages.GetPriorityFileRequest, caller: Caller
    ) -> messages.GetPriorityFileResponse:
        file = self._support.priorities.get_priority_file(asked_for(self._support, request, "participation_id"))
        return messages.GetPriorityFileResponse(priority_file=priority_file_message(file))

    @query(*READERS)
    @of_files("ranking.places")
    def GetTaskRanking(
        self, request: messages.GetTaskRankingRequest, caller: Caller
    ) -> messages.GetTaskRankingResponse:
        form = Form(request)
        task_id = form.uuid("task_id")
        on_date = form.date("on_date")
        form.check()
        caught_up(self._support, request.min_position)
        ranking = self._support.rankings.get_task_ranking(task_id, on_date)
        return messages.GetTaskRankingResponse(ranking=ranking_message(ranking))

    @query(*READERS)
    @of_files("ranking.places")
    def GetGrantCallRanking(
        self, request: messages.GetGrantCallRankingRequest, caller: Caller
    ) -> messages.GetGrantCallRankingResponse:
        form = Form(request)
        grant_call_id = form.uuid("grant_call_id")
        content_code = form.text("content_code", pattern=forms.CONTENT_CODE)
        on_date = form.date("on_date")
        form.check()
        caught_up(self._support, request.min_position)
        ranking = self._support.rankings.get_grant_call_ranking(grant_call_id, content_code, on_date)
        return messages.GetGrantCallRankingResponse(ranking=ranking_message(ranking))

    @command("city_leader", "programme_lead", resource="task")
    def WaitlistTask(self, request: messages.WaitlistTaskRequest, call: Call) -> Saved[Task]:
        form = Form(request)
        task_id = form.uuid("task_id")
        reason = forms.reason(form)
        signature = forms.signature(form)
        form.check()
        return self._support.waitlists.waitlist_task(call, task_id=task_id, reason=reason, signature=signature)

    @command("city_leader", "programme_lead", resource="task")
    def SelectFromWaitlist(self, request: messages.SelectFromWaitlistRequest, call: Call) -> Saved[Task]:
        form = Form(request)
        task_id = form.uuid("task_id")
        participation_ids = form.uuids("participation_ids", least=1)
        norms_id = form.uuid("norms_id")
        skip_reason = forms.optional_reason(form, "skip_reason")
        signature = forms.signature(form)
        form.check()
        return self._support.waitlists.select_from_waitlist(
            call,
            task_id=task_id,
            participation_ids=participation_ids,
            norms_id=norms_id,
            skip_reason=skip_reason,
            signature=signature,
        )

    @command("city_leader", "programme_lead", resource="task")
    def RefuseWaitlisted(self, request: messages.RefuseWaitlistedRequest, call: Call) -> Saved[Task]:
        form = Form(request)
        task_id = form.uuid("task_id")
        participation_ids = form.uuids("participation_ids", least=1)
        reason = forms.reason(form)
        signature = forms.signature(form)
        form.check()
        return self._support.waitlists.refuse_waitlisted(
            call, task_id=task_id, participation_ids=participation_ids, reason=reason, signature=signature
        )

    @query(*READERS)
    @of_files("waitlist")
    def GetWaitlist(self, request: messages.GetWaitlistRequest, caller: Caller) -> messages.GetWaitlistResponse:
        waitlist = self._support.waitlists.get_waitlist(asked_for(self._support, request, "task_id"))
        return messages.GetWaitlistResponse(waitlist=waitlist_message(waitlist))


def _weight(line: Form) -> PriorityWeight:
    return PriorityWeight(
        priority_code=line.text("priority_code", pattern=forms.CODE),
        points=line.integer("points", least=1, most=1_000),
    )


def _statement(line: Form) -> PriorityStatement:
    return PriorityStatement(
        priority_code=line.text("priority_code", pattern=forms.CODE),
        fact=line.text("fact", longest=LONGEST_FACT, lines=True),
        document=line.text("document", longest=250),
    )


def _finding(line: Form) -> PriorityFinding:
    return PriorityFinding(
        priority_code=line.text("priority_code", pattern=forms.CODE),
        met=line.boolean("met"),
        reason=line.text("reason", longest=LONGEST_FACT, lines=True),
    )
