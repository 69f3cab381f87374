"""Which organisations deliver the help."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import singledispatchmethod
from uuid import UUID

from services.registry.domain.delivering_organisation import Accreditation, DeliveringOrganisation, OfferedService
from services.shared.event_store import Cursor, View
from services.shared.record import Record


@dataclass(frozen=True)
class ListedOrganisation:
    """A delivering organisation; ``position`` is that of its registration, ``version`` that of its record."""

    position: int
    id: UUID
    name: str
    tax_code: str
    services: tuple[OfferedService, ...]
    scope: str
    accreditation: Accreditation | None
    version: int
    ended_on: date | None


class DeliveringOrganisations(View):
    """Delivering organisations in order of their registration."""

    name = "delivering_organisations"
    table = """
        CREATE TABLE IF NOT EXISTS delivering_organisations (
            position bigint PRIMARY KEY,
            organisation_id uuid NOT NULL,
            name text NOT NULL,
            tax_code text NOT NULL,
            services text[] NOT NULL,
            scope text NOT NULL,
            accreditation_number text,
            accreditation_expires_on date,
            version bigint NOT NULL,
            ended_on date
        );
        CREATE INDEX IF NOT EXISTS delivering_organisations_by_id ON delivering_organisations (organisation_id)
    """

    @singledispatchmethod
    def project(self, event: Record.Event, position: int, cursor: Cursor) -> None:
        """Other events do not change this view."""

    @project.register
    def _(self, event: DeliveringOrganisation.Registered, position: int, cursor: Cursor) -> None:
        accreditation = event.accreditation
        cursor.execute(
            "INSERT INTO delivering_organisations (position, organisation_id, name, tax_code, services, scope,"
            " accreditation_number, accreditation_expires_on, version) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
            (
                position,
                event.originator_id,
                event.name,
                event.tax_code,
                list(event.services),
                event.scope,
                accreditation.number if accreditation else None,
                accreditation.expires_on if accreditation else None,
                event.originator_version,
            ),
        )

    @project.register
    def _(self, event: DeliveringOrganisation.Renamed, position: int, cursor: Cursor) -> None:
        self._change(event, cursor, name=event.name)

    @project.register
    def _(self, event: DeliveringOrganisation.ServicesAmended, position: int, cursor: Cursor) -> None:
        self._change(event, cursor, services=list(event.services), scope=event.scope)

    @project.register(DeliveringOrganisation.StopFlagRaised)
    @project.register(DeliveringOrganisation.StopFlagLifted)
    def _(self, event: DeliveringOrganisation.Event, position: int, cursor: Cursor) -> None:
        self._change(event, cursor)

    @project.register
    def _(self, event: DeliveringOrganisation.Ended, position: int, cursor: Cursor) -> None:
        self._change(event, cursor, ended_on=event.act.effective_on)

    def _change(self, event: DeliveringOrganisation.Event, cursor: Cursor, **values: object) -> None:
        """Put values into columns of these names of the organisation's row."""
        values["version"] = event.originator_version
        columns = ", ".join(f"{column} = %s" for column in values)
        cursor.execute(
            f"UPDATE delivering_organisations SET {columns} WHERE organisation_id = %s",
            (*values.values(), event.originator_id),
        )

    def list_delivering_organisations(
        self, *, service: OfferedService | None, after: int | None, limit: int
    ) -> list[ListedOrganisation]:
        """At most ``limit`` organisations registered after position ``after``, of one service where it is given."""
        with self.reading() as cursor:
            cursor.execute(
                "SELECT position, organisation_id, name, tax_code, services, scope, accreditation_number,"
                " accreditation_expires_on, version, ended_on FROM delivering_organisations"
                " WHERE position > %s AND (%s::text IS NULL OR %s = ANY (services)) ORDER BY position LIMIT %s",
                (after or 0, service, service, limit),
            )
            return [_listed(*row) for row in cursor]


def _listed(
    position: int,
    organisation_id: UUID,
    name: str,
    tax_code: str,
    services: list[str],
    scope: str,
    accreditation_number: str | None,
    accreditation_expires_on: date | None,
    version: int,
    ended_on: date | None,
) -> ListedOrganisation:
    accreditation = None
    if accreditation_number is not None and accreditation_expires_on is not None:
        accreditation = Accreditation(accreditation_number, accreditation_expires_on)
    return ListedOrganisation(
        position=position,
        id=organisation_id,
        name=name,
        tax_code=tax_code,
        services=tuple(OfferedService(service) for service in services),
        scope=scope,
        accreditation=accreditation,
        version=version,
        ended_on=ended_on,
    )
