"""The whole platform in one folder: two servers and eight processes, brought up in order and taken down again."""

from __future__ import annotations

import errno
import json
import subprocess
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from deploy.local.certificates import AUTHORITY, Certificates
from deploy.local.environment import (
    Passwords,
    ServiceDatabase,
    common_environment,
    door_environment,
    given_databases,
    log_environment,
    log_policy,
    private_databases,
    python,
    tls_environment,
    write_secret_once,
)
from deploy.local.ports import LOOPBACK, SERVICES, Ports
from deploy.local.postgres import PrivatePostgres, create_database
from deploy.local.preflight import FolderLock, check_disk, check_ports
from deploy.local.rabbitmq import PrivateRabbitMQ, RabbitMQPorts, wait_for_amqp
from deploy.local.readiness import bus_is_ready, door_is_ready, wait_until_ready
from deploy.local.supervision import STARTED_FOR, Program, Supervisor, last_lines, processes_of
from deploy.local.tokens import Issuer
from deploy.local.trouble import Trouble

__all__ = ["PROJECT", "Platform"]

PROJECT = Path(__file__).resolve().parents[2]
IDENTIFIER_SECRET = "identifier_secret"
LOG_POLICY = "logs.policy"


class Platform:
    """Everything that runs for one folder.

    Where the environment names servers that run already (``POSTGRES_HOST`` or ``<SERVICE>_POSTGRES_HOST``,
    ``AMQP_URI``), those are used and no private ones are started.
    """

    def __init__(self, folder: Path, ports: Ports, environment: Mapping[str, str], say: Callable[[str], None]) -> None:
        self.folder = folder.resolve()
        self.ports = ports
        self.supervisor = Supervisor(self.folder)
        self.environment = common_environment(environment, PROJECT) | {STARTED_FOR: str(self.folder)}
        self._say = say
        self._lock = FolderLock(self.folder)
        self._passwords = Passwords(self.folder / "passwords.json")
        given = given_databases(environment)
        self._postgres = None if given else self._private_postgres()
        self._databases = given or private_databases(self._private_postgres().server, self._passwords)
        self._rabbitmq = None if environment.get("AMQP_URI") else self._private_rabbitmq()
        self.amqp_uri = self._rabbitmq.uri() if self._rabbitmq else environment["AMQP_URI"]

    def start(self) -> None:
        """Bring everything up and return when every process is ready; ``Trouble`` says why it cannot be."""
        self._lock.take()
        if processes_of(self.folder):
            self._say("Stopping what an earlier start left behind …")
            self.supervisor.stop()
        check_disk(self.folder)
        check_ports({name: port for name, port in self.ports.items() if self._needs(name)})
        with self._trouble_where_the_disk_is_full():
            self._prepare()
            self._start_servers()
            self._prepare_databases()
            self._start_services()
            self.wait_until_ready()
            self._write_endpoints()

    def stop(self) -> None:
        """Take down everything this platform started, the servers last; nothing where it never came to start."""
        if self._lock.is_held:
            self.supervisor.stop()
            self._lock.give_back()

    def _private_postgres(self) -> PrivatePostgres:
        return PrivatePostgres(
            self.folder / "postgres", self.ports["NSCL_POSTGRES_PORT"], self._passwords.of("postgres")
        )

    def _private_rabbitmq(self) -> PrivateRabbitMQ:
        services = {service: self._passwords.of(f"rabbitmq_{service}") for service in SERVICES}
        ports = RabbitMQPorts.of(self.ports)
        return PrivateRabbitMQ(self.folder / "rabbitmq", ports, self._passwords.of("rabbitmq"), services)

    def _needs(self, variable: str) -> bool:
        """Whether this platform listens on the port of that variable."""
        if variable.startswith("NSCL_POSTGRES"):
            return self._postgres is not None
        if variable.startswith("NSCL_AMQP"):
            return self._rabbitmq is not None
        return True

    def _prepare(self) -> None:
        self._passwords.save()
        issuer = Issuer.in_directory(self.folder / "keys")
        certificates = Certificates.in_directory(issuer.directory)
        write_secret_once(issuer.directory / IDENTIFIER_SECRET)
        servers = [server for server in (self._postgres, self._rabbitmq) if server]
        for server in servers:
            server.prepare()
        programs = [server.program() for server in servers]
        for database in self._databases:
            environment = self._environment_of(database, issuer)
            environment |= tls_environment(database.service, certificates, self._systems_address(database.service))
            programs += [
                Program(f"{database.service}_{room}", python(f"services.{database.service}.run_{room}"), environment)
                for room in ("api", "bus")
            ]
        self.supervisor.launch(programs, self.environment)

    def _environment_of(self, database: ServiceDatabase, issuer: Issuer) -> dict[str, str]:
        """What both processes of a service find in their environment."""
        service, prefix = database.service, database.service.upper()
        own = {
            f"{prefix}_GRPC_LISTEN": self.address(service),
            f"{prefix}_API_METRICS_LISTEN": self._listen(f"{prefix}_API_METRICS_PORT"),
            f"{prefix}_BUS_LISTEN": self._listen(f"{prefix}_BUS_PORT"),
            f"{prefix}_SERVICE_KEY": str(issuer.service_key_path(service)),
            "AMQP_URI": self._rabbitmq.uri(user=service) if self._rabbitmq else self.amqp_uri,
        }
        own |= log_environment(service, issuer.directory, self.folder)
        if service == "registry":
            own["REGISTRY_IDENTIFIER_SECRET_FILE"] = str(issuer.directory / IDENTIFIER_SECRET)
        neighbours = {f"{neighbour.upper()}_GRPC_ADDRESS": self.address(neighbour) for neighbour in SERVICES}
        return database.environment() | door_environment(issuer) | own | neighbours

    def _start_servers(self) -> None:
        if self._postgres or self._rabbitmq:
            self._say("Starting PostgreSQL and RabbitMQ …")
        if self._rabbitmq:
            self.supervisor.start("rabbitmq")  # takes longest, and is waited for last
        if self._postgres:
            self.supervisor.start("postgres")
            with self._log_shown_in_trouble("postgres"):
                self._postgres.server.wait_until_ready()

    def _prepare_databases(self) -> None:
        self._say("Preparing the databases …")
        if self._postgres:
            for database in self._databases:
                create_database(database.server, database.name, database.owner, database.role)
        with ThreadPoolExecutor() as pool:
            list(pool.map(self._migrate, self._databases))

    def _migrate(self, database: ServiceDatabase) -> None:
        name = f"{database.service}_migrate"
        with self.supervisor.log(name).open("wb") as log:
            migrated = subprocess.run(
                python(f"services.{database.service}.run_migrate"),
                env=self.environment | database.owner_environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                check=False,
            )
        if migrated.returncode:
            log_path = self.supervisor.log(name)
            raise Trouble(f"{database.name} could not be prepared; the end of {log_path}:\n{last_lines(log_path)}")

    def _start_services(self) -> None:
        self._say("Starting the services …")
        self.supervisor.start(*(f"{service}_api" for service in SERVICES))
        with self._log_shown_in_trouble("rabbitmq"):
            wait_for_amqp(self.amqp_uri)
        self.supervisor.start(*(f"{service}_bus" for service in SERVICES))

    def wait_until_ready(self) -> None:
        """Return when all eight processes serve; ``Trouble`` for one that will not."""
        checks: dict[str, Callable[[], bool]] = {}
        for service, addresses in self.endpoints()["services"].items():
            checks[f"{service}_api"] = partial(door_is_ready, addresses["grpc"], self._authority())
            checks[f"{service}_bus"] = partial(bus_is_ready, addresses["bus_ready"])
        wait_until_ready(self.supervisor, checks)

    def address(self, service: str) -> str:
        """Where the service's gRPC door is, as ``host:port``."""
        return self._listen(f"{service.upper()}_GRPC_PORT")

    def _systems_address(self, service: str) -> str:
        """Where departments' systems knock, with their client certificates."""
        return self._listen(f"{service.upper()}_SYSTEMS_PORT")

    def _authority(self) -> Path:
        """Who signs the doors' certificates (PEM)."""
        return self.folder / "keys" / AUTHORITY

    def endpoints(self) -> dict[str, Any]:
        """Every address of the platform, as ``endpoints.json`` gives them."""
        return {
            "services": {database.service: self._endpoints_of(database) for database in self._databases},
            "amqp": self.amqp_uri,
            "keys": str(self.folder / "keys"),
            "authority": str(self._authority()),
            "logs": str(self.folder / "log"),
        }

    def _endpoints_of(self, database: ServiceDatabase) -> dict[str, str]:
        service, prefix = database.service, database.service.upper()
        return {
            "grpc": self.address(service),
            "systems": self._systems_address(service),
            "api_metrics": f"http://{self._listen(f'{prefix}_API_METRICS_PORT')}/metrics",
            "bus_metrics": f"http://{self._listen(f'{prefix}_BUS_PORT')}/metrics",
            "bus_ready": f"http://{self._listen(f'{prefix}_BUS_PORT')}/ready",
            "postgres": database.server.dsn(database.name, database.role),
        }

    def _listen(self, variable: str) -> str:
        return f"{LOOPBACK}:{self.ports[variable]}"

    def _write_endpoints(self) -> None:
        written = self.folder / "endpoints.new"
        written.touch(mode=0o600)  # the servers' addresses hold passwords
        written.write_text(json.dumps(self.endpoints(), indent=2) + "\n")
        written.replace(self.folder / "endpoints.json")
        published = {service: f"http://{self._listen(f'{service.upper()}_BUS_PORT')}" for service in SERVICES}
        (self.folder / LOG_POLICY).write_text(log_policy(self.folder / "keys", published))

    @contextmanager
    def _log_shown_in_trouble(self, name: str) -> Iterator[None]:
        try:
            yield
        except Trouble as trouble:
            log = self.supervisor.log(name)
            raise Trouble(f"{trouble}\nThe end of {log}:\n{last_lines(log)}") from trouble

    @contextmanager
    def _trouble_where_the_disk_is_full(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
            raise Trouble(f"The disk of {self.folder} is full: free some space and start again.") from error
