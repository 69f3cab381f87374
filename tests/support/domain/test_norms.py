"""Norms are proposed by one person, adopted by another, and compute amounts without losing a dong."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given as whatever
from hypothesis import strategies as st

from services.support.domain.authority import ActedBefore, DocumentMissing
from services.support.domain.catalogue import Catalogue, ContentUnknown
from services.support.domain.norms import (
    ContentWithoutNorm,
    Norm,
    NormKind,
    NormNamedTwice,
    Norms,
    NormsAlreadyAdopted,
    NormsEndBeforeTheyStart,
    NormsNotAdopted,
    NormsNotInForce,
    NormsOfAnotherCatalogue,
    PaidWithoutCertificate,
    RateOutOfRange,
)
from tests.given import act, given, happened
from tests.support.examples import CATALOGUE, LEADER, NORMS, OFFICER

CATALOGUE_OF_134 = Catalogue.adopt(act(document="134/KH-UBND"), **CATALOGUE)
PROPOSED = happened(Norms.Proposed, catalogue_id=CATALOGUE_OF_134.id, **NORMS, act=act(person_id=OFFICER.id))
ADOPTED = happened(Norms.Adopted, act=act(person_id=LEADER.id, document="9/QĐ-UBND"))


class TestProposed:
    def test_norms_are_proposed(self) -> None:
        given().when(lambda: Norms.propose(act(person_id=OFFICER.id), CATALOGUE_OF_134, **NORMS)).then(PROPOSED)

    @pytest.mark.parametrize(
        ("changes", "refusal", "field"),
        [
            ({"valid_until": date(2023, 12, 31)}, NormsEndBeforeTheyStart, "valid_until"),
            ({"norms": NORMS["norms"][:1] * 2}, NormNamedTwice, "norms[1].content_code"),
            ({"norms": (Norm("TOOL-ABC", NormKind.FLAT, 0, 1, False),)}, ContentUnknown, "norms[0].content_code"),
            ({"norms": (Norm("TOOL-5S", NormKind.FLAT, 50, 1, False),)}, RateOutOfRange, "norms[0].rate_percent"),
            ({"norms": (Norm("TOOL-5S", NormKind.PERCENTAGE, 0, 1, False),)}, RateOutOfRange, "norms[0].rate_percent"),
            (
                {"norms": (Norm("TOOL-5S", NormKind.PER_PRODUCT, 0, 1, False),)},
                RateOutOfRange,
                "norms[0].rate_percent",
            ),
            (
                {"norms": (Norm("TOOL-5S", NormKind.FLAT, 0, 1, False),)},
                PaidWithoutCertificate,
                "norms[0].pays_after_certificate",
            ),
            (
                {"norms": (Norm("PRD-HOPQUY", NormKind.PER_PRODUCT, 50, 1, False),)},
                PaidWithoutCertificate,
                "norms[0].pays_after_certificate",
            ),
        ],
    )
    def test_norms_that_cannot_be_right(self, changes: dict[str, Any], refusal: type, field: str) -> None:
        given().when(lambda: Norms.propose(act(), CATALOGUE_OF_134, **{**NORMS, **changes})).refused(
            refusal, field=field
        )

    def test_another_person_adopts(self) -> None:
        given(PROPOSED).when(lambda norms: norms.adopt(act(person_id=LEADER.id, document="9/QĐ-UBND"))).then(ADOPTED)

    def test_who_proposed_does_not_adopt(self) -> None:
        given(PROPOSED).when(lambda norms: norms.adopt(act(person_id=OFFICER.id, document="9/QĐ-UBND"))).refused(
            ActedBefore
        )

    def test_adoption_needs_a_document(self) -> None:
        given(PROPOSED).when(lambda norms: norms.adopt(act(person_id=LEADER.id))).refused(DocumentMissing)

    def test_nobody_is_granted_anything_by_a_draft(self) -> None:
        given(PROPOSED).when(lambda norms: norms.must_be_in_force(date(2024, 6, 28))).refused(NormsNotAdopted)


class TestAdopted:
    def test_norms_are_adopted_once(self) -> None:
        given(PROPOSED, ADOPTED).when(lambda norms: norms.adopt(act(document="10/QĐ-UBND"))).refused(
            NormsAlreadyAdopted
        )

    @pytest.mark.parametrize("day", [date(2023, 12, 31), date(2025, 1, 1)])
    def test_a_decision_outside_their_validity_is_refused(self, day: date) -> None:
        given(PROPOSED, ADOPTED).when(lambda norms: norms.must_be_in_force(day)).refused(NormsNotInForce)

    def test_they_are_their_own_catalogues(self) -> None:
        given(PROPOSED, ADOPTED).when(lambda norms: norms.must_be_of(uuid4())).refused(NormsOfAnotherCatalogue)

    @pytest.mark.parametrize(
        ("content_code", "cost_vnd", "products", "amount_vnd"),
        [
            ("TOOL-5S", 80_000_000, 1, 40_000_000),
            ("TOOL-5S", 100_000_001, 1, 50_000_000),
            ("TOOL-5S", 33_333_333, 1, 16_666_666),
            ("SYS-ISO9001", 200_000_000, 1, 65_000_000),
            ("PRD-HOPQUY", 40_000_000, 3, 15_000_000),
            ("PRD-HOPQUY", 8_000_000, 3, 4_000_000),
            ("CRT-FOOD", 45_000_000, 1, 30_000_000),
            ("CRT-FOOD", 12_000_000, 1, 12_000_000),
        ],
    )
    def test_the_amount_is_the_norms(self, content_code: str, cost_vnd: int, products: int, amount_vnd: int) -> None:
        amount = given(PROPOSED, ADOPTED).record().amount(content_code, cost_vnd, products)
        assert amount.amount_vnd == amount_vnd
        assert amount.explanation.startswith(f"{content_code}: ")

    def test_the_explanation_says_how_the_amount_came_about(self) -> None:
        amount = given(PROPOSED, ADOPTED).record().amount("TOOL-5S", 80_000_000, 1)
        assert amount.explanation == (
            "TOOL-5S: 50% của 80.000.000 đồng, không quá 50.000.000 đồng; được 40.000.000 đồng."
        )

    def test_no_amount_without_a_norm(self) -> None:
        given(PROPOSED, ADOPTED).when(lambda norms: norms.amount("STD-TCCS", 1, 1)).refused(ContentWithoutNorm)

    @whatever(st.sampled_from(sorted(norm.content_code for norm in NORMS["norms"])), st.integers(1, 10**15))
    def test_nobody_gets_more_than_it_costs_or_than_the_cap(self, content_code: str, cost_vnd: int) -> None:
        norms = given(PROPOSED, ADOPTED).record()
        amount = norms.amount(content_code, cost_vnd, 1)
        assert 0 <= amount.amount_vnd <= min(cost_vnd, norms.norm_of[content_code].cap_vnd)
