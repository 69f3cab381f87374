"""Lists of other schemes' funding at the door: right rows in, wrong rows told, sent again without harm."""

from __future__ import annotations

import codecs
import io
import time
import zipfile
from datetime import date
from typing import Any
from uuid import uuid4

import grpc
import pytest
from google.rpc.error_details_pb2 import ErrorInfo, LocalizedMessage
from grpc_status import rpc_status
from nscl.common.v1.act_pb2 import Basis
from nscl.registry.v1 import funding_service_pb2 as messages
from nscl.registry.v1 import registry_service_pb2 as registry_messages

from services.registry.api import funding_lists
from services.shared.event_store import EventLog
from tests.bad_input import told as refusal_of
from tests.registry.api.conftest import Known
from tests.registry.api.lists import (
    PLACES,
    TITLES,
    Told,
    cells,
    csv_file,
    import_messages,
    imported,
    sent_row,
    xlsx_file,
)
from tests.registry.api.requests import day, identifier, personal_id, register_enterprise, register_household, tax_code
from tests.registry.conftest import Counter

WAIT_SECONDS = 10
FILES = {"CSV": csv_file, "XLSX": xlsx_file}


pytestmark = pytest.mark.usefixtures("known")


@pytest.fixture(scope="module")
def mill(known: Known) -> str:
    """The tax code of an enterprise."""
    code = tax_code()
    request = register_enterprise(identifier=identifier(code=code))
    known.counter.ask("RegisterEnterprise", request, capacity="programme_officer")
    return code


def refused(counter: Counter, form: str, content: Any, /, **first: Any) -> tuple[grpc.StatusCode, str, str]:
    """Status, reason and sentence of a refused import."""
    with pytest.raises(grpc.RpcError) as error:
        imported(counter, form, content, **first)
    status, info, told = rpc_status.from_call(error.value), ErrorInfo(), LocalizedMessage()
    assert status is not None, error.value
    for detail in status.details:
        detail.Unpack(info)
        detail.Unpack(told)
    return error.value.code(), info.reason, told.message


@pytest.mark.parametrize("source", FILES)
def test_right_rows_are_recorded_and_wrong_ones_told(counter: Counter, mill: str, source: str) -> None:
    rows = [cells(mill), cells("1809990018"), cells(mill, c3="12.5", c4="31/02/2024"), cells(mill)]
    told = imported(counter, source, FILES[source](*rows))
    assert told.counts == (2, 0, 2)
    assert told.problems == {
        3: [("Mã số thuế", "TAX_CODE_INCORRECT")],
        4: [("Số tiền (đồng)", "AMOUNT_UNREADABLE"), ("Ngày quyết định", "FIELD_MALFORMED")],
    }
    assert all(told.sentences)
    assert told.last.funding_import.finished


@pytest.mark.parametrize("source", FILES)
def test_the_result_file_says_what_became_of_each_row(counter: Counter, mill: str, source: str) -> None:
    right, wrong = cells(mill), cells(mill, c1="")
    told = imported(counter, source, FILES[source](right, wrong)).result_rows()
    assert [row[8] for row in told] == ["Ghi nhận", "Không hợp lệ"]
    assert [row[7] for row in told] == [right[7], wrong[7]]
    assert told[1][9].startswith("Cơ quan hỗ trợ: Ô này")


def test_rows_are_sent_as_messages(counter: Counter, mill: str) -> None:
    told = imported(counter, "ROWS", [sent_row(mill), sent_row(mill, amount_vnd=0), sent_row(tax_code())])
    assert told.counts == (1, 0, 2)
    assert told.problems == {2: [("amount_vnd", "FIELD_REQUIRED")], 3: [("tax_code", "ENTERPRISE_UNKNOWN")]}
    assert told.result == b""


def test_the_same_file_twice_records_nothing_twice(counter: Counter, mill: str, log: EventLog) -> None:
    file = csv_file(*(cells(mill) for _ in range(3)))
    assert imported(counter, "CSV", file).counts == (3, 0, 0)
    before = log.head()
    again = imported(counter, "CSV", file)
    assert again.counts == (0, 3, 0)
    assert [row[8] for row in again.result_rows()] == ["Đã có"] * 3
    assert log.head() == before + 2  # that it began, and that it ended


def test_a_repeated_request_is_answered_as_the_first_time(counter: Counter, mill: str) -> None:
    file, request_id, clerk = csv_file(cells(mill)), str(uuid4()), uuid4()
    first, again = (imported(counter, "CSV", file, request_id=request_id, person_id=clerk) for _ in range(2))
    assert again.last == first.last


def test_a_request_id_does_not_serve_another_list(counter: Counter, mill: str) -> None:
    request_id, clerk = str(uuid4()), uuid4()
    imported(counter, "CSV", csv_file(cells(mill)), request_id=request_id, person_id=clerk)
    other = csv_file(cells(mill))
    assert refused(counter, "CSV", other, request_id=request_id, person_id=clerk)[1] in (
        "IMPORT_OF_ANOTHER_CONTENT",
        "REQUEST_ID_REUSED",
    )


def sent_again(counter: Counter, file: bytes, **first: Any) -> Told:
    """Sent once the door has noticed that the caller left: until then the call that was broken off is their share."""
    give_up_at = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            return imported(counter, "CSV", file, **first)
        except grpc.RpcError as error:
            if error.code() is not grpc.StatusCode.RESOURCE_EXHAUSTED or time.monotonic() > give_up_at:
                raise
            time.sleep(0.05)


def test_what_was_broken_off_is_finished_by_sending_it_again(counter: Counter, mill: str) -> None:
    """The caller leaves after the first batch; whole batches stay recorded, and the next time the rest comes in."""
    file, request_id, clerk = csv_file(*(cells(mill) for _ in range(600))), str(uuid4()), uuid4()
    asked = import_messages("CSV", file, request_id=request_id)
    call = counter.ask("ImportOtherFundings", asked, capacity="scheme_officer", body="SCT", person_id=clerk)
    next(answer for answer in call if answer.rows_done)
    call.cancel()
    told = sent_again(counter, file, request_id=request_id, person_id=clerk)
    recorded, known, wrong = told.counts
    assert recorded + known == 600
    assert known >= 500
    assert wrong == 0


def test_a_dry_run_tells_the_same_and_records_nothing(counter: Counter, mill: str, log: EventLog) -> None:
    file, before = csv_file(cells(mill), cells(mill, c2="iso")), log.head()
    rehearsed = imported(counter, "CSV", file, dry_run=True)
    assert log.head() == before
    assert not rehearsed.last.HasField("recorded")
    carried_out = imported(counter, "CSV", file)
    assert (rehearsed.counts, rehearsed.problems) == (carried_out.counts, carried_out.problems)


def test_an_import_is_kept_with_who_made_it(counter: Counter, mill: str) -> None:
    clerk = uuid4()
    made = imported(counter, "CSV", csv_file(cells(mill), cells("x")), person_id=clerk).last.funding_import
    request = messages.GetFundingImportRequest(funding_import_id=made.funding_import_id)
    kept = counter.ask("GetFundingImport", request, capacity="auditor").funding_import
    assert kept == made
    assert (kept.person_id, kept.body, kept.recorded_count, kept.refused_count) == (str(clerk), "SCT", 1, 1)


def test_imports_are_listed_by_scheme_and_body(counter: Counter, mill: str) -> None:
    scheme = f"OCOP {uuid4()}"
    made = [imported(counter, "CSV", csv_file(cells(mill), cells("x")), scheme=scheme).last for _ in range(3)]
    asked = {"scheme": scheme, "body": "SCT", "min_position": made[-1].recorded.position}

    def page(**changes: Any) -> Any:
        request = messages.ListFundingImportsRequest(**(asked | changes))
        return counter.ask("ListFundingImports", request, capacity="auditor")

    first = page(page_size=2)
    second = page(page_size=2, page_token=first.next_page_token)
    assert [*first.funding_imports, *second.funding_imports] == [each.funding_import for each in made]
    assert not page(body="SKHCN").funding_imports


@pytest.mark.parametrize(
    ("spoilt", "field"),
    [
        ({"body": "sct"}, "body"),
        ({"scheme": "a" * 251}, "scheme"),
        ({"page_size": -1}, "page_size"),
        ({"min_position": -1}, "min_position"),
    ],
)
def test_a_spoilt_question_about_imports_is_refused(counter: Counter, spoilt: dict[str, Any], field: str) -> None:
    request = messages.ListFundingImportsRequest(**spoilt)
    answer = refusal_of(lambda: counter.ask("ListFundingImports", request, capacity="auditor"))
    assert (answer.code, answer.fields) == (grpc.StatusCode.INVALID_ARGUMENT, {field})


def test_imports_are_not_listed_for_everybody(counter: Counter) -> None:
    request = messages.ListFundingImportsRequest()
    answer = refusal_of(lambda: counter.ask("ListFundingImports", request, capacity="enterprise_representative"))
    assert answer.reason == "CAPACITY_NOT_PERMITTED"


def test_each_funding_names_its_import_as_its_cause(counter: Counter, mill: str, log: EventLog) -> None:
    told = imported(counter, "CSV", csv_file(cells(mill)))
    begun, recorded, finished = log.recorded_events(told.last.recorded.position - 3, 3)
    assert [event.event.act.cause for event in (begun, recorded, finished)] == [
        None,
        f"registry:{begun.position}",
        None,
    ]
    assert recorded.event.act.document == "9/TB-SCT"


@pytest.mark.parametrize(
    ("column", "value", "amount"),
    [
        ("Số tiền (đồng)", "1.234.567", 1_234_567),
        ("Số tiền (đồng)", "1,234,567", 1_234_567),
        ("Số tiền (đồng)", "1 234 567 đồng", 1_234_567),
        ("Số tiền (đồng)", "1234567đ", 1_234_567),
        ("Số tiền (đồng)", 1_234_567, 1_234_567),
        ("Số tiền (đồng)", 1_234_567.0, 1_234_567),
    ],
)
def test_an_amount_is_read_as_people_write_it(counter: Counter, column: str, value: Any, amount: int) -> None:
    code = tax_code()
    request = register_enterprise(identifier=identifier(code=code))
    enterprise = counter.ask("RegisterEnterprise", request, capacity="programme_officer").enterprise
    row = cells(code, **{f"c{PLACES[column]}": value})
    assert imported(counter, "XLSX", xlsx_file(row)).counts == (1, 0, 0)
    asked = registry_messages.GetEnterpriseRequest(enterprise_id=enterprise.enterprise_id)
    shown = counter.ask("GetEnterprise", asked, capacity="auditor").enterprise
    assert [funding.amount_vnd for funding in shown.other_fundings] == [amount]


@pytest.mark.parametrize("written", ["1/3/2024", "01-03-2024", "01.03.2024", "2024-03-01", date(2024, 3, 1)])
def test_a_day_is_read_as_people_write_it(counter: Counter, mill: str, written: Any) -> None:
    assert imported(counter, "XLSX", xlsx_file(cells(mill, c4=written))).counts == (1, 0, 0)


def test_a_tax_code_that_excel_took_for_a_number_is_found(counter: Counter, mill: str) -> None:
    assert imported(counter, "XLSX", xlsx_file(cells(int(mill)))).counts == (1, 0, 0)


def test_a_household_is_found_by_its_owners_number_even_without_its_zero(counter: Counter) -> None:
    owner = personal_id()
    number = identifier(kind=registry_messages.IDENTIFIER_KIND_PERSONAL_ID, code=owner)
    counter.ask("RegisterEnterprise", register_household(identifier=number), capacity="programme_officer")
    rows = [cells(owner), cells(int(owner))]
    assert imported(counter, "XLSX", xlsx_file(*rows)).counts == (2, 0, 0)


PROBLEMS: list[tuple[str, Any, str]] = [
    ("Mã số thuế", "", "FIELD_REQUIRED"),
    ("Mã số thuế", "abc", "TAX_CODE_INCORRECT"),
    ("Mã số thuế", "1" * 21, "FIELD_TOO_LONG"),
    ("Mã số thuế", tax_code(), "ENTERPRISE_UNKNOWN"),
    ("Mã số thuế", "092000000000", "ENTERPRISE_UNKNOWN"),
    ("Cơ quan hỗ trợ", "Сở Công Thương", "FIELD_WRONG_SCRIPT"),
    ("Cơ quan hỗ trợ", "工商局", "FIELD_WRONG_SCRIPT"),
    ("Cơ quan hỗ trợ", "Sở\u200bCông", "FIELD_MALFORMED"),
    ("Cơ quan hỗ trợ", "a" * 251, "FIELD_TOO_LONG"),
    ("Cơ quan hỗ trợ", "=1+1", "CELL_IS_FORMULA"),
    ("Mã nội dung", "ISO 9001", "FIELD_MALFORMED"),
    ("Số tiền (đồng)", "", "FIELD_REQUIRED"),
    ("Số tiền (đồng)", "0", "FIELD_REQUIRED"),
    ("Số tiền (đồng)", "-5", "FIELD_OUT_OF_RANGE"),
    ("Số tiền (đồng)", "1.23", "AMOUNT_UNREADABLE"),
    ("Số tiền (đồng)", "1.234,567", "AMOUNT_UNREADABLE"),
    ("Số tiền (đồng)", "sáu mươi triệu", "AMOUNT_UNREADABLE"),
    ("Số tiền (đồng)", "9" * 30, "AMOUNT_UNREADABLE"),
    ("Số tiền (đồng)", "9" * 17, "FIELD_OUT_OF_RANGE"),
    ("Số tiền (đồng)", "=SUM(A1:A9)", "CELL_IS_FORMULA"),
    ("Ngày quyết định", "", "FIELD_REQUIRED"),
    ("Ngày quyết định", "30/02/2024", "FIELD_MALFORMED"),
    ("Ngày quyết định", "3/2024", "DAY_UNREADABLE"),
    ("Ngày quyết định", "hôm qua", "DAY_UNREADABLE"),
    ("Ngày quyết định", "45352", "DAY_UNREADABLE"),
    ("Ngày quyết định", "01/01/1066", "FIELD_OUT_OF_RANGE"),
    ("Ngày quyết định", "29/06/2024", "FUNDING_DECIDED_IN_FUTURE"),
    ("Hỗ trợ đến ngày", "29/02/2024", "PERIOD_ENDS_BEFORE_IT_BEGINS"),
    ("Số quyết định", "", "FIELD_REQUIRED"),
    ("Số quyết định", "a" * 61, "FIELD_TOO_LONG"),
]


@pytest.mark.parametrize("source", FILES)
def test_what_is_wrong_with_a_cell_is_told_by_row_and_column(counter: Counter, mill: str, source: str) -> None:
    rows = [cells(mill, **{f"c{PLACES[column]}": value}) for column, value, _ in PROBLEMS]
    told = imported(counter, source, FILES[source](*rows))
    wanted = {number: [(column, reason)] for number, (column, _, reason) in enumerate(PROBLEMS, 2)}
    assert told.problems == wanted
    assert not any(
        str(value) in sentence for _, value, _ in PROBLEMS if len(str(value)) > 5 for sentence in told.sentences
    )


def test_a_list_does_not_correct_what_was_recorded(counter: Counter, mill: str) -> None:
    row = cells(mill)
    told = imported(counter, "CSV", csv_file(row, row, [*row[:3], "1.000", *row[4:]]))
    assert told.counts == (1, 0, 2)
    assert [problems[0][1] for problems in told.problems.values()] == ["ROW_REPEATED", "ROW_REPEATED"]
    told = imported(counter, "CSV", csv_file([*row[:3], "1.000", *row[4:]]))
    assert told.problems == {2: [("", "OTHER_FUNDING_TOLD_OTHERWISE")]}


@pytest.mark.parametrize("source", FILES)
def test_a_list_may_tell_for_which_products_the_money_is(counter: Counter, source: str) -> None:
    code = tax_code()
    request = register_enterprise(identifier=identifier(code=code))
    enterprise_id = counter.ask("RegisterEnterprise", request, capacity="programme_officer").enterprise.enterprise_id
    rice, flour = cells(code), cells(code)
    cake = [*rice]
    file = FILES[source](
        [*rice, "PRODUCT:8934588012345; SITE:31120:XUONG-2"],
        [*cake, "PRODUCT:TCCS-02"],
        [*flour, ""],
        [*cells(code), "gạo"],
        titles=[*TITLES, "Sản phẩm, địa điểm"],
    )
    told = imported(counter, source, file)
    assert (told.counts, told.problems) == ((3, 0, 1), {5: [("Sản phẩm, địa điểm", "FIELD_MALFORMED")]})
    asked = registry_messages.GetEnterpriseRequest(enterprise_id=enterprise_id)
    fundings = counter.ask("GetEnterprise", asked, capacity="auditor").enterprise.other_fundings
    assert sorted(list(funding.unit_keys) for funding in fundings) == [
        [],
        ["PRODUCT:8934588012345", "SITE:31120:XUONG-2"],
        ["PRODUCT:TCCS-02"],
    ]


def test_what_was_revoked_is_not_recorded_again_by_a_list(counter: Counter) -> None:
    code = tax_code()
    request = register_enterprise(identifier=identifier(code=code))
    enterprise_id = counter.ask("RegisterEnterprise", request, capacity="programme_officer").enterprise.enterprise_id
    file = csv_file(cells(code))
    imported(counter, "CSV", file)
    asked = registry_messages.GetEnterpriseRequest(enterprise_id=enterprise_id)
    [funding] = counter.ask("GetEnterprise", asked, capacity="auditor").enterprise.other_fundings
    revocation = messages.RevokeOtherFundingRequest(
        request_id=str(uuid4()),
        basis=Basis(document="12/TB-SCT"),
        enterprise_id=enterprise_id,
        other_funding_id=funding.other_funding_id,
        reason="Quyết định đã bị hủy bỏ",
    )
    counter.ask("RevokeOtherFunding", revocation, capacity="scheme_officer", body="SCT")
    assert imported(counter, "CSV", file).problems == {2: [("", "OTHER_FUNDING_REVOKED_BEFORE")]}


def test_titles_are_found_in_any_order_case_and_under_a_heading(counter: Counter, mill: str) -> None:
    row, noted = cells(mill), "ghi chú riêng"
    titles = [title.upper() for title in reversed(TITLES)]
    heading = ["DANH SÁCH HỖ TRỢ NĂM 2024", *[""] * 8]
    file = csv_file(["", *titles], [noted, *reversed(row)], titles=heading, delimiter=";")
    told = imported(counter, "CSV", file)
    assert told.counts == (1, 0, 0)
    assert told.result_rows()[0][0] == noted


def test_empty_rows_are_passed_over_and_numbers_stay_those_of_the_sheet(counter: Counter, mill: str) -> None:
    told = imported(counter, "XLSX", xlsx_file(cells(mill), [None] * 8, [""] * 8, cells("x")))
    assert told.problems.keys() == {5}


def test_a_formula_is_handed_back_as_text(counter: Counter, mill: str) -> None:
    row = cells(mill, c1='=HYPERLINK("http://xx","yy")')
    [told] = imported(counter, "CSV", csv_file(row)).result_rows()
    assert told[1] == "'" + row[1]
    sheet = imported(counter, "XLSX", xlsx_file(row))
    with zipfile.ZipFile(io.BytesIO(sheet.result)) as package:
        assert b"<f>" not in package.read("xl/worksheets/sheet1.xml")


def bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/worksheets/sheet1.xml", b"\0" * (257 << 20), compresslevel=1)
    return file.getvalue()


BAD_FILES: dict[str, tuple[str, Any, str]] = {
    "no such file": ("XLSX", b"hello", "FILE_UNREADABLE"),
    "a zip of something else": ("XLSX", b"PK\x05\x06" + b"\0" * 18, "FILE_UNREADABLE"),
    "cut off": ("XLSX", xlsx_file(cells("x"))[:-200], "FILE_UNREADABLE"),
    "a bomb": ("XLSX", bomb, "FILE_UNPACKS_TOO_LARGE"),
    "another encoding": ("CSV", csv_file(cells("x")).decode("utf-8-sig").encode("utf-16"), "ENCODING_UNKNOWN"),
    "bytes of a Vietnamese code page": ("CSV", "Mã số thuế".encode()[:-1] + b"\xfe,\xd0", "ENCODING_UNKNOWN"),
    "an endless cell": ("CSV", csv_file(["x" * 200_000]), "FILE_UNREADABLE"),
    "no titles": ("CSV", b"1,2,3\n4,5,6\n", "HEADER_MISSING"),
    "nothing but a mark": ("CSV", codecs.BOM_UTF8, "HEADER_MISSING"),
    "a column missing": ("CSV", csv_file(titles=TITLES[:-1]), "COLUMN_MISSING"),
    "a column twice": ("CSV", csv_file(titles=(*TITLES, TITLES[3])), "COLUMN_REPEATED"),
}


def test_a_list_is_not_endless(counter: Counter, mill: str, log: EventLog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(funding_lists, "MOST_ROWS", 2)
    before = log.head()
    code, told, _ = refused(counter, "CSV", csv_file(*(cells(mill) for _ in range(3))), dry_run=True)
    assert (code, told) == (grpc.StatusCode.INVALID_ARGUMENT, "LIST_TOO_LONG")
    assert log.head() == before


@pytest.mark.parametrize("bad", BAD_FILES)
def test_a_file_that_is_none_is_refused_whole(counter: Counter, log: EventLog, bad: str) -> None:
    source, content, reason = BAD_FILES[bad]
    before = log.head()
    code, told, sentence = refused(counter, source, content() if callable(content) else content)
    assert (code, told) == (grpc.StatusCode.INVALID_ARGUMENT, reason)
    assert sentence
    assert log.head() == before


@pytest.mark.parametrize(
    ("source", "first", "reason"),
    [
        ("CSV", {"request_id": ""}, "FORM_INCORRECT"),
        ("CSV", {"basis": Basis()}, "FORM_INCORRECT"),
        ("CSV", {"scheme": ""}, "FORM_INCORRECT"),
        ("CSV", {"source": 0}, "FORM_INCORRECT"),
        ("CSV", {"source": 9}, "FORM_INCORRECT"),
        ("CSV", {"content_size": 0}, "FORM_INCORRECT"),
        ("CSV", {"content_size": (32 << 20) + 1}, "FORM_INCORRECT"),
        ("ROWS", {"content_size": 100_001}, "FORM_INCORRECT"),
        ("CSV", {"content_size": 7}, "CONTENT_INCOMPLETE"),
        ("ROWS", {"content_size": 2}, "CONTENT_INCOMPLETE"),
        ("CSV", {"chunk": b"x"}, "CONTENT_UNEXPECTED"),
        ("CSV", {"source": messages.IMPORT_SOURCE_ROWS}, "CONTENT_UNEXPECTED"),
        ("ROWS", {"source": messages.IMPORT_SOURCE_CSV}, "CONTENT_UNEXPECTED"),
    ],
)
def test_a_first_message_that_does_not_fit_is_refused(
    counter: Counter, mill: str, source: str, first: dict[str, Any], reason: str
) -> None:
    content: Any = [sent_row(mill)] if source == "ROWS" else csv_file(cells(mill))
    assert refused(counter, source, content, **first)[:2] == (grpc.StatusCode.INVALID_ARGUMENT, reason)


def test_only_a_scheme_officer_imports(counter: Counter, mill: str) -> None:
    asked = import_messages("CSV", csv_file(cells(mill)))
    with pytest.raises(grpc.RpcError) as error:
        list(counter.ask("ImportOtherFundings", asked, capacity="programme_officer"))
    assert error.value.code() is grpc.StatusCode.PERMISSION_DENIED


def test_a_day_that_is_wanted_is_told_where_a_message_lacks_it(counter: Counter, mill: str) -> None:
    rows = [sent_row(mill, decided_on=None), sent_row(mill, period_to=day(2024, 2, 29))]
    assert imported(counter, "ROWS", rows).problems == {
        1: [("decided_on", "FIELD_REQUIRED")],
        2: [("period_to", "PERIOD_ENDS_BEFORE_IT_BEGINS")],
    }
