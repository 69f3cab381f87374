"""Two logs, of a registry and of support, made up: published in folders, with the events that an auditor may read."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from urllib.parse import quote
from uuid import UUID

from services.audit.events import StoredEvent, page_of, page_path
from services.shared.transparency_log.entries import entry_of
from services.shared.transparency_log.notes import Algorithm, Note, Signer
from services.shared.transparency_log.policy import Policy
from services.shared.transparency_log.tiles import tiles_of
from tests.shared.transparency_log.published import publish

REGISTRY, SUPPORT = "nscl.example.vn/registry", "nscl.example.vn/support"


@dataclass(frozen=True)
class World:
    """Where it is all published, by whom it is signed, and what an auditor trusts."""

    folder: Path
    signers: dict[str, Signer] = field(
        default_factory=lambda: {name: Signer.generate(name) for name in (REGISTRY, SUPPORT)}
    )
    witness: Signer = field(default_factory=lambda: Signer.generate("stc.example.vn", Algorithm.COSIGNATURE))

    @property
    def policy_text(self) -> str:
        """Both logs, and one witness that must have seen them."""
        logs = [f"log {signer.verifier}" for signer in self.signers.values()]
        return "\n".join([*logs, f"witness STC {self.witness.verifier}", "quorum STC", ""])

    @property
    def policy(self) -> Policy:
        return Policy.parse(self.policy_text)

    @property
    def policy_file(self) -> Path:
        file = self.folder / "policy.txt"
        file.write_text(self.policy_text)
        return file

    def log_folder(self, origin: str) -> Path:
        """A log as it is published."""
        return self.folder / quote(origin, safe="")

    def publish(self, origin: str, events: Sequence[StoredEvent], *, is_witnessed: bool = True) -> Note:
        """Sign and publish the log of these events, with the events beside it."""
        folder = self.log_folder(origin)
        entries = [entry_of(event.position, event.stream, event.version, event.topic, event.state) for event in events]
        note = publish(folder, entries, self.signers[origin], [self.witness] if is_witnessed else [])
        self.put_events(origin, events)
        return note

    def put_events(self, origin: str, events: Sequence[StoredEvent], size: int | None = None) -> None:
        """Put the events in the pages of a log of so many."""
        for bundle in tiles_of(len(events) if size is None else size):
            if bundle.level is None:
                file = self.log_folder(origin) / page_path(bundle)
                file.parent.mkdir(parents=True, exist_ok=True)
                last = bundle.index * 256 + bundle.width
                file.write_bytes(page_of([e for e in events if bundle.index * 256 < e.position <= last]))


def some_events(count: int, service: str, cause: Callable[[int], str | None] = lambda _: None) -> list[StoredEvent]:
    """Events of a few records whose versions go on without a gap; one a minute."""
    random = Random(f"{service} {count}")
    versions: dict[UUID, int] = {}
    events = []
    for position in range(1, count + 1):
        stream = UUID(int=random.randrange(1 + count // 5), version=4)
        versions[stream] = versions.get(stream, 0) + 1
        events.append(
            StoredEvent(
                position,
                str(stream),
                versions[stream],
                f"{service}:Thing.Named",
                state_of(position, name=f"Đề tài số {position}", cause=cause(position)),
            )
        )
    return events


def state_of(minute: int, *, name: str, cause: str | None) -> bytes:
    """The stored state of an event of a minute of the year."""
    day, rest = divmod(minute, 1440)
    recorded_at = f"2026-03-{1 + day:02}T{rest // 60:02}:{rest % 60:02}:00Z"
    act = {"body": "SKHCN", "cause": cause, "recorded_at": recorded_at}
    return json.dumps({"act": act, "name": name}, ensure_ascii=False, separators=(",", ":")).encode()


def changed(event: StoredEvent, **fields: object) -> StoredEvent:
    """The event with other fields."""
    return StoredEvent(**{name: getattr(event, name) for name in event.__struct_fields__} | fields)


def a_world(folder: Path, size: int = 600) -> World:
    """Both logs published; every seventh event of support was caused by one of the registry."""
    world = World(folder)
    world.publish(REGISTRY, some_events(size, "registry"))
    world.publish(SUPPORT, some_events(size, "support", lambda n: f"registry:{n - 1}" if n % 7 == 0 else None))
    return world
