"""A case: facts that came to light after a participation was decided, until a person has said what follows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self
from uuid import UUID, uuid5

from eventsourcing.domain import CanMutateAggregate

from services.shared.record import Act, Record, document_of, must_be_another_than, recorded_by
from services.shared.refusals import Refusal
from services.support.domain.money import in_dong

__all__ = ["Case", "CaseStatus", "Fact", "FactKind", "case_number"]


class FactKind(StrEnum):
    """What came to light, as the registry's announcements or support's own records tell."""

    OTHER_FUNDING = "OTHER_FUNDING"
    STANDING_LOST = "STANDING_LOST"
    STOP_FLAG = "STOP_FLAG"
    LINK = "LINK"
    ENTERPRISE_ENDED = "ENTERPRISE_ENDED"
    CERTIFICATE_WITHDRAWN = "CERTIFICATE_WITHDRAWN"


class CaseStatus(StrEnum):
    """How far a case has come."""

    OPEN = "OPEN"
    EXAMINED = "EXAMINED"
    CONFIRMED = "CONFIRMED"
    DISMISSED = "DISMISSED"


CASE_STATUS_IN_WORDS = {
    CaseStatus.OPEN: "đang mở",
    CaseStatus.EXAMINED: "đã được xem xét, đang chờ kết luận",
    CaseStatus.CONFIRMED: "đã kết luận có vi phạm",
    CaseStatus.DISMISSED: "đã kết luận không có vi phạm",
}


@dataclass(frozen=True)
class Fact:
    """What was heard of an enterprise, under the id it has in the registry, as of a position of the registry's log.

    The position is 0 where the fact is support's own.
    """

    kind: FactKind
    fact_id: UUID
    enterprise_id: UUID
    told: str
    registry_position: int = 0


class CaseNotInStep(Refusal):
    """A case is examined while it is open, and decided once it has been examined."""

    sentence = "Không thực hiện được: vụ việc {case_number} {status}."


class CaseHinders(Refusal):
    """While facts that came late are not cleared up, nothing is signed and no money leaves."""

    sentence = (
        "Hồ sơ tham gia {participation_id} có vụ việc {case_number} {status}; chưa thể ký hợp đồng hay thanh toán."
    )


def case_number(case_id: UUID) -> str:
    """By what papers name a case: its id's first digits."""
    return f"VV-{str(case_id)[:8].upper()}"


class Case(Record):
    """What came to light about one participation (vụ việc); opened by the system, decided by two persons."""

    TOPIC = "support:Case"

    class Event(Record.Event):
        """Something that happened to a case; each names whose it is (sự kiện của vụ việc)."""

        task_id: UUID
        participation_id: UUID

    class Opened(Event, Record.Created):
        """A fact that came after the decision opened a case (mở vụ việc)."""

        TOPIC = "support:Case.Opened"
        enterprise_id: UUID
        content_code: str
        fact: Fact
        paid_vnd: int

        def sentence(self) -> str:
            left = f"đã thanh toán {in_dong(self.paid_vnd)}" if self.paid_vnd else "chưa thanh toán"
            return f"Mở vụ việc về nội dung {self.content_code} ({left}): {self.fact.told}"

    Created = Opened

    class FactAdded(Event):
        """Another fact came to the case (bổ sung tình tiết của vụ việc)."""

        TOPIC = "support:Case.FactAdded"
        fact: Fact

        def sentence(self) -> str:
            return f"Bổ sung tình tiết của vụ việc: {self.fact.told}"

    class FactRevised(Event):
        """A fact of the case is told otherwise, or no longer (thay đổi tình tiết của vụ việc)."""

        TOPIC = "support:Case.FactRevised"
        fact: Fact

        def sentence(self) -> str:
            return f"Thay đổi tình tiết của vụ việc: {self.fact.told}"

    class Reopened(Event):
        """What came to light after the decision on the case opened it again (mở lại vụ việc)."""

        TOPIC = "support:Case.Reopened"
        fact: Fact
        paid_vnd: int

        def sentence(self) -> str:
            return f"Mở lại vụ việc: {self.fact.told}"

    class Examined(Event):
        """An officer examined the facts and wrote what was found (xem xét vụ việc)."""

        TOPIC = "support:Case.Examined"
        finding: str

        def sentence(self) -> str:
            return f"Xem xét vụ việc: {self.finding}"

    class Confirmed(Event):
        """Another person confirmed what the case is about; it hinders for good (kết luận có vi phạm)."""

        TOPIC = "support:Case.Confirmed"
        reason: str

        def sentence(self) -> str:
            return f"Kết luận có vi phạm theo {self.act.document}. Lý do: {self.reason}"

    class Dismissed(Event):
        """Another person found that nothing is in the way (kết luận không có vi phạm)."""

        TOPIC = "support:Case.Dismissed"
        reason: str

        def sentence(self) -> str:
            return f"Kết luận không có vi phạm theo {self.act.document}. Lý do: {self.reason}"

    @staticmethod
    def create_id(participation_id: UUID) -> UUID:
        """The one case of a participation, found again from it."""
        return uuid5(participation_id, "case")

    @recorded_by(Opened)
    def __init__(
        self,
        act: Act,
        task_id: UUID,
        participation_id: UUID,
        enterprise_id: UUID,
        content_code: str,
        fact: Fact,
        paid_vnd: int,
    ) -> None:
        self.task_id = task_id
        self.participation_id = participation_id
        self.enterprise_id = enterprise_id
        self.content_code = content_code
        self.facts: tuple[Fact, ...] = (fact,)
        self.paid_vnd = paid_vnd
        self.status = CaseStatus.OPEN
        self.opened_on = act.effective_on
        self.finding: str | None = None
        self.examined_by: UUID | None = None
        self.reason: str | None = None
        self.document: str | None = None

    @classmethod
    def open(
        cls,
        act: Act,
        *,
        task_id: UUID,
        participation_id: UUID,
        enterprise_id: UUID,
        content_code: str,
        fact: Fact,
        paid_vnd: int,
    ) -> Self:
        """The first fact that came to light; ``paid_vnd`` is what the participation had been paid until then."""
        return cls(
            act=act,
            task_id=task_id,
            participation_id=participation_id,
            enterprise_id=enterprise_id,
            content_code=content_code,
            fact=fact,
            paid_vnd=paid_vnd,
        )

    def trigger_event(self, event_class: type[CanMutateAggregate[UUID]], **kwargs: Any) -> None:
        super().trigger_event(
            event_class, **{"task_id": self.task_id, "participation_id": self.participation_id, **kwargs}
        )

    @property
    def number(self) -> str:
        """By what papers name the case, and the hold on the contract's payments."""
        return case_number(self.id)

    @property
    def awaits_decision(self) -> bool:
        """Whether somebody has still to say what follows; until then the whole contract's payments are held."""
        return self.status in {CaseStatus.OPEN, CaseStatus.EXAMINED}

    def fact(self, fact_id: UUID) -> Fact | None:
        """The fact of this id as it was last told, if it is one of the case."""
        return next((fact for fact in self.facts if fact.fact_id == fact_id), None)

    def must_not_hinder(self) -> None:
        """Raises CaseHinders unless the case was dismissed: nothing is signed or paid for the participation."""
        if self.status is not CaseStatus.DISMISSED:
            raise CaseHinders(
                participation_id=self.participation_id,
                case_number=self.number,
                status=CASE_STATUS_IN_WORDS[self.status],
            )

    def hear(self, act: Act, fact: Fact, *, paid_vnd: int) -> None:
        """A fact after the first; what is told again in the same words changes nothing.

        What a decision rested on opens the case again when it is told otherwise, and a dismissed one is opened again by
        another fact; ``paid_vnd`` is then what the participation has been paid by now.
        """
        known = self.fact(fact.fact_id)
        if known is not None and known.told == fact.told:
            return
        if self.status is CaseStatus.DISMISSED or (known and self.status is CaseStatus.CONFIRMED):
            self._reopened(act=act, fact=fact, paid_vnd=paid_vnd)
        elif known:
            self._fact_revised(act=act, fact=fact)
        else:
            self._fact_added(act=act, fact=fact)

    @recorded_by(FactAdded)
    def _fact_added(self, act: Act, fact: Fact) -> None:
        self._heard(fact)

    @recorded_by(FactRevised)
    def _fact_revised(self, act: Act, fact: Fact) -> None:
        self._heard(fact)

    def _heard(self, fact: Fact) -> None:
        """The last word on each fact counts; what was examined before it is to be examined again."""
        self.facts = (*(each for each in self.facts if each.fact_id != fact.fact_id), fact)
        if self.status is CaseStatus.EXAMINED:
            self.status = CaseStatus.OPEN

    @recorded_by(Reopened)
    def _reopened(self, act: Act, fact: Fact, paid_vnd: int) -> None:
        self._heard(fact)
        self.paid_vnd = paid_vnd
        self.status = CaseStatus.OPEN

    def examine(self, act: Act, *, finding: str) -> None:
        """What an officer found; it may be written anew until somebody decides.

        Raises CaseNotInStep.
        """
        self._must_be(CaseStatus.OPEN, CaseStatus.EXAMINED)
        self._examined(act=act, finding=finding)

    @recorded_by(Examined)
    def _examined(self, act: Act, finding: str) -> None:
        self.status = CaseStatus.EXAMINED
        self.finding = finding
        self.examined_by = act.person_id

    def confirm(self, act: Act, *, reason: str) -> None:
        """The participation stays unpaid; recovery, amendment or termination are acts of their own.

        Raises DocumentMissing, CaseNotInStep and ActedBefore.
        """
        self._must_be_decided_by(act)
        self._confirmed(act=act, reason=reason)

    @recorded_by(Confirmed)
    def _confirmed(self, act: Act, reason: str) -> None:
        self._decided(act, CaseStatus.CONFIRMED, reason)

    def dismiss(self, act: Act, *, reason: str) -> None:
        """Nothing is in the way any more; every payment still asks the registry for itself.

        Raises DocumentMissing, CaseNotInStep and ActedBefore.
        """
        self._must_be_decided_by(act)
        self._dismissed(act=act, reason=reason)

    @recorded_by(Dismissed)
    def _dismissed(self, act: Act, reason: str) -> None:
        self._decided(act, CaseStatus.DISMISSED, reason)

    def _decided(self, act: Act, status: CaseStatus, reason: str) -> None:
        self.status = status
        self.reason = reason
        self.document = act.document

    def _must_be_decided_by(self, act: Act) -> None:
        document_of(act)
        self._must_be(CaseStatus.EXAMINED)
        must_be_another_than(act, self.examined_by)

    def _must_be(self, *statuses: CaseStatus) -> None:
        if self.status not in statuses:
            raise CaseNotInStep(case_number=self.number, status=CASE_STATUS_IN_WORDS[self.status])
