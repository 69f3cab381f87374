# ruff: noqa: N802 - the methods bear the names of their rpcs
"""What every service can show of its own log at its door: checkpoints, proofs, and its events to auditors."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import islice
from typing import Any

from eventsourcing.persistence import Notification
from nscl.common.v1 import proof_service_pb2 as pb
from nscl.common.v1.proof_service_pb2_grpc import ProofServiceServicer

from services.shared.deadline import remaining_seconds
from services.shared.event_store import EventLog
from services.shared.event_store.state import RecordState
from services.shared.grpc_server.form import Form
from services.shared.grpc_server.identity import Caller
from services.shared.grpc_server.methods import ANY_CAPACITY, query
from services.shared.grpc_server.refusals import Unavailable
from services.shared.refusals import Missing
from services.shared.settings import LogSettings
from services.shared.transparency_log.checkpoints import Checkpoint
from services.shared.transparency_log.log_tree import LogTree
from services.shared.transparency_log.notes import Note
from services.shared.transparency_log.proofs import LogProof
from services.shared.transparency_log.signing import Memory
from services.shared.transparency_log.tree import consistency_proof, inclusion_proof

AUDITORS = ("auditor",)
# An answer of many events goes out when it has grown to this.
_ANSWER_BYTES = 1 << 20
_STATES_IN_AN_ANSWER = 200
_LOOK_SECONDS = 0.05
# Whoever waits is told that it took too long before the deadline, not by it.
_SHARE_OF_DEADLINE = 0.8


class PositionNotRecorded(Missing):
    """The log has no event at this position."""

    sentence = "Sổ sự kiện chưa có vị trí {position}: hiện có {head} sự kiện."


class PositionNotInTree(Missing):
    """The tree over the log is not as large as was asked about."""

    sentence = "Cây băm của sổ sự kiện chưa đến vị trí {position}: hiện có {size} sự kiện."


class TreeLagged(Unavailable):
    """The event is recorded, and no checkpoint holds it yet (gRPC UNAVAILABLE: ask again)."""

    sentence = "Sự kiện ở vị trí {position} đã ghi nhưng chưa có điểm kiểm tra đã ký: xin thử lại sau."


class ProofServicer(ProofServiceServicer):
    """Proofs about one service's log."""

    def __init__(self, log: EventLog, settings: LogSettings | None) -> None:
        """Raises HistoryLost when the log is not the one that was signed as ``settings`` remember it."""
        self._log = log
        self._tree = LogTree(log)
        if settings is not None:
            Memory(settings.memory, settings.origin).compare(self._tree, log.head())

    @query(ANY_CAPACITY)
    def GetCheckpoint(self, request: pb.GetCheckpointRequest, caller: Caller) -> pb.GetCheckpointResponse:  # noqa: ARG002
        return pb.GetCheckpointResponse(checkpoint=bytes(self._signed(0)[0]).decode())

    @query(ANY_CAPACITY)
    def GetInclusionProof(self, request: pb.GetInclusionProofRequest, caller: Caller) -> pb.GetInclusionProofResponse:  # noqa: ARG002
        form = Form(request)
        position, size = form.integer("position", least=1), form.optional_integer("tree_size", least=1)
        form.check()
        size = size if size is not None else self._signed(position)[1].size
        self._must_hold(max(position, size))
        if position > size:
            raise PositionNotInTree(position=position, size=size)
        hashes = inclusion_proof(position - 1, size, self._tree.tiles())
        return pb.GetInclusionProofResponse(
            leaf_index=position - 1, tree_size=size, hashes=hashes, entry=self._entry(position)
        )

    @query(ANY_CAPACITY)
    def GetConsistencyProof(
        self,
        request: pb.GetConsistencyProofRequest,
        caller: Caller,  # noqa: ARG002
    ) -> pb.GetConsistencyProofResponse:
        form = Form(request)
        first, second = form.integer("first_size", least=1), form.integer("second_size", least=1)
        if second < first:
            form.refuse("second_size", "SMALLER_THAN_FIRST", "Trường second_size không được nhỏ hơn first_size.")
        form.check()
        self._must_hold(second)
        return pb.GetConsistencyProofResponse(hashes=consistency_proof(first, second, self._tree.tiles()))

    @query(ANY_CAPACITY)
    def GetTlogProof(self, request: pb.GetTlogProofRequest, caller: Caller) -> pb.GetTlogProofResponse:  # noqa: ARG002
        form = Form(request)
        position = form.integer("position", least=1)
        form.check()
        if position > (head := self._log.head()):
            raise PositionNotRecorded(position=position, head=head)
        note, checkpoint = self._signed(position)
        proof = LogProof(position - 1, inclusion_proof(position - 1, checkpoint.size, self._tree.tiles()), note)
        return pb.GetTlogProofResponse(tlog_proof=bytes(proof).decode(), entry=self._entry(position))

    @query(*AUDITORS)
    def ReadEvents(self, request: pb.ReadEventsRequest, caller: Caller) -> Any:  # noqa: ARG002
        form = Form(request)
        after, up_to = form.optional_integer("after"), form.optional_integer("up_to")
        form.check()
        return _in_answers(self._log.recorder.read_all(after or 0, up_to))

    @query(*AUDITORS)
    def ReadStates(self, request: pb.ReadStatesRequest, caller: Caller) -> Any:  # noqa: ARG002
        form = Form(request)
        up_to, after = form.optional_integer("up_to"), form.optional_uuid("after")
        form.check()
        return _in_pages(self._log.states(up_to, after))

    def _signed(self, position: int) -> tuple[Note, Checkpoint]:
        """The last checkpoint, once it holds the position. Raises TreeLagged when that takes too long."""
        give_up_at = time.monotonic() + remaining_seconds() * _SHARE_OF_DEADLINE
        while True:
            encoded = self._tree.checkpoint()
            if encoded is not None:
                note = Note.parse(encoded)
                checkpoint = Checkpoint.parse(note.text)
                if checkpoint.size >= position:
                    return note, checkpoint
            if time.monotonic() + _LOOK_SECONDS > give_up_at:
                raise TreeLagged(position=position)
            time.sleep(_LOOK_SECONDS)

    def _must_hold(self, size: int) -> None:
        if size > (held := self._tree.size()):
            raise PositionNotInTree(position=size, size=held)

    def _entry(self, position: int) -> str:
        [entry] = self._tree.entries(position - 1, 1)
        return entry.decode()


def _in_answers(events: Iterator[Notification]) -> Iterator[pb.ReadEventsResponse]:
    """The events in answers of about a megabyte, read no faster than they are taken."""
    answer, size_bytes = pb.ReadEventsResponse(), 0
    for event in events:
        answer.events.add(
            position=event.id,
            stream=str(event.originator_id),
            version=event.originator_version,
            topic=event.topic,
            state=event.state,
        )
        size_bytes += len(event.state)
        if size_bytes >= _ANSWER_BYTES or len(answer.events) >= 2_000:
            yield answer
            answer, size_bytes = pb.ReadEventsResponse(), 0
    if answer.events:
        yield answer


def _in_pages(states: Iterator[RecordState]) -> Iterator[pb.ReadStatesResponse]:
    while page := list(islice(states, _STATES_IN_AN_ANSWER)):
        yield pb.ReadStatesResponse(
            states=[
                pb.RecordState(record_id=str(record_id), version=version, digest=digest)
                for record_id, version, digest in page
            ]
        )
