"""Who may act for whom: get, tell, save."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from services.registry.domain.delivering_organisation import DeliveringOrganisation
from services.registry.domain.enterprise import Enterprise
from services.registry.domain.representatives import PartyKind, Representatives
from services.shared.event_store import Call, EventLog, Saved


class Representations:
    """Authorisations to act for enterprises and delivering organisations."""

    def __init__(self, log: EventLog) -> None:
        self._log = log

    def authorise_representative(
        self,
        call: Call,
        *,
        party_id: UUID,
        party_kind: PartyKind,
        person_id: UUID,
        valid_from: date,
        valid_until: date | None,
    ) -> Saved[Representatives]:
        if party_kind is PartyKind.ENTERPRISE:
            self._log.load(Enterprise, party_id).must_exist_on(valid_from)
        else:
            self._log.load(DeliveringOrganisation, party_id)
        representatives = self._log.find(Representatives, Representatives.create_id(party_id))
        representatives = representatives or Representatives.open(call.act, party_id, party_kind)
        representatives.authorise(call.act, person_id=person_id, valid_from=valid_from, valid_until=valid_until)
        return self._log.save_for(call, representatives)

    def revoke_representative(
        self, call: Call, *, party_id: UUID, authorisation_id: UUID, reason: str
    ) -> Saved[Representatives]:
        representatives = self._log.load(Representatives, Representatives.create_id(party_id), etag=call.etag)
        representatives.revoke(call.act, authorisation_id=authorisation_id, reason=reason)
        return self._log.save_for(call, representatives)

    def get_representatives(self, party_id: UUID) -> Representatives | None:
        """All authorisations of a party, those that have ended among them; None where there never was one."""
        return self._log.find(Representatives, Representatives.create_id(party_id))
