"""Norms are proposed by one person, adopted by another, and compute amounts without losing a dong."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given as whatever
from hypothesis import strategies as st

from services.shared.record import ActedBefore, DocumentMissing
from services.support.domain.catalogue import Catalogue, ContentUnknown
from services.support.domain.grant_tally import GrantTally
from services.support.domain.norm_refusals import (
    CapMisplaced,
    ContentWithoutNorm,
    EnterpriseSizeUnknown,
    LimitNamedTwice,
    LimitWithoutFigure,
    NormNamedTwice,
    NormsAlreadyAdopted,
    NormsEndBeforeTheyStart,
    NormsEndOutsideValidity,
    NormsNotAdopted,
    NormsNotInForce,
    NormsOfAnotherCatalogue,
    PaidWithoutCertificate,
    RateOutOfRange,
    SizeNamedTwice,
    SizeNotSupported,
    SizeTableMisplaced,
    SupersedesItself,
)
from services.support.domain.norm_terms import (
    Amount,
    EnterpriseSize,
    LimitScope,
    Norm,
    NormKind,
    SizeEvidence,
    StepKind,
    YearlyLimit,
)
from services.support.domain.norms import Norms
from tests.given import act, given, happened
from tests.support.examples import (
    CATALOGUE,
    ENTERPRISE_CAP,
    LEADER,
    LOTUS_MILL,
    NORMS,
    OFFICER,
    SIZE_TABLE,
    SMALL_IN_2023,
    SYSTEMS_QUOTA,
)

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
            ({"norms": (Norm("TOOL-5S", NormKind.PERCENTAGE, 50, 0, False),)}, CapMisplaced, "norms[0].cap_vnd"),
            ({"norms": (replace(SIZE_TABLE, cap_vnd=1),)}, CapMisplaced, "norms[0].cap_vnd"),
            ({"norms": (replace(SIZE_TABLE, rate_percent=50),)}, RateOutOfRange, "norms[0].rate_percent"),
            ({"norms": (replace(SIZE_TABLE, tiers=()),)}, SizeTableMisplaced, "norms[0].tiers"),
            (
                {"norms": (Norm("TOOL-5S", NormKind.PERCENTAGE, 50, 1, False, SIZE_TABLE.tiers),)},
                SizeTableMisplaced,
                "norms[0].tiers",
            ),
            ({"norms": (replace(SIZE_TABLE, tiers=SIZE_TABLE.tiers[:1] * 2),)}, SizeNamedTwice, "norms[0].tiers"),
            ({"limits": (SYSTEMS_QUOTA, SYSTEMS_QUOTA)}, LimitNamedTwice, "limits[1].code"),
            ({"limits": (replace(SYSTEMS_QUOTA, most_vnd=None, most_grants=None),)}, LimitWithoutFigure, "limits[0]"),
            (
                {"limits": (replace(SYSTEMS_QUOTA, content_codes=("TOOL-5S", "TOOL-ABC")),)},
                ContentUnknown,
                "limits[0].content_codes[1]",
            ),
            ({"supersedes_version": 1}, SupersedesItself, "supersedes_version"),
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

    @pytest.mark.parametrize("last_day", [date(2024, 1, 1), date(2024, 6, 30), date(2024, 12, 30)])
    def test_they_may_end_early_by_a_document(self, last_day: date) -> None:
        ended = (
            given(PROPOSED, ADOPTED)
            .when(lambda norms: norms.end(act(document="15/QĐ-UBND"), last_day=last_day))
            .then(happened(Norms.Ended, last_day=last_day, superseded_by=None))
        )
        ended.must_be_in_force(last_day)
        with pytest.raises(NormsNotInForce):
            ended.must_be_in_force(date(2024, 12, 31))

    @pytest.mark.parametrize("last_day", [date(2023, 12, 31), date(2024, 12, 31), date(2025, 1, 1)])
    def test_they_end_on_a_day_of_theirs_before_the_last(self, last_day: date) -> None:
        given(PROPOSED, ADOPTED).when(lambda norms: norms.end(act(document="15/QĐ-UBND"), last_day=last_day)).refused(
            NormsEndOutsideValidity, field="last_day"
        )

    def test_an_early_end_needs_a_document(self) -> None:
        given(PROPOSED, ADOPTED).when(lambda norms: norms.end(act(), last_day=date(2024, 6, 30))).refused(
            DocumentMissing
        )

    def test_a_draft_has_nothing_to_end(self) -> None:
        given(PROPOSED).when(lambda norms: norms.end(act(document="15/QĐ-UBND"), last_day=date(2024, 6, 30))).refused(
            NormsNotAdopted
        )


def norms_with(*norms: Norm, limits: tuple[YearlyLimit, ...] = ()) -> Norms:
    """Adopted norms with these lines, or those of the sample."""
    facts = {**NORMS, "norms": norms or NORMS["norms"], "limits": limits}
    record: Norms = given(happened(Norms.Proposed, catalogue_id=CATALOGUE_OF_134.id, **facts), ADOPTED).record()
    return record


def tally(limit: YearlyLimit, *granted_vnd: int) -> GrantTally:
    """The tally of 2024 on which these grants are counted."""
    enterprise_id = LOTUS_MILL if limit.scope is LimitScope.ENTERPRISE else None
    opened = GrantTally.open(
        act(), norms_code="SAMPLE-2024", limit_code=limit.code, year=2024, enterprise_id=enterprise_id
    )
    for amount_vnd in granted_vnd:
        opened.count(act(), participation_id=uuid4(), amount_vnd=amount_vnd)
    return opened


def granted(
    norms: Norms, content_code: str, cost_vnd: int, products: int = 1, size: SizeEvidence | None = None
) -> Amount:
    """The amount in a year in which nothing was granted before."""
    tallies = [tally(limit) for limit in norms.limits_on(content_code, size)]
    return norms.amount(content_code, cost_vnd, products, size=size, tallies=tallies)


class TestAmount:
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
        assert granted(norms_with(), content_code, cost_vnd, products).amount_vnd == amount_vnd

    @pytest.mark.parametrize(
        ("size", "amount_vnd"),
        [
            (EnterpriseSize.MICRO, 50_000_000),
            (EnterpriseSize.SMALL, 90_000_000),
            (EnterpriseSize.MEDIUM, 54_000_000),
        ],
    )
    def test_a_table_by_size_goes_by_the_size(self, size: EnterpriseSize, amount_vnd: int) -> None:
        amount = granted(norms_with(SIZE_TABLE), "SYS-ISO9001", 180_000_000, size=replace(SMALL_IN_2023, size=size))
        assert amount.amount_vnd == amount_vnd

    def test_a_table_by_size_needs_the_size(self) -> None:
        with pytest.raises(EnterpriseSizeUnknown, match="SYS-ISO9001"):
            granted(norms_with(SIZE_TABLE), "SYS-ISO9001", 180_000_000)

    def test_a_size_without_a_row_gets_nothing(self) -> None:
        with pytest.raises(SizeNotSupported, match="lớn"):
            granted(norms_with(SIZE_TABLE), "SYS-ISO9001", 1, size=replace(SMALL_IN_2023, size=EnterpriseSize.LARGE))

    def test_the_explanation_says_how_the_amount_came_about(self) -> None:
        amount = granted(norms_with(limits=(SYSTEMS_QUOTA,)), "TOOL-5S", 80_000_000)
        assert amount.explanation == (
            "TOOL-5S: chi phí 80.000.000 đồng; 50% chi phí là 40.000.000 đồng; "
            "mỗi cơ sở không quá 50.000.000 đồng trong năm 2024, đã hỗ trợ 0 đồng; "
            "toàn chương trình không quá 500.000.000 đồng, 10 suất trong năm 2024, đã hỗ trợ 0 đồng, 0 suất; "
            "được 40.000.000 đồng."
        )

    def test_no_amount_without_a_norm(self) -> None:
        given(PROPOSED, ADOPTED).when(lambda norms: norms.limits_on("STD-TCCS", None)).refused(ContentWithoutNorm)

    def test_the_circles_are_drawn_from_the_enterprise_to_the_programme(self) -> None:
        limits = norms_with(limits=(SYSTEMS_QUOTA, ENTERPRISE_CAP)).limits_on("TOOL-5S", None)
        assert [limit.code for limit in limits] == ["norm:TOOL-5S", "PER-YEAR", "SYSTEMS"]


COSTS = st.integers(1, 10**12)
CONTENTS = st.sampled_from([norm.content_code for norm in NORMS["norms"]])
EARLIER = st.lists(st.integers(1, 20_000_000), max_size=3)


class TestWhateverItCosts:
    @whatever(CONTENTS, COSTS, st.integers(1, 20), EARLIER)
    def test_nobody_gets_more_than_cost_cap_and_what_the_limits_leave(
        self, content_code: str, cost_vnd: int, products: int, earlier: list[int]
    ) -> None:
        norms = norms_with(limits=(SYSTEMS_QUOTA, ENTERPRISE_CAP))
        norm, limits = norms.norm_of[content_code], norms.limits_on(content_code, None)
        amount = norms.amount(content_code, cost_vnd, products, tallies=[tally(limit, *earlier) for limit in limits])
        left = [limit.most_vnd - sum(earlier) for limit in limits if limit.most_vnd is not None]
        assert 0 <= amount.amount_vnd <= min(cost_vnd, norm.cap_vnd * products, *left)

    @whatever(CONTENTS, COSTS, COSTS)
    def test_who_spends_more_never_gets_less(self, content_code: str, one_vnd: int, other_vnd: int) -> None:
        less, more = sorted((one_vnd, other_vnd))
        norms = norms_with()
        assert granted(norms, content_code, less).amount_vnd <= granted(norms, content_code, more).amount_vnd

    @whatever(CONTENTS, COSTS, st.integers(1, 20))
    def test_each_step_leaves_the_least_of_what_there_was_and_its_figure(
        self, content_code: str, cost_vnd: int, products: int
    ) -> None:
        amount = granted(norms_with(limits=(SYSTEMS_QUOTA, ENTERPRISE_CAP)), content_code, cost_vnd, products)
        first, *others = amount.steps
        assert (first.kind, first.figure_vnd, first.amount_vnd) == (StepKind.COST, cost_vnd, cost_vnd)
        for before, step in zip(amount.steps, others, strict=False):
            assert step.amount_vnd == min(before.amount_vnd, step.figure_vnd)
        assert (others[-1].kind, others[-1].amount_vnd) == (StepKind.RESULT, amount.amount_vnd)
