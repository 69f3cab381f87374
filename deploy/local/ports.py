"""The ports of one running platform: their variables and usual numbers, and who holds one that is taken."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from contextlib import ExitStack, closing, suppress
from typing import TypeAlias

import psutil

from deploy.local.trouble import Trouble

__all__ = ["LOOPBACK", "SERVICES", "USUAL_PORTS", "Ports", "free_ports", "holder_of", "is_free", "ports_from"]

LOOPBACK = "127.0.0.1"
SERVICES = ("registry", "support", "training", "reporting")

Ports: TypeAlias = Mapping[str, int]
"""Each port by the environment variable that changes it."""

USUAL_PORTS: Ports = {
    "NSCL_POSTGRES_PORT": 54320,
    "NSCL_AMQP_PORT": 56720,
    "NSCL_AMQP_DISTRIBUTION_PORT": 56721,
    "NSCL_AMQP_PORT_MAPPER_PORT": 56722,
    "REGISTRY_GRPC_PORT": 50061,
    "SUPPORT_GRPC_PORT": 50062,
    "TRAINING_GRPC_PORT": 50063,
    "REPORTING_GRPC_PORT": 50064,
    "REGISTRY_API_METRICS_PORT": 9461,
    "REGISTRY_BUS_PORT": 9462,
    "SUPPORT_API_METRICS_PORT": 9463,
    "SUPPORT_BUS_PORT": 9464,
    "TRAINING_API_METRICS_PORT": 9465,
    "TRAINING_BUS_PORT": 9466,
    "REPORTING_API_METRICS_PORT": 9467,
    "REPORTING_BUS_PORT": 9468,
}


def ports_from(environment: Mapping[str, str]) -> Ports:
    """The usual ports, each changed where its variable says so."""
    ports = dict(USUAL_PORTS)
    for variable in USUAL_PORTS:
        if given := environment.get(variable):
            if not given.isdecimal() or not 0 < int(given) < 65536:
                raise Trouble(f"{variable}={given} is not a port: give a number from 1 to 65535.")
            ports[variable] = int(given)
    return ports


def free_ports() -> Ports:
    """Ports nobody listens on now, for a platform beside others."""
    with ExitStack() as held:
        ports = {}
        for variable in USUAL_PORTS:
            probe = held.enter_context(closing(socket.socket()))
            probe.bind((LOOPBACK, 0))
            ports[variable] = probe.getsockname()[1]
        return ports


def is_free(port: int) -> bool:
    """Whether a server may listen on the port; one that has just stopped does not keep it."""
    with closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def holder_of(port: int) -> psutil.Process | None:
    """The process listening on the port, where this user may know it."""
    with suppress(psutil.Error):
        for connection in psutil.net_connections(kind="tcp"):
            listens = connection.status == psutil.CONN_LISTEN and connection.laddr
            if listens and listens.port == port and connection.pid:
                return psutil.Process(connection.pid)
    return None
