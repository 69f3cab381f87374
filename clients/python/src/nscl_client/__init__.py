"""Client of NSCL's gRPC doors for other departments' systems: connections, refusals with their reasons, announcements.

``docs/clients.md`` of the platform shows how it is used; the methods themselves are those of the stubs in ``nscl``.
"""

from __future__ import annotations

from nscl_client.connection import Connection
from nscl_client.failures import CallFailed, FieldViolation, Refused, Unanswered, failure_of
from nscl_client.retries import Retries
from nscl_client.watching import Watched

__all__ = ["CallFailed", "Connection", "FieldViolation", "Refused", "Retries", "Unanswered", "Watched", "failure_of"]
