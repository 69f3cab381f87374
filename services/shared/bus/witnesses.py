"""Having witnesses cosign what was signed, beside the integration, which waits for no witness."""

from __future__ import annotations

import logging
from typing import Self

import eventlet
from eventsourcing.persistence import PersistenceError

from services.shared.bus import metrics
from services.shared.transparency_log.checkpoints import Checkpoint
from services.shared.transparency_log.log_tree import LogTree
from services.shared.transparency_log.notes import Note
from services.shared.transparency_log.policy import Policy
from services.shared.transparency_log.tree import consistency_proof
from services.shared.transparency_log.witnessing import WitnessClient, WitnessRefused, cosigned

# A checkpoint that waits for its witnesses is not published: look often; one that was refused is asked for less often.
LOOK_SECONDS = 0.1
AFTER_REFUSAL_SECONDS = 2.0

_log = logging.getLogger(__name__)


class Witnesses:
    """Asks the witnesses of a policy to cosign the last checkpoint, as long as the ``with`` block lasts."""

    def __init__(self, tree: LogTree, policy: Policy) -> None:
        self._tree = tree
        self._clients = [WitnessClient(witness) for witness in policy.witnesses]
        self._done: bytes | None = None

    def __enter__(self) -> Self:
        self._asking = eventlet.spawn(self._ask_for_ever)
        return self

    def __exit__(self, *_: object) -> None:
        self._asking.kill()

    def ask(self) -> list[WitnessRefused]:
        """Have the last checkpoint cosigned by all witnesses that have not and will; why the others did not."""
        signed = self._tree.last_signed()
        if signed is None or signed == self._done:
            return []
        note = Note.parse(signed)
        wanted = [client for client in self._clients if not note.signed_by([client.witness.key])]
        note, refusals = cosigned(note, wanted, self._prove)
        if len(refusals) < len(wanted):
            self._tree.cosigned(Checkpoint.parse(note.text).size, bytes(note))
        self._done = None if refusals else bytes(note)
        return refusals

    def _ask_for_ever(self) -> None:
        while True:
            try:
                refusals = self.ask()
            except PersistenceError as error:
                _log.warning("no witness is asked: %s", error)
                refusals = []
            for refusal in refusals:
                _log.error("no cosignature: %s", refusal)
                metrics.witness_refusals.inc()
            eventlet.sleep(AFTER_REFUSAL_SECONDS if refusals else LOOK_SECONDS)

    def _prove(self, old: int, new: int) -> list[bytes]:
        return list(consistency_proof(old, new, self._tree.tiles()))
