"""Persons behind enterprises: owners and legal representatives, known to the log by a surrogate id only."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from services.shared.personal_data import Sealed
from services.shared.record import Act, Record, recorded_by
from services.shared.refusals import Refusal


class PersonAlreadyErased(Refusal):
    """A person's data are erased once."""

    sentence = "Dữ liệu cá nhân của người này đã được xóa trước đây."


@dataclass(frozen=True)
class PersonParticulars:
    """What tells who a person is: nothing of it ever stands in an event in clear."""

    name: str
    personal_id: str | None
    birth_year: int | None


class Person(Record):
    """A person who owns or represents enterprises; what they own or represent stands in their ``Affiliation``."""

    TOPIC = "registry:Person"

    class Event(Record.Event):
        """Something that happened to what is known of a person (sự kiện)."""

    class Recorded(Event, Record.Created):
        """A person was recorded, sealed under a key of their own (ghi nhận chủ sở hữu, người đại diện)."""

        TOPIC = "registry:Person.Recorded"
        sealed_particulars: Sealed

        def sentence(self) -> str:
            return "Ghi nhận một người là chủ sở hữu hoặc người đại diện theo pháp luật."

    class Erased(Event):
        """A person's data were erased (xóa dữ liệu cá nhân)."""

        TOPIC = "registry:Person.Erased"

        def sentence(self) -> str:
            return "Xóa dữ liệu cá nhân của một chủ sở hữu hoặc người đại diện theo pháp luật."

    Created = Recorded

    @recorded_by(Recorded)
    def __init__(self, act: Act, id: UUID, sealed_particulars: Sealed) -> None:  # noqa: A002 - the library's name
        self.sealed_particulars = sealed_particulars
        self.erased = False

    @classmethod
    def record(cls, act: Act, person_id: UUID, sealed_particulars: Sealed) -> Person:
        """Enter a person under a surrogate id."""
        return cls(act=act, id=person_id, sealed_particulars=sealed_particulars)

    def erase(self, act: Act) -> None:
        """Record that the person's key is thrown away; links and their dates stay."""
        if self.erased:
            raise PersonAlreadyErased()
        self._erased(act=act)

    @recorded_by(Erased)
    def _erased(self, act: Act) -> None:
        self.erased = True
