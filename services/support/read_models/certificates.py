"""Which certificates has the programme led to, and which expire when?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from functools import singledispatchmethod
from uuid import UUID

from services.shared.event_store import Cursor, View
from services.shared.record import Record
from services.support.domain.certificate import Certificate, CertificateStatus
from services.support.domain.participation import Participation
from services.support.domain.product import Product


@dataclass(frozen=True)
class CertificateRow:
    """A certificate of a participation or a product; its fields are the columns of the table, in their order."""

    certified_id: UUID
    enterprise_id: UUID
    content_code: str | None
    product_group_code: str | None
    product_name: str | None
    certificate_number: str
    certification_body: str
    valid_from: date
    valid_until: date
    certificate_id: UUID | None
    status: CertificateStatus


COLUMNS = ", ".join(field.name for field in fields(CertificateRow))


class CertificateList(View):
    """Certificates by their last day."""

    name = "certificates"
    table = """
        CREATE TABLE IF NOT EXISTS certificates (
            certified_id uuid PRIMARY KEY,
            enterprise_id uuid NOT NULL,
            content_code text,
            product_group_code text,
            product_name text,
            certificate_number text NOT NULL,
            certification_body text NOT NULL,
            valid_from date NOT NULL,
            valid_until date NOT NULL,
            certificate_id uuid,
            status text NOT NULL
        );
        CREATE INDEX IF NOT EXISTS certificates_by_expiry ON certificates (valid_until, certified_id);
        CREATE INDEX IF NOT EXISTS certificates_by_enterprise
            ON certificates (enterprise_id, valid_until, certified_id);
        CREATE INDEX IF NOT EXISTS certificates_by_certificate ON certificates (certificate_id);
    """

    @singledispatchmethod
    def project(self, event: Record.Event, position: int, cursor: Cursor) -> None:
        """Other events do not change this view."""

    @project.register
    def _(self, event: Participation.Certified, position: int, cursor: Cursor) -> None:
        row = CertificateRow(
            certified_id=event.originator_id,
            enterprise_id=event.enterprise_id,
            content_code=event.content_code,
            product_group_code=None,
            product_name=None,
            certificate_number=event.certificate_number,
            certification_body=event.certification_body,
            valid_from=event.issued_on,
            valid_until=event.valid_until,
            certificate_id=Certificate.create_id(event.certification_body, event.certificate_number),
            status=CertificateStatus.VALID,
        )
        _insert(row, cursor)

    @project.register
    def _(self, event: Product.Certified, position: int, cursor: Cursor) -> None:
        row = CertificateRow(
            certified_id=event.originator_id,
            enterprise_id=event.enterprise_id,
            content_code=None,
            product_group_code=event.product_group_code,
            product_name=event.product_name,
            certificate_number=event.certificate_number,
            certification_body=event.certification_body,
            valid_from=event.valid_from,
            valid_until=event.valid_until,
            certificate_id=None,
            status=CertificateStatus.VALID,
        )
        _insert(row, cursor)

    @project.register
    def _(self, event: Certificate.Suspended, position: int, cursor: Cursor) -> None:
        _stands(event, CertificateStatus.SUSPENDED, cursor)

    @project.register
    def _(self, event: Certificate.Reinstated, position: int, cursor: Cursor) -> None:
        _stands(event, CertificateStatus.VALID, cursor)

    @project.register
    def _(self, event: Certificate.Withdrawn, position: int, cursor: Cursor) -> None:
        _stands(event, CertificateStatus.WITHDRAWN, cursor)

    @project.register
    def _(self, event: Certificate.Renewed, position: int, cursor: Cursor) -> None:
        """The row of a participation is that of its last certificate."""
        cursor.execute(
            """
            UPDATE certificates SET certificate_id = %s, certificate_number = %s, valid_from = %s, valid_until = %s
            WHERE certificate_id = %s
            """,
            (event.renewed_id, event.renewed_number, event.issued_on, event.valid_until, event.originator_id),
        )

    @project.register
    def _(self, event: Product.Suspended, position: int, cursor: Cursor) -> None:
        _product_stands(event, CertificateStatus.SUSPENDED, cursor)

    @project.register
    def _(self, event: Product.Reinstated, position: int, cursor: Cursor) -> None:
        _product_stands(event, CertificateStatus.VALID, cursor)

    @project.register
    def _(self, event: Product.Withdrawn, position: int, cursor: Cursor) -> None:
        _product_stands(event, CertificateStatus.WITHDRAWN, cursor)

    @project.register
    def _(self, event: Product.Renewed, position: int, cursor: Cursor) -> None:
        """The product under its new certificate has a row of its own."""
        cursor.execute("DELETE FROM certificates WHERE certified_id = %s", (event.originator_id,))

    def list_certificates(
        self,
        *,
        expires_from: date | None,
        expires_by: date | None,
        enterprise_id: UUID | None,
        after: tuple[date, UUID] | None,
        limit: int,
    ) -> Sequence[CertificateRow]:
        """Certificates that match, behind ``after`` (the last day and the id of a row)."""
        after_day, after_id = after or (None, None)
        with self.reading() as cursor:
            cursor.execute(
                f"""
                SELECT {COLUMNS} FROM certificates
                WHERE (%(expires_from)s::date IS NULL OR valid_until >= %(expires_from)s)
                  AND (%(expires_by)s::date IS NULL OR valid_until <= %(expires_by)s)
                  AND (%(enterprise_id)s::uuid IS NULL OR enterprise_id = %(enterprise_id)s)
                  AND (%(after_day)s::date IS NULL
                       OR (valid_until, certified_id) > (%(after_day)s::date, %(after_id)s::uuid))
                ORDER BY valid_until, certified_id LIMIT %(limit)s
                """,
                {
                    "expires_from": expires_from,
                    "expires_by": expires_by,
                    "enterprise_id": enterprise_id,
                    "after_day": after_day,
                    "after_id": after_id,
                    "limit": limit,
                },
            )
            return [CertificateRow(*row) for row in cursor.fetchall()]


def _stands(event: Certificate.Event, status: CertificateStatus, cursor: Cursor) -> None:
    cursor.execute("UPDATE certificates SET status = %s WHERE certificate_id = %s", (status, event.originator_id))


def _product_stands(event: Product.Event, status: CertificateStatus, cursor: Cursor) -> None:
    cursor.execute("UPDATE certificates SET status = %s WHERE certified_id = %s", (status, event.originator_id))


def _insert(row: CertificateRow, cursor: Cursor) -> None:
    values = ", ".join(f"%({field.name})s" for field in fields(CertificateRow))
    cursor.execute(f"INSERT INTO certificates ({COLUMNS}) VALUES ({values})", vars(row))
