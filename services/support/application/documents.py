"""Registers of document numbers: opened, numbers given out and voided, and a decision that takes its own number."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from services.shared.event_store import Call, EventLog, Saved
from services.shared.record import Act, Record
from services.shared.refusals import Invalid, Missing, Taken
from services.support.domain.document_register import DocumentNumber, DocumentRegister, registers_of


class RegisterAlreadyOpened(Taken):
    """An issuer counts the documents of a type once a year."""

    sentence = "Sổ văn bản {document_type} năm {year} của {issuer} đã được mở."


class RegisterNotOpened(Missing):
    """Numbers come from an opened register."""

    sentence = "Chưa mở sổ văn bản {document_type} năm {year} của {issuer}."


class DocumentGivenTwice(Invalid):
    """A decision rests on a document it names or on a new one, not on both."""

    sentence = "Chỉ được nêu số văn bản đã có hoặc đề nghị cấp số mới, không cả hai."


@dataclass(frozen=True)
class NewDocument:
    """A document that is to take the next number of its issuer; a type is empty for official letters (công văn)."""

    issuer: str
    document_type: str
    subject: str
    drafting_unit: str | None

    def register_id(self, act: Act) -> UUID:
        """The register of the year in which the act counts."""
        return DocumentRegister.create_id(self.issuer, self.document_type, act.effective_on.year)


class Documents:
    """Acts on registers of document numbers."""

    def __init__(self, log: EventLog) -> None:
        self._log = log

    def open_document_register(
        self, call: Call, *, issuer: str, document_type: str, year: int, legal_norm: bool, first_number: int
    ) -> Saved[DocumentRegister]:
        if self._log.find(DocumentRegister, DocumentRegister.create_id(issuer, document_type, year)):
            raise RegisterAlreadyOpened(document_type=document_type or "công văn", year=year, issuer=issuer)
        register = DocumentRegister.open(
            call.act,
            issuer=issuer,
            document_type=document_type,
            year=year,
            legal_norm=legal_norm,
            first_number=first_number,
        )
        return self._log.save_for(call, register)

    def issue_document(self, call: Call, *, new_document: NewDocument, person_id: UUID) -> Saved[DocumentRegister]:
        """The number is the register's ``last_document``; ``person_id`` is who signs."""
        register = self._register(call.act, new_document)
        _issue(register, call.act, call.act.body, new_document, person_id)
        return self._log.save_for(call, register)

    def void_document(
        self, call: Call, *, document_register_id: UUID, number: int, reason: str
    ) -> Saved[DocumentRegister]:
        register = self._log.load(DocumentRegister, document_register_id, etag=call.etag)
        register.void(call.act, number=number, reason=reason)
        return self._log.save_for(call, register)

    def get_document_register(self, document_register_id: UUID) -> DocumentRegister:
        return self._log.load(DocumentRegister, document_register_id)

    def numbered(
        self, call: Call, new_document: NewDocument | None, body: str
    ) -> tuple[Call, tuple[DocumentRegister, ...]]:
        """The call resting on the next number given out for ``body``, and the register to be saved with the decision.

        Whoever loses the number to another runs again and takes the one after it.
        """
        if new_document is None:
            return call, ()
        if call.act.document is not None:
            raise DocumentGivenTwice("new_document")
        register = self._register(call.act, new_document)
        document = _issue(register, call.act, body, new_document, call.act.person_id)
        numbered = replace(call, act=replace(call.act, document=document))
        cite(register, numbered.act)
        return numbered, (register,)

    def _register(self, act: Act, new_document: NewDocument) -> DocumentRegister:
        register = self._log.find(DocumentRegister, new_document.register_id(act))
        if register is None:
            raise RegisterNotOpened(
                document_type=new_document.document_type or "công văn",
                year=act.effective_on.year,
                issuer=new_document.issuer,
            )
        return register


def _issue(register: DocumentRegister, act: Act, body: str, new_document: NewDocument, person_id: UUID) -> str:
    return register.issue(
        act,
        body=body,
        subject=new_document.subject,
        person_id=person_id,
        drafting_unit=new_document.drafting_unit,
    )


def cite(register: DocumentRegister, act: Act) -> None:
    """The act's document cited in the register that gave it out."""
    document = DocumentNumber.found_in(act.document or "")
    assert document is not None, "what a register writes is a number"
    register.cite(act, document)


def cited_registers(log: EventLog, act: Act, moved: Iterable[Record]) -> tuple[DocumentRegister, ...]:
    """The opened register of the act's document, with the citation; none where it is open nowhere, or moved already."""
    document = DocumentNumber.found_in(act.document or "")
    if document is None:
        return ()
    moved_ids = {record.id for record in moved}
    for register_id in registers_of(document, act.effective_on):
        if register_id in moved_ids:
            return ()
        if register := log.find(DocumentRegister, register_id):
            register.cite(act, document)
            return (register,) if register.pending_events else ()
    return ()
