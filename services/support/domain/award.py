"""An enterprise's way to the National Quality Award: what the indicator of those who take part (K6) counts."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Self
from uuid import UUID, uuid5

from eventsourcing.domain import CanMutateAggregate

from services.shared.proceeding import Proceeding
from services.shared.record import Act, document_of, must_be_another_than, recorded_by
from services.shared.refusals import Refusal

__all__ = ["Award", "AwardNotInStep", "AwardPrize", "AwardStatus", "PreliminaryResult"]


class PreliminaryResult(StrEnum):
    """What the local preliminary council makes of a dossier."""

    RECOMMENDED = "RECOMMENDED"
    NOT_RECOMMENDED = "NOT_RECOMMENDED"


class AwardPrize(StrEnum):
    """What the Prime Minister awards upon the national council's proposal (Nghị định 37/2026/NĐ-CP)."""

    GOLD = "GOLD"
    SILVER = "SILVER"
    NONE = "NONE"


PRIZE_IN_WORDS = {
    AwardPrize.GOLD: "được tặng Giải Vàng",
    AwardPrize.SILVER: "được tặng Giải Bạc",
    AwardPrize.NONE: "không đạt giải",
}


class AwardStatus(StrEnum):
    """How far an enterprise has come; NOT_RECOMMENDED, DECIDED and WITHDRAWN are final."""

    NOMINATED = "NOMINATED"
    DOSSIER_RECEIVED = "DOSSIER_RECEIVED"
    RECOMMENDED = "RECOMMENDED"
    NOT_RECOMMENDED = "NOT_RECOMMENDED"
    SUBMITTED = "SUBMITTED"
    DECIDED = "DECIDED"
    WITHDRAWN = "WITHDRAWN"


AWARD_STATUS_IN_WORDS = {
    AwardStatus.NOMINATED: "đã được giới thiệu, chưa nộp hồ sơ",
    AwardStatus.DOSSIER_RECEIVED: "đang chờ hội đồng sơ tuyển",
    AwardStatus.RECOMMENDED: "đã qua sơ tuyển, chưa gửi hội đồng quốc gia",
    AwardStatus.NOT_RECOMMENDED: "không qua sơ tuyển",
    AwardStatus.SUBMITTED: "đang chờ kết quả của hội đồng quốc gia",
    AwardStatus.DECIDED: "đã có kết quả",
    AwardStatus.WITHDRAWN: "đã rút",
}


OPEN_STATUSES = (
    AwardStatus.NOMINATED,
    AwardStatus.DOSSIER_RECEIVED,
    AwardStatus.RECOMMENDED,
    AwardStatus.SUBMITTED,
)


class AwardNotInStep(Refusal):
    """The act does not follow from where the enterprise stands."""

    sentence = "Không thực hiện được bước này: việc dự Giải thưởng Chất lượng Quốc gia năm {year} {status}."


class Award(Proceeding):
    """One enterprise in one year's National Quality Award (Giải thưởng Chất lượng Quốc gia)."""

    TOPIC = "support:Award"

    class Event(Proceeding.Event):
        """Something that happened to an enterprise's award; each names whose it is (sự kiện của giải thưởng)."""

        enterprise_id: UUID

    class Nominated(Event, Proceeding.Created):
        """An enterprise was nominated (giới thiệu tham gia Giải thưởng Chất lượng Quốc gia)."""

        TOPIC = "support:Award.Nominated"
        year: int

        def sentence(self) -> str:
            paper = f"theo {self.act.document}"
            return f"Giới thiệu một cơ sở tham gia Giải thưởng Chất lượng Quốc gia năm {self.year} {paper}."

    Created = Nominated

    class DossierReceived(Event):
        """The preliminary council received the enterprise's dossier (tiếp nhận hồ sơ dự giải)."""

        TOPIC = "support:Award.DossierReceived"

        def sentence(self) -> str:
            return f"Hội đồng sơ tuyển tiếp nhận hồ sơ dự giải của cơ sở theo {self.act.document}."

    class PreliminaryConcluded(Event):
        """The local preliminary council concluded on the dossier (kết quả sơ tuyển)."""

        TOPIC = "support:Award.PreliminaryConcluded"
        result: PreliminaryResult
        summary: str

        @property
        def not_recommended(self) -> PreliminaryResult | None:
            """The result, where the enterprise goes no further."""
            return None if self.result is PreliminaryResult.RECOMMENDED else self.result

        def sentence(self) -> str:
            recommended = "đề nghị" if self.result is PreliminaryResult.RECOMMENDED else "không đề nghị"
            return f"Hội đồng sơ tuyển {recommended} xét tặng giải ({self.act.document}): {self.summary}"

    class Submitted(Event):
        """The dossier went to the national council (gửi hồ sơ lên hội đồng quốc gia)."""

        TOPIC = "support:Award.Submitted"

        def sentence(self) -> str:
            return f"Gửi hồ sơ dự giải của cơ sở lên Hội đồng quốc gia theo {self.act.document}."

    class Decided(Event):
        """The award was decided on (kết quả giải thưởng)."""

        TOPIC = "support:Award.Decided"
        prize: AwardPrize

        def sentence(self) -> str:
            return f"Kết quả Giải thưởng Chất lượng Quốc gia: cơ sở {PRIZE_IN_WORDS[self.prize]} ({self.act.document})."

    class Withdrawn(Event):
        """The enterprise takes part no longer (rút khỏi giải thưởng)."""

        TOPIC = "support:Award.Withdrawn"
        reason: str

        def sentence(self) -> str:
            return f"Cơ sở rút khỏi Giải thưởng Chất lượng Quốc gia ({self.act.document}): {self.reason}"

    @staticmethod
    def create_id(enterprise_id: UUID, year: int) -> UUID:
        """An enterprise is nominated once a year."""
        return uuid5(enterprise_id, f"award:{year}")

    @recorded_by(Nominated)
    def __init__(self, act: Act, enterprise_id: UUID, year: int) -> None:
        self.document = act.document
        self.enterprise_id = enterprise_id
        self.year = year
        self.status = AwardStatus.NOMINATED
        self.received_by: UUID | None = None
        self.preliminary_result: PreliminaryResult | None = None
        self.summary: str | None = None
        self.prize: AwardPrize | None = None
        self.reason: str | None = None

    @classmethod
    def nominate(cls, act: Act, *, enterprise_id: UUID, year: int) -> Self:
        """A nomination by a document.

        Raises DocumentMissing.
        """
        document_of(act)
        return cls(act=act, enterprise_id=enterprise_id, year=year)

    def trigger_event(self, event_class: type[CanMutateAggregate[UUID]], **kwargs: Any) -> None:
        super().trigger_event(event_class, enterprise_id=self.enterprise_id, **kwargs)

    def receive_dossier(self, act: Act) -> None:
        """The preliminary council has the dossier, by its receipt.

        Raises DocumentMissing, AwardNotInStep and ActedInThePast.
        """
        self._must_be(act, AwardStatus.NOMINATED)
        self._dossier_received(act=act)

    @recorded_by(DossierReceived)
    def _dossier_received(self, act: Act) -> None:
        self.status = AwardStatus.DOSSIER_RECEIVED
        self.received_by = act.person_id

    def conclude_preliminary(self, act: Act, *, result: PreliminaryResult, summary: str) -> None:
        """What the preliminary council concluded by its minutes, recorded by another person than took the dossier.

        Raises DocumentMissing, AwardNotInStep, ActedBefore and ActedInThePast.
        """
        self._must_be(act, AwardStatus.DOSSIER_RECEIVED)
        must_be_another_than(act, self.received_by)
        self._preliminary_concluded(act=act, result=result, summary=summary)

    @recorded_by(PreliminaryConcluded)
    def _preliminary_concluded(self, act: Act, result: PreliminaryResult, summary: str) -> None:
        self.status = AwardStatus(result)
        self.preliminary_result = result
        self.summary = summary

    def submit(self, act: Act) -> None:
        """A recommended dossier goes to the national council.

        Raises DocumentMissing, AwardNotInStep and ActedInThePast.
        """
        self._must_be(act, AwardStatus.RECOMMENDED)
        self._submitted(act=act)

    @recorded_by(Submitted)
    def _submitted(self, act: Act) -> None:
        self.status = AwardStatus.SUBMITTED

    def decide(self, act: Act, *, prize: AwardPrize) -> None:
        """What came of it, by the decision's document.

        Raises DocumentMissing, AwardNotInStep and ActedInThePast.
        """
        self._must_be(act, AwardStatus.SUBMITTED)
        self._decided(act=act, prize=prize)

    @recorded_by(Decided)
    def _decided(self, act: Act, prize: AwardPrize) -> None:
        self.status = AwardStatus.DECIDED
        self.prize = prize

    def withdraw(self, act: Act, *, reason: str) -> None:
        """The enterprise no longer takes part, as long as nothing final was said of it.

        Raises DocumentMissing, AwardNotInStep and ActedInThePast.
        """
        self._must_be(act, *OPEN_STATUSES)
        self._withdrawn(act=act, reason=reason)

    @recorded_by(Withdrawn)
    def _withdrawn(self, act: Act, reason: str) -> None:
        self.status = AwardStatus.WITHDRAWN
        self.reason = reason

    def _must_be(self, act: Act, *statuses: AwardStatus) -> None:
        """Every step rests on a document and follows from where the enterprise stands."""
        document_of(act)
        if self.status not in statuses:
            raise AwardNotInStep(year=self.year, status=AWARD_STATUS_IN_WORDS[self.status])
