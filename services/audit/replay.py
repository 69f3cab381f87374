"""The history played again: every record folded by the services' own domain code, and what that comes to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple
from uuid import UUID

from services.audit.archive import HeldLog
from services.audit.export import service_of
from services.audit.figures import Payment, counted_by, payment_of
from services.audit.history import event_of, recorded_events
from services.shared.event_store.state import RecordState, log_state_digest, record_state
from services.shared.record import Record, folded
from services.shared.transparency_log.errors import Malformed
from services.support.domain.budget_line import BudgetLine


class Difference(NamedTuple):
    """Something that the events make and a service says otherwise; ``None`` where one of the two does not have it."""

    service: str
    subject: str
    field: str
    replayed: object
    live: object

    def __str__(self) -> str:
        return f"{self.service}: {self.subject}, {self.field}: the events make {self.replayed}, it says {self.live}"


@dataclass
class Replay:
    """What the events of all held logs come to, up to a position of each.

    ``effective_on`` leaves out of the indicators and payments what took effect later; a record is what its events
    made of it, whenever they count from. Memory is that of the records, however many events made them.
    """

    ends: Mapping[str, int]
    effective_on: date | None = None
    records: dict[str, dict[UUID, Record]] = field(default_factory=dict)
    payments: list[Payment] = field(default_factory=list)
    _counted: dict[str, set[str]] = field(default_factory=dict)

    def run(self, logs: Iterable[HeldLog], went_on: Callable[[int], None] = lambda _: None) -> None:
        """Fold all events. Raises Missing, or Malformed when an event cannot be read or does not follow its record."""
        for log in logs:
            service = service_of(log.origin)
            self._run(service, log, went_on)

    def _run(self, service: str, log: HeldLog, went_on: Callable[[int], None]) -> None:
        records = self.records.setdefault(service, {})
        for position, event in recorded_events(log, self.ends[service], went_on):
            record = records.get(event.originator_id)
            if event.originator_version != (record.version if record else 0) + 1:
                raise Malformed(f"the event at position {position} of {service} does not follow its record")
            after = folded(record, [event])
            assert after is not None, "no event ends a record"
            records[event.originator_id] = after
            if self.effective_on is None or event.act.effective_on <= self.effective_on:
                self._count(service, position, event, after)

    def _count(self, service: str, position: int, event: Record.Event, record: Record) -> None:
        for counted in counted_by(event, record, f"{service}:{position}"):
            self._counted.setdefault(counted.indicator_code, set()).add(counted.key)
        if payment := payment_of(event, position):
            self.payments.append(payment)

    @property
    def indicators(self) -> dict[str, int]:
        """The value of each indicator that something counts for, by its code."""
        return {code: len(keys) for code, keys in sorted(self._counted.items())}

    @property
    def budget_lines(self) -> list[BudgetLine]:
        """The budget lines, by year and title."""
        lines = [line for line in self.records.get("support", {}).values() if isinstance(line, BudgetLine)]
        return sorted(lines, key=lambda line: (line.year, line.title, line.id))

    def kinds(self, service: str) -> Mapping[str, int]:
        """How many records there are of each kind."""
        return Counter(type(record).__name__ for record in self.records[service].values())

    def states(self, service: str) -> Iterator[RecordState]:
        """The digest of each record of a service."""
        return map(record_state, self.records[service].values())

    def digest(self, service: str) -> str:
        """The digest of all that the events of a service make, as hexadecimal digits."""
        return log_state_digest(self.states(service)).hex()


def differences_of_states(
    service: str, replayed: Iterable[RecordState], live: Iterable[RecordState]
) -> Iterator[Difference]:
    """The records that a service sees otherwise than the events make them; its digests may come in any order."""
    theirs = {state.record_id: state for state in live}
    for ours in replayed:
        other = theirs.pop(ours.record_id, None)
        if other is None:
            yield Difference(service, str(ours.record_id), "version", ours.version, None)
        elif ours.version != other.version:
            yield Difference(service, str(ours.record_id), "version", ours.version, other.version)
        elif ours.digest != other.digest:
            yield Difference(service, str(ours.record_id), "state", ours.digest.hex(), other.digest.hex())
    for other in theirs.values():
        yield Difference(service, str(other.record_id), "version", None, other.version)


def sentences(log: HeldLog, positions: Sequence[int]) -> Iterator[str]:
    """The sentence of each of these events. Raises Missing or Malformed."""
    for position in positions:
        stored = log.event(position)
        if stored is None:
            raise Malformed(f"there is no event at position {position}")
        yield event_of(stored).sentence()
