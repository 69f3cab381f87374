"""Real servers for the tests: PostgreSQL and RabbitMQ of their own, or those the environment names.

``NSCL_TEST_POSTGRES`` (a superuser's connection URL) and ``NSCL_TEST_AMQP`` (an AMQP address on this machine) name
servers that run already; without them each session starts private ones on free ports in a temporary folder.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Generator, Iterator
from urllib.parse import urlsplit

import hypothesis
import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from deploy.local import ports
from deploy.local.environment import ask_this_machine_directly
from deploy.local.ports import free_ports
from deploy.local.postgres import PostgresServer, PrivatePostgres, Role
from deploy.local.rabbitmq import PrivateRabbitMQ, RabbitMQPorts
from tests.bad_input import TOO_LONG
from tests.logged import logging_kept
from tests.servers import Broker, Database, RunningPlatform, running
from tests.soak import Soak

ask_this_machine_directly()

# A machine under load is slow, not wrong.
hypothesis.settings.register_profile("slow", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("slow")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--soak", action="store_true", help="run random tests at their full counts; see -m soak")
    parser.addoption("--seed", type=int, help="the seed of random tests; by default a fixed one, with --soak a new one")


def pytest_configure(config: pytest.Config) -> None:
    if worker := getattr(config, "workerinput", None):  # what is free for one process may be taken by another at once
        share = len(ports.FREE_PORTS) // worker["workercount"]
        first = ports.FREE_PORTS.start + share * int(worker["workerid"].removeprefix("gw"))
        ports.FREE_PORTS = range(first, first + share)
    config.addinivalue_line("markers", "soak: runs at random, at a small part of its size unless --soak is given")


_SHARE_A_PLATFORM = ("tests/journeys/", "tests/deploy/test_run.py")
_LONGEST = (*_SHARE_A_PLATFORM, "tests/shared/bus/test_soak_faults.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first, so that no process has to wait for another's at the end."""
    items.sort(key=lambda item: not item.nodeid.startswith(_LONGEST))


class FileByFile(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """Of several processes one runs a whole file, and one all that share the platform they start."""

    def _split_scope(self, nodeid: str) -> str:
        return "journeys" if nodeid.startswith(_SHARE_A_PLATFORM) else nodeid.partition("::")[0]


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> FileByFile:
    return FileByFile(config, log)


def pytest_report_header(config: pytest.Config) -> str:
    return f"random tests: {Soak.of(config)}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A random test that fails says how to run it again."""
    report = yield
    if report.failed and item.get_closest_marker("soak"):
        report.sections.append(("random tests", f"run again with {Soak.of(item.config)}"))
    return report


@pytest.fixture(scope="session")
def soak(pytestconfig: pytest.Config) -> Soak:
    """The size and the seed of random tests in this run."""
    return Soak.of(pytestconfig)


@pytest.fixture(scope="module")
def nothing_typed_is_logged() -> Iterator[None]:
    """No word of a request is in any log: what we write ourselves is ASCII, what people write in Vietnamese is not."""
    with logging_kept() as logged:
        yield
    assert logged.lines(), "nobody was answered"
    assert [line for line in logged.written if not line.isascii() or TOO_LONG in line] == []


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    """A PostgreSQL server and its superuser."""
    if given := os.environ.get("NSCL_TEST_POSTGRES"):
        url = urlsplit(given)
        superuser = Role(url.username or "postgres", url.password or "")
        yield PostgresServer(url.hostname or "127.0.0.1", url.port or 5432, superuser)
        return
    folder = tmp_path_factory.mktemp("postgres")
    private = PrivatePostgres(folder, free_ports()["NSCL_POSTGRES_PORT"], secrets.token_hex(16))
    private.prepare()
    with running(private.program(), folder):
        private.server.wait_until_ready()
        yield private.server


@pytest.fixture
def database(postgres: PostgresServer) -> Iterator[Database]:
    """A fresh database for each test."""
    database = Database.create(postgres)
    yield database
    database.drop()


@pytest.fixture(scope="module")
def module_database(postgres: PostgresServer) -> Iterator[Database]:
    """One fresh database for all tests of a module."""
    database = Database.create(postgres)
    yield database
    database.drop()


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """A RabbitMQ node."""
    if given := os.environ.get("NSCL_TEST_AMQP"):
        yield Broker.at(given)
        return
    folder, ports = tmp_path_factory.mktemp("rabbitmq"), free_ports()
    private = PrivateRabbitMQ(folder, RabbitMQPorts.of(ports), secrets.token_hex(16))
    private.prepare()
    with running(private.program(), folder):
        private.wait_until_ready()
        yield Broker(private.uri(), private.environment())


@pytest.fixture(scope="module")
def amqp_uri(broker: Broker) -> Iterator[str]:
    """The address of a fresh virtual host for all tests of a module."""
    with broker.fresh_vhost() as uri:
        yield uri


@pytest.fixture
def fresh_amqp_uri(broker: Broker) -> Iterator[str]:
    """The address of a fresh virtual host for each test."""
    with broker.fresh_vhost() as uri:
        yield uri


@pytest.fixture(scope="session")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPlatform]:
    """The whole platform on servers of its own, so that a test may kill any of them."""
    with RunningPlatform(tmp_path_factory.mktemp("platform")) as running_platform:
        yield running_platform
