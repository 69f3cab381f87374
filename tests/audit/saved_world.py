"""The logs of all services, made of the histories that the released code of every age once stored."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from services.audit.events import StoredEvent
from services.shared.transparency_log.notes import Signer
from tests.audit.world import World
from tests.saved_histories.histories import saved_histories

LOGS = {service: f"nscl.example.vn/{service}" for service in ("registry", "reporting", "support", "training")}


def saved_events() -> dict[str, list[StoredEvent]]:
    """By service, its saved histories one after the other."""
    events: dict[str, list[StoredEvent]] = defaultdict(list)
    for history in saved_histories():
        log = events[history.record.partition(":")[0]]
        for stored in history.events:
            log.append(
                StoredEvent(
                    len(log) + 1,
                    str(stored.originator_id),
                    stored.originator_version,
                    stored.topic,
                    bytes(stored.state),
                )
            )
    return events


def a_saved_world(folder: Path) -> World:
    """All of them published in one place, which is a mirror too."""
    folder.mkdir(parents=True, exist_ok=True)
    world = World(folder, {origin: Signer.generate(origin) for origin in LOGS.values()})
    for service, events in saved_events().items():
        world.publish(LOGS[service], events)
    (folder / "policy").write_text(world.policy_text)
    return world
