"""Refusals that no path through a door comes past."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from grpc import StatusCode

from tests.bad_input import told
from tests.support.api import priority_requests as priorities
from tests.support.api import requests
from tests.support.city import City, call
from tests.support.conftest import Counter
from tests.support.examples import DAY, LEAD, LEADER, OFFICER, SECOND_OFFICER, Person, wanted

FAILED, INVALID = StatusCode.FAILED_PRECONDITION, StatusCode.INVALID_ARGUMENT
TAKEN = StatusCode.ALREADY_EXISTS


def numbered_twice(city: City) -> Any:
    task = city.scored_task(wanted(uuid4()))
    return requests.approve_task(str(task.id), str(city.plan()[1].id), new_document=requests.new_document())


def without_rules(city: City) -> Any:
    return requests.appoint_council(str(city.screened_task(wanted(uuid4())).id), rules=None)


def verified_by_no_rules(city: City) -> Any:
    return priorities.verify_priorities(str(city.screened_task(wanted(uuid4())).participation_ids[0]))


def presented_for_another(city: City) -> Any:
    """The certificate of one participation, in other letters, for the other participation of the task."""
    first, second = city.contracted_task(wanted(uuid4()), wanted(uuid4())).participation_ids
    name = {"certificate_number": f"QM {first}", "certification_body": "Chứng nhận Mẫu"}
    given = {"issued_on": DAY, "valid_until": date(2027, 6, 27)}
    city.support.delivery.certify_participation(call(OFFICER), participation_id=first, **name, **given)
    again = {"certificate_number": f"qm{first}".upper(), "certification_body": "CHỨNG NHẬN MẪU"}
    return requests.certify_participation(str(second), **again)


@pytest.mark.parametrize(
    ("code", "reason", "method", "person", "ask"),
    [
        (INVALID, "DOCUMENT_GIVEN_TWICE", "ApproveTask", LEADER, numbered_twice),
        (TAKEN, "CERTIFICATE_ALREADY_PRESENTED", "CertifyParticipation", OFFICER, presented_for_another),
        (INVALID, "REGULATION_MISSING", "AppointCouncil", LEAD, without_rules),
        (FAILED, "PRIORITY_RULES_NOT_IN_FORCE", "VerifyPriorities", SECOND_OFFICER, verified_by_no_rules),
    ],
)
def test_is_refused_at_the_door(
    counter: Counter, city: City, code: StatusCode, reason: str, method: str, person: Person, ask: Callable[[City], Any]
) -> None:
    answer = told(partial(counter.ask, method, ask(city), person))
    assert (answer.code, answer.reason) == (code, reason)
    assert answer.sentence
    assert "{" not in answer.sentence
