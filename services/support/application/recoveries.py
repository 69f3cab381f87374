"""Money that must come back: ordered, received in instalments, written off; who owes gets no new award."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from services.shared.event_store import Call, EventLog, Saved
from services.shared.refusals import Invalid
from services.support.application.grant_tallies import give_back_recovered
from services.support.domain.budget_line import BudgetLine
from services.support.domain.contract import Contract
from services.support.domain.inspection import Inspection
from services.support.domain.recovery import (
    FindingReference,
    Recovery,
    RecoveryAccount,
    RecoveryOrigin,
    RecoveryStatus,
    RecoveryWithoutFinding,
)
from services.support.domain.task import Task


class DebtorNotOfContract(Invalid):
    """Money comes back from who was paid or who was helped by it."""

    sentence = "Chỉ thu hồi từ bên được thanh toán hoặc cơ sở được hỗ trợ của hợp đồng."


class FindingOfAnotherTask(Invalid):
    """A finding is carried out on the contract it was found on."""

    sentence = "Cuộc thanh tra này không phải của nhiệm vụ đã nêu."


class Recoveries:
    """Acts on recoveries; each keeps the debtor's account and the line's ledger in the same append."""

    def __init__(self, log: EventLog) -> None:
        self._log = log

    def order_recovery(
        self,
        call: Call,
        *,
        task_id: UUID,
        debtor_id: UUID,
        amount_vnd: int,
        due_on: date,
        reason: str,
        finding: FindingReference | None,
    ) -> Saved[Recovery]:
        """Part of what was paid is ordered back, within what an inspection concluded.

        Raises RecoveryWithoutFinding, DebtorNotOfContract and FindingOfAnotherTask, and what the records do.
        """
        if finding is None:
            raise RecoveryWithoutFinding("finding")
        contract = self._log.load(Contract, Contract.create_id(task_id), etag=call.etag)
        task = self._log.load(Task, task_id)
        if debtor_id not in {contract.payee_id, *(line.enterprise_id for line in contract.lines.values())}:
            raise DebtorNotOfContract("debtor_id")
        inspection = self._inspection_of(task_id, finding)
        recovery = Recovery.order(
            call.act,
            task_id=task_id,
            budget_line_id=task.budget_line_id,
            debtor_id=debtor_id,
            origin=RecoveryOrigin.INSPECTION,
            amount_vnd=amount_vnd,
            due_on=due_on,
            reason=reason,
            finding=finding,
            participation_id=inspection.finding(finding.finding_number).participation_id,
        )
        number = finding.finding_number
        contract.order_recovery(call.act, recovery_id=recovery.id, amount_vnd=amount_vnd)
        inspection.order_recovery(call.act, finding_number=number, recovery_id=recovery.id, amount_vnd=amount_vnd)
        account = recovery_account(self._log, call, debtor_id)
        account.enter_debt(call.act, recovery_id=recovery.id, amount_vnd=amount_vnd)
        return self._log.save_for(call, recovery, contract, account, inspection)

    def receive_recovery_instalment(self, call: Call, *, recovery_id: UUID, amount_vnd: int) -> Saved[Recovery]:
        recovery = self._recovery(call, recovery_id)
        recovery.receive_instalment(call.act, amount_vnd=amount_vnd)
        lines = self._recovered(call, recovery, amount_vnd)
        of_whom = recovery.participation_id
        tallies = give_back_recovered(self._log, call, of_whom, amount_vnd) if of_whom else ()
        return self._log.save_for(call, recovery, *lines, *tallies, *self._discharged(call, recovery))

    def write_off_recovery(self, call: Call, *, recovery_id: UUID, reason: str) -> Saved[Recovery]:
        recovery = self._recovery(call, recovery_id)
        recovery.write_off(call.act, reason=reason)
        return self._log.save_for(call, recovery, *self._discharged(call, recovery))

    def get_recovery(self, recovery_id: UUID) -> Recovery:
        return self._log.load(Recovery, recovery_id)

    def open_recovery_of(self, debtor_id: UUID) -> tuple[UUID, ...]:
        """The recoveries an enterprise or organisation has not yet paid back."""
        account = self._log.find(RecoveryAccount, RecoveryAccount.create_id(debtor_id))
        return tuple(account.owed_vnd_of) if account else ()

    def _inspection_of(self, task_id: UUID, finding: FindingReference) -> Inspection:
        """The inspection of the task whose finding is named.

        Raises FindingOfAnotherTask.
        """
        inspection = self._log.load(Inspection, finding.inspection_id)
        if inspection.task_id != task_id:
            raise FindingOfAnotherTask("finding.inspection_id")
        return inspection

    def _recovery(self, call: Call, recovery_id: UUID) -> Recovery:
        return self._log.load(Recovery, recovery_id, etag=call.etag)

    def _recovered(self, call: Call, recovery: Recovery, amount_vnd: int) -> list[BudgetLine]:
        """The lines on which the money stands: paid money stays on its year's, what a year's end carried over does not.

        Raises RecoverableTooSmall.
        """
        task = self._log.load(Task, recovery.task_id)
        stage = recovery.origin.money_stage
        lines = []
        for line_id in (*task.earlier_line_ids, task.budget_line_id):
            line = self._log.load(BudgetLine, line_id)
            left_vnd = line.recoverable_vnd(task.id, stage)
            is_last = line_id == task.budget_line_id
            part_vnd = amount_vnd if is_last else min(amount_vnd, left_vnd)
            if part_vnd:
                line.recover(call.act, task_id=task.id, money_stage=stage, amount_vnd=part_vnd)
                lines.append(line)
                amount_vnd -= part_vnd
        return lines

    def _discharged(self, call: Call, recovery: Recovery) -> tuple[RecoveryAccount, ...]:
        """The debtor's account, once nothing of this recovery is owed."""
        if recovery.status is RecoveryStatus.ORDERED:
            return ()
        account = self._log.load(RecoveryAccount, RecoveryAccount.create_id(recovery.debtor_id))
        account.discharge_debt(call.act, recovery_id=recovery.id)
        return (account,)


def recovery_account(log: EventLog, call: Call, debtor_id: UUID) -> RecoveryAccount:
    """The account of an enterprise or organisation, opened by this call where there is none."""
    account = log.find(RecoveryAccount, RecoveryAccount.create_id(debtor_id))
    return account or RecoveryAccount(act=call.act, debtor_id=debtor_id)


def awards_permitted(
    log: EventLog, call: Call, task_id: UUID, *, host_organisation_id: UUID | None, enterprise_ids: Iterable[UUID]
) -> list[RecoveryAccount]:
    """The accounts of the enterprises of the undertakings that are awarded something, for the decision's own append.

    The host's is only looked at: to write there as well would make all decisions about one host wait for each other.

    Raises RecoveryUnpaid when one of them owes money.
    """
    if host_organisation_id is not None:
        host = log.find(RecoveryAccount, RecoveryAccount.create_id(host_organisation_id))
        if host is not None:
            host.must_owe_nothing()
    accounts = [recovery_account(log, call, enterprise_id) for enterprise_id in sorted(set(enterprise_ids))]
    for account in accounts:
        account.permit_award(call.act, task_id=task_id)
    return accounts


def advance_owed(
    log: EventLog, call: Call, task: Task, *, debtor_id: UUID, amount_vnd: int, reason: str
) -> tuple[Recovery, RecoveryAccount]:
    """What of a contract's advance was not earned, as a debt of who received it."""
    recovery = Recovery.order(
        call.act,
        task_id=task.id,
        budget_line_id=task.budget_line_id,
        debtor_id=debtor_id,
        origin=RecoveryOrigin.UNCLEARED_ADVANCE,
        amount_vnd=amount_vnd,
        due_on=None,
        reason=reason,
    )
    account = recovery_account(log, call, debtor_id)
    account.enter_debt(call.act, recovery_id=recovery.id, amount_vnd=amount_vnd)
    return recovery, account
