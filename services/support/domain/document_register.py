"""Numbers of official documents: one register per issuer, type and year, without a gap (Nghị định 30/2020/NĐ-CP)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Self
from uuid import NAMESPACE_URL, UUID, uuid5

from services.shared.record import Act, Record, recorded_by
from services.shared.refusals import Forbidden, Invalid, Refusal

__all__ = ["DocumentNumber", "DocumentRegister", "registers_of"]

_NUMBERED = re.compile(r"([0-9]{1,9})/(?:([0-9]{4})/)?([^\W\d_]\w*)-(\w+(?:[.-]\w+)*)")


class RegisterOfAnotherBody(Forbidden):
    """A body gives out its own numbers."""

    sentence = "Sổ văn bản này của {issuer}; chỉ cơ quan đó được cấp hoặc hủy số."


class DocumentOfAnotherYear(Refusal):
    """A register counts the documents of one year."""

    sentence = "Sổ văn bản năm {year} không cấp số cho văn bản ngày {dated:%d/%m/%Y}."


class DocumentDatedBeforeLast(Refusal):
    """Numbers follow the days: a later number bears no earlier date."""

    sentence = "Văn bản trước đó đề ngày {last_dated:%d/%m/%Y}; số tiếp theo không được đề ngày sớm hơn."


class DraftingUnitMissing(Invalid):
    """An official letter (công văn) bears no type, but the unit that drafted it."""

    sentence = "Công văn không có tên loại nên phải nêu đơn vị soạn thảo."


class DocumentNotInRegister(Refusal):
    """Once a register is open, its issuer's numbers come from nowhere else."""

    sentence = "Sổ văn bản không có số {document}; số phải được cấp từ sổ."


class DocumentVoided(Refusal):
    """A voided number stays, and nothing rests on it."""

    sentence = "Số văn bản {document} đã bị hủy."


class DocumentInUse(Refusal):
    """Acts rest on the document, which therefore is not voided."""

    sentence = "Đã có việc căn cứ vào văn bản {document} nên không hủy được số."


@dataclass(frozen=True)
class DocumentNumber:
    """A number as it stands in a document: ``134/KH-UBND``, ``26/2021/NQ-HĐND``, ``334/BKHCN-TĐC``."""

    number: int
    year: int | None
    before_hyphen: str
    after_hyphen: str

    @classmethod
    def found_in(cls, text: str) -> Self | None:
        """The first number in a text, however it is spaced; None where there is none."""
        found = _NUMBERED.search(re.sub(r"\s*([/-])\s*", r"\1", text))
        if found is None:
            return None
        number, year, before_hyphen, after_hyphen = found.groups()
        return cls(int(number), int(year) if year else None, before_hyphen, after_hyphen)


def registers_of(document: DocumentNumber, on: date) -> Iterator[UUID]:
    """The registers a number may stand in: of a typed document, and of an official letter, which bears no type."""
    year = document.year or on.year
    yield DocumentRegister.create_id(document.after_hyphen, document.before_hyphen, year)
    yield DocumentRegister.create_id(document.before_hyphen, "", year)


class DocumentRegister(Record):
    """The numbers one body gives to one type of document in one year (sổ đăng ký văn bản đi).

    Type is empty for official letters (công văn); a legal norm bears its year in the number.
    """

    TOPIC = "support:DocumentRegister"
    SNAPSHOT_EVERY = 100

    issuer: str
    document_type: str
    year: int
    legal_norm: bool
    opened_on: date
    first_number: int
    last_number: int
    last_document: str | None
    last_dated: date | None
    cited: frozenset[int]
    voided: frozenset[int]

    class Event(Record.Event):
        """Something that happened to a register (sự kiện của sổ văn bản)."""

    class Opened(Event, Record.Created):
        """A register was opened at its first number (mở sổ văn bản)."""

        TOPIC = "support:DocumentRegister.Opened"
        issuer: str
        document_type: str
        year: int
        legal_norm: bool
        first_number: int

        def sentence(self) -> str:
            kind = self.document_type or "công văn"
            return f"Mở sổ văn bản {kind} năm {self.year} của {self.issuer}, cấp số từ {self.first_number}."

    Created = Opened

    class Issued(Event):
        """The next number was given to a document that ``person_id`` signs (cấp số văn bản)."""

        TOPIC = "support:DocumentRegister.Issued"
        number: int
        document: str
        subject: str
        person_id: UUID
        dated: date

        def sentence(self) -> str:
            return f"Cấp số {self.document}, ngày {self.dated:%d/%m/%Y}: {self.subject}"

    class Cited(Event):
        """The first act came to rest on a document of the register (căn cứ văn bản)."""

        TOPIC = "support:DocumentRegister.Cited"
        number: int
        document: str

        def sentence(self) -> str:
            return f"Văn bản {self.document} được dùng làm căn cứ; số này không hủy được nữa."

    class Voided(Event):
        """A spoilt number was voided; it stays and is given to nobody else (hủy số văn bản)."""

        TOPIC = "support:DocumentRegister.Voided"
        number: int
        document: str
        reason: str

        def sentence(self) -> str:
            return f"Hủy số văn bản {self.document}. Lý do: {self.reason}"

    @staticmethod
    def create_id(issuer: str, document_type: str, year: int) -> UUID:
        """One register per issuer, type and year, however their letters are cased."""
        return uuid5(NAMESPACE_URL, f"nscl:support:documents:{issuer}:{document_type}:{year}".casefold())

    @recorded_by(Opened)
    def __init__(
        self, act: Act, issuer: str, document_type: str, year: int, legal_norm: bool, first_number: int
    ) -> None:
        self.issuer = issuer
        self.document_type = document_type
        self.year = year
        self.legal_norm = legal_norm
        self.opened_on = act.effective_on
        self.first_number = first_number
        self.last_number = first_number - 1
        self.last_document = None
        self.last_dated = None
        self.cited = frozenset()
        self.voided = frozenset()

    @classmethod
    def open(cls, act: Act, *, issuer: str, document_type: str, year: int, legal_norm: bool, first_number: int) -> Self:
        """A register that goes on from the numbers its body has given out so far.

        Raises RegisterOfAnotherBody.
        """
        if act.body != issuer:
            raise RegisterOfAnotherBody(issuer=issuer)
        return cls(
            act=act,
            issuer=issuer,
            document_type=document_type,
            year=year,
            legal_norm=legal_norm,
            first_number=first_number,
        )

    def issue(self, act: Act, *, body: str, subject: str, person_id: UUID, drafting_unit: str | None) -> str:
        """The next number, dated on the act's day, given out for ``body``; the document as it is written.

        Raises RegisterOfAnotherBody, DocumentOfAnotherYear, DocumentDatedBeforeLast and DraftingUnitMissing.
        """
        self._must_be_of(body)
        dated = act.effective_on
        if dated.year != self.year:
            raise DocumentOfAnotherYear(year=self.year, dated=dated)
        if self.last_dated is not None and dated < self.last_dated:
            raise DocumentDatedBeforeLast(last_dated=self.last_dated)
        if not self.document_type and drafting_unit is None:
            raise DraftingUnitMissing("drafting_unit")
        number = self.last_number + 1
        document = self._written(number, drafting_unit)
        self._issued(act=act, number=number, document=document, subject=subject, person_id=person_id, dated=dated)
        return document

    def _written(self, number: int, drafting_unit: str | None) -> str:
        numbered = f"{number}/{self.year}" if self.legal_norm else f"{number}"
        if self.document_type:
            return f"{numbered}/{self.document_type}-{self.issuer}"
        return f"{numbered}/{self.issuer}-{drafting_unit}"

    @recorded_by(Issued)
    def _issued(self, act: Act, number: int, document: str, subject: str, person_id: UUID, dated: date) -> None:
        self.last_number = number
        self.last_document = document
        self.last_dated = dated

    def cite(self, act: Act, document: DocumentNumber) -> None:
        """An act rests on a document, which from then on cannot be voided.

        A number from before the opening is known to nobody here, and good for acts that count from before it.

        Raises DocumentNotInRegister and DocumentVoided.
        """
        number, written = document.number, act.document or ""
        if number < self.first_number and act.effective_on <= self.opened_on:
            return
        if not self.first_number <= number <= self.last_number:
            raise DocumentNotInRegister(document=written)
        if number in self.voided:
            raise DocumentVoided(document=written)
        if number not in self.cited:
            self._cited(act=act, number=number, document=written)

    @recorded_by(Cited)
    def _cited(self, act: Act, number: int, document: str) -> None:
        self.cited = self.cited | {number}

    def void(self, act: Act, *, number: int, reason: str) -> None:
        """A number that was spoilt, for a written reason.

        Raises RegisterOfAnotherBody, DocumentNotInRegister, DocumentVoided and DocumentInUse.
        """
        self._must_be_of(act.body)
        document = self._written(number, "…")
        if not self.first_number <= number <= self.last_number:
            raise DocumentNotInRegister(document=document)
        if number in self.voided:
            raise DocumentVoided(document=document)
        if number in self.cited:
            raise DocumentInUse(document=document)
        self._voided(act=act, number=number, document=document, reason=reason)

    @recorded_by(Voided)
    def _voided(self, act: Act, number: int, document: str, reason: str) -> None:
        self.voided = self.voided | {number}

    def _must_be_of(self, body: str) -> None:
        if body != self.issuer:
            raise RegisterOfAnotherBody(issuer=self.issuer)
