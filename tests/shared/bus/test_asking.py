"""How a stream asks the owner for pages: one ahead, and never for one it is not going to need."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from services.shared.bus.inbox import PAGE, asking
from services.shared.bus.stream import OwnerSilent

HEAD = 2 * PAGE + 1


@dataclass
class Owner:
    """Answers as the owner's rpc method does, and notes from where it was asked."""

    asked: list[int] = field(default_factory=list)
    is_silent: bool = False

    def call_async(self, position: int, limit: int) -> Owner.Reply:
        self.asked.append(position)
        return self.Reply(self, position, limit)

    @dataclass
    class Reply:
        owner: Owner
        position: int
        limit: int

        def result(self) -> dict[str, Any]:
            if self.owner.is_silent:
                raise OSError("the broker has gone")
            return {"announcements": [], "read_to": min(self.position + self.limit, HEAD), "head": HEAD}


def test_the_next_page_is_asked_for_when_the_last_one_comes_and_no_page_twice() -> None:
    owner = Owner()
    ask = asking(owner)
    assert ask(0).read_to == PAGE
    assert owner.asked == [0, PAGE]
    assert [ask(PAGE).read_to, ask(2 * PAGE).read_to] == [2 * PAGE, HEAD]
    assert owner.asked == [0, PAGE, 2 * PAGE]


def test_a_place_that_was_taken_back_is_asked_for_anew() -> None:
    owner = Owner()
    ask = asking(owner)
    ask(0)
    assert ask(0).read_to == PAGE
    assert ask(7).read_to == PAGE + 7
    assert owner.asked == [0, PAGE, 0, PAGE, 7, PAGE + 7]


def test_a_page_that_did_not_come_is_asked_for_again() -> None:
    owner = Owner()
    ask = asking(owner)
    ask(0)
    owner.is_silent = True
    with pytest.raises(OwnerSilent):
        ask(PAGE)
    owner.is_silent = False
    assert ask(PAGE).read_to == 2 * PAGE
    assert owner.asked == [0, PAGE, PAGE, 2 * PAGE]
