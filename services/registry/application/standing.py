"""What becomes of attestations after they were made."""

from __future__ import annotations

from uuid import UUID

from services.registry.application.registry import Registry
from services.registry.domain.enterprise import Enterprise
from services.shared.event_store import Call, EventLog, Saved


class Standings:
    """What the bodies in charge of duties have attested."""

    def __init__(self, log: EventLog, registry: Registry) -> None:
        self._log = log
        self._registry = registry

    def revoke_standing(self, call: Call, *, enterprise_id: UUID, standing_id: UUID, reason: str) -> Saved[Enterprise]:
        """Take an attestation of the caller's body back; BodyUnknown for a body nobody established."""
        body = self._registry.get_body(call.act.body)
        enterprise = self._log.load(Enterprise, enterprise_id, etag=call.etag)
        enterprise.revoke_standing(call.act, body, standing_id, reason)
        return self._log.save_for(call, enterprise)
