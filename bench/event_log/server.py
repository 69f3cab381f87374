"""The server all sides share: a PostgreSQL of its own, ``fsync`` on, and logs of a wanted size in it."""

from __future__ import annotations

import os
import secrets
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import psycopg2

from deploy.local.ports import free_ports
from deploy.local.postgres import PostgresServer, PrivatePostgres, Role, create_database
from deploy.local.supervision import STARTED_FOR, end_processes_of
from services.shared.event_store import migrate

NAME = "bench"
TOPIC = "services.registry.domain.enterprise:Enterprise.Registered"
STATE_BYTES = 400
# How a filled log looks: aggregates of ten events, of which a thousand are written to at any time.
EVENTS_EACH = 10
WRITTEN_AT_A_TIME = 1000
# A quarter of the machine's memory, as PostgreSQL's manual advises; no checkpoint in the middle of one side's round.
SETTINGS = f"""
shared_buffers = {psutil.virtual_memory().total // 4 >> 20}MB
max_wal_size = 16GB
checkpoint_timeout = 1h
"""


@contextmanager
def bench_server(more_settings: str = "") -> Iterator[PostgresServer]:
    """A PostgreSQL server in a temporary folder, up as long as the block runs."""
    with tempfile.TemporaryDirectory(prefix="nscl-bench-") as name:
        folder = Path(name)
        private = PrivatePostgres(folder, free_ports()["NSCL_POSTGRES_PORT"], secrets.token_hex(16))
        private.prepare()
        with (private.data / "postgresql.conf").open("a") as settings:
            settings.write(SETTINGS + more_settings)
        program = private.program()
        with (folder / "postgres.log").open("ab") as log:
            environment = os.environ | program.environment | {STARTED_FOR: name}
            process = subprocess.Popen(program.command, env=environment, stdout=log, stderr=log)
        try:
            private.server.wait_until_ready()
            yield private.server
        finally:
            process.send_signal(program.stop_by)
            process.wait()
            end_processes_of(folder)


@dataclass(frozen=True)
class Log:
    """A log in a database of its own."""

    server: PostgresServer
    database: str
    owner: Role
    service: Role

    @classmethod
    def create(cls, server: PostgresServer, database: str) -> Log:
        """An empty log, as ``run_migrate`` makes it."""
        owner, service = Role(f"{database}_owner", secrets.token_hex(16)), Role(database, secrets.token_hex(16))
        create_database(server, database, owner, service)
        log = cls(server, database, owner, service)
        migrate(server.dsn(database, owner), NAME, service.name)
        return log

    def environment(self) -> dict[str, str]:
        """The variables with which the service's role reads and appends."""
        return library_environment(self.server, self.database, self.service) | {
            "PERSISTENCE_MODULE": "services.shared.event_store",
            "CREATE_TABLE": "no",
        }

    def ask(self, statement: str, **parameters: object) -> Any:
        """The first row that the superuser is told; None where the statement answers nothing."""
        return ask(self.server, self.database, statement, **parameters)

    def fill(self, events: int) -> None:
        """Put events into the empty log behind the append's back."""
        dropped, added = self.ask(
            "SELECT string_agg('DROP CONSTRAINT ' || conname, ', '),"
            "  string_agg('ADD CONSTRAINT ' || conname || ' ' || pg_get_constraintdef(oid), ', ')"
            " FROM pg_constraint WHERE conrelid = 'bench_events'::regclass AND contype IN ('p', 'u')"
        )
        self.ask(f"ALTER TABLE bench_events {dropped}")  # built at the end, indexes take a third of the time
        self.ask(
            "INSERT INTO bench_events (position, originator_id, originator_version, topic, state)"
            " SELECT n + 1, md5((n / %(era)s * %(open)s + n %% %(open)s)::text)::uuid, n %% %(era)s / %(open)s + 1,"
            "  %(topic)s, decode(repeat(md5(n::text), %(bytes)s / 16), 'hex')"
            " FROM generate_series(0, %(events)s - 1) AS n",
            topic=TOPIC,
            bytes=STATE_BYTES,
            events=events,
            open=WRITTEN_AT_A_TIME,
            era=WRITTEN_AT_A_TIME * EVENTS_EACH,
        )
        self.ask(f"SET maintenance_work_mem = '1GB'; ALTER TABLE bench_events {added}")
        self.ask("UPDATE bench_position SET last = %(events)s", events=events)
        self.ask("VACUUM ANALYZE bench_events")
        self.ask("CHECKPOINT")

    def head(self) -> int:
        """The last position that was handed out."""
        return int(self.ask("SELECT last FROM bench_position")[0])

    def check_growth(self, before: int, acknowledged: int) -> None:
        """Raise unless the log grew by just what was acknowledged, its positions dense."""
        grown = self.ask(
            "SELECT count(*), max(position), (SELECT last FROM bench_position) FROM bench_events"
            " WHERE position > %(before)s",
            before=before,
        )
        if grown != (acknowledged, before + acknowledged, before + acknowledged):
            raise SystemExit(f"{acknowledged} events were acknowledged after {before}; the log says {grown}")


def library_environment(server: PostgresServer, database: str, role: Role) -> dict[str, str]:
    """The library's variables for a role of a database."""
    return {
        "POSTGRES_DBNAME": database,
        "POSTGRES_HOST": server.host,
        "POSTGRES_PORT": str(server.port),
        "POSTGRES_USER": role.name,
        "POSTGRES_PASSWORD": role.password,
    }


def ask(server: PostgresServer, database: str, statement: str, **parameters: object) -> Any:
    """Run a statement as superuser; its first row, None where it has none."""
    with closing(psycopg2.connect(server.dsn(database))) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute(statement, parameters or None)
        return cursor.fetchone() if cursor.description else None
