"""Saved histories replay for ever: what was released is read to the byte, and makes the record it made then.

A red test here is never mended by changing what is saved. An event that has changed gets a ``class_version`` and an
upcast; a record whose events make another state than before gets a higher ``SNAPSHOT_VERSION``; what is new is added
by ``python -m tests.saved_histories.save``.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from typing import cast

import pytest
from eventsourcing.utils import resolve_topic

from services.shared.record import Record
from tests.rules.code import SERVICES, modules
from tests.rules.test_events import events, released, topic_of
from tests.saved_histories.histories import MAPPER, SAVED, SNAPSHOTS, History, Kind, saved_histories, stored_in

list(modules(*(f"services/{service}/domain" for service in SERVICES)))  # so that every topic is known
HISTORIES = saved_histories()

every_history = pytest.mark.parametrize(
    "history", HISTORIES, ids=lambda history: f"{history.record}-{history.events[0].originator_id}"
)


def test_what_is_saved_is_what_was_saved() -> None:
    assert Counter(history.entry for history in HISTORIES) == Counter(SAVED.read_text(encoding="utf-8").splitlines())


def test_every_released_event_has_a_history_in_each_of_its_versions() -> None:
    saved = {(kind.topic, kind.class_version) for history in HISTORIES for kind in history.kinds}
    version_of = {topic_of(event): getattr(event, "class_version", 1) for event in events()}
    wanted = {(topic, version) for topic in released() for version in range(1, version_of.get(topic, 0) + 1)}
    assert wanted - saved == set(), "play it, then run python -m tests.saved_histories.save"


def test_an_event_of_a_later_version_knows_the_way_from_each_earlier_one() -> None:
    lost = [
        f"{topic_of(event)}: {step}"
        for event in events()
        for step in (f"upcast_v{n}_v{n + 1}" for n in range(1, getattr(event, "class_version", 1)))
        if not hasattr(event, step)
    ]
    assert not lost


def test_every_released_record_has_a_history() -> None:
    records = {topic for topic in released() if issubclass(resolve_topic(topic), Record)}
    assert records - {history.record for history in HISTORIES} == set()


@every_history
def test_each_event_is_read_and_written_again_to_the_byte(history: History) -> None:
    for stored in history.events:
        event = MAPPER.to_domain_event(stored)
        assert type(event) is resolve_topic(stored.topic)
        if Kind.of(stored).class_version == getattr(type(event), "class_version", 1):
            assert MAPPER.to_stored_event(event) == stored


@every_history
def test_it_makes_its_record_in_the_version_at_which_it_ends(history: History) -> None:
    assert type(history.folded) is resolve_topic(history.record)
    assert history.folded.version == history.events[-1].originator_version == len(history.events)
    assert not history.folded.pending_events


@every_history
def test_each_event_tells_its_sentence(history: History) -> None:
    for stored in history.events:
        sentence = cast(Record.Event, MAPPER.to_domain_event(stored)).sentence()
        assert sentence
        assert unicodedata.is_normalized("NFC", sentence)


@every_history
def test_it_makes_the_state_that_snapshots_of_this_name_have(history: History) -> None:
    """Otherwise snapshots in the databases, which this code would trust, hold another state than the events make."""
    if history.snapshot is not None:
        recorded = [snapshot for snapshot in stored_in(SNAPSHOTS) if snapshot.topic == history.snapshot.topic]
        assert history.snapshot in recorded, "raise SNAPSHOT_VERSION if the state differs, then save"
