"""Lists as officers keep them: the rows of a CSV or Excel file one by one, and such a file written again.

Nothing is taken from a file that its reader may not see or mean: no formula is computed, no link followed, no more
unpacked than ``MOST_UNPACKED_BYTES``. Memory does not grow with the rows; an Excel file's table of texts is bounded.
Readers that are faster than openpyxl do not keep that: python-calamine 0.9 takes 12 GB for a sheet of two cells far
apart, and hands out a formula as the value some program computed.
"""

from __future__ import annotations

import codecs
import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import chain, count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any, Protocol, TypeAlias

import openpyxl
import xlsxwriter

from services.shared.refusals import Invalid

MOST_COLUMNS = 40
MOST_UNPACKED_BYTES = 256 << 20
MOST_TEXT_BYTES = 64 << 20
PIECE_BYTES = 256 << 10
_SHARED_TEXTS = "xl/sharedStrings.xml"
_LONGEST_CELL = 32_767
_FORMULA_SIGNS = ("=", "+", "-", "@")
_SIGNS_OF_NUMBERS = frozenset("0123456789.,-+ ")


class FileUnreadable(Invalid):
    """The bytes are no such file."""

    sentence = "Không đọc được tệp: tệp hỏng, có mật khẩu hoặc không đúng định dạng {form}."


class EncodingUnknown(Invalid):
    """A CSV file says nothing of its encoding; of all of them only UTF-8 can be told from the others for sure."""

    sentence = "Tệp CSV phải dùng bảng mã UTF-8; trong Excel xin chọn kiểu lưu “CSV UTF-8”."


class FileUnpacksTooLarge(Invalid):
    """What little a file contains may unpack to more than a machine holds."""

    sentence = "Tệp Excel giải nén ra quá lớn; xin chia thành nhiều tệp."


class Formula(str):
    """A cell that holds no value of its own but a formula or an error."""

    __slots__ = ()


Cell: TypeAlias = str | int | float | bool | date | Formula | None
"""What stands in a cell; a date may be a datetime."""

Row: TypeAlias = tuple[int, Sequence[Cell]]
"""A row with the number it has in the sheet."""


class Written(Protocol):
    """A file that is written row by row."""

    def write(self, cells: Sequence[Cell]) -> Iterator[bytes]:
        """Add a row; yields what of the file is ready."""

    def end(self) -> Iterator[bytes]:
        """Yield the rest of it."""


def csv_rows(file: IO[bytes], field: str) -> Iterator[Row]:
    """The rows of a CSV file that are not empty; FileUnreadable or EncodingUnknown before the first of them."""
    _check_encoding(file, field)
    for _ in _csv_records(file, field):
        pass  # so that a file which breaks off is refused before anything is done about its rows
    yield from ((number, [_csv_cell(text) for text in record]) for number, record in _csv_records(file, field))


def xlsx_rows(file: IO[bytes], field: str) -> Iterator[Row]:
    """The rows of an Excel file's first sheet that are not empty; FileUnreadable, FileUnpacksTooLarge."""
    try:
        _check_package(file, field)
        book = openpyxl.load_workbook(file, read_only=True, keep_links=False)
        sheet: Any = book.worksheets[0]
        sheet.reset_dimensions()  # what a file says of its own size need not be true
        for number, row in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS), 1):
            cells = [Formula(cell.value) if cell.data_type in "fe" else cell.value for cell in row]
            if any(cell not in (None, "") for cell in cells):
                yield number, cells
    except Invalid:
        raise
    except Exception as error:  # the parsers of a hostile file raise whatever they stumble over
        raise FileUnreadable(field, form="XLSX") from error


def _check_encoding(file: IO[bytes], field: str) -> None:
    file.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while piece := file.read(PIECE_BYTES):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        raise EncodingUnknown(field) from None


def _csv_records(file: IO[bytes], field: str) -> Iterator[tuple[int, list[str]]]:
    file.seek(0)
    first = file.readline().decode("utf-8-sig")
    delimiter = max(",;\t", key=first.count)
    lines = chain([first], (line.decode() for line in file))
    try:
        for number, record in enumerate(csv.reader(lines, delimiter=delimiter), 1):
            if any(cell.strip() for cell in record):
                yield number, record[:MOST_COLUMNS]
    except csv.Error:
        raise FileUnreadable(field, form="CSV") from None


def _csv_cell(text: str) -> Cell:
    """A program that opens the file would compute what begins like a formula, unless it is a number."""
    begins_so = text.lstrip().startswith(_FORMULA_SIGNS)
    return Formula(text) if begins_so and not _SIGNS_OF_NUMBERS.issuperset(text) else text


def _check_package(file: IO[bytes], field: str) -> None:
    file.seek(0)
    with zipfile.ZipFile(file) as package:
        sizes = {entry.filename: entry.file_size for entry in package.infolist()}
        if sum(sizes.values()) > MOST_UNPACKED_BYTES or sizes.get(_SHARED_TEXTS, 0) > MOST_TEXT_BYTES:
            raise FileUnpacksTooLarge(field)
        if package.testzip() is not None:
            raise FileUnreadable(field, form="XLSX")
    file.seek(0)


class CsvWritten:
    """A CSV file as Excel opens it: UTF-8 with its mark, days as dd/mm/yyyy, nothing that would be computed."""

    def __init__(self) -> None:
        self._text = io.StringIO("\ufeff")
        self._text.seek(0, io.SEEK_END)
        self._writer = csv.writer(self._text)

    def write(self, cells: Sequence[Cell]) -> Iterator[bytes]:
        self._writer.writerow([f"'{cell}" if isinstance(cell, Formula) else _in_words(cell) for cell in cells])
        if self._text.tell() >= PIECE_BYTES:
            yield from self.end()

    def end(self) -> Iterator[bytes]:
        yield self._text.getvalue().encode()
        self._text.seek(0)
        self._text.truncate()


class XlsxWritten:
    """An Excel file of one sheet, whole at its end; what was a formula stands there as its text."""

    def __init__(self) -> None:
        self._folder = TemporaryDirectory()  # which goes with this object, whether it comes to an end or not
        options = {"constant_memory": True, "tmpdir": self._folder.name, "default_date_format": "dd/mm/yyyy"}
        self._path = Path(self._folder.name, "result.xlsx")
        self._book = xlsxwriter.Workbook(self._path, options)
        self._sheet = self._book.add_worksheet()
        self._rows = count()

    def write(self, cells: Sequence[Cell]) -> Iterator[bytes]:
        row = next(self._rows)
        for column, cell in enumerate(cells):
            if isinstance(cell, str):
                self._sheet.write_string(row, column, cell[:_LONGEST_CELL])
            else:
                self._sheet.write(row, column, cell)
        yield from ()

    def end(self) -> Iterator[bytes]:
        self._book.close()
        with self._path.open("rb") as file:
            while piece := file.read(PIECE_BYTES):
                yield piece
        self._folder.cleanup()


def _in_words(cell: Cell) -> str:
    if isinstance(cell, date):
        return f"{cell:%d/%m/%Y}"
    return "" if cell is None else str(cell)
