"""The other services asked at their doors for the signed checkpoints of their logs, and for nothing else."""

from __future__ import annotations

from collections.abc import Mapping

from nscl.common.v1.proof_service_pb2 import GetCheckpointRequest
from nscl.common.v1.proof_service_pb2_grpc import ProofServiceStub

from services.reporting.domain.report import LogCheckpoint
from services.shared.grpc_server import Neighbour
from services.shared.grpc_server.refusals import Unavailable
from services.shared.transparency_log.checkpoints import Checkpoint
from services.shared.transparency_log.notes import Note


class CheckpointLagged(Unavailable):
    """What the report must hold is recorded, and not signed yet."""

    sentence = "Điểm kiểm tra của dịch vụ {service} mới có {size} sự kiện, chưa đến vị trí {wanted}: xin thử lại sau."


class CheckpointDoors:
    """The doors of the services whose events a report counts, by their names."""

    def __init__(self, neighbours: Mapping[str, Neighbour]) -> None:
        self._neighbours = neighbours

    def checkpoints(self, at_least: Mapping[str, int]) -> tuple[LogCheckpoint, ...]:
        """The last checkpoint of each, which holds the position that is asked of it.

        Raises NeighbourUnavailable when one does not answer in time or has none yet, and CheckpointLagged.
        """
        found = tuple(_last(service, neighbour) for service, neighbour in self._neighbours.items())
        for checkpoint in found:
            wanted = at_least.get(checkpoint.service, 0)
            if checkpoint.size < wanted:
                raise CheckpointLagged(service=checkpoint.service, size=checkpoint.size, wanted=wanted)
        return found


def _last(service: str, neighbour: Neighbour) -> LogCheckpoint:
    answer = neighbour.ask(ProofServiceStub(neighbour.channel).GetCheckpoint, GetCheckpointRequest())
    signed = Checkpoint.parse(Note.parse(answer.checkpoint.encode()).text)
    return LogCheckpoint(service, signed.size, answer.checkpoint)
