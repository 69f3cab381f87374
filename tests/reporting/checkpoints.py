"""Another service's door, which shows the signed checkpoint of a log as long as the test says."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
from nscl.common.v1 import proof_service_pb2 as proofs
from nscl.common.v1.proof_service_pb2_grpc import ProofServiceServicer, add_ProofServiceServicer_to_server

from services.shared.transparency_log.checkpoints import Checkpoint
from services.shared.transparency_log.notes import Note, Signer
from services.shared.transparency_log.tree import EMPTY_ROOT


class StandInLog(ProofServiceServicer):
    """The log of ``size`` events, whatever they are; None where nothing is signed yet."""

    size: int | None = 0

    def __init__(self, service: str) -> None:
        self._signer = Signer.generate(f"nscl.example.vn/{service}")
        self._server = grpc.server(ThreadPoolExecutor(2))
        add_ProofServiceServicer_to_server(self, self._server)
        self.address = f"127.0.0.1:{self._server.add_insecure_port('127.0.0.1:0')}"
        self._server.start()

    def stop(self) -> None:
        self._server.stop(None)

    def GetCheckpoint(self, _: proofs.GetCheckpointRequest, context: Any) -> proofs.GetCheckpointResponse:  # noqa: N802
        if self.size is None:
            context.abort(grpc.StatusCode.UNAVAILABLE, "nothing is signed yet")
        return proofs.GetCheckpointResponse(checkpoint=self.note)

    @property
    def note(self) -> str:
        """The checkpoint as the log signs it."""
        root = bytes(32) if self.size else EMPTY_ROOT
        text = str(Checkpoint(self._signer.verifier.name, self.size or 0, root))
        return bytes(Note(text, (self._signer.sign(text),))).decode()
