"""What an announcement says of its event, and in which form it travels."""

from __future__ import annotations

import json

import pytest
from google.protobuf.message import Message

from services.shared.bus.announcements import Announcement, NotAnAnnouncement, announced, announcements_of
from services.shared.bus.consumers import Consumer
from services.shared.event_store import Cursor
from services.shared.event_store.log import RecordedEvent
from tests.shared.bus.orchard import Basket, BasketSold, BasketWeighed, announce, some_act

FILLED, INSPECTED, WEIGHED = 7, 8, 9


def announcements() -> list[Announcement]:
    """What the orchard announces of one basket whose events stand at positions 7, 8 and 9."""
    basket = Basket(act=some_act(), row="A")
    basket.inspect(act=some_act())
    basket.weigh(act=some_act(), weight_kg=12)
    events = [RecordedEvent(7 + n, "", event) for n, event in enumerate(basket.collect_events())]
    return announcements_of("orchard", announce, events, previous=5)


def test_only_public_events_are_announced_and_each_names_the_one_before_it() -> None:
    assert [(one.previous_position, one.position) for one in announcements()] == [(5, FILLED), (FILLED, WEIGHED)]


def test_headers_are_cloud_events_attributes() -> None:
    headers = announcements()[1].headers()
    assert headers["cloudEvents_id"] == "orchard:9"
    assert headers["cloudEvents_source"] == "/nscl/orchard"
    assert headers["cloudEvents_type"] == "nscl.orchard.v1.BasketWeighed"
    assert headers["cloudEvents_specversion"] == "1.0"
    assert (headers["cloudEvents_position"], headers["cloudEvents_previousposition"]) == ("9", "7")


def test_an_announcement_is_heard_as_it_was_sent() -> None:
    sent = announcements()[1]
    assert Announcement.heard(sent.headers(), sent.data) == sent
    assert Announcement.from_json(json.loads(json.dumps(sent.to_json()))) == sent
    assert sent.routing_key == "basket_weighed"


@pytest.mark.parametrize("headers", [{}, {"cloudEvents_source": "/nscl/orchard", "cloudEvents_position": "many"}])
def test_other_messages_are_not_taken_for_announcements(headers: dict[str, str]) -> None:
    with pytest.raises(NotAnAnnouncement):
        Announcement.heard(headers, b"")


def test_what_is_announced_holds_the_act_the_sentence_and_whom_it_concerns() -> None:
    basket, other = Basket(act=some_act(), row="A"), Basket(act=some_act(), row="B")
    (event,) = basket.collect_events()
    said = announced(event, concerns=[other.id, basket.id])
    assert (said.act.capacity, said.act.document) == ("programme_officer", "134/KH-UBND")
    assert said.sentence == f"Giỏ {basket.id} đổi trạng thái."
    assert list(said.concerns) == [str(basket.id), str(other.id)]
    assert said.record_version == 1


def test_a_consumer_whose_method_and_message_disagree_is_refused_at_start() -> None:
    class Confused(Consumer):
        owner = "orchard"

        def on_basket_sold(self, announcement: BasketWeighed, position: int, cursor: Cursor) -> None: ...

    with pytest.raises(TypeError, match=r"on_basket_sold takes nscl\.orchard\.v1\.BasketWeighed"):
        _ = Confused().handlers


def test_a_consumer_cannot_both_handle_and_ignore() -> None:
    class Undecided(Consumer):
        owner = "orchard"
        ignored = frozenset({"nscl.orchard.v1.BasketSold"})

        def on_basket_sold(self, announcement: BasketSold, position: int, cursor: Cursor) -> None: ...

    with pytest.raises(TypeError, match="both handles and ignores"):
        _ = Undecided().handlers


def test_a_consumer_finds_its_methods_by_the_message() -> None:
    class Attentive(Consumer):
        owner = "orchard"

        def on_basket_sold(self, announcement: BasketSold, position: int, cursor: Cursor) -> None: ...

    ((name, (message_class, _)),) = Attentive().handlers.items()
    assert name == "nscl.orchard.v1.BasketSold"
    assert issubclass(message_class, Message)
