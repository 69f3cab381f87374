"""What the servicers of support share: who reads, and how a single record is asked for."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from services.shared.grpc_server import Form, caught_up
from services.support.application.support import Support

READERS = (
    "administrator",
    "auditor",
    "city_leader",
    "council_member",
    "finance_appraiser",
    "host_representative",
    "payment_officer",
    "programme_lead",
    "programme_officer",
    "reporting_officer",
    "service",
)


def asked_for(support: Support, request: Any, id_field: str) -> UUID:
    """The id a Get asks for, once the log has come as far as the caller wants."""
    form = Form(request)
    record_id = form.uuid(id_field)
    form.check()
    caught_up(support, request.min_position)
    return record_id
