"""The same rows as a mirror has, sent by PostgreSQL's ``COPY``: what a replay is held against."""

from __future__ import annotations

import io
import os
import time
from contextlib import closing
from pathlib import Path

import psycopg2

from bench.audit.mirror import held
from bench.event_log.server import bench_server
from services.shared.transparency_log.tiles import TILE_WIDTH

_TABLE = "CREATE TABLE rows (position bigint PRIMARY KEY, stream uuid, version bigint, topic text, state bytea)"


def seconds_to_copy(mirror: Path) -> float:
    """The seconds in which a server of its own sends all rows in their order."""
    log = held(mirror)
    with bench_server() as server, closing(psycopg2.connect(server.dsn())) as connection, connection.cursor() as cursor:
        cursor.execute(_TABLE)
        for index in range(-(-log.checkpoint.size // TILE_WIDTH)):
            rows = "".join(
                f"{event.position}\t{event.stream}\t{event.version}\t{event.topic}\t\\\\x{event.state.hex()}\n"
                for event in log.events(index)
            )
            cursor.copy_expert("COPY rows FROM STDIN", io.StringIO(rows))
        with Path(os.devnull).open("w") as nowhere:
            began_at = time.perf_counter()
            cursor.copy_expert("COPY (SELECT * FROM rows ORDER BY position) TO STDOUT", nowhere)
            return time.perf_counter() - began_at
