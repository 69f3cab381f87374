"""Tables of a log: their names, the versioned SQL that makes them, and the check that code and database agree.

``migrate`` runs as the owner of the database; a service, which may neither change tables nor events, only checks.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from importlib import resources
from typing import Protocol, TypeVar

import psycopg2
from psycopg2 import sql

from services.shared.event_store.errors import SchemaTooNew, SchemaTooOld, library_errors
from services.shared.event_store.pool import ConnectionPool, Cursor

logger = logging.getLogger(__name__)

_NAME = re.compile(r"[a-z_][a-z0-9_]*")
_WORKS_WITH = re.compile(r"-- works with (\d+)\n")
_TABLE_OF_VIEW = re.compile(r"CREATE TABLE (?:IF NOT EXISTS )?(\w+)")
# PostgreSQL cuts longer identifiers off without a word; the longest suffix below still has to fit.
_LONGEST_NAME = 40
_ID_TYPES = ("uuid", "text")


class _HasTable(Protocol):
    @property
    def table(self) -> str:
        """The DDL."""


V = TypeVar("V", bound=_HasTable)


@dataclass(frozen=True)
class LogTables:
    """The names of everything that one log has in the database, all beginning with the log's own name."""

    name: str
    schema: str = "public"
    id_type: str = "uuid"

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name) or len(self.name) > _LONGEST_NAME:
            raise ValueError(f"A log's name is at most {_LONGEST_NAME} lower-case letters, digits and _: {self.name!r}")
        if self.id_type not in _ID_TYPES:
            raise OSError(f"Invalid ORIGINATOR_ID_TYPE {self.id_type!r}, must be 'uuid' or 'text'")

    def named(self, kind: str) -> str:
        """The quoted, schema-qualified name of the log's table or function of this kind."""
        return f'"{self.schema}"."{self.name}_{kind}"'

    @property
    def channel(self) -> str:
        """The channel on which each batch of events is notified once."""
        return f"{self.schema}.{self.name}_events"

    def fill(self, template: str) -> str:
        """SQL with its ``{{placeholders}}`` replaced by this log's names."""
        filled = template.replace("{{id_type}}", self.id_type).replace("{{channel}}", self.channel)
        filled = filled.replace("{{schema}}", f'"{self.schema}"').replace("{{name}}", self.name)
        return re.sub(r"\{\{(\w+)\}\}", lambda match: self.named(match[1]), filled)


@dataclass(frozen=True)
class Migration:
    """One step of the schema, a file ``<number>_<subject>.sql`` that is never edited once released.

    A step that only adds begins with ``-- works with N``: code made for version N runs on after it (expand). Without
    that line only code that knows the step does (contract).
    """

    version: int
    subject: str
    template: str

    @property
    def works_with(self) -> int:
        """The oldest version whose code works on a database that has had this step."""
        said = _WORKS_WITH.match(self.template)
        return int(said[1]) if said else self.version


def migrations() -> list[Migration]:
    """All steps in order."""
    folder = resources.files("services.shared.event_store").joinpath("migrations")
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".sql")), key=lambda file: file.name)
    return [
        Migration(int(number), subject, file.read_text(encoding="utf-8"))
        for file in files
        for number, _, subject in [file.name.removesuffix(".sql").partition("_")]
    ]


def migrate(
    dsn_owner: str,
    name: str,
    service_role: str,
    views: Iterable[_HasTable] = (),
    *,
    auditor_role: str | None = None,
) -> None:
    """Bring the database of the service ``name`` to this code's schema, and make the tables of its views.

    ``dsn_owner`` signs in as the owner. The service's role may afterwards read the log, append to it by the one
    function that hands out positions, and write its tracking rows and views; nobody may change an event. The auditors'
    role, if there is one, may read the events and what was signed of them, and nothing else. Migrations
    that run at the same time wait for one another. A view whose tables another DDL than this code's has made is left
    as it is, with a warning: until it is rebuilt, this release's ViewFeeder does not feed it and says so.
    Raises SchemaMismatch when the database has had a step that this code does not work with.
    """
    tables = LogTables(name)
    with library_errors():
        connection = psycopg2.connect(dsn_owner)
        try:
            with connection, connection.cursor() as cursor:
                apply_migrations(cursor, tables)
                _grant_log(cursor, tables, service_role)
                if auditor_role is not None:
                    _grant_reading(cursor, tables, auditor_role)
                _keep_views(cursor, tables, list(views), service_role)
        finally:
            connection.close()


def apply_migrations(cursor: Cursor, tables: LogTables) -> None:
    """Run the steps that this log has not had, in the transaction of ``cursor``."""
    cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (tables.named("migrations"),))
    if recorded_version(cursor, tables) >= latest_version():
        _must_work(cursor, tables)
        return
    versions = tables.named("migrations")
    for migration in migrations():
        if migration.version > recorded_version(cursor, tables):
            cursor.execute(tables.fill(migration.template))
            cursor.execute(
                f"INSERT INTO {versions} (version, subject) VALUES (%s, %s)", (migration.version, migration.subject)
            )
    for migration in migrations():  # the first steps were made before there was a place to say it
        cursor.execute(
            f"UPDATE {versions} SET works_with = %s WHERE version = %s", (migration.works_with, migration.version)
        )


def check_schema(pool: ConnectionPool, tables: LogTables) -> None:
    """Raise SchemaMismatch unless the database has had all that this code knows, and nothing it does not work with."""
    with pool.cursor() as cursor:
        _must_work(cursor, tables)


def recorded_version(cursor: Cursor, tables: LogTables) -> int:
    """The last step that this log has had; 0 when there is no log yet."""
    cursor.execute("SELECT to_regclass(%s)", (tables.named("migrations"),))
    if cursor.fetchone() == (None,):
        return 0
    cursor.execute(f"SELECT max(version) FROM {tables.named('migrations')}")
    found = cursor.fetchone()
    return int(found[0]) if found and found[0] is not None else 0


def latest_version() -> int:
    """The version of the schema that this code works with."""
    return max(migration.version for migration in migrations())


def _must_work(cursor: Cursor, tables: LogTables) -> None:
    found, wanted = recorded_version(cursor, tables), latest_version()
    versions = f"The log {tables.name} has schema version {found}, this code works with {wanted}"
    if found < wanted:
        raise SchemaTooOld(f"{versions}: run this release's run_migrate first")
    cursor.execute(f"SELECT max(coalesce(works_with, version)) FROM {tables.named('migrations')}")
    oldest = cursor.fetchone()
    if oldest is not None and oldest[0] > wanted:
        raise SchemaTooNew(f"{versions}: it belongs to a newer release, which works with {oldest[0]} at the oldest")


def _grant_log(cursor: Cursor, tables: LogTables, service_role: str) -> None:
    role = sql.Identifier(service_role).as_string(cursor)
    log = ", ".join(tables.named(kind) for kind in ("events", "requests", "position", "migrations"))
    cursor.execute(f"REVOKE ALL ON {log} FROM {role}")
    cursor.execute(f"GRANT USAGE ON SCHEMA {tables.fill('{{schema}}')} TO {role}")
    cursor.execute(f"GRANT SELECT ON {log} TO {role}")
    cursor.execute(f"GRANT EXECUTE ON FUNCTION {tables.named('append')} TO {role}")
    cursor.execute(f"GRANT SELECT, INSERT ON {tables.named('snapshots')} TO {role}")
    written = ", ".join(tables.named(kind) for kind in ("tracking", "parked", "checkpoints"))
    cursor.execute(f"GRANT SELECT, INSERT, UPDATE ON {written} TO {role}")
    cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {tables.named('tiles')} TO {role}")


def _grant_reading(cursor: Cursor, tables: LogTables, auditor_role: str) -> None:
    role = sql.Identifier(auditor_role).as_string(cursor)
    everything = f"IN SCHEMA {tables.fill('{{schema}}')} FROM {role}"
    cursor.execute(f"REVOKE ALL ON ALL TABLES {everything}")
    cursor.execute(f"REVOKE ALL ON ALL FUNCTIONS {everything}")
    cursor.execute(f"GRANT USAGE ON SCHEMA {tables.fill('{{schema}}')} TO {role}")
    readable = ", ".join(tables.named(kind) for kind in ("events", "position", "migrations", "tiles", "checkpoints"))
    cursor.execute(f"GRANT SELECT ON {readable} TO {role}")


def tables_of(view: _HasTable) -> list[str]:
    """The names of the tables that a view's DDL makes, in its order."""
    return _TABLE_OF_VIEW.findall(view.table)


def views_to_rebuild(cursor: Cursor, tables: LogTables, views: Iterable[V]) -> list[V]:
    """Those of the views whose tables are there and were made by another DDL than this code's."""
    return [view for view, made in _made(cursor, tables, views) if made not in (None, _origin(view))]


def create_views(cursor: Cursor, tables: LogTables, views: Iterable[_HasTable], service_role: str) -> None:
    """Make the tables of the views where the search path leads, which is the schema of ``tables``.

    Whatever they are called, the service's role may write each of them. Their comments say by which DDL they were made.
    """
    role = sql.Identifier(service_role).as_string(cursor)
    defaults = f"ALTER DEFAULT PRIVILEGES IN SCHEMA {tables.fill('{{schema}}')}"
    cursor.execute(f"{defaults} GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON TABLES TO {role}")
    cursor.execute(f"{defaults} GRANT USAGE ON SEQUENCES TO {role}")
    for view in views:
        cursor.execute(view.table)
        for table in tables_of(view):
            cursor.execute(f"COMMENT ON TABLE {table} IS '{_origin(view)}'")
    cursor.execute(f"{defaults} REVOKE ALL ON TABLES FROM {role}")
    cursor.execute(f"{defaults} REVOKE ALL ON SEQUENCES FROM {role}")


def _keep_views(cursor: Cursor, tables: LogTables, views: list[_HasTable], service_role: str) -> None:
    """Make the tables that are not there. The others stay as they are, and unlocked: somebody reads and writes them."""
    missing = []
    for view, made in _made(cursor, tables, views):
        if made is None:
            missing.append(view)
        elif made != _origin(view):
            logger.warning(
                "%s: made by another release's DDL and left as it is; rebuild the view (run_rebuild VIEW --switch)",
                ", ".join(tables_of(view)),
            )
    create_views(cursor, tables, missing, service_role)


def _made(cursor: Cursor, tables: LogTables, views: Iterable[V]) -> list[tuple[V, str | None]]:
    """Each of the views, and by which DDL its tables were made; None where they are not there, or do not say."""
    asked = list(views)
    cursor.execute(
        "SELECT obj_description(to_regclass(name), 'pg_class')"
        " FROM unnest(%s::text[]) WITH ORDINALITY AS named (name, n) ORDER BY n",
        ([f'"{tables.schema}".{tables_of(view)[0]}' for view in asked],),
    )
    return [(view, made) for view, (made,) in zip(asked, cursor.fetchall(), strict=True)]


def _origin(view: _HasTable) -> str:
    """By which DDL a table was made, for its comment; how the DDL is laid out does not matter."""
    return f"made by DDL {sha256(' '.join(view.table.split()).encode()).hexdigest()[:16]}"
