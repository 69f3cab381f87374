"""What is known of an enterprise's life as the messages its door answers with."""

from __future__ import annotations

from uuid import UUID

from nscl.registry.v1 import enterprise_resources_pb2 as messages

from services.registry.domain.affiliation import Affiliation
from services.registry.domain.person import PersonParticulars
from services.registry.domain.stop_flag import StopFlag
from services.registry.domain.undertaking import Member, Undertaking, UndertakingRules
from services.shared.wire import filled


def affiliation_message(affiliation: Affiliation | None, enterprise_id: UUID | None = None) -> messages.Affiliation:
    """The links of an enterprise; ``enterprise_id`` names it where none was ever recorded."""
    if affiliation is None:
        return messages.Affiliation(enterprise_id=str(enterprise_id), etag="0")
    return messages.Affiliation(
        enterprise_id=str(affiliation.party_id),
        links=[filled(messages.Link, link) for link in affiliation.links],
        etag=str(affiliation.version),
    )


def person_message(person_id: UUID, particulars: PersonParticulars) -> messages.Person:
    """Somebody in clear, for a caller who may see it."""
    return filled(messages.Person, particulars, person_id=person_id)


def rules_message(rules: UndertakingRules) -> messages.UndertakingRules:
    return filled(messages.UndertakingRules, rules, etag=rules.version)


def undertaking_message(undertaking: Undertaking) -> messages.Undertaking:
    return filled(messages.Undertaking, undertaking)


def member_message(member: Member) -> messages.UndertakingMember:
    return filled(messages.UndertakingMember, member)


def stop_flag_message(flag: StopFlag, enterprise_id: UUID | None) -> messages.StopFlag:
    """A flag of an enterprise; of a delivering organisation where it is None."""
    return filled(messages.StopFlag, flag, enterprise_id=enterprise_id)
