"""Lists of fundings as an officer sends them: CSV and Excel files with right rows and faults, and how one is sent."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from uuid import uuid4

import openpyxl
from nscl.registry.v1 import funding_service_pb2 as messages

from tests.registry.api.requests import basis, day
from tests.registry.conftest import Counter

TITLES = (
    "Mã số thuế",
    "Cơ quan hỗ trợ",
    "Mã nội dung",
    "Số tiền (đồng)",
    "Ngày quyết định",
    "Hỗ trợ từ ngày",
    "Hỗ trợ đến ngày",
    "Số quyết định",
)
PLACES = {title: place for place, title in enumerate(TITLES)}
SOURCES = {
    "ROWS": messages.IMPORT_SOURCE_ROWS,
    "CSV": messages.IMPORT_SOURCE_CSV,
    "XLSX": messages.IMPORT_SOURCE_XLSX,
}
LONGEST_IMPORT_SECONDS = 600
_decisions = count(1)


def cells(tax_code: Any, **changes: Any) -> list[Any]:
    """A right row as somebody types it; ``changes`` by the column's place, such as ``c3="1.000"``."""
    row: list[Any] = [
        tax_code, "Sở Công Thương", "SYS-ISO9001", "60.000.000", "01/03/2024", "01/03/2024", "31/12/2024",
        f"{next(_decisions)}/QĐ-SCT",
    ]  # fmt: skip
    for place, value in changes.items():
        row[int(place[1:])] = value
    return row


def csv_file(*rows: Sequence[Any], titles: Sequence[str] = TITLES, delimiter: str = ",") -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows([titles, *rows])
    return text.getvalue().encode("utf-8-sig")


def xlsx_file(*rows: Sequence[Any], titles: Sequence[str] = TITLES) -> bytes:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in (titles, *rows):
        sheet.append(list(row))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def sent_row(tax_code: str, **changes: Any) -> messages.OtherFundingRow:
    return messages.OtherFundingRow(
        **{
            "tax_code": tax_code,
            "grantor": "Sở Công Thương",
            "content_code": "SYS-ISO9001",
            "amount_vnd": 60_000_000,
            "decided_on": day(2024, 3, 1),
            "period_from": day(2024, 3, 1),
            "period_to": day(2024, 12, 31),
            "legal_basis": f"{next(_decisions)}/QĐ-SCT",
            **changes,
        }
    )


@dataclass
class Told:
    """What an import was answered with."""

    problems: dict[int, list[tuple[str, str]]] = field(default_factory=dict)
    """Column (or, of rows, field) and reason of each problem, by the number of the row."""
    sentences: list[str] = field(default_factory=list)
    result: bytes = b""
    last: Any = None

    @property
    def counts(self) -> tuple[int, int, int]:
        """Recorded, known, refused."""
        imported = self.last.funding_import
        return imported.recorded_count, imported.known_count, imported.refused_count

    def result_rows(self) -> list[list[Any]]:
        """The result file's rows under its titles."""
        if self.result.startswith(b"PK"):
            sheet: Any = openpyxl.load_workbook(io.BytesIO(self.result)).worksheets[0]
            return [list(row) for row in sheet.iter_rows(min_row=2, values_only=True)]
        return list(csv.reader(io.StringIO(self.result.decode("utf-8-sig"))))[1:]


def import_messages(form: str, content: Any, /, **first: Any) -> Iterator[messages.ImportOtherFundingsRequest]:
    """The messages of an import: of a file's bytes, or of rows."""
    yield messages.ImportOtherFundingsRequest(
        **{
            "request_id": str(uuid4()),
            "basis": basis("9/TB-SCT"),
            "scheme": "Khuyến công",
            "source": SOURCES[form],
            "content_size": len(content),
            **first,
        }
    )
    if form == "ROWS":
        yield from (messages.ImportOtherFundingsRequest(row=row) for row in content)
    else:
        pieces = (content[start : start + 100_000] for start in range(0, len(content), 100_000))
        yield from (messages.ImportOtherFundingsRequest(chunk=piece) for piece in pieces)


def imported(counter: Counter, form: str, content: Any, /, *, person_id: Any = None, **first: Any) -> Told:
    """Send a list as a scheme officer of Sở Công Thương does, and gather all that is answered."""
    asked = import_messages(form, content, **first)
    told = Told()
    who = {"capacity": "scheme_officer", "body": "SCT", "person_id": person_id}
    answers = counter.ask("ImportOtherFundings", asked, **who, timeout=LONGEST_IMPORT_SECONDS)
    for answer in answers:
        for row in answer.refused_rows:
            told.problems[row.row_number] = [
                (problem.column or problem.field, problem.reason) for problem in row.problems
            ]
            told.sentences += [problem.sentence for problem in row.problems]
        told.result += answer.result_chunk
        told.last = answer
    return told
