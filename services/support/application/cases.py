"""Cases: what came to light after a decision is examined by one person and decided by another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from services.shared.event_store import Call, EventLog, Saved
from services.shared.record import Act, Record
from services.shared.refusals import Refusal
from services.support.domain.case import Case, Fact
from services.support.domain.contract import Contract
from services.support.domain.participation import Participation


class HoldOfCase(Refusal):
    """What a case holds is let go by the decision on the case."""

    sentence = "Thanh toán bị tạm giữ theo vụ việc {case_number} chỉ được tiếp tục khi vụ việc có kết luận."


class Cases:
    """Acts on cases; their end lets the contract's payments go on in the same append."""

    def __init__(self, log: EventLog) -> None:
        self._log = log

    def examine_case(self, call: Call, *, case_id: UUID, finding: str) -> Saved[Case]:
        case = self._case(call, case_id)
        case.examine(call.act, finding=finding)
        return self._log.save_for(call, case)

    def confirm_case(self, call: Call, *, case_id: UUID, reason: str) -> Saved[Case]:
        """The others of the contract may be paid again; this participation hinders its payments by itself."""
        case = self._case(call, case_id)
        case.confirm(call.act, reason=reason)
        return self._log.save_for(call, case, *self._let_go(call, case, reason))

    def dismiss_case(self, call: Call, *, case_id: UUID, reason: str) -> Saved[Case]:
        case = self._case(call, case_id)
        case.dismiss(call.act, reason=reason)
        return self._log.save_for(call, case, *self._let_go(call, case, reason))

    def get_case(self, case_id: UUID) -> Case:
        return self._log.load(Case, case_id)

    def _case(self, call: Call, case_id: UUID) -> Case:
        return self._log.load(Case, case_id, etag=call.etag)

    def _let_go(self, call: Call, case: Case, reason: str) -> tuple[Contract, ...]:
        """The contract whose payments the case held."""
        contract = self._log.find(Contract, Contract.create_id(case.task_id))
        if contract is None or case.number not in contract.holds:
            return ()
        contract.lift_payment_hold(call.act, case_number=case.number, reason=reason)
        return (contract,)


def put_to_case(log: EventLog, act: Act, participation: Participation, fact: Fact) -> tuple[Record, ...]:
    """The participation's case, which hears of a fact that support itself recorded, and the contract that it holds.

    An act of the contract's lies on no day before its last, so that the hold counts from then where the fact is older.
    """
    case = log.find(Case, Case.create_id(participation.id))
    if case is None:
        case = Case.open(
            act,
            task_id=participation.task_id,
            participation_id=participation.id,
            enterprise_id=participation.enterprise_id,
            content_code=participation.content_code,
            fact=fact,
            paid_vnd=participation.paid_vnd,
        )
    else:
        case.hear(act, fact, paid_vnd=participation.paid_vnd)
    contract = log.find(Contract, Contract.create_id(participation.task_id))
    if not case.awaits_decision or contract is None or not contract.may_be_held_for(case.number):
        return (case,)
    held = replace(act, effective_on=max(act.effective_on, contract.last_acted_on))
    contract.hold_payments(held, case_number=case.number, reason=fact.told)
    return case, contract


def must_not_be_hindered(log: EventLog, participation_ids: Iterable[UUID]) -> None:
    """Raises CaseHinders where facts that came late about one of them are not cleared up."""
    cases = log.load_many(Case, [Case.create_id(participation_id) for participation_id in participation_ids])
    for case in cases.values():
        case.must_not_hinder()


def must_be_no_case(log: EventLog, contract: Contract, case_number: str) -> None:
    """Raises HoldOfCase where a hold on the contract's payments is that of a case."""
    cases = log.load_many(Case, [Case.create_id(participation_id) for participation_id in contract.lines])
    if any(case.number == case_number for case in cases.values()):
        raise HoldOfCase(case_number=case_number)
