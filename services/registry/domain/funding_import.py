"""Imports: many fundings of one scheme recorded at one request, from a list or a file."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import NAMESPACE_URL, UUID, uuid5

from services.shared.record import Act, Record, recorded_by
from services.shared.refusals import Invalid, Refusal


class ImportOfAnotherContent(Invalid):
    """A request id stands for one person's one list; a half-way import goes on with that list only."""

    sentence = "Mã yêu cầu {request_id} đã được dùng để nhập một danh sách khác."


class ImportFinishedBefore(Refusal):
    """What was finished has its counts."""

    sentence = "Lần nhập danh sách này đã hoàn thành."


class ImportSource(StrEnum):
    """In which form the list came."""

    ROWS = "ROWS"
    CSV = "CSV"
    XLSX = "XLSX"

    @property
    def term(self) -> str:
        """The form in Vietnamese, as sentences name it."""
        return {"ROWS": "danh sách", "CSV": "tệp CSV", "XLSX": "tệp Excel"}[self]


@dataclass(frozen=True)
class ImportCounts:
    """What became of the rows; ``known`` ones had been recorded before, to the letter."""

    recorded: int = 0
    known: int = 0
    refused: int = 0

    @property
    def rows(self) -> int:
        return self.recorded + self.known + self.refused

    def __add__(self, other: ImportCounts) -> ImportCounts:
        return ImportCounts(self.recorded + other.recorded, self.known + other.known, self.refused + other.refused)


class FundingImport(Record):
    """One import, found again by its request id; the fundings it records name its beginning as their cause."""

    TOPIC = "registry:FundingImport"

    class Event(Record.Event):
        """Something that happened to an import (sự kiện)."""

    class Begun(Event, Record.Created):
        """Somebody began to import a list (bắt đầu nhập danh sách hỗ trợ).

        ``content_digest`` is the SHA-256 of the file, or of the list's rows as they were sent, in hexadecimal.
        """

        TOPIC = "registry:FundingImport.Begun"
        scheme: str
        source: ImportSource
        content_digest: str

        def sentence(self) -> str:
            return f"Bắt đầu nhập {self.source.term} các khoản hỗ trợ theo {self.scheme}."

    class Finished(Event):
        """Every row of the list was taken in or refused (hoàn thành nhập danh sách hỗ trợ)."""

        TOPIC = "registry:FundingImport.Finished"
        counts: ImportCounts

        def sentence(self) -> str:
            counts = self.counts
            return (
                f"Hoàn thành nhập danh sách {counts.rows} khoản hỗ trợ: ghi nhận {counts.recorded}, "
                f"đã có {counts.known}, không hợp lệ {counts.refused}."
            )

    Created = Begun

    @recorded_by(Begun)
    def __init__(
        self,
        act: Act,
        id: UUID,  # noqa: A002 - the library's name
        scheme: str,
        source: ImportSource,
        content_digest: str,
    ) -> None:
        self.begun_by = act
        self.scheme = scheme
        self.source = source
        self.content_digest = content_digest
        self.counts: ImportCounts | None = None

    @staticmethod
    def id_for(request_id: UUID) -> UUID:
        """The id under which the import of a request is found again."""
        return uuid5(NAMESPACE_URL, f"nscl:registry:funding-import:{request_id}")

    @classmethod
    def begin(cls, act: Act, scheme: str, source: ImportSource, content_digest: str) -> FundingImport:
        return cls(act=act, id=cls.id_for(act.request_id), scheme=scheme, source=source, content_digest=content_digest)

    def check_same(self, act: Act, scheme: str, source: ImportSource, content_digest: str) -> None:
        """Refuse another person, or another list, under the request id of this import."""
        began = self.begun_by
        begun = (began.person_id, began.body, began.capacity, self.scheme, self.source, self.content_digest)
        if begun != (act.person_id, act.body, act.capacity, scheme, source, content_digest):
            raise ImportOfAnotherContent("request_id", request_id=act.request_id)

    def finish(self, act: Act, counts: ImportCounts) -> None:
        """Record what became of the rows; refuses to do so twice."""
        if self.counts is not None:
            raise ImportFinishedBefore()
        self._finished(act=act, counts=counts)

    @recorded_by(Finished)
    def _finished(self, act: Act, counts: ImportCounts) -> None:
        self.counts = counts
