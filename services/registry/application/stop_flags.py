"""Stop flags: one body asks that nothing be granted for now, another person lifts it."""

from __future__ import annotations

from uuid import UUID

from services.registry.domain.enterprise import Enterprise
from services.shared.event_store import Call, EventLog, Saved


class StopFlags:
    """Flags that stop an enterprise, and with it its whole undertaking."""

    def __init__(self, log: EventLog) -> None:
        self._log = log

    def raise_stop_flag(self, call: Call, *, enterprise_id: UUID, reason: str) -> Saved[Enterprise]:
        enterprise = self._log.load(Enterprise, enterprise_id, etag=call.etag)
        enterprise.raise_stop_flag(call.act, reason)
        return self._log.save_for(call, enterprise)

    def lift_stop_flag(self, call: Call, *, enterprise_id: UUID, stop_flag_id: UUID, reason: str) -> Saved[Enterprise]:
        enterprise = self._log.load(Enterprise, enterprise_id, etag=call.etag)
        enterprise.lift_stop_flag(call.act, stop_flag_id, reason)
        return self._log.save_for(call, enterprise)
