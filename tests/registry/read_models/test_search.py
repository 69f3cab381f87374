"""Enterprises are found by words, unit, business line, group and form, whichever way the search takes."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.registry.domain.business_line import BusinessLine, VsicScheme
from services.registry.domain.enterprise import Enterprise
from services.registry.domain.registration import LegalForm, TargetGroup
from services.registry.read_models import enterprises as searching
from services.registry.read_models.enterprises import Enterprises, ListedEnterprise, words_of
from services.registry.settings import MigrationSettings
from services.registry.wiring import migrate
from services.shared.event_store import EventLog
from tests.given import act
from tests.registry.examples import OWNER_NAME, company, household
from tests.registry.read_models.test_enterprises import follow, seal
from tests.servers import Database

NAMES = ["Công ty TNHH Cá Khô Mặt Trời", "Công ty Mặt Trăng", "Khô Cá Đồng", "Hợp tác xã Ớt Đỏ", "Công ty 5S"]
COMPANIES = [
    Enterprise.register(
        act(),
        UUID(int=number + 1),
        company(
            display_name=NAMES[number % len(NAMES)],
            legal_form=(LegalForm.LIMITED_COMPANY, LegalForm.PARTNERSHIP)[number % 2],
            unit_code=("31117", "31120", "31168")[number % 3],
            business_lines=(BusinessLine(VsicScheme.VSIC2018, ("1020", "1030", "4620")[number % 3], date(2020, 1, 1)),),
        ),
        seal,
    )
    for number in range(60)
]
HOUSEHOLD = Enterprise.register(act(), UUID(int=1000), household(), seal)


@pytest.fixture(scope="module")
def view(module_database: Database) -> Iterator[Enterprises]:
    migrate(MigrationSettings(module_database.dsn_owner, module_database.service.name))
    with EventLog("registry", module_database.service_env) as log:
        view = Enterprises(log)
        follow(view, *COMPANIES, HOUSEHOLD)
        yield view


@pytest.fixture(params=[20_000, 3], ids=["found near", "found by the index"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """How many rows a search looks through before it asks the index."""
    monkeypatch.setattr(searching, "_ROWS_LOOKED_THROUGH", request.param)


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("CÁ  khô", {0, 2}),
        ("khô cá", {0, 2}),
        ("mat tr", {0, 1}),
        ("mat trang", {1}),
        ("tr mat", set()),
        ("ớt", {3}),
        ("do", {2, 3}),
        ("5s", {4}),
        ("cong ty", {0, 1, 4}),
        ("Bà Sáu", set()),
    ],
)
def test_every_word_is_in_the_name_the_last_as_a_beginning(view: Enterprises, name: str, found: set[int]) -> None:
    rows = view.list_enterprises(name=name, after=None, limit=100)
    assert {NAMES.index(row.particulars.display_name) for row in rows if row.particulars} == found


@pytest.mark.usefixtures("way")
def test_pages_of_any_search_are_those_of_a_look_at_each_row(view: Enterprises) -> None:
    everything = view.list_enterprises(after=None, limit=1000)
    chosen = random.Random(5)
    for _ in range(60):
        search: dict[str, Any] = {
            "name": chosen.choice((None, "ca", "cong ty", "mat troi", "ty mat t", "5")),
            "target_group": chosen.choice((None, TargetGroup.ENTERPRISE, TargetGroup.OTHER_ESTABLISHMENT)),
            "legal_form": chosen.choice((None, LegalForm.PARTNERSHIP)),
            "unit_code": chosen.choice((None, "31120")),
            "business_line_prefix": chosen.choice((None, "1", "10", "103", "4620", "9")),
        }
        after, limit = chosen.choice((None, 17, 40)), chosen.choice((2, 7, 100))
        wanted = [row.position for row in everything if row.position > (after or 0) and fits(row, search)][:limit]
        assert [row.position for row in view.list_enterprises(**search, after=after, limit=limit)] == wanted, search


def fits(row: ListedEnterprise, search: dict[str, Any]) -> bool:
    words = words_of(row.particulars.display_name) if row.particulars else []
    *whole, last = words_of(search["name"] or "") or [""]
    prefix = search["business_line_prefix"]
    return (
        all(word in words for word in whole)
        and (not last or any(word.startswith(last) for word in words))
        and search["target_group"] in (None, row.target_group)
        and search["legal_form"] in (None, row.legal_form)
        and search["unit_code"] in (None, row.unit_code)
        and (prefix is None or any(line.code.startswith(prefix) for line in row.business_lines))
    )


def test_no_word_of_a_households_name_is_kept(view: Enterprises) -> None:
    with view.reading() as cursor:
        cursor.execute("SELECT terms::text FROM enterprises WHERE enterprise_id = %s", (HOUSEHOLD.id,))
        [(terms,)] = cursor.fetchall()
    assert not [word for word in words_of(OWNER_NAME) if f"n{word}" in terms]
    assert "'fHOUSEHOLD_BUSINESS'" in terms
