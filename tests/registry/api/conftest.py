"""What stands in the registry before somebody comes to its door."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import grpc
import pytest
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, LocalizedMessage
from grpc_status import rpc_status

from tests.registry.api.requests import (
    METHODS,
    cantho_units,
    establish_body,
    predecessor,
    register_delivering_organisation,
    register_enterprise,
)
from tests.registry.conftest import Counter


@dataclass(frozen=True)
class Known:
    """The door, and ids of records behind it."""

    counter: Counter
    enterprise_id: str
    delivering_organisation_id: str

    def good(self, method: str, **changes: Any) -> Any:
        """A request that is granted, bent by the changes."""
        asked = METHODS[method]
        about = {asked.needs: getattr(self, asked.needs)} if asked.needs else {}
        return asked.request(**about, **changes) if not changes.keys() & about.keys() else asked.request(**changes)

    def ask(self, method: str, request: Any = None, **who: Any) -> Any:
        """Ask in the method's usual capacity, unless ``who`` names another."""
        asked = METHODS[method]
        caller = {"capacity": asked.capacity, "body": asked.body, **who}
        return self.counter.ask(method, request if request is not None else self.good(method), **caller)


@pytest.fixture(scope="module")
def known(counter: Counter) -> Known:
    counter.ask("PublishUnits", cantho_units())
    counter.ask("EstablishBody", establish_body(code="CUCTHUE", predecessors=[predecessor()]))
    company = counter.ask("RegisterEnterprise", register_enterprise(), capacity="programme_officer")
    organisation = counter.ask("RegisterDeliveringOrganisation", register_delivering_organisation())
    return Known(
        counter,
        company.enterprise.enterprise_id,
        organisation.delivering_organisation.delivering_organisation_id,
    )


@dataclass(frozen=True)
class Refused:
    """An answer that refuses: status, reason, and what is wrong with which field."""

    code: grpc.StatusCode
    reason: str
    sentence: str
    fields: dict[str, str]


def refused(known: Known, method: str, request: Any = None, **who: Any) -> Refused:
    """The refusal of a call; fails when it is granted."""
    with pytest.raises(grpc.RpcError) as error:
        known.ask(method, request, **who)
    status = rpc_status.from_call(error.value)
    assert status is not None, error.value
    info, localized, bad_request = ErrorInfo(), LocalizedMessage(), BadRequest()
    for detail in status.details:
        assert sum(detail.Unpack(message) for message in (info, localized, bad_request)) == 1
    assert info.domain == "nscl"
    violations = {violation.field: violation.reason for violation in bad_request.field_violations}
    return Refused(error.value.code(), info.reason, localized.message, violations)
