"""Delegated signatures: who may sign for whom, what, up to how much, from when to when (Nghị định 30/2020/NĐ-CP)."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Self
from uuid import UUID

from services.shared.record import Act, Record, document_of, recorded_by
from services.shared.refusals import Forbidden, Invalid, Refusal
from services.support.domain.money import in_dong

__all__ = ["DecisionKind", "Delegation", "SignatureLine"]


class DecisionKind(StrEnum):
    """What can be decided under a delegation."""

    TASK_APPROVAL = "TASK_APPROVAL"
    TASK_REFUSAL = "TASK_REFUSAL"
    ESTIMATE_APPROVAL = "ESTIMATE_APPROVAL"
    BUDGET_ADJUSTMENT = "BUDGET_ADJUSTMENT"


DECISION_KIND_IN_WORDS = {
    DecisionKind.TASK_APPROVAL: "phê duyệt nhiệm vụ",
    DecisionKind.TASK_REFUSAL: "không phê duyệt nhiệm vụ",
    DecisionKind.ESTIMATE_APPROVAL: "phê duyệt dự toán năm",
    DecisionKind.BUDGET_ADJUSTMENT: "phê duyệt điều chỉnh dự toán",
}


class SignatureLine(StrEnum):
    """What stands before the signature: KT. (for the superior), TL. (by order), TUQ. (by authorisation)."""

    KT = "KT"
    TL = "TL"
    TUQ = "TUQ"


class DelegationEndsBeforeItStarts(Invalid):
    """The last day lies before the first."""

    sentence = "Ngày hết hạn ủy quyền không được trước ngày bắt đầu."


class DelegatedToOneself(Invalid):
    """A signature is delegated to somebody else."""

    sentence = "Người ủy quyền và người được ủy quyền phải là hai người khác nhau."


class DelegationNotYoursToRevoke(Forbidden):
    """A delegation is taken back in the body that gave it."""

    sentence = "Chỉ cơ quan {body}, với tư cách đã ủy quyền, được thu hồi ủy quyền này."


class DelegationAlreadyRevoked(Refusal):
    """Nothing is left to take back."""

    sentence = "Ủy quyền này đã được thu hồi."


class AuthorityNotDelegated(Forbidden):
    """Who does not decide in their own capacity names the delegation they sign under."""

    sentence = "Người ký không có thẩm quyền này; phải nêu văn bản ủy quyền còn hiệu lực."


class DelegatedToAnother(Forbidden):
    """A delegation serves the person it names, acting for the body it names."""

    sentence = "Ủy quyền này được giao cho người khác, hoặc cho người ký dưới danh nghĩa cơ quan {body}."


class PrincipalLacksAuthority(Forbidden):
    """Nobody delegates what they may not decide themselves."""

    sentence = "Người ủy quyền không có thẩm quyền {kind}."


class KindNotDelegated(Forbidden):
    """The delegation is for other decisions."""

    sentence = "Ủy quyền theo {document} không bao gồm việc {kind}."


class AboveDelegatedCeiling(Forbidden):
    """The delegation goes up to an amount."""

    sentence = "Ủy quyền theo {document} chỉ đến {ceiling}; quyết định này là {amount}."


class DelegationNotInForce(Forbidden):
    """The decision's day lies outside the delegation's period."""

    sentence = "Ủy quyền theo {document} chỉ có hiệu lực từ {valid_from:%d/%m/%Y} đến {valid_until:%d/%m/%Y}."


class Delegation(Record):
    """One person's signature delegated to another by a legal document (ủy quyền ký)."""

    TOPIC = "support:Delegation"

    class Event(Record.Event):
        """Something that happened to a delegation (sự kiện của ủy quyền)."""

    class Granted(Event, Record.Created):
        """The principal, whose act it is, delegated a signature (ủy quyền ký)."""

        TOPIC = "support:Delegation.Granted"
        delegate_id: UUID
        delegate_body: str
        signature_line: SignatureLine
        decision_kinds: tuple[DecisionKind, ...]
        ceiling_vnd: int
        valid_from: date
        valid_until: date

        def sentence(self) -> str:
            kinds = ", ".join(DECISION_KIND_IN_WORDS[kind] for kind in self.decision_kinds)
            period = f"từ {self.valid_from:%d/%m/%Y} đến {self.valid_until:%d/%m/%Y}"
            to = f"cho một người của {self.delegate_body} ký {self.signature_line}."
            return f"{self.act.document}: ủy quyền {to} {kinds}, đến {in_dong(self.ceiling_vnd)}, {period}."

    Created = Granted

    class Exercised(Event):
        """A decision was signed under the delegation, for both to see (ký theo ủy quyền)."""

        TOPIC = "support:Delegation.Exercised"
        principal_id: UUID
        principal_body: str
        delegate_id: UUID
        signature_line: SignatureLine
        decision_kind: DecisionKind
        decided_id: UUID
        amount_vnd: int

        def sentence(self) -> str:
            kind = DECISION_KIND_IN_WORDS[self.decision_kind]
            signed = f"{self.signature_line}. {self.principal_body}"
            return f"Ký {signed} văn bản {self.act.document}: {kind}, {in_dong(self.amount_vnd)}."

    class Revoked(Event):
        """The delegation was taken back for a reason (thu hồi ủy quyền)."""

        TOPIC = "support:Delegation.Revoked"
        reason: str

        def sentence(self) -> str:
            return f"Thu hồi ủy quyền ký. Lý do: {self.reason}"

    @recorded_by(Granted)
    def __init__(
        self,
        act: Act,
        delegate_id: UUID,
        delegate_body: str,
        signature_line: SignatureLine,
        decision_kinds: tuple[DecisionKind, ...],
        ceiling_vnd: int,
        valid_from: date,
        valid_until: date,
    ) -> None:
        self.principal_id = act.person_id
        self.principal_body = act.body
        self.principal_capacity = act.capacity
        self.document = act.document
        self.delegate_id = delegate_id
        self.delegate_body = delegate_body
        self.signature_line = signature_line
        self.decision_kinds = decision_kinds
        self.ceiling_vnd = ceiling_vnd
        self.valid_from = valid_from
        self.valid_until = valid_until
        self.revoked = False

    @classmethod
    def grant(
        cls,
        act: Act,
        *,
        delegate_id: UUID,
        delegate_body: str,
        signature_line: SignatureLine,
        decision_kinds: tuple[DecisionKind, ...],
        ceiling_vnd: int,
        valid_from: date,
        valid_until: date,
    ) -> Self:
        """The acting person's own signature, delegated by a document.

        Raises DocumentMissing, DelegationEndsBeforeItStarts and DelegatedToOneself.
        """
        document_of(act)
        if valid_until < valid_from:
            raise DelegationEndsBeforeItStarts("valid_until")
        if delegate_id == act.person_id:
            raise DelegatedToOneself("delegate_id")
        return cls(
            act=act,
            delegate_id=delegate_id,
            delegate_body=delegate_body,
            signature_line=signature_line,
            decision_kinds=decision_kinds,
            ceiling_vnd=ceiling_vnd,
            valid_from=valid_from,
            valid_until=valid_until,
        )

    def exercise(
        self, act: Act, *, principals: frozenset[str], decision_kind: DecisionKind, decided_id: UUID, amount_vnd: int
    ) -> None:
        """The delegate signs a decision; ``principals`` are the capacities that may decide it themselves.

        Raises DelegationAlreadyRevoked, DelegatedToAnother, PrincipalLacksAuthority, KindNotDelegated,
        AboveDelegatedCeiling and DelegationNotInForce.
        """
        if self.revoked:
            raise DelegationAlreadyRevoked
        if (act.person_id, act.body) != (self.delegate_id, self.delegate_body):
            raise DelegatedToAnother(body=self.delegate_body)
        kind = DECISION_KIND_IN_WORDS[decision_kind]
        if self.principal_capacity not in principals:
            raise PrincipalLacksAuthority(kind=kind)
        if decision_kind not in self.decision_kinds:
            raise KindNotDelegated(document=self.document, kind=kind)
        if amount_vnd > self.ceiling_vnd:
            raise AboveDelegatedCeiling(
                document=self.document, ceiling=in_dong(self.ceiling_vnd), amount=in_dong(amount_vnd)
            )
        if not self.valid_from <= act.effective_on <= self.valid_until:
            raise DelegationNotInForce(document=self.document, valid_from=self.valid_from, valid_until=self.valid_until)
        self._exercised(
            act=act,
            principal_id=self.principal_id,
            principal_body=self.principal_body,
            delegate_id=self.delegate_id,
            signature_line=self.signature_line,
            decision_kind=decision_kind,
            decided_id=decided_id,
            amount_vnd=amount_vnd,
        )

    @recorded_by(Exercised)
    def _exercised(
        self,
        act: Act,
        principal_id: UUID,
        principal_body: str,
        delegate_id: UUID,
        signature_line: SignatureLine,
        decision_kind: DecisionKind,
        decided_id: UUID,
        amount_vnd: int,
    ) -> None:
        """What was decided stands in the decision; here only that it was signed."""

    def revoke(self, act: Act, *, reason: str) -> None:
        """The body that gave the delegation takes it back; what was signed under it stays.

        Raises DelegationNotYoursToRevoke and DelegationAlreadyRevoked.
        """
        if (act.body, act.capacity) != (self.principal_body, self.principal_capacity):
            raise DelegationNotYoursToRevoke(body=self.principal_body)
        if self.revoked:
            raise DelegationAlreadyRevoked
        self._revoked(act=act, reason=reason)

    @recorded_by(Revoked)
    def _revoked(self, act: Act, reason: str) -> None:
        self.revoked = True
