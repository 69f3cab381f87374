"""A service's gRPC door: declare methods by ``command`` and ``query``, read requests with ``Form``, and ``serve``."""

from __future__ import annotations

from services.shared.grpc_server.form import Form
from services.shared.grpc_server.identity import Caller
from services.shared.grpc_server.methods import ANY_CAPACITY, bulk_command, command, query
from services.shared.grpc_server.neighbour import Neighbour, NeighbourRefused, ServiceToken
from services.shared.grpc_server.paging import Page, caught_up
from services.shared.grpc_server.refusals import NeighbourUnavailable
from services.shared.grpc_server.server import Door, serve

__all__ = [
    "ANY_CAPACITY",
    "Caller",
    "Door",
    "Form",
    "Neighbour",
    "NeighbourRefused",
    "NeighbourUnavailable",
    "Page",
    "ServiceToken",
    "bulk_command",
    "caught_up",
    "command",
    "query",
    "serve",
]
