"""One enterprise's part in a task for one content, from registration to its close (docs/procedure.md)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, ClassVar, Self
from uuid import UUID

from eventsourcing.domain import CanMutateAggregate

from services.shared.proceeding import Proceeding
from services.shared.record import Act, document_of, recorded_by
from services.support.domain.catalogue import Content, ContentKind
from services.support.domain.certificate_life import RESULT_IN_WORDS, SurveillanceResult
from services.support.domain.claim import Claim
from services.support.domain.conditions import Verdict, unmet_reasons
from services.support.domain.money import in_dong
from services.support.domain.norm_terms import Amount, SizeEvidence, Step
from services.support.domain.participation_refusals import (
    CertificateExpired,
    CertificateNotYetIssued,
    CertificateOlderThanDecision,
    ParticipationAlreadyCertified,
    ParticipationDecided,
    ParticipationLacksEvidence,
    ParticipationNotCommitted,
    ParticipationNotEligible,
    ParticipationNotMonitored,
    ParticipationNotScreened,
    ParticipationNotSelected,
    ParticipationOfAnother,
    PaymentAlreadyClaimed,
    PaymentNotClaimed,
    VoucherNamedTwice,
    VouchersBelowCost,
)
from services.support.domain.task_terms import ParticipationLine

__all__ = ["Participation", "ParticipationStatus", "PaymentClaim", "Voucher"]


class ParticipationStatus(StrEnum):
    """What happened to a participation last; CLOSED, REFUSED and WITHDRAWN are final."""

    REGISTERED = "REGISTERED"
    ELIGIBLE = "ELIGIBLE"
    INELIGIBLE = "INELIGIBLE"
    SELECTED = "SELECTED"
    COMMITTED = "COMMITTED"
    IMPLEMENTED = "IMPLEMENTED"
    CERTIFIED = "CERTIFIED"
    WAITLISTED = "WAITLISTED"
    NOT_CERTIFIED = "NOT_CERTIFIED"
    CLAIMED = "CLAIMED"
    PAID = "PAID"
    MONITORED = "MONITORED"
    CLOSED = "CLOSED"
    REFUSED = "REFUSED"
    WITHDRAWN = "WITHDRAWN"


BEFORE_DECISION = frozenset(
    {ParticipationStatus.REGISTERED, ParticipationStatus.ELIGIBLE, ParticipationStatus.INELIGIBLE}
)
UNDECIDED = BEFORE_DECISION | {ParticipationStatus.WAITLISTED}
UNDER_CONTRACT = frozenset(
    {
        ParticipationStatus.SELECTED,  # of contracts signed before commitments were asked for
        ParticipationStatus.COMMITTED,
        ParticipationStatus.IMPLEMENTED,
        ParticipationStatus.CERTIFIED,
        ParticipationStatus.NOT_CERTIFIED,
        ParticipationStatus.CLAIMED,
        ParticipationStatus.PAID,
        ParticipationStatus.MONITORED,
    }
)


@dataclass(frozen=True)
class Voucher:
    """A paper that proves a cost (chứng từ): an invoice, a bank's proof of payment (đồng)."""

    title: str
    number: str
    issued_on: date
    amount_vnd: int


@dataclass(frozen=True)
class PaymentClaim:
    """What payment for a milestone was asked for with."""

    milestone_number: int
    vouchers: tuple[Voucher, ...]


class Participation(Proceeding):
    """An enterprise's part in a task for one content (tham gia)."""

    TOPIC = "support:Participation"

    class Event(Proceeding.Event):
        """Something that happened to a participation; each names whose it is (sự kiện của hồ sơ tham gia)."""

        task_id: UUID
        enterprise_id: UUID
        content_code: str

    class Registered(Event, Proceeding.Created):
        """An enterprise registered for a content (đăng ký tham gia)."""

        TOPIC = "support:Participation.Registered"
        class_version: ClassVar[int] = 2
        content_group: str
        content_kind: ContentKind
        estimated_cost_vnd: int
        product_count: int
        priority_codes: tuple[str, ...]
        unit_keys: tuple[str, ...]

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            """Applications did not name products or sites."""
            state["unit_keys"] = []

        def sentence(self) -> str:
            cost = in_dong(self.estimated_cost_vnd)
            return f"Đăng ký một cơ sở tham gia nội dung {self.content_code}, chi phí dự kiến {cost}."

    Created = Registered

    class Screened(Event):
        """The participation was screened against the conditions (xét điều kiện)."""

        TOPIC = "support:Participation.Screened"
        class_version: ClassVar[int] = 2
        eligible: bool
        verdicts: tuple[Verdict, ...]
        registry_position: int
        size: SizeEvidence | None

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            """The enterprise's size and the legal place of each rule came later."""
            state["size"] = None
            for verdict in state["verdicts"]:
                verdict["article"] = ""

        def sentence(self) -> str:
            if self.eligible:
                return f"Xét điều kiện nội dung {self.content_code}: đủ điều kiện."
            return f"Xét điều kiện nội dung {self.content_code}: không đủ điều kiện. {unmet_reasons(self.verdicts)}"

    class Selected(Event):
        """The decision selected the participation (được chọn hỗ trợ)."""

        TOPIC = "support:Participation.Selected"
        class_version: ClassVar[int] = 2
        content_group: str
        content_kind: ContentKind
        amount_vnd: int
        explanation: str
        norms_id: UUID | None
        steps: tuple[Step, ...]

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            """The norms and the steps of the computation came later; until then the sentence was all."""
            state["norms_id"] = None
            state["steps"] = []

        def sentence(self) -> str:
            return f"Được chọn hỗ trợ {in_dong(self.amount_vnd)}. Cách tính: {self.explanation}"

    class Waitlisted(Event):
        """The decision left the participation waiting (đưa vào danh sách chờ)."""

        TOPIC = "support:Participation.Waitlisted"
        rank: int
        candidate_count: int
        explanation: str
        reason: str | None

        def sentence(self) -> str:
            place = f"xếp thứ {self.rank} trong {self.candidate_count} hồ sơ. {self.explanation}"
            reason = f" Lý do: {self.reason}" if self.reason else ""
            return f"Đưa nội dung {self.content_code} vào danh sách chờ, {place}{reason}"

    class Committed(Event):
        """The enterprise committed itself to take no other State money (bản cam kết)."""

        TOPIC = "support:Participation.Committed"

        def sentence(self) -> str:
            paper = f"theo bản cam kết {self.act.document}"
            return f"Cam kết không nhận hỗ trợ khác của Nhà nước cho nội dung {self.content_code}, {paper}."

    class Implemented(Event):
        """The content was applied at the enterprise (đã áp dụng)."""

        TOPIC = "support:Participation.Implemented"
        summary: str

        def sentence(self) -> str:
            return f"Đã áp dụng nội dung {self.content_code} tại cơ sở: {self.summary}"

    class Certified(Event):
        """A certificate was issued (chứng nhận)."""

        TOPIC = "support:Participation.Certified"
        certificate_number: str
        certification_body: str
        issued_on: date
        valid_until: date

        def sentence(self) -> str:
            issued = f"{self.certificate_number} do {self.certification_body} cấp ngày {self.issued_on:%d/%m/%Y}"
            return f"Được chứng nhận {self.content_code}: chứng chỉ {issued}, hiệu lực đến {self.valid_until:%d/%m/%Y}."

    class CertificateDenied(Event):
        """The certifier did not issue the certificate (không được chứng nhận)."""

        TOPIC = "support:Participation.CertificateDenied"
        reason: str

        def sentence(self) -> str:
            return f"Không được chứng nhận {self.content_code} theo {self.act.document}. Lý do: {self.reason}"

    class PaymentClaimed(Event):
        """Payment for an accepted milestone was asked for with its vouchers (đề nghị thanh toán kèm chứng từ)."""

        TOPIC = "support:Participation.PaymentClaimed"
        milestone_number: int
        vouchers: tuple[Voucher, ...]

        def sentence(self) -> str:
            total = in_dong(sum(voucher.amount_vnd for voucher in self.vouchers))
            proven = f"{len(self.vouchers)} chứng từ, tổng {total}"
            return f"Đề nghị thanh toán nội dung {self.content_code}, mốc {self.milestone_number}, kèm {proven}."

    class Paid(Event):
        """A milestone's payment paid for the participation (được thanh toán)."""

        TOPIC = "support:Participation.Paid"
        milestone_number: int
        amount_vnd: int

        def sentence(self) -> str:
            what = f"nội dung {self.content_code} của một cơ sở, mốc {self.milestone_number}"
            return f"Thanh toán {in_dong(self.amount_vnd)} cho {what}."

    class Monitored(Event):
        """Its certificate was looked at after it was paid for (theo dõi sau hỗ trợ)."""

        TOPIC = "support:Participation.Monitored"
        certificate_number: str
        result: SurveillanceResult

        def sentence(self) -> str:
            result = RESULT_IN_WORDS[self.result]
            audit = f"chứng chỉ {self.certificate_number} được đánh giá giám sát, kết quả {result}"
            return f"Theo dõi sau hỗ trợ nội dung {self.content_code}: {audit}."

    class Closed(Event):
        """The participation came to its end (kết thúc theo dõi)."""

        TOPIC = "support:Participation.Closed"
        summary: str

        def sentence(self) -> str:
            return f"Kết thúc theo dõi nội dung {self.content_code} của một cơ sở. {self.summary}"

    class Refused(Event):
        """The participation was refused with a reason (từ chối hỗ trợ)."""

        TOPIC = "support:Participation.Refused"
        reason: str

        def sentence(self) -> str:
            return f"Từ chối hỗ trợ nội dung {self.content_code}. Lý do: {self.reason}"

    class Withdrawn(Event):
        """The participation was taken off its application or contract (rút khỏi hồ sơ)."""

        TOPIC = "support:Participation.Withdrawn"

        def sentence(self) -> str:
            return f"Rút nội dung {self.content_code} của một cơ sở khỏi hồ sơ."

    @recorded_by(Registered)
    def __init__(
        self,
        act: Act,
        task_id: UUID,
        enterprise_id: UUID,
        content_code: str,
        content_group: str,
        content_kind: ContentKind,
        estimated_cost_vnd: int,
        product_count: int,
        priority_codes: tuple[str, ...],
        unit_keys: tuple[str, ...],
    ) -> None:
        self.task_id = task_id
        self.enterprise_id = enterprise_id
        self.content_code = content_code
        self.content_group = content_group
        self.content_kind = content_kind
        self.estimated_cost_vnd = estimated_cost_vnd
        self.product_count = product_count
        self.priority_codes = priority_codes
        self.unit_keys = unit_keys
        self.status = ParticipationStatus.REGISTERED
        self.verdicts: tuple[Verdict, ...] = ()
        self.registry_position = 0
        self.screened_by: frozenset[UUID] = frozenset()
        self.size: SizeEvidence | None = None
        self.decided_on: date | None = None
        self.amount_vnd = 0
        self.explanation: str | None = None
        self.norms_id: UUID | None = None
        self.steps: tuple[Step, ...] = ()
        self.reason: str | None = None
        self.is_implemented = False
        self.certificate_number: str | None = None
        self.certification_body: str | None = None
        self.issued_on: date | None = None
        self.valid_until: date | None = None
        self.payment_claims: tuple[PaymentClaim, ...] = ()
        self.paid_vnd = 0
        self.is_monitored = False

    @classmethod
    def register(
        cls,
        act: Act,
        content: Content,
        *,
        task_id: UUID,
        line: ParticipationLine,
    ) -> Self:
        """An enterprise's part in an application; the task has checked the list that the line stands in."""
        return cls(
            act=act,
            task_id=task_id,
            enterprise_id=line.enterprise_id,
            content_code=content.code,
            content_group=content.group,
            content_kind=content.kind,
            estimated_cost_vnd=line.estimated_cost_vnd,
            product_count=line.product_count,
            priority_codes=line.priority_codes,
            unit_keys=line.unit_keys,
        )

    def trigger_event(self, event_class: type[CanMutateAggregate[UUID]], **kwargs: Any) -> None:
        super().trigger_event(
            event_class,
            task_id=self.task_id,
            enterprise_id=self.enterprise_id,
            content_code=self.content_code,
            **kwargs,
        )

    @property
    def claim_id(self) -> UUID:
        """The claim that keeps the content from being funded twice."""
        return Claim.create_id(self.enterprise_id, self.content_code)

    @property
    def line(self) -> ParticipationLine:
        """The participation as its application listed it."""
        return ParticipationLine(
            enterprise_id=self.enterprise_id,
            content_code=self.content_code,
            estimated_cost_vnd=self.estimated_cost_vnd,
            product_count=self.product_count,
            priority_codes=self.priority_codes,
            unit_keys=self.unit_keys,
        )

    @property
    def is_eligible(self) -> bool:
        """Whether its screening, and no decision since, says that it may be selected; also who waits may."""
        return self.status in {ParticipationStatus.ELIGIBLE, ParticipationStatus.WAITLISTED}

    @property
    def unmet_reasons(self) -> str:
        """Why it is not eligible, as its screening said."""
        return unmet_reasons(self.verdicts)

    def must_be_screened(self) -> None:
        """Raises ParticipationNotScreened."""
        if self.status is ParticipationStatus.REGISTERED:
            raise ParticipationNotScreened(participation_id=self.id)

    def must_be_of(self, enterprise_id: UUID) -> None:
        """Raises ParticipationOfAnother."""
        if self.enterprise_id != enterprise_id:
            raise ParticipationOfAnother(participation_id=self.id)

    def screen(
        self, act: Act, *, verdicts: tuple[Verdict, ...], registry_position: int, size: SizeEvidence | None = None
    ) -> None:
        """Every condition has been judged; until the decision it may be judged again.

        Raises ParticipationDecided.
        """
        if self.status not in BEFORE_DECISION:
            raise ParticipationDecided
        eligible = all(verdict.met for verdict in verdicts)
        self._screened(act=act, eligible=eligible, verdicts=verdicts, registry_position=registry_position, size=size)

    @recorded_by(Screened)
    def _screened(
        self,
        act: Act,
        eligible: bool,
        verdicts: tuple[Verdict, ...],
        registry_position: int,
        size: SizeEvidence | None,
    ) -> None:
        self.status = ParticipationStatus.ELIGIBLE if eligible else ParticipationStatus.INELIGIBLE
        self.screened_by |= {act.person_id}
        self.verdicts = verdicts
        self.registry_position = registry_position
        self.size = size

    def select(self, act: Act, amount: Amount, *, norms_id: UUID) -> None:
        """The decision grants it an amount, computed by the version of norms it pins.

        Raises ParticipationNotEligible.
        """
        self._must_be_eligible()
        self._selected(
            act=act,
            content_group=self.content_group,
            content_kind=self.content_kind,
            amount_vnd=amount.amount_vnd,
            explanation=amount.explanation,
            norms_id=norms_id,
            steps=amount.steps,
        )

    @recorded_by(Selected)
    def _selected(
        self,
        act: Act,
        content_group: str,
        content_kind: ContentKind,
        amount_vnd: int,
        explanation: str,
        norms_id: UUID | None,
        steps: tuple[Step, ...],
    ) -> None:
        self.status = ParticipationStatus.SELECTED
        self.decided_on = act.effective_on
        self.amount_vnd = amount_vnd
        self.explanation = explanation
        self.norms_id = norms_id
        self.steps = steps

    def waitlist(self, act: Act, *, rank: int, candidate_count: int, explanation: str, reason: str | None) -> None:
        """The decision leaves it waiting at its place among the candidates.

        Raises ParticipationNotEligible.
        """
        self._must_be_eligible()
        self._waitlisted(act=act, rank=rank, candidate_count=candidate_count, explanation=explanation, reason=reason)

    @recorded_by(Waitlisted)
    def _waitlisted(self, act: Act, rank: int, candidate_count: int, explanation: str, reason: str | None) -> None:
        self.status = ParticipationStatus.WAITLISTED

    def _must_be_eligible(self) -> None:
        if not self.is_eligible:
            raise ParticipationNotEligible(participation_id=self.id)

    def commit(self, act: Act) -> None:
        """The enterprise's written commitment to take no other State money for the content.

        Raises DocumentMissing and ParticipationNotSelected.
        """
        document_of(act)
        if self.status is not ParticipationStatus.SELECTED:
            raise ParticipationNotSelected
        self._committed(act=act)

    @recorded_by(Committed)
    def _committed(self, act: Act) -> None:
        self.status = ParticipationStatus.COMMITTED

    def must_be_committed(self) -> None:
        """Raises ParticipationNotCommitted."""
        if self.status is not ParticipationStatus.COMMITTED:
            raise ParticipationNotCommitted(participation_id=self.id)

    def implement(self, act: Act, *, summary: str) -> None:
        """The content is applied at the enterprise.

        Raises ParticipationNotSelected.
        """
        if self.status not in {ParticipationStatus.SELECTED, ParticipationStatus.COMMITTED}:
            raise ParticipationNotSelected
        self._implemented(act=act, summary=summary)

    @recorded_by(Implemented)
    def _implemented(self, act: Act, summary: str) -> None:
        self.status = ParticipationStatus.IMPLEMENTED
        self.is_implemented = True

    def certify(
        self, act: Act, *, certificate_number: str, certification_body: str, issued_on: date, valid_until: date
    ) -> None:
        """The content led to a certificate; a certification proper needs no application before it.

        It was issued between the decision and the act and is valid on the act's day, so it never ends before its issue.
        Raises ParticipationAlreadyCertified, ParticipationNotSelected, CertificateNotYetIssued,
        CertificateOlderThanDecision and CertificateExpired.
        """
        self._must_await_certificate()
        assert self.decided_on is not None
        if issued_on > act.effective_on:
            raise CertificateNotYetIssued("issued_on")
        if issued_on < self.decided_on:
            raise CertificateOlderThanDecision("issued_on", decided_on=self.decided_on)
        if valid_until < act.effective_on:
            raise CertificateExpired("valid_until")
        self._certified(
            act=act,
            certificate_number=certificate_number,
            certification_body=certification_body,
            issued_on=issued_on,
            valid_until=valid_until,
        )

    @recorded_by(Certified)
    def _certified(
        self, act: Act, certificate_number: str, certification_body: str, issued_on: date, valid_until: date
    ) -> None:
        self.status = ParticipationStatus.CERTIFIED
        self.certificate_number = certificate_number
        self.certification_body = certification_body
        self.issued_on = issued_on
        self.valid_until = valid_until

    def deny_certificate(self, act: Act, *, reason: str) -> None:
        """The certifier's paper says that there will be no certificate; a later one may still be recorded.

        Raises DocumentMissing, ParticipationAlreadyCertified and ParticipationNotSelected.
        """
        document_of(act)
        self._must_await_certificate()
        self._certificate_denied(act=act, reason=reason)

    @recorded_by(CertificateDenied)
    def _certificate_denied(self, act: Act, reason: str) -> None:
        self.status = ParticipationStatus.NOT_CERTIFIED
        self.reason = reason

    def claim_payment(self, act: Act, *, milestone_number: int, cost_vnd: int, vouchers: tuple[Voucher, ...]) -> None:
        """Payment is asked for, with vouchers that prove the whole cost accepted with the milestone (``cost_vnd``).

        Raises ParticipationNotSelected, PaymentAlreadyClaimed, VoucherNamedTwice and VouchersBelowCost.
        """
        self._must_be_under_contract()
        if milestone_number in self.claimed_milestones:
            raise PaymentAlreadyClaimed(milestone_number=milestone_number)
        numbers = [voucher.number for voucher in vouchers]
        for index, number in enumerate(numbers):
            if number in numbers[:index]:
                raise VoucherNamedTwice(f"vouchers[{index}].number", number=number)
        proven_vnd = sum(voucher.amount_vnd for voucher in vouchers)
        if proven_vnd < cost_vnd:
            raise VouchersBelowCost(proven=in_dong(proven_vnd), cost=in_dong(cost_vnd))
        self._payment_claimed(act=act, milestone_number=milestone_number, vouchers=vouchers)

    @recorded_by(PaymentClaimed)
    def _payment_claimed(self, act: Act, milestone_number: int, vouchers: tuple[Voucher, ...]) -> None:
        self.status = ParticipationStatus.CLAIMED
        self.payment_claims = (*self.payment_claims, PaymentClaim(milestone_number, vouchers))

    @property
    def claimed_milestones(self) -> frozenset[int]:
        """The milestones of its contract for which payment was asked for."""
        return frozenset(claim.milestone_number for claim in self.payment_claims)

    def pay(self, act: Act, *, milestone_number: int, amount_vnd: int) -> None:
        """The contract pays for its part in a milestone, for which it was asked.

        Raises PaymentNotClaimed.
        """
        if milestone_number not in self.claimed_milestones:
            raise PaymentNotClaimed(participation_id=self.id)
        self._paid(act=act, milestone_number=milestone_number, amount_vnd=amount_vnd)

    @recorded_by(Paid)
    def _paid(self, act: Act, milestone_number: int, amount_vnd: int) -> None:
        self.status = ParticipationStatus.PAID
        self.paid_vnd += amount_vnd

    def monitor(self, act: Act, *, certificate_number: str, result: SurveillanceResult) -> None:
        """A surveillance audit of its certificate; the first one counts that follows a payment."""
        if self.status is ParticipationStatus.PAID and self.last_acted_on <= act.effective_on:
            self._monitored(act=act, certificate_number=certificate_number, result=result)

    @recorded_by(Monitored)
    def _monitored(self, act: Act, certificate_number: str, result: SurveillanceResult) -> None:
        self.status = ParticipationStatus.MONITORED
        self.is_monitored = True

    def close(self, act: Act, *, summary: str, surveillance_due: bool = False) -> None:
        """Nothing more is expected of it; the books of its contract are closed.

        ``surveillance_due`` where the rules want its certificate, which still holds, looked at. Raises
        ParticipationNotSelected and ParticipationNotMonitored.
        """
        self._must_be_under_contract()
        if surveillance_due and self.paid_vnd and not self.is_monitored:
            raise ParticipationNotMonitored(certificate_number=self.certificate_number)
        self._closed(act=act, summary=summary)

    @recorded_by(Closed)
    def _closed(self, act: Act, summary: str) -> None:
        self.status = ParticipationStatus.CLOSED

    def must_show_evidence(self, *, certificate_needed: bool) -> None:
        """Raises ParticipationLacksEvidence."""
        is_shown = self.certificate_number is not None or (self.is_implemented and not certificate_needed)
        if not is_shown:
            evidence = "chứng chỉ" if certificate_needed else "kết quả áp dụng"
            raise ParticipationLacksEvidence(participation_id=self.id, evidence=evidence)

    def refuse(self, act: Act, *, reason: str) -> None:
        """The participation comes to nothing, for a written reason.

        Raises ParticipationDecided.
        """
        self.must_be_undecided()
        self._refused(act=act, reason=reason)

    @recorded_by(Refused)
    def _refused(self, act: Act, reason: str) -> None:
        self.status = ParticipationStatus.REFUSED
        self.reason = reason

    def withdraw(self, act: Act) -> None:
        """The corrected application no longer holds it.

        Raises ParticipationDecided.
        """
        self.must_be_undecided()
        self._withdrawn(act=act)

    def step_back(self, act: Act) -> None:
        """Who applied takes it back before there is a contract.

        Raises ParticipationDecided.
        """
        if self.status not in UNDECIDED | {ParticipationStatus.SELECTED, ParticipationStatus.COMMITTED}:
            raise ParticipationDecided
        self._withdrawn(act=act)

    def leave_contract(self, act: Act) -> None:
        """It is taken off its contract, by an amendment or by its own wish; the contract has seen that it is unpaid.

        Raises ParticipationNotSelected.
        """
        self._must_be_under_contract()
        self._withdrawn(act=act)

    @recorded_by(Withdrawn)
    def _withdrawn(self, act: Act) -> None:
        self.status = ParticipationStatus.WITHDRAWN

    def must_be_undecided(self) -> None:
        """Raises ParticipationDecided; who waits is not decided on."""
        if self.status not in UNDECIDED:
            raise ParticipationDecided

    def _must_be_under_contract(self) -> None:
        if self.status not in UNDER_CONTRACT:
            raise ParticipationNotSelected

    def _must_await_certificate(self) -> None:
        self._must_be_under_contract()
        if self.certificate_number is not None:
            raise ParticipationAlreadyCertified(certificate_number=self.certificate_number)
