"""Which experts are there, and whose certificate is valid on a given day?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import singledispatchmethod
from uuid import UUID

from services.shared.event_store import Cursor, View
from services.shared.personal_data import Sealed
from services.shared.record import Record
from services.training.domain.expert import Certification, Expert


@dataclass(frozen=True)
class ExpertRow:
    """An expert as the list shows it; the name stays sealed until the door knows who asks."""

    position: int
    id: UUID
    person_id: UUID
    name: Sealed
    version: int
    certifications: Sequence[Certification]


class ExpertList(View):
    """Experts in the order of their first certification, each with all certificates.

    Validity is a question with a day in it; nothing here expires by itself.
    """

    name = "experts"
    table = """
        CREATE TABLE IF NOT EXISTS experts (
            position bigint PRIMARY KEY,
            id uuid NOT NULL UNIQUE,
            person_id uuid NOT NULL,
            name text,
            version bigint NOT NULL
        );
        CREATE TABLE IF NOT EXISTS expert_certificates (
            position bigint PRIMARY KEY,
            expert_id uuid NOT NULL,
            scheme text NOT NULL,
            certifier text NOT NULL,
            level text,
            certificate_number text NOT NULL,
            issued_on date NOT NULL,
            valid_until date,
            course_id uuid
        );
        CREATE INDEX IF NOT EXISTS certificates_of_expert ON expert_certificates (expert_id, position);
    """

    @singledispatchmethod
    def project(self, event: Record.Event, position: int, cursor: Cursor) -> None:
        """Other events do not change this view."""

    @project.register
    def _(self, event: Expert.Enrolled, position: int, cursor: Cursor) -> None:
        cursor.execute(
            "INSERT INTO experts VALUES (%s, %s, %s, NULL, %s)",
            (position, event.originator_id, event.person_id, event.originator_version),
        )

    @project.register
    def _(self, event: Expert.Certified, position: int, cursor: Cursor) -> None:
        certificate = event.certification
        cursor.execute(
            "UPDATE experts SET name = %s, version = %s WHERE id = %s",
            (event.name.text, event.originator_version, event.originator_id),
        )
        cursor.execute(
            "INSERT INTO expert_certificates VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
            (
                position,
                event.originator_id,
                certificate.scheme,
                certificate.certifier,
                certificate.level,
                certificate.certificate_number,
                certificate.issued_on,
                certificate.valid_until,
                certificate.course_id,
            ),
        )

    def list_experts(
        self, *, valid_on: date | None, scheme: str | None, after: int | None, limit: int
    ) -> Sequence[ExpertRow]:
        """Experts with a certificate of the scheme that is valid on the day, beginning behind position ``after``."""
        with self.reading() as cursor:
            cursor.execute(
                """
                SELECT position, id, person_id, name, version FROM experts
                WHERE position > %(after)s AND EXISTS (
                    SELECT FROM expert_certificates
                    WHERE expert_id = experts.id
                      AND (%(scheme)s::text IS NULL OR scheme = %(scheme)s)
                      AND (%(valid_on)s::date IS NULL
                           OR %(valid_on)s BETWEEN issued_on AND coalesce(valid_until, 'infinity')))
                ORDER BY position LIMIT %(limit)s
                """,
                {"valid_on": valid_on, "scheme": scheme, "after": after or 0, "limit": limit},
            )
            found = cursor.fetchall()
            certifications = self._certifications(cursor, [expert_id for _, expert_id, *_ in found])
        return [
            ExpertRow(position, expert_id, person_id, Sealed(name), version, certifications[expert_id])
            for position, expert_id, person_id, name, version in found
        ]

    @staticmethod
    def _certifications(cursor: Cursor, expert_ids: list[UUID]) -> dict[UUID, list[Certification]]:
        cursor.execute(
            """
            SELECT expert_id, scheme, certifier, level, certificate_number, issued_on, valid_until, course_id
            FROM expert_certificates WHERE expert_id = ANY(%s::uuid[]) ORDER BY position
            """,
            (expert_ids,),
        )
        certifications: dict[UUID, list[Certification]] = {expert_id: [] for expert_id in expert_ids}
        for expert_id, *certificate in cursor.fetchall():
            certifications[expert_id].append(Certification(*certificate))
        return certifications
