"""The tallies one command touches: loaded once each, counted on or given back to, saved with what they count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from uuid import UUID

from services.shared.event_store import Call, EventLog
from services.support.domain.grant_tally import GrantTally
from services.support.domain.norm_terms import Amount, LimitScope, YearlyLimit
from services.support.domain.norms import Norms
from services.support.domain.participation import Participation


class GrantTallies:
    """Tallies of a decision's grants; ``touched`` goes into the same append, where a race has one winner."""

    def __init__(self, log: EventLog, call: Call, norms: Norms) -> None:
        self._log = log
        self._act = call.act
        self._norms = norms
        self._tallies: dict[UUID, GrantTally] = {}

    @property
    def touched(self) -> tuple[GrantTally, ...]:
        return tuple(self._tallies.values())

    def grant(self, participation: Participation) -> Amount:
        """What the norms and the year's limits leave for a participation, counted against those limits.

        Raises ContentWithoutNorm, EnterpriseSizeUnknown, SizeNotSupported and YearlyLimitReached.
        """
        content_code, size = participation.content_code, participation.size
        limits = self._norms.limits_on(content_code, size)
        tallies = [self._tally(limit, participation.enterprise_id) for limit in limits]
        amount = self._norms.amount(
            content_code, participation.estimated_cost_vnd, participation.product_count, size=size, tallies=tallies
        )
        for tally in tallies:
            tally.count(self._act, participation_id=participation.id, amount_vnd=amount.amount_vnd)
        return amount

    def _tally(self, limit: YearlyLimit, enterprise_id: UUID) -> GrantTally:
        """The tally of a limit for the year in which the decision counts."""
        whose = {
            "norms_code": self._norms.code,
            "limit_code": limit.code,
            "year": self._act.effective_on.year,
            "enterprise_id": enterprise_id if limit.scope is LimitScope.ENTERPRISE else None,
        }
        tally_id = GrantTally.create_id(**whose)  # type: ignore[arg-type]  # as the four are typed above
        if tally_id not in self._tallies:
            earlier = self._log.find(GrantTally, tally_id)
            self._tallies[tally_id] = earlier or GrantTally.open(self._act, **whose)  # type: ignore[arg-type]
        return self._tallies[tally_id]


def give_back(log: EventLog, call: Call, kept_vnd_of: Mapping[UUID, int]) -> tuple[GrantTally, ...]:
    """The tallies on which participations were counted, with what of their grants will not be paid given back.

    ``kept_vnd_of`` says for each participation what of its grant stays.
    """
    tallies: dict[UUID, GrantTally] = {}
    for participation_id, kept_vnd in kept_vnd_of.items():
        for tally in _counted_on(log, participation_id, tallies):
            tally.keep(call.act, participation_id=participation_id, amount_vnd=kept_vnd)
    return tuple(tallies.values())


def give_back_recovered(log: EventLog, call: Call, participation_id: UUID, amount_vnd: int) -> tuple[GrantTally, ...]:
    """The tallies on which a participation was counted, with so much given back as has come back of its money."""
    tallies: dict[UUID, GrantTally] = {}
    for tally in _counted_on(log, participation_id, tallies):
        tally.give_back(call.act, participation_id=participation_id, amount_vnd=amount_vnd)
    return tuple(tallies.values())


def _counted_on(log: EventLog, participation_id: UUID, tallies: dict[UUID, GrantTally]) -> Iterator[GrantTally]:
    """The tallies a participation was counted on, each loaded once into ``tallies``."""
    participation = log.load(Participation, participation_id)
    if participation.norms_id is None:
        return  # decided before norms were pinned, and counted on no tally
    norms = log.load(Norms, participation.norms_id)
    assert participation.decided_on is not None
    for limit in norms.limits_on(participation.content_code, participation.size):
        owner_id = participation.enterprise_id if limit.scope is LimitScope.ENTERPRISE else None
        tally_id = GrantTally.create_id(norms.code, limit.code, participation.decided_on.year, owner_id)
        tally = tallies.get(tally_id) or log.find(GrantTally, tally_id)
        if tally is not None:
            tallies[tally_id] = tally
            yield tally
