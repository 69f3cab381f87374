"""A claim to State money for one content at one enterprise: what keeps anything from being funded twice."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Self
from uuid import UUID, uuid5

from eventsourcing.domain import CanMutateAggregate

from services.shared.record import Act, Record, recorded_by
from services.shared.refusals import Refusal

__all__ = ["Claim", "ClaimStatus"]


class ClaimStatus(StrEnum):
    """Whether a claim stands; a released one may be lodged again."""

    LODGED = "LODGED"
    CONFIRMED = "CONFIRMED"
    RELEASED = "RELEASED"


class ContentAlreadyClaimed(Refusal):
    """The same content for the same enterprise is in another application or already granted (II.2.c, II.2.d)."""

    sentence = "Nội dung {content_code} của cơ sở {enterprise_id} đã được đăng ký hoặc hỗ trợ ở nhiệm vụ {task_id}."


class ClaimNotHeld(Refusal):
    """A participation acts on a claim that another holds, or nobody."""

    sentence = "Hồ sơ tham gia không còn giữ đăng ký chống trùng lắp cho nội dung {content_code}."


class Claim(Record):
    """One stream per enterprise and content (đăng ký chống trùng lắp).

    Whoever lodges appends to this stream in the command that needs it, so of two who race the log lets one win.
    """

    TOPIC = "support:Claim"

    class Event(Record.Event):
        """Something that happened to a claim; each names whose it is (sự kiện của đăng ký chống trùng lắp)."""

        enterprise_id: UUID
        content_code: str
        task_id: UUID
        participation_id: UUID

    class Lodged(Event, Record.Created):
        """A claim was lodged with an application (đăng ký chống trùng lắp)."""

        TOPIC = "support:Claim.Lodged"

        def sentence(self) -> str:
            return f"Đăng ký chống trùng lắp nội dung {self.content_code} cho một cơ sở."

    Created = Lodged

    class Relodged(Event):
        """A released claim was lodged again (đăng ký lại chống trùng lắp)."""

        TOPIC = "support:Claim.Relodged"

        def sentence(self) -> str:
            return f"Đăng ký lại chống trùng lắp nội dung {self.content_code} cho một cơ sở."

    class Confirmed(Event):
        """A decision confirmed the claim (xác nhận đăng ký chống trùng lắp)."""

        TOPIC = "support:Claim.Confirmed"

        def sentence(self) -> str:
            return f"Quyết định {self.act.document} xác nhận đăng ký chống trùng lắp nội dung {self.content_code}."

    class Released(Event):
        """The claim was released (giải phóng đăng ký chống trùng lắp)."""

        TOPIC = "support:Claim.Released"

        def sentence(self) -> str:
            return f"Giải phóng đăng ký chống trùng lắp nội dung {self.content_code}; nội dung có thể được đăng ký lại."

    @staticmethod
    def create_id(enterprise_id: UUID, content_code: str) -> UUID:
        """The claim of an enterprise to a content, found again from the two."""
        return uuid5(enterprise_id, f"claim:{content_code}")

    @recorded_by(Lodged)
    def __init__(self, act: Act, enterprise_id: UUID, content_code: str, task_id: UUID, participation_id: UUID) -> None:
        self.enterprise_id = enterprise_id
        self.content_code = content_code
        self.task_id = task_id
        self.participation_id = participation_id
        self.status = ClaimStatus.LODGED
        self.decision: str | None = None

    @classmethod
    def lodge(cls, act: Act, *, enterprise_id: UUID, content_code: str, task_id: UUID, participation_id: UUID) -> Self:
        """The first claim of this enterprise to this content."""
        return cls(
            act=act,
            enterprise_id=enterprise_id,
            content_code=content_code,
            task_id=task_id,
            participation_id=participation_id,
        )

    def trigger_event(self, event_class: type[CanMutateAggregate[UUID]], **kwargs: Any) -> None:
        whose = {
            "enterprise_id": self.enterprise_id,
            "content_code": self.content_code,
            "task_id": self.task_id,
            "participation_id": self.participation_id,
        }
        super().trigger_event(event_class, **{**whose, **kwargs})

    def relodge(self, act: Act, *, task_id: UUID, participation_id: UUID) -> None:
        """A claim after an earlier one was released.

        Raises ContentAlreadyClaimed.
        """
        if self.status is not ClaimStatus.RELEASED:
            raise ContentAlreadyClaimed(
                content_code=self.content_code, enterprise_id=self.enterprise_id, task_id=self.task_id
            )
        self._relodged(act=act, task_id=task_id, participation_id=participation_id)

    @recorded_by(Relodged)
    def _relodged(self, act: Act, task_id: UUID, participation_id: UUID) -> None:
        self.task_id = task_id
        self.participation_id = participation_id
        self.status = ClaimStatus.LODGED

    def is_held_by(self, participation_id: UUID) -> bool:
        """Whether the claim stands, and for this participation."""
        return self.status is not ClaimStatus.RELEASED and self.participation_id == participation_id

    def confirm(self, act: Act, *, participation_id: UUID) -> None:
        """The decision rests on this claim.

        Raises ClaimNotHeld.
        """
        if self.status is not ClaimStatus.LODGED or self.participation_id != participation_id:
            raise ClaimNotHeld(content_code=self.content_code)
        self._confirmed(act=act)

    @recorded_by(Confirmed)
    def _confirmed(self, act: Act) -> None:
        self.status = ClaimStatus.CONFIRMED
        self.decision = act.document

    def release(self, act: Act, *, participation_id: UUID) -> None:
        """The participation comes to nothing; another may claim.

        Raises ClaimNotHeld.
        """
        if not self.is_held_by(participation_id):
            raise ClaimNotHeld(content_code=self.content_code)
        self._released(act=act)

    @recorded_by(Released)
    def _released(self, act: Act) -> None:
        self.status = ClaimStatus.RELEASED
        self.decision = None
