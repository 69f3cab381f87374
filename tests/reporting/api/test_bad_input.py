"""Nothing wrong passes the door of reports, whatever the method and whatever the field."""

from __future__ import annotations

from uuid import uuid4

import pytest
from google.protobuf.message import Message
from grpc import StatusCode
from nscl.common.v1.act_pb2 import Basis, Recorded

from tests.bad_input import Flaw, flaws, told
from tests.reporting.api.requests import draft_report, get_report, list_reports, publish_report
from tests.reporting.conftest import Counter

BASIS = Basis(document="901/BC-SKHCN", cause="support:1")
GOOD: dict[str, tuple[str, Message]] = {
    "DraftReport": ("reporting_officer", draft_report(basis=BASIS, at_least=[Recorded(service="support", position=1)])),
    "PublishReport": ("programme_lead", publish_report(basis=BASIS)),
    "GetReport": ("auditor", get_report()),
    "ListReports": ("auditor", list_reports(plan_id=str(uuid4()))),
}
A_DISTANT_POSITION = "DraftReport-at_least[0].position-too large"  # is waited for
FLAWS = [
    (method, flaw) for method, (_, good) in GOOD.items() for flaw in flaws(good) if str(flaw) != A_DISTANT_POSITION
]


@pytest.mark.parametrize(("method", "flaw"), FLAWS, ids=str)
def test_a_spoilt_field_is_named(method: str, flaw: Flaw, counter: Counter) -> None:
    capacity, _ = GOOD[method]
    answer = told(lambda: counter.ask(method, flaw.request, capacity=capacity))
    assert (answer.code, answer.fields) == (StatusCode.INVALID_ARGUMENT, {flaw.field})


@pytest.mark.parametrize("method", GOOD)
def test_nobody_is_answered_without_a_token(method: str, counter: Counter) -> None:
    _, good = GOOD[method]
    answer = told(lambda: counter.ask(method, good, capacity=None))
    assert (answer.code, answer.reason) == (StatusCode.UNAUTHENTICATED, "TOKEN_MISSING")


def test_a_page_token_made_up_is_refused(counter: Counter) -> None:
    token = "AAAAAAAAAAAAAAAAAAAAAAAA"
    answer = told(lambda: counter.ask("ListReports", list_reports(page_token=token), capacity="auditor"))
    assert (answer.code, answer.reason) == (StatusCode.INVALID_ARGUMENT, "PAGE_TOKEN_INVALID")
