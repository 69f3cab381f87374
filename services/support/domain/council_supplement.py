"""What a council that passes on condition wants supplied, until it is confirmed or the council meets again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Self
from uuid import UUID, uuid5

from eventsourcing.domain import CanMutateAggregate

from services.shared.proceeding import Proceeding
from services.shared.record import Act, must_be_another_than, recorded_by
from services.shared.refusals import Refusal
from services.support.domain.council import Council
from services.support.domain.council_refusals import NeitherChairNorSecretary

__all__ = ["CouncilSupplement", "SupplementStatus", "SuppliedPaper"]


class SupplementStatus(StrEnum):
    """How far a supplement has come; CONFIRMED and OVERTAKEN are final."""

    DEMANDED = "DEMANDED"
    SUPPLIED = "SUPPLIED"
    CONFIRMED = "CONFIRMED"
    OVERTAKEN = "OVERTAKEN"


SUPPLEMENT_STATUS_IN_WORDS = {
    SupplementStatus.DEMANDED: "chưa được nộp",
    SupplementStatus.SUPPLIED: "đã nộp",
    SupplementStatus.CONFIRMED: "đã được xác nhận",
    SupplementStatus.OVERTAKEN: "không còn hiệu lực vì hội đồng họp lại",
}


@dataclass(frozen=True)
class SuppliedPaper:
    """A document that was supplied: what it is, where to find it, and SHA-256 over it in hexadecimal."""

    title: str
    reference: str
    sha256: str


class SupplementNotInStep(Refusal):
    """Nothing is supplied or confirmed once that was confirmed or the council meets again, nor before it is there."""

    sentence = "Hồ sơ bổ sung theo kết luận hội đồng {status}."


class SuppliedTooLate(Refusal):
    """Who has not supplied by the day from the rules has lost the council's pass."""

    sentence = "Đã hết hạn bổ sung hồ sơ theo kết luận hội đồng vào ngày {due_on:%d/%m/%Y}."


class CouncilSupplement(Proceeding):
    """What one meeting of a council wants supplied before its pass counts (bổ sung theo kết luận hội đồng)."""

    TOPIC = "support:CouncilSupplement"

    class Event(Proceeding.Event):
        """Something that happened to a supplement; each names its task (sự kiện của việc bổ sung)."""

        task_id: UUID

    class Demanded(Event, Proceeding.Created):
        """A council passed on condition that the file is supplemented (hội đồng yêu cầu bổ sung)."""

        TOPIC = "support:CouncilSupplement.Demanded"
        council_id: UUID
        meeting_number: int
        party_body: str
        requirement: str
        due_on: date

        def sentence(self) -> str:
            return f"Hội đồng yêu cầu bổ sung hồ sơ đến {self.due_on:%d/%m/%Y}: {self.requirement}."

    Created = Demanded

    class Supplied(Event):
        """Who applied supplied what was wanted (nộp bổ sung theo kết luận hội đồng)."""

        TOPIC = "support:CouncilSupplement.Supplied"
        papers: tuple[SuppliedPaper, ...]
        explanation: str

        def sentence(self) -> str:
            return f"Nộp {len(self.papers)} tài liệu bổ sung theo kết luận hội đồng. Giải trình: {self.explanation}"

    class Attested(Event):
        """Chair or secretary found that all is there (chủ tịch hoặc thư ký xác nhận bổ sung)."""

        TOPIC = "support:CouncilSupplement.Attested"
        person_id: UUID

        def sentence(self) -> str:
            return "Chủ tịch hoặc thư ký hội đồng xác nhận hồ sơ đã được bổ sung."

    class Confirmed(Event):
        """Both found that all is there (hồ sơ bổ sung được xác nhận)."""

        TOPIC = "support:CouncilSupplement.Confirmed"

        def sentence(self) -> str:
            return "Chủ tịch và thư ký hội đồng đã cùng xác nhận hồ sơ bổ sung đạt yêu cầu."

    class Overtaken(Event):
        """The council meets again, so nobody waits for this any more (thay bằng họp lại hội đồng)."""

        TOPIC = "support:CouncilSupplement.Overtaken"

        def sentence(self) -> str:
            return f"Hội đồng họp lại theo {self.act.document}, thay cho việc xác nhận hồ sơ bổ sung."

    @staticmethod
    def create_id(council_id: UUID, meeting_number: int) -> UUID:
        """One per meeting."""
        return uuid5(council_id, f"supplement:{meeting_number}")

    @recorded_by(Demanded)
    def __init__(
        self,
        act: Act,
        task_id: UUID,
        council_id: UUID,
        meeting_number: int,
        party_body: str,
        requirement: str,
        due_on: date,
    ) -> None:
        self.task_id = task_id
        self.council_id = council_id
        self.meeting_number = meeting_number
        self.party_body = party_body
        self.requirement = requirement
        self.due_on = due_on
        self.status = SupplementStatus.DEMANDED
        self.papers: tuple[SuppliedPaper, ...] = ()
        self.explanation: str | None = None
        self.attested_by: frozenset[UUID] = frozenset()

    @classmethod
    def demand(cls, act: Act, council: Council, *, party_body: str) -> Self:
        """What the minutes of ``council``, just written, want of ``party_body``."""
        assert council.supplement is not None, "its minutes demand one"
        return cls(
            act=act,
            task_id=council.task_id,
            council_id=council.id,
            meeting_number=council.meeting_number,
            party_body=party_body,
            requirement=council.supplement.requirement,
            due_on=council.supplement.due_on,
        )

    def trigger_event(self, event_class: type[CanMutateAggregate[UUID]], **kwargs: Any) -> None:
        super().trigger_event(event_class, task_id=self.task_id, **kwargs)

    def supply(self, act: Act, *, papers: tuple[SuppliedPaper, ...], explanation: str) -> None:
        """What was wanted, in time; supplied again it replaces what was there, and is to be looked at anew.

        Raises SupplementNotInStep and SuppliedTooLate.
        """
        self._must_be(SupplementStatus.DEMANDED, SupplementStatus.SUPPLIED)
        if act.effective_on > self.due_on:
            raise SuppliedTooLate(due_on=self.due_on)
        self._supplied(act=act, papers=papers, explanation=explanation)

    @recorded_by(Supplied)
    def _supplied(self, act: Act, papers: tuple[SuppliedPaper, ...], explanation: str) -> None:
        self.status = SupplementStatus.SUPPLIED
        self.papers = papers
        self.explanation = explanation
        self.attested_by = frozenset()

    def attest(self, act: Act, council: Council) -> None:
        """One of those who lead the council finds that all is there; once both have, it is confirmed.

        Raises SupplementNotInStep, NotAMember, MemberOfAnotherBody, NeitherChairNorSecretary and ActedBefore.
        """
        self._must_be(SupplementStatus.SUPPLIED)
        council.must_be_seated(act)
        if act.person_id not in council.leaders:
            raise NeitherChairNorSecretary
        must_be_another_than(act, *self.attested_by)
        self._attested(act=act, person_id=act.person_id)
        if council.leaders <= self.attested_by:
            self._confirmed(act=act)

    @recorded_by(Attested)
    def _attested(self, act: Act, person_id: UUID) -> None:
        self.attested_by = self.attested_by | {person_id}

    @recorded_by(Confirmed)
    def _confirmed(self, act: Act) -> None:
        self.status = SupplementStatus.CONFIRMED

    @property
    def is_confirmed(self) -> bool:
        """Whether the council's pass counts."""
        return self.status is SupplementStatus.CONFIRMED

    def overtake(self, act: Act) -> None:
        """The council meets again instead, unless what it wanted was not supplied in time.

        Raises SupplementNotInStep and SuppliedTooLate.
        """
        self._must_be(SupplementStatus.DEMANDED, SupplementStatus.SUPPLIED)
        if self.status is SupplementStatus.DEMANDED and act.effective_on > self.due_on:
            raise SuppliedTooLate(due_on=self.due_on)
        self._overtaken(act=act)

    @recorded_by(Overtaken)
    def _overtaken(self, act: Act) -> None:
        self.status = SupplementStatus.OVERTAKEN

    def _must_be(self, *statuses: SupplementStatus) -> None:
        if self.status not in statuses:
            raise SupplementNotInStep(status=SUPPLEMENT_STATUS_IN_WORDS[self.status])
