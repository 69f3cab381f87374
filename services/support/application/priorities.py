"""Rules of priority, and the evidence for the priorities of each participation."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from services.shared.event_store import Call, EventLog, Saved
from services.shared.record import must_be_another_than
from services.support.application.registry import Registry, must_represent
from services.support.domain.catalogue import Catalogue
from services.support.domain.participation import Participation
from services.support.domain.priority_file import PriorityFile, PriorityFinding, PriorityStatement
from services.support.domain.priority_rules import (
    OrderKey,
    PriorityRules,
    PriorityRulesNotInForce,
    PriorityVersion,
    PriorityWeight,
)
from services.support.domain.task import Task


class Priorities:
    """Acts on priorities up to the decision."""

    def __init__(self, log: EventLog, registry: Registry) -> None:
        self._log = log
        self._registry = registry

    def propose_priority_rules(
        self,
        call: Call,
        *,
        catalogue_id: UUID,
        legal_basis: str,
        valid_from: date,
        sample: bool,
        weights: tuple[PriorityWeight, ...],
        order: tuple[OrderKey, ...],
    ) -> Saved[PriorityRules]:
        catalogue = self._log.load(Catalogue, catalogue_id)
        rules = self._log.find(PriorityRules, PriorityRules.create_id(catalogue_id))
        rules = rules or PriorityRules.open(call.act, catalogue_id)
        rules.propose(
            call.act,
            catalogue,
            legal_basis=legal_basis,
            valid_from=valid_from,
            sample=sample,
            weights=weights,
            order=order,
        )
        return self._log.save_for(call, rules)

    def adopt_priority_rules(self, call: Call, *, catalogue_id: UUID, rules_version: int) -> Saved[PriorityRules]:
        rules = self._log.load(PriorityRules, PriorityRules.create_id(catalogue_id), etag=call.etag)
        rules.adopt(call.act, rules_version=rules_version)
        return self._log.save_for(call, rules)

    def get_priority_rules(self, catalogue_id: UUID) -> PriorityRules:
        return self._log.load(PriorityRules, PriorityRules.create_id(catalogue_id))

    def declare_priorities(
        self, call: Call, *, participation_id: UUID, statements: tuple[PriorityStatement, ...]
    ) -> Saved[PriorityFile]:
        participation = self._log.load(Participation, participation_id)
        task = self._log.load(Task, participation.task_id)
        task.must_be_host(call.act)
        file = self._log.find(PriorityFile, PriorityFile.create_id(participation_id))
        file = file or PriorityFile.open(call.act, participation)
        file.declare(call.act, participation, statements=statements)
        must_represent(self._registry, call.act, task.host_organisation_id)
        return self._log.save_for(call, file)

    def verify_priorities(
        self, call: Call, *, participation_id: UUID, findings: tuple[PriorityFinding, ...]
    ) -> Saved[PriorityFile]:
        """Verified by the rules in force on the act's day, by nobody who applied."""
        participation = self._log.load(Participation, participation_id)
        task = self._log.load(Task, participation.task_id)
        must_be_another_than(call.act, *task.submitters)
        rules = rules_on(self._log, task.catalogue_id, call.act.effective_on)
        if rules is None:
            raise PriorityRulesNotInForce(on=call.act.effective_on)
        catalogue = self._log.load(Catalogue, task.catalogue_id)
        file = self._log.find(PriorityFile, PriorityFile.create_id(participation_id))
        file = file or PriorityFile.open(call.act, participation)
        file.verify(call.act, participation, catalogue, rules, findings=findings)
        return self._log.save_for(call, file)

    def get_priority_file(self, participation_id: UUID) -> PriorityFile:
        return self._log.load(PriorityFile, PriorityFile.create_id(participation_id))


def rules_on(log: EventLog, catalogue_id: UUID, day: date) -> PriorityVersion | None:
    """The rules of priority in force on a day; None where there are none."""
    rules = log.find(PriorityRules, PriorityRules.create_id(catalogue_id))
    return rules.version_on(day) if rules else None
