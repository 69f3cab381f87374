"""The ports of one running platform: their variables and usual numbers, and who holds one that is taken."""

from __future__ import annotations

import random
import socket
from collections.abc import Mapping
from contextlib import closing, suppress
from typing import TypeAlias

import psutil

from deploy.local.trouble import Trouble

__all__ = ["LOOPBACK", "SERVICES", "USUAL_PORTS", "Ports", "free_ports", "holder_of", "is_free", "ports_from"]

LOOPBACK = "127.0.0.1"
SERVICES = ("registry", "support", "training", "reporting")

Ports: TypeAlias = Mapping[str, int]
"""Each port by the environment variable that changes it."""

# Below the range from which the system gives ports to outgoing connections, one of which could hold a server's port.
FREE_PORTS = range(20_000, 32_000)
USUAL_PORTS: Ports = {
    "NSCL_POSTGRES_PORT": 15430,
    "NSCL_AMQP_PORT": 15670,
    "NSCL_AMQP_DISTRIBUTION_PORT": 15673,
    "NSCL_AMQP_PORT_MAPPER_PORT": 15674,
    "REGISTRY_GRPC_PORT": 15061,
    "SUPPORT_GRPC_PORT": 15062,
    "TRAINING_GRPC_PORT": 15063,
    "REPORTING_GRPC_PORT": 15064,
    "REGISTRY_SYSTEMS_PORT": 15071,
    "SUPPORT_SYSTEMS_PORT": 15072,
    "TRAINING_SYSTEMS_PORT": 15073,
    "REPORTING_SYSTEMS_PORT": 15074,
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
    candidates = (port for port in random.sample(FREE_PORTS, len(FREE_PORTS)) if is_free(port))
    return dict(zip(USUAL_PORTS, candidates, strict=False))


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
