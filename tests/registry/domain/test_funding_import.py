"""Rules of imports: one person's one list under a request id, finished once."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from services.registry.domain.funding_import import (
    FundingImport,
    ImportCounts,
    ImportFinishedBefore,
    ImportOfAnotherContent,
    ImportSource,
)
from services.registry.domain.identifier import IdentifierKind, TaxCodeIncorrect, numbered
from tests.given import act, given, happened

LIST: dict[str, Any] = {"scheme": "Khuyến công", "source": ImportSource.CSV, "content_digest": "5e" * 32}
BEGUN = happened(FundingImport.Begun, **LIST)
COUNTS = ImportCounts(recorded=3, known=1, refused=2)
FINISHED = happened(FundingImport.Finished, counts=COUNTS)


def test_it_begins_under_the_id_of_its_request() -> None:
    begun = given().when(lambda: FundingImport.begin(act(), **LIST)).then(BEGUN)
    assert begun.id == FundingImport.id_for(act().request_id)


def test_it_ends_with_what_became_of_the_rows() -> None:
    given(BEGUN).when(lambda begun: begun.finish(act(), COUNTS)).then(FINISHED)
    assert COUNTS.rows == 6


def test_it_ends_once() -> None:
    given(BEGUN, FINISHED).when(lambda finished: finished.finish(act(), COUNTS)).refused(ImportFinishedBefore)


def test_the_same_person_goes_on_with_the_same_list() -> None:
    given(BEGUN).when(lambda begun: begun.check_same(act(), **LIST)).then()


@pytest.mark.parametrize(
    "other",
    [
        {"act": act(person_id=uuid4())},
        {"act": act(body="SCT")},
        {"act": act(capacity="auditor")},
        {"scheme": "OCOP"},
        {"source": ImportSource.XLSX},
        {"content_digest": "6f" * 32},
    ],
)
def test_nobody_goes_on_with_another_list(other: dict[str, Any]) -> None:
    given(BEGUN).when(lambda begun: begun.check_same(**{"act": act(), **LIST, **other})).refused(
        ImportOfAnotherContent, field="request_id"
    )


@pytest.mark.parametrize(
    ("written", "kind", "code"),
    [
        ("1809990017", IdentifierKind.TAX_CODE, "1809990017"),
        ("1809990017-001", IdentifierKind.TAX_CODE, "1809990017001"),
        ("0100109106", IdentifierKind.TAX_CODE, "0100109106"),
        ("100109106", IdentifierKind.TAX_CODE, "0100109106"),
        ("100109106001", IdentifierKind.TAX_CODE, "0100109106001"),
        ("092085990017", IdentifierKind.PERSONAL_ID, "092085990017"),
        ("92085990017", IdentifierKind.PERSONAL_ID, "092085990017"),
    ],
)
def test_a_number_that_lost_its_zero_gets_it_back(written: str, kind: IdentifierKind, code: str) -> None:
    assert numbered(written, "tax_code") == (kind, code)


@pytest.mark.parametrize("written", ["1809990018", "18099900", "1,80999E+09", "192085990017", "không có"])
def test_a_number_nobody_issued_is_refused(written: str) -> None:
    with pytest.raises(TaxCodeIncorrect):
        numbered(written, "tax_code")


def test_an_import_of_another_request_is_another() -> None:
    assert FundingImport.id_for(UUID(int=1)) != FundingImport.id_for(UUID(int=2))
