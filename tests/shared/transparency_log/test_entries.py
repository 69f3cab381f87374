"""The entry of an event is one text, the same for ever."""

from __future__ import annotations

import pytest

from services.shared.transparency_log.entries import Entry, entry_of
from services.shared.transparency_log.errors import Malformed
from services.shared.transparency_log.tree import leaf_hash

STREAM = "5b1c9a1e-6f0d-4f8e-9d3b-0c6c1f1f2a01"
STATE = b'{"act":{"body":"SKHCN","recorded_at":"2026-03-02T01:15:00Z"},"title":"\xc4\x90\xe1\xbb\x81 xu\xe1\xba\xa5t"}'
ENTRY = b"""\
nscl.vn/event@v1
42
5b1c9a1e-6f0d-4f8e-9d3b-0c6c1f1f2a01
3
support:Application.Submitted
2026-03-02T01:15:00Z
fca599d102ebfa7063b4da1db1459fa25b95df844b7c39f942ce9bf6e0ad1e99
"""


def test_an_event_has_the_entry_of_the_test_vector() -> None:
    assert entry_of(42, STREAM, 3, "support:Application.Submitted", STATE) == ENTRY
    assert leaf_hash(ENTRY).hex() == "9ef4afe05dd6b430c6a7297ed97e069873a5390d8b5465e2fcf725442610ed5a"


def test_an_entry_is_read_again() -> None:
    entry = Entry.parse(ENTRY)
    assert (entry.position, entry.stream, entry.version) == (42, STREAM, 3)
    assert bytes(entry) == ENTRY


def test_the_time_of_an_event_without_an_act_is_its_own() -> None:
    entry = entry_of(1, STREAM, 1, "log:Thing.Named", b'{"timestamp":"2026-03-02T08:15:00.000001+07:00"}')
    assert Entry.parse(entry).time == "2026-03-02T08:15:00.000001+07:00"


@pytest.mark.parametrize("state", [b"", b"[]", b"{}", b'{"act":{}}', b'{"timestamp":3}', b'{"timestamp":"now"}'])
def test_an_event_that_does_not_say_when_it_was_recorded_has_no_entry(state: bytes) -> None:
    with pytest.raises(Malformed):
        entry_of(1, STREAM, 1, "log:Thing.Named", state)


@pytest.mark.parametrize(
    ("position", "stream", "version", "topic"),
    [
        (0, STREAM, 1, "log:Thing"),
        (1, STREAM, 0, "log:Thing"),
        (1, "", 1, "log:Thing"),
        (1, STREAM + "\n7", 1, "log:Thing"),
        (1, STREAM, 1, "log:Thing\n2026-03-02T01:15:00Z"),
        (1, STREAM, 1, ""),
    ],
)
def test_what_would_be_read_as_something_else_has_no_entry(
    position: int, stream: str, version: int, topic: str
) -> None:
    with pytest.raises(Malformed):
        entry_of(position, stream, version, topic, STATE)


@pytest.mark.parametrize(
    "encoded",
    [
        b"",
        ENTRY[:-1],
        ENTRY + b"\n",
        ENTRY.replace(b"\n42\n", b"\n042\n"),
        ENTRY.replace(b"\n42\n", b"\n+42\n"),
        ENTRY.replace(b"@v1", b"@v2"),
        ENTRY.replace(b"nscl.vn", b"nsclxvn"),
        ENTRY.replace(b"1e99", b"1E99"),
        ENTRY.replace(b"\n", b"\r\n"),
        ENTRY.replace(b"support", b"\xff"),
    ],
)
def test_nothing_but_an_entry_to_the_byte_is_read_as_one(encoded: bytes) -> None:
    with pytest.raises(Malformed):
        Entry.parse(encoded)
