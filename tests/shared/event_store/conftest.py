"""A freshly migrated log for each test, as the service sees it and as its owner does."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator

import psycopg2
import pytest

from services.shared.event_store import Cursor, EventLog, PostgresApplicationRecorder, migrate
from tests.servers import Database
from tests.wire import Wire


@pytest.fixture
def service(module_database: Database) -> str:
    """The name of a service whose log has just been made; cheaper than a database for each test."""
    name = f"festival_{secrets.token_hex(4)}"
    migrate(module_database.dsn_owner, name, module_database.service.name)
    return name


@pytest.fixture
def open_log(module_database: Database, service: str) -> Iterator[Callable[..., EventLog]]:
    """Opens the log once more, as another process would; settings may differ."""
    opened: list[EventLog] = []

    def open_once_more(**settings: str) -> EventLog:
        opened.append(EventLog(service, {**module_database.service_env, **settings}))
        return opened[-1]

    yield open_once_more
    for log in opened:
        log.close()


@pytest.fixture
def log(open_log: Callable[..., EventLog]) -> EventLog:
    return open_log()


@pytest.fixture
def recorder(log: EventLog) -> PostgresApplicationRecorder:
    return log.recorder


@pytest.fixture
def owner(module_database: Database) -> Iterator[Cursor]:
    """A cursor of the database's owner; every statement is a transaction."""
    connection = psycopg2.connect(module_database.dsn_owner)
    connection.autocommit = True
    with connection.cursor() as cursor:
        yield cursor
    connection.close()


@pytest.fixture
def terminate_backends(module_database: Database) -> Iterator[Callable[[], None]]:
    """Lets the server end every connection of the service."""
    server = module_database.server
    connection = psycopg2.connect(server.dsn(module_database.name, server.superuser))
    connection.autocommit = True

    def terminate() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = %s",
                (module_database.service.name,),
            )
            assert cursor.rowcount > 0

    yield terminate
    connection.close()


@pytest.fixture
def wire(module_database: Database) -> Iterator[Wire]:
    with Wire(module_database.server.host, module_database.server.port) as wire:
        yield wire
