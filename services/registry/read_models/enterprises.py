"""Which enterprises are registered; nothing in this view is personal data."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import singledispatchmethod
from uuid import UUID

import msgspec

from services.registry.domain.business_line import BusinessLine
from services.registry.domain.enterprise import Enterprise, LegalForm, Particulars, TargetGroup
from services.registry.domain.identifier import IdentifierKind
from services.shared.event_store import Cursor, View
from services.shared.record import Record


@dataclass(frozen=True)
class ListedEnterprise:
    """An enterprise as lists show it; ``position`` is that of its registration, ``version`` that of its record.

    ``particulars`` is None for a household business, whose particulars are personal data.
    """

    position: int
    id: UUID
    target_group: TargetGroup
    legal_form: LegalForm
    identifier_kind: IdentifierKind
    no_identifier_reason: str | None
    particulars: Particulars | None
    unit_code: str
    business_lines: tuple[BusinessLine, ...]
    registered_on: date
    version: int


class Enterprises(View):
    """Enterprises in order of their registration."""

    name = "enterprises"
    table = """
        CREATE TABLE IF NOT EXISTS enterprises (
            position bigint PRIMARY KEY,
            enterprise_id uuid NOT NULL UNIQUE,
            target_group text NOT NULL,
            legal_form text NOT NULL,
            identifier_kind text NOT NULL,
            no_identifier_reason text,
            particulars text,
            searched_name text,
            unit_code text NOT NULL,
            business_lines text NOT NULL,
            registered_on date NOT NULL,
            version bigint NOT NULL
        );
        CREATE INDEX IF NOT EXISTS enterprises_by_unit ON enterprises (unit_code, position)
    """

    @singledispatchmethod
    def project(self, event: Record.Event, position: int, cursor: Cursor) -> None:
        """Other events do not change this view."""

    @project.register
    def _(self, event: Enterprise.Registered, position: int, cursor: Cursor) -> None:
        particulars = event.particulars
        cursor.execute(
            "INSERT INTO enterprises (position, enterprise_id, target_group, legal_form, identifier_kind,"
            " no_identifier_reason, particulars, searched_name, unit_code, business_lines, registered_on, version)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            (
                position,
                event.originator_id,
                event.target_group,
                event.legal_form,
                event.identifier_kind,
                event.no_identifier_reason,
                msgspec.json.encode(particulars).decode() if particulars else None,
                searched(particulars.display_name) if particulars else None,
                event.unit_code,
                msgspec.json.encode(event.business_lines).decode(),
                event.registered_on,
                event.originator_version,
            ),
        )

    @project.register(Enterprise.StandingAttested)
    @project.register(Enterprise.StandingRevoked)
    @project.register(Enterprise.OtherFundingRecorded)
    @project.register(Enterprise.OtherFundingCorrected)
    @project.register(Enterprise.OtherFundingRevoked)
    def _(self, event: Enterprise.Event, position: int, cursor: Cursor) -> None:
        cursor.execute(
            "UPDATE enterprises SET version = %s WHERE enterprise_id = %s",
            (event.originator_version, event.originator_id),
        )

    def list_enterprises(
        self,
        *,
        target_group: TargetGroup | None,
        unit_code: str | None,
        name: str | None,
        after: int | None,
        limit: int,
    ) -> list[ListedEnterprise]:
        """At most ``limit`` enterprises registered after position ``after`` that fit every filter given."""
        filters = {
            "after": after or 0,
            "target_group": target_group,
            "unit_code": unit_code,
            "name": searched(name) if name else None,
            "limit": limit,
        }
        with self.reading() as cursor:
            cursor.execute(
                "SELECT position, enterprise_id, target_group, legal_form, identifier_kind, no_identifier_reason,"
                " particulars, unit_code, business_lines, registered_on, version FROM enterprises"
                " WHERE position > %(after)s"
                " AND (%(target_group)s::text IS NULL OR target_group = %(target_group)s)"
                " AND (%(unit_code)s::text IS NULL OR unit_code = %(unit_code)s)"
                " AND (%(name)s::text IS NULL OR strpos(searched_name, %(name)s) > 0)"
                " ORDER BY position LIMIT %(limit)s",
                filters,
            )
            return [_listed(*row) for row in cursor]


def searched(name: str) -> str:
    """A name as searches compare it: without accents and case, đ as d."""
    parted = unicodedata.normalize("NFD", name.casefold().replace("đ", "d"))
    return " ".join("".join(sign for sign in parted if not unicodedata.combining(sign)).split())


def _listed(
    position: int,
    enterprise_id: UUID,
    target_group: str,
    legal_form: str,
    identifier_kind: str,
    no_identifier_reason: str | None,
    particulars: str | None,
    unit_code: str,
    business_lines: str,
    registered_on: date,
    version: int,
) -> ListedEnterprise:
    return ListedEnterprise(
        position=position,
        id=enterprise_id,
        target_group=TargetGroup(target_group),
        legal_form=LegalForm(legal_form),
        identifier_kind=IdentifierKind(identifier_kind),
        no_identifier_reason=no_identifier_reason,
        particulars=msgspec.json.decode(particulars, type=Particulars) if particulars else None,
        unit_code=unit_code,
        business_lines=msgspec.json.decode(business_lines, type=tuple[BusinessLine, ...]),
        registered_on=registered_on,
        version=version,
    )
