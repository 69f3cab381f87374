"""One support task of the sample year, step by step, from its proposal to settlement or to the decision against it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from nscl.common.v1.act_pb2 import Basis
from nscl.support.v1 import contract_service_pb2 as contracts
from nscl.support.v1 import council_resources_pb2 as terms
from nscl.support.v1 import council_service_pb2 as councils
from nscl.support.v1 import participation_service_pb2 as participations
from nscl.support.v1 import support_resources_pb2 as resources
from nscl.support.v1 import support_service_pb2 as support

from programme.client import Doors
from programme.people import (
    APPRAISER,
    COUNCIL,
    DIRECTOR,
    OFFICER,
    TREASURER,
    VICE_CHAIRMAN,
    Person,
    applicant,
)
from programme.plan import EnteredPlan, basis, day

if TYPE_CHECKING:
    from programme.year import Year

# The days of the year on which each step of every task is taken.
PROPOSED, ENLISTED, CALLED = date(2024, 2, 12), date(2024, 2, 19), date(2024, 2, 26)
CALL_OPENS, CALL_CLOSES = date(2024, 2, 26), date(2024, 3, 15)
SUBMITTED, RETURNED, RESUBMIT_BY, RESUBMITTED = (
    date(2024, 3, 5),
    date(2024, 3, 18),
    date(2024, 3, 29),
    date(2024, 3, 22),
)
CHECKED, SCREENED = date(2024, 3, 22), date(2024, 3, 25)
APPOINTED, SCORED, CONCLUDED = date(2024, 3, 28), date(2024, 4, 4), date(2024, 4, 5)
DECIDED, COMMITTED, CONTRACTED = date(2024, 4, 26), date(2024, 5, 6), date(2024, 5, 10)
PROGRESSED = date(2024, 8, 15)
APPLIED, CERTIFIED, CERTIFICATE_VALID_UNTIL = date(2024, 9, 30), date(2024, 10, 15), date(2027, 10, 14)
ACCEPTANCE_REQUESTED, ACCEPTED, PAID, SETTLED = (
    date(2024, 10, 25),
    date(2024, 11, 15),
    date(2024, 11, 29),
    date(2024, 12, 20),
)

# Each of the council's members with role and kind; the criteria by which they score stand in the sample regulation.
SEATS = (
    (resources.COUNCIL_ROLE_CHAIR, terms.MEMBER_KIND_AGENCY),
    (resources.COUNCIL_ROLE_SECRETARY, terms.MEMBER_KIND_EXPERT),
    (resources.COUNCIL_ROLE_REVIEWER, terms.MEMBER_KIND_EXPERT),
    (resources.COUNCIL_ROLE_VICE_CHAIR, terms.MEMBER_KIND_EXPERT),
    (resources.COUNCIL_ROLE_MEMBER, terms.MEMBER_KIND_EXPERT),
    (resources.COUNCIL_ROLE_MEMBER, terms.MEMBER_KIND_EXPERT),
    (resources.COUNCIL_ROLE_MEMBER, terms.MEMBER_KIND_BENEFICIARY),
)
CRITERIA = ("URGENCY", "FEASIBILITY", "EFFECT")
GOOD_POINTS, WEAK_POINTS = (12, 42, 29), (9, 27, 20)


@dataclass(frozen=True)
class Wanted:
    """One line of a host's application."""

    enterprise: str
    content_code: str
    estimated_cost_vnd: int


class TaskPlay:
    """Carries the year's tasks out, one after the other."""

    def __init__(self, doors: Doors, plan: EnteredPlan, year: Year, script: dict[str, Any]) -> None:
        self._doors = doors
        self._plan = plan
        self._year = year
        self._system_cost_vnd: int = script["system_cost_vnd"]
        self._tool_costs_vnd: Sequence[int] = script["tool_costs_vnd"]
        self._overlap_with = Wanted("E01", script["tasks"][0]["system"], script["system_cost_vnd"])
        self._tools_planned = 0

    def carry_out(self, task: dict[str, Any]) -> None:
        """A task that the council passes and UBND approves."""
        wanted = self._wanted(task)
        task_id = self.call_for(task, {line.content_code for line in wanted}, quota=len(wanted))
        participation_ids = self.apply(task, task_id, wanted)
        self.judge(task, task_id, participation_ids, GOOD_POINTS)
        self.carry_decision_out(task, task_id)

    def carry_decision_out(self, task: dict[str, Any], task_id: str) -> None:
        """From UBND's decision to settlement, or to a contract that still runs."""
        granted = self.decide(task, task_id)
        self._sign(task, task_id, granted)
        if not task.get("still_running"):
            self._finish(task, task_id, granted)

    def decline(self, task: dict[str, Any]) -> None:
        """A task that claims what another holds already, and that the council then finds too weak."""
        host = applicant(task)
        own = [Wanted(key, task["system"], self._system_cost_vnd) for key in task["enterprises"]]
        contents = {task["system"], self._overlap_with.content_code}
        task_id = self.call_for(task, contents, quota=2)
        overlapping = self._application(task, task_id, [*own, self._overlap_with])
        self._year.refusals.append(self._doors.refused(host, self._doors.support.SubmitTaskApplication, overlapping))
        participation_ids = self.apply(task, task_id, own)
        self.judge(task, task_id, participation_ids, WEAK_POINTS)
        approval = support.ApproveTaskRequest(
            basis=self.basis(task, "QĐ-UBND", DECIDED), task_id=task_id, norms_id=self._plan.norms_id
        )
        self._year.refusals.append(self._doors.refused(VICE_CHAIRMAN, self._doors.support.ApproveTask, approval))
        declined = support.DeclineTaskRequest(
            basis=self.basis(task, "QĐ-UBND", DECIDED),
            task_id=task_id,
            reason="Hội đồng đánh giá chưa đạt mức điểm tối thiểu.",
        )
        self._year.note(self._doors.ask(VICE_CHAIRMAN, self._doors.support.DeclineTask, declined).recorded)

    def _wanted(self, task: dict[str, Any]) -> list[Wanted]:
        """A system and a tool for each enterprise, and the one line that the conditions will sort out."""
        wanted = []
        for key in task["enterprises"]:
            tool_cost_vnd = self._tool_costs_vnd[self._tools_planned % len(self._tool_costs_vnd)]
            self._tools_planned += 1
            wanted.append(Wanted(key, task["system"], self._system_cost_vnd))
            wanted.append(Wanted(key, task["tool"], tool_cost_vnd))
        sorted_out = [task[reason] for reason in ("funded_elsewhere", "duty_unmet") if reason in task]
        return [*wanted, *(Wanted(key, task["system"], self._system_cost_vnd) for key in sorted_out)]

    def call_for(self, task: dict[str, Any], content_codes: Iterable[str], quota: int) -> str:
        doors = self._doors
        proposal = support.ProposeTaskRequest(
            basis=self.basis(task, "ĐX-SKHCN", PROPOSED),
            title=task["title"] + " (mẫu)",
            year=2024,
            budget_line_id=self._year.budget_line_id,
            catalogue_id=self._plan.catalogue_id,
            content_codes=sorted(content_codes),
        )
        task_id = doors.ask(OFFICER, doors.support.ProposeTask, proposal).task.task_id
        self._year.task_ids[task["key"]] = task_id
        enlisting = support.EnlistTaskRequest(basis=self.basis(task, "QĐ-SKHCN", ENLISTED), task_id=task_id)
        doors.ask(DIRECTOR, doors.support.EnlistTask, enlisting)
        call = support.OpenTaskCallRequest(
            basis=self.basis(task, "TB-SKHCN", CALLED),
            task_id=task_id,
            opens_on=day(CALL_OPENS),
            closes_on=day(CALL_CLOSES),
            quota=quota,
        )
        doors.ask(DIRECTOR, doors.support.OpenTaskCall, call)
        return task_id

    def apply(self, task: dict[str, Any], task_id: str, wanted: Sequence[Wanted]) -> list[str]:
        """The host applies; where the script says so, first with a line too few, which is returned for correction."""
        doors, host = self._doors, applicant(task)
        first = wanted[:-1] if task.get("returned") else wanted
        answer = doors.ask(host, doors.support.SubmitTaskApplication, self._application(task, task_id, first))
        participation_ids = list(answer.task.participation_ids)
        if task.get("returned"):
            returning = support.ReturnTaskApplicationRequest(
                basis=self.basis(task, "TB-TL", RETURNED),
                task_id=task_id,
                reason="Hồ sơ thiếu một suất tham gia đã nêu trong bản cam kết.",
                resubmit_by=day(RESUBMIT_BY),
            )
            doors.ask(OFFICER, doors.support.ReturnTaskApplication, returning)
            corrected = support.ResubmitTaskApplicationRequest(
                basis=self.basis(task, "HS-BS", RESUBMITTED), task_id=task_id, participations=self._lines(wanted)
            )
            again = doors.ask(host, doors.support.ResubmitTaskApplication, corrected)
            participation_ids = list(again.task.participation_ids)
        checking = support.ValidateTaskApplicationRequest(basis=self.basis(task, "BB-KTHS", CHECKED), task_id=task_id)
        doors.ask(OFFICER, doors.support.ValidateTaskApplication, checking)
        return participation_ids

    def _application(
        self, task: dict[str, Any], task_id: str, wanted: Sequence[Wanted]
    ) -> support.SubmitTaskApplicationRequest:
        return support.SubmitTaskApplicationRequest(
            basis=self.basis(task, "HS-ĐK", SUBMITTED),
            task_id=task_id,
            host_organisation_id=self._year.organisation_ids[task["host"]],
            participations=self._lines(wanted),
        )

    def _lines(self, wanted: Sequence[Wanted]) -> list[support.ParticipationLine]:
        return [
            support.ParticipationLine(
                enterprise_id=self._year.enterprise_ids[line.enterprise],
                content_code=line.content_code,
                estimated_cost_vnd=line.estimated_cost_vnd,
                priority_codes=["P1"],
            )
            for line in wanted
        ]

    def judge(
        self, task: dict[str, Any], task_id: str, participation_ids: Sequence[str], points: Sequence[int]
    ) -> None:
        """Each participation is screened, a council scores the task; one member may have to leave it."""
        doors = self._doors
        for participation_id in participation_ids:
            screening = support.ScreenParticipationRequest(
                basis=self.basis(task, "BB-XĐK", SCREENED), participation_id=participation_id
            )
            doors.ask(OFFICER, doors.support.ScreenParticipation, screening)
        council_id = self._appoint(task, task_id)
        papers = councils.SendCouncilPapersRequest(
            basis=self.basis(task, "GM-HĐ", APPOINTED), council_id=council_id, meeting_on=day(SCORED)
        )
        doors.ask(OFFICER, doors.councils.SendCouncilPapers, papers)
        voting = list(COUNCIL)
        if task.get("recused"):
            conflicted = voting.pop()
            self._declare(task, council_id, conflicted, resources.CONFLICT_KIND_PROFESSIONAL)
            sheet = self._score_sheet(task, council_id, points)
            self._year.refusals.append(doors.refused(conflicted, doors.support.CastCouncilScore, sheet))
        for member in voting:
            self._declare(task, council_id, member)
            doors.ask(member, doors.support.CastCouncilScore, self._score_sheet(task, council_id, points))
        minutes = support.ConcludeCouncilRequest(basis=self.basis(task, "BB-HĐ", CONCLUDED), council_id=council_id)
        doors.ask(COUNCIL[0], doors.support.ConcludeCouncil, minutes)

    def _appoint(self, task: dict[str, Any], task_id: str) -> str:
        request = support.AppointCouncilRequest(
            basis=self.basis(task, "QĐ-HĐ", APPOINTED),
            task_id=task_id,
            members=[
                resources.CouncilMember(person_id=str(member.person_id), body=member.body, role=role, kind=kind)
                for member, (role, kind) in zip(COUNCIL, SEATS, strict=True)
            ],
        )
        return self._doors.ask(DIRECTOR, self._doors.support.AppointCouncil, request).council.council_id

    def _declare(
        self, task: dict[str, Any], council_id: str, member: Person, *kinds: resources.ConflictKind.ValueType
    ) -> None:
        request = councils.DeclareConflictsRequest(
            basis=self.basis(task, "BK-XĐLI", APPOINTED), council_id=council_id, conflict_kinds=kinds
        )
        self._doors.ask(member, self._doors.councils.DeclareConflicts, request)

    def _score_sheet(
        self, task: dict[str, Any], council_id: str, points: Sequence[int]
    ) -> support.CastCouncilScoreRequest:
        return support.CastCouncilScoreRequest(
            basis=self.basis(task, "PĐG", SCORED),
            council_id=council_id,
            points=[
                resources.Points(criterion_code=code, points=given)
                for code, given in zip(CRITERIA, points, strict=True)
            ],
            vote=terms.VOTE_FOR if points is GOOD_POINTS else terms.VOTE_AGAINST,
        )

    def decide(self, task: dict[str, Any], task_id: str) -> list[resources.Grant]:
        decision = support.ApproveTaskRequest(
            basis=self.basis(task, "QĐ-UBND", DECIDED), task_id=task_id, norms_id=self._plan.norms_id
        )
        answer = self._doors.ask(VICE_CHAIRMAN, self._doors.support.ApproveTask, decision)
        return list(answer.task.grants)

    def _sign(self, task: dict[str, Any], task_id: str, granted: Sequence[resources.Grant]) -> None:
        doors, host = self._doors, applicant(task)
        for grant in granted:
            commitment = contracts.CommitParticipationRequest(
                basis=self.basis(task, "BCK", COMMITTED), participation_id=grant.participation_id
            )
            doors.ask(host, doors.contracts.CommitParticipation, commitment)
        contract = support.ContractTaskRequest(basis=self.basis(task, "HĐ-NSCL", CONTRACTED), task_id=task_id)
        doors.ask(DIRECTOR, doors.support.ContractTask, contract)
        progress = support.ReportTaskProgressRequest(
            basis=self.basis(task, "BC-TĐ", PROGRESSED),
            task_id=task_id,
            progress_percent=60,
            summary="Đã đào tạo, hướng dẫn tại cơ sở; đang hoàn thiện tài liệu.",
        )
        self._year.note(doors.ask(host, doors.support.ReportTaskProgress, progress).recorded)

    def _finish(self, task: dict[str, Any], task_id: str, granted: Sequence[resources.Grant]) -> None:
        for number, grant in enumerate(granted, 1):
            self._bear_fruit(task, grant.participation_id, number)
        doors, host = self._doors, applicant(task)
        asking = support.RequestTaskAcceptanceRequest(
            basis=self.basis(task, "ĐN-NT", ACCEPTANCE_REQUESTED),
            task_id=task_id,
            summary="Đã hoàn thành các nội dung theo hợp đồng.",
        )
        doors.ask(host, doors.support.RequestTaskAcceptance, asking)
        acceptance = support.AcceptTaskRequest(
            basis=self.basis(task, "BB-NT", ACCEPTED),
            task_id=task_id,
            actual_costs=[
                resources.ActualCost(participation_id=grant.participation_id, actual_cost_vnd=grant.amount_vnd * 2)
                for grant in granted
            ],
        )
        doors.ask(DIRECTOR, doors.support.AcceptTask, acceptance)
        for number, grant in enumerate(granted, 1):
            self._claim_payment(task, grant, number)
        payment = support.PayTaskRequest(basis=self.basis(task, "UNC", PAID), task_id=task_id)
        doors.ask(TREASURER, doors.support.PayTask, payment)
        settlement = support.SettleTaskRequest(basis=self.basis(task, "QT-STC", SETTLED), task_id=task_id)
        self._year.note(doors.ask(APPRAISER, doors.support.SettleTask, settlement).recorded)

    def _claim_payment(self, task: dict[str, Any], grant: resources.Grant, number: int) -> None:
        invoice = resources.Voucher(
            title="Hóa đơn tư vấn, chứng nhận (mẫu)",
            number=f"MAU-HĐĐT-{task['key']}-{number:02}",
            issued_on=day(ACCEPTED),
            amount_vnd=grant.amount_vnd * 2,
        )
        claim = participations.ClaimParticipationPaymentRequest(
            basis=self.basis(task, "ĐN-TT", ACCEPTED),
            participation_id=grant.participation_id,
            milestone_number=1,
            vouchers=[invoice],
        )
        self._doors.ask(applicant(task), self._doors.participations.ClaimParticipationPayment, claim)

    def _bear_fruit(self, task: dict[str, Any], participation_id: str, number: int) -> None:
        doors, host = self._doors, applicant(task)
        applied = support.ImplementParticipationRequest(
            basis=self.basis(task, "BC-AD", APPLIED),
            participation_id=participation_id,
            summary="đã vận hành ổn định và đánh giá nội bộ.",
        )
        doors.ask(host, doors.support.ImplementParticipation, applied)
        certificate = support.CertifyParticipationRequest(
            basis=self.basis(task, "GCN", CERTIFIED),
            participation_id=participation_id,
            certificate_number=f"MAU-{task['key']}-{number:02}",
            certification_body="Công ty Chứng nhận Bến Ninh (mẫu)",
            issued_on=day(CERTIFIED),
            valid_until=day(CERTIFICATE_VALID_UNTIL),
        )
        doors.ask(OFFICER, doors.support.CertifyParticipation, certificate)

    def basis(self, task: dict[str, Any], kind: str, on: date) -> Basis:
        """Sample documents are numbered by the task they belong to."""
        return basis(f"MAU-{task['key']}/{kind}", on)
