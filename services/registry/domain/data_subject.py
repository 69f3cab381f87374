"""Whether a person's data may be erased: asked for, held back, refused or done (Luật 91/2025/QH15, Điều 14).

What is erased is the key under which a service sealed what it was told: of a person behind enterprises, or of the owner
of a household business, whose record is theirs. The history stays; who was erased stays so.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid5

from eventsourcing.domain import CanMutateAggregate

from services.registry.domain.erasure_rules import ErasureRule
from services.shared.proceeding import Proceeding
from services.shared.record import Act, document_of, must_be_another_than, recorded_by
from services.shared.refusals import Missing, Refusal

__all__ = ["DataSubject", "ErasureGround", "ErasureRequest", "LegalHold"]


class ErasureAlreadyRequested(Refusal):
    """A request is answered before the next one is taken."""

    sentence = "Đã có yêu cầu xóa dữ liệu của người này chưa được trả lời."


class ErasureNotRequested(Refusal):
    """Nothing is erased or refused that nobody asked for."""

    sentence = "Không có yêu cầu xóa dữ liệu nào của người này đang chờ trả lời."


class ErasureRuleMissing(Refusal):
    """What cannot be taken back waits for the rule that says how long it has to be kept."""

    sentence = "Chưa có quy tắc lưu giữ dữ liệu áp dụng cho ngày này nên chưa thể xóa."


class LegalHoldStands(Refusal):
    """What a document orders to be kept is not erased."""

    sentence = "Dữ liệu của người này đang được giữ lại theo văn bản {document}; phải bỏ lệnh giữ trước khi xóa."


class RetentionNotOver(Refusal):
    """What has to be kept until a day is not erased before."""

    sentence = "Dữ liệu của người này phải được lưu giữ đến hết ngày {kept_until:%d/%m/%Y} theo {legal_basis}."


class TiesNotEnded(Refusal):
    """Who owns or represents an enterprise that is there has to be known."""

    sentence = "Người này còn là chủ sở hữu hoặc người đại diện của cơ sở đang hoạt động nên chưa thể xóa dữ liệu."


class LegalHoldUnknown(Missing):
    """There is no such hold."""

    sentence = "Không có lệnh giữ dữ liệu số {hold_number} đang có hiệu lực với người này."


class SubjectErasedBefore(Refusal):
    """A person's data are erased once."""

    sentence = "Dữ liệu cá nhân của người này đã được xóa trước đây."


class ErasureGround(StrEnum):
    """Why somebody asks for it; the document says it in full."""

    CONSENT_WITHDRAWN = "CONSENT_WITHDRAWN"
    PURPOSE_ENDED = "PURPOSE_ENDED"
    UNLAWFUL = "UNLAWFUL"
    ORDERED = "ORDERED"

    @property
    def term(self) -> str:
        """The ground in Vietnamese."""
        return _TERMS[self]


_TERMS = {
    ErasureGround.CONSENT_WITHDRAWN: "rút lại sự đồng ý",
    ErasureGround.PURPOSE_ENDED: "không còn cần cho mục đích đã thu thập",
    ErasureGround.UNLAWFUL: "xử lý trái quy định",
    ErasureGround.ORDERED: "theo quyết định của cơ quan có thẩm quyền",
}


@dataclass(frozen=True)
class ErasureRequest:
    """What was asked, and the day by which the rule wants it answered; None where no rule was in force."""

    ground: ErasureGround
    document: str
    requested_on: date
    requested_by: UUID
    answer_by: date | None


@dataclass(frozen=True)
class LegalHold:
    """An order to keep a person's data (lệnh giữ dữ liệu); ``lifted_on`` is None while it stands."""

    number: int
    document: str
    reason: str
    placed_by: UUID
    placed_on: date
    lifted_on: date | None = None


@dataclass(frozen=True)
class Ties:
    """Until when somebody was tied to enterprises: ``last_day`` is None for who never was, open ties have no end."""

    last_day: date | None
    open: bool


class DataSubject(Proceeding):
    """A person of whom the registry knows, as the law on personal data sees them (chủ thể dữ liệu)."""

    TOPIC = "registry:DataSubject"

    class Event(Proceeding.Event):
        """Something about a person's data; each names the person by the surrogate id (sự kiện)."""

        subject_id: UUID

    class Opened(Event, Proceeding.Created):
        """What is asked about a person's data began to be kept (mở hồ sơ chủ thể dữ liệu)."""

        TOPIC = "registry:DataSubject.Opened"

        def sentence(self) -> str:
            return "Mở hồ sơ về dữ liệu cá nhân của một người."

    class HoldPlaced(Event):
        """A document orders to keep the data (ra lệnh giữ dữ liệu)."""

        TOPIC = "registry:DataSubject.HoldPlaced"
        hold_number: int
        reason: str

        def sentence(self) -> str:
            return f"Giữ dữ liệu của một người theo {self.act.document}. Lý do: {self.reason}"

    class HoldLifted(Event):
        """Another person lifted a hold (bỏ lệnh giữ dữ liệu)."""

        TOPIC = "registry:DataSubject.HoldLifted"
        hold_number: int
        reason: str

        def sentence(self) -> str:
            return f"Bỏ lệnh giữ dữ liệu số {self.hold_number} theo {self.act.document}. Lý do: {self.reason}"

    class ErasureRequested(Event):
        """It was asked that the data be erased (yêu cầu xóa dữ liệu)."""

        TOPIC = "registry:DataSubject.ErasureRequested"
        ground: ErasureGround
        answer_by: date | None

        def sentence(self) -> str:
            until = f", trả lời trước hết ngày {self.answer_by:%d/%m/%Y}" if self.answer_by else ""
            return f"Yêu cầu xóa dữ liệu cá nhân theo {self.act.document}: {self.ground.term}{until}."

    class ErasureRefused(Event):
        """The request was refused for a written reason (từ chối xóa dữ liệu)."""

        TOPIC = "registry:DataSubject.ErasureRefused"
        reason: str

        def sentence(self) -> str:
            return f"Từ chối xóa dữ liệu cá nhân theo {self.act.document}. Lý do: {self.reason}"

    class Erased(Event):
        """The key of the data is thrown away, for ever (xóa dữ liệu cá nhân)."""

        TOPIC = "registry:DataSubject.Erased"
        ground: ErasureGround

        def sentence(self) -> str:
            return f"Xóa dữ liệu cá nhân của một người theo {self.act.document}: {self.ground.term}."

    Created = Opened

    @staticmethod
    def create_id(subject_id: UUID) -> UUID:
        """Each person has one such record."""
        return uuid5(subject_id, "data-subject")

    @recorded_by(Opened)
    def __init__(self, act: Act, subject_id: UUID) -> None:
        self.subject_id = subject_id
        self.holds: tuple[LegalHold, ...] = ()
        self.request: ErasureRequest | None = None
        self.erased_on: date | None = None

    @classmethod
    def open(cls, act: Act, subject_id: UUID) -> DataSubject:
        """Begin to keep what is asked about somebody's data."""
        return cls(act=act, subject_id=subject_id)

    def trigger_event(self, event_class: type[CanMutateAggregate[UUID]], **kwargs: Any) -> None:
        super().trigger_event(event_class, subject_id=self.subject_id, **kwargs)

    def place_hold(self, act: Act, reason: str) -> None:
        """Keep the data, by the act's document, until the hold is lifted.

        Raises DocumentMissing and SubjectErasedBefore.
        """
        document_of(act)
        self._must_not_be_erased()
        self._hold_placed(act=act, hold_number=len(self.holds) + 1, reason=reason)

    @recorded_by(HoldPlaced)
    def _hold_placed(self, act: Act, hold_number: int, reason: str) -> None:
        held = LegalHold(hold_number, act.document or "", reason, act.person_id, act.effective_on)
        self.holds = (*self.holds, held)

    def lift_hold(self, act: Act, hold_number: int, reason: str) -> None:
        """Keep the data no longer for this hold's sake, by another person than placed it.

        Raises DocumentMissing, LegalHoldUnknown and ActedBefore.
        """
        document_of(act)
        hold = next((hold for hold in self.standing_holds if hold.number == hold_number), None)
        if hold is None:
            raise LegalHoldUnknown(hold_number=hold_number)
        must_be_another_than(act, hold.placed_by)
        self._hold_lifted(act=act, hold_number=hold_number, reason=reason)

    @recorded_by(HoldLifted)
    def _hold_lifted(self, act: Act, hold_number: int, reason: str) -> None:
        self.holds = tuple(
            replace(hold, lifted_on=act.effective_on) if hold.number == hold_number else hold for hold in self.holds
        )

    @property
    def standing_holds(self) -> tuple[LegalHold, ...]:
        """The holds that nobody has lifted."""
        return tuple(hold for hold in self.holds if hold.lifted_on is None)

    def request_erasure(self, act: Act, ground: ErasureGround, rule: ErasureRule | None) -> None:
        """Take down that somebody wants the data erased, by their own document.

        Raises DocumentMissing, SubjectErasedBefore and ErasureAlreadyRequested.
        """
        document_of(act)
        self._must_not_be_erased()
        if self.request is not None:
            raise ErasureAlreadyRequested
        answer_by = rule.answer_by(act.effective_on) if rule else None
        self._erasure_requested(act=act, ground=ground, answer_by=answer_by)

    @recorded_by(ErasureRequested)
    def _erasure_requested(self, act: Act, ground: ErasureGround, answer_by: date | None) -> None:
        self.request = ErasureRequest(ground, act.document or "", act.effective_on, act.person_id, answer_by)

    def refuse_erasure(self, act: Act, reason: str) -> None:
        """Answer a request with a written no, by another person than took it down; it may be asked anew.

        Raises DocumentMissing, ErasureNotRequested and ActedBefore.
        """
        document_of(act)
        self._must_be_answered_by(act)
        self._erasure_refused(act=act, reason=reason)

    @recorded_by(ErasureRefused)
    def _erasure_refused(self, act: Act, reason: str) -> None:
        self.request = None

    def erase(self, act: Act, rule: ErasureRule | None, ties: Ties) -> None:
        """Answer a request by erasing, by another person than took it down, where nothing orders to keep the data.

        Raises DocumentMissing, SubjectErasedBefore, ErasureNotRequested, ActedBefore, LegalHoldStands,
        ErasureRuleMissing, TiesNotEnded and RetentionNotOver.
        """
        document_of(act)
        self._must_not_be_erased()
        request = self._must_be_answered_by(act)
        for hold in self.standing_holds:
            raise LegalHoldStands(document=hold.document)
        if rule is None:
            raise ErasureRuleMissing
        if ties.open:
            raise TiesNotEnded
        kept_until = rule.kept_until(ties.last_day) if ties.last_day else date.min
        if act.effective_on <= kept_until:
            raise RetentionNotOver(kept_until=kept_until, legal_basis=rule.legal_basis)
        self._erased(act=act, ground=request.ground)

    @recorded_by(Erased)
    def _erased(self, act: Act, ground: ErasureGround) -> None:
        self.request = None
        self.erased_on = act.effective_on

    def _must_not_be_erased(self) -> None:
        if self.erased_on is not None:
            raise SubjectErasedBefore

    def _must_be_answered_by(self, act: Act) -> ErasureRequest:
        if self.request is None:
            raise ErasureNotRequested
        must_be_another_than(act, self.request.requested_by)
        return self.request
