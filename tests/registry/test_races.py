"""Two doors of the registry, as processes of their own, asked at once about the same enterprise: nothing is lost."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from typing import Any
from uuid import uuid4

import grpc
import pytest
from nscl.registry.v1 import duplicate_service_pb2 as duplicates
from nscl.registry.v1 import registry_service_pb2 as registry

from services.shared.event_store import ViewFeeder
from tests.registry.api.duplicate_requests import merge_enterprises, propose_merge
from tests.registry.api.requests import (
    cantho_units,
    day,
    identifier,
    record_other_funding,
    register_enterprise,
    tax_code,
)
from tests.registry.conftest import Counter
from tests.registry.processes import Doors
from tests.servers import Database
from tests.soak import Soak

pytestmark = pytest.mark.soak
ROUNDS, PART = 200, 0.05
OFFICER = "programme_officer"


@pytest.fixture(scope="module")
def doors(
    registry_database: Database,
    fed_views: ViewFeeder,  # noqa: ARG001 - an address is looked up in a view
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Counter, Counter]]:
    opened = Doors(registry_database, tmp_path_factory.mktemp("doors"))
    with ExitStack() as stack:
        first, second = (stack.enter_context(opened.open()).counter for _ in range(2))
        first.ask("PublishUnits", cantho_units())
        yield first, second


def at_once(doors: tuple[Counter, Counter], *asked: tuple[str, Any, str]) -> list[str]:
    """OK, or the reason of a refusal, for each; who is told that others were faster asks again."""
    barrier = threading.Barrier(len(asked))

    def ask(counter: Counter, method: str, request: Any, capacity: str) -> str:
        barrier.wait()
        while True:
            try:
                counter.ask(method, request, capacity=capacity, body="SCT", person_id=uuid4())
            except grpc.RpcError as error:
                if error.code() is grpc.StatusCode.ABORTED:
                    continue
                return str(error.details()).split()[0]
            else:
                return "OK"

    with ThreadPoolExecutor(len(asked)) as threads:
        futures = [threads.submit(partial(ask, door, *each)) for door, each in zip(doors, asked, strict=True)]
        return [future.result() for future in futures]


def registered(door: Counter, code: str) -> str:
    request = register_enterprise(identifier=identifier(code=code))
    enterprise_id: str = door.ask("RegisterEnterprise", request, capacity=OFFICER).enterprise.enterprise_id
    return enterprise_id


def proposed(door: Counter, record: str, kept: str) -> tuple[str, Any, str]:
    """The merge of one record into another, proposed and yet to be made."""
    both = {"enterprise_id": record, "kept_enterprise_id": kept}
    door.ask("ProposeMerge", propose_merge(**both), capacity=OFFICER)
    return "MergeEnterprises", merge_enterprises(**both), "programme_lead"


def fundings(door: Counter, enterprise_id: str) -> list[str]:
    asked = registry.GetEligibilityRequest(
        enterprise_id=enterprise_id, content_code="SYS-ISO9001", on_date=day(2024, 7, 1)
    )
    facts = door.ask("GetEligibility", asked, capacity="auditor").eligibility
    return [funding.legal_basis for funding in facts.undertaking_fundings]


def test_two_merges_into_each_other_leave_one(doors: tuple[Counter, Counter], soak: Soak) -> None:
    for _ in range(soak.count(ROUNDS, PART)):
        one, other = (registered(doors[0], tax_code()) for _ in range(2))
        answers = at_once(doors, proposed(doors[0], one, other), proposed(doors[0], other, one))
        assert sorted(answers) == ["OK", "RECORD_MERGED_AWAY"], soak
        told = [
            doors[1].ask("GetDuplicates", duplicates.GetDuplicatesRequest(enterprise_id=each), capacity="auditor")
            for each in (one, other)
        ]
        assert sorted(len(each.duplicates.kept_id) for each in told) == [0, len(one)], soak


def test_a_funding_recorded_during_a_merge_answers_under_both(doors: tuple[Counter, Counter], soak: Soak) -> None:
    for _ in range(soak.count(ROUNDS, PART)):
        kept, record = (registered(doors[0], tax_code()) for _ in range(2))
        funding = record_other_funding(enterprise_id=record)
        answers = at_once(doors, proposed(doors[0], record, kept), ("RecordOtherFunding", funding, "scheme_officer"))
        assert answers == ["OK", "OK"], soak
        assert fundings(doors[1], kept) == fundings(doors[0], record) == [funding.legal_basis], soak


def test_a_number_stays_taken_while_its_record_is_merged_away(doors: tuple[Counter, Counter], soak: Soak) -> None:
    for _ in range(soak.count(ROUNDS, PART)):
        code = tax_code()
        kept, record = registered(doors[0], tax_code()), registered(doors[0], code)
        again = register_enterprise(identifier=identifier(code=code))
        answers = at_once(doors, proposed(doors[0], record, kept), ("RegisterEnterprise", again, OFFICER))
        assert answers == ["OK", "ENTERPRISE_ALREADY_REGISTERED"], soak
