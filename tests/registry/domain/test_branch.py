"""Branches: under the number of their legal person, opened and closed by documents, never used twice."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.registry.domain.branch import (
    Branch,
    BranchAlreadyClosed,
    BranchAlreadyOpened,
    BranchBeforeEnterprise,
    BranchClosedBeforeOpened,
    Branches,
    BranchNeedsLegalPerson,
    BranchNumberOfAnother,
    BranchUnknown,
)
from services.registry.domain.enterprise import Enterprise, EnterpriseEnded
from services.registry.domain.identifier import TaxCodeIncorrect
from services.shared.personal_data import Sealed
from services.shared.record import DocumentMissing
from services.shared.refusals import Refusal
from tests.given import act, given, happened
from tests.registry.examples import BRANCH_TAX_CODE, TAX_CODE, company, cooperative_group, household

ENTERPRISE_ID = UUID(int=1)
DAY, LATER = date(2024, 6, 28), date(2024, 9, 2)
PAPER = {"document": "7/GCN-ĐKHĐ"}
PLACE: dict[str, Any] = {"display_name": "Chi nhánh Cá Khô Phong Điền", "unit_code": "31299", "street": "Ấp Nắng"}
BRANCH = Branch(BRANCH_TAX_CODE, **PLACE, document="7/GCN-ĐKHĐ", opened_on=DAY)
KEPT = happened(Branches.Opened, enterprise_id=ENTERPRISE_ID)
OPENED = happened(Branches.BranchOpened, enterprise_id=ENTERPRISE_ID, branch=BRANCH)
CLOSED = happened(
    Branches.BranchClosed, enterprise_id=ENTERPRISE_ID, number=BRANCH_TAX_CODE, act=act(**PAPER, effective_on=LATER)
)


def opening(number: str = BRANCH_TAX_CODE, *, of: Any = None, dissolved: bool = False, **changes: Any) -> Any:
    """Opens a branch of a company, or of another enterprise."""
    enterprise = Enterprise.register(act(), ENTERPRISE_ID, of or company(), lambda _: Sealed("c2VhbGVk"))
    if dissolved:
        enterprise.dissolve(act(document="9/QĐ", effective_on=date(2024, 1, 1)))
    return lambda branches: branches.open_branch(act(**(PAPER | changes)), enterprise, number=number, **PLACE)


def closing(number: str = BRANCH_TAX_CODE, **changes: Any) -> Any:
    asked = {**PAPER, "effective_on": LATER, **changes}
    return lambda branches: branches.close_branch(act(**asked), number)


def test_a_branch_is_opened_and_closed() -> None:
    given(KEPT).when(opening("1809990017-001")).then(OPENED)
    branches = given(KEPT, OPENED).when(closing()).then(happened(Branches.BranchClosed, **CLOSED.facts))
    [branch] = branches.branches
    assert (branch.opened_on, branch.closed_on) == (DAY, LATER)


@pytest.mark.parametrize(
    ("history", "refused", "refusal", "field"),
    [
        ((KEPT,), opening(document=None), DocumentMissing, "basis.document"),
        ((KEPT,), opening(TAX_CODE), BranchNumberOfAnother, "number"),
        ((KEPT,), opening("0100109106-001"), BranchNumberOfAnother, "number"),
        ((KEPT,), opening("1809990017-000"), TaxCodeIncorrect, "number"),
        ((KEPT,), opening(of=household()), BranchNeedsLegalPerson, None),
        ((KEPT,), opening(of=cooperative_group()), BranchNeedsLegalPerson, None),
        ((KEPT,), opening(of=company(identifier_code=BRANCH_TAX_CODE)), BranchAlreadyOpened, None),
        ((KEPT, OPENED), opening(), BranchAlreadyOpened, None),
        ((KEPT, OPENED, CLOSED), opening(effective_on=date(2025, 1, 1)), BranchAlreadyOpened, None),
        ((KEPT,), opening(effective_on=date(2019, 3, 3)), BranchBeforeEnterprise, "basis.effective_on"),
        ((KEPT,), opening(dissolved=True), EnterpriseEnded, None),
        ((KEPT, OPENED), closing(document=None), DocumentMissing, "basis.document"),
        ((KEPT, OPENED), closing("1809990017002"), BranchUnknown, None),
        ((KEPT, OPENED, CLOSED), closing(), BranchAlreadyClosed, None),
        ((KEPT, OPENED), closing(effective_on=DAY), BranchClosedBeforeOpened, "basis.effective_on"),
    ],
)
def test_what_cannot_be_is_refused(history: Any, refused: Any, refusal: type[Refusal], field: str | None) -> None:
    given(*history).when(refused).refused(refusal, field=field)
