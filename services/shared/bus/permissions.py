"""What each service's own user may do on the broker: announce as itself, hear the others, ask them for pages."""

from __future__ import annotations

import re
from typing import NamedTuple


class Permissions(NamedTuple):
    """RabbitMQ's three regular expressions over the names of exchanges and queues, one for each kind of act."""

    configure: str
    write: str
    read: str


# Everybody asks and answers over nameko's exchange, and gives what nobody can read to the dead letters.
_COMMON = r"nameko-rpc|nscl\.dead-letters"
# To bind a queue is to read the exchange; kombu declares the exchange with the queue, hence it is configured too.
_ANNOUNCEMENTS = r"[a-z]+\.announcements"


def permissions_of(service: str) -> Permissions:
    """Those of a service: no other one can announce in its name, or take what was meant for it."""
    name = re.escape(service)
    own = rf"{name}\.from\.[a-z]+(\.dead-letters)?|rpc-{name}_announcements"
    replies = rf"rpc\.reply-({name}\.from\.[a-z]+|standalone_rpc_proxy)-[0-9a-f-]+"
    return Permissions(
        configure=f"^({own}|{replies}|{_ANNOUNCEMENTS}|{_COMMON})$",
        write=rf"^({own}|{replies}|{name}\.announcements|{_COMMON})$",
        read=f"^({own}|{replies}|{_ANNOUNCEMENTS}|{_COMMON})$",
    )
