"""People behind enterprises and links between enterprises: get, tell, save, always with both parties at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID, uuid4

import msgspec

from services.registry.application.identifiers import ENTERPRISES, PERSONS, claim_id
from services.registry.domain.affiliation import WHOLE_BASIS_POINTS, Affiliation, Link, LinkKind
from services.registry.domain.enterprise import Enterprise
from services.registry.domain.identifier import Identifier, IdentifierKind, checked_personal_id
from services.registry.domain.person import Person, PersonParticulars
from services.shared.event_store import Call, EventLog, Saved
from services.shared.personal_data import ERASED, SubjectKeys
from services.shared.record import Act, Record, document_of

HOUSEHOLD_CERTIFICATE = "Giấy chứng nhận đăng ký hộ kinh doanh"
"""The document by which a household business belongs to the person whose number it has."""


@dataclass(frozen=True)
class LinkTerms:
    """A link as it is told, before its parties are looked up."""

    kind: LinkKind
    share_basis_points: int | None
    valid_from: date
    valid_until: date | None

    def between(self, from_id: UUID, to_id: UUID, document: str) -> Link:
        """The link of two parties, shown by a document, under a new id."""
        return Link(
            link_id=uuid4(),
            kind=self.kind,
            from_id=from_id,
            to_id=to_id,
            share_basis_points=self.share_basis_points,
            document=document,
            valid_from=self.valid_from,
            valid_until=self.valid_until,
        )


class Affiliations:
    """Who owns and represents enterprises, and what ties enterprises to each other.

    ``identifier_secret`` keys the digest by which a person is recognised in the next enterprise.
    """

    def __init__(self, log: EventLog, subject_keys: SubjectKeys, identifier_secret: bytes) -> None:
        self._log = log
        self._subject_keys = subject_keys
        self._identifier_secret = identifier_secret

    def record_person(
        self,
        call: Call,
        *,
        enterprise_id: UUID,
        particulars: PersonParticulars,
        terms: LinkTerms,
        account_id: UUID | None = None,
    ) -> Saved[Affiliation]:
        """Record an owner or a legal representative; somebody known by the number keeps the id they have.

        ``account_id`` is the surrogate id under which they act on the platform, where they do.
        """
        code = checked_personal_id(particulars.personal_id or "", "personal_id")
        self._log.load(Enterprise, enterprise_id).must_exist_on(terms.valid_from)
        claim = claim_id(self._identifier_secret, PERSONS, IdentifierKind.PERSONAL_ID, code)
        person_id, new = self._person_known_by(claim), list[Record]()
        if person_id is None:
            person_id = uuid4()
            new.append(Identifier.claim(call.act, claim, person_id))
        person = self._log.find(Person, person_id)
        if person is None:
            sealed = self._subject_keys.seal(person_id, msgspec.json.encode(particulars).decode())
            person = Person.record(call.act, person_id, sealed)
        if account_id is not None:
            person.tie_account(call.act, account_id)
        if person.pending_events:
            new.append(person)
        owned, owner = self.linked(call.act, person_id, (enterprise_id,), terms)
        new.extend(self._household_of(call.act, code, owner, owned))
        return self._log.save_for(call, owned, owner, *new)

    def owner_of_household(self, act: Act, household: Enterprise, code: str) -> tuple[Record, ...]:
        """What tells of a new household business that it and the person of the same number are one; yet to be saved.

        Somebody known by the number is linked to it. For somebody who is not an id is kept, so that whoever records
        them at the same time meets it.
        """
        claim = claim_id(self._identifier_secret, PERSONS, IdentifierKind.PERSONAL_ID, code)
        person_id = self._person_known_by(claim)
        if person_id is None:
            return (Identifier.claim(act, claim, uuid4()),)
        owner = self._affiliation_of(person_id) or Affiliation.open(act, person_id)
        held = Affiliation.open(act, household.id)
        _own(act, owner, held, household)
        return owner, held

    def get_person(self, person_id: UUID) -> PersonParticulars:
        """Who a person is, in clear: only for capacities that need it. An erased name reads ``[erased]``."""
        person = self._log.load(Person, person_id)
        text = self._subject_keys.open(person_id, person.sealed_particulars)
        if text == ERASED:
            return PersonParticulars(name=ERASED, personal_id=None, birth_year=None)
        return msgspec.json.decode(text, type=PersonParticulars)

    def link_enterprises(
        self, call: Call, *, from_enterprise_id: UUID, enterprise_id: UUID, terms: LinkTerms
    ) -> Saved[Affiliation]:
        """Record what ties ``enterprise_id`` to another, which is its parent, head office or controller."""
        for each in (from_enterprise_id, enterprise_id):
            self._log.load(Enterprise, each).must_exist_on(terms.valid_from)
        held, holder = self.linked(call.act, from_enterprise_id, (enterprise_id,), terms)
        return self._log.save_for(call, held, holder)

    def end_link(self, call: Call, *, enterprise_id: UUID, link_id: UUID, last_day: date) -> Saved[Affiliation]:
        """Record the last day of a link with both of its parties."""
        document_of(call.act)
        affiliation = self._log.load(Affiliation, Affiliation.create_id(enterprise_id), etag=call.etag)
        link = affiliation.link_of(link_id)
        other = self._log.load(Affiliation, Affiliation.create_id(link.other_than(enterprise_id)))
        for each in (affiliation, other):
            each.end_link(call.act, link_id, last_day)
        return self._log.save_for(call, affiliation, other)

    def get_affiliation(self, enterprise_id: UUID) -> Affiliation | None:
        """All links of an enterprise, those that have ended among them; None where there never was one."""
        self._log.load(Enterprise, enterprise_id)
        return self._affiliation_of(enterprise_id)

    def linked(self, act: Act, from_id: UUID, to_ids: tuple[UUID, ...], terms: LinkTerms) -> tuple[Affiliation, ...]:
        """The affiliations of both sides, those of ``to_ids`` first, with a new link to each; yet to be saved."""
        *theirs, own = (
            self._affiliation_of(party_id) or Affiliation.open(act, party_id) for party_id in (*to_ids, from_id)
        )
        for other in theirs:
            link = terms.between(from_id, other.party_id, document_of(act))
            other.link(act, link)
            own.link(act, link)
        return (*theirs, own)

    def _household_of(self, act: Act, code: str, owner: Affiliation, owned: Affiliation) -> tuple[Affiliation, ...]:
        """The links of the household business that has a person's number, with its owner among them.

        None where there is no such household, or where it was said before who owns it; ``owned`` may be it.
        """
        claim = claim_id(self._identifier_secret, ENTERPRISES, IdentifierKind.PERSONAL_ID, code)
        identifier = self._log.find(Identifier, claim)
        if identifier is None:
            return ()
        household = self._log.load(Enterprise, identifier.holder_id)
        known = owned if owned.party_id == household.id else self._affiliation_of(household.id)
        held = known or Affiliation.open(act, household.id)
        if any(link.kind is LinkKind.OWNER for link in held.links):
            return ()
        _own(act, owner, held, household)
        return () if held is owned else (held,)

    def _affiliation_of(self, party_id: UUID) -> Affiliation | None:
        return self._log.find(Affiliation, Affiliation.create_id(party_id))

    def _person_known_by(self, claim: UUID) -> UUID | None:
        identifier = self._log.find(Identifier, claim)
        return identifier.holder_id if identifier else None


def _own(act: Act, owner: Affiliation, held: Affiliation, household: Enterprise) -> None:
    """Link a household business to its owner, from the day of its business registration on."""
    terms = LinkTerms(LinkKind.OWNER, WHOLE_BASIS_POINTS, household.registered_on, None)
    link = terms.between(owner.party_id, household.id, HOUSEHOLD_CERTIFICATE)
    for each in (owner, held):
        each.link(replace(act, effective_on=max(act.effective_on, household.registered_on)), link)
