"""Delegated signatures: granted and revoked; ``signatures`` sees to what is signed under them."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from services.shared.event_store import Call, EventLog, Saved
from services.support.domain.delegation import DecisionKind, Delegation, SignatureLine


class Delegations:
    """Acts on delegations."""

    def __init__(self, log: EventLog) -> None:
        self._log = log

    def grant_delegation(
        self,
        call: Call,
        *,
        delegate_id: UUID,
        delegate_body: str,
        signature_line: SignatureLine,
        decision_kinds: tuple[DecisionKind, ...],
        ceiling_vnd: int,
        valid_from: date,
        valid_until: date,
    ) -> Saved[Delegation]:
        delegation = Delegation.grant(
            call.act,
            delegate_id=delegate_id,
            delegate_body=delegate_body,
            signature_line=signature_line,
            decision_kinds=decision_kinds,
            ceiling_vnd=ceiling_vnd,
            valid_from=valid_from,
            valid_until=valid_until,
        )
        return self._log.save_for(call, delegation)

    def revoke_delegation(self, call: Call, *, delegation_id: UUID, reason: str) -> Saved[Delegation]:
        delegation = self._log.load(Delegation, delegation_id, etag=call.etag)
        delegation.revoke(call.act, reason=reason)
        return self._log.save_for(call, delegation)

    def get_delegation(self, delegation_id: UUID) -> Delegation:
        return self._log.load(Delegation, delegation_id)
