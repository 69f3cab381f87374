"""What the door says of the records behind it: the digest of each, to auditors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import grpc
import pytest
from nscl.common.v1 import proof_service_pb2 as pb
from nscl.common.v1.proof_service_pb2_grpc import ProofServiceStub

from deploy.local.tokens import Issuer
from services.shared.event_store import EventLog
from services.shared.event_store.state import RecordState, record_state
from services.shared.grpc_server import Door
from services.shared.grpc_server.proof_servicer import ProofServicer
from services.shared.record import Record, folded
from tests.shared.grpc_server.conftest import Client, Refused
from tests.shared.grpc_server.notebooks import NotebookServicer

States = Callable[..., dict[UUID, RecordState]]


@pytest.fixture
def door(opened: Callable[..., Door], servicer: NotebookServicer) -> Door:
    servicers: list[Any] = [servicer, ProofServicer(servicer.log, None)]
    return opened(servicers)


@pytest.fixture
def states(client: Client, issuer: Issuer) -> States:
    """Asks for the states, as an auditor or in another capacity."""

    def ask(capacity: str | None = "auditor", **request: Any) -> dict[UUID, RecordState]:
        token = issuer.issue(capacity=capacity, body="STC") if capacity else None
        metadata = (("authorization", f"Bearer {token}"),) if token else ()
        read_states = ProofServiceStub(client.channel).ReadStates
        try:
            answers = list(read_states(pb.ReadStatesRequest(**request), metadata=metadata, timeout=10))
        except grpc.RpcError as error:
            raise Refused(error) from None
        told = [state for answer in answers for state in answer.states]
        return {UUID(each.record_id): RecordState(UUID(each.record_id), each.version, each.digest) for each in told}

    return ask


def test_the_states_are_those_that_the_events_make(states: States, client: Client, log: EventLog) -> None:
    ids = [UUID(client.open().notebook.notebook_id) for _ in range(3)]
    for record_id, told in states().items():
        events = [log.mapper.to_domain_event(stored) for stored in log.recorder.select_events(record_id)]
        record = folded(None, (event for event in events if isinstance(event, Record.Event)))
        assert record is not None
        assert told == record_state(record)
    assert set(ids) <= states().keys()


def test_a_record_is_seen_as_of_a_position(states: States, client: Client) -> None:
    opened = client.open()
    record_id = UUID(opened.notebook.notebook_id)
    before = states()[record_id]
    client.write(str(record_id))
    after = states()[record_id]
    assert (before.version, after.version) == (1, 2)
    assert before.digest != after.digest
    assert states(up_to=opened.recorded.position)[record_id] == before
    assert record_id not in states(up_to=opened.recorded.position - 1)


def test_who_was_cut_off_goes_on_behind_the_last_id(states: States, client: Client) -> None:
    for _ in range(3):
        client.open()
    everything = states()
    ids = list(everything)
    assert ids == sorted(ids)
    assert list(states(after=str(ids[-3]))) == ids[-2:]
    assert states(after=str(ids[-1])) == {}


@pytest.mark.parametrize("capacity", [None, "clerk", "head_clerk"])
def test_states_are_shown_to_auditors_only(states: States, capacity: str | None) -> None:
    with pytest.raises(Refused) as refused:
        states(capacity)
    assert refused.value.code in (grpc.StatusCode.UNAUTHENTICATED, grpc.StatusCode.PERMISSION_DENIED)


@pytest.mark.parametrize("request_", [{"after": "x"}, {"up_to": -1}])
def test_states_that_cannot_be_asked_for_are_refused(states: States, request_: dict[str, Any]) -> None:
    with pytest.raises(Refused) as refused:
        states(**request_)
    assert refused.value.code is grpc.StatusCode.INVALID_ARGUMENT
