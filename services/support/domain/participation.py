"""One enterprise's part in a task for one content, from registration to certificate (domain.md: Participation)."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any, ClassVar, Self
from uuid import UUID

from eventsourcing.domain import CanMutateAggregate

from services.shared.proceeding import Proceeding
from services.shared.record import Act, document_of, recorded_by
from services.shared.refusals import Invalid, Refusal
from services.support.domain.catalogue import Content, ContentKind
from services.support.domain.claim import Claim
from services.support.domain.conditions import Verdict, unmet_reasons
from services.support.domain.money import in_dong
from services.support.domain.norm_terms import Amount, SizeEvidence, Step
from services.support.domain.task_terms import ParticipationLine

__all__ = ["Participation", "ParticipationStatus"]


class ParticipationStatus(StrEnum):
    """How far a participation has come; REFUSED and WITHDRAWN are final."""

    REGISTERED = "REGISTERED"
    ELIGIBLE = "ELIGIBLE"
    INELIGIBLE = "INELIGIBLE"
    SELECTED = "SELECTED"
    COMMITTED = "COMMITTED"
    IMPLEMENTED = "IMPLEMENTED"
    CERTIFIED = "CERTIFIED"
    REFUSED = "REFUSED"
    WITHDRAWN = "WITHDRAWN"


BEFORE_DECISION = frozenset(
    {ParticipationStatus.REGISTERED, ParticipationStatus.ELIGIBLE, ParticipationStatus.INELIGIBLE}
)
UNDER_CONTRACT = frozenset(
    {
        ParticipationStatus.SELECTED,  # of contracts signed before commitments were asked for
        ParticipationStatus.COMMITTED,
        ParticipationStatus.IMPLEMENTED,
        ParticipationStatus.CERTIFIED,
    }
)


class ParticipationDecided(Refusal):
    """The decision has been made, or the participation taken off."""

    sentence = "Hồ sơ tham gia đã được quyết định hoặc đã rút, không thể xét lại."


class ParticipationNotEligible(Refusal):
    """Nobody is selected who was not found eligible."""

    sentence = "Hồ sơ tham gia {participation_id} chưa được xét là đủ điều kiện."


class ParticipationNotSelected(Refusal):
    """Only what was selected is carried out."""

    sentence = "Hồ sơ tham gia không ở trong danh sách được chọn hỗ trợ."


class ParticipationNotCommitted(Refusal):
    """No contract before the enterprise has committed itself to take no other State money for the content."""

    sentence = "Hồ sơ tham gia {participation_id} chưa có bản cam kết không nhận hỗ trợ khác của Nhà nước."


class ParticipationAlreadyCertified(Refusal):
    """The certificate is recorded once."""

    sentence = "Hồ sơ tham gia đã có chứng chỉ {certificate_number}."


class CertificateExpired(Invalid):
    """The certificate's last day lies before the day of the act."""

    sentence = "Chứng chỉ đã hết hiệu lực vào ngày ghi nhận."


class CertificateNotYetIssued(Invalid):
    """What is not yet issued is not recorded as issued."""

    sentence = "Ngày cấp chứng chỉ không được sau ngày ghi nhận."


class CertificateOlderThanDecision(Invalid):
    """A certificate that was there before the decision is no result of it."""

    sentence = "Chứng chỉ cấp trước ngày quyết định hỗ trợ {decided_on:%d/%m/%Y} không phải là kết quả của hỗ trợ."


class ParticipationLacksEvidence(Refusal):
    """Nothing is accepted that was not applied, nor paid before its certificate where the norm asks for one."""

    sentence = "Hồ sơ tham gia {participation_id} chưa có {evidence}."


class ParticipationNotScreened(Refusal):
    """A council judges an application whose every participation has been screened."""

    sentence = "Hồ sơ tham gia {participation_id} chưa được xét điều kiện."


class ParticipationOfAnother(Refusal):
    """The participation is another enterprise's."""

    sentence = "Hồ sơ tham gia {participation_id} là của một cơ sở khác."


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
        content_group: str
        content_kind: ContentKind
        estimated_cost_vnd: int
        product_count: int
        priority_codes: tuple[str, ...]

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
    ) -> None:
        self.task_id = task_id
        self.enterprise_id = enterprise_id
        self.content_code = content_code
        self.content_group = content_group
        self.content_kind = content_kind
        self.estimated_cost_vnd = estimated_cost_vnd
        self.product_count = product_count
        self.priority_codes = priority_codes
        self.status = ParticipationStatus.REGISTERED
        self.verdicts: tuple[Verdict, ...] = ()
        self.registry_position = 0
        self.screened_by: UUID | None = None
        self.size: SizeEvidence | None = None
        self.decided_on: date | None = None
        self.amount_vnd = 0
        self.explanation: str | None = None
        self.norms_id: UUID | None = None
        self.steps: tuple[Step, ...] = ()
        self.reason: str | None = None
        self.certificate_number: str | None = None
        self.certification_body: str | None = None
        self.issued_on: date | None = None
        self.valid_until: date | None = None

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
        )

    @property
    def is_eligible(self) -> bool:
        """Whether its screening, and nothing since, says that it may be selected."""
        return self.status is ParticipationStatus.ELIGIBLE

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
        self._must_be_undecided()
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
        self.screened_by = act.person_id
        self.verdicts = verdicts
        self.registry_position = registry_position
        self.size = size

    def select(self, act: Act, amount: Amount, *, norms_id: UUID) -> None:
        """The decision grants it an amount, computed by the version of norms it pins.

        Raises ParticipationNotEligible.
        """
        if self.status is not ParticipationStatus.ELIGIBLE:
            raise ParticipationNotEligible(participation_id=self.id)
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

    def certify(
        self, act: Act, *, certificate_number: str, certification_body: str, issued_on: date, valid_until: date
    ) -> None:
        """The content led to a certificate; a certification proper needs no application before it.

        It was issued between the decision and the act and is valid on the act's day, so it never ends before its issue.
        Raises ParticipationAlreadyCertified, ParticipationNotSelected, CertificateNotYetIssued,
        CertificateOlderThanDecision and CertificateExpired.
        """
        if self.status is ParticipationStatus.CERTIFIED:
            raise ParticipationAlreadyCertified(certificate_number=self.certificate_number)
        if self.status not in UNDER_CONTRACT:
            raise ParticipationNotSelected
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

    def must_show_evidence(self, *, certificate_needed: bool) -> None:
        """Raises ParticipationLacksEvidence."""
        enough = {ParticipationStatus.CERTIFIED}
        if not certificate_needed:
            enough.add(ParticipationStatus.IMPLEMENTED)
        if self.status not in enough:
            evidence = "chứng chỉ" if certificate_needed else "kết quả áp dụng"
            raise ParticipationLacksEvidence(participation_id=self.id, evidence=evidence)

    def refuse(self, act: Act, *, reason: str) -> None:
        """The participation comes to nothing, for a written reason.

        Raises ParticipationDecided.
        """
        self._must_be_undecided()
        self._refused(act=act, reason=reason)

    @recorded_by(Refused)
    def _refused(self, act: Act, reason: str) -> None:
        self.status = ParticipationStatus.REFUSED
        self.reason = reason

    def withdraw(self, act: Act) -> None:
        """The corrected application no longer holds it.

        Raises ParticipationDecided.
        """
        self._must_be_undecided()
        self._withdrawn(act=act)

    def step_back(self, act: Act) -> None:
        """Who applied takes it back before there is a contract.

        Raises ParticipationDecided.
        """
        if self.status not in BEFORE_DECISION | {ParticipationStatus.SELECTED, ParticipationStatus.COMMITTED}:
            raise ParticipationDecided
        self._withdrawn(act=act)

    def leave_contract(self, act: Act) -> None:
        """An amendment takes it off its contract, before any of it was accepted.

        Raises ParticipationNotSelected.
        """
        if self.status not in UNDER_CONTRACT:
            raise ParticipationNotSelected
        self._withdrawn(act=act)

    @recorded_by(Withdrawn)
    def _withdrawn(self, act: Act) -> None:
        self.status = ParticipationStatus.WITHDRAWN

    def _must_be_undecided(self) -> None:
        if self.status not in BEFORE_DECISION:
            raise ParticipationDecided
