"""What the doors of the registry's areas refuse whatever they are about: spoilt fields, strangers, other capacities."""

from __future__ import annotations

import grpc
import pytest
from nscl.registry.v1 import (
    branch_service_pb2,
    data_subject_service_pb2,
    duplicate_service_pb2,
    organisation_service_pb2,
)

from tests.bad_input import Flaw, flaws
from tests.bad_input import told as refusal_of
from tests.registry.api import branch_requests, data_subject_requests, duplicate_requests, organisation_requests
from tests.registry.api.conftest import Known

AREAS = {
    "BranchService": (branch_service_pb2, branch_requests),
    "DataSubjectService": (data_subject_service_pb2, data_subject_requests),
    "DuplicateService": (duplicate_service_pb2, duplicate_requests),
    "OrganisationService": (organisation_service_pb2, organisation_requests),
}
METHODS = {name: asked for _, area in AREAS.values() for name, asked in area.METHODS.items()}


@pytest.mark.parametrize("service", AREAS)
def test_every_method_is_tried(service: str) -> None:
    messages, area = AREAS[service]
    assert {method.name for method in messages.DESCRIPTOR.services_by_name[service].methods} == area.METHODS.keys()


@pytest.mark.parametrize("flaw", [flaw for _, good in METHODS.values() for flaw in flaws(good())], ids=str)
def test_a_spoilt_field_is_refused_by_its_name(known: Known, flaw: Flaw) -> None:
    method = type(flaw.request).__name__.removesuffix("Request")
    capacity, _ = METHODS[method]
    answer = refusal_of(lambda: known.counter.ask(method, flaw.request, capacity=capacity))
    assert (answer.code, answer.fields) == (grpc.StatusCode.INVALID_ARGUMENT, {flaw.field})


@pytest.mark.parametrize("method", METHODS)
def test_nobody_is_served_without_a_token(known: Known, method: str) -> None:
    answer = refusal_of(lambda: known.counter.ask(method, METHODS[method][1](), capacity=None))
    assert answer.code is grpc.StatusCode.UNAUTHENTICATED


@pytest.mark.parametrize("method", [method for method, (capacity, _) in METHODS.items() if capacity != "auditor"])
@pytest.mark.parametrize("capacity", ["host_representative", "enterprise_representative", "auditor"])
def test_nobody_acts_in_another_capacity(known: Known, method: str, capacity: str) -> None:
    answer = refusal_of(lambda: known.counter.ask(method, METHODS[method][1](), capacity=capacity))
    assert (answer.code, answer.reason) == (grpc.StatusCode.PERMISSION_DENIED, "CAPACITY_NOT_PERMITTED")
