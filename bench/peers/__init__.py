"""The event log beside other event stores on PostgreSQL: Emmett and message-db, fetched by npm, on the same server.

Each peer is driven by what makes it fastest: Emmett by node with a connection for each append in flight, message-db's
function by pgbench. ``message-db, one category`` is the like of a log: one order, which its writers wait for;
``a category each`` lets them past one another.
"""

from __future__ import annotations

import shutil
import subprocess
from contextlib import ExitStack
from pathlib import Path

from rich.console import Console

from bench.event_log.appends import appending, at_pgbench
from bench.event_log.pgbench import Pgbench
from bench.event_log.rounds import alternate
from bench.event_log.server import STATE_BYTES, TOPIC, Log, ask, bench_server
from bench.event_log.worker import Worker, writer
from bench.figures import Figure
from deploy.local.platform import PROJECT
from deploy.local.postgres import PostgresServer

__all__ = ["measure"]

HERE = Path(__file__).parent
FETCHED = PROJECT / ".run" / "peers"
PACKAGES = ("@event-driven-io/emmett-postgresql@0.42.0", "@eventide/message-db@1.3.1")
IN_FLIGHT = (16, 64)
ROUNDS = 5
SECONDS = 3


def measure(console: Console) -> list[Figure]:
    """Durable appends per second of each; no figures, and a sentence why, where npm is missing."""
    if not shutil.which("node") or not shutil.which("npm"):
        console.print("The other event stores are skipped: they need node and npm, which this machine does not have.")
        return []
    with console.status("fetching the other event stores by npm"):
        FETCHED.mkdir(parents=True, exist_ok=True)
        command = ["npm", "install", "--prefix", str(FETCHED), "--silent", "--no-fund", "--no-audit", *PACKAGES]
        subprocess.run(command, check=True)
    with bench_server() as server:
        return peer_figures(server)


def peer_figures(server: PostgresServer) -> list[Figure]:
    """The rates of all sides, in turns."""
    log = Log.create(server, "log")
    message_db = install_message_db(server)
    ask(server, "postgres", "CREATE DATABASE emmett")
    emmett_command = ["node", str(HERE / "emmett.mjs"), str(FETCHED)]
    emmett_settings = {"DSN": server.dsn("emmett"), "TOPIC": TOPIC, "STATE_BYTES": str(STATE_BYTES)}
    figures = []
    with ExitStack() as stack:
        ours = stack.enter_context(writer(log.environment()))
        emmett = stack.enter_context(Worker(emmett_command, emmett_settings))
        for in_flight in IN_FLIGHT:
            sides = {"log": appending([ours], in_flight, SECONDS), "Emmett": appending([emmett], in_flight, SECONDS)}
            sides |= {name: at_pgbench(pgbench, in_flight, SECONDS) for name, pgbench in message_db.items()}
            alternate(sides, 1)
            before = log.head()
            rounds = alternate(sides, ROUNDS)
            log.check_growth(before, rounds["log"].appended)
            rates = {name: taken.per_second for name, taken in rounds.items()}
            figures += [
                Figure(f"durable appends, {in_flight} in flight", rates["log"], "/s", peer, rates[peer], at_least=1)
                for peer in ("Emmett", *message_db)
            ]
    return figures


def install_message_db(server: PostgresServer) -> dict[str, Pgbench]:
    """message-db's own SQL files, in the order of its installer, and pgbench calling what they make."""
    files = FETCHED / "node_modules" / "@eventide" / "message-db" / "database"
    ask(server, "postgres", "CREATE DATABASE message_db")
    ask(server, "message_db", "ALTER DATABASE message_db SET search_path = message_store, public")
    functions = ("hash-64", "acquire-lock", "category", "is-category", "id", "cardinal-id", "stream-version")
    steps = [
        "schema/message-store", "tables/messages", *(f"functions/{function}" for function in functions),
        "functions/write-message", "indexes/messages-id", "indexes/messages-stream", "indexes/messages-category",
    ]  # fmt: skip
    for step in steps:
        ask(server, "message_db", (files / f"{step}.sql").read_text())
    variables = {"type": TOPIC, "data": '{"state": "' + "a" * (STATE_BYTES - len('{"state": ""}')) + '"}'}
    return {
        "message-db, one category": Pgbench(server, "message_db", HERE / "one_category.sql", variables),
        "message-db, a category each": Pgbench(server, "message_db", HERE / "category_each.sql", variables),
    }
