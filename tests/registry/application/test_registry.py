"""The registry's acts on a real database: what is saved together, what is refused, what nobody may find in the log."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.registry.application.addresses import Addresses
from services.registry.application.registry import Registry
from services.registry.domain.body import BodyAlreadyEstablished, BodyDoesNotAttestField, BodyUnknown
from services.registry.domain.delivering_organisation import DeliveringOrganisationAlreadyRegistered, OfferedService
from services.registry.domain.enterprise import Enterprise, EnterpriseAlreadyRegistered
from services.registry.domain.identifier import Identifier
from services.registry.domain.premises import UnitNotInForce
from services.registry.domain.registration import Particulars
from services.registry.domain.standing import StandingField, StandingVerdict
from services.registry.domain.unit_register import UnitsAlreadyPublished
from services.registry.read_models.enterprises import Enterprises
from services.registry.read_models.units import Units
from services.shared.event_store import Call, EventLog, RecordChanged, RecordNotFound, VersionConflict
from services.shared.personal_data import ERASED, SubjectKeys
from services.shared.refusals import Refusal
from tests.given import act
from tests.registry.examples import (
    OWNER_ID,
    OWNER_NAME,
    OWNER_STREET,
    PREDECESSORS,
    TAX_CODE,
    TAX_OFFICE,
    UNITS,
    UNITS_DOCUMENT,
    UNITS_VALID_FROM,
    company,
    cooperative_group,
    funding,
    household,
)

YEAR: dict[str, Any] = {"valid_from": date(2024, 1, 1), "valid_until": date(2024, 12, 31)}


def call(*, etag: str | None = None, **changes: Any) -> Call:
    request_id = uuid4()
    return Call(act(request_id=request_id, **changes), request_id.bytes, etag)


@pytest.fixture(scope="module", autouse=True)
def reference_data(registry: Registry) -> None:
    registry.establish_body(call(), **TAX_OFFICE)
    registry.publish_units(
        call(document=UNITS_DOCUMENT, effective_on=UNITS_VALID_FROM),
        province_code="92",
        valid_from=UNITS_VALID_FROM,
        units=UNITS,
        predecessors=PREDECESSORS,
    )


@pytest.fixture(scope="module")
def tax_codes() -> Iterator[str]:
    """Tax codes with right check digits, one for each enterprise of the tests."""
    return (code for serial in range(1, 999) if (code := _tax_code(f"18{serial:07}")))


def _tax_code(stem: str) -> str | None:
    digit = 10 - sum(w * int(n) for w, n in zip((31, 29, 23, 19, 17, 13, 7, 5, 3), stem, strict=True)) % 11
    return f"{stem}{digit}" if digit < 10 else None


@pytest.fixture
def enterprise(registry: Registry, tax_codes: Iterator[str]) -> Enterprise:
    return registry.register_enterprise(call(), company(identifier_code=next(tax_codes))).record


def everything_stored(log: EventLog) -> str:
    """Every byte of every table, as text."""
    with log.pool.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        tables = [table for (table,) in cursor]
        cells: list[Any] = []
        for table in tables:
            cursor.execute(f"SELECT * FROM {table}")
            cells += [cell for row in cursor for cell in row]
    return "\n".join(
        bytes(cell).decode(errors="replace") if isinstance(cell, memoryview) else str(cell) for cell in cells
    )


class TestBodies:
    def test_a_body_is_found_by_its_code(self, registry: Registry) -> None:
        assert registry.get_body("CUCTHUE").attests is StandingField.TAX

    def test_a_code_is_given_once(self, registry: Registry) -> None:
        with pytest.raises(BodyAlreadyEstablished):
            registry.establish_body(call(), **TAX_OFFICE | {"name": "Khác"})

    def test_an_unknown_code_is_told(self, registry: Registry) -> None:
        with pytest.raises(BodyUnknown):
            registry.get_body("SO-KHONG-CO")


class TestUnits:
    def test_a_document_is_entered_once_for_a_province(self, registry: Registry) -> None:
        order = call(document=UNITS_DOCUMENT, effective_on=UNITS_VALID_FROM)
        with pytest.raises(UnitsAlreadyPublished):
            registry.publish_units(
                order, province_code="92", valid_from=UNITS_VALID_FROM, units=UNITS, predecessors=PREDECESSORS
            )

    @pytest.mark.parametrize(
        ("unit_code", "effective_on"),
        [("31117", date(2025, 6, 30)), ("31120", date(2025, 7, 1)), ("31120", date(2024, 1, 1))],
    )
    def test_an_address_is_of_a_unit_in_force(
        self, registry: Registry, tax_codes: Iterator[str], unit_code: str, effective_on: date
    ) -> None:
        asked = company(identifier_code=next(tax_codes), unit_code=unit_code)
        saved = registry.register_enterprise(call(effective_on=effective_on), asked)
        assert saved.record.unit_code == unit_code

    @pytest.mark.parametrize(
        ("unit_code", "effective_on"),
        [("31117", date(2025, 7, 1)), ("31168", date(2025, 6, 30)), ("99999", date(2024, 1, 1))],
    )
    def test_an_address_of_another_day_is_refused(
        self, registry: Registry, tax_codes: Iterator[str], unit_code: str, effective_on: date
    ) -> None:
        asked = company(identifier_code=next(tax_codes), unit_code=unit_code)
        with pytest.raises(UnitNotInForce):
            registry.register_enterprise(call(effective_on=effective_on), asked)


class TestRegistering:
    def test_an_enterprise_is_saved_with_the_claim_on_its_number(
        self, registry: Registry, log: EventLog, tax_codes: Iterator[str]
    ) -> None:
        saved = registry.register_enterprise(call(), company(identifier_code=next(tax_codes)))
        registered, claimed = (recorded.event for recorded in log.recorded_events(saved.position - 2, 2))
        assert isinstance(registered, Enterprise.Registered)
        assert isinstance(claimed, Identifier.Claimed)
        assert claimed.holder_id == saved.record.id
        assert claimed.act.request_id == registered.act.request_id

    def test_the_same_number_is_registered_once_however_it_is_written(
        self, registry: Registry, tax_codes: Iterator[str]
    ) -> None:
        code = next(tax_codes)
        registry.register_enterprise(call(), company(identifier_code=code))
        with pytest.raises(EnterpriseAlreadyRegistered):
            registry.register_enterprise(call(), company(identifier_code=f"{code[:5]} {code[5:]}"))

    @pytest.mark.parametrize(("first", "second"), [("", "-001"), ("001", ""), ("-001", "002")])
    def test_a_legal_person_and_its_branches_are_registered_once(
        self, registry: Registry, tax_codes: Iterator[str], first: str, second: str
    ) -> None:
        code = next(tax_codes)
        registry.register_enterprise(call(), company(identifier_code=f"{code}{first}"))
        with pytest.raises(EnterpriseAlreadyRegistered):
            registry.register_enterprise(call(), company(identifier_code=f"{code}{second}"))

    def test_of_many_at_once_one_is_registered(
        self, registry: Registry, log: EventLog, tax_codes: Iterator[str]
    ) -> None:
        asked, head = company(identifier_code=next(tax_codes)), log.head()

        def register(_: int) -> UUID | None:
            with suppress(EnterpriseAlreadyRegistered, VersionConflict):
                return registry.register_enterprise(call(), asked).record.id
            return None

        with ThreadPoolExecutor(8) as pool:
            registered = [enterprise_id for enterprise_id in pool.map(register, range(8)) if enterprise_id]
        assert len(registered) == 1
        assert log.head() == head + 2

    def test_enterprises_without_a_number_claim_none(self, registry: Registry, log: EventLog) -> None:
        head = log.head()
        registry.register_enterprise(call(), cooperative_group())
        registry.register_enterprise(call(), cooperative_group())
        assert log.head() == head + 2


class TestPersonalData:
    def test_a_households_data_are_opened_only_with_its_key(
        self, registry: Registry, subject_keys: SubjectKeys, log: EventLog
    ) -> None:
        saved = registry.register_enterprise(call(), household())
        household_business = registry.get_enterprise(saved.record.id)
        assert registry.opened_particulars(household_business) == Particulars(OWNER_NAME, OWNER_ID, OWNER_STREET)

        Enterprises(log).wait_for(saved.position, 5)
        digests = [hashlib.new(name, OWNER_ID.encode()).hexdigest() for name in ("sha256", "sha1", "md5")]
        everything = everything_stored(log)
        for clue in (OWNER_ID, OWNER_NAME, OWNER_STREET, *digests):
            assert clue not in everything

        with pytest.raises(EnterpriseAlreadyRegistered):
            registry.register_enterprise(call(), household(display_name="Tên khác"))

        subject_keys.erase(saved.record.id)
        assert registry.opened_particulars(household_business) == Particulars(ERASED, None, None)

    def test_a_claim_is_not_found_without_the_secret(
        self, registry: Registry, log: EventLog, subject_keys: SubjectKeys, tax_codes: Iterator[str]
    ) -> None:
        asked = company(identifier_code=next(tax_codes))
        registry.register_enterprise(call(), asked)
        with_another_secret = Registry(log, Addresses(log, Units(log)), subject_keys, b"another secret")
        with_another_secret.register_enterprise(call(), asked)


class TestStanding:
    def test_the_body_in_charge_attests(self, registry: Registry, enterprise: Enterprise) -> None:
        saved = registry.attest_standing(
            call(body="CUCTHUE", document="55/XN"),
            enterprise_id=enterprise.id,
            field=StandingField.TAX,
            verdict=StandingVerdict.FULFILLED,
            **YEAR,
        )
        assert [standing.field for standing in saved.record.standings] == [StandingField.TAX]

    @pytest.mark.parametrize(
        ("body", "field", "refusal"),
        [
            ("CUCTHUE", StandingField.INSURANCE, BodyDoesNotAttestField),
            ("SO-KHONG-CO", StandingField.TAX, BodyDoesNotAttestField),
        ],
    )
    def test_nobody_else_attests(
        self, registry: Registry, enterprise: Enterprise, body: str, field: StandingField, refusal: type[Refusal]
    ) -> None:
        with pytest.raises(refusal):
            registry.attest_standing(
                call(body=body, document="55/XN"),
                enterprise_id=enterprise.id,
                field=field,
                verdict=StandingVerdict.FULFILLED,
                **YEAR,
            )

    def test_an_officer_who_read_an_older_state_is_told(self, registry: Registry, enterprise: Enterprise) -> None:
        registry.record_other_funding(call(), enterprise_id=enterprise.id, funding=funding())
        with pytest.raises(RecordChanged):
            registry.record_other_funding(
                call(etag="1"), enterprise_id=enterprise.id, funding=funding(legal_basis="78/QĐ-SCT")
            )


class TestEligibility:
    def test_it_tells_what_is_recorded_at_that_moment(
        self, registry: Registry, log: EventLog, enterprise: Enterprise
    ) -> None:
        attested = registry.attest_standing(
            call(body="CUCTHUE", document="55/XN"),
            enterprise_id=enterprise.id,
            field=StandingField.TAX,
            verdict=StandingVerdict.NOT_FULFILLED,
            **YEAR,
        )
        funded = registry.record_other_funding(call(), enterprise_id=enterprise.id, funding=funding())
        facts = registry.get_eligibility(enterprise.id, "SYS-ISO9001", date(2024, 7, 1))

        standing = facts.standings[StandingField.TAX]
        assert standing is not None
        assert (standing.fact.verdict, standing.fact.document) == (StandingVerdict.NOT_FULFILLED, "55/XN")
        assert standing.position == attested.position
        assert facts.standings[StandingField.INSURANCE] is None
        [known] = facts.other_fundings
        assert (known.fact.funding, known.enterprise_id, known.position) == (funding(), enterprise.id, funded.position)
        assert facts.business_lines == enterprise.business_lines
        assert facts.as_of_position == log.head()

    def test_an_unknown_enterprise_is_told(self, registry: Registry) -> None:
        with pytest.raises(RecordNotFound):
            registry.get_eligibility(uuid4(), "SYS-ISO9001", date(2024, 7, 1))


class TestDeliveringOrganisations:
    def test_an_organisation_is_registered_once(self, registry: Registry) -> None:
        asked: dict[str, Any] = {
            "name": "Trung tâm Chứng nhận Sao Hôm",
            "tax_code": TAX_CODE,
            "services": (OfferedService.CERTIFICATION,),
            "scope": "Thực phẩm",
            "accreditation": None,
        }
        saved = registry.register_delivering_organisation(call(), **asked)
        assert registry.get_delivering_organisation(saved.record.id).tax_code == TAX_CODE
        with pytest.raises(DeliveringOrganisationAlreadyRegistered):
            registry.register_delivering_organisation(call(), **asked)

    def test_an_organisation_may_be_an_enterprise_too(self, registry: Registry) -> None:
        registry.register_enterprise(call(), company(identifier_code=TAX_CODE))
