"""A list is being taken in when the door's process is killed: sent again, every right row is in, and none twice."""

from __future__ import annotations

from collections import Counter as Count
from itertools import count
from typing import Any
from uuid import uuid4

import grpc
import psutil
import pytest

from services.registry.application.funding import BATCH_ROWS
from services.registry.domain.enterprise import Enterprise
from services.registry.domain.funding_import import FundingImport
from services.shared.event_store import EventLog, ViewFeeder
from tests.registry.api.lists import LONGEST_IMPORT_SECONDS, cells, csv_file, import_messages, imported, xlsx_file
from tests.registry.api.requests import cantho_units, identifier, register_enterprise, tax_code
from tests.registry.conftest import Counter
from tests.registry.processes import Doors
from tests.servers import Database
from tests.soak import Soak

ROWS, ENTERPRISES, PART, FAULT_EVERY = 50_000, 5_000, 0.04, 20  # what grows with each enterprise is its own record
MOST_GROWN_BYTES = 64 << 20
pytestmark = pytest.mark.soak


@pytest.fixture(scope="module")
def doors(
    registry_database: Database,
    fed_views: ViewFeeder,  # noqa: ARG001 - an address is looked up in a view
    tmp_path_factory: pytest.TempPathFactory,
) -> Doors:
    return Doors(registry_database, tmp_path_factory.mktemp("doors"))


@pytest.fixture(scope="module")
def codes(doors: Doors, soak: Soak) -> list[str]:
    """The tax codes of some enterprises."""
    codes = [tax_code() for _ in range(soak.count(ENTERPRISES, PART))]
    with doors.open() as door:
        door.counter.ask("PublishUnits", cantho_units())
        for code in codes:
            request = register_enterprise(identifier=identifier(code=code))
            door.counter.ask("RegisterEnterprise", request, capacity="programme_officer")
    return codes


def sprinkled(codes: list[str], rows: int) -> list[list[Any]]:
    """Rows about these enterprises, one in twenty of them wrong in one way or another."""
    faults = ({"c3": "nhiều"}, {"c4": "31/02/2024"}, {"c0": "1809990018"}, {"c1": ""})
    spoilt = count()
    return [
        cells(codes[row % len(codes)], **({} if row % FAULT_EVERY else faults[next(spoilt) % len(faults)]))
        for row in range(rows)
    ]


def begin_and_kill(doors: Doors, source: str, content: bytes, who: dict[str, Any]) -> int:
    """Send the list and kill the process once some of it is recorded; how many rows had been told of."""
    with doors.open() as door:
        asked = import_messages(source, content, request_id=who["request_id"])
        caller = {"capacity": "scheme_officer", "body": "SCT", "person_id": who["person_id"]}
        answers = door.counter.ask("ImportOtherFundings", asked, **caller, timeout=LONGEST_IMPORT_SECONDS)
        done = next(answer.rows_done for answer in answers if answer.rows_done >= BATCH_ROWS)
        door.process.kill()
        with pytest.raises(grpc.RpcError):
            list(answers)
    return int(done)


@pytest.mark.parametrize(("source", "file"), [("CSV", csv_file), ("XLSX", xlsx_file)])
def test_a_list_cut_off_by_a_kill_comes_in_whole_when_sent_again(
    doors: Doors, codes: list[str], log: EventLog, soak: Soak, source: str, file: Any
) -> None:
    rows = sprinkled(codes, soak.count(ROWS, PART))
    wrong = len(rows[::FAULT_EVERY])
    content, who = file(*rows), {"request_id": str(uuid4()), "person_id": uuid4()}
    before = log.head()
    told_of = begin_and_kill(doors, source, content, who)

    with doors.open() as door:
        process = psutil.Process(door.process.pid)
        warm_up(door.counter, codes[0], file, source)
        memory = process.memory_info().rss
        told = imported(door.counter, source, content, **who)
        grown = process.memory_info().rss - memory
    recorded, known, refused = told.counts
    assert (recorded + known, refused) == (len(rows) - wrong, wrong)
    assert known >= told_of - told_of // FAULT_EVERY - 1, "what was told as recorded is recorded"

    results = told.result_rows()
    assert [row[7] for row in results] == [row[7] for row in rows]
    assert Count(row[8] for row in results) == Count({"Ghi nhận": recorded, "Đã có": known, "Không hợp lệ": refused})
    assert recorded_decisions(log, before) == Count(row[7] for number, row in enumerate(rows) if number % FAULT_EVERY)
    assert finished(log, before) == [told.last.funding_import.funding_import_id]
    assert grown < MOST_GROWN_BYTES


def warm_up(counter: Counter, code: str, file: Any, source: str) -> None:
    """A list that loads what any list needs, so that what is measured after it is that of the rows; a rehearsal."""
    assert imported(counter, source, file(cells(code)), dry_run=True).counts == (1, 0, 0)


def recorded_decisions(log: EventLog, after: int) -> Count[str]:
    """How often each decision was recorded after a position."""
    return Count(
        event.funding.legal_basis
        for event in events_of(log, after)
        if isinstance(event, Enterprise.OtherFundingRecorded)
    )


def finished(log: EventLog, after: int) -> list[str]:
    """The imports that came to an end after a position."""
    return [str(event.originator_id) for event in events_of(log, after) if isinstance(event, FundingImport.Finished)]


def events_of(log: EventLog, after: int) -> list[Any]:
    found: list[Any] = []
    while page := log.recorded_events(after, 5_000):
        found += [recorded.event for recorded in page]
        after = page[-1].position
    return found
