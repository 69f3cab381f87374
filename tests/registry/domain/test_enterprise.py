"""Rules of enterprises: who may be registered, what may be attested and recorded of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID, uuid5

import pytest

from services.registry.domain.body import Body, BodyDoesNotAttestField
from services.registry.domain.business_line import BusinessLine, SchemeNotInForce, VsicScheme
from services.registry.domain.enterprise import Enterprise, PeriodEndsBeforeItBegins
from services.registry.domain.identifier import IdentifierKind, IdentifierReasonMissing, TaxCodeIncorrect
from services.registry.domain.other_funding import FundingDecidedInFuture, OtherFundingAlreadyRecorded
from services.registry.domain.registration import (
    IdentifierKindOutsideLegalForm,
    IdentifierMissingByOwnWord,
    LegalForm,
    LegalFormOutsideTargetGroup,
    Particulars,
    Registration,
    RegistrationInFuture,
    TargetGroup,
)
from services.registry.domain.standing import AttestationLacksDocument, StandingField, StandingVerdict
from services.registry.domain.stop_flag import StopFlagAlreadyLifted, StopFlagLiftedBeforeRaised, StopFlagUnknown
from services.shared.personal_data import Sealed
from services.shared.record import ActedBefore, DocumentMissing
from services.shared.refusals import Refusal
from tests.given import Given, Happened, act, assert_snapshot_keeps, given, happened, sentences
from tests.registry.examples import (
    LINE,
    NO_NUMBER_YET,
    OWNER_ID,
    OWNER_NAME,
    OWNER_STREET,
    TAX_CODE,
    TAX_OFFICE,
    company,
    cooperative_group,
    funding,
    household,
)

ENTERPRISE_ID = UUID(int=1)
SEALED = Sealed("c2VhbGVk")


def never(particulars: Particulars) -> Sealed:
    raise AssertionError(f"{particulars} is no personal data")


def register(registration: Registration, **changes: Any) -> Enterprise:
    return Enterprise.register(act(**changes), ENTERPRISE_ID, registration, never)


COMPANY: dict[str, Any] = {
    "target_group": TargetGroup.ENTERPRISE,
    "legal_form": LegalForm.LIMITED_COMPANY,
    "identifier_kind": IdentifierKind.TAX_CODE,
    "no_identifier_reason": None,
    "particulars": Particulars("Công ty TNHH Cá Khô Mặt Trời", TAX_CODE, "12 Đường Gió Nam"),
    "sealed_particulars": None,
    "unit_code": "31117",
    "business_lines": (LINE,),
    "registered_on": date(2019, 3, 4),
}

KINDS_OF_FORM = {
    LegalForm.LIMITED_COMPANY: {IdentifierKind.TAX_CODE},
    LegalForm.JOINT_STOCK_COMPANY: {IdentifierKind.TAX_CODE},
    LegalForm.PARTNERSHIP: {IdentifierKind.TAX_CODE},
    LegalForm.PRIVATE_ENTERPRISE: {IdentifierKind.TAX_CODE},
    LegalForm.COOPERATIVE: {IdentifierKind.TAX_CODE, IdentifierKind.COOPERATIVE_NUMBER},
    LegalForm.COOPERATIVE_UNION: {IdentifierKind.TAX_CODE, IdentifierKind.COOPERATIVE_NUMBER},
    LegalForm.PUBLIC_SERVICE_UNIT: {IdentifierKind.TAX_CODE, IdentifierKind.DECISION_NUMBER, IdentifierKind.NONE},
    LegalForm.HOUSEHOLD_BUSINESS: {IdentifierKind.TAX_CODE, IdentifierKind.PERSONAL_ID},
    LegalForm.COOPERATIVE_GROUP: set(IdentifierKind) - {IdentifierKind.PERSONAL_ID},
    LegalForm.OTHER_ESTABLISHMENT: {IdentifierKind.TAX_CODE, IdentifierKind.DECISION_NUMBER, IdentifierKind.NONE},
}
CODES = {
    IdentifierKind.TAX_CODE: TAX_CODE,
    IdentifierKind.PERSONAL_ID: OWNER_ID,
    IdentifierKind.COOPERATIVE_NUMBER: "570A7",
    IdentifierKind.DECISION_NUMBER: "123/QĐ-UBND",
    IdentifierKind.NONE: None,
}


class TestRegistering:
    def test_a_company_is_registered_under_its_tax_code(self) -> None:
        enterprise = given().when(lambda: register(company())).then(happened(Enterprise.Registered, **COMPANY))
        assert enterprise.id == ENTERPRISE_ID

    def test_a_household_business_is_registered_with_its_owners_data_sealed(self) -> None:
        sealed: list[Particulars] = []

        def seal(particulars: Particulars) -> Sealed:
            sealed.append(particulars)
            return SEALED

        enterprise = (
            given()
            .when(lambda: Enterprise.register(act(), ENTERPRISE_ID, household(), seal))
            .then(
                happened(
                    Enterprise.Registered,
                    **COMPANY
                    | {
                        "target_group": TargetGroup.OTHER_ESTABLISHMENT,
                        "legal_form": LegalForm.HOUSEHOLD_BUSINESS,
                        "identifier_kind": IdentifierKind.PERSONAL_ID,
                        "particulars": None,
                        "sealed_particulars": SEALED,
                    },
                )
            )
        )
        assert sealed == [Particulars(OWNER_NAME, OWNER_ID, OWNER_STREET)]
        sentence = enterprise.pending_events[0].sentence()
        assert not any(words in sentence for words in (OWNER_NAME, OWNER_ID, OWNER_STREET))

    @pytest.mark.parametrize("form", list(LegalForm))
    def test_each_legal_form_belongs_to_one_target_group(self, form: LegalForm) -> None:
        other = next(group for group in TargetGroup if group is not form.target_group)
        given().when(lambda: register(company(legal_form=form, target_group=other))).refused(
            LegalFormOutsideTargetGroup, field="legal_form"
        )

    @pytest.mark.parametrize(
        ("form", "kind"),
        [(form, kind) for form, allowed in KINDS_OF_FORM.items() for kind in IdentifierKind if kind not in allowed],
    )
    def test_a_number_identifies_only_those_it_is_given_to(self, form: LegalForm, kind: IdentifierKind) -> None:
        asked = company(legal_form=form, target_group=form.target_group, identifier_kind=kind)
        given().when(lambda: register(asked)).refused(IdentifierKindOutsideLegalForm, field="identifier.kind")

    @pytest.mark.parametrize(
        ("form", "kind"), [(form, kind) for form, allowed in KINDS_OF_FORM.items() for kind in sorted(allowed)]
    )
    def test_each_legal_form_has_its_numbers(self, form: LegalForm, kind: IdentifierKind) -> None:
        asked = company(
            legal_form=form,
            target_group=form.target_group,
            identifier_kind=kind,
            identifier_code=CODES[kind],
            no_identifier_reason=None if CODES[kind] else NO_NUMBER_YET,
        )
        assert asked.checked_identifier("programme_officer") == CODES[kind]

    @pytest.mark.parametrize("capacity", ["enterprise_representative", "programme_lead"])
    def test_only_a_programme_officer_says_that_there_is_no_number(self, capacity: str) -> None:
        given().when(lambda: register(cooperative_group(), capacity=capacity)).refused(IdentifierMissingByOwnWord)

    @pytest.mark.parametrize(
        ("changes", "refusal", "field"),
        [
            ({"identifier_code": "1809990018"}, TaxCodeIncorrect, "identifier.code"),
            ({"registered_on": date(2024, 6, 29)}, RegistrationInFuture, "registered_on"),
            (
                {"business_lines": (LINE, BusinessLine(VsicScheme.VSIC2025, "1020", date(2024, 1, 1)))},
                SchemeNotInForce,
                "business_lines[1].scheme",
            ),
        ],
    )
    def test_a_wrong_form_is_refused(self, changes: dict[str, Any], refusal: type[Refusal], field: str) -> None:
        given().when(lambda: register(company(**changes))).refused(refusal, field=field)

    def test_that_there_is_no_number_needs_a_reason(self) -> None:
        given().when(lambda: register(cooperative_group(no_identifier_reason=None))).refused(
            IdentifierReasonMissing, field="identifier.reason"
        )

    def test_a_tax_code_is_kept_in_one_form(self) -> None:
        enterprise = register(company(identifier_code="18 09990017"))
        assert enterprise.particulars is not None
        assert enterprise.particulars.identifier_code == TAX_CODE


def body(**changes: Any) -> Body:
    return Body.establish(act(), **TAX_OFFICE | changes)


ATTESTED: dict[str, Any] = {
    "field": StandingField.TAX,
    "verdict": StandingVerdict.FULFILLED,
    "valid_from": date(2024, 1, 1),
    "valid_until": date(2024, 12, 31),
}
BY_TAX_OFFICE = act(body="CUCTHUE", capacity="standing_attestor", document="55/XN-CUCTHUE")


class TestRegistered:
    registered: Given[Enterprise] = given(happened(Enterprise.Registered, **COMPANY))

    def attest(self, attestation: dict[str, Any]) -> Any:
        return lambda enterprise: enterprise.attest_standing(BY_TAX_OFFICE, body(), **attestation)

    def test_the_body_in_charge_attests_a_duty(self) -> None:
        enterprise = self.registered.when(self.attest(ATTESTED)).then(happened(Enterprise.StandingAttested, **ATTESTED))
        standing = enterprise.standings[0]
        assert (standing.body, standing.document, standing.version) == ("CUCTHUE", "55/XN-CUCTHUE", 2)

    @pytest.mark.parametrize("attests", [StandingField.INSURANCE, StandingField.ENVIRONMENT, None])
    def test_no_other_body_attests_it(self, attests: StandingField | None) -> None:
        other = body(attests=attests)
        self.registered.when(lambda enterprise: enterprise.attest_standing(BY_TAX_OFFICE, other, **ATTESTED)).refused(
            BodyDoesNotAttestField
        )

    def test_an_attestation_is_a_document(self) -> None:
        self.registered.when(lambda enterprise: enterprise.attest_standing(act(), body(), **ATTESTED)).refused(
            AttestationLacksDocument, field="basis.document"
        )

    def test_an_attestation_does_not_end_before_it_begins(self) -> None:
        backwards = ATTESTED | {"valid_until": date(2023, 12, 31)}
        self.registered.when(self.attest(backwards)).refused(PeriodEndsBeforeItBegins, field="valid_until")

    def test_funding_from_another_scheme_is_recorded(self) -> None:
        enterprise = self.registered.when(lambda enterprise: enterprise.record_other_funding(act(), funding())).record
        assert enterprise is not None
        (event,) = enterprise.pending_events
        assert isinstance(event, Enterprise.OtherFundingRecorded)
        assert event.funding == funding()
        assert "60.000.000 đồng" in event.sentence()

    def test_funding_is_recorded_once_decided(self) -> None:
        tomorrow = funding(decided_on=date(2024, 6, 29))
        self.registered.when(lambda enterprise: enterprise.record_other_funding(act(), tomorrow)).refused(
            FundingDecidedInFuture, field="decided_on"
        )

    def test_a_funded_period_does_not_end_before_it_begins(self) -> None:
        backwards = funding(period_to=date(2024, 2, 29))
        self.registered.when(lambda enterprise: enterprise.record_other_funding(act(), backwards)).refused(
            PeriodEndsBeforeItBegins, field="period_to"
        )


def attested(**changes: Any) -> Happened:
    return happened(Enterprise.StandingAttested, act=BY_TAX_OFFICE, **ATTESTED | changes)


class TestAttested:
    def standing(self, *history: Happened, on: date) -> StandingVerdict | None:
        enterprise = given(happened(Enterprise.Registered, **COMPANY), *history).record()
        standing = enterprise.standing_on(StandingField.TAX, on)
        return standing.verdict if standing else None

    @pytest.mark.parametrize(
        ("on", "verdict"),
        [
            (date(2023, 12, 31), None),
            (date(2024, 1, 1), StandingVerdict.FULFILLED),
            (date(2024, 12, 31), StandingVerdict.FULFILLED),
            (date(2025, 1, 1), None),
        ],
    )
    def test_an_attestation_holds_from_its_first_to_its_last_day(self, on: date, verdict: StandingVerdict) -> None:
        assert self.standing(attested(), on=on) is verdict

    def test_the_last_word_holds_for_the_days_it_speaks_of(self) -> None:
        later = attested(verdict=StandingVerdict.NOT_FULFILLED, valid_from=date(2024, 6, 1))
        assert self.standing(attested(), later, on=date(2024, 5, 31)) is StandingVerdict.FULFILLED
        assert self.standing(attested(), later, on=date(2024, 6, 1)) is StandingVerdict.NOT_FULFILLED

    def test_one_duty_says_nothing_of_another(self) -> None:
        assert self.standing(attested(field=StandingField.INSURANCE), on=date(2024, 6, 1)) is None


class TestFunded:
    funded: Given[Enterprise] = given(
        happened(Enterprise.Registered, **COMPANY),
        happened(Enterprise.OtherFundingRecorded, other_funding_id=UUID(int=5), funding=funding()),
    )

    def test_one_decision_is_recorded_once_whatever_the_amount(self) -> None:
        again = funding(amount_vnd=61_000_000, grantor="UBND thành phố")
        self.funded.when(lambda enterprise: enterprise.record_other_funding(act(), again)).refused(
            OtherFundingAlreadyRecorded
        )

    def test_another_decision_is_recorded_beside_it(self) -> None:
        another = funding(legal_basis="78/QĐ-SCT")
        enterprise = self.funded.when(lambda enterprise: enterprise.record_other_funding(act(), another)).record
        assert enterprise is not None
        assert len({known.id for known in enterprise.other_fundings}) == 2

    @pytest.mark.parametrize(
        ("content_code", "on", "found"),
        [
            ("SYS-ISO9001", date(2024, 2, 29), 0),
            ("SYS-ISO9001", date(2024, 3, 1), 1),
            ("SYS-ISO9001", date(2024, 12, 31), 1),
            ("SYS-ISO9001", date(2025, 1, 1), 0),
            ("TOOL-5S", date(2024, 6, 1), 0),
        ],
    )
    def test_funding_counts_for_its_content_until_it_ends(self, content_code: str, on: date, found: int) -> None:
        assert len(self.funded.record().fundings_on(content_code, on)) == found

    def test_funding_counts_from_its_decision_though_its_period_begins_later(self) -> None:
        begins_later = funding(period_from=date(2024, 4, 1))
        later: Given[Enterprise] = given(
            happened(Enterprise.Registered, **COMPANY),
            happened(Enterprise.OtherFundingRecorded, other_funding_id=UUID(int=5), funding=begins_later),
        )
        assert not later.record().fundings_on("SYS-ISO9001", date(2024, 2, 29))
        assert later.record().fundings_on("SYS-ISO9001", date(2024, 3, 1))


def test_lines_of_business_count_from_their_day() -> None:
    enterprise = register(replace(company(), business_lines=(LINE,)))
    assert enterprise.lines_on(date(2019, 3, 3)) == ()
    assert enterprise.lines_on(date(2019, 3, 4)) == (LINE,)


class TestStopFlags:
    REASON = "Đang thanh tra việc sử dụng kinh phí"
    RAISED = act(document="15/CV-STC", effective_on=date(2024, 5, 2))
    FLAG_ID = uuid5(ENTERPRISE_ID, "stop-flag:1")

    def flagged(self) -> Enterprise:
        enterprise = register(company())
        enterprise.raise_stop_flag(self.RAISED, self.REASON)
        return enterprise

    def lifted(self, **changes: Any) -> Enterprise:
        enterprise = self.flagged()
        lifting = {"person_id": UUID(int=5), "document": "30/CV-STC", "effective_on": date(2024, 6, 1), **changes}
        enterprise.lift_stop_flag(act(**lifting), self.FLAG_ID, "Thanh tra đã kết luận")
        return enterprise

    def test_a_flag_stands_from_its_day_until_it_is_lifted(self) -> None:
        (flag,) = self.flagged().stop_flags
        assert (flag.stop_flag_id, flag.document, flag.reason) == (self.FLAG_ID, "15/CV-STC", self.REASON)
        lifted = self.lifted()
        days = date(2024, 5, 1), date(2024, 5, 2), date(2024, 5, 31), date(2024, 6, 1)
        assert [len(lifted.stop_flags_on(day)) for day in days] == [0, 1, 1, 0]

    def test_a_flag_rests_on_a_document(self) -> None:
        with pytest.raises(DocumentMissing):
            register(company()).raise_stop_flag(act(), self.REASON)

    def test_who_raised_a_flag_does_not_lift_it(self) -> None:
        with pytest.raises(ActedBefore):
            self.lifted(person_id=self.RAISED.person_id)

    @pytest.mark.parametrize(
        ("changes", "refusal"),
        [({"document": None}, DocumentMissing), ({"effective_on": date(2024, 5, 1)}, StopFlagLiftedBeforeRaised)],
    )
    def test_a_lifting_that_cannot_be_is_refused(self, changes: dict[str, Any], refusal: type[Refusal]) -> None:
        with pytest.raises(refusal):
            self.lifted(**changes)

    def test_a_flag_is_lifted_once(self) -> None:
        with pytest.raises(StopFlagAlreadyLifted):
            self.lifted().lift_stop_flag(act(document="31/CV-STC"), self.FLAG_ID, "Thanh tra đã kết luận")

    def test_an_unknown_flag_is_not_lifted(self) -> None:
        with pytest.raises(StopFlagUnknown):
            register(company()).lift_stop_flag(act(document="31/CV-STC"), self.FLAG_ID, "Thanh tra đã kết luận")

    def test_flags_are_kept_in_a_snapshot_and_told(self) -> None:
        assert_snapshot_keeps(self.lifted())
        assert sentences(self.lifted())[1:] == [
            f"Đặt cảnh báo tạm dừng hỗ trợ đối với cơ sở theo 15/CV-STC: {self.REASON}",
            "Gỡ cảnh báo tạm dừng hỗ trợ đối với cơ sở theo 30/CV-STC: Thanh tra đã kết luận",
        ]


def test_funding_of_a_content_is_told_whenever_it_was_unless_it_was_revoked() -> None:
    enterprise = register(company())
    enterprise.record_other_funding(act(), funding(period_to=date(2024, 3, 31)))
    enterprise.record_other_funding(act(), funding(content_code="TOOL-5S"))
    (told,) = enterprise.fundings_of("SYS-ISO9001")
    assert told.funding.content_code == "SYS-ISO9001"
    assert not enterprise.fundings_on("SYS-ISO9001", date(2024, 6, 28))
    enterprise.revoke_other_funding(act(), told.id, "Ghi nhầm nội dung theo quyết định gốc")
    assert not enterprise.fundings_of("SYS-ISO9001")
