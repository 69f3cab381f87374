"""The private servers, and what the tests of other parts get from them."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import kombu
import psycopg2
import pytest

from deploy.local.environment import Passwords
from deploy.local.postgres import PostgresServer, PrivatePostgres, create_database
from tests.servers import Database


def test_a_database_has_an_owner_who_may_make_tables_and_a_service_that_may_not(database: Database) -> None:
    with closing(psycopg2.connect(database.dsn_owner)) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE ours ()")
    with (
        closing(psycopg2.connect(database.dsn_service)) as connection,
        connection.cursor() as cursor,
        pytest.raises(psycopg2.errors.InsufficientPrivilege),
    ):
        cursor.execute("CREATE TABLE ours ()")


def test_a_database_that_exists_is_left_as_it_is(postgres: PostgresServer, database: Database) -> None:
    create_database(postgres, database.name, database.owner, database.service)
    psycopg2.connect(database.dsn_service).close()


def test_fsync_stays_on(postgres: PostgresServer) -> None:
    with closing(psycopg2.connect(postgres.dsn())) as connection, connection.cursor() as cursor:
        cursor.execute("SHOW fsync")
        assert cursor.fetchone() == ("on",)


def test_virtual_hosts_are_strangers_to_each_other(amqp_uri: str, fresh_amqp_uri: str) -> None:
    with kombu.Connection(amqp_uri) as here, kombu.Connection(fresh_amqp_uri) as there:
        kombu.Queue("letters", channel=here.channel(), auto_delete=True).declare()
        with pytest.raises(there.channel_errors):
            kombu.Queue("letters", channel=there.channel()).queue_declare(passive=True)


def test_a_half_made_data_folder_is_made_again(tmp_path: Path) -> None:
    (tmp_path / "data.new" / "base").mkdir(parents=True)
    postgres = PrivatePostgres(tmp_path, port=1, password="secret")
    postgres.prepare()
    assert (postgres.data / "PG_VERSION").exists()
    assert not (tmp_path / "data.new").exists()


def test_passwords_last_and_are_private(tmp_path: Path) -> None:
    passwords = Passwords(tmp_path / "passwords.json")
    first = passwords.of("postgres")
    passwords.save()
    assert Passwords(tmp_path / "passwords.json").of("postgres") == first
    assert (tmp_path / "passwords.json").stat().st_mode & 0o077 == 0
