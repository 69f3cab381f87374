"""What each process of the platform finds in its environment: its database, its ports, its neighbours, its keys."""

from __future__ import annotations

import json
import os
import secrets
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.local.certificates import Certificates
from deploy.local.ports import LOOPBACK, SERVICES
from deploy.local.postgres import PostgresServer, Role
from deploy.local.tokens import Issuer, write_private
from deploy.local.trouble import Trouble
from services.shared.transparency_log.notes import Signer

__all__ = [
    "Passwords",
    "ServiceDatabase",
    "common_environment",
    "door_environment",
    "given_databases",
    "log_environment",
    "log_policy",
    "private_databases",
    "python",
    "tls_environment",
    "write_secret_once",
]

LOG_ORIGIN = "localhost/nscl"
NO_PROXY_FOR = (LOOPBACK, "localhost")


class Passwords:
    """Random passwords of one folder, kept in a file only its user may read."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._known: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}

    def of(self, name: str) -> str:
        """The password of that name; a new one becomes lasting with ``save``."""
        return self._known.setdefault(name, secrets.token_hex(24))

    def save(self) -> None:
        written = self._file.with_suffix(".new")
        written.touch(mode=0o600)
        written.write_text(json.dumps(self._known, indent=2))
        written.replace(self._file)


@dataclass(frozen=True)
class ServiceDatabase:
    """One service's database and its two roles."""

    service: str
    server: PostgresServer
    name: str
    owner: Role
    role: Role

    def environment(self) -> dict[str, str]:
        """The library's variables for the service's own role."""
        return self._prefixed(
            DBNAME=self.name,
            HOST=self.server.host,
            PORT=str(self.server.port),
            USER=self.role.name,
            PASSWORD=self.role.password,
        )

    def owner_environment(self) -> dict[str, str]:
        """The same, and the owner's role, which only migrations may use."""
        return self.environment() | self._prefixed(OWNER_USER=self.owner.name, OWNER_PASSWORD=self.owner.password)

    def _prefixed(self, **variables: str) -> dict[str, str]:
        return {f"{self.service.upper()}_POSTGRES_{name}": value for name, value in variables.items()}


def private_databases(server: PostgresServer, passwords: Passwords) -> list[ServiceDatabase]:
    """A database and two roles for each service, on a server of our own."""
    return [
        ServiceDatabase(service, server, name, *(Role(role, passwords.of(role)) for role in (f"{name}_owner", name)))
        for service, name in ((service, f"nscl_{service}") for service in SERVICES)
    ]


def given_databases(environment: Mapping[str, str]) -> list[ServiceDatabase] | None:
    """The databases that the environment names, one for each service; None where it names none.

    ``<SERVICE>_POSTGRES_…`` goes before ``POSTGRES_…``, as in the library. ``Trouble`` where something is not named.
    """
    hosts = ("POSTGRES_HOST", *(f"{service.upper()}_POSTGRES_HOST" for service in SERVICES))
    if not any(environment.get(host) for host in hosts):
        return None
    return [_given_database(service, environment) for service in SERVICES]


def _given_database(service: str, environment: Mapping[str, str]) -> ServiceDatabase:
    def given(name: str, otherwise: str | None = None) -> str:
        variable = f"{service.upper()}_POSTGRES_{name}"
        value = environment.get(variable) or environment.get(f"POSTGRES_{name}") or otherwise
        if value is None:
            raise Trouble(f"The environment names a PostgreSQL server, but {variable} is missing.")
        return value

    owner = Role(given("OWNER_USER"), given("OWNER_PASSWORD", ""))
    role = Role(given("USER"), given("PASSWORD", ""))
    server = PostgresServer(given("HOST"), int(given("PORT", "5432")), owner)
    return ServiceDatabase(service, server, given("DBNAME", f"nscl_{service}"), owner, role)


def common_environment(environment: Mapping[str, str], project: Path) -> dict[str, str]:
    """The runner's own environment as every process may see it: without any database's password, with our modules.

    What runs on this machine is asked directly, also where a proxy leads to the world.
    """
    seen = {name: value for name, value in environment.items() if not name.endswith("PASSWORD")}
    direct = ",".join(filter(None, (environment.get("no_proxy") or environment.get("NO_PROXY"), *NO_PROXY_FOR)))
    ours = {"PYTHONPATH": f"{project}:{project / 'generated'}", "PYTHONUNBUFFERED": "1"}
    return seen | ours | {"no_proxy": direct, "NO_PROXY": direct}


def ask_this_machine_directly() -> None:
    """Let no proxy stand between this process and what it has started on this machine."""
    direct = common_environment(os.environ, Path())["no_proxy"]
    os.environ["no_proxy"] = os.environ["NO_PROXY"] = direct


def python(module: str, *arguments: str) -> list[str]:
    """The command line that runs a module of ours with the Python we run on."""
    return [sys.executable, "-m", module, *arguments]


def door_environment(issuer: Issuer) -> dict[str, str]:
    """By what every service's door knows its callers, and a request that comes again; what is missing is made."""
    request_secret = issuer.directory / "request_secret"
    write_secret_once(request_secret)
    return {"NSCL_TOKEN_KEYS": str(issuer.jwks_path), "NSCL_REQUEST_SECRET_FILE": str(request_secret)}


def tls_environment(service: str, certificates: Certificates, systems_listen: str) -> dict[str, str]:
    """By what a service's door is known, which doors it believes, and where departments' systems are let in."""
    tls, prefix = certificates.of_door(service, LOOPBACK, "localhost"), service.upper()
    return {
        f"{prefix}_TLS_CERTIFICATE_FILE": str(tls.certificate),
        f"{prefix}_TLS_KEY_FILE": str(tls.key),
        "NSCL_TLS_AUTHORITY_FILE": str(certificates.doors.certificate),
        f"{prefix}_SYSTEMS_LISTEN": systems_listen,
        "NSCL_SYSTEMS_AUTHORITY_FILE": str(certificates.systems.certificate),
        "NSCL_SYSTEMS_FILE": str(certificates.known_systems),
    }


def log_environment(service: str, keys: Path, folder: Path) -> dict[str, str]:
    """By what a service signs its log on this machine; a key that is missing is made, and its public half beside it."""
    origin, prefix = f"{LOG_ORIGIN}/{service}", f"{service.upper()}_LOG"
    key_file = keys / f"{service}_log.key"
    if not key_file.exists():
        signer = Signer.generate(origin)
        write_private(key_file, signer.secret_text().encode())
        (keys / f"{service}_log.pub").write_text(f"{signer.verifier}\n")
    return {
        f"{prefix}_ORIGIN": origin,
        f"{prefix}_KEY_FILES": str(key_file),
        f"{prefix}_MEMORY_FILE": str(folder / "signed" / service),
    }


def log_policy(keys: Path, published: Mapping[str, str]) -> str:
    """What an auditor of this machine's logs trusts, as ``services.audit`` takes it: their keys, and no witness.

    ``published`` says for each service where its log is.
    """
    known = {service: (keys / f"{service}_log.pub").read_text().strip() for service in published}
    return "".join(f"log {known[service]} {url}\n" for service, url in published.items()) + "quorum none\n"


def write_secret_once(file: Path) -> None:
    """A random secret in a file only its user may read; one that is there stays, because what it made must match."""
    if not file.exists():
        written = file.with_suffix(".new")
        written.touch(mode=0o600)
        written.write_text(secrets.token_hex(32))
        written.replace(file)
