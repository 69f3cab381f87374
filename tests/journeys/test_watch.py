"""A department's system follows what a service announces at its door, from the first event to the one just made."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
import pytest
from nscl.common.v1 import watch_service_pb2 as messages
from nscl.common.v1.watch_service_pb2_grpc import WatchServiceStub
from nscl.support.v1 import support_events_pb2 as support

from programme.people import OFFICER
from services.shared.channel import open_channel
from tests.bad_input import told as refusal_of
from tests.journeys.conftest import Played
from tests.registry.api.requests import register_enterprise
from tests.servers import RunningPlatform

ANNOUNCING = ("registry", "support", "training")


@contextmanager
def watching(platform: RunningPlatform, service: str, capacity: str = "programme_officer") -> Iterator[Any]:
    """``Watch`` of a service, as somebody in a capacity may ask it."""
    metadata = [("authorization", f"Bearer {platform.token(capacity, 'SCT')}")]
    address = platform.endpoints["services"][service]["grpc"]
    with open_channel(address, Path(platform.endpoints["authority"])) as channel:
        stub = WatchServiceStub(channel)
        yield lambda **asked: stub.Watch(messages.WatchRequest(**asked), timeout=60, metadata=metadata)


def all_of(answers: Any) -> tuple[list[tuple[int, str]], int]:
    """Position and type of each announcement, and how far was read."""
    heard, read_to = [], 0
    for answer in answers:
        heard += [(each.position, each.announcement.TypeName()) for each in answer.announcements]
        read_to = answer.read_to_position
    return heard, read_to


@pytest.mark.usefixtures("played")
@pytest.mark.parametrize("service", ANNOUNCING)
def test_everything_is_heard_once_and_in_order_however_often_one_was_cut_off(
    platform: RunningPlatform, service: str
) -> None:
    with watching(platform, service) as watch:
        heard, head = all_of(watch())
        positions = [position for position, _ in heard]
        assert positions == sorted(set(positions))
        assert len(heard) > 5
        assert all(name.startswith(f"nscl.{service}.v1.") for _, name in heard)
        for cut in (0, positions[1], positions[len(positions) // 2], head):
            assert all_of(watch(after_position=cut)) == ([each for each in heard if each[0] > cut], head)


def test_only_what_is_wanted_is_told(played: Played, platform: RunningPlatform) -> None:
    task_id = next(iter(played.year.task_ids.values()))
    approved = support.TaskApproved.DESCRIPTOR.full_name
    with watching(platform, "support") as watch:
        _, head = all_of(watch())
        [[position, name]], read_to = all_of(watch(types=[approved], concerning=task_id))
        assert (name, read_to) == (approved, head)
        [answer] = [each for each in watch(after_position=position - 1, types=[approved]) if each.announcements][:1]
        message = support.TaskApproved()
        assert answer.announcements[0].announcement.Unpack(message)
        assert message.announced.record_id == task_id
        about = {name for _, name in all_of(watch(concerning=task_id))[0]}
        assert "nscl.support.v1.CouncilConcluded" in about
    with watching(platform, "support", "scheme_officer") as watch:
        told = {name for _, name in all_of(watch(concerning=task_id))[0]}
    assert told == {name for name in about if not name.startswith("nscl.support.v1.Council")}


def test_whoever_listens_hears_what_is_made_meanwhile(played: Played, platform: RunningPlatform) -> None:
    with watching(platform, "registry") as watch:
        _, head = all_of(watch())
        listening = watch(after_position=head, listen_seconds=30)
        assert next(listening).read_to_position == head
        registered = register_enterprise()
        recorded: list[int] = []

        def register() -> None:
            answer = played.doors.ask(OFFICER, played.doors.registry.RegisterEnterprise, registered)
            recorded.append(answer.recorded.position)

        somebody = threading.Thread(target=register)
        somebody.start()
        heard = next(each for answer in listening for each in answer.announcements)
        listening.cancel()
        somebody.join()
        assert head < heard.position <= recorded[0]
        assert heard.announcement.TypeName() == "nscl.registry.v1.EnterpriseRegistered"


@pytest.mark.usefixtures("played")
@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"after_position": -1}, "after_position"),
        ({"concerning": "doanh nghiệp"}, "concerning"),
        ({"listen_seconds": 31}, "listen_seconds"),
        ({"types": [""]}, "types[0]"),
        ({"types": ["x"] * 201}, "types"),
    ],
)
def test_a_spoilt_field_is_named(platform: RunningPlatform, asked: dict[str, Any], field: str) -> None:
    with watching(platform, "training") as watch:
        answer = refusal_of(lambda: list(watch(**asked)))
    assert (answer.code, answer.fields) == (grpc.StatusCode.INVALID_ARGUMENT, {field})
    assert answer.sentence


@pytest.mark.usefixtures("played")
@pytest.mark.parametrize("capacity", ["council_member", "host_representative", "enterprise_representative"])
def test_who_has_a_part_in_a_decision_does_not_listen(platform: RunningPlatform, capacity: str) -> None:
    with watching(platform, "support", capacity) as watch:
        answer = refusal_of(lambda: list(watch()))
    assert (answer.code, answer.reason) == (grpc.StatusCode.PERMISSION_DENIED, "CAPACITY_NOT_PERMITTED")
