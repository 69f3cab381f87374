"""Who must renew what by when is one question, and nothing wrong passes its door."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

import pytest
from grpc import StatusCode
from nscl.support.v1 import certificate_service_pb2 as messages

from services.shared.wire import date_message
from tests.bad_input import Flaw, flaws, told
from tests.support.api import requests
from tests.support.conftest import Counter
from tests.support.examples import OFFICER, Person

GOOD = messages.ListCertificatesRequest()


def certified(counter: Counter, enterprise_id: UUID, number: str, valid_until: date) -> int:
    """A certified product; where its certificate was recorded."""
    asked = requests.certify_product(enterprise_id, certificate_number=number, valid_until=date_message(valid_until))
    position: int = counter.ask("CertifyProduct", asked, OFFICER).recorded.position
    return position


def numbers(counter: Counter, **wanted: object) -> list[str]:
    rows = counter.ask("ListCertificates", messages.ListCertificatesRequest(**wanted), OFFICER).certificates
    return [row.certificate_number for row in rows]


def test_what_expires_within_a_time_is_listed_the_first_first(counter: Counter) -> None:
    enterprise_id = uuid4()
    certified(counter, enterprise_id, "HC-3", date(2027, 3, 1))
    certified(counter, enterprise_id, "HC-1", date(2027, 1, 1))
    position = certified(counter, enterprise_id, "HC-2", date(2027, 2, 1))
    mine = {"enterprise_id": str(enterprise_id), "min_position": position}
    assert numbers(counter, **mine) == ["HC-1", "HC-2", "HC-3"]
    within = {"expires_from": date_message(date(2027, 1, 2)), "expires_by": date_message(date(2027, 2, 1))}
    assert numbers(counter, **mine, **within) == ["HC-2"]
    [row] = counter.ask("ListCertificates", messages.ListCertificatesRequest(**mine, **within), OFFICER).certificates
    assert (row.product_group_code, row.certification_body, row.content_code) == ("GAO", "Chứng nhận Mẫu", "")


def test_pages_follow_each_other_without_a_gap(counter: Counter) -> None:
    enterprise_id = uuid4()
    position = max(certified(counter, enterprise_id, f"HC-{n}", date(2027, 5, 1)) for n in range(3))
    seen, token = [], ""
    while True:
        asked = messages.ListCertificatesRequest(
            enterprise_id=str(enterprise_id), min_position=position, page_size=1, page_token=token
        )
        answer = counter.ask("ListCertificates", asked, OFFICER)
        seen += [row.certificate_number for row in answer.certificates]
        if not (token := answer.next_page_token):
            break
    assert sorted(seen) == ["HC-0", "HC-1", "HC-2"]


@pytest.mark.parametrize("flaw", list(flaws(GOOD)), ids=str)
def test_a_spoilt_field_is_refused_by_its_name(counter: Counter, flaw: Flaw) -> None:
    answer = told(lambda: counter.ask("ListCertificates", flaw.request, OFFICER))
    assert (answer.code, answer.fields) == (StatusCode.INVALID_ARGUMENT, {flaw.field})


def test_nobody_asks_without_a_token_or_in_a_foreign_capacity(counter: Counter) -> None:
    unknown = told(lambda: counter.ask("ListCertificates", GOOD, None))
    assert (unknown.code, unknown.reason) == (StatusCode.UNAUTHENTICATED, "TOKEN_MISSING")
    owner = Person("owner", "DN", "enterprise_representative")
    foreign = told(lambda: counter.ask("ListCertificates", GOOD, owner))
    assert (foreign.code, foreign.reason) == (StatusCode.PERMISSION_DENIED, "CAPACITY_NOT_PERMITTED")
