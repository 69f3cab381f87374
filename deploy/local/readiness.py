"""Waiting until processes serve, by asking them: the gRPC health service of a door, ``/ready`` of a bus process."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import grpc
from grpc_health.v1.health_pb2 import HealthCheckRequest, HealthCheckResponse
from grpc_health.v1.health_pb2_grpc import HealthStub

from deploy.local.supervision import Supervisor, last_lines
from deploy.local.trouble import Trouble
from services.shared.channel import open_channel

__all__ = ["bus_is_ready", "door_is_ready", "wait_until_ready"]

HOPELESS_AFTER_STARTS = 3


def door_is_ready(address: str, authority: Path | None = None) -> bool:
    """Whether the gRPC server at the address says it serves; ``authority`` (PEM) signed its certificate, if any."""
    with open_channel(address, authority) as channel:
        try:
            answer = HealthStub(channel).Check(HealthCheckRequest(), timeout=2)
        except grpc.RpcError:
            return False
        return bool(answer.status == HealthCheckResponse.SERVING)


def bus_is_ready(url: str) -> bool:
    """Whether the process answers 200 at its ``/ready``."""
    try:
        with urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


def wait_until_ready(supervisor: Supervisor, checks: Mapping[str, Callable[[], bool]], seconds: float = 60) -> None:
    """Return when every named program is ready; ``Trouble`` with its last log lines for one that will not be."""
    deadline = time.monotonic() + seconds
    starts: dict[str, set[int]] = {name: set() for name in checks}
    waiting = dict(checks)
    while waiting:
        states = supervisor.states()
        for name, is_ready in list(waiting.items()):
            starts[name].add(states[name]["start"] if name in states else 0)
            if is_ready():
                del waiting[name]
            elif time.monotonic() > deadline or len(starts[name]) >= HOPELESS_AFTER_STARTS:
                why = "keeps dying" if time.monotonic() <= deadline else f"is not ready after {seconds:.0f} seconds"
                log = supervisor.log(name)
                raise Trouble(f"{name} {why}; the end of {log}:\n{last_lines(log)}")
        time.sleep(0.1 if waiting else 0)
