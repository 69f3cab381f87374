"""A register gives out one number after another, dated in order; what is voided stays, what is in use is not voided."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given as whatever
from hypothesis import strategies as st

from services.shared.refusals import Refusal
from services.support.domain.document_register import (
    DocumentDatedBeforeLast,
    DocumentInUse,
    DocumentNotInRegister,
    DocumentNumber,
    DocumentOfAnotherYear,
    DocumentRegister,
    DocumentVoided,
    DraftingUnitMissing,
    RegisterOfAnotherBody,
    registers_of,
)
from tests.given import act, given, happened
from tests.support.examples import DAY, LEADER

UBND = act(person_id=LEADER.id, body="UBND")
OPENING = {"issuer": "UBND", "document_type": "QĐ", "year": 2024, "legal_norm": False, "first_number": 900}
OPENED = happened(DocumentRegister.Opened, **OPENING, act=UBND)
SUBJECT = {"subject": "Phê duyệt nhiệm vụ", "person_id": LEADER.id}
WANTED = {"body": "UBND", "drafting_unit": None, **SUBJECT}


def issued(number: int, dated: date = DAY) -> Any:
    return happened(DocumentRegister.Issued, number=number, document=f"{number}/QĐ-UBND", dated=dated, **SUBJECT)


def cited(number: int) -> Any:
    return happened(DocumentRegister.Cited, number=number, document=f"{number}/QĐ-UBND")


def voided(number: int) -> Any:
    return happened(DocumentRegister.Voided, number=number, document=f"{number}/QĐ-UBND", reason="Viết sai")


def test_a_body_opens_its_own_register() -> None:
    given().when(lambda: DocumentRegister.open(UBND, **OPENING)).then(OPENED)
    given().when(lambda: DocumentRegister.open(act(), **OPENING)).refused(RegisterOfAnotherBody)


@pytest.mark.parametrize(
    ("history", "number"),
    [((OPENED,), 900), ((OPENED, issued(900)), 901), ((OPENED, issued(900), voided(900)), 901)],
)
def test_the_next_number_is_one_more_also_after_a_voided_one(history: Any, number: int) -> None:
    given(*history).when(lambda register: register.issue(UBND, **WANTED)).then(issued(number))


@pytest.mark.parametrize(
    ("changes", "written"),
    [
        ({}, "900/QĐ-UBND"),
        ({"legal_norm": True, "document_type": "NQ", "issuer": "HĐND"}, "900/2024/NQ-HĐND"),
        ({"document_type": ""}, "900/UBND-KT"),
    ],
)
def test_it_is_written_as_its_kind_is(changes: dict[str, Any], written: str) -> None:
    opening = {**OPENING, **changes}
    register = given(happened(DocumentRegister.Opened, **opening)).record()
    assert register.issue(UBND, **{**WANTED, "body": opening["issuer"], "drafting_unit": "KT"}) == written


@pytest.mark.parametrize(
    ("history", "changes", "on", "refusal"),
    [
        ((OPENED,), {"body": "SKHCN"}, DAY, RegisterOfAnotherBody),
        ((OPENED,), {}, date(2025, 1, 2), DocumentOfAnotherYear),
        ((OPENED, issued(900, date(2024, 6, 29))), {}, DAY, DocumentDatedBeforeLast),
        ((happened(DocumentRegister.Opened, **{**OPENING, "document_type": ""}),), {}, DAY, DraftingUnitMissing),
    ],
)
def test_no_number_without_its_body_its_year_and_its_day(
    history: Any, changes: dict[str, Any], on: date, refusal: type[Refusal]
) -> None:
    at = act(body="UBND", effective_on=on)
    given(*history).when(lambda register: register.issue(at, **{**WANTED, **changes})).refused(refusal)


class TestWhatRestsOnIt:
    @staticmethod
    def cite(text: str, on: date = DAY) -> Any:
        document = DocumentNumber.found_in(text)
        assert document is not None
        return lambda register: register.cite(act(document=text, effective_on=on), document)

    def test_the_first_act_is_noted_and_no_other(self) -> None:
        given(OPENED, issued(900)).when(self.cite("900/QĐ-UBND")).then(cited(900))
        given(OPENED, issued(900), cited(900)).when(self.cite("900/QĐ-UBND")).then()

    @pytest.mark.parametrize("text", ["901/QĐ-UBND", "899/QĐ-UBND"])
    def test_numbers_come_from_nowhere_else(self, text: str) -> None:
        given(OPENED, issued(900)).when(self.cite(text, DAY.replace(day=29))).refused(DocumentNotInRegister)

    def test_a_number_from_before_the_opening_serves_what_counts_from_before_it(self) -> None:
        given(OPENED).when(self.cite("899/QĐ-UBND", DAY)).then()

    def test_nothing_rests_on_a_voided_number(self) -> None:
        given(OPENED, issued(900), voided(900)).when(self.cite("900/QĐ-UBND")).refused(DocumentVoided)


@pytest.mark.parametrize(
    ("history", "at", "refusal"),
    [
        ((OPENED,), UBND, DocumentNotInRegister),
        ((OPENED, issued(900)), act(), RegisterOfAnotherBody),
        ((OPENED, issued(900), voided(900)), UBND, DocumentVoided),
        ((OPENED, issued(900), cited(900)), UBND, DocumentInUse),
    ],
)
def test_it_is_not_voided(history: Any, at: Any, refusal: type[Refusal]) -> None:
    given(*history).when(lambda register: register.void(at, number=900, reason="Viết sai")).refused(refusal)


def test_a_spoilt_number_is_voided_with_a_reason() -> None:
    given(OPENED, issued(900)).when(lambda register: register.void(UBND, number=900, reason="Viết sai")).then(
        voided(900)
    )


@pytest.mark.parametrize(
    "text", ["900/QĐ-UBND", "0900/qđ-ubnd", "900 / QĐ - UBND", "Số 900/QĐ-UBND ngày 28/6/2024", "900/2024/QĐ-UBND."]
)
def test_a_number_is_known_however_it_is_written(text: str) -> None:
    document = DocumentNumber.found_in(text)
    assert document is not None
    assert document.number == 900
    assert DocumentRegister.create_id("UBND", "QĐ", 2024) in registers_of(document, DAY)


def test_a_letter_is_looked_for_by_its_issuer() -> None:
    document = DocumentNumber.found_in("334/BKHCN-TĐC")
    assert document is not None
    assert DocumentRegister.create_id("BKHCN", "", 2024) in registers_of(document, DAY)


@pytest.mark.parametrize("text", ["", "Hợp đồng", "28/6/2024", "17-KL/TU"])
def test_other_texts_hold_no_number(text: str) -> None:
    assert DocumentNumber.found_in(text) is None


@whatever(st.lists(st.sampled_from(["issue", "void", "cite"]), max_size=30), st.randoms(use_true_random=False))
def test_numbers_have_no_gap_and_no_twin_whatever_happens(acts: list[str], chance: Any) -> None:
    register = given(OPENED).record()
    for name in acts:
        number = chance.randint(899, register.last_number + 1)
        try:
            if name == "issue":
                register.issue(UBND, **WANTED)
            elif name == "void":
                register.void(UBND, number=number, reason="Viết sai")
            else:
                register.cite(act(document="x", effective_on=date(2024, 7, 1)), DocumentNumber(number, None, "", ""))
        except Refusal:
            continue
    given_out = [event.number for event in register.pending_events if isinstance(event, DocumentRegister.Issued)]
    assert given_out == list(range(900, 900 + len(given_out)))
    assert not register.cited & register.voided
    assert register.cited | register.voided <= set(given_out)
    assert isinstance(register.id, UUID)
