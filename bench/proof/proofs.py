"""How long a proof takes over a large tree, whose leaves are made up: a log of that size would take an hour to fill."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from hashlib import sha256

from psycopg2.extras import execute_values
from rich.console import Console

from bench.event_log.server import NAME, Log
from bench.figures import Figure, percentile
from deploy.local.postgres import PostgresServer
from services.shared.event_store import EventLog
from services.shared.transparency_log.checkpoints import Checkpoint
from services.shared.transparency_log.log_tree import Edge, LogTree
from services.shared.transparency_log.notes import Note, Signer
from services.shared.transparency_log.proofs import LogProof
from services.shared.transparency_log.tree import check_inclusion, grown, inclusion_proof

__all__ = ["proof_figures"]

BATCH = 65_536
PROOFS = 2_000


def proof_figures(server: PostgresServer, events: int, console: Console) -> list[Figure]:
    """The time from the question to the file, each tile read from the database anew."""
    log = EventLog(NAME, Log.create(server, "large_tree").environment())
    with log, console.status(f"growing a tree of {events:,} leaves"):
        fill(log, events)
        tree = LogTree(log)
        root = tree.root(events)
        signer = Signer.generate("bench.test/log")
        text = str(Checkpoint("bench.test/log", events, root))
        note = Note(text, (signer.sign(text),))
        times_ms = []
        for index in random.sample(range(events), PROOFS):
            began = time.perf_counter()
            hashes = inclusion_proof(index, events, tree.tiles())
            bytes(LogProof(index, hashes, note))
            times_ms.append((time.perf_counter() - began) * 1000)
            check_inclusion(index, events, leaf(index), hashes, root)
    name = f"a proof in a tree of {events:,}"
    return [
        Figure(f"{name}: p50 / p99", (percentile(times_ms, 50), percentile(times_ms, 99)), "ms"),
        Figure(f"{name}: p99", percentile(times_ms, 99), "ms", "aim", 10, at_most=1),
    ]


def fill(log: EventLog, events: int) -> None:
    """Put the tiles of a tree of so many leaves behind the log's back."""
    tiles = log.factory.tables.named("tiles")
    with log.transaction() as cursor:
        for batch in batches(events):
            execute_values(
                cursor,
                f"INSERT INTO {tiles} VALUES %s ON CONFLICT (level, index) DO UPDATE SET hashes = EXCLUDED.hashes",
                batch,
            )


def batches(events: int) -> Iterator[list[tuple[int, int, bytes]]]:
    """The tiles that change as the tree grows by one batch after the other."""
    edge = Edge()
    for first in range(0, events, BATCH):
        changed = grown(first, [leaf(index) for index in range(first, min(first + BATCH, events))], edge.read_tile)
        edge.keep(changed)
        yield [(level, index, hashes) for (level, index), hashes in changed.items()]


def leaf(index: int) -> bytes:
    """A leaf hash that stands for an event."""
    return sha256(index.to_bytes(8, "big")).digest()
