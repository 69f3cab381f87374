"""Events as canonical JSON: exact, the same bytes for the same event, and refused when they could not be read again."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID, uuid4

import pytest
from eventsourcing.persistence import StoredEvent
from eventsourcing.utils import register_topic

from services.shared.event_store import EventNotDecodable, EventNotEncodable, EventOfLaterRelease, TypedMapper
from services.shared.event_store.mapper import TypedJson
from services.shared.record import Act, Record
from tests.shared.event_store.lanterns import Colour, Lantern, Tassel

ACT = Act(
    person_id=UUID(int=1),
    body="SKHCN",
    capacity="programme_officer",
    effective_on=date(2025, 3, 1),
    recorded_at=datetime(2025, 3, 2, 4, 5, 6, 789, tzinfo=UTC),
    request_id=UUID(int=2),
    document="134/KH-UBND",
)
CANONICAL_ACT = (
    '"act":{"body":"SKHCN","capacity":"programme_officer","cause":null,"document":"134/KH-UBND",'
    '"effective_on":"2025-03-01","person_id":"00000000-0000-0000-0000-000000000001",'
    '"recorded_at":"2025-03-02T04:05:06.000789Z","request_id":"00000000-0000-0000-0000-000000000002"}'
)

mapper = TypedMapper()


def made(event_class: Any, **fields: Any) -> Any:
    """An event as ``trigger_event`` would make it, except for what the test changes."""
    fields = {"originator_id": uuid4(), "originator_version": 2, "timestamp": ACT.recorded_at, "act": ACT, **fields}
    return event_class(**fields)


def adorned(**changes: Any) -> Any:
    fields: dict[str, Any] = {
        "tassels": (Tassel(Colour.GOLD, 120),),
        "weight_kg": Decimal("1.50"),
        "adorned_on": date(2025, 2, 28),
        "blessed_at": datetime(2025, 3, 1, 7, tzinfo=timezone(timedelta(hours=7))),
        **changes,
    }
    return made(Lantern.Adorned, **fields)


def lit(candles: Any, **changes: Any) -> Any:
    return made(Lantern.Lit, candles=candles, **changes)


def hung(street: str) -> Any:
    (event,) = Lantern.hang(ACT, street).collect_events()
    return event


class TestRoundTrip:
    @pytest.mark.parametrize("event", [adorned(), adorned(tassels=(), blessed_at=None), lit(3), hung("Nguyễn Huệ")])
    def test_an_event_is_read_as_it_was_written(self, event: Record.Event) -> None:
        again = mapper.to_domain_event(mapper.to_stored_event(event))
        assert type(again) is type(event)
        assert vars(again) == vars(event)
        assert {name: type(value) for name, value in vars(again).items()} == {
            name: type(value) for name, value in vars(event).items()
        }

    def test_the_state_is_canonical(self) -> None:
        stored = mapper.to_stored_event(adorned())
        assert stored.topic == "festival:Lantern.Adorned"
        assert stored.state.decode() == (
            f'{{{CANONICAL_ACT},"adorned_on":"2025-02-28","blessed_at":"2025-03-01T07:00:00+07:00",'
            '"tassels":[{"colour":"gold","length_mm":120}],"weight_kg":"1.50"}'
        )

    def test_the_time_is_that_of_the_act_and_stored_once(self) -> None:
        stored = mapper.to_stored_event(lit(1))
        assert b"timestamp" not in stored.state
        assert mapper.to_domain_event(stored).timestamp == ACT.recorded_at  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Garland:
    """A value within a value."""

    tassels: tuple[Tassel, ...]
    hung_on: date | None


class TestBytes:
    """These bytes stand in databases and under digests: a library that writes others must not come in unseen."""

    @pytest.mark.parametrize(
        ("declared", "value", "canonical"),
        [
            (date, date(2025, 3, 1), b'"2025-03-01"'),
            (date, date.max, b'"9999-12-31"'),
            (datetime, datetime(2025, 3, 2, 4, 5, 6, tzinfo=UTC), b'"2025-03-02T04:05:06Z"'),
            (datetime, datetime(2025, 3, 2, 4, 5, 6, 70, tzinfo=UTC), b'"2025-03-02T04:05:06.000070Z"'),
            (datetime, datetime(2025, 3, 2, tzinfo=timezone(timedelta(hours=7))), b'"2025-03-02T00:00:00+07:00"'),
            (Decimal, Decimal("1.50"), b'"1.50"'),
            (Decimal, Decimal("0.0000001"), b'"1E-7"'),
            (Decimal, Decimal("-12345678901234567890.5"), b'"-12345678901234567890.5"'),
            (int, 2_190_000_000, b"2190000000"),
            (int, -(2**63), b"-9223372036854775808"),
            (bool, True, b"true"),
            (int | None, None, b"null"),
            (UUID, UUID("0F1C6A52-7D5E-4A53-9F0E-2F4D6B1C8A01"), b'"0f1c6a52-7d5e-4a53-9f0e-2f4d6b1c8a01"'),
            (Colour, Colour.GOLD, b'"gold"'),
            (str, "Nguyễn Huệ", '"Nguyễn Huệ"'.encode()),
            (
                str,
                unicodedata.normalize("NFD", "Đường Thới Lai"),
                b'"\xc4\x90\xc6\xb0\xe1\xbb\x9dng Th\xe1\xbb\x9bi Lai"',
            ),
            (str, '"\\/\n\t\x01\x7f\u2028', b'"\\"\\\\/\\n\\t\\u0001\x7f\xe2\x80\xa8"'),
            (tuple[str, ...], (), b"[]"),
            (tuple[int, str], (5, "S"), b'[5,"S"]'),
            (
                Garland,
                Garland((Tassel(Colour.RED, 5), Tassel(Colour.GOLD, 7)), None),
                b'{"hung_on":null,"tassels":[{"colour":"red","length_mm":5},{"colour":"gold","length_mm":7}]}',
            ),
        ],
    )
    def test_a_value_has_the_bytes_it_always_had(self, declared: Any, value: Any, canonical: bytes) -> None:
        json = TypedJson("festival:Garland", [("value", declared)])
        assert json.encode({"value": value}) == b'{"value":' + canonical + b"}"
        assert json.encode(json.decode(b'{"value":' + canonical + b"}")) == b'{"value":' + canonical + b"}"

    @pytest.mark.parametrize(
        ("declared", "value", "canonical"),
        [
            (dict[UUID, int], {UUID(int=2): 1, UUID(int=1): 2}, f'{{"{UUID(int=1)}":2,"{UUID(int=2)}":1}}'.encode()),
            (dict[date, int], {date(2025, 3, 2): 1, date(2025, 3, 1): 2}, b'{"2025-03-01":2,"2025-03-02":1}'),
            (frozenset[str], frozenset({"b", "a", "c"}), b'["a","b","c"]'),
        ],
    )
    def test_a_collection_is_sorted(self, declared: Any, value: Any, canonical: bytes) -> None:
        json = TypedJson("festival:Garland", [("value", declared)], collections=True)
        assert json.encode({"value": value}) == b'{"value":' + canonical + b"}"
        assert json.decode(b'{"value":' + canonical + b"}") == {"value": value}

    def test_fields_are_sorted_by_name(self) -> None:
        json = TypedJson("festival:Garland", [("b", int), ("a", int), ("B", int)])
        assert json.encode({"b": 1, "a": 2, "B": 3}) == b'{"B":3,"a":2,"b":1}'


class TestText:
    @pytest.mark.parametrize("street", ["Nguyễn Huệ", 'dấu " nháy', "dòng\nmới", "Đường 3 Tháng 2"])
    def test_text_in_either_form_has_the_same_bytes(self, street: str) -> None:
        composed = unicodedata.normalize("NFC", street)
        decomposed = unicodedata.normalize("NFD", street)
        event = hung(composed)
        as_composed = mapper.to_stored_event(event).state
        vars(event)["street"] = decomposed
        assert mapper.to_stored_event(event).state == as_composed

    def test_a_mark_after_an_escaped_character_does_not_merge_with_the_escape(self) -> None:
        stored = mapper.to_stored_event(hung("\n\u0303e\u0302"))
        assert mapper.to_domain_event(stored).street == "\n\u0303ê"  # type: ignore[attr-defined]


class TestRefusedWhenWritten:
    @pytest.mark.parametrize(
        "event",
        [
            lit(1.5),
            lit(1.0),
            lit(True),
            lit("1"),
            lit(None),
            adorned(weight_kg=1.5),
            adorned(weight_kg=Decimal("NaN")),
            adorned(tassels=({"colour": "gold"},)),
            adorned(tassels=(Tassel("gold", 1.5),)),
            adorned(blessed_at=datetime(2025, 3, 1, 7)),  # noqa: DTZ001 - the naive time that is refused
            lit(1, timestamp=ACT.recorded_at + timedelta(seconds=1)),
        ],
        ids=lambda event: str({k: v for k, v in vars(event).items() if k in {"candles", "weight_kg", "tassels"}}),
    )
    def test_a_value_that_does_not_fit_its_field(self, event: Record.Event) -> None:
        with pytest.raises(EventNotEncodable, match=str(type(event).TOPIC)):  # type: ignore[attr-defined]
            mapper.to_stored_event(event)

    def test_an_attribute_that_is_no_field(self) -> None:
        event = lit(1)
        vars(event)["colour"] = "red"
        with pytest.raises(EventNotEncodable, match="colour"):
            mapper.to_stored_event(event)

    def test_a_field_declared_as_float(self) -> None:
        with pytest.raises(EventNotEncodable, match="Float"):
            mapper.to_stored_event(made(Weighed, candles=1, weight_kg=1.5))


class Weighed(Lantern.Lit):
    """A lantern was weighed (cân)."""

    TOPIC = "festival:Lantern.Weighed"
    weight_kg: float


class Renamed(Lantern.Event):
    """A lantern was given a name (đặt tên), first without its origin, then without the name's language."""

    TOPIC = "festival:Lantern.Renamed"
    class_version: ClassVar[int] = 3
    title: str
    origin: str
    since: date

    @staticmethod
    def upcast_v1_v2(state: dict[str, Any]) -> None:
        state["title"] = state.pop("name")
        state["origin"] = "Hội An"

    @staticmethod
    def upcast_v2_v3(state: dict[str, Any]) -> None:
        state["since"] = "2024-01-01"


register_topic(Renamed.TOPIC, Renamed)


def stored(topic: str, state: str) -> StoredEvent:
    return StoredEvent(UUID(int=3), 2, topic, state.encode())


class TestReadingOldEvents:
    @pytest.mark.parametrize(
        ("state", "origin", "since"),
        [
            (f'{{{CANONICAL_ACT},"name":"Cá chép"}}', "Hội An", date(2024, 1, 1)),
            (f'{{{CANONICAL_ACT},"class_version":2,"title":"Cá chép","origin":"Huế"}}', "Huế", date(2024, 1, 1)),
            (
                f'{{{CANONICAL_ACT},"class_version":3,"title":"Cá chép","origin":"Huế","since":"2025-01-01"}}',
                "Huế",
                date(2025, 1, 1),
            ),
        ],
    )
    def test_every_version_is_brought_up_to_date(self, state: str, origin: str, since: date) -> None:
        event: Any = mapper.to_domain_event(stored(Renamed.TOPIC, state))
        assert (event.title, event.origin, event.since) == ("Cá chép", origin, since)
        assert event.timestamp == ACT.recorded_at
        assert "class_version" not in vars(event)

    def test_todays_version_is_written(self) -> None:
        event = made(Renamed, title="Cá", origin="Huế", since=date(2025, 1, 1))
        assert b'"class_version":3' in mapper.to_stored_event(event).state

    @pytest.mark.parametrize(
        "old",
        [
            stored(Renamed.TOPIC, f'{{{CANONICAL_ACT},"class_version":4,"title":"?"}}'),
            stored(Renamed.TOPIC, f"{{{CANONICAL_ACT}}}"),
            stored(Renamed.TOPIC, "[]"),
            stored("festival:Lantern.Lit", f'{{{CANONICAL_ACT},"candles":1,"colour":"red"}}'),
            stored("festival:Lantern.Lit", f"{{{CANONICAL_ACT}}}"),
            stored("festival:Lantern.Lit", "not JSON"),
        ],
    )
    def test_what_this_code_does_not_know_stops_it(self, old: StoredEvent) -> None:
        with pytest.raises(EventNotDecodable, match=old.topic):
            mapper.to_domain_event(old)

    @pytest.mark.parametrize(
        "later",
        [
            stored(Renamed.TOPIC, f'{{{CANONICAL_ACT},"class_version":4,"title":"?"}}'),
            stored("festival:Lantern.Lit", f'{{{CANONICAL_ACT},"candles":1,"class_version":2,"colour":"red"}}'),
            stored("festival:Lantern.Floated", f"{{{CANONICAL_ACT}}}"),
        ],
        ids=["version", "first version", "event"],
    )
    def test_what_only_a_later_release_knows_is_told_apart(self, later: StoredEvent) -> None:
        with pytest.raises(EventOfLaterRelease, match=later.topic):
            mapper.to_domain_event(later)


def test_the_same_event_always_has_the_same_bytes() -> None:
    event = adorned()
    first = mapper.to_stored_event(event)
    assert mapper.to_stored_event(mapper.to_domain_event(first)).state == first.state
