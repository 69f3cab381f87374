"""How UBND's decisions are signed: in the signatory's own capacity or by delegation, on a known number or the next."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate, ParamSpec, Protocol, TypeVar
from uuid import UUID

from services.shared.event_store import Call, EventLog
from services.shared.record import Record
from services.support.application.documents import Documents, NewDocument
from services.support.domain.delegation import AuthorityNotDelegated, DecisionKind, Delegation
from services.support.domain.document_register import DocumentRegister

P = ParamSpec("P")
T = TypeVar("T")


class Deciding(Protocol):
    """Acts of support that are signed, on support's log."""

    _log: EventLog


D = TypeVar("D", bound=Deciding)

MAY_DECIDE = frozenset({"city_leader"})
"""The capacities in which UBND's decisions are signed without a delegation."""


@dataclass(frozen=True)
class Signature:
    """The delegation a decision is signed under, and the document that takes the next number; each may be absent."""

    delegation_id: UUID | None = None
    new_document: NewDocument | None = None


IN_OWN_CAPACITY = Signature()
"""On the number the act names, in the signatory's own capacity."""


@dataclass(frozen=True)
class Signed:
    """A decision's call on its document's number, and what else is saved because of the signature."""

    call: Call
    delegation: Delegation | None
    registers: tuple[DocumentRegister, ...]

    def records(self, decision_kind: DecisionKind, decided_id: UUID, amount_vnd: int = 0) -> tuple[Record, ...]:
        """The delegation with this decision signed under it, and the register that gave out its number.

        Raises what ``Delegation.exercise`` raises.
        """
        if self.delegation is None:
            return self.registers
        self.delegation.exercise(
            self.call.act,
            principals=MAY_DECIDE,
            decision_kind=decision_kind,
            decided_id=decided_id,
            amount_vnd=amount_vnd,
        )
        return (self.delegation, *self.registers)


class Signatures:
    """Who signs, and on which number."""

    def __init__(self, log: EventLog) -> None:
        self._log = log
        self._documents = Documents(log)

    def signed(self, call: Call, signature: Signature) -> Signed:
        """The decision's call as it is signed.

        Raises AuthorityNotDelegated, and what ``Documents.numbered`` raises.
        """
        delegation = None
        if signature.delegation_id is not None:
            delegation = self._log.load(Delegation, signature.delegation_id)
        elif call.act.capacity not in MAY_DECIDE:
            raise AuthorityNotDelegated
        body = call.act.body if delegation is None else delegation.principal_body
        numbered, registers = self._documents.numbered(call, signature.new_document, body)
        return Signed(numbered, delegation, registers)


def in_turn(decide: Callable[Concatenate[D, Call, P], T]) -> Callable[Concatenate[D, Call, P], T]:
    """Decisions that take the next number of a register wait for each other, instead of losing it and beginning anew.

    For a method with a ``signature``. Raises NotAppendedInTime when the call's deadline comes before the turn.
    """

    @wraps(decide)
    def decided(self: D, call: Call, /, *args: P.args, **asked: P.kwargs) -> T:
        signature = asked.get("signature")
        new_document = signature.new_document if isinstance(signature, Signature) else None
        register_id = new_document and new_document.register_id(call.act)
        with self._log.turn_at(register_id) if register_id else nullcontext():
            return decide(self, call, *args, **asked)

    return decided
