"""How many rows a second of another scheme's list the registry takes in, and how much memory that takes."""

from __future__ import annotations

import csv
import io
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime
from itertools import count, islice
from uuid import UUID, uuid4

import xlsxwriter
from nscl.common.v1.act_pb2 import Basis
from nscl.registry.v1 import funding_service_pb2 as messages
from nscl.registry.v1.funding_service_pb2_grpc import FundingServiceStub
from stdnum.vn import mst

from bench.figures import Figure
from bench.registry.registry import SECRET, Door, Registry
from services.registry.api.funding_lists import COLUMNS
from services.registry.application.identifiers import ENTERPRISES, claim_id
from services.registry.domain.business_line import BusinessLine, VsicScheme
from services.registry.domain.enterprise import Enterprise
from services.registry.domain.identifier import Identifier, IdentifierKind
from services.registry.domain.registration import LegalForm, Particulars, Registration, TargetGroup
from services.shared.event_store import EventLog
from services.shared.personal_data import Sealed
from services.shared.record import Act

ROWS = 50_000
EXPECTED_PER_SECOND = 2_000.0
FAULT_EVERY = 20
PIECE_BYTES = 512 * 1024
LONGEST_SECONDS = 600
_MEGABYTE = 1 << 20
_REGISTERED_AT_A_TIME = 500

ACT = Act(
    person_id=UUID(int=134),
    body="SKHCN",
    capacity="programme_officer",
    effective_on=date(2024, 6, 28),
    recorded_at=datetime(2024, 6, 28, 2, 30, tzinfo=UTC),
    request_id=UUID(int=2021),
)


def import_figures(registry: Registry) -> list[Figure]:
    """Import a list of 50,000 rows, one in twenty of them wrong, as CSV, then another as an Excel file."""
    codes = list(islice(tax_codes(), ROWS))
    register(registry, codes)
    figures = []
    with registry.door() as door:
        for source, file_of in (("CSV", csv_file), ("XLSX", xlsx_file)):
            seconds, cpu_seconds, grown = imported(door, source, file_of(rows_about(codes, source)))
            name = f"import of {ROWS:,} rows, {source}"
            figures += [
                Figure(name, ROWS / seconds, "rows/s", "expected", EXPECTED_PER_SECOND, at_least=1.0),
                Figure(f"{name}: by a second of run_api's CPU", ROWS / cpu_seconds, "rows"),
                Figure(f"{name}: memory it takes at most", grown / _MEGABYTE, "MiB"),
            ]
    return figures


def tax_codes() -> Iterator[str]:
    """Tax codes that could have been issued."""
    for serial in count(1):
        stem = f"18{serial:07}"
        code = stem + str(mst.calc_check_digit(stem))
        if len(code) == 10:
            yield code


def register(registry: Registry, codes: list[str]) -> None:
    """An enterprise for each code, behind the door's back."""

    with closing(EventLog("registry", registry.environment())) as log:
        coming = iter(codes)
        while some := list(islice(coming, _REGISTERED_AT_A_TIME)):
            made = [registered(code) for code in some]
            claims = [
                Identifier.claim(ACT, claim_id(SECRET, ENTERPRISES, IdentifierKind.TAX_CODE, code), enterprise.id)
                for code, enterprise in zip(some, made, strict=True)
            ]
            log.save_all([*made, *claims])


def registered(code: str) -> Enterprise:
    """A company under a tax code, yet to be saved."""

    def unsealed(_particulars: Particulars) -> Sealed:
        raise AssertionError("a company's particulars are not sealed")

    return Enterprise.register(ACT, uuid4(), _registration(code), unsealed)


def _registration(code: str) -> Registration:
    return Registration(
        target_group=TargetGroup.ENTERPRISE,
        legal_form=LegalForm.LIMITED_COMPANY,
        identifier_kind=IdentifierKind.TAX_CODE,
        no_identifier_reason=None,
        particulars=Particulars(f"Công ty {code}", code, None),
        unit_code="31120",
        business_lines=(BusinessLine(VsicScheme.VSIC2018, "1020", date(2019, 3, 4)),),
        registered_on=date(2019, 3, 4),
    )


def rows_about(codes: list[str], decided_by: str) -> Iterator[list[str]]:
    """The titles, then a row about each; a wrong one here and there."""
    yield [column.title for column in COLUMNS]
    for number, code in enumerate(codes):
        amount = "1.234.567" if number % FAULT_EVERY else "nhiều"
        days = ("01/03/2024", "01/03/2024", "31/12/2024")
        yield [code, "Sở Công Thương", "SYS-ISO9001", amount, *days, f"{number}/QĐ-{decided_by}"]


def csv_file(rows: Iterator[list[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def xlsx_file(rows: Iterator[list[str]]) -> bytes:
    """As Excel writes it: texts shared in a table of their own, the sheet's dimension at its head."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return file.getvalue()


def imported(door: Door, source: str, content: bytes) -> tuple[float, float, int]:
    """Seconds until the last answer, those of the process's CPU, and by how many bytes it grew meanwhile."""

    def asked() -> Iterator[messages.ImportOtherFundingsRequest]:
        yield messages.ImportOtherFundingsRequest(
            request_id=str(uuid4()),
            basis=Basis(document="9/TB-SCT"),
            scheme="Khuyến công",
            source=messages.ImportSource.Value(f"IMPORT_SOURCE_{source}"),
            content_size=len(content),
        )
        for start in range(0, len(content), PIECE_BYTES):
            yield messages.ImportOtherFundingsRequest(chunk=content[start : start + PIECE_BYTES])

    metadata = (("authorization", f"Bearer {door.issuer.issue(capacity='scheme_officer', body='SCT')}"),)
    stub = FundingServiceStub(door.channel)
    with _growth_of(lambda: int(door.process.memory_info().rss)) as growth:
        began, cpu_before = time.perf_counter(), sum(door.process.cpu_times()[:2])
        *_, last = stub.ImportOtherFundings(asked(), timeout=LONGEST_SECONDS, metadata=metadata)
        seconds, cpu_seconds = time.perf_counter() - began, sum(door.process.cpu_times()[:2]) - cpu_before
    told = last.funding_import
    if (told.recorded_count, told.refused_count) != (ROWS - ROWS // FAULT_EVERY, ROWS // FAULT_EVERY):
        raise SystemExit(f"not what was sent: {told}")
    return seconds, cpu_seconds, growth()


@contextmanager
def _growth_of(memory: Callable[[], int]) -> Iterator[Callable[[], int]]:
    """By how much it is at most larger than at first, until the block ends."""
    before, most, ended = memory(), [0], threading.Event()

    def watch() -> None:
        while not ended.wait(0.05):
            most[0] = max(most[0], memory() - before)

    watching = threading.Thread(target=watch, daemon=True)
    watching.start()
    try:
        yield lambda: most[0]
    finally:
        ended.set()
        watching.join()
