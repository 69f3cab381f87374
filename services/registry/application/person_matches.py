"""Which persons of the platform stand behind a party: what conflicts of interest are found by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from services.registry.application.undertakings import Undertakings
from services.registry.domain.affiliation import Affiliation, LinkKind
from services.registry.domain.enterprise import Enterprise
from services.registry.domain.person import Person
from services.registry.domain.representatives import Representatives
from services.shared.event_store import EventLog


class PersonTie(StrEnum):
    """What ties a person to a party."""

    OWNER = "OWNER"
    LEGAL_REPRESENTATIVE = "LEGAL_REPRESENTATIVE"
    AUTHORISED = "AUTHORISED"


TIE_OF_LINK = {
    LinkKind.OWNER: PersonTie.OWNER,
    LinkKind.LEGAL_REPRESENTATIVE: PersonTie.LEGAL_REPRESENTATIVE,
}


@dataclass(frozen=True, order=True)
class PersonMatch:
    """A person of the platform (by the id of their tokens) who stands behind a party, and how."""

    person_id: UUID
    party_id: UUID
    tie: PersonTie


class PersonMatches:
    """Asks the log who stands behind parties, over the whole undertaking of each enterprise."""

    def __init__(self, log: EventLog, undertakings: Undertakings) -> None:
        self._log = log
        self._undertakings = undertakings

    def match_persons(
        self, person_ids: frozenset[UUID], party_ids: Iterable[UUID], on_date: date
    ) -> tuple[Sequence[PersonMatch], int]:
        """Who of the persons owns, represents or may act for a party, or an enterprise that is one with it.

        The position of the log tells as of when: what was recorded until then is in the answer.
        """
        position = self._log.head()
        behind = {match for party_id in self._members(party_ids, on_date) for match in self._behind(party_id, on_date)}
        matched = (match for match in behind if match.person_id in person_ids)
        return sorted(matched), position

    def _members(self, party_ids: Iterable[UUID], on_date: date) -> frozenset[UUID]:
        """The parties, and for each that is an enterprise all of its undertaking."""
        members = set(party_ids)
        for party_id in tuple(members):
            if self._log.find(Enterprise, party_id):
                undertaking = self._undertakings.get_undertaking(party_id, on_date)
                members.update(member.enterprise_id for member in undertaking.members)
        return frozenset(members)

    def _behind(self, party_id: UUID, on_date: date) -> Iterator[PersonMatch]:
        affiliation = self._log.find(Affiliation, Affiliation.create_id(party_id))
        for link in affiliation.links_on(on_date) if affiliation else ():
            if link.kind in TIE_OF_LINK and link.to_id == party_id:
                person = self._log.find(Person, link.from_id)
                if person is not None and person.account_id is not None:
                    yield PersonMatch(person.account_id, party_id, TIE_OF_LINK[link.kind])
        known = self._log.find(Representatives, Representatives.create_id(party_id))
        for authorisation in known.authorisations if known else ():
            if authorisation.holds_on(on_date):
                yield PersonMatch(authorisation.person_id, party_id, PersonTie.AUTHORISED)
