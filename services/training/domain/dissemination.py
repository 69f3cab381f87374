"""Productivity and quality made known to enterprises (Kế hoạch 134/KH-UBND, III.2.a-b)."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Self
from uuid import UUID

from services.shared.record import Act, Record, recorded_by
from services.shared.refusals import Invalid, Refusal

__all__ = ["Dissemination", "DisseminationChannel"]


class DisseminationChannel(StrEnum):
    """By which means people are reached."""

    WORKSHOP = "WORKSHOP"
    CONFERENCE = "CONFERENCE"
    PRESS = "PRESS"
    BROADCAST = "BROADCAST"
    ONLINE = "ONLINE"


CHANNEL_IN_WORDS = {
    DisseminationChannel.WORKSHOP: "tập huấn, hội thảo",
    DisseminationChannel.CONFERENCE: "hội nghị",
    DisseminationChannel.PRESS: "báo chí",
    DisseminationChannel.BROADCAST: "phát thanh, truyền hình",
    DisseminationChannel.ONLINE: "trực tuyến",
}


class DisseminationNotYetHeld(Refusal):
    """A dissemination is recorded once it took place."""

    sentence = "Hoạt động ngày {held_on:%d/%m/%Y} chưa diễn ra vào ngày ghi nhận {effective_on:%d/%m/%Y}."


class DisseminationReportMissing(Invalid):
    """A dissemination needs the number of the document that reports it."""

    sentence = "Cần số văn bản báo cáo hoạt động phổ biến, tuyên truyền."


class EnterpriseNamedTwice(Invalid):
    """The same enterprise stands twice in the list of those reached."""

    sentence = "Doanh nghiệp {enterprise_id} được nêu hai lần."


class Dissemination(Record):
    """One workshop, conference, article, broadcast or page, and whom it is known to have reached (phổ biến).

    Only enterprises named here count towards the enterprises reached (K3): an article read by many names none.
    """

    TOPIC = "training:Dissemination"

    class Event(Record.Event):
        """Something that happened to a dissemination (sự kiện phổ biến, tuyên truyền)."""

    class Held(Event, Record.Created):
        """Productivity and quality were made known (phổ biến, tuyên truyền)."""

        TOPIC = "training:Dissemination.Held"
        channel: DisseminationChannel
        title: str
        held_on: date
        enterprise_ids: tuple[UUID, ...]

        def sentence(self) -> str:
            what = f"Phổ biến, tuyên truyền “{self.title}” ({CHANNEL_IN_WORDS[self.channel]})"
            return f"{what} ngày {self.held_on:%d/%m/%Y} đến {len(self.enterprise_ids)} doanh nghiệp."

    Created = Held

    @recorded_by(Held)
    def __init__(
        self,
        act: Act,
        channel: DisseminationChannel,
        title: str,
        held_on: date,
        enterprise_ids: tuple[UUID, ...],
    ) -> None:
        self.channel = channel
        self.title = title
        self.held_on = held_on
        self.enterprise_ids = enterprise_ids
        self.document = act.document

    @classmethod
    def hold(
        cls,
        act: Act,
        *,
        channel: DisseminationChannel,
        title: str,
        held_on: date,
        enterprise_ids: tuple[UUID, ...],
    ) -> Self:
        """A dissemination that took place; the act's document reports it.

        Raises DisseminationReportMissing, DisseminationNotYetHeld and EnterpriseNamedTwice.
        """
        if act.document is None:
            raise DisseminationReportMissing("basis.document")
        if act.effective_on < held_on:
            raise DisseminationNotYetHeld(held_on=held_on, effective_on=act.effective_on)
        seen: set[UUID] = set()
        for index, enterprise_id in enumerate(enterprise_ids):
            if enterprise_id in seen:
                raise EnterpriseNamedTwice(f"enterprise_ids[{index}]", enterprise_id=enterprise_id)
            seen.add(enterprise_id)
        return cls(act=act, channel=channel, title=title, held_on=held_on, enterprise_ids=enterprise_ids)
