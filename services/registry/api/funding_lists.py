"""A list of fundings from other schemes, read row by row whichever way it came, and the result file of one."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any

from google.type.date_pb2 import Date
from nscl.registry.v1 import funding_service_pb2 as messages

from services.registry.api import forms
from services.registry.api.spreadsheets import Cell, Formula, Row, Written
from services.registry.application.funding import FundingRow, RowOutcome, RowProblem, RowStatus, WrongRow
from services.registry.domain.identifier import numbered
from services.registry.read_models.enterprises import searched
from services.shared.grpc_server import Form
from services.shared.refusals import Invalid
from services.shared.wire import date_message

MOST_ROWS = 100_000
_ROWS_ABOVE_HEADER = 20
_STATUS_WORDS = {
    RowStatus.RECORDED: "Ghi nhận",
    RowStatus.KNOWN: "Đã có",
    RowStatus.REFUSED: "Không hợp lệ",
}
_DAY = re.compile(r"(?P<day>[0-9]{1,2})[/.-](?P<month>[0-9]{1,2})[/.-](?P<year>[0-9]{4})")
_ISO_DAY = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})")
_AMOUNT = re.compile(r"-?[0-9]{1,3}(?:(?P<mark>[., ])[0-9]{3}(?:(?P=mark)[0-9]{3})*)?|-?[0-9]+")
_CURRENCY = re.compile(r"\s*(đồng|đ|₫|vnđ|vnd)\.?$", re.IGNORECASE)


class HeaderMissing(Invalid):
    """A list begins with the titles of its columns."""

    sentence = "Không tìm thấy dòng tiêu đề có cột “{column}” trong {rows} dòng đầu của tệp."


class ColumnMissing(Invalid):
    """Every field has its column."""

    sentence = "Dòng tiêu đề thiếu cột “{column}”."


class ColumnRepeated(Invalid):
    """Each column is there once, or nobody knows which of them counts."""

    sentence = "Dòng tiêu đề có nhiều cột “{column}”."


class ListTooLong(Invalid):
    """A list is short enough for its caller to wait for it."""

    sentence = "Danh sách có quá {most} dòng; xin chia thành nhiều danh sách."


class CellIsFormula(Invalid):
    """What counts is what was written, not what some program computes of it."""

    sentence = "Ô chứa công thức hoặc lỗi; xin dán giá trị thay cho công thức."


class AmountUnreadable(Invalid):
    """An amount is a whole number of đồng."""

    sentence = "Số tiền phải là số đồng nguyên, ví dụ 1.234.567."


class DayUnreadable(Invalid):
    """A day is a date cell or dd/mm/yyyy."""

    sentence = "Ngày phải là ô kiểu ngày hoặc viết theo dạng ngày/tháng/năm, ví dụ 28/06/2024."


def _text(cell: Cell, _field: str) -> str:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return "" if cell is None or isinstance(cell, bool) else str(cell)


def _amount(cell: Cell, field: str) -> int:
    """Whole đồng; dots, commas or spaces may part the thousands, the currency may follow."""
    if isinstance(cell, int | float) and not isinstance(cell, bool) and cell == int(cell):
        return _within_int64(int(cell), field)
    text = _CURRENCY.sub("", " ".join(_text(cell, field).split()))
    if text and not _AMOUNT.fullmatch(text):
        raise AmountUnreadable(field)
    return _within_int64(int(re.sub("[., ]", "", text) or "0"), field)


def _several(cell: Cell, field: str) -> list[str]:
    """Parted by semicolons, commas or line breaks."""
    return [word for part in re.split("[;,\n]", _text(cell, field)) if (word := part.strip())]


def _within_int64(amount: int, field: str) -> int:
    if abs(amount) >= 2**63:
        raise AmountUnreadable(field)
    return amount


def _day(cell: Cell, field: str) -> Date | None:
    if isinstance(cell, datetime):
        cell = cell.date()
    if isinstance(cell, date):
        return date_message(cell)
    text = _text(cell, field).strip()
    if not text:
        return None
    found = _DAY.fullmatch(text) or _ISO_DAY.fullmatch(text)
    if found is None:
        raise DayUnreadable(field)
    return Date(**{part: int(number) for part, number in found.groupdict().items()})


@dataclass(frozen=True)
class Column:
    """A column by its title, the field of ``OtherFundingRow`` it holds, how its cells are read, whether it may lack."""

    title: str
    field: str
    read: Callable[[Cell, str], Any]
    may_lack: bool = False


COLUMNS = (
    Column("Mã số thuế", "tax_code", _text),
    Column("Cơ quan hỗ trợ", "grantor", _text),
    Column("Mã nội dung", "content_code", _text),
    Column("Số tiền (đồng)", "amount_vnd", _amount),
    Column("Ngày quyết định", "decided_on", _day),
    Column("Hỗ trợ từ ngày", "period_from", _day),
    Column("Hỗ trợ đến ngày", "period_to", _day),
    Column("Số quyết định", "legal_basis", _text),
    Column("Sản phẩm, địa điểm", "unit_keys", _several, may_lack=True),
)
_TITLES = {column.field: column.title for column in COLUMNS}
RESULT_TITLES = ("Kết quả", "Chi tiết")


def sent_rows(file: IO[bytes], scheme: str) -> Iterator[FundingRow | WrongRow]:
    """The rows of a list that came as messages, each behind its length in four bytes."""
    file.seek(0)
    number = 0
    while length := file.read(4):
        number += 1
        row = messages.OtherFundingRow.FromString(file.read(int.from_bytes(length, "big")))
        yield _read(number, row, scheme)


class FundingSheet:
    """A list that came as a file, and the result file that is written beside it."""

    def __init__(self, rows: Iterator[Row], result: Written, scheme: str) -> None:
        """HeaderMissing, ColumnMissing or ColumnRepeated for rows that do not begin with the titles."""
        self._rows = rows
        self._result = result
        self._scheme = scheme
        self._titles, self._places = _header(rows)
        self._cells: deque[Sequence[Cell]] = deque()

    def __iter__(self) -> Iterator[FundingRow | WrongRow]:
        """The rows under the titles; ListTooLong at the one too many."""
        for count, (number, cells) in enumerate(self._rows):
            if count == MOST_ROWS:
                raise ListTooLong("content", most=MOST_ROWS)
            self._cells.append(cells)
            yield self._row(number, cells)

    def begin_result(self) -> Iterator[bytes]:
        yield from self._result.write([*self._titles, *RESULT_TITLES])

    def tell(self, outcomes: Sequence[RowOutcome]) -> Iterator[bytes]:
        """Write what became of the next rows, in the order in which they were read."""
        for outcome in outcomes:
            cells = [*self._cells.popleft()][: len(self._titles)]
            blanks = [None] * (len(self._titles) - len(cells))
            told = "; ".join(_told(problem) for problem in outcome.problems)
            yield from self._result.write([*cells, *blanks, _STATUS_WORDS[outcome.status], told])

    def end_result(self) -> Iterator[bytes]:
        yield from self._result.end()

    def _row(self, number: int, cells: Sequence[Cell]) -> FundingRow | WrongRow:
        message, unreadable = messages.OtherFundingRow(), dict[str, RowProblem]()
        for column in COLUMNS:
            place = self._places.get(column.field)
            cell = cells[place] if place is not None and place < len(cells) else None
            try:
                if isinstance(cell, Formula):
                    raise CellIsFormula(column.field)
                _put(message, column.field, column.read(cell, column.field))
            except Invalid as refusal:
                unreadable[column.field] = RowProblem.of(refusal)
        return _read(number, message, self._scheme, unreadable)


def _header(rows: Iterator[Row]) -> tuple[Sequence[Cell], dict[str, int]]:
    """The titles, and where the column of each field is; rows above them, such as a heading, are passed over."""
    key = searched(COLUMNS[0].title)
    for _, (_, cells) in zip(range(_ROWS_ABOVE_HEADER), rows, strict=False):
        titles = [searched(cell) if isinstance(cell, str) else "" for cell in cells]
        if key in titles:
            places = {}
            for column in COLUMNS:
                title = searched(column.title)
                if title not in titles and column.may_lack:
                    continue
                if title not in titles:
                    raise ColumnMissing("content", column=column.title)
                if titles.count(title) > 1:
                    raise ColumnRepeated("content", column=column.title)
                places[column.field] = titles.index(title)
            width = max(place for place, cell in enumerate(cells) if cell is not None) + 1
            return cells[:width], places
    raise HeaderMissing("content", column=COLUMNS[0].title, rows=_ROWS_ABOVE_HEADER)


def _put(message: messages.OtherFundingRow, field: str, value: Any) -> None:
    if isinstance(value, Date):
        getattr(message, field).CopyFrom(value)
    elif isinstance(value, list):
        getattr(message, field).extend(value)
    elif value is not None:
        setattr(message, field, value)


def _read(
    number: int, message: messages.OtherFundingRow, scheme: str, unreadable: dict[str, RowProblem] | None = None
) -> FundingRow | WrongRow:
    """The row as its form reads it; ``unreadable`` are the fields that are wrong already."""
    form = Form(message)
    code = form.text("tax_code", longest=20)
    funding = forms.other_funding(form, scheme)
    problems = {
        violation.field: RowProblem(violation.field, violation.reason, violation.sentence)
        for violation in form.violations
    } | (unreadable or {})
    if "tax_code" not in problems:
        try:
            kind, code = numbered(code, "tax_code")
        except Invalid as refusal:
            problems["tax_code"] = RowProblem.of(refusal)
    if problems:
        return WrongRow(number, tuple(problems.values()))
    return FundingRow(number, kind, code, funding)


def _told(problem: RowProblem) -> str:
    """A problem as the result file tells it, with its column's title for the field."""
    title = title_of(problem.field)
    return f"{title}: {in_columns(problem)}" if title else problem.sentence


def title_of(field: str) -> str:
    """The title of the column that holds a field, or one entry of it; empty where it is the row as a whole."""
    return _TITLES.get(field.partition("[")[0], "")


def in_columns(problem: RowProblem) -> str:
    """The problem's sentence for somebody who sees columns, not fields."""
    return problem.sentence.replace(f"Trường {problem.field} ", "Ô này ")
