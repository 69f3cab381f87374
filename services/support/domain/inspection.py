"""An inspection of a contract: what was found, what was answered, what has to come back (domain.md §2.A, row X)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, Self
from uuid import UUID, uuid5

from eventsourcing.domain import CanMutateAggregate

from services.shared.proceeding import Proceeding
from services.shared.record import Act, document_of, must_be_another_than, recorded_by
from services.support.domain.inspection_refusals import (
    AnswerAwaited,
    AnswerDueInThePast,
    FindingAbovePaid,
    FindingsUnjudged,
    FindingUnknown,
    InspectionNotInStep,
    NotTheInspected,
    RecoveryAboveFinding,
    UpheldAboveFinding,
)
from services.support.domain.money import in_dong

__all__ = ["Finding", "FindingKind", "Inspection", "InspectionStatus", "UpheldFinding"]


class FindingKind(StrEnum):
    """What was wrong: what money was spent for, how much of it, how it came about, or that another paid as well."""

    OFF_PURPOSE = "OFF_PURPOSE"
    OFF_NORM = "OFF_NORM"
    OFF_PROCEDURE = "OFF_PROCEDURE"
    OVERLAP = "OVERLAP"


FINDING_KIND_IN_WORDS = {
    FindingKind.OFF_PURPOSE: "chi sai mục đích",
    FindingKind.OFF_NORM: "chi vượt định mức",
    FindingKind.OFF_PROCEDURE: "sai trình tự, thủ tục",
    FindingKind.OVERLAP: "hỗ trợ trùng lắp",
}


class InspectionStatus(StrEnum):
    """How far an inspection has come; CONCLUDED is final."""

    OPEN = "OPEN"
    ANNOUNCED = "ANNOUNCED"
    ANSWERED = "ANSWERED"
    CONCLUDED = "CONCLUDED"


INSPECTION_STATUS_IN_WORDS = {
    InspectionStatus.OPEN: "đang tiến hành",
    InspectionStatus.ANNOUNCED: "đang chờ giải trình",
    InspectionStatus.ANSWERED: "đã có giải trình",
    InspectionStatus.CONCLUDED: "đã kết luận",
}


@dataclass(frozen=True)
class Finding:
    """One thing found, with the money it concerns (đồng); what of it has to come back the conclusion says."""

    number: int
    kind: FindingKind
    participation_id: UUID | None
    amount_vnd: int
    description: str
    evidence: str
    recoverable_vnd: int = 0
    ordered_vnd: int = 0


@dataclass(frozen=True)
class UpheldFinding:
    """What a conclusion makes of a finding: so much has to come back, nothing where it was cleared up."""

    number: int
    recoverable_vnd: int


class Inspection(Proceeding):
    """One inspection of a contract by an inspecting body (thanh tra, kiểm tra)."""

    TOPIC = "support:Inspection"

    class Event(Proceeding.Event):
        """Something that happened to an inspection; each names its task (sự kiện của cuộc thanh tra)."""

        task_id: UUID

    class Opened(Event, Proceeding.Created):
        """An inspection was opened by a document (quyết định thanh tra)."""

        TOPIC = "support:Inspection.Opened"
        document: str
        party_body: str
        scope: str
        holds_payments: bool

        def sentence(self) -> str:
            held = "; tạm giữ thanh toán đến khi kết luận" if self.holds_payments else ""
            return f"Mở cuộc thanh tra, kiểm tra theo {self.document}, nội dung: {self.scope}{held}."

    Created = Opened

    class FindingRecorded(Event):
        """Something was found (ghi nhận phát hiện)."""

        TOPIC = "support:Inspection.FindingRecorded"
        finding: Finding

        def sentence(self) -> str:
            found = self.finding
            what = f"{FINDING_KIND_IN_WORDS[found.kind]}, {in_dong(found.amount_vnd)}"
            return f"Ghi nhận phát hiện số {found.number}: {what}. {found.description}"

    class FindingsAnnounced(Event):
        """The inspected were told and asked to answer (yêu cầu giải trình)."""

        TOPIC = "support:Inspection.FindingsAnnounced"
        answer_by: date

        def sentence(self) -> str:
            return f"Công bố các phát hiện, yêu cầu giải trình trước ngày {self.answer_by:%d/%m/%Y}."

    class Answered(Event):
        """The inspected answered (giải trình)."""

        TOPIC = "support:Inspection.Answered"
        answer: str

        def sentence(self) -> str:
            return f"Bên được thanh tra giải trình: {self.answer}"

    class Concluded(Event):
        """Another person concluded the inspection (kết luận thanh tra)."""

        TOPIC = "support:Inspection.Concluded"
        summary: str
        upheld: tuple[UpheldFinding, ...]

        def sentence(self) -> str:
            total = in_dong(sum(finding.recoverable_vnd for finding in self.upheld))
            return f"Kết luận thanh tra {self.act.document}: phải thu hồi {total}. {self.summary}"

    class RecoveryOrdered(Event):
        """A recovery carries out a finding (thu hồi theo kết luận thanh tra)."""

        TOPIC = "support:Inspection.RecoveryOrdered"
        finding_number: int
        recovery_id: UUID
        amount_vnd: int

        def sentence(self) -> str:
            return f"Quyết định thu hồi {in_dong(self.amount_vnd)} theo phát hiện số {self.finding_number}."

    @staticmethod
    def create_id(task_id: UUID, document: str) -> UUID:
        """A document opens one inspection of a contract."""
        return uuid5(task_id, f"inspection:{document}")

    @recorded_by(Opened)
    def __init__(
        self, act: Act, task_id: UUID, document: str, party_body: str, scope: str, holds_payments: bool
    ) -> None:
        self.task_id = task_id
        self.party_body = party_body
        self.scope = scope
        self.holds_payments = holds_payments
        self.document = document
        self.inspecting_body = act.body
        self.inspectors = frozenset({act.person_id})
        self.status = InspectionStatus.OPEN
        self.findings: dict[int, Finding] = {}
        self.answer_by: date | None = None
        self.answer: str | None = None
        self.conclusion: str | None = None
        self.summary: str | None = None

    @classmethod
    def open(cls, act: Act, *, task_id: UUID, party_body: str, scope: str, holds_payments: bool) -> Self:
        """An inspection of a task's contract, which ``party_body`` carries out.

        Raises DocumentMissing.
        """
        return cls(
            act=act,
            task_id=task_id,
            document=document_of(act),
            party_body=party_body,
            scope=scope,
            holds_payments=holds_payments,
        )

    def trigger_event(self, event_class: type[CanMutateAggregate[UUID]], **kwargs: Any) -> None:
        super().trigger_event(event_class, task_id=self.task_id, **kwargs)

    @property
    def found_vnd(self) -> int:
        """The money that all findings concern."""
        return sum(finding.amount_vnd for finding in self.findings.values())

    @property
    def recoverable_vnd(self) -> int:
        """What has to come back by the conclusion."""
        return sum(finding.recoverable_vnd for finding in self.findings.values())

    @property
    def ordered_vnd(self) -> int:
        """What was ordered back so far."""
        return sum(finding.ordered_vnd for finding in self.findings.values())

    def finding(self, number: int) -> Finding:
        """Raises FindingUnknown."""
        if number not in self.findings:
            raise FindingUnknown(number=number)
        return self.findings[number]

    def record_finding(
        self,
        act: Act,
        *,
        kind: FindingKind,
        participation_id: UUID | None,
        amount_vnd: int,
        description: str,
        evidence: str,
        paid_vnd: int,
    ) -> None:
        """Something was found; ``paid_vnd`` is what the contract paid for the participation, or in all.

        Raises InspectionNotInStep and FindingAbovePaid.
        """
        self._must_be(InspectionStatus.OPEN)
        if amount_vnd > paid_vnd:
            raise FindingAbovePaid(paid=in_dong(paid_vnd), wanted=in_dong(amount_vnd))
        finding = Finding(len(self.findings) + 1, kind, participation_id, amount_vnd, description, evidence)
        self._finding_recorded(act=act, finding=finding)

    @recorded_by(FindingRecorded)
    def _finding_recorded(self, act: Act, finding: Finding) -> None:
        self.findings[finding.number] = finding
        self.inspectors = self.inspectors | {act.person_id}

    def announce_findings(self, act: Act, *, answer_by: date) -> None:
        """The inspected are told what was found, and asked to answer by a day.

        Raises InspectionNotInStep and AnswerDueInThePast.
        """
        self._must_be(InspectionStatus.OPEN)
        if answer_by <= act.effective_on:
            raise AnswerDueInThePast("answer_by")
        self._findings_announced(act=act, answer_by=answer_by)

    @recorded_by(FindingsAnnounced)
    def _findings_announced(self, act: Act, answer_by: date) -> None:
        self.status = InspectionStatus.ANNOUNCED
        self.answer_by = answer_by
        self.inspectors = self.inspectors | {act.person_id}

    def take_answer(self, act: Act, *, answer: str) -> None:
        """Who carries the contract out answers, once.

        Raises NotTheInspected and InspectionNotInStep.
        """
        if act.body != self.party_body:
            raise NotTheInspected
        self._must_be(InspectionStatus.ANNOUNCED)
        self._answered(act=act, answer=answer)

    @recorded_by(Answered)
    def _answered(self, act: Act, answer: str) -> None:
        self.status = InspectionStatus.ANSWERED
        self.answer = answer

    def conclude(self, act: Act, *, summary: str, upheld: tuple[UpheldFinding, ...]) -> None:
        """Another person than inspected concludes, once the inspected answered or let the day pass.

        Raises DocumentMissing, InspectionNotInStep, ActedBefore, AnswerAwaited, FindingsUnjudged and
        UpheldAboveFinding.
        """
        document_of(act)
        heard = {InspectionStatus.ANNOUNCED, InspectionStatus.ANSWERED}
        self._must_be(*heard, *(() if self.findings else (InspectionStatus.OPEN,)))
        must_be_another_than(act, *self.inspectors)
        if self.status is InspectionStatus.ANNOUNCED:
            assert self.answer_by is not None
            if act.effective_on <= self.answer_by:
                raise AnswerAwaited(answer_by=self.answer_by)
        if sorted(each.number for each in upheld) != sorted(self.findings):
            raise FindingsUnjudged("upheld")
        for each in upheld:
            found_vnd = self.findings[each.number].amount_vnd
            if each.recoverable_vnd > found_vnd:
                raise UpheldAboveFinding(
                    number=each.number, found=in_dong(found_vnd), wanted=in_dong(each.recoverable_vnd)
                )
        self._concluded(act=act, summary=summary, upheld=upheld)

    @recorded_by(Concluded)
    def _concluded(self, act: Act, summary: str, upheld: tuple[UpheldFinding, ...]) -> None:
        self.status = InspectionStatus.CONCLUDED
        self.conclusion = act.document
        self.summary = summary
        for each in upheld:
            self.findings[each.number] = replace(self.findings[each.number], recoverable_vnd=each.recoverable_vnd)

    def must_be_concluded(self) -> None:
        """Raises InspectionNotInStep."""
        self._must_be(InspectionStatus.CONCLUDED)

    def order_recovery(self, act: Act, *, finding_number: int, recovery_id: UUID, amount_vnd: int) -> None:
        """A recovery carries out part or all of what a finding says has to come back.

        Raises InspectionNotInStep, FindingUnknown and RecoveryAboveFinding.
        """
        self.must_be_concluded()
        finding = self.finding(finding_number)
        left_vnd = finding.recoverable_vnd - finding.ordered_vnd
        if amount_vnd > left_vnd:
            raise RecoveryAboveFinding(number=finding_number, left=in_dong(left_vnd), wanted=in_dong(amount_vnd))
        self._recovery_ordered(act=act, finding_number=finding_number, recovery_id=recovery_id, amount_vnd=amount_vnd)

    @recorded_by(RecoveryOrdered)
    def _recovery_ordered(self, act: Act, finding_number: int, recovery_id: UUID, amount_vnd: int) -> None:
        finding = self.findings[finding_number]
        self.findings[finding_number] = replace(finding, ordered_vnd=finding.ordered_vnd + amount_vnd)

    def _must_be(self, *statuses: InspectionStatus) -> None:
        if self.status not in statuses:
            raise InspectionNotInStep(status=INSPECTION_STATUS_IN_WORDS[self.status])
