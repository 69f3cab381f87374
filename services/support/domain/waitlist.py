"""Who was left waiting by a decision, for money or places that may become free."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Self
from uuid import UUID, uuid5

from services.shared.record import Act, Record, recorded_by
from services.shared.refusals import Invalid, Refusal
from services.support.domain.ranking import Ranked, Ranking

__all__ = ["LeavingKind", "Waiting", "Waitlist", "must_wait_in_order"]


@dataclass(frozen=True)
class Waiting:
    """A participation that a decision leaves waiting; the reason may be absent where the order alone is one."""

    participation_id: UUID
    reason: str | None


class LeavingKind(StrEnum):
    """How a participation comes off the list."""

    SELECTED = "SELECTED"
    REFUSED = "REFUSED"
    WITHDRAWN = "WITHDRAWN"


LEAVING_IN_WORDS = {
    LeavingKind.SELECTED: "được chọn",
    LeavingKind.REFUSED: "không được chọn",
    LeavingKind.WITHDRAWN: "đã rút",
}


class SkippedWithoutReason(Invalid):
    """Whoever comes before somebody selected does not wait without a written reason; without rules nobody does."""

    sentence = "Hồ sơ tham gia {participation_id}, xếp thứ {rank}, chỉ phải chờ khi có lý do bằng văn bản."


class NotWaiting(Refusal):
    """The participation is not on the list, or was named twice."""

    sentence = "Hồ sơ tham gia {participation_id} không ở trong danh sách chờ của nhiệm vụ, hoặc được nêu hai lần."


class WaitlistOpen(Refusal):
    """A contract is signed once nobody waits any more for the money of its task."""

    sentence = "Còn {count} hồ sơ tham gia trong danh sách chờ; hãy chọn hoặc từ chối trước khi ký hợp đồng."


class Waitlist(Record):
    """The participations of one task that wait (danh sách chờ); each keeps its claim."""

    TOPIC = "support:Waitlist"

    class Event(Record.Event):
        """Something that happened to a waitlist (sự kiện của danh sách chờ)."""

        task_id: UUID
        participation_ids: tuple[UUID, ...]

    class Opened(Event, Record.Created):
        """A decision left participations waiting (lập danh sách chờ)."""

        TOPIC = "support:Waitlist.Opened"

        def sentence(self) -> str:
            return f"Lập danh sách chờ gồm {len(self.participation_ids)} hồ sơ tham gia."

    Created = Opened

    class Left(Event):
        """Participations came off the list (ra khỏi danh sách chờ)."""

        TOPIC = "support:Waitlist.Left"
        leaving_kind: LeavingKind

        def sentence(self) -> str:
            return f"{len(self.participation_ids)} hồ sơ ra khỏi danh sách chờ: {LEAVING_IN_WORDS[self.leaving_kind]}."

    @staticmethod
    def create_id(task_id: UUID) -> UUID:
        """A task has one waitlist."""
        return uuid5(task_id, "waitlist")

    @recorded_by(Opened)
    def __init__(self, act: Act, task_id: UUID, participation_ids: tuple[UUID, ...]) -> None:
        self.task_id = task_id
        self.waiting_ids = participation_ids

    @classmethod
    def open(cls, act: Act, *, task_id: UUID, participation_ids: tuple[UUID, ...]) -> Self:
        """The list as the decision makes it."""
        return cls(act=act, task_id=task_id, participation_ids=participation_ids)

    def leave(self, act: Act, *, participation_ids: tuple[UUID, ...], leaving_kind: LeavingKind) -> None:
        """They wait no longer.

        Raises NotWaiting.
        """
        for participation_id in participation_ids:
            if participation_id not in self.waiting_ids or participation_ids.count(participation_id) > 1:
                raise NotWaiting(participation_id=participation_id)
        self._left(act=act, task_id=self.task_id, participation_ids=participation_ids, leaving_kind=leaving_kind)

    @recorded_by(Left)
    def _left(self, act: Act, task_id: UUID, participation_ids: tuple[UUID, ...], leaving_kind: LeavingKind) -> None:
        self.waiting_ids = tuple(each for each in self.waiting_ids if each not in participation_ids)

    def must_be_closed(self) -> None:
        """Raises WaitlistOpen."""
        if self.waiting_ids:
            raise WaitlistOpen(count=len(self.waiting_ids))


def must_wait_in_order(field: str, ranking: Ranking, waiting: Waiting, selected_ids: Collection[UUID]) -> Ranked:
    """The place of who is left waiting: behind everybody selected in the same order, or for a written reason.

    ``field`` is where the request has room for the reason. Raises SkippedWithoutReason.
    """
    place = ranking.place_of(waiting.participation_id)
    selected = [each.rank for each in ranking.places if each.candidate.participation_id in selected_ids]
    in_order = ranking.rules is not None and selected and max(selected) <= place.rank
    if waiting.reason is None and not in_order:
        raise SkippedWithoutReason(field, participation_id=waiting.participation_id, rank=place.rank)
    return place
