"""Delivering organisations and their accreditations as the messages their doors answer with."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from nscl.registry.v1 import organisation_service_pb2 as messages
from nscl.registry.v1 import registry_service_pb2 as resources

from services.registry.api.enterprise_messages import stop_flag_message
from services.registry.domain.accreditation import Accreditations, HeldAccreditation
from services.registry.domain.delivering_organisation import DeliveringOrganisation, Profile
from services.registry.read_models.delivering_organisations import ListedOrganisation
from services.registry.read_models.expiring_accreditations import ExpiringAccreditation
from services.shared.wire import choice_number, date_message, filled


def organisation_message(
    organisation: DeliveringOrganisation, on_date: date | None = None
) -> resources.DeliveringOrganisation:
    """An organisation as it was called and what it offered on a day; as recorded last where none is asked about."""
    message = _organisation(organisation, organisation.profile_on(on_date or date.max))
    message.stop_flags.extend(stop_flag_message(flag, None) for flag in organisation.stop_flags)
    return message


def listed_organisation_message(organisation: ListedOrganisation) -> resources.DeliveringOrganisation:
    return _organisation(organisation, organisation)


def _organisation(
    organisation: DeliveringOrganisation | ListedOrganisation, profile: Profile | ListedOrganisation
) -> resources.DeliveringOrganisation:
    accreditation, ended_on = organisation.accreditation, organisation.ended_on
    return resources.DeliveringOrganisation(
        delivering_organisation_id=str(organisation.id),
        name=profile.name,
        tax_code=organisation.tax_code,
        services=[choice_number(resources.OfferedService, service) for service in profile.services],
        scope=profile.scope,
        accreditation_number=accreditation.number if accreditation else "",
        accreditation_expires_on=date_message(accreditation.expires_on) if accreditation else None,
        etag=str(organisation.version),
        ended_on=date_message(ended_on) if ended_on else None,
    )


def accreditations_message(
    organisation_id: UUID, accreditations: Iterable[HeldAccreditation], version: int, on_date: date | None = None
) -> messages.Accreditations:
    """Accreditations, each with its status on a day where one is asked about."""
    return messages.Accreditations(
        delivering_organisation_id=str(organisation_id),
        accreditations=[
            filled(resources.Accreditation, held, status=held.status_on(on_date) if on_date else None)
            for held in accreditations
        ],
        etag=str(version),
    )


def recorded_accreditations_message(held: Accreditations) -> messages.Accreditations:
    """The accreditations of an organisation as a command left them."""
    return accreditations_message(held.organisation_id, held.accreditations, held.version)


def expiring_accreditation_message(expiring: ExpiringAccreditation) -> messages.ExpiringAccreditation:
    return filled(messages.ExpiringAccreditation, expiring)
