"""The log against a model of it in memory: whatever is appended and read, in whatever order, both say the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from copy import deepcopy
from dataclasses import dataclass, field
from functools import partial
from uuid import UUID

import hypothesis
import psycopg2
import pytest
from eventsourcing.persistence import Notification, PersistenceError, StoredEvent, Tracking
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from services.shared.event_store import (
    Appended,
    DuplicateEvent,
    EventLog,
    OtherRequestRecorded,
    Request,
    TrackingConflict,
    VersionConflict,
    migrate,
)
from services.shared.event_store.append import AppendStatement, Command
from tests.servers import Database
from tests.soak import Soak

EXAMPLES = 2000
STEPS_PER_EXAMPLE = 40

# Few of each, so that commands meet.
AGGREGATES = [UUID(int=number) for number in range(1, 5)]
TOPICS = ["festival:Lantern.Hung", "festival:Lantern.Lit"]
UPSTREAMS = ["registry", "training"]

Answer = Appended | type[PersistenceError]

aggregates = st.sampled_from(AGGREGATES)
events = st.builds(StoredEvent, aggregates, st.integers(1, 8), st.sampled_from(TOPICS), st.binary(max_size=4))
requests = st.builds(
    Request,
    st.integers(1, 8).map(lambda number: UUID(int=number)),
    st.sampled_from([b"digest", b"digest", b"other digest"]),
    aggregates,
    st.integers(1, 8),
)
trackings = st.builds(Tracking, st.sampled_from(UPSTREAMS), st.integers(1, 12))
bounds = st.none() | st.integers(0, 20)
limits = st.integers(1, 10)


@dataclass(frozen=True)
class Wish:
    """What somebody wants to append."""

    events: list[StoredEvent]
    request: Request | None = None
    tracking: Tracking | None = None

    @property
    def versions(self) -> set[tuple[UUID | str, int]]:
        return {(event.originator_id, event.originator_version) for event in self.events}

    @property
    def is_possible(self) -> bool:
        """Whether no two of its events are for one version."""
        return len(self.versions) == len(self.events)


wishes = st.builds(Wish, st.lists(events, max_size=4), st.none() | requests, st.none() | trackings)
wishes_without_tracking = st.builds(Wish, st.lists(events, max_size=4), st.none() | requests)


@dataclass
class Model:
    """What the log must hold, and how it must answer."""

    log: list[StoredEvent] = field(default_factory=list)
    requests: dict[UUID, tuple[Request, Appended]] = field(default_factory=dict)
    tracking: dict[str, int] = field(default_factory=dict)

    def append(self, wish: Wish) -> Answer:
        """Grant the wish, or say by which error it is refused."""
        if not wish.is_possible:
            return DuplicateEvent
        if wish.request is not None and wish.request.id in self.requests:
            first_request, appended = self.requests[wish.request.id]
            if wish.request.digest != first_request.digest:
                return OtherRequestRecorded
            return Appended(appended.first, appended.last, repeated=True)
        tracking = wish.tracking
        if tracking is not None and tracking.notification_id <= self.tracking.get(tracking.application_name, 0):
            return TrackingConflict
        if wish.versions & Wish(self.log).versions:
            return VersionConflict
        appended = Appended(len(self.log) + 1, len(self.log) + len(wish.events))
        self.log += wish.events
        if wish.request is not None:
            self.requests[wish.request.id] = wish.request, appended
        if tracking is not None:
            self.tracking[tracking.application_name] = tracking.notification_id
        return appended

    def notifications(self) -> list[Notification]:
        return [Notification(**vars(event), id=position) for position, event in enumerate(self.log, 1)]


class LogBesideModel(RuleBasedStateMachine):
    """Does the same to a fresh log and to the model of it."""

    def __init__(self, database: Database) -> None:
        super().__init__()
        with closing(psycopg2.connect(database.dsn_owner)) as connection, connection, connection.cursor() as cursor:
            cursor.execute("DROP OWNED BY CURRENT_USER")  # the log of the example before
        migrate(database.dsn_owner, "festival", database.service.name)
        self.log = EventLog("festival", database.service_env)
        self.recorder = self.log.recorder
        self.statement = AppendStatement(self.recorder.tables)
        self.model = Model()

    @rule(wish=wishes)
    def append(self, wish: Wish) -> None:
        assert self._answer(wish) == self.model.append(wish)

    @rule(data=st.data(), wish=wishes)
    def ask_again(self, data: st.DataObject, wish: Wish) -> None:
        """A request that was recorded comes once more, with whatever events and tracking it has now."""
        if self.model.requests:
            known = data.draw(st.sampled_from(sorted(self.model.requests)))
            self.append(Wish(wish.events, self.model.requests[known][0], wish.tracking))

    @rule(several=st.lists(wishes_without_tracking, min_size=1, max_size=4), ends_well=st.booleans())
    def append_within(self, several: Sequence[Wish], ends_well: bool) -> None:
        """Commands in somebody's transaction: a refused one leaves nothing in it, a rollback leaves nothing at all."""
        granted = deepcopy(self.model)
        with self.log.pool.connection() as connection:
            connection.autocommit = False
            with connection.cursor() as cursor:
                for wish in several:
                    append = partial(self.recorder.append_within, cursor, wish.events, request=wish.request)
                    assert answer(append) == granted.append(wish)
            if ends_well:
                connection.commit()
                self.model = granted
            else:
                connection.rollback()
            connection.autocommit = True

    @rule(several=st.lists(wishes, min_size=2, max_size=5))
    def append_batch(self, several: Sequence[Wish]) -> None:
        """Commands that are sent together end as if they had come one by one: first what is refused or repeated, then
        what is appended, then what had to wait for how another one ended.
        """
        unsettled = {Command(wish.events, wish.request, wish.tracking): wish for wish in several if wish.is_possible}
        while unsettled:
            with self.log.pool.cursor() as cursor:
                self.statement.run(cursor, list(unsettled))
            assert next(iter(unsettled)).outcome is not None, "the first has nobody to wait for"
            settled = [command for command in unsettled if command.outcome is not None]
            for command in sorted(settled, key=is_appended):
                assert answer(command.result) == self.model.append(unsettled.pop(command))

    @rule(aggregate=aggregates, gt=bounds, lte=bounds, desc=st.booleans(), limit=st.none() | limits)
    def read_aggregate(self, aggregate: UUID, gt: int | None, lte: int | None, desc: bool, limit: int | None) -> None:
        wanted = [
            event
            for event in sorted(self.model.log, key=lambda event: event.originator_version, reverse=desc)
            if event.originator_id == aggregate
            and (gt is None or event.originator_version > gt)
            and (lte is None or event.originator_version <= lte)
        ]
        assert self.recorder.select_events(aggregate, gt=gt, lte=lte, desc=desc, limit=limit) == wanted[:limit]

    @rule(start=bounds, limit=limits, stop=bounds, topics=st.sets(st.sampled_from(TOPICS)), inclusive=st.booleans())
    def read_page(self, start: int | None, limit: int, stop: int | None, topics: set[str], inclusive: bool) -> None:
        wanted = [
            notification
            for notification in self.model.notifications()
            if (start is None or notification.id > start or (inclusive and notification.id == start))
            and (stop is None or notification.id <= stop)
            and (not topics or notification.topic in topics)
        ]
        page = self.recorder.select_notifications(start, limit, stop, sorted(topics), inclusive_of_start=inclusive)
        assert page == wanted[:limit]

    @rule(aggregate=aggregates)
    def read_positions(self, aggregate: UUID) -> None:
        positions = {
            event.originator_version: event.id
            for event in self.model.notifications()
            if event.originator_id == aggregate
        }
        assert self.recorder.positions_of(aggregate) == positions
        assert self.log.head() == len(self.model.log)

    def teardown(self) -> None:
        """In the end both hold the same, and nothing else."""
        with closing(self.log):
            assert self.recorder.select_notifications(None, 1000) == self.model.notifications()
            assert self.recorder.max_notification_id() == (len(self.model.log) or None)
            assert self.log.tracking.positions() == self.model.tracking
            for request, appended in self.model.requests.values():
                assert self.recorder.request(request.id) == (request, appended.last)

    def _answer(self, wish: Wish) -> Answer:
        return answer(partial(self.recorder.append, wish.events, request=wish.request, tracking=wish.tracking))


def answer(append: Callable[[], Appended]) -> Answer:
    """What an append returned, or the type of the error it raised."""
    try:
        return append()
    except PersistenceError as refusal:
        return type(refusal)


def is_appended(command: Command) -> bool:
    """Whether the command has just added its events to the log."""
    return isinstance(command.outcome, Appended) and not command.outcome.repeated


@pytest.mark.soak
def test_the_log_answers_as_its_model_does(module_database: Database, soak: Soak) -> None:
    hypothesis.seed(soak.seed)(machine := partial(LogBesideModel, module_database))
    run_state_machine_as_test(
        machine,
        settings=hypothesis.settings(
            max_examples=soak.count(EXAMPLES),
            stateful_step_count=STEPS_PER_EXAMPLE,
            deadline=None,
            database=None,
            suppress_health_check=list(hypothesis.HealthCheck),
        ),
    )
