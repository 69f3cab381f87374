"""Lists of enterprises, of their other funding, of bodies and of delivering organisations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.registry.domain.body import Body, PredecessorBody
from services.registry.domain.delivering_organisation import DeliveringOrganisation, OfferedService
from services.registry.domain.enterprise import Enterprise
from services.registry.domain.registration import LegalForm, Particulars, TargetGroup
from services.registry.domain.standing import StandingField
from services.registry.read_models.bodies import Bodies
from services.registry.read_models.delivering_organisations import DeliveringOrganisations
from services.registry.read_models.enterprises import Enterprises, searched
from services.registry.read_models.other_fundings import OtherFundings
from services.registry.settings import MigrationSettings
from services.registry.wiring import migrate
from services.shared.event_store import EventLog, View
from services.shared.personal_data import Sealed
from services.shared.record import Record
from tests.given import act
from tests.registry.domain.test_particulars import LAST_OF_FISH, NEW_LINE, RULE, YEAR
from tests.registry.examples import TAX_CODE, TAX_OFFICE, company, funding, household
from tests.servers import Database


@pytest.fixture
def log(database: Database) -> Iterator[EventLog]:
    migrate(MigrationSettings(database.dsn_owner, database.service.name))
    log = EventLog("registry", database.service_env)
    yield log
    log.close()


def follow(view: View, *records: Record) -> None:
    """The view after all that happened to the records, in this order."""
    events = [event for record in records for event in record.pending_events]
    with view.log.transaction() as cursor:
        for position, event in enumerate(events, start=1):
            view.project(event, position, cursor)


def seal(_particulars: Particulars) -> Sealed:
    return Sealed("c2VhbGVk")


FISH = Enterprise.register(act(), UUID(int=1), company(), seal)
SAUCE = Enterprise.register(act(), UUID(int=2), household(), seal)
SEEDS = Enterprise.register(
    act(),
    UUID(int=3),
    company(
        display_name="Trung tâm Giống Đồng Lúa Vàng",
        legal_form=LegalForm.PUBLIC_SERVICE_UNIT,
        target_group=TargetGroup.SEED_CENTRE,
        unit_code="31120",
    ),
    seal,
)
SEEDS.record_other_funding(act(), funding())
SEEDS.record_other_funding(act(), funding(content_code="TOOL-5S"))


@pytest.fixture
def enterprises(log: EventLog) -> Enterprises:
    view = Enterprises(log)
    follow(view, FISH, SAUCE, SEEDS)
    return view


class TestEnterprises:
    @pytest.mark.parametrize(
        ("target_group", "unit_code", "name", "found"),
        [
            (None, None, None, [1, 2, 3]),
            (TargetGroup.SEED_CENTRE, None, None, [3]),
            (None, "31117", None, [1, 2]),
            (TargetGroup.ENTERPRISE, "31120", None, []),
            (None, None, "giong dong lua", [3]),
            (None, None, "GIỐNG  ĐỒNG", [3]),
            (None, None, "cá khô", [1]),
            (None, None, "100%", []),
            (None, None, "Bà Sáu", []),
        ],
    )
    def test_they_are_filtered_by_group_unit_and_words(
        self,
        enterprises: Enterprises,
        target_group: TargetGroup | None,
        unit_code: str | None,
        name: str | None,
        found: list[int],
    ) -> None:
        rows = enterprises.list_enterprises(
            target_group=target_group, unit_code=unit_code, name=name, after=None, limit=10
        )
        assert [row.id.int for row in rows] == found

    def test_they_come_in_pages_in_order_of_registration(self, enterprises: Enterprises) -> None:
        def page(after: int | None) -> list[int]:
            rows = enterprises.list_enterprises(target_group=None, unit_code=None, name=None, after=after, limit=2)
            return [row.position for row in rows]

        assert page(None) == [1, 2]
        assert page(2) == [3]

    def test_a_household_business_is_listed_without_particulars(self, enterprises: Enterprises) -> None:
        _, sauce, _ = enterprises.list_enterprises(target_group=None, unit_code=None, name=None, after=None, limit=9)
        assert sauce.particulars is None
        assert sauce.legal_form is LegalForm.HOUSEHOLD_BUSINESS

    def test_a_row_has_the_version_of_its_record(self, enterprises: Enterprises) -> None:
        rows = enterprises.list_enterprises(target_group=None, unit_code=None, name=None, after=None, limit=9)
        assert [row.version for row in rows] == [1, 1, 3]

    def test_a_search_leaves_accents_and_case_aside(self) -> None:
        assert searched("  Đường ỐC  Ươm ") == searched("duong oc uom") == "duong oc uom"


def test_other_fundings_are_listed_by_enterprise_and_content(log: EventLog) -> None:
    view = OtherFundings(log)
    follow(view, FISH, SEEDS)

    def contents(enterprise: Enterprise, content_code: str | None = None, after: int | None = None) -> list[str]:
        rows = view.list_other_fundings([enterprise.id], content_code=content_code, after=after, limit=9)
        return [row.funding.content_code for row in rows]

    assert contents(SEEDS) == ["SYS-ISO9001", "TOOL-5S"]
    assert contents(SEEDS, "TOOL-5S") == ["TOOL-5S"]
    assert contents(SEEDS, after=3) == ["TOOL-5S"]
    assert contents(FISH) == []


def test_bodies_are_listed_by_code_with_their_predecessors(log: EventLog) -> None:
    view = Bodies(log)
    predecessors = (PredecessorBody("STNMT", "Sở Tài nguyên và Môi trường", date(2025, 2, 28)),)
    environment = Body.establish(
        act(), "SNNMT", "Sở Nông nghiệp và Môi trường", date(2025, 3, 1), predecessors, StandingField.ENVIRONMENT
    )
    follow(view, environment, Body.establish(act(), **TAX_OFFICE))
    tax_office, listed = view.list_bodies(after=None, limit=9)
    assert (tax_office.code, tax_office.attests) == ("CUCTHUE", StandingField.TAX)
    assert (listed.id, listed.predecessors) == (environment.id, predecessors)
    assert [body.code for body in view.list_bodies(after="CUCTHUE", limit=9)] == ["SNNMT"]


def test_delivering_organisations_are_listed_by_service(log: EventLog) -> None:
    view = DeliveringOrganisations(log)
    certification, testing = (OfferedService.CERTIFICATION,), (OfferedService.CERTIFICATION, OfferedService.TESTING)
    organisations = [
        DeliveringOrganisation.register(act(), UUID(int=number), f"Tổ chức {number}", TAX_CODE, services, "Mẫu", None)
        for number, services in enumerate((certification, testing), start=1)
    ]
    follow(view, *organisations)

    def listed(service: OfferedService | None) -> list[int]:
        return [row.id.int for row in view.list_delivering_organisations(service=service, after=None, limit=9)]

    assert listed(None) == listed(OfferedService.CERTIFICATION) == [1, 2]
    assert listed(OfferedService.TESTING) == [2]
    assert listed(OfferedService.CONSULTING) == []


def test_a_list_follows_what_becomes_of_an_enterprise(log: EventLog) -> None:
    view, mill = Enterprises(log), Enterprise.register(act(), UUID(int=9), company(), seal)
    mill.rename(act(document="1/QĐ"), replace(company().particulars, display_name="Công ty Gió Mới"), seal)
    mill.move(act(document="2/QĐ"), "31168", company().particulars, seal)
    mill.change_legal_form(act(document="3/QĐ"), LegalForm.JOINT_STOCK_COMPANY)
    mill.change_business_lines(act(document="4/QĐ"), (NEW_LINE,), (LAST_OF_FISH,))
    mill.record_size(act(document="5/BCTC"), RULE, YEAR)
    mill.dissolve(act(document="6/QĐ", effective_on=date(2024, 6, 30)))
    follow(view, mill)

    def found(**asked: Any) -> bool:
        return bool(view.list_enterprises(**asked, after=None, limit=9))

    assert found(unit_code="31168", legal_form=LegalForm.JOINT_STOCK_COMPANY, business_line_prefix="46")
    assert not any([found(unit_code="31117"), found(legal_form=LegalForm.LIMITED_COMPANY)])
    assert not found(business_line_prefix="10")
    (row,) = view.list_enterprises(after=None, limit=9)
    assert (row.ended_on, row.unit_code, row.version) == (date(2024, 6, 30), "31168", mill.version)
    assert row.business_lines == mill.business_lines
