"""A log, the tree over it and what signs it, each fresh for a test."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from services.shared.event_store import Cursor, EventLog, migrate
from services.shared.transparency_log.log_tree import LogTree
from services.shared.transparency_log.notes import Signer
from services.shared.transparency_log.signing import Memory, Signing
from tests.servers import Database

ORIGIN = "log.test/orchard"
SIGNER = Signer.generate(ORIGIN)


@pytest.fixture
def log(module_database: Database) -> Iterator[EventLog]:
    name = f"orchard_{secrets.token_hex(4)}"
    migrate(module_database.dsn_owner, name, module_database.service.name)
    with EventLog(name, module_database.service_env) as log:
        yield log


@pytest.fixture
def owner(module_database: Database) -> Iterator[Cursor]:
    """A cursor of the database's owner, who can do what the service cannot."""
    connection = psycopg2.connect(module_database.dsn_owner)
    connection.autocommit = True
    with connection.cursor() as cursor:
        yield cursor
    connection.close()


@pytest.fixture
def tree(log: EventLog) -> LogTree:
    return LogTree(log)


@pytest.fixture
def signing(tmp_path: Path) -> Signing:
    return Signing(ORIGIN, (SIGNER,), Memory(tmp_path / "signed", ORIGIN))
