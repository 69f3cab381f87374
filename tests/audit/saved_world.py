"""The logs of all services, made of the histories that the released code of every age once stored."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid5

from services.audit.events import StoredEvent
from services.shared.transparency_log.notes import Signer
from tests.audit.world import World
from tests.saved_histories.histories import History, saved_histories

LOGS = {service: f"nscl.example.vn/{service}" for service in ("registry", "reporting", "support", "training")}


def histories_of_distinct_records() -> list[History]:
    """All saved histories; where several are of one id, which no log could hold, the later under ids of their own."""
    seen: set[UUID] = set()
    distinct = []
    for history in saved_histories():
        record_id = history.events[0].originator_id
        if record_id in seen:
            record_id = uuid5(record_id, history.entry)
        seen.add(record_id)
        distinct.append(History.of(replace(event, originator_id=record_id) for event in history.events))
    return distinct


def saved_events() -> dict[str, list[StoredEvent]]:
    """By service, its saved histories one after the other."""
    events: dict[str, list[StoredEvent]] = defaultdict(list)
    for history in histories_of_distinct_records():
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
