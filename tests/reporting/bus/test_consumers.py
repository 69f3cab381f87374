from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from google.protobuf.message import Message
from nscl.support.v1.support_events_pb2 import AwardNominated, ParticipationSelected, ProductCertified
from nscl.support.v1.support_resources_pb2 import CONTENT_KIND_CERTIFICATION, CONTENT_KIND_TOOL
from nscl.training.v1.training_events_pb2 import AttendanceRecorded, DisseminationHeld, ExpertCertified
from nscl.training.v1.training_resources_pb2 import AUDIENCE_MANAGER, AUDIENCE_WORKER

from services.reporting.domain.heard import OWNERS
from services.reporting.domain.reported import ACTS
from services.reporting.read_models.heard_events import HeardEvents, stream
from services.reporting.read_models.indicators import Indicators
from services.reporting.read_models.trail import Trail
from services.shared.bus.stream import Parked, stream_name
from services.shared.event_store import EventLog
from tests.announcing import told
from tests.given import act
from tests.reporting.announcing import EVENTS, Ears, announcement_names, listener_to
from tests.reporting.examples import LOTUS_MILL, QUIET_OTTER, RIVER_FARM

ALL = [(owner, name) for owner in OWNERS for name in announcement_names(owner)]
NEEDED: dict[str, dict[str, Any]] = {
    "ParticipationSelected": {"content_kind": CONTENT_KIND_TOOL},
    "AttendanceRecorded": {"audience": AUDIENCE_MANAGER},
}


def of(indicators: Indicators) -> dict[str, int]:
    return {code: found.value for code, found in indicators.list_indicators(on_date=None).items()}


@pytest.mark.parametrize("owner", OWNERS)
def test_every_announcement_of_an_owner_is_heard_and_none_is_ignored(owner: str, log: EventLog) -> None:
    listener = listener_to(owner, log)
    assert sorted(listener.handlers) == sorted(f"nscl.{owner}.v1.{name}" for name in announcement_names(owner))
    assert not listener.ignored


@pytest.mark.parametrize("owner", OWNERS)
def test_the_place_of_an_owner_is_that_of_its_inbox(owner: str) -> None:
    assert stream(owner) == stream_name("reporting", owner)


@pytest.mark.parametrize(("owner", "name"), ALL)
def test_an_announcement_is_kept_word_for_word(owner: str, name: str, ears: Ears, log: EventLog) -> None:
    by = act(document="12/QĐ-UBND", capacity="city_leader", body="UBND", cause="registry:3")
    message = told(
        getattr(EVENTS[owner], name), QUIET_OTTER, [LOTUS_MILL], by, sentence=f"{name}.", **NEEDED.get(name, {})
    )
    (announcement,) = ears.hear(message)
    for record_id in (QUIET_OTTER, LOTUS_MILL):
        (event,) = Trail(log).list_trail(record_id, after=None, limit=10)
        assert (event.service, event.position, event.type) == (owner, announcement.position, f"nscl.{owner}.v1.{name}")
        assert (event.record_id, event.record_version, event.sentence) == (QUIET_OTTER, 1, f"{name}.")
        assert event.act == by
        assert set(event.concerns) == {QUIET_OTTER, LOTUS_MILL}


@pytest.mark.parametrize(
    ("message", "values"),
    [
        (
            told(ParticipationSelected, enterprise_id=str(LOTUS_MILL), content_kind=CONTENT_KIND_TOOL),
            {"K3": 1, "K4": 1},
        ),
        (
            told(ParticipationSelected, enterprise_id=str(LOTUS_MILL), content_kind=CONTENT_KIND_CERTIFICATION),
            {"K3": 1},
        ),
        (told(ProductCertified, product_group_code="GAO"), {"K5": 1}),
        (told(AwardNominated, enterprise_id=str(LOTUS_MILL)), {"K6": 1}),
        (
            told(AttendanceRecorded, audience=AUDIENCE_MANAGER, enterprise_id=str(LOTUS_MILL)),
            {"K1": 1, "K3": 1},
        ),
        (told(AttendanceRecorded, audience=AUDIENCE_MANAGER, enterprise_id=""), {"K1": 1}),
        (told(AttendanceRecorded, audience=AUDIENCE_WORKER, enterprise_id=""), {}),
        (told(DisseminationHeld, enterprise_ids=[str(LOTUS_MILL), str(RIVER_FARM)]), {"K3": 2}),
        (told(DisseminationHeld), {}),
        (told(ExpertCertified), {"K2": 1}),
    ],
)
def test_an_announcement_counts_for_its_indicators(
    message: Message, values: dict[str, int], ears: Ears, log: EventLog
) -> None:
    ears.hear(message)
    assert of(Indicators(log)) == values


def test_each_act_that_a_report_counts_is_announced() -> None:
    assert {*ACTS} <= {name for _, name in ALL}


def test_a_repeat_has_no_second_effect(ears: Ears, log: EventLog) -> None:
    heard = ears.hear(
        told(ProductCertified, QUIET_OTTER, product_group_code="GAO"),
        told(AttendanceRecorded, QUIET_OTTER, audience=AUDIENCE_MANAGER, enterprise_id=str(LOTUS_MILL)),
    )
    before = of(Indicators(log)), Trail(log).list_trail(QUIET_OTTER, after=None, limit=10)
    ears.hear_again(*heard, *reversed(heard))
    assert (of(Indicators(log)), Trail(log).list_trail(QUIET_OTTER, after=None, limit=10)) == before


@pytest.mark.parametrize(
    "message",
    [
        told(ParticipationSelected, content_kind=99),  # a kind of content that only a later release knows
        told(ParticipationSelected, enterprise_id="không phải mã", content_kind=CONTENT_KIND_TOOL),
    ],
)
def test_what_cannot_be_understood_stops_its_stream_and_leaves_nothing_half_done(
    message: Message, ears: Ears, heard_events: HeardEvents, log: EventLog
) -> None:
    with pytest.raises(Parked):
        ears.hear(message)
    told_id = UUID(message.announced.record_id)  # type: ignore[attr-defined]
    assert not Trail(log).list_trail(told_id, after=None, limit=10)
    assert heard_events.as_of()["support"] == 0
    ears.hear(told(ExpertCertified))
    assert of(Indicators(log)) == {"K2": 1}
