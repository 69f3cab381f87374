"""Which numbers did a register give out, and what became of them?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from functools import singledispatchmethod
from uuid import UUID

from services.shared.event_store import Cursor, View
from services.shared.record import Record
from services.support.domain.document_register import DocumentRegister


@dataclass(frozen=True)
class DocumentRow:
    """A number as the list shows it; its fields are the columns of the table, in their order."""

    issued_at_position: int
    document_register_id: UUID
    number: int
    document: str
    subject: str
    person_id: UUID
    dated: date
    cited: bool
    voided_reason: str | None


COLUMNS = ", ".join(field.name for field in fields(DocumentRow))


class DocumentList(View):
    """Numbers by the order in which they were given out, newest first."""

    name = "documents"
    table = """
        CREATE TABLE IF NOT EXISTS documents (
            issued_at_position bigint PRIMARY KEY,
            document_register_id uuid NOT NULL,
            number integer NOT NULL,
            document text NOT NULL,
            subject text NOT NULL,
            person_id uuid NOT NULL,
            dated date NOT NULL,
            cited boolean NOT NULL DEFAULT false,
            voided_reason text,
            UNIQUE (document_register_id, number)
        );
    """

    @singledispatchmethod
    def project(self, event: Record.Event, position: int, cursor: Cursor) -> None:
        """Other events do not change this view."""

    @project.register
    def _(self, event: DocumentRegister.Issued, position: int, cursor: Cursor) -> None:
        cursor.execute(
            "INSERT INTO documents (issued_at_position, document_register_id, number, document, subject, person_id,"
            " dated) VALUES (%s, %s, %s, %s, %s, %s, %s)",
            (
                position,
                event.originator_id,
                event.number,
                event.document,
                event.subject,
                event.person_id,
                event.dated,
            ),
        )

    @project.register
    def _(self, event: DocumentRegister.Cited, position: int, cursor: Cursor) -> None:
        cursor.execute(
            "UPDATE documents SET cited = true WHERE document_register_id = %s AND number = %s",
            (event.originator_id, event.number),
        )

    @project.register
    def _(self, event: DocumentRegister.Voided, position: int, cursor: Cursor) -> None:
        cursor.execute(
            "UPDATE documents SET voided_reason = %s WHERE document_register_id = %s AND number = %s",
            (event.reason, event.originator_id, event.number),
        )

    def list_documents(
        self, *, document_register_id: UUID | None, after: int | None, limit: int
    ) -> Sequence[DocumentRow]:
        """Numbers of a register or of all, behind ``after`` (the position at which a row's number was given out)."""
        with self.reading() as cursor:
            cursor.execute(
                f"""
                SELECT {COLUMNS} FROM documents
                WHERE (%(document_register_id)s::uuid IS NULL OR document_register_id = %(document_register_id)s)
                  AND (%(after)s::bigint IS NULL OR issued_at_position < %(after)s)
                ORDER BY issued_at_position DESC LIMIT %(limit)s
                """,
                {"document_register_id": document_register_id, "after": after, "limit": limit},
            )
            return [DocumentRow(*row) for row in cursor.fetchall()]
