"""What was recorded of an enterprise is corrected or taken back: the history stays, and what counts changes."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid5

import pytest

from services.registry.domain.body import Body, PredecessorBody
from services.registry.domain.enterprise import Enterprise, PeriodEndsBeforeItBegins
from services.registry.domain.other_funding import (
    CorrectionWithoutDifference,
    FundingDecidedInFuture,
    OtherFundingAlreadyRecorded,
    OtherFundingRevokedBefore,
    OtherFundingUnknown,
)
from services.registry.domain.standing import (
    AttestationLacksDocument,
    StandingField,
    StandingOfAnotherBody,
    StandingRevokedBefore,
    StandingUnknown,
    StandingVerdict,
)
from services.shared.refusals import Refusal
from tests.given import Given, act, given, happened
from tests.registry.domain.test_enterprise import COMPANY
from tests.registry.examples import TAX_OFFICE, funding

FIRST, SECOND = UUID(int=5), UUID(int=6)
WHY = "Ghi nhầm số tiền theo quyết định gốc"
DAY = date(2024, 6, 1)
REGISTERED = happened(Enterprise.Registered, **COMPANY)
RECORDED = happened(Enterprise.OtherFundingRecorded, other_funding_id=FIRST, funding=funding())
OTHER = funding(legal_basis="78/QĐ-SCT")
SMALLER = funding(amount_vnd=40_000_000)
REVOKED = happened(Enterprise.OtherFundingRevoked, other_funding_id=FIRST, funding=funding(), reason=WHY)
CORRECTED = happened(
    Enterprise.OtherFundingCorrected, other_funding_id=FIRST, funding=SMALLER, instead_of=funding(), reason=WHY
)


class TestFunding:
    funded: Given[Enterprise] = given(REGISTERED, RECORDED)

    def correct(self, to: Any = SMALLER, *, of: UUID = FIRST) -> Any:
        return lambda enterprise: enterprise.correct_other_funding(act(), of, to, WHY)

    def revoke(self, of: UUID = FIRST) -> Any:
        return lambda enterprise: enterprise.revoke_other_funding(act(), of, WHY)

    def test_it_is_corrected_for_a_reason(self) -> None:
        enterprise = self.funded.when(self.correct()).then(CORRECTED)
        assert [known.funding for known in enterprise.fundings_on("SYS-ISO9001", DAY)] == [SMALLER]

    def test_one_decision_may_fund_several_products(self) -> None:
        rice, cake = funding(unit_keys=("PRODUCT:A",)), funding(unit_keys=("PRODUCT:B",))
        recorded = happened(Enterprise.OtherFundingRecorded, other_funding_id=FIRST, funding=rice)
        enterprise = given(REGISTERED, recorded).record()
        enterprise.record_other_funding(act(), cake)
        for again in (rice, funding(unit_keys=("PRODUCT:B", "PRODUCT:C")), funding()):
            with pytest.raises(OtherFundingAlreadyRecorded):
                enterprise.record_other_funding(act(), again)

    def test_it_is_revoked_for_a_reason_and_counts_no_longer(self) -> None:
        enterprise = self.funded.when(self.revoke()).then(REVOKED)
        assert enterprise.fundings_on("SYS-ISO9001", DAY) == ()
        assert [known.revoked for known in enterprise.other_fundings] == [True]

    def test_a_corrected_one_is_corrected_again(self) -> None:
        enterprise = given(REGISTERED, RECORDED, CORRECTED).when(self.correct(funding())).record
        assert enterprise is not None
        [known] = enterprise.other_fundings
        assert (known.funding, known.earlier) == (funding(), (funding(), SMALLER))

    @pytest.mark.parametrize(
        ("to", "why"),
        [
            (funding(), CorrectionWithoutDifference),
            (funding(decided_on=date(2024, 6, 29)), FundingDecidedInFuture),
            (funding(period_to=date(2024, 2, 29)), PeriodEndsBeforeItBegins),
            (OTHER, OtherFundingAlreadyRecorded),
        ],
    )
    def test_a_correction_says_what_could_have_been_recorded(self, to: Any, why: type[Refusal]) -> None:
        beside = happened(Enterprise.OtherFundingRecorded, other_funding_id=SECOND, funding=OTHER)
        given(REGISTERED, RECORDED, beside).when(self.correct(to)).refused(why)

    def test_what_was_not_recorded_is_neither_corrected_nor_revoked(self) -> None:
        self.funded.when(self.correct(of=SECOND)).refused(OtherFundingUnknown)
        self.funded.when(self.revoke(SECOND)).refused(OtherFundingUnknown)

    def test_what_was_revoked_does_not_change_any_more(self) -> None:
        revoked = given(REGISTERED, RECORDED, REVOKED)
        revoked.when(self.correct()).refused(OtherFundingRevokedBefore)
        revoked.when(self.revoke()).refused(OtherFundingRevokedBefore)

    def test_what_was_revoked_is_not_recorded_again(self) -> None:
        given(REGISTERED, RECORDED, REVOKED).when(
            lambda enterprise: enterprise.record_other_funding(act(), SMALLER)
        ).refused(OtherFundingRevokedBefore)

    def test_the_decision_it_was_corrected_from_is_not_recorded_again(self) -> None:
        elsewhere = happened(
            Enterprise.OtherFundingCorrected, other_funding_id=FIRST, funding=OTHER, instead_of=funding(), reason=WHY
        )
        given(REGISTERED, RECORDED, elsewhere).when(
            lambda enterprise: enterprise.record_other_funding(act(), funding())
        ).refused(OtherFundingAlreadyRecorded)


class TestStanding:
    attestation = happened(
        Enterprise.StandingAttested,
        act=act(body="CUCTHUE", document="55/XN"),
        field=StandingField.TAX,
        verdict=StandingVerdict.FULFILLED,
        valid_from=date(2024, 1, 1),
        valid_until=date(2024, 12, 31),
    )
    attested: Given[Enterprise] = given(REGISTERED, attestation)

    def revoke(self, body: Body | None = None, document: str | None = "60/XN", version: int = 2) -> Any:
        by = body or Body.establish(act(), **TAX_OFFICE)

        def revoke(enterprise: Enterprise) -> None:
            standing_id = uuid5(enterprise.id, f"standing:{version}")
            enterprise.revoke_standing(act(body=by.code, document=document), by, standing_id, WHY)

        return revoke

    def test_the_body_that_attested_takes_it_back(self) -> None:
        enterprise = self.attested.when(self.revoke()).record
        assert enterprise is not None
        assert enterprise.standing_on(StandingField.TAX, DAY) is None
        assert [standing.revoked for standing in enterprise.standings] == [True]

    def test_what_was_attested_before_counts_again(self) -> None:
        twice = given(REGISTERED, self.attestation, self.attestation)
        enterprise = twice.when(self.revoke(version=3)).record
        assert enterprise is not None
        standing = enterprise.standing_on(StandingField.TAX, DAY)
        assert standing is not None
        assert standing.version == 2

    def test_its_successor_takes_it_back(self) -> None:
        before = PredecessorBody("CUCTHUE", "Cục Thuế", date(1990, 1, 1))
        successor = Body.establish(act(), **TAX_OFFICE | {"code": "THUECT", "predecessors": (before,)})
        assert self.attested.when(self.revoke(successor)).refusal is None

    def test_no_other_body_takes_it_back(self) -> None:
        stranger = Body.establish(act(), **TAX_OFFICE | {"code": "BHXH"})
        self.attested.when(self.revoke(stranger)).refused(StandingOfAnotherBody)

    def test_a_revocation_is_a_document(self) -> None:
        self.attested.when(self.revoke(document=None)).refused(AttestationLacksDocument)

    def test_it_is_taken_back_once(self) -> None:
        standing = {"standing_id": UUID(int=9), "standing_version": 2, "field": StandingField.TAX, "reason": WHY}
        revoked = given(REGISTERED, self.attestation, happened(Enterprise.StandingRevoked, **standing))
        revoked.when(self.revoke()).refused(StandingRevokedBefore)

    def test_what_was_not_attested_is_not_taken_back(self) -> None:
        self.attested.when(self.revoke(version=1)).refused(StandingUnknown)
