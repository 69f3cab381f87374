"""From the commitment of each enterprise to the archive of the contract: what both parties do under it."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from services.shared.event_store import Call, EventLog, Saved
from services.support.application.cases import must_be_no_case, must_not_be_hindered
from services.support.application.contract_file import ContractFile, ground_of
from services.support.application.registry import Registry, host_must_be_free, must_represent
from services.support.domain.budget_line import BudgetLine
from services.support.domain.contract import Contract
from services.support.domain.contract_terms import AdvanceTerms, Milestone
from services.support.domain.council import Council
from services.support.domain.council_refusals import CouncilNotConcluded
from services.support.domain.inspection import Inspection
from services.support.domain.participation import Participation
from services.support.domain.task import Task
from services.support.domain.task_terms import ActualCost, ParticipationAmount
from services.support.domain.waitlist import Waitlist


class Contracts:
    """Acts on contracts; each moves the task, the line and the participations it concerns in the same append."""

    def __init__(self, log: EventLog, registry: Registry) -> None:
        self._log = log
        self._registry = registry

    def commit_participation(self, call: Call, *, participation_id: UUID) -> Saved[Participation]:
        participation = self._log.load(Participation, participation_id, etag=call.etag)
        task = self._log.load(Task, participation.task_id)
        task.must_be_host(call.act)
        must_represent(self._registry, call.act, task.host_organisation_id)
        participation.commit(call.act)
        return self._log.save_for(call, participation)

    def sign_contract(
        self,
        call: Call,
        *,
        task_id: UUID,
        authority: str,
        counterparty_signatory_id: UUID,
        starts_on: date,
        ends_on: date,
        milestones: tuple[Milestone, ...],
        advance: AdvanceTerms | None,
    ) -> Saved[Contract]:
        file = signed(
            self._log,
            self._registry,
            call,
            self._log.load(Task, task_id, etag=call.etag),
            authority=authority,
            counterparty_signatory_id=counterparty_signatory_id,
            starts_on=starts_on,
            ends_on=ends_on,
            milestones=milestones,
            advance=advance,
        )
        return self._saved(call, file)

    def pay_advance(self, call: Call, *, task_id: UUID, amount_vnd: int) -> Saved[Contract]:
        file = self._file(call, task_id)
        must_not_be_hindered(self._log, file.contract.lines)
        file.pay_advance(amount_vnd)
        return self._saved(call, file)

    def report_milestone_progress(
        self, call: Call, *, task_id: UUID, milestone_number: int, progress_percent: int, summary: str
    ) -> Saved[Contract]:
        contract = self._contract(call, task_id)
        contract.report_progress(
            call.act, milestone_number=milestone_number, progress_percent=progress_percent, summary=summary
        )
        must_represent(self._registry, call.act, self._log.load(Task, task_id).host_organisation_id)
        return self._log.save_for(call, contract)

    def request_milestone_acceptance(
        self, call: Call, *, task_id: UUID, milestone_number: int, summary: str
    ) -> Saved[Contract]:
        file = self._file(call, task_id)
        file.request_acceptance(milestone_number, summary)
        must_represent(self._registry, call.act, file.task.host_organisation_id)
        return self._saved(call, file)

    def accept_milestone(
        self, call: Call, *, task_id: UUID, milestone_number: int, actual_costs: tuple[ActualCost, ...]
    ) -> Saved[Contract]:
        file = self._file(call, task_id)
        council_id = self._council_of(file.contract, milestone_number, passed=True)
        file.accept(milestone_number, actual_costs, council_id=council_id)
        return self._saved(call, file)

    def require_milestone_fixes(
        self, call: Call, *, task_id: UUID, milestone_number: int, fixes: tuple[str, ...], fixes_due_on: date
    ) -> Saved[Contract]:
        contract = self._contract(call, task_id)
        contract.require_fixes(
            call.act,
            milestone_number=milestone_number,
            council_id=self._council_of(contract, milestone_number, passed=True),
            fixes=fixes,
            fixes_due_on=fixes_due_on,
        )
        return self._log.save_for(call, contract)

    def fail_milestone(self, call: Call, *, task_id: UUID, milestone_number: int, reason: str) -> Saved[Contract]:
        contract = self._contract(call, task_id)
        council_id = self._council_of(contract, milestone_number, passed=False)
        contract.fail(call.act, milestone_number=milestone_number, council_id=council_id, reason=reason)
        return self._log.save_for(call, contract)

    def pay_milestone(self, call: Call, *, task_id: UUID, milestone_number: int) -> Saved[Contract]:
        file = self._file(call, task_id)
        file.pay(milestone_number, self._registry)
        return self._saved(call, file)

    def hold_payments(self, call: Call, *, task_id: UUID, case_number: str, reason: str) -> Saved[Contract]:
        contract = self._contract(call, task_id)
        contract.hold_payments(call.act, case_number=case_number, reason=reason)
        return self._log.save_for(call, contract)

    def lift_payment_hold(self, call: Call, *, task_id: UUID, case_number: str, reason: str) -> Saved[Contract]:
        contract = self._contract(call, task_id)
        inspection = self._log.find(Inspection, Inspection.create_id(task_id, case_number))
        if inspection is not None:
            inspection.must_be_concluded()  # which lifts what it holds
        must_be_no_case(self._log, contract, case_number)
        contract.lift_payment_hold(call.act, case_number=case_number, reason=reason)
        return self._log.save_for(call, contract)

    def amend_contract(
        self,
        call: Call,
        *,
        task_id: UUID,
        reason: str,
        ends_on: date,
        milestones: tuple[Milestone, ...],
        withdrawn_ids: tuple[UUID, ...],
    ) -> Saved[Contract]:
        file = self._file(call, task_id)
        file.amend(reason=reason, ends_on=ends_on, milestones=milestones, withdrawn_ids=withdrawn_ids)
        return self._saved(call, file)

    def suspend_contract(self, call: Call, *, task_id: UUID, reason: str) -> Saved[Contract]:
        contract = self._contract(call, task_id)
        contract.suspend(call.act, reason=reason)
        return self._log.save_for(call, contract)

    def resume_contract(self, call: Call, *, task_id: UUID, reason: str) -> Saved[Contract]:
        contract = self._contract(call, task_id)
        contract.resume(call.act, reason=reason)
        return self._log.save_for(call, contract)

    def terminate_contract(self, call: Call, *, task_id: UUID, reason: str) -> Saved[Contract]:
        file = self._file(call, task_id)
        file.terminate(reason)
        return self._saved(call, file)

    def settle_contract(self, call: Call, *, task_id: UUID) -> Saved[Contract]:
        file = self._file(call, task_id)
        file.settle()
        return self._saved(call, file)

    def liquidate_contract(self, call: Call, *, task_id: UUID) -> Saved[Contract]:
        contract = self._contract(call, task_id)
        contract.liquidate(call.act)
        return self._log.save_for(call, contract)

    def archive_contract(self, call: Call, *, task_id: UUID, archive_number: str) -> Saved[Contract]:
        contract = self._contract(call, task_id)
        contract.archive(call.act, archive_number=archive_number)
        return self._log.save_for(call, contract)

    def get_contract(self, task_id: UUID) -> Contract:
        return self._log.load(Contract, Contract.create_id(task_id))

    def _council_of(self, contract: Contract, milestone_number: int, *, passed: bool) -> UUID:
        """The council whose conclusion a verdict on a milestone rests on.

        Raises CouncilNotConcluded and CouncilConcludedOtherwise, and what Contract.must_be_judgeable does.
        """
        milestone = contract.must_be_judgeable(milestone_number)
        council_id = Council.create_id(contract.task_id, milestone_number, milestone.round)
        council = self._log.find(Council, council_id)
        if council is None:
            raise CouncilNotConcluded(milestone_number=milestone_number)
        council.must_have_concluded(passed=passed)
        return council_id

    def _contract(self, call: Call, task_id: UUID) -> Contract:
        return self._log.load(Contract, Contract.create_id(task_id), etag=call.etag)

    def _file(self, call: Call, task_id: UUID) -> ContractFile:
        return ContractFile.of(self._log, call, task_id)

    def _saved(self, call: Call, file: ContractFile) -> Saved[Contract]:
        return self._log.save_for(call, file.contract, file.task, *file.touched)


def signed(
    log: EventLog,
    registry: Registry,
    call: Call,
    task: Task,
    *,
    authority: str,
    counterparty_signatory_id: UUID | None,
    starts_on: date,
    ends_on: date,
    milestones: tuple[Milestone, ...],
    advance: AdvanceTerms | None,
) -> ContractFile:
    """The file of a contract signed now: every enterprise has committed itself, and the money is committed.

    Raises what Contract.sign, Task.contract and host_must_be_free do, ParticipationNotCommitted, WaitlistOpen,
    CaseHinders and ReservationTooSmall.
    """
    task.must_be_approved()
    host_must_be_free(registry, call.act, task)
    must_not_be_hindered(log, task.standing_grants)
    if waitlist := log.find(Waitlist, Waitlist.create_id(task.id)):
        waitlist.must_be_closed()
    contract = Contract.sign(
        call.act,
        ground_of(task),
        authority=authority,
        counterparty_signatory_id=counterparty_signatory_id,
        starts_on=starts_on,
        ends_on=ends_on,
        milestones=milestones,
        advance=advance,
    )
    task.contract(call.act, lines=contract.amounts)
    for participation_id in contract.lines:
        log.load(Participation, participation_id).must_be_committed()
    line = log.load(BudgetLine, task.budget_line_id)
    line.commit(call.act, task_id=task.id, amount_vnd=task.contracted_vnd)
    file = ContractFile(log, call, task, contract)
    file.touched.append(line)
    return file


def whole_task(task: Task, lines: tuple[ParticipationAmount, ...], on: date) -> tuple[Milestone, ...]:
    """The one milestone of a contract that names none: everything, due by the end of the task's year.

    Raises ContractLinesDiffer and ContractAboveDecision.
    """
    shares = lines or task.decided_lines
    task.check_contract_lines(shares)
    return (Milestone(1, "Toàn bộ nhiệm vụ", max(on, date(task.year, 12, 31)), shares),)
