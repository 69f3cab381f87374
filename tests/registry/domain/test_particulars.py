"""What changes with time: size by year, lines of business, premises, legal form; what was before stays known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as some

from programme.plan import read
from services.registry.domain.business_line import (
    BusinessLine,
    BusinessLineEndsBeforeItBegins,
    BusinessLineInFuture,
    BusinessLineRepeated,
    BusinessLinesUnchanged,
    BusinessLineUnknown,
    EndedLine,
    SchemeNotInForce,
    VsicScheme,
)
from services.registry.domain.enterprise import Enterprise, EnterpriseEnded
from services.registry.domain.premises import MovedBeforeLastMove
from services.registry.domain.registration import (
    IdentifierKindOutsideLegalForm,
    LegalForm,
    LegalFormNeedsSuccessor,
    LegalFormUnchanged,
    Particulars,
    TargetGroup,
)
from services.registry.domain.size import (
    EnterpriseSize,
    SizeAlreadyRecorded,
    SizeLimit,
    SizeLimitsIncomplete,
    SizeLimitsNotAscending,
    SizeRule,
    SizeRuleAlreadyAdopted,
    SizeRuleMissing,
    SizeRules,
    SizeSector,
    SizeYearBeforeRegistration,
    SizeYearNotOver,
    YearFigures,
)
from services.shared.record import DocumentMissing
from services.shared.refusals import Refusal
from tests.given import act, assert_snapshot_keeps, sentences
from tests.registry.domain.test_enterprise import SEALED, never, register
from tests.registry.examples import LINE, TAX_CODE, company, cooperative_group, household

PRODUCTION, TRADE = SizeSector.PRODUCTION, SizeSector.TRADE_AND_SERVICES
MICRO, SMALL, MEDIUM, LARGE = EnterpriseSize
BILLION = 1_000_000_000
LIMITS = tuple(
    SizeLimit(**(row | {"sector": SizeSector(row["sector"]), "size": EnterpriseSize(row["size"])}))
    for row in read("size_rule_sample.yaml")["limits"]
)
RULE = SizeRule(date(2021, 10, 15), "80/2021/NĐ-CP", LIMITS, sample=True)
YEAR = YearFigures(2023, PRODUCTION, 40, 30 * BILLION, None)
ORDER = {"document": "7/GCN-ĐKKD"}
LAST_OF_FISH = EndedLine(VsicScheme.VSIC2018, "1020", date(2024, 4, 30))
NEW_LINE = BusinessLine(VsicScheme.VSIC2018, "4632", date(2024, 5, 1))
MOVED = Particulars("Công ty TNHH Cá Khô Mặt Trời", TAX_CODE, "9 Đường Gió Bắc")


def figures(**changes: Any) -> YearFigures:
    return replace(YEAR, **changes)


class TestSizeRules:
    @pytest.mark.parametrize(
        ("year", "size"),
        [
            (figures(employees=10, revenue_vnd=3 * BILLION), MICRO),
            (figures(employees=11, revenue_vnd=3 * BILLION), SMALL),
            (figures(employees=10, revenue_vnd=3 * BILLION + 1), SMALL),
            (figures(employees=10, revenue_vnd=9 * BILLION, capital_vnd=3 * BILLION), MICRO),
            (figures(employees=10, revenue_vnd=9 * BILLION, capital_vnd=3 * BILLION + 1), SMALL),
            (figures(sector=TRADE, employees=10, revenue_vnd=10 * BILLION), MICRO),
            (figures(sector=TRADE, employees=51, revenue_vnd=10 * BILLION), MEDIUM),
            (figures(employees=100, revenue_vnd=50 * BILLION), SMALL),
            (figures(employees=200, revenue_vnd=200 * BILLION), MEDIUM),
            (figures(employees=201, revenue_vnd=1), LARGE),
            (figures(employees=0, revenue_vnd=200 * BILLION + 1), LARGE),
        ],
    )
    def test_the_smallest_class_whose_limit_holds_is_told(self, year: YearFigures, size: EnterpriseSize) -> None:
        assert RULE.size_of(year) is size

    @drawn(
        sector=some.sampled_from(SizeSector),
        employees=some.integers(0, 300),
        revenue=some.integers(0, 400),
        more=some.integers(0, 50),
    )
    def test_who_grows_is_never_told_a_smaller_class(
        self, sector: SizeSector, employees: int, revenue: int, more: int
    ) -> None:
        before = figures(sector=sector, employees=employees, revenue_vnd=revenue * BILLION)
        after = replace(before, employees=employees + more, revenue_vnd=(revenue + more) * BILLION)
        assert list(EnterpriseSize).index(RULE.size_of(after)) >= list(EnterpriseSize).index(RULE.size_of(before))

    def test_the_rule_in_force_when_a_year_ended_tells_it(self) -> None:
        rules = SizeRules.open(act())
        rules.adopt(act(document="80/2021/NĐ-CP"), valid_from=date(2021, 10, 15), limits=LIMITS, sample=True)
        rules.adopt(act(document="1/NĐ-CP"), valid_from=date(2023, 12, 31), limits=LIMITS, sample=False)
        assert [rules.rule_for(year).legal_basis for year in (2021, 2022, 2023)] == [
            "80/2021/NĐ-CP",
            "80/2021/NĐ-CP",
            "1/NĐ-CP",
        ]
        with pytest.raises(SizeRuleMissing):
            rules.rule_for(2020)
        assert sentences(rules)[1] == (
            "Ban hành quy tắc xác định quy mô (giá trị mẫu) theo 80/2021/NĐ-CP, áp dụng từ ngày 15/10/2021."
        )

    @pytest.mark.parametrize(
        ("limits", "refusal"),
        [
            (LIMITS[1:], SizeLimitsIncomplete),
            ((*LIMITS, LIMITS[0]), SizeLimitsIncomplete),
            ((*LIMITS[1:], replace(LIMITS[0], size=LARGE)), SizeLimitsIncomplete),
            ((replace(LIMITS[0], most_employees=100), *LIMITS[1:]), SizeLimitsNotAscending),
            ((replace(LIMITS[0], most_revenue_vnd=50 * BILLION), *LIMITS[1:]), SizeLimitsNotAscending),
            ((replace(LIMITS[0], most_capital_vnd=20 * BILLION), *LIMITS[1:]), SizeLimitsNotAscending),
        ],
    )
    def test_limits_with_gaps_are_refused(self, limits: tuple[SizeLimit, ...], refusal: type[Refusal]) -> None:
        with pytest.raises(refusal):
            SizeRules.open(act()).adopt(act(**ORDER), valid_from=date(2024, 1, 1), limits=limits, sample=False)

    def test_a_second_rule_from_one_day_on_is_refused(self) -> None:
        rules = SizeRules.open(act())
        rules.adopt(act(**ORDER), valid_from=date(2024, 1, 1), limits=LIMITS, sample=False)
        with pytest.raises(SizeRuleAlreadyAdopted):
            rules.adopt(act(**ORDER), valid_from=date(2024, 1, 1), limits=LIMITS, sample=False)


class TestSizes:
    def test_the_last_document_on_a_year_counts(self) -> None:
        enterprise = register(company())
        enterprise.record_size(act(document="1/BCTC"), RULE, YEAR)
        enterprise.record_size(act(document="2/BCTC"), RULE, figures(employees=150))
        size = enterprise.size_in(2023)
        assert size is not None
        assert (size.size, size.document, size.rule_legal_basis) == (MEDIUM, "2/BCTC", "80/2021/NĐ-CP")
        assert [size.size for size in enterprise.sizes] == [SMALL, MEDIUM]
        assert enterprise.size_in(2022) is None
        assert sentences(enterprise)[1] == "Ghi nhận cơ sở có quy mô nhỏ trong năm 2023 theo 1/BCTC."

    @pytest.mark.parametrize(
        ("year", "changes", "refusal"),
        [
            (figures(year=2024), {}, SizeYearNotOver),
            (figures(year=2018), {}, SizeYearBeforeRegistration),
            (YEAR, {"document": None}, DocumentMissing),
            (YEAR, {}, SizeAlreadyRecorded),
        ],
    )
    def test_what_cannot_be_known_of_a_year_is_refused(
        self, year: YearFigures, changes: dict[str, Any], refusal: type[Refusal]
    ) -> None:
        enterprise = register(company())
        enterprise.record_size(act(**ORDER), RULE, YEAR)
        with pytest.raises(refusal):
            enterprise.record_size(act(**(ORDER | changes)), RULE, year)


class TestBusinessLines:
    def test_lines_begin_and_end_and_none_is_rewritten(self) -> None:
        enterprise = register(company())
        enterprise.change_business_lines(act(**ORDER), (NEW_LINE,), (LAST_OF_FISH,))
        assert enterprise.business_lines == (replace(LINE, valid_until=date(2024, 4, 30)), NEW_LINE)
        assert [line.code for line in enterprise.lines_on(date(2024, 4, 30))] == ["1020"]
        assert [line.code for line in enterprise.lines_on(date(2024, 5, 1))] == ["4632"]
        assert sentences(enterprise)[-1] == (
            "Thay đổi ngành nghề kinh doanh của cơ sở: bổ sung 4632 (VSIC2018); chấm dứt 1020 (VSIC2018)."
        )

    def test_a_line_that_ended_may_begin_again(self) -> None:
        enterprise = register(company())
        again = replace(LINE, valid_from=date(2024, 6, 1))
        enterprise.change_business_lines(act(**ORDER), (again,), (LAST_OF_FISH,))
        assert [bool(enterprise.lines_on(date(2024, month, 15))) for month in (4, 5, 6)] == [True, False, True]

    def test_lines_of_the_old_scheme_count_until_there_are_some_of_the_new(self) -> None:
        enterprise = register(company())
        new = BusinessLine(VsicScheme.VSIC2025, "1020", date(2025, 12, 1))
        enterprise.change_business_lines(act(**ORDER, effective_on=date(2025, 12, 1)), (new,), ())
        assert enterprise.lines_on(date(2025, 11, 30)) == (LINE,)
        assert enterprise.lines_on(date(2025, 12, 1)) == (new,)

    @pytest.mark.parametrize(
        ("added", "ended", "changes", "refusal"),
        [
            ((), (), {}, BusinessLinesUnchanged),
            ((LINE,), (), {}, BusinessLineRepeated),
            ((NEW_LINE, NEW_LINE), (), {}, BusinessLineRepeated),
            ((replace(NEW_LINE, valid_from=date(2024, 6, 29)),), (), {}, BusinessLineInFuture),
            ((replace(NEW_LINE, valid_until=date(2024, 4, 1)),), (), {}, BusinessLineEndsBeforeItBegins),
            ((replace(NEW_LINE, valid_until=date(2024, 7, 1)),), (), {}, BusinessLineInFuture),
            ((replace(NEW_LINE, scheme=VsicScheme.VSIC2025),), (), {}, SchemeNotInForce),
            ((), (EndedLine(VsicScheme.VSIC2018, "4632", date(2024, 5, 1)),), {}, BusinessLineUnknown),
            ((), (EndedLine(VsicScheme.VSIC2025, "1020", date(2024, 5, 1)),), {}, BusinessLineUnknown),
            ((), (EndedLine(VsicScheme.VSIC2018, "1020", date(2024, 5, 1)),) * 2, {}, BusinessLineUnknown),
            ((), (EndedLine(VsicScheme.VSIC2018, "1020", date(2019, 3, 3)),), {}, BusinessLineEndsBeforeItBegins),
            ((), (EndedLine(VsicScheme.VSIC2018, "1020", date(2024, 6, 29)),), {}, BusinessLineInFuture),
            ((NEW_LINE,), (), {"document": None}, DocumentMissing),
        ],
    )
    def test_lines_that_cannot_be_are_refused(
        self,
        added: tuple[BusinessLine, ...],
        ended: tuple[EndedLine, ...],
        changes: dict[str, Any],
        refusal: type[Refusal],
    ) -> None:
        enterprise = register(company())
        with pytest.raises(refusal):
            enterprise.change_business_lines(act(**(ORDER | changes)), added, ended)


class TestMoves:
    def test_where_it_was_stays_known(self) -> None:
        enterprise = register(company())
        enterprise.move(act(**ORDER), "31168", MOVED, never)
        assert (enterprise.unit_code, enterprise.particulars) == ("31168", MOVED)
        days = (date(2018, 1, 1), date(2024, 6, 27), date(2024, 6, 28))
        assert [enterprise.premises_on(day).unit_code for day in days] == ["31117", "31117", "31168"]
        assert sentences(enterprise)[-1] == "Cơ sở chuyển địa điểm đến đơn vị hành chính 31168 từ ngày 28/06/2024."

    def test_a_household_s_new_street_is_sealed(self) -> None:
        enterprise = Enterprise.register(act(), register(company()).id, household(), lambda _: SEALED)
        enterprise.move(act(**ORDER), "31168", MOVED, lambda _: SEALED)
        assert (enterprise.particulars, enterprise.sealed_particulars) == (None, SEALED)

    def test_moves_are_recorded_in_their_order(self) -> None:
        enterprise = register(company())
        enterprise.move(act(**ORDER), "31168", MOVED, never)
        with pytest.raises(MovedBeforeLastMove):
            enterprise.move(act(**ORDER), "31117", MOVED, never)


class TestLegalForms:
    def test_the_group_follows_the_form(self) -> None:
        enterprise = register(cooperative_group())
        enterprise.change_legal_form(act(**ORDER), LegalForm.PUBLIC_SERVICE_UNIT)
        assert (enterprise.legal_form, enterprise.target_group) == (
            LegalForm.PUBLIC_SERVICE_UNIT,
            TargetGroup.SEED_CENTRE,
        )
        assert sentences(enterprise)[-1] == "Cơ sở chuyển đổi loại hình thành đơn vị sự nghiệp công lập."

    @pytest.mark.parametrize(
        ("form", "refusal"),
        [
            (LegalForm.COOPERATIVE_GROUP, LegalFormUnchanged),
            (LegalForm.HOUSEHOLD_BUSINESS, LegalFormNeedsSuccessor),
            (LegalForm.LIMITED_COMPANY, IdentifierKindOutsideLegalForm),
        ],
    )
    def test_a_form_it_cannot_take_is_refused(self, form: LegalForm, refusal: type[Refusal]) -> None:
        with pytest.raises(refusal):
            register(cooperative_group()).change_legal_form(act(**ORDER), form)

    def test_a_household_business_becomes_another_enterprise(self) -> None:
        enterprise = Enterprise.register(act(), register(company()).id, household(), lambda _: SEALED)
        with pytest.raises(LegalFormNeedsSuccessor):
            enterprise.change_legal_form(act(**ORDER), LegalForm.LIMITED_COMPANY)


CHANGES: dict[str, Callable[[Enterprise], None]] = {
    "size": lambda it: it.record_size(act(**ORDER, effective_on=date(2026, 1, 1)), RULE, figures(year=2025)),
    "lines": lambda it: it.change_business_lines(act(**ORDER), (NEW_LINE,), ()),
    "place": lambda it: it.move(act(**ORDER), "31168", MOVED, never),
    "form": lambda it: it.change_legal_form(act(**ORDER), LegalForm.JOINT_STOCK_COMPANY),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_nothing_changes_of_what_is_no_more(change: Callable[[Enterprise], None]) -> None:
    enterprise = register(company())
    enterprise.dissolve(act(document="9/QĐ-SKH", effective_on=date(2024, 5, 2)))
    with pytest.raises(EnterpriseEnded):
        change(enterprise)


def test_a_snapshot_keeps_all_that_changed() -> None:
    enterprise = register(company())
    for change in CHANGES.values():
        change(enterprise)
    assert_snapshot_keeps(enterprise)
