"""A certified product through its door: looked at, suspended, reinstated, certified anew, withdrawn, and listed so."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from grpc import StatusCode
from nscl.support.v1 import certificate_resources_pb2 as resources
from nscl.support.v1 import certificate_service_pb2 as certificates
from nscl.support.v1 import clock_resources_pb2 as clocks

from tests.bad_input import told
from tests.support.api import product_requests as asked
from tests.support.api import requests
from tests.support.api.clerk import Clerk
from tests.support.api.clock_requests import steps_due
from tests.support.conftest import Counter, StandInRegistry
from tests.support.examples import OFFICER, SECOND_OFFICER


@pytest.fixture
def enterprise_id() -> UUID:
    return uuid4()


@pytest.fixture
def product_id(counter: Counter, enterprise_id: UUID) -> str:
    certified = counter.ask("CertifyProduct", requests.certify_product(enterprise_id), OFFICER)
    product_id: str = certified.product.product_id
    return product_id


def listed(counter: Counter, enterprise_id: UUID, position: int) -> list[tuple[str, int]]:
    """The enterprise's certificates and how they stand."""
    listing = certificates.ListCertificatesRequest(enterprise_id=str(enterprise_id), min_position=position)
    rows = counter.ask("ListCertificates", listing, OFFICER).certificates
    return [(row.certificate_number, row.status) for row in rows]


def test_a_product_is_followed_until_it_is_certified_anew_and_withdrawn(
    clerk: Clerk, product_id: str, enterprise_id: UUID
) -> None:
    counter = clerk.counter
    looked_at = clerk.ask("RecordProductSurveillance", asked.record_product_surveillance(product_id), OFFICER).product
    [audit] = looked_at.surveillances
    assert (audit.result, audit.document) == (resources.SURVEILLANCE_RESULT_FAILED, "31/BC-CN")
    suspended = clerk.ask("SuspendProduct", asked.suspend_product(product_id), OFFICER)
    assert (suspended.product.status, suspended.product.reason) == (resources.CERTIFICATE_STATUS_SUSPENDED, "Độ ẩm")
    held = [("HC-5", resources.CERTIFICATE_STATUS_SUSPENDED)]
    assert listed(counter, enterprise_id, suspended.recorded.position) == held
    alone = told(lambda: counter.ask("ReinstateProduct", asked.reinstate_product(product_id), OFFICER))
    assert (alone.code, alone.reason) == (StatusCode.PERMISSION_DENIED, "ACTED_BEFORE")
    lifted = clerk.ask("ReinstateProduct", asked.reinstate_product(product_id), SECOND_OFFICER)
    valid = [("HC-5", resources.CERTIFICATE_STATUS_VALID)]
    assert listed(counter, enterprise_id, lifted.recorded.position) == valid
    renewed = clerk.ask("RenewProduct", asked.renew_product(product_id), OFFICER)
    assert renewed.product.status == resources.CERTIFICATE_STATUS_RENEWED
    anew = [("HC-5/2", resources.CERTIFICATE_STATUS_VALID)]
    assert listed(counter, enterprise_id, renewed.recorded.position) == anew
    gone = clerk.ask("WithdrawProduct", asked.withdraw_product(renewed.product.renewed_id), OFFICER)
    withdrawn = [("HC-5/2", resources.CERTIFICATE_STATUS_WITHDRAWN)]
    assert listed(counter, enterprise_id, gone.recorded.position) == withdrawn


def test_a_product_waits_for_its_next_surveillance_while_its_certificate_holds(
    counter: Counter, product_id: str
) -> None:
    looked_at = counter.ask("RecordProductSurveillance", asked.record_product_surveillance(product_id), OFFICER)
    [due] = steps_due(counter, product_id, looked_at.recorded.position)
    assert (due.step, due.task_id) == (clocks.WAITING_STEP_SURVEILLANCE, "")
    suspended = counter.ask("SuspendProduct", asked.suspend_product(product_id), OFFICER)
    assert steps_due(counter, product_id, suspended.recorded.position) == []


def test_a_certificate_known_already_is_no_renewal(counter: Counter, product_id: str) -> None:
    again = asked.renew_product(product_id, certificate_number="HC-5")
    answer = told(lambda: counter.ask("RenewProduct", again, OFFICER))
    assert (answer.code, answer.reason) == (StatusCode.ALREADY_EXISTS, "PRODUCT_ALREADY_CERTIFIED")


def test_the_product_of_an_enterprise_that_is_no_more_is_not_certified_anew(
    counter: Counter, product_id: str, enterprise_id: UUID, registry_door: StandInRegistry
) -> None:
    registry_door.ended.add(enterprise_id)
    answer = told(lambda: counter.ask("RenewProduct", asked.renew_product(product_id), OFFICER))
    assert (answer.code, answer.reason) == (StatusCode.FAILED_PRECONDITION, "ENTERPRISE_ENDED")
