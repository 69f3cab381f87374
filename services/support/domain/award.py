"""An enterprise's way to the National Quality Award: what the indicator of nominations (K6) counts."""

from __future__ import annotations

from typing import Self
from uuid import UUID, uuid5

from services.shared.record import Act, Record, document_of, recorded_by

__all__ = ["Award"]


class Award(Record):
    """One enterprise in one year's National Quality Award (Giải thưởng Chất lượng Quốc gia)."""

    TOPIC = "support:Award"

    class Event(Record.Event):
        """Something that happened to an enterprise's award (sự kiện của giải thưởng)."""

    class Nominated(Event, Record.Created):
        """An enterprise was nominated (giới thiệu tham gia Giải thưởng Chất lượng Quốc gia)."""

        TOPIC = "support:Award.Nominated"
        enterprise_id: UUID
        year: int

        def sentence(self) -> str:
            paper = f"theo {self.act.document}"
            return f"Giới thiệu một cơ sở tham gia Giải thưởng Chất lượng Quốc gia năm {self.year} {paper}."

    Created = Nominated

    @staticmethod
    def create_id(enterprise_id: UUID, year: int) -> UUID:
        """An enterprise is nominated once a year."""
        return uuid5(enterprise_id, f"award:{year}")

    @recorded_by(Nominated)
    def __init__(self, act: Act, enterprise_id: UUID, year: int) -> None:
        self.document = act.document
        self.enterprise_id = enterprise_id
        self.year = year

    @classmethod
    def nominate(cls, act: Act, *, enterprise_id: UUID, year: int) -> Self:
        """A nomination by a document.

        Raises DocumentMissing.
        """
        document_of(act)
        return cls(act=act, enterprise_id=enterprise_id, year=year)
