"""Whether a person's data may be erased: asked for, held back, refused or done (Luật 91/2025/QH15, Điều 14).

What is erased is the key under which a service sealed what it was told of a person. The history stays; who was erased
stays so. How long data are kept, and how soon a request is answered, is data, never a constant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from services.shared.record import Act, document_of, must_be_another_than
from services.shared.refusals import Missing, Refusal, Taken

__all__ = [
    "ErasureGround",
    "ErasureProcedure",
    "ErasureRequest",
    "ErasureRule",
    "LegalHold",
    "Ties",
    "rule_on",
]


class ErasureRuleAlreadyAdopted(Taken):
    """From one day on there is one rule."""

    sentence = "Đã có quy tắc lưu giữ và xóa dữ liệu cá nhân áp dụng từ ngày {valid_from:%d/%m/%Y}."


@dataclass(frozen=True)
class ErasureRule:
    """What applies from ``valid_from`` on.

    Data are kept for ``retention_years`` (calendar years) after the one in which the last tie ended; a
    request is answered within ``answer_within_days`` (calendar days). ``sample`` marks values that no authority has
    confirmed.
    """

    valid_from: date
    legal_basis: str
    retention_years: int
    answer_within_days: int
    sample: bool

    def must_be_the_first_of_its_day(self, rules: Iterable[ErasureRule]) -> None:
        """Raises ErasureRuleAlreadyAdopted where one of these applies from the same day on."""
        if any(rule.valid_from == self.valid_from for rule in rules):
            raise ErasureRuleAlreadyAdopted(valid_from=self.valid_from)

    def kept_until(self, last_day: date) -> date:
        """The last day on which data have to be kept, of somebody whose last tie ended on a day."""
        return date(min(last_day.year + self.retention_years, date.max.year), 12, 31)

    def answer_by(self, requested_on: date) -> date:
        """The last day on which a request of a day is answered in time."""
        return date.fromordinal(min(requested_on.toordinal() + self.answer_within_days, date.max.toordinal()))


def rule_on(day: date, rules: Iterable[ErasureRule]) -> ErasureRule | None:
    """That of the rules which applies on a day: the one that began last."""
    begun = [rule for rule in rules if rule.valid_from <= day]
    return max(begun, key=lambda rule: rule.valid_from, default=None)


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
    """Who owns or represents an enterprise that is there, or holds a certificate without an end, has to be known."""

    sentence = (
        "Người này còn là chủ sở hữu, người đại diện của cơ sở đang hoạt động hoặc còn chứng chỉ không thời hạn"
        " nên chưa thể xóa dữ liệu."
    )


class LegalHoldUnknown(Missing):
    """There is no such hold."""

    sentence = "Không có lệnh giữ dữ liệu số {hold_number} đang có hiệu lực với người này."


class SubjectUnknown(Missing):
    """Nobody's data are kept under this id: a company's are nobody's."""

    sentence = "Không có dữ liệu cá nhân nào được lưu dưới mã {subject_id}."


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
    """Until when somebody had to do with the programme: no ``last_day`` for who never had, open ties have no end."""

    last_day: date | None
    open: bool


# What the events of such a record say; each service gives them their topics, which are released for ever.


@dataclass(frozen=True)
class HoldPlaced:
    """A document orders to keep the data."""

    act: Act
    subject_id: UUID
    hold_number: int
    reason: str

    def sentence(self) -> str:
        return f"Giữ dữ liệu của một người theo {self.act.document}. Lý do: {self.reason}"


@dataclass(frozen=True)
class HoldLifted:
    """Another person lifted a hold."""

    act: Act
    subject_id: UUID
    hold_number: int
    reason: str

    def sentence(self) -> str:
        return f"Bỏ lệnh giữ dữ liệu số {self.hold_number} theo {self.act.document}. Lý do: {self.reason}"


@dataclass(frozen=True)
class ErasureRequested:
    """It was asked that the data be erased."""

    act: Act
    subject_id: UUID
    ground: ErasureGround
    answer_by: date | None

    def sentence(self) -> str:
        until = f", trả lời trước hết ngày {self.answer_by:%d/%m/%Y}" if self.answer_by else ""
        return f"Yêu cầu xóa dữ liệu cá nhân theo {self.act.document}: {self.ground.term}{until}."


@dataclass(frozen=True)
class ErasureRefused:
    """The request was refused for a written reason."""

    act: Act
    subject_id: UUID
    reason: str

    def sentence(self) -> str:
        return f"Từ chối xóa dữ liệu cá nhân theo {self.act.document}. Lý do: {self.reason}"


@dataclass(frozen=True)
class Erased:
    """The key of the data is thrown away, for ever."""

    act: Act
    subject_id: UUID
    ground: ErasureGround

    def sentence(self) -> str:
        return f"Xóa dữ liệu cá nhân của một người theo {self.act.document}: {self.ground.term}."


@dataclass(frozen=True)
class RuleAdopted:
    """A rule was adopted."""

    act: Act
    rule: ErasureRule

    def sentence(self) -> str:
        rule = self.rule
        sample = " (giá trị mẫu)" if rule.sample else ""
        return (
            f"Ban hành quy tắc{sample} theo {rule.legal_basis}, áp dụng từ ngày {rule.valid_from:%d/%m/%Y}: "
            f"lưu giữ dữ liệu cá nhân {rule.retention_years} năm, trả lời yêu cầu xóa trong "
            f"{rule.answer_within_days} ngày."
        )


class ErasureProcedure:
    """What is asked and ordered about a person's data; the record of which this is part keeps what happened."""

    subject_id: UUID
    holds: tuple[LegalHold, ...]
    request: ErasureRequest | None
    erased_on: date | None
    _hold_placed: Callable[..., None]
    _hold_lifted: Callable[..., None]
    _erasure_requested: Callable[..., None]
    _erasure_refused: Callable[..., None]
    _erased: Callable[..., None]

    def place_hold(self, act: Act, reason: str) -> None:
        """Keep the data, by the act's document, until the hold is lifted.

        Raises DocumentMissing and SubjectErasedBefore.
        """
        document_of(act)
        self._must_not_be_erased()
        self._hold_placed(act=act, hold_number=len(self.holds) + 1, reason=reason)

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

    def refuse_erasure(self, act: Act, reason: str) -> None:
        """Answer a request with a written no, by another person than took it down; it may be asked anew.

        Raises DocumentMissing, ErasureNotRequested and ActedBefore.
        """
        document_of(act)
        self._must_be_answered_by(act)
        self._erasure_refused(act=act, reason=reason)

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

    def _must_not_be_erased(self) -> None:
        if self.erased_on is not None:
            raise SubjectErasedBefore

    def _must_be_answered_by(self, act: Act) -> ErasureRequest:
        if self.request is None:
            raise ErasureNotRequested
        must_be_another_than(act, self.request.requested_by)
        return self.request
