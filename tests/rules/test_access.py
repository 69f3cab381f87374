"""Manners of access: the page that tells who may do what tells all of it, as it is."""

from __future__ import annotations

import pytest

from deploy.access import FILE, methods, page
from deploy.local.ports import SERVICES
from programme.capacities import CAPACITIES
from services.shared.grpc_server import ANY_CAPACITY
from tests.rules.test_doors import rpcs


def test_the_page_is_the_one_that_the_code_writes() -> None:
    assert FILE.read_text(encoding="utf-8") == page(), "run make access"


@pytest.mark.parametrize("service", SERVICES)
def test_every_rpc_of_a_door_is_declared(service: str) -> None:
    declared = {path.rpartition("/")[2] for path in methods(service) if f".{service}." in path}
    assert declared == set(rpcs(service))


@pytest.mark.parametrize("service", SERVICES)
def test_every_capacity_a_method_permits_has_a_name(service: str) -> None:
    permitted = {capacity for method in methods(service).values() for capacity in method.declaration.capacities}
    assert permitted <= {*CAPACITIES, ANY_CAPACITY}
