"""Which accreditations of delivering organisations run out, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import singledispatchmethod
from typing import TypeAlias
from uuid import UUID

from services.registry.domain.accreditation import Accreditations
from services.registry.domain.delivering_organisation import DeliveringOrganisation
from services.shared.event_store import Cursor, View
from services.shared.record import Record

PlaceInList: TypeAlias = tuple[date, UUID, str]
"""Last day, organisation and number: the order of the list."""


@dataclass(frozen=True)
class ExpiringAccreditation:
    """An accreditation not taken away; ``issuer`` and ``field`` are None where only a registration told of it."""

    delivering_organisation_id: UUID
    number: str
    issuer: str | None
    field: str | None
    valid_until: date
    suspended: bool

    @property
    def place(self) -> PlaceInList:
        """Where it stands in the list."""
        return self.valid_until, self.delivering_organisation_id, self.number


class ExpiringAccreditations(View):
    """Accreditations in order of their last days."""

    name = "expiring_accreditations"
    table = """
        CREATE TABLE IF NOT EXISTS expiring_accreditations (
            organisation_id uuid NOT NULL,
            number text COLLATE "C" NOT NULL,
            issuer text,
            field text,
            valid_until date NOT NULL,
            suspended boolean NOT NULL DEFAULT false,
            PRIMARY KEY (organisation_id, number)
        );
        CREATE INDEX IF NOT EXISTS accreditations_by_last_day
        ON expiring_accreditations (valid_until, organisation_id, number)
    """

    @singledispatchmethod
    def project(self, event: Record.Event, position: int, cursor: Cursor) -> None:
        """Other events do not change this view."""

    @project.register
    def _(self, event: DeliveringOrganisation.Registered, position: int, cursor: Cursor) -> None:
        if told := event.accreditation:
            cursor.execute(
                "INSERT INTO expiring_accreditations (organisation_id, number, valid_until) VALUES (%s, %s, %s)",
                (event.originator_id, told.number, told.expires_on),
            )

    @project.register
    def _(self, event: Accreditations.Granted, position: int, cursor: Cursor) -> None:
        granted = event.accreditation
        cursor.execute(
            "INSERT INTO expiring_accreditations (organisation_id, number, issuer, field, valid_until)"
            " VALUES (%s, %s, %s, %s, %s)",
            (event.organisation_id, granted.number, granted.issuer, granted.field, granted.valid_until),
        )

    @project.register
    def _(self, event: Accreditations.Renewed, position: int, cursor: Cursor) -> None:
        cursor.execute(
            "UPDATE expiring_accreditations SET valid_until = %s WHERE organisation_id = %s AND number = %s",
            (event.valid_until, event.organisation_id, event.number),
        )

    @project.register(Accreditations.Suspended)
    @project.register(Accreditations.Resumed)
    def _(self, event: Accreditations.Suspended | Accreditations.Resumed, position: int, cursor: Cursor) -> None:
        cursor.execute(
            "UPDATE expiring_accreditations SET suspended = %s WHERE organisation_id = %s AND number = %s",
            (isinstance(event, Accreditations.Suspended), event.organisation_id, event.number),
        )

    @project.register
    def _(self, event: Accreditations.Ended, position: int, cursor: Cursor) -> None:
        cursor.execute(
            "DELETE FROM expiring_accreditations WHERE organisation_id = %s AND number = %s",
            (event.organisation_id, event.number),
        )

    def list_expiring_accreditations(
        self, expiring_from: date, expiring_before: date, *, after: PlaceInList | None, limit: int
    ) -> list[ExpiringAccreditation]:
        """At most ``limit`` accreditations whose last day is in that time, after a place in the list."""
        last_day, organisation_id, number = after or (date.min, UUID(int=0), "")
        with self.reading() as cursor:
            cursor.execute(
                "SELECT organisation_id, number, issuer, field, valid_until, suspended FROM expiring_accreditations"
                " WHERE valid_until >= %s AND valid_until < %s"
                " AND (valid_until, organisation_id, number) > (%s, %s, %s)"
                " ORDER BY valid_until, organisation_id, number LIMIT %s",
                (expiring_from, expiring_before, last_day, organisation_id, number, limit),
            )
            return [ExpiringAccreditation(*row) for row in cursor]
