"""What the processes of every service find in their environment, under variables that begin with the service's name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from environs import Env, EnvError
from psycopg2.extensions import make_dsn, parse_dsn

DEVELOPMENT_ISSUER = "nscl-development"
_SHORTEST_SECRET_BYTES = 32
_POSTGRES_NAMES = (
    "DBNAME", "HOST", "PORT", "USER", "PASSWORD", "POOL_SIZE", "MAX_OVERFLOW",
    "CONNECT_TIMEOUT", "LOCK_TIMEOUT", "STATEMENT_TIMEOUT",
)  # fmt: skip
# A connection opened for one use costs more than the use: with the library's 5 kept and 10 beyond them, 32 callers got
# 335 commands/s on two cores and a fifth of the machine went into signing in. Callers wait for one of these instead.
_POSTGRES_DEFAULTS = {"POSTGRES_POOL_SIZE": "8", "POSTGRES_MAX_OVERFLOW": "0"}


@dataclass(frozen=True)
class LogSettings:
    """Under which name a service signs its log, with what, and the file that remembers what it signed last.

    The file lies outside the database and is not backed up with it; both processes of the service see it. ``keys`` are
    in the textual form of signed notes, two while one takes the other's place; ``policy`` is a file that names the
    witnesses which have to cosign. Only the bus process needs these two.
    """

    origin: str
    memory: Path
    keys: tuple[str, ...] = field(default=(), repr=False)
    policy: Path | None = None

    @classmethod
    def from_environment(cls, service: str) -> Self:
        """Read ``<SERVICE>_LOG_…``; EnvError names what is missing."""
        env = Env()
        with env.prefixed(f"{service.upper()}_LOG_"):
            key_files: list[Path] = env.list("KEY_FILES", [], subcast=Path)
            keys = [*env.list("KEYS", []), *(file.read_text(encoding="utf-8").strip() for file in key_files)]
            return cls(env.str("ORIGIN"), env.path("MEMORY_FILE"), tuple(keys), env.path("POLICY_FILE", None))


@dataclass(frozen=True)
class TlsSettings:
    """The certificate (PEM, with those between it and its authority) by which a service is known, and its key (PEM)."""

    certificate: Path
    key: Path

    @classmethod
    def from_environment(cls, service: str) -> Self | None:
        """Read ``<SERVICE>_TLS_…``; None where no certificate is named, EnvError where one has no key."""
        env = Env()
        with env.prefixed(f"{service.upper()}_TLS_"):
            certificate = env.path("CERTIFICATE_FILE", None)
            return None if certificate is None else cls(certificate, env.path("KEY_FILE"))


@dataclass(frozen=True)
class SystemsSettings:
    """Where other departments' systems are let in, with a client certificate.

    ``listen`` is ``host:port``; ``authority`` (PEM) holds who signs their certificates; ``known`` is the JSON file that
    lists them.
    """

    listen: str
    authority: Path
    known: Path

    @classmethod
    def from_environment(cls, service: str) -> Self | None:
        """Read ``<SERVICE>_SYSTEMS_LISTEN`` and ``NSCL_SYSTEMS_…``; None where there is no such place."""
        env = Env()
        listen = env.str(f"{service.upper()}_SYSTEMS_LISTEN", None)
        if listen is None:
            return None
        return cls(listen, env.path("NSCL_SYSTEMS_AUTHORITY_FILE"), env.path("NSCL_SYSTEMS_FILE"))


@dataclass(frozen=True)
class DoorSettings:
    """Where a service's gRPC door listens, and by which keys it knows its callers.

    Each ``…listen`` is ``host:port``; port 0 takes any free one. ``health_listen`` answers the health service alone, in
    the clear, for probes that know no TLS. Without ``tls`` the door opens on this machine only; ``authority`` (PEM)
    holds who signs other services' certificates. ``token_keys`` is a JWKS, a file or an https address; ``service_key``
    the private key (PEM, Ed25519) the service itself asks others with. ``request_secret`` keys the digests by which a
    repeated request is known. ``log`` tells what was signed of the log behind the door; without it that is not looked
    at. One caller gets at most ``calls_per_second`` and ``calls_at_once``, and is asked after ``connection_seconds`` to
    connect anew, so that one who comes to a replica leaves it again.
    """

    listen: str
    token_keys: Path | str
    request_secret: bytes = field(repr=False)
    issuer: str = DEVELOPMENT_ISSUER
    metrics_listen: str | None = None
    health_listen: str | None = None
    tls: TlsSettings | None = None
    authority: Path | None = None
    systems: SystemsSettings | None = None
    service_key: Path | None = None
    threads: int = 64
    calls_per_second: int = 500
    calls_at_once: int = 32
    connection_seconds: int = 30
    default_deadline_seconds: float = 15.0
    stream_deadline_seconds: float = 600.0
    grace_seconds: float = 10.0
    reuse_port: bool = False
    log: LogSettings | None = None

    @classmethod
    def from_environment(cls, service: str) -> Self:
        """Read ``<SERVICE>_…`` and ``NSCL_…``; EnvError names what is missing or wrong."""
        env = Env()
        own = f"{service.upper()}_"
        return cls(
            listen=env.str(own + "GRPC_LISTEN", "127.0.0.1:0"),
            token_keys=env.str("NSCL_TOKEN_KEYS"),
            request_secret=secret_in(env, "NSCL_REQUEST_SECRET_FILE"),
            issuer=env.str("NSCL_TOKEN_ISSUER", DEVELOPMENT_ISSUER),
            metrics_listen=env.str(own + "API_METRICS_LISTEN", None),
            health_listen=env.str(own + "HEALTH_LISTEN", None),
            tls=TlsSettings.from_environment(service),
            authority=env.path("NSCL_TLS_AUTHORITY_FILE", None),
            systems=SystemsSettings.from_environment(service),
            service_key=env.path(own + "SERVICE_KEY", None),
            threads=env.int(own + "GRPC_THREADS", 64),
            calls_per_second=env.int("NSCL_CALLS_PER_SECOND", 500),
            calls_at_once=env.int("NSCL_CALLS_AT_ONCE", 32),
            connection_seconds=env.int("NSCL_CONNECTION_SECONDS", 30),
            reuse_port=env.bool(own + "GRPC_REUSE_PORT", False),
            log=LogSettings.from_environment(service) if env.str(own + "LOG_MEMORY_FILE", None) else None,
        )


@dataclass(frozen=True)
class ApiSettings:
    """What ``run_api`` needs; ``postgres`` holds the library's ``POSTGRES_*`` variables for the service's own role.

    A service that needs more adds fields and says in ``_own`` where they come from.
    """

    postgres: Mapping[str, str]
    door: DoorSettings

    @classmethod
    def from_environment(cls, service: str) -> Self:
        """Read ``<SERVICE>_…``; EnvError names what is missing or wrong."""
        return cls(postgres=_postgres(service), door=DoorSettings.from_environment(service), **cls._own(Env()))

    @classmethod
    def _own(cls, _: Env) -> dict[str, Any]:
        """The fields that only this service has."""
        return {}


@dataclass(frozen=True)
class BusSettings:
    """What ``run_bus`` needs; ``listen`` is where /ready, /metrics and the published log answer, as ``host:port``."""

    postgres: Mapping[str, str]
    amqp_uri: str
    listen: str
    log: LogSettings

    @classmethod
    def from_environment(cls, service: str) -> Self:
        """Read ``<SERVICE>_…`` and ``AMQP_URI``; EnvError names what is missing."""
        env = Env()
        listen = env.str(f"{service.upper()}_BUS_LISTEN")
        return cls(_postgres(service), env.str("AMQP_URI"), listen, LogSettings.from_environment(service))


@dataclass(frozen=True)
class ProofSettings:
    """What ``run_proof`` needs: the log as the service's own role sees it, and what was signed of it."""

    postgres: Mapping[str, str]
    log: LogSettings

    @classmethod
    def from_environment(cls, service: str) -> Self:
        """Read ``<SERVICE>_POSTGRES_…`` and ``<SERVICE>_LOG_…``; EnvError names what is missing."""
        return cls(_postgres(service), LogSettings.from_environment(service))


@dataclass(frozen=True)
class MigrationSettings:
    """What ``run_migrate`` and ``run_rebuild`` need: the database's owner, and the role that may use what it makes.

    ``auditor_role`` may read the log, and nothing else.
    """

    dsn_owner: str
    service_role: str
    auditor_role: str | None = None

    @classmethod
    def from_environment(cls, service: str) -> Self:
        """Read ``<SERVICE>_POSTGRES_…``; EnvError names what is missing."""
        env = Env()
        with env.prefixed(f"{service.upper()}_POSTGRES_"):
            dsn_owner = make_dsn(
                dbname=env.str("DBNAME"),
                host=env.str("HOST"),
                port=env.str("PORT", "5432"),
                user=env.str("OWNER_USER"),
                password=env.str("OWNER_PASSWORD"),
            )
            return cls(dsn_owner, service_role=env.str("USER"), auditor_role=env.str("AUDITOR_USER", None))

    @property
    def postgres(self) -> dict[str, str]:
        """The library's ``POSTGRES_*`` variables for the owner."""
        given = {"password": "", **parse_dsn(self.dsn_owner)}
        return {f"POSTGRES_{name.upper()}": value for name, value in given.items()}


def secret_in(env: Env, variable: str) -> bytes:
    """The secret in the file that a variable names; EnvError when there is none, or one so short that it is guessed."""
    secret = env.path(variable).read_bytes().strip()
    if len(secret) < _SHORTEST_SECRET_BYTES:
        raise EnvError(f"{variable} holds fewer than {_SHORTEST_SECRET_BYTES} bytes")
    return secret


def _postgres(service: str) -> dict[str, str]:
    env = Env()
    with env.prefixed(f"{service.upper()}_POSTGRES_"):
        found = {f"POSTGRES_{name}": env.str(name, None) for name in _POSTGRES_NAMES}
    return _POSTGRES_DEFAULTS | {name: value for name, value in found.items() if value is not None}
