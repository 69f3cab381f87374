"""The estimate of a year and the rules it is computed by: three persons, and every line moves with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from typing import Protocol
from uuid import UUID

from services.shared.event_store import Call, EventLog, Saved
from services.shared.refusals import Stale, Taken
from services.support.application.signatures import IN_OWN_CAPACITY, Signature, Signatures
from services.support.application.versions import highest_in_force, versions_of
from services.support.domain.budget_line import BudgetLine
from services.support.domain.budget_rules import BudgetRules, SourcePair
from services.support.domain.catalogue import Catalogue
from services.support.domain.delegation import DecisionKind
from services.support.domain.year_estimate import (
    Computation,
    EstimateLine,
    EstimateStatus,
    FigureOrigin,
    LineAppraisal,
    PastYear,
    WantedLine,
    YearEstimate,
    averaged_years,
    computed,
)


class EstimateAlreadyDrafted(Taken):
    """A catalogue has one estimate a year."""

    sentence = "Dự toán năm {year} của danh mục này đã được lập."


class BudgetRulesVersionTaken(Stale):
    """Versions of rules follow one another without a gap."""

    sentence = "Phiên bản tiếp theo của quy tắc dự toán là {rules_version}."


class DecidedTasks(Protocol):
    """What our own decisions say of past years; it may lag behind the log and says how far it has come."""

    def position(self) -> int: ...

    def decided_tasks(self, catalogue_id: UUID, years: Sequence[int]) -> Sequence[tuple[int, int, int]]: ...


class Estimates:
    """Acts on the estimates of years; a line of an estimate is a budget line from its draft on."""

    def __init__(self, log: EventLog, decided_tasks: DecidedTasks) -> None:
        self._log = log
        self._decided_tasks = decided_tasks
        self._signatures = Signatures(log)

    def propose_budget_rules(
        self,
        call: Call,
        *,
        catalogue_id: UUID,
        rules_version: int,
        legal_basis: str,
        valid_from: date,
        valid_until: date | None,
        sample: bool,
        averaged_years: int,
        averaged_source_codes: tuple[str, ...],
        transfers: tuple[SourcePair, ...],
    ) -> Saved[BudgetRules]:
        catalogue = self._log.load(Catalogue, catalogue_id)
        next_version = 1 + sum(1 for _ in _versions(self._log, catalogue_id))
        if rules_version != next_version:
            raise BudgetRulesVersionTaken(rules_version=next_version)
        rules = BudgetRules.propose(
            call.act,
            catalogue,
            rules_version=rules_version,
            legal_basis=legal_basis,
            valid_from=valid_from,
            valid_until=valid_until,
            sample=sample,
            averaged_years=averaged_years,
            averaged_source_codes=averaged_source_codes,
            transfers=transfers,
        )
        return self._log.save_for(call, rules)

    def adopt_budget_rules(self, call: Call, *, budget_rules_id: UUID) -> Saved[BudgetRules]:
        rules = self._log.load(BudgetRules, budget_rules_id, etag=call.etag)
        rules.adopt(call.act)
        return self._log.save_for(call, rules)

    def get_budget_rules(self, budget_rules_id: UUID) -> BudgetRules:
        return self._log.load(BudgetRules, budget_rules_id)

    def draft_year_estimate(
        self,
        call: Call,
        *,
        catalogue_id: UUID,
        year: int,
        lines: tuple[WantedLine, ...],
        past_years: tuple[PastYear, ...],
    ) -> Saved[YearEstimate]:
        estimate_id = YearEstimate.create_id(catalogue_id, year)
        if self._log.find(YearEstimate, estimate_id):
            raise EstimateAlreadyDrafted(year=year)
        computation, shown, budget_lines = self._computed(call, catalogue_id, year, lines, past_years)
        estimate = YearEstimate.draft(
            call.act, catalogue_id=catalogue_id, year=year, computation=computation, lines=shown
        )
        return self._log.save_for(call, estimate, *budget_lines)

    def redraft_year_estimate(
        self, call: Call, *, year_estimate_id: UUID, lines: tuple[WantedLine, ...], past_years: tuple[PastYear, ...]
    ) -> Saved[YearEstimate]:
        estimate = self._estimate(call, year_estimate_id)
        estimate.must_be(EstimateStatus.RETURNED)
        computation, shown, budget_lines = self._computed(call, estimate.catalogue_id, estimate.year, lines, past_years)
        estimate.redraft(call.act, computation=computation, lines=shown)
        return self._log.save_for(call, estimate, *budget_lines)

    def appraise_year_estimate(
        self, call: Call, *, year_estimate_id: UUID, appraisals: tuple[LineAppraisal, ...]
    ) -> Saved[YearEstimate]:
        estimate = self._estimate(call, year_estimate_id)
        estimate.appraise(call.act, appraisals=appraisals)
        lines = [self._log.load(BudgetLine, each.budget_line_id) for each in appraisals]
        for line, each in zip(lines, appraisals, strict=True):
            line.appraise(call.act, amount_vnd=each.amount_vnd, reason=each.reason)
        return self._log.save_for(call, estimate, *lines)

    def return_year_estimate(self, call: Call, *, year_estimate_id: UUID, reason: str) -> Saved[YearEstimate]:
        """The lines it holds are withdrawn; the next draft brings others."""
        estimate = self._estimate(call, year_estimate_id)
        estimate.return_for_rework(call.act, reason=reason)
        lines = self._lines(estimate)
        for line in lines:
            line.withdraw(call.act)
        return self._log.save_for(call, estimate, *lines)

    def approve_year_estimate(
        self, call: Call, *, year_estimate_id: UUID, signature: Signature = IN_OWN_CAPACITY
    ) -> Saved[YearEstimate]:
        """With the estimate each of its lines becomes money."""
        estimate = self._estimate(call, year_estimate_id)
        signing = self._signatures.signed(call, signature)
        call = signing.call
        estimate.approve(call.act)
        lines = self._lines(estimate)
        for line in lines:
            line.approve(call.act)
        approved_vnd = sum(line.approved_vnd for line in lines)
        signatures = signing.records(DecisionKind.ESTIMATE_APPROVAL, estimate.id, approved_vnd)
        return self._log.save_for(call, estimate, *lines, *signatures)

    def get_year_estimate(self, year_estimate_id: UUID) -> YearEstimate:
        return self._log.load(YearEstimate, year_estimate_id)

    def _computed(
        self,
        call: Call,
        catalogue_id: UUID,
        year: int,
        wanted: tuple[WantedLine, ...],
        stated: tuple[PastYear, ...],
    ) -> tuple[Computation, tuple[EstimateLine, ...], list[BudgetLine]]:
        """By what the amounts were computed, the estimate's lines, and the budget line of each."""
        catalogue = self._log.load(Catalogue, catalogue_id)
        rules = rules_in_force(self._log, catalogue_id, call.act.effective_on)
        years = averaged_years(year, rules, wanted)
        log_position = self._decided_tasks.position()
        decided = {
            past: PastYear(past, task_count, cost_vnd, FigureOrigin.LOG, None)
            for past, task_count, cost_vnd in self._decided_tasks.decided_tasks(catalogue_id, years)
        }
        computation, amounts = computed(
            catalogue, rules, wanted, years=years, decided=decided, stated=stated, log_position=log_position
        )
        estimate_id = YearEstimate.create_id(catalogue_id, year)
        shown, budget_lines = [], []
        for line, amount in zip(wanted, amounts, strict=True):
            what = {"source_code": line.source_code, "title": line.title}
            budget_line = BudgetLine.draft(
                call.act, catalogue, year=year, amount_vnd=amount.amount_vnd, estimate_id=estimate_id, **what
            )
            budget_lines.append(budget_line)
            shown.append(
                EstimateLine(
                    budget_line_id=budget_line.id,
                    planned_task_count=line.planned_task_count,
                    amount_vnd=amount.amount_vnd,
                    explanation=amount.explanation,
                    **what,
                )
            )
        return computation, tuple(shown), budget_lines

    def _estimate(self, call: Call, year_estimate_id: UUID) -> YearEstimate:
        return self._log.load(YearEstimate, year_estimate_id, etag=call.etag)

    def _lines(self, estimate: YearEstimate) -> list[BudgetLine]:
        return [self._log.load(BudgetLine, line.budget_line_id) for line in estimate.lines]


def rules_in_force(log: EventLog, catalogue_id: UUID, on: date) -> BudgetRules | None:
    """Of the versions in force on a day the highest, if there is any."""
    return highest_in_force(_versions(log, catalogue_id), on)


def _versions(log: EventLog, catalogue_id: UUID) -> Iterator[BudgetRules]:
    return versions_of(log, BudgetRules, partial(BudgetRules.create_id, catalogue_id))
