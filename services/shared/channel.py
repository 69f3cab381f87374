"""Channels to doors: encrypted wherever what is said leaves this machine."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import ip_address
from pathlib import Path

import grpc


class DoorUnprotected(ValueError):
    """A door without a certificate would open beyond this machine, where everybody could read what is said."""


def open_channel(address: str, authority: Path | None, options: Sequence[tuple[str, object]] = ()) -> grpc.Channel:
    """A channel to a door, known by a certificate that ``authority`` signed; without it only to this machine's doors.

    DoorUnprotected; OSError when the file cannot be read.
    """
    if authority is not None:
        return grpc.secure_channel(address, grpc.ssl_channel_credentials(authority.read_bytes()), options)
    if not is_on_this_machine(address):
        raise DoorUnprotected(f"{address} is on another machine: name the authority that signs its certificate")
    return grpc.insecure_channel(address, options)


def is_on_this_machine(address: str) -> bool:
    """Whether ``host:port`` or ``host`` names the loopback interface, by number or as localhost."""
    host = address
    if address.startswith("["):
        host = address[1:].partition("]")[0]
    elif address.count(":") == 1:
        host = address.partition(":")[0]
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
