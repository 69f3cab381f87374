"""Appends per second: at the recorder, beside pgbench and the library's own recorder, and under conflicts."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path

from bench.event_log.pgbench import Pgbench
from bench.event_log.rounds import Round, Rounds, alternate
from bench.event_log.server import STATE_BYTES, TOPIC, Log, library_environment
from bench.event_log.worker import Worker, writer
from bench.figures import Figure, median
from deploy.local.postgres import PostgresServer, Role, create_database

__all__ = ["append_figures"]

CLIENT_COUNTS = (8, 16, 32, 64)
ROUNDS = 5
SECONDS = 3


def append_figures(server: PostgresServer) -> list[Figure]:
    """The rates of all sides, in turns on one server, and how long an append takes."""
    log = Log.create(server, "appended")
    pgbench = pgbench_beside(log)
    counts = alternate({str(clients): at_pgbench(pgbench, clients, SECONDS) for clients in CLIENT_COUNTS}, rounds=2)
    best = max(CLIENT_COUNTS, key=lambda clients: counts[str(clients)].per_second)
    with ExitStack() as stack:
        ours = [stack.enter_context(writer(log.environment())) for _ in range(2)]
        library = stack.enter_context(writer(library_log(server)))
        sides = {
            "pgbench": at_pgbench(pgbench, best, SECONDS),
            "64": appending(ours[:1], 64, SECONDS),
            "64 with request id": appending(ours[:1], 64, SECONDS, "with request id"),
            "256 from two": appending(ours, 256, SECONDS),
            "64 in conflict": appending(ours[:1], 64, SECONDS, "one in ten in conflict"),
            "library": appending([library], 16, SECONDS),
            "16": appending(ours[:1], 16, SECONDS),
            "pgbench alone": at_pgbench(pgbench, 1, SECONDS),
            "1": appending(ours[:1], 1, SECONDS),
        }
        for side in sides.values():
            side()
        before = log.head()
        turns = alternate(sides, ROUNDS)
    log.check_growth(before, sum(turns[side].appended for side in sides if side[0].isdigit()))
    return rows(turns, f"pgbench, {best} clients")


def rows(turns: Mapping[str, Rounds], pgbench: str) -> list[Figure]:
    """The sides' medians beside one another; a command in conflict counts as settled by its refusal."""
    rate = {side: rounds.per_second for side, rounds in turns.items()}
    limit, alone, conflicts = rate["pgbench"], rate["pgbench alone"], rate["64 in conflict"]
    return [
        Figure("durable appends, 64 in flight", rate["64"], "/s", pgbench, limit, at_least=0.9),
        Figure("the same with request ids", rate["64 with request id"], "/s", pgbench, limit),
        Figure("256 in flight from 2 processes", rate["256 from two"], "/s", pgbench, limit, at_least=1.2),
        Figure("16 in flight", rate["16"], "/s", "library's recorder, 16 threads", rate["library"], at_least=8),
        Figure("64 in flight, one in ten in conflict", conflicts, "/s", "no conflicts", rate["64"], at_least=0.5),
        Figure("an append at 64 in flight: p50 / p99", turns["64"].latency_ms, "ms"),
        Figure("one append at a time", rate["1"], "/s", "pgbench, 1 client", alone, at_least=0.4),
    ]


def appending(workers: list[Worker], in_flight: int, seconds: float, kind: str = "plain") -> Callable[[], Round]:
    """A side whose workers append at the same time, each with its share of the commands in flight."""

    def turn() -> Round:
        for worker in workers:
            worker.start("append", in_flight=in_flight // len(workers), seconds=seconds, kind=kind)
        shares = [Round(**worker.result()) for worker in workers]
        return Round(
            settled=sum(share.settled for share in shares),
            appended=sum(share.appended for share in shares),
            per_second=sum(share.per_second for share in shares),
            p50_ms=median(share.p50_ms for share in shares),
            p99_ms=max(share.p99_ms for share in shares),
        )

    return turn


def at_pgbench(pgbench: Pgbench, clients: int, seconds: int) -> Callable[[], Round]:
    """A side that is pgbench."""
    return lambda: pgbench.run(clients, seconds)


def pgbench_beside(log: Log) -> Pgbench:
    """pgbench on a table like the log's, with its columns and indexes and with positions from a sequence."""
    log.ask("CREATE TABLE pgbench_events (LIKE bench_events INCLUDING ALL)")
    log.ask("CREATE SEQUENCE pgbench_position")
    script = Path(__file__).with_name("insert.sql")
    return Pgbench(log.server, log.database, script, {"topic": TOPIC, "state": "\\x" + "a7" * STATE_BYTES})


def library_log(server: PostgresServer) -> dict[str, str]:
    """A database for the library's own PostgreSQL module, which makes its tables itself, as their owner."""
    owner = Role("library", secrets.token_hex(16))
    create_database(server, "library", owner, owner)
    return library_environment(server, "library", owner) | {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_POOL_SIZE": "16",
        "POSTGRES_MAX_OVERFLOW": "0",
    }
