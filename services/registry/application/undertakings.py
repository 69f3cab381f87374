"""Which enterprises count as one: asked of the log itself, as it stood at one position."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import TypeVar
from uuid import UUID

from services.registry.domain.affiliation import Affiliation, LinkKind
from services.registry.domain.duplicates import Duplicates, one_enterprise
from services.registry.domain.enterprise import Enterprise
from services.registry.domain.undertaking import Member, Undertaking, UndertakingRules, members_of
from services.shared.event_store import Call, EventLog, RecordNotFound, Saved
from services.shared.record import Record

R = TypeVar("R", bound=Record)


class Undertakings:
    """The rules of undertakings, and the undertakings they make.

    Each record is read as of one position, so that the answer is exact at it, however many are read and whatever is
    recorded meanwhile. What is read is the undertaking itself: how many enterprises there are does not matter.
    """

    def __init__(self, log: EventLog) -> None:
        self._log = log

    def adopt_undertaking_rule(
        self,
        call: Call,
        *,
        valid_from: date,
        least_share_basis_points: int,
        joining_kinds: tuple[LinkKind, ...],
        sample: bool,
    ) -> Saved[UndertakingRules]:
        """Say which links make one undertaking from a day on."""
        rules = self._log.find(UndertakingRules, UndertakingRules.create_id()) or UndertakingRules.open(call.act)
        rules.adopt(
            call.act,
            valid_from=valid_from,
            least_share_basis_points=least_share_basis_points,
            joining_kinds=joining_kinds,
            sample=sample,
        )
        return self._log.save_for(call, rules)

    def get_undertaking(self, enterprise_id: UUID, on_date: date) -> Undertaking:
        """The enterprises that are one with an enterprise on a day."""
        position = self._log.head()
        self._log.load_at(Enterprise, enterprise_id, position)
        return self.undertaking_at(position, enterprise_id, on_date)

    def undertaking_at(self, position: int, enterprise_id: UUID, on_date: date) -> Undertaking:
        """As ``get_undertaking``, of an enterprise that is known to be there, at a position of the log."""

        @cache
        def affiliation_of(party_id: UUID) -> Affiliation | None:
            return self._found_at(Affiliation, Affiliation.create_id(party_id), position)

        @cache
        def duplicates_of(record_id: UUID) -> Duplicates | None:
            return self._found_at(Duplicates, Duplicates.create_id(record_id), position)

        if affiliation_of(enterprise_id) is None and duplicates_of(enterprise_id) is None:
            return Undertaking(enterprise_id, on_date, (Member(enterprise_id),), None, position, (enterprise_id,))
        rules = self._found_at(UndertakingRules, UndertakingRules.create_id(), position)
        rule = rules.rule_on(on_date) if rules else None
        members = members_of(enterprise_id, on_date, rule, affiliation_of, duplicates_of)
        records = one_enterprise(enterprise_id, duplicates_of)
        return Undertaking(enterprise_id, on_date, members, rule, position, records)

    def _found_at(self, record_class: type[R], record_id: UUID, position: int) -> R | None:
        try:
            record, _ = self._log.load_at(record_class, record_id, position)
        except RecordNotFound:
            return None
        return record
