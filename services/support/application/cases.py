"""Cases: what came to light after a decision is examined by one person and decided by another."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from services.shared.event_store import Call, EventLog, Saved
from services.shared.refusals import Refusal
from services.support.domain.case import Case
from services.support.domain.contract import Contract


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
