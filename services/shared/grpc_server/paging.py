"""Lists in pages (AIP-158): how much to show, after which row, and the opaque token of the next page."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

import msgspec
from google.protobuf.message import Message

from services.shared.deadline import remaining_seconds
from services.shared.grpc_server.refusals import FormIncorrect, PageTokenInvalid, Violation

K = TypeVar("K")
Row = TypeVar("Row")

USUAL_PAGE_SIZE = 50
MOST_PAGE_SIZE = 500
# A view that lags is told of before the deadline, not by it.
_SHARE_OF_DEADLINE = 0.8
_NOT_FILTERS = ("page_size", "page_token", "min_position")


@dataclass(frozen=True)
class Page(Generic[K]):
    """Which rows of a list are asked for: at most ``size``, those after the sort key ``after`` (None: from the first).

    The token holds that key and a digest over it and the request's filters, so that a token cannot go on with another
    question than it began with. It is no secret and no permission.
    """

    size: int
    after: K | None
    _filters: bytes

    @classmethod
    def read(cls, request: Any, key: type[K], *, usual: int = USUAL_PAGE_SIZE, most: int = MOST_PAGE_SIZE) -> Page[K]:
        """The page a list request asks for; ``key`` is the sort key's type, such as ``tuple[str, UUID]``.

        FormIncorrect for a negative ``page_size`` (too large a one is brought down to ``most``), PageTokenInvalid.
        """
        if request.page_size < 0:
            _refuse("page_size", "Trường page_size không được là số âm.")
        filters = _filters(request)
        after = _key_of(request.page_token, key, filters) if request.page_token else None
        return cls(min(request.page_size or usual, most), after, filters)

    def cut(self, rows: Sequence[Row], *, key: Callable[[Row], K]) -> tuple[Sequence[Row], str]:
        """The rows to show and the next page's token (empty on the last page), from ``size + 1`` rows read."""
        if len(rows) <= self.size:
            return rows, ""
        encoded = msgspec.json.encode(key(rows[self.size - 1]))
        token = base64.urlsafe_b64encode(_seal(self._filters, encoded) + encoded).rstrip(b"=").decode()
        return rows[: self.size], token


class Catching(Protocol):
    """A view that can be waited for until it has caught up with the log."""

    def wait_for(self, position: int, timeout: float) -> None: ...


def caught_up(view: Catching, min_position: int) -> None:
    """Wait, within the call's deadline, until the view shows the event at ``min_position``: one's own write, say.

    FormIncorrect for a negative position.
    """
    if min_position < 0:
        _refuse("min_position", "Trường min_position không được là số âm.")
    if min_position:
        view.wait_for(min_position, remaining_seconds() * _SHARE_OF_DEADLINE)


def _refuse(field: str, sentence: str) -> None:
    raise FormIncorrect([Violation(field, "FIELD_OUT_OF_RANGE", sentence)])


def _filters(request: Message) -> bytes:
    """What the request asks apart from how far it has read."""
    question = type(request)()
    question.CopyFrom(request)
    for field in _NOT_FILTERS:
        if field in question.DESCRIPTOR.fields_by_name:
            question.ClearField(field)
    return question.DESCRIPTOR.full_name.encode() + b"\0" + question.SerializeToString(deterministic=True)


def _seal(filters: bytes, encoded_key: bytes) -> bytes:
    return hashlib.sha256(encoded_key + b"\0" + filters).digest()[:12]


def _key_of(token: str, key: type[K], filters: bytes) -> K:
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        seal, encoded = raw[:12], raw[12:]
        if seal != _seal(filters, encoded):
            raise PageTokenInvalid("page_token")
        return msgspec.json.decode(encoded, type=key)
    except (binascii.Error, ValueError, msgspec.MsgspecError):
        raise PageTokenInvalid("page_token") from None
