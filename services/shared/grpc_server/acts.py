"""From a request and its caller to the act that every event will carry."""

from __future__ import annotations

import hashlib
import hmac
from datetime import date, datetime
from typing import Any

from services.shared.event_store.log import Call
from services.shared.grpc_server.form import Form, is_declared_required
from services.shared.grpc_server.identity import Caller
from services.shared.record import LOCAL_TIME, Act

LONGEST_DOCUMENT = 60
LONGEST_ETAG = 20
_CAUSE = r"[a-z][a-z_]*:[1-9][0-9]{0,17}"


def call_for(request: Any, method: str, caller: Caller, now: datetime, secret: bytes) -> Call:
    """The mutation a request asks for, by its caller, at the moment ``now`` (UTC); ``secret`` keys its digest.

    FormIncorrect when the request id is no UUID4, or its basis cannot be accepted. Where the proto declares the basis
    REQUIRED, so is the document in it.
    """
    form = Form(request)
    request_id = form.uuid("request_id", version=4)
    today = now.astimezone(LOCAL_TIME).date()
    if is_declared_required(request.DESCRIPTOR, "basis"):
        basis = form.nested("basis", lambda basis: _basis(basis, today, document_required=True))
    else:
        basis = form.optional_nested("basis", lambda basis: _basis(basis, today)) or (None, today, None)
    has_etag = "etag" in request.DESCRIPTOR.fields_by_name
    etag = form.optional_text("etag", longest=LONGEST_ETAG) if has_etag else None
    form.check()
    document, effective_on, cause = basis
    act = Act(
        person_id=caller.person_id,
        body=caller.body,
        capacity=caller.capacity,
        effective_on=effective_on,
        recorded_at=now,
        request_id=request_id,
        document=document,
        cause=cause,
    )
    return Call(act=act, request_digest=_digest(request, method, caller, secret), etag=etag)


def _basis(basis: Form, today: date, *, document_required: bool = False) -> tuple[str | None, date, str | None]:
    read_document = basis.text if document_required else basis.optional_text
    return (
        read_document("document", longest=LONGEST_DOCUMENT),
        basis.optional_date("effective_on", latest=today) or today,
        basis.optional_text("cause", longest=100, pattern=_CAUSE),
    )


def _digest(request: Any, method: str, caller: Caller, secret: bytes) -> bytes:
    """What makes two requests the same: the method, all that was asked, and who asked in which capacity.

    It stays in the log when a person's data are erased, so that without the secret nobody can try names and numbers.
    """
    asked_by = "\0".join((method, str(caller.person_id), caller.body, caller.capacity, ""))
    digest = hmac.new(secret, asked_by.encode(), hashlib.sha256)
    digest.update(request.SerializeToString(deterministic=True))
    return digest.digest()
