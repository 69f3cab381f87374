"""The other services asked at their doors for the signed checkpoints of their logs, and for nothing else."""

from __future__ import annotations

from collections.abc import Mapping

from nscl.common.v1.proof_service_pb2 import GetCheckpointRequest
from nscl.common.v1.proof_service_pb2_grpc import ProofServiceStub

from services.reporting.domain.report import LogCheckpoint
from services.shared.grpc_server import Neighbour
from services.shared.transparency_log.checkpoints import Checkpoint
from services.shared.transparency_log.notes import Note


class CheckpointDoors:
    """The doors of the services whose events a report counts, by their names."""

    def __init__(self, neighbours: Mapping[str, Neighbour]) -> None:
        self._neighbours = neighbours

    def checkpoints(self) -> tuple[LogCheckpoint, ...]:
        """The last checkpoint of each. Raises NeighbourUnavailable when one does not answer in time, or has none."""
        return tuple(_asked(service, neighbour) for service, neighbour in self._neighbours.items())


def _asked(service: str, neighbour: Neighbour) -> LogCheckpoint:
    answer = neighbour.ask(ProofServiceStub(neighbour.channel).GetCheckpoint, GetCheckpointRequest())
    signed = Checkpoint.parse(Note.parse(answer.checkpoint.encode()).text)
    return LogCheckpoint(service, signed.size, answer.checkpoint)
