"""What the services say at their doors, for a comparison with what the events make."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import grpc
from nscl.common.v1.proof_service_pb2 import ReadStatesRequest
from nscl.common.v1.proof_service_pb2_grpc import ProofServiceStub
from nscl.reporting.v1.reporting_service_pb2 import ListIndicatorsRequest, ListTrailRequest
from nscl.reporting.v1.reporting_service_pb2_grpc import ReportingServiceStub
from nscl.support.v1.support_service_pb2 import (
    ListBudgetLinesRequest,
    ListParticipationsRequest,
    ListTasksRequest,
)
from nscl.support.v1.support_service_pb2_grpc import SupportServiceStub

from services.audit.fetch import SourceFailed
from services.shared.channel import open_channel
from services.shared.event_store.state import RecordState

_PAGE = 500
_MOST_SECONDS = 600.0


class TrailEntry(NamedTuple):
    """An event in the story of a record, as reporting tells it."""

    service: str
    position: int
    sentence: str


class LiveDoor:
    """One service's door, asked in an auditor's capacity. Its methods raise SourceFailed."""

    def __init__(self, service: str, address: str, token: str, roots: Path | None) -> None:
        """``roots`` are the certificates (PEM) by which the door is known. Raises DoorUnprotected without them."""
        self.service = service
        self._address = address
        self._channel = open_channel(address, roots)
        self._how: dict[str, Any] = {"metadata": (("authorization", f"Bearer {token}"),), "timeout": _MOST_SECONDS}

    def close(self) -> None:
        self._channel.close()

    def states(self, up_to: int) -> Iterator[RecordState]:
        """The digest of each record as of a position."""
        with self._failing():
            for answer in ProofServiceStub(self._channel).ReadStates(ReadStatesRequest(up_to=up_to), **self._how):
                for state in answer.states:
                    yield RecordState(UUID(state.record_id), state.version, state.digest)

    def indicators(self) -> tuple[dict[str, int], dict[str, int]]:
        """The value of each indicator by its code, and up to which position of each other service it counts."""
        with self._failing():
            answer = ReportingServiceStub(self._channel).ListIndicators(ListIndicatorsRequest(), **self._how)
        values = {progress.indicator.code: progress.value for progress in answer.indicators}
        return values, {heard.service: heard.position for heard in answer.as_of}

    def trail(self, record_id: UUID) -> Sequence[TrailEntry]:
        """The story of a record."""
        request = ListTrailRequest(subject_id=str(record_id), page_size=_PAGE)
        list_trail = ReportingServiceStub(self._channel).ListTrail
        return [
            TrailEntry(entry.recorded.service, entry.recorded.position, entry.sentence)
            for entry in self._listed(list_trail, request, "entries")
        ]

    def listed(self, what: str) -> dict[UUID, Any]:
        """Each of support's ``budget_lines``, ``tasks`` or ``participations`` by its id, as the list shows it."""
        stub = SupportServiceStub(self._channel)
        method, request, id_field = {
            "budget_lines": (stub.ListBudgetLines, ListBudgetLinesRequest(page_size=_PAGE), "budget_line_id"),
            "tasks": (stub.ListTasks, ListTasksRequest(page_size=_PAGE), "task_id"),
            "participations": (
                stub.ListParticipations,
                ListParticipationsRequest(page_size=_PAGE),
                "participation_id",
            ),
        }[what]
        return {UUID(getattr(shown, id_field)): shown for shown in self._listed(method, request, what)}

    def _listed(self, method: Any, request: Any, name: str) -> Iterator[Any]:
        while True:
            with self._failing():
                answer = method(request, **self._how)
            yield from getattr(answer, name)
            if not answer.next_page_token:
                return
            request.page_token = answer.next_page_token

    @contextmanager
    def _failing(self) -> Iterator[None]:
        try:
            yield
        except grpc.RpcError as error:
            raise SourceFailed(f"{self._address} does not answer: {error.code().name}, {error.details()}") from error
