"""What the others once announced, in every form that was ever released, still has its effect here, and has it once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

import pytest

from services.reporting.domain.heard import OWNERS, Heard
from services.reporting.read_models.heard_events import HeardEvents
from services.reporting.read_models.indicators import Indicators
from services.reporting.read_models.trail import Trail
from services.shared.bus.announcements import Announcement
from services.shared.bus.consumers import UnknownAnnouncement
from services.shared.bus.stream import Page, Parked, Stream
from services.shared.event_store import EventLog
from services.shared.record import Act
from tests.reporting.announcing import listener_to
from tests.saved_announcements.samples import Sample, samples

SAMPLES = {sample.name: sample for sample in samples()}
A_SAMPLE_OF = {owner: next(sample for name, sample in SAMPLES.items() if name.startswith(owner)) for owner in OWNERS}
COUNTS = {
    "support/v1/AwardNominated-1": {"K6": 1},
    "support/v1/ParticipationSelected-1": {"K3": 1, "K4": 1},
    "support/v1/ParticipationSelected-2": {"K3": 1, "K4": 1},
    "support/v1/ProductCertified-1": {"K5": 1},
    "training/v1/AttendanceRecorded-1": {"K1": 1, "K3": 1},
    "training/v1/DisseminationHeld-1": {"K3": 2},
    "training/v1/ExpertCertified-1": {"K2": 1},
}
"""What each counts for; one that is not listed counts for nothing."""
LATER_FIELD = b"\xba\x3e\x05later"  # field 999, text of five bytes

Hear = Callable[[Announcement], None]


@pytest.fixture
def hear(log: EventLog, heard_events: HeardEvents) -> Hear:  # noqa: ARG001 - which has heard nothing
    """An inbox that has heard nothing, of an owner who had nothing to tell before the announcement at hand."""

    def hear(announcement: Announcement) -> None:
        def nothing_before(_position: int) -> Page:
            return Page((), read_to=announcement.previous_position, head=announcement.position)

        listener = listener_to(announcement.service, log)
        stream = Stream("reporting", listener, log.pool, log.factory.tables, tries=1)
        stream.start()
        stream.take_in([announcement], nothing_before)

    return hear


def effects(log: EventLog, sample: Sample) -> tuple[list[Heard], dict[str, int]]:
    """The story of the sample's record and the value of every indicator."""
    story = Trail(log).list_trail(UUID(sample.in_words["announced"]["record_id"]), after=None, limit=10)
    return list(story), {code: found.value for code, found in Indicators(log).list_indicators(on_date=None).items()}


def as_told(sample: Sample) -> Heard:
    """The event that a sample tells of, from what it was read as when it was saved."""
    told: dict[str, Any] = sample.in_words["announced"]
    act: dict[str, Any] = told["act"]
    return Heard(
        service=sample.announcement.service,
        position=sample.announcement.position,
        type=sample.announcement.type,
        record_id=UUID(told["record_id"]),
        record_version=int(told["record_version"]),
        sentence=told["sentence"],
        act=Act(
            person_id=UUID(act["person_id"]),
            body=act["body"],
            capacity=act["capacity"],
            effective_on=date(**act["effective_on"]),
            recorded_at=datetime.fromisoformat(act["recorded_at"]),
            request_id=UUID(act["request_id"]),
            document=act.get("document"),
            cause=act.get("cause"),
        ),
        concerns=tuple(map(UUID, told["concerns"])),
    )


@pytest.mark.parametrize("name", SAMPLES)
def test_a_saved_announcement_is_kept_and_counted_once(
    name: str, hear: Hear, log: EventLog, heard_events: HeardEvents
) -> None:
    sample = SAMPLES[name]
    for _ in range(2):
        hear(sample.announcement)
        assert effects(log, sample) == ([as_told(sample)], COUNTS.get(name, {}))
        assert heard_events.as_of()[sample.announcement.service] == sample.announcement.position


@pytest.mark.parametrize("owner", OWNERS)
def test_a_newer_version_of_an_announcement_stops_its_stream(
    owner: str, hear: Hear, log: EventLog, heard_events: HeardEvents
) -> None:
    sample = A_SAMPLE_OF[owner]
    newer = replace(sample.announcement, type=sample.announcement.type.replace(".v1.", ".v2."))
    with pytest.raises(Parked, match="does not know") as parked:
        hear(newer)
    assert isinstance(parked.value.__cause__, UnknownAnnouncement)
    assert effects(log, sample) == ([], {})
    assert heard_events.as_of()[owner] == newer.previous_position


@pytest.mark.parametrize("owner", OWNERS)
def test_a_field_that_only_a_later_release_knows_stops_nothing(owner: str, hear: Hear, log: EventLog) -> None:
    sample = A_SAMPLE_OF[owner]
    hear(replace(sample.announcement, data=sample.announcement.data + LATER_FIELD))
    assert effects(log, sample)[0] == [as_told(sample)]
