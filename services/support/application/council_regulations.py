"""The rules councils work by, in all versions."""

from __future__ import annotations

from datetime import date
from functools import partial
from uuid import UUID

from services.shared.event_store import Call, EventLog, Saved
from services.shared.refusals import Stale
from services.support.application.versions import highest_in_force, versions_of
from services.support.domain.council_refusals import RegulationInForce, RegulationMissing
from services.support.domain.council_regulation import CouncilRegulation
from services.support.domain.council_terms import CouncilKind, CouncilProcedure, CouncilRules


class RegulationVersionTaken(Stale):
    """Versions of rules follow one another without a gap."""

    sentence = "Phiên bản tiếp theo của quy chế hội đồng là {rules_version}."


class CouncilRegulations:
    """Acts on the rules for councils."""

    def __init__(self, log: EventLog) -> None:
        self._log = log

    def propose_council_regulation(
        self,
        call: Call,
        *,
        kind: CouncilKind,
        rules_version: int,
        legal_basis: str,
        valid_from: date,
        valid_until: date | None,
        rules: CouncilRules,
        procedure: CouncilProcedure,
    ) -> Saved[CouncilRegulation]:
        known = versions_of(self._log, CouncilRegulation, partial(CouncilRegulation.create_id, kind))
        next_version = 1 + sum(1 for _ in known)
        if rules_version != next_version:
            raise RegulationVersionTaken(rules_version=next_version)
        regulation = CouncilRegulation.propose(
            call.act,
            kind=kind,
            rules_version=rules_version,
            legal_basis=legal_basis,
            valid_from=valid_from,
            valid_until=valid_until,
            rules=rules,
            procedure=procedure,
        )
        return self._log.save_for(call, regulation)

    def adopt_council_regulation(self, call: Call, *, council_regulation_id: UUID) -> Saved[CouncilRegulation]:
        regulation = self._log.load(CouncilRegulation, council_regulation_id, etag=call.etag)
        regulation.adopt(call.act)
        return self._log.save_for(call, regulation)

    def get_council_regulation(self, council_regulation_id: UUID) -> CouncilRegulation:
        return self._log.load(CouncilRegulation, council_regulation_id)


def rules_for(
    log: EventLog, kind: CouncilKind, on: date, stated: CouncilRules | None
) -> CouncilRegulation | CouncilRules:
    """The regulation in force on a day; where there is none, the rules that the appointment states.

    Raises RegulationInForce and RegulationMissing.
    """
    known = versions_of(log, CouncilRegulation, partial(CouncilRegulation.create_id, kind))
    regulation = highest_in_force(known, on)
    if regulation is None:
        if stated is None:
            raise RegulationMissing("rules")
        return stated
    if stated is not None:
        raise RegulationInForce("rules", rules_version=regulation.rules_version)
    return regulation
