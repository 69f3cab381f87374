"""What becomes of an enterprise: another name, successors, an end; and what may still be entered of one that ended."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.registry.domain.body import Body
from services.registry.domain.enterprise import EndBeforeRegistration, Enterprise, EnterpriseEnded
from services.registry.domain.registration import Particulars
from services.registry.domain.standing import StandingField, StandingVerdict
from services.registry.domain.succession import SuccessionKind, SuccessorRepeated, SuccessorsWrongInNumber
from services.shared.personal_data import Sealed
from services.shared.record import DocumentMissing
from services.shared.refusals import Refusal
from tests.given import act, assert_snapshot_keeps, sentences
from tests.registry.domain.test_enterprise import ENTERPRISE_ID, SEALED, never, register
from tests.registry.examples import TAX_CODE, TAX_OFFICE, company, funding, household

SUN_MILL, MOON_MILL = UUID(int=11), UUID(int=12)
ENDED_ON = date(2024, 5, 2)
ORDER = {"document": "9/QĐ-SKH", "effective_on": ENDED_ON}
RENAMED = Particulars("Công ty TNHH Cá Khô Mặt Trăng", TAX_CODE, "12 Đường Gió Nam")


def succeeded(kind: SuccessionKind, *successor_ids: UUID, **changes: Any) -> Enterprise:
    enterprise = register(company())
    enterprise.be_succeeded(act(**(ORDER | changes)), kind, successor_ids)
    return enterprise


def dissolved() -> Enterprise:
    enterprise = register(company())
    enterprise.dissolve(act(**ORDER))
    return enterprise


class TestSuccessors:
    @pytest.mark.parametrize(
        ("kind", "successor_ids", "ended_on"),
        [
            (SuccessionKind.MERGER, (SUN_MILL,), ENDED_ON),
            (SuccessionKind.CONSOLIDATION, (SUN_MILL,), ENDED_ON),
            (SuccessionKind.DIVISION, (SUN_MILL, MOON_MILL), ENDED_ON),
            (SuccessionKind.SEPARATION, (SUN_MILL,), None),
        ],
    )
    def test_whoever_is_succeeded_ends_unless_others_were_separated(
        self, kind: SuccessionKind, successor_ids: tuple[UUID, ...], ended_on: date | None
    ) -> None:
        enterprise = succeeded(kind, *successor_ids)
        assert enterprise.ended_on == ended_on
        assert sentences(enterprise)[-1] == f"Ghi nhận việc {kind.term} cơ sở từ ngày 02/05/2024."

    @pytest.mark.parametrize(
        ("kind", "successor_ids", "refusal"),
        [
            (SuccessionKind.MERGER, (SUN_MILL, MOON_MILL), SuccessorsWrongInNumber),
            (SuccessionKind.CONSOLIDATION, (SUN_MILL, MOON_MILL), SuccessorsWrongInNumber),
            (SuccessionKind.DIVISION, (SUN_MILL,), SuccessorsWrongInNumber),
            (SuccessionKind.DIVISION, (SUN_MILL, SUN_MILL), SuccessorRepeated),
            (SuccessionKind.MERGER, (ENTERPRISE_ID,), SuccessorRepeated),
        ],
    )
    def test_successors_fit_the_kind(
        self, kind: SuccessionKind, successor_ids: tuple[UUID, ...], refusal: type[Refusal]
    ) -> None:
        with pytest.raises(refusal):
            succeeded(kind, *successor_ids)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [({"document": None}, DocumentMissing), ({"effective_on": date(2019, 3, 4)}, EndBeforeRegistration)],
)
def test_an_end_rests_on_a_document_and_comes_after_the_beginning(
    changes: dict[str, Any], refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        succeeded(SuccessionKind.MERGER, SUN_MILL, **changes)
    with pytest.raises(refusal):
        register(company()).dissolve(act(**(ORDER | changes)))


def attest(enterprise: Enterprise, day: date) -> None:
    body = Body.establish(act(), **TAX_OFFICE)
    attestation = act(body="CUCTHUE", document="55/XN")
    enterprise.attest_standing(attestation, body, StandingField.TAX, StandingVerdict.FULFILLED, day, date(2024, 12, 31))


def fund(enterprise: Enterprise, day: date) -> None:
    enterprise.record_other_funding(act(), funding(decided_on=day))


def correct(enterprise: Enterprise, day: date) -> None:
    enterprise.record_other_funding(act(), funding())
    changed = funding(decided_on=day)
    enterprise.correct_other_funding(act(), enterprise.other_fundings[0].id, changed, "Ghi nhầm ngày quyết định")


def rename(enterprise: Enterprise, day: date) -> None:
    enterprise.rename(act(document="9/QĐ-SKH", effective_on=day), RENAMED, never)


@pytest.mark.parametrize("enter", [attest, fund, correct, rename])
class TestAfterTheEnd:
    def test_nothing_new_is_entered(self, enter: Callable[[Enterprise, date], None]) -> None:
        with pytest.raises(EnterpriseEnded):
            enter(dissolved(), ENDED_ON)

    def test_what_was_before_is_entered_late(self, enter: Callable[[Enterprise, date], None]) -> None:
        enter(dissolved(), date(2024, 5, 1))


def test_an_enterprise_ends_once() -> None:
    with pytest.raises(EnterpriseEnded):
        dissolved().dissolve(act(**ORDER))
    with pytest.raises(EnterpriseEnded):
        dissolved().be_succeeded(act(**ORDER), SuccessionKind.MERGER, (SUN_MILL,))


def test_an_end_is_kept_in_a_snapshot_and_told() -> None:
    assert_snapshot_keeps(dissolved())
    assert sentences(dissolved())[-1] == "Cơ sở giải thể, chấm dứt hoạt động từ ngày 02/05/2024."


class TestRenaming:
    def test_a_company_has_its_new_name(self) -> None:
        enterprise = register(company())
        enterprise.rename(act(document="9/QĐ-SKH"), RENAMED, never)
        assert enterprise.particulars == RENAMED
        assert sentences(enterprise)[-1] == "Đổi tên cơ sở thành Công ty TNHH Cá Khô Mặt Trăng."

    def test_a_new_name_rests_on_a_document(self) -> None:
        with pytest.raises(DocumentMissing):
            register(company()).rename(act(), RENAMED, never)

    def test_a_households_new_name_is_sealed(self) -> None:
        enterprise = Enterprise.register(act(), ENTERPRISE_ID, household(), lambda _: SEALED)
        enterprise.rename(act(document="9/QĐ-SKH"), RENAMED, lambda _: Sealed("bmV3"))
        assert (enterprise.particulars, enterprise.sealed_particulars) == (None, Sealed("bmV3"))
        assert sentences(enterprise)[-1] == "Đổi tên cơ sở."
