"""An announced event as this service heard it: the unit of which trails and indicator values are made."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from services.shared.record import Act

OWNERS = ("registry", "support", "training")
"""The services this one listens to, and whose events it counts."""
TASK_PROPOSED = "nscl.support.v1.TaskProposed"
"""The announcement that begins a support task: what this service knows a task by."""


@dataclass(frozen=True)
class Heard:
    """One event of another service: where it stands, what it says, who acted, and which records it concerns."""

    service: str
    position: int
    type: str
    record_id: UUID
    record_version: int
    sentence: str
    act: Act
    concerns: tuple[UUID, ...]

    @property
    def event_id(self) -> str:
        """The event's name everywhere, as ``<service>:<position>``."""
        return f"{self.service}:{self.position}"
