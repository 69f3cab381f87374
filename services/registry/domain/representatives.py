"""Who may act at the platform's doors for an enterprise or a delivering organisation, by whose document, and when."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID, uuid4, uuid5

from services.registry.domain.enterprise import PeriodEndsBeforeItBegins
from services.shared.record import Act, Record, document_of, recorded_by
from services.shared.refusals import Forbidden, Missing, Refusal, Taken


class AuthorisedByThemselves(Forbidden):
    """Nobody records their own authority."""

    sentence = "Không ai được tự ghi nhận ủy quyền cho chính mình; cần một người khác."


class RepresentativeAlreadyAuthorised(Taken):
    """A person has one authorisation of a party at a time."""

    sentence = "Người này đã được ủy quyền từ ngày {valid_from:%d/%m/%Y} theo {document}."


class AuthorisationUnknown(Missing):
    """The party has no such authorisation."""

    sentence = "Không có ủy quyền mang mã {authorisation_id}."


class AuthorisationAlreadyEnded(Refusal):
    """An authorisation that is over is not revoked."""

    sentence = "Ủy quyền này đã hết hiệu lực sau ngày {valid_until:%d/%m/%Y}."


class PartyKind(StrEnum):
    """What somebody acts for."""

    ENTERPRISE = "ENTERPRISE"
    DELIVERING_ORGANISATION = "DELIVERING_ORGANISATION"


@dataclass(frozen=True)
class Authorisation:
    """One person's authority to act for a party, both days included; open while ``valid_until`` is None.

    ``person_id`` is the surrogate id that the person's tokens carry.
    """

    authorisation_id: UUID
    person_id: UUID
    document: str
    valid_from: date
    valid_until: date | None

    @property
    def last_day(self) -> date:
        """The last day on which it holds, as far as anybody knows."""
        return self.valid_until or date.max

    def holds_on(self, day: date) -> bool:
        """Whether the person may act on a day."""
        return self.valid_from <= day <= self.last_day

    def overlaps(self, other: Authorisation) -> bool:
        """Whether both hold on some day."""
        return max(self.valid_from, other.valid_from) <= min(self.last_day, other.last_day)


class Representatives(Record):
    """All who may, or might, act for one party (người được ủy quyền)."""

    TOPIC = "registry:Representatives"

    class Event(Record.Event):
        """Something that happened to a party's representatives (sự kiện)."""

    class Opened(Event, Record.Created):
        """A party's authorisations began to be kept (theo dõi ủy quyền)."""

        TOPIC = "registry:Representatives.Opened"
        party_id: UUID
        party_kind: PartyKind

        def sentence(self) -> str:
            return "Bắt đầu theo dõi những người được ủy quyền của một bên."

    class Authorised(Event):
        """A person was authorised to act for the party (ghi nhận ủy quyền)."""

        TOPIC = "registry:Representatives.Authorised"
        authorisation: Authorisation

        def sentence(self) -> str:
            granted = self.authorisation
            until = f" đến ngày {granted.valid_until:%d/%m/%Y}" if granted.valid_until else ""
            return f"Ghi nhận ủy quyền từ ngày {granted.valid_from:%d/%m/%Y}{until} theo {granted.document}."

    class Revoked(Event):
        """An authorisation was ended before its last day (chấm dứt ủy quyền)."""

        TOPIC = "registry:Representatives.Revoked"
        authorisation: Authorisation
        reason: str

        def sentence(self) -> str:
            return f"Chấm dứt ủy quyền từ ngày {self.act.effective_on:%d/%m/%Y}. Lý do: {self.reason}"

    Created = Opened

    @recorded_by(Opened)
    def __init__(self, act: Act, party_id: UUID, party_kind: PartyKind) -> None:
        self.party_id = party_id
        self.party_kind = party_kind
        self.authorisations: tuple[Authorisation, ...] = ()

    @staticmethod
    def create_id(party_id: UUID) -> UUID:
        """The id under which a party's representatives are found again."""
        return uuid5(party_id, "representatives")

    @classmethod
    def open(cls, act: Act, party_id: UUID, party_kind: PartyKind) -> Representatives:
        """Begin to keep a party's authorisations."""
        return cls(act=act, party_id=party_id, party_kind=party_kind)

    def authorise(self, act: Act, *, person_id: UUID, valid_from: date, valid_until: date | None) -> None:
        """Somebody may act for the party, by a document of the party.

        Raises DocumentMissing, AuthorisedByThemselves, PeriodEndsBeforeItBegins and RepresentativeAlreadyAuthorised.
        """
        document = document_of(act)
        if act.person_id == person_id:
            raise AuthorisedByThemselves
        if valid_until is not None and valid_until < valid_from:
            raise PeriodEndsBeforeItBegins("valid_until")
        wanted = Authorisation(uuid4(), person_id, document, valid_from, valid_until)
        for known in self.authorisations:
            if known.person_id == person_id and known.overlaps(wanted):
                raise RepresentativeAlreadyAuthorised(valid_from=known.valid_from, document=known.document)
        self._authorised(act=act, authorisation=wanted)

    @recorded_by(Authorised)
    def _authorised(self, act: Act, authorisation: Authorisation) -> None:
        self.authorisations = (*self.authorisations, authorisation)

    def revoke(self, act: Act, *, authorisation_id: UUID, reason: str) -> None:
        """The authorisation no longer holds on the act's day.

        Raises DocumentMissing, AuthorisationUnknown and AuthorisationAlreadyEnded.
        """
        document_of(act)
        known = next((each for each in self.authorisations if each.authorisation_id == authorisation_id), None)
        if known is None:
            raise AuthorisationUnknown(authorisation_id=authorisation_id)
        if known.last_day < act.effective_on:
            raise AuthorisationAlreadyEnded(valid_until=known.valid_until)
        last_day = act.effective_on - timedelta(days=1)
        self._revoked(act=act, authorisation=replace(known, valid_until=last_day), reason=reason)

    @recorded_by(Revoked)
    def _revoked(self, act: Act, authorisation: Authorisation, reason: str) -> None:
        self.authorisations = tuple(
            authorisation if known.authorisation_id == authorisation.authorisation_id else known
            for known in self.authorisations
        )
