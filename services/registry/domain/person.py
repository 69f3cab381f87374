"""Persons behind enterprises: owners and legal representatives, known to the log by a surrogate id only."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from services.shared.personal_data import Sealed
from services.shared.record import Act, Record, recorded_by
from services.shared.refusals import Refusal


class AccountAlreadyTied(Refusal):
    """A person has one account; another one is a mistake that somebody has to look into."""

    sentence = "Người này đã được gắn với một tài khoản khác trên nền tảng."


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

    class AccountTied(Event):
        """A person was found to act on the platform under an account (gắn tài khoản với người)."""

        TOPIC = "registry:Person.AccountTied"
        account_id: UUID

        def sentence(self) -> str:
            return "Ghi nhận tài khoản mà một chủ sở hữu hoặc người đại diện theo pháp luật dùng trên nền tảng."

    class Erased(Event):
        """A person's data were erased, before data subjects had a record of their own (xóa dữ liệu cá nhân)."""

        TOPIC = "registry:Person.Erased"

        def sentence(self) -> str:
            return "Xóa dữ liệu cá nhân của một chủ sở hữu hoặc người đại diện theo pháp luật."

    Created = Recorded

    @recorded_by(Recorded)
    def __init__(self, act: Act, id: UUID, sealed_particulars: Sealed) -> None:  # noqa: A002 - the library's name
        self.sealed_particulars = sealed_particulars
        self.account_id: UUID | None = None
        self.erased = False

    @classmethod
    def record(cls, act: Act, person_id: UUID, sealed_particulars: Sealed) -> Person:
        """Enter a person under a surrogate id."""
        return cls(act=act, id=person_id, sealed_particulars=sealed_particulars)

    def tie_account(self, act: Act, account_id: UUID) -> None:
        """The surrogate id under which the person acts on the platform, so that conflicts of interest are found.

        Raises AccountAlreadyTied.
        """
        if self.account_id == account_id:
            return
        if self.account_id is not None:
            raise AccountAlreadyTied()
        self._account_tied(act=act, account_id=account_id)

    @recorded_by(AccountTied)
    def _account_tied(self, act: Act, account_id: UUID) -> None:
        self.account_id = account_id

    @recorded_by(Erased)
    def _erased(self, act: Act) -> None:
        self.erased = True
