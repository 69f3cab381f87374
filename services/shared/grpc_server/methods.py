"""What a method of a servicer is: a command or a query, and who may call it, declared beside it.

The decorators turn ``method(self, request, call)``, ``method(self, first, following, call)`` and
``method(self, request, caller)`` into the gRPC methods the generated base class asks for. What they need of the present
call stands in its ``Visit``, set by the door.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from functools import wraps
from typing import Any, Protocol, TypeVar

import grpc
from eventsourcing.persistence import IntegrityError
from google.protobuf.message import Message
from nscl.common.v1.act_pb2 import Recorded
from structlog.contextvars import bind_contextvars

from services.shared.deadline import remaining_seconds
from services.shared.event_store.errors import DuplicateEvent
from services.shared.event_store.log import Call, Saved
from services.shared.grpc_server.acts import call_for
from services.shared.grpc_server.identity import Caller
from services.shared.grpc_server.refusals import (
    CapacityNotPermitted,
    ConcurrentChange,
    DeadlinePassed,
    RequestEmpty,
)
from services.shared.record import Record
from services.shared.refusals import Refusal

ANY_CAPACITY = "*"
"""For a query that every known caller may ask."""

MOST_ATTEMPTS = 8
_FIRST_PAUSE_SECONDS = 0.005

S = TypeVar("S")
Q = TypeVar("Q", bound=Message)
A = TypeVar("A", bound=Message)
R = TypeVar("R", bound=Record)
T = TypeVar("T")


class Memory(Protocol):
    """The part of the event log a command needs: whether the same request succeeded before."""

    def saved_before(self, call: Call) -> Saved[Any] | None: ...


@dataclass(frozen=True)
class Declaration:
    """Who may call a method; ``resource`` is the response field a command's record goes to, None for a query.

    ``in_many``: the request comes in many messages.
    """

    capacities: frozenset[str]
    resource: str | None
    in_many: bool = False

    def admit(self, caller: Caller, method: str) -> None:
        """CapacityNotPermitted for a caller in another capacity than those declared."""
        if caller.capacity not in self.capacities and ANY_CAPACITY not in self.capacities:
            raise CapacityNotPermitted(capacity=caller.capacity, method=method)


@dataclass(frozen=True)
class Desk:
    """What the commands of a service are carried out with."""

    log: Memory
    to_message: Callable[[Any], Message]
    clock: Callable[[], datetime]
    request_secret: bytes = field(repr=False)


@dataclass(frozen=True)
class Visit:
    """The present call: who, which method, and what a command is carried out with."""

    method: str
    response_class: type[Message]
    caller: Caller
    desk: Desk

    def asks(self, request: Any) -> Call:
        """The mutation that a request asks for, now; FormIncorrect as ``call_for`` has it."""
        call = call_for(request, self.method, self.caller, self.desk.clock(), self.desk.request_secret)
        if call.act.cause is not None:
            bind_contextvars(cause=call.act.cause)
        return call


present_visit: ContextVar[Visit] = ContextVar("present_visit")


def command(
    *capacities: str, resource: str
) -> Callable[[Callable[[S, Q, Call], Saved[Any]]], Callable[[S, Q, grpc.ServicerContext], Any]]:
    """Declare a mutation and the capacities it is permitted to.

    The method is given a ``Call`` (the caller's act, recorded now, on the request's basis) and returns what it saved.
    A repeat of a request id is answered with the first success, whatever the state says now. When somebody else was
    faster the whole method runs again on what they left, unless the caller named an etag.
    """
    declaration = Declaration(_known(capacities), resource)

    def declare(method: Callable[[S, Q, Call], Saved[Any]]) -> Callable[[S, Q, grpc.ServicerContext], Any]:
        @wraps(method)
        def answered(self: S, request: Q, _context: grpc.ServicerContext) -> Any:
            visit = present_visit.get()
            call = visit.asks(request)
            saved = _carried_out(lambda: method(self, request, call), call, visit.desk.log)
            recorded = Recorded(service=saved.service, position=saved.position)
            return visit.response_class(**{resource: visit.desk.to_message(saved.record), "recorded": recorded})

        return _declared(answered, declaration)

    return declare


def bulk_command(
    *capacities: str, resource: str
) -> Callable[[Callable[[S, Q, Iterator[Q], Call], T]], Callable[[S, Iterator[Q], grpc.ServicerContext], T]]:
    """Declare a mutation whose request comes in many messages, and the capacities it is permitted to.

    The first message says what a command's request says, and makes the ``Call``; the method is given it, those that
    follow it as they come, and returns the response or, where the rpc answers in many messages, an iterator of them.
    What is recorded half-way stays recorded: the method itself sees to it that a repeat goes on from there.
    """
    declaration = Declaration(_known(capacities), resource, in_many=True)

    def declare(method: Callable[[S, Q, Iterator[Q], Call], T]) -> Callable[[S, Iterator[Q], grpc.ServicerContext], T]:
        @wraps(method)
        def answered(self: S, requests: Iterator[Q], _context: grpc.ServicerContext) -> T:
            visit = present_visit.get()
            first = next(requests, None)
            if first is None:
                raise RequestEmpty("")
            return method(self, first, requests, visit.asks(first))

        return _declared(answered, declaration)

    return declare


def query(
    *capacities: str,
) -> Callable[[Callable[[S, Q, Caller], A]], Callable[[S, Q, grpc.ServicerContext], Any]]:
    """Declare a question and the capacities it may be asked in; the method answers it with the response message."""
    declaration = Declaration(_known(capacities), None)

    def declare(method: Callable[[S, Q, Caller], A]) -> Callable[[S, Q, grpc.ServicerContext], Any]:
        @wraps(method)
        def answered(self: S, request: Q, _context: grpc.ServicerContext) -> Any:
            return method(self, request, present_visit.get().caller)

        return _declared(answered, declaration)

    return declare


def declaration_of(method: Callable[..., Any]) -> Declaration | None:
    """What was declared beside a servicer's method, or None."""
    return getattr(method, "declaration", None)


def _declared(method: Callable[..., Any], declaration: Declaration) -> Callable[..., Any]:
    method.declaration = declaration  # type: ignore[attr-defined]  # read at start-up, by the door
    return method


def _known(capacities: tuple[str, ...]) -> frozenset[str]:
    if not capacities:
        raise TypeError("a method has to name the capacities it is permitted to")
    return frozenset(capacities)


def _carried_out(attempt: Callable[[], Saved[Any]], call: Call, log: Memory) -> Saved[Any]:
    """The command's result, or its first one when the same request succeeded before; see ``command``."""
    for attempts_made in range(1, MOST_ATTEMPTS + 1):
        try:
            return attempt()
        except (Refusal, IntegrityError) as error:
            if earlier := log.saved_before(call):
                return earlier
            if isinstance(error, Refusal | DuplicateEvent):
                raise
            if call.etag is not None or attempts_made == MOST_ATTEMPTS:
                raise ConcurrentChange() from error
        _pause(attempts_made)
    raise AssertionError("unreachable: the last attempt returns or raises")


def _pause(attempts_made: int) -> None:
    """Wait a little, longer and more randomly each time, so that those in conflict do not meet again."""
    pause = random.uniform(0, _FIRST_PAUSE_SECONDS * 2**attempts_made)
    if pause >= remaining_seconds():
        raise DeadlinePassed()
    time.sleep(pause)
