"""Lines of business under the classification of their day."""

from __future__ import annotations

from datetime import date

import pytest

from services.registry.domain.business_line import (
    BusinessLine,
    BusinessLineBeforeRegistration,
    BusinessLineCodeMalformed,
    BusinessLineInFuture,
    BusinessLineRepeated,
    SchemeNotInForce,
    VsicScheme,
    check_business_lines,
    lines_on,
)
from services.shared.refusals import Invalid

OLD, NEW = VsicScheme.VSIC2018, VsicScheme.VSIC2025
REGISTERED_ON, TODAY = date(2018, 8, 20), date(2026, 1, 5)


@pytest.mark.parametrize(
    ("scheme", "first", "last"),
    [(OLD, date(2018, 8, 20), date(2025, 11, 14)), (NEW, date(2025, 11, 15), date(2026, 1, 5))],
)
def test_a_scheme_is_right_on_its_first_and_last_day(scheme: VsicScheme, first: date, last: date) -> None:
    lines = (BusinessLine(scheme, "1020", first), BusinessLine(scheme, "1030", last))
    check_business_lines(lines, registered_on=REGISTERED_ON, effective_on=TODAY)


@pytest.mark.parametrize(
    ("line", "refusal", "field"),
    [
        (BusinessLine(OLD, "102", date(2019, 1, 1)), BusinessLineCodeMalformed, "code"),
        (BusinessLine(OLD, "10200", date(2019, 1, 1)), BusinessLineCodeMalformed, "code"),
        (BusinessLine(OLD, "C102", date(2019, 1, 1)), BusinessLineCodeMalformed, "code"),
        (BusinessLine(OLD, "0012", date(2019, 1, 1)), BusinessLineCodeMalformed, "code"),
        (BusinessLine(OLD, "١٠٢٠", date(2019, 1, 1)), BusinessLineCodeMalformed, "code"),
        (BusinessLine(OLD, "1020", date(2025, 11, 15)), SchemeNotInForce, "scheme"),
        (BusinessLine(NEW, "1020", date(2025, 11, 14)), SchemeNotInForce, "scheme"),
        (BusinessLine(OLD, "1020", date(2018, 8, 19)), SchemeNotInForce, "scheme"),
        (BusinessLine(NEW, "1020", date(2026, 1, 6)), BusinessLineInFuture, "valid_from"),
    ],
)
def test_a_line_that_cannot_be_registered_is_refused(line: BusinessLine, refusal: type[Invalid], field: str) -> None:
    with pytest.raises(refusal) as refused:
        check_business_lines((line,), registered_on=REGISTERED_ON, effective_on=TODAY)
    assert refused.value.field == f"business_lines[0].{field}"


def test_no_line_is_older_than_the_enterprise() -> None:
    line = BusinessLine(OLD, "1020", date(2019, 1, 1))
    with pytest.raises(BusinessLineBeforeRegistration):
        check_business_lines((line,), registered_on=date(2019, 1, 2), effective_on=TODAY)


def test_a_line_is_registered_once_under_a_scheme() -> None:
    old, new = BusinessLine(OLD, "1020", date(2019, 1, 1)), BusinessLine(NEW, "1020", date(2025, 12, 1))
    check_business_lines((old, new), registered_on=REGISTERED_ON, effective_on=TODAY)
    with pytest.raises(BusinessLineRepeated):
        check_business_lines((old, new, old), registered_on=REGISTERED_ON, effective_on=TODAY)


def test_lines_under_the_old_scheme_count_until_the_new_one_is_registered() -> None:
    old, new = BusinessLine(OLD, "1020", date(2019, 1, 1)), BusinessLine(NEW, "1021", date(2026, 1, 1))
    assert lines_on((old, new), date(2018, 12, 31)) == ()
    assert lines_on((old, new), date(2025, 12, 31)) == (old,)
    assert lines_on((old, new), date(2026, 1, 1)) == (new,)
