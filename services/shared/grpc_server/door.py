"""The door: every call of every method passes here once, and nothing but a declared method stands behind it.

In this order: the call is counted, its deadline and its caller are looked at, the caller's capacity is compared with
the method's declaration, the request is read, the method runs, and whatever stopped it becomes one status. Where a
request or an answer comes in many messages, all of them pass under the same admission.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from threading import BoundedSemaphore
from typing import Any, TypeAlias

import grpc
from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor
from google.protobuf.message import DecodeError, Message
from google.protobuf.message_factory import GetMessageClass
from grpc_status import rpc_status

from services.shared.deadline import within
from services.shared.grpc_server.answers import answer_to
from services.shared.grpc_server.fair_use import FairUse
from services.shared.grpc_server.methods import Declaration, Desk, Visit, declaration_of, present_visit
from services.shared.grpc_server.metrics import Entry
from services.shared.grpc_server.refusals import CallerGone, DeadlinePassed, DoorBusy, RequestMalformed
from services.shared.grpc_server.systems import Callers

Handler: TypeAlias = "grpc.RpcMethodHandler[Any, Any]"
CarryOut = Callable[[Any, grpc.ServicerContext], Any]
_KINDS: dict[tuple[bool, bool], Callable[..., Handler]] = {
    (False, False): grpc.unary_unary_rpc_method_handler,
    (True, False): grpc.stream_unary_rpc_method_handler,
    (False, True): grpc.unary_stream_rpc_method_handler,
    (True, True): grpc.stream_stream_rpc_method_handler,
}
_ENVELOPE = ("request_id", "basis")
# Where a caller sets no deadline, grpcio tells one some 10**18 seconds away.
_NO_DEADLINE_SECONDS = 10**9


class UndeclaredMethod(TypeError):
    """A servicer has a method without a fitting ``command`` or ``query`` beside it; such a server does not start."""


@dataclass(frozen=True)
class Method:
    """One method behind the door: ``/nscl.registry.v1.RegistryService/RegisterEnterprise``."""

    path: str
    declaration: Declaration
    request_class: type[Message]
    response_class: type[Message]
    asked_in_many: bool = False
    answered_in_many: bool = False

    @property
    def streams(self) -> bool:
        """Whether request or answer comes in many messages, so that a call may keep its thread for long."""
        return self.asked_in_many or self.answered_in_many


@dataclass(frozen=True)
class Patience:
    """How long a call may take whose caller sets no deadline, and how many that stream may be in hand at a time."""

    single_seconds: float
    stream_seconds: float
    most_streams: int


class Doorkeeper(grpc.ServerInterceptor):
    """Stands before every declared method; health and reflection, which are not declared, pass without a token."""

    def __init__(
        self, methods: Mapping[str, Method], desk: Desk, callers: Callers, fair_use: FairUse, patience: Patience
    ) -> None:
        self._methods = methods
        self._desk = desk
        self._callers = callers
        self._fair_use = fair_use
        self._patience = patience
        self._streams = BoundedSemaphore(patience.most_streams)
        self._guarded: dict[str, Handler] = {}

    def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Handler | None],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> Handler | None:
        path = handler_call_details.method
        if path in self._guarded:
            return self._guarded[path]
        handler = continuation(handler_call_details)
        if handler is None or path not in self._methods:
            return handler
        return self._guarded.setdefault(path, self._guard(self._methods[path], _carry_out(handler)))

    def _guard(self, method: Method, carry_out: CarryOut) -> Handler:
        """The method behind the door, which reads and writes the bytes itself, to answer for them too."""

        def answer_once(raw: Any, context: grpc.ServicerContext) -> bytes:
            with self._passage(method, context) as entry:
                answer: Message = carry_out(_request(method, raw, context, entry), context)
            return answer.SerializeToString()

        def answer_in_many(raw: Any, context: grpc.ServicerContext) -> Iterator[bytes]:
            with self._passage(method, context) as entry:
                for answer in carry_out(_request(method, raw, context, entry), context):
                    yield answer.SerializeToString()

        kind = _KINDS[method.asked_in_many, method.answered_in_many]
        return kind(answer_in_many if method.answered_in_many else answer_once)

    @contextmanager
    def _passage(self, method: Method, context: grpc.ServicerContext) -> Iterator[Entry]:
        """One call from its arrival to its end; raises what ends it for the caller when something stops it."""
        entry = Entry(method.path, context)
        try:
            with self._admitted(method, context, entry):
                yield entry
            return
        except GeneratorExit:
            entry.code, entry.reason = grpc.StatusCode.CANCELLED.name, CallerGone.reason()
            raise
        except Exception as error:
            answer = answer_to(error, method.path)
            entry.code, entry.reason = answer.code.name, answer.reason
        finally:
            entry.close()
        context.abort_with_status(rpc_status.to_status(answer.status))

    @contextmanager
    def _admitted(self, method: Method, context: grpc.ServicerContext, entry: Entry) -> Iterator[None]:
        """What is done within is done for this caller, who may call the method, and in the time they give it."""
        seconds = self._seconds_left(method, context)
        caller = self._callers.caller(context)
        entry.names_caller(caller)
        method.declaration.admit(caller, method.path)
        if method.streams and not self._streams.acquire(blocking=False):
            raise DoorBusy()
        token = present_visit.set(Visit(method.path, method.response_class, caller, self._desk))
        try:
            with self._fair_use.admitted(caller, streams=method.streams), within(seconds):
                yield
        finally:
            present_visit.reset(token)
            if method.streams:
                self._streams.release()

    def _seconds_left(self, method: Method, context: grpc.ServicerContext) -> float:
        """How long the caller will wait; DeadlinePassed when they no longer do."""
        seconds = context.time_remaining()
        if seconds is None or seconds > _NO_DEADLINE_SECONDS:
            seconds = self._patience.stream_seconds if method.streams else self._patience.single_seconds
        if seconds <= 0 or not context.is_active():
            raise DeadlinePassed()
        return seconds


def _carry_out(handler: Handler) -> CarryOut:
    """What the servicer does, whichever way its messages come and go."""
    ways = (handler.unary_unary, handler.stream_unary, handler.unary_stream, handler.stream_stream)
    return next(way for way in ways if way is not None)


def _request(method: Method, raw: Any, context: grpc.ServicerContext, entry: Entry) -> Any:
    """The request's message, or all its messages one after the other."""
    if method.asked_in_many:
        return _requests(method, raw, context, entry)
    request = _read(method, raw)
    entry.names_request(getattr(request, "request_id", ""))
    return request


def _requests(method: Method, raw: Iterator[bytes], context: grpc.ServicerContext, entry: Entry) -> Iterator[Any]:
    """The messages as they come; CallerGone where grpcio tells that they end because the caller is no longer there.

    It does not always tell: a method that must not take a part for the whole has the caller say how much will come.
    """
    try:
        for number, message in enumerate(raw):
            request = _read(method, message)
            if number == 0:
                entry.names_request(getattr(request, "request_id", ""))
            yield request
    except grpc.RpcError:
        raise CallerGone() from None
    if not context.is_active():
        raise CallerGone()


def _read(method: Method, raw: bytes) -> Any:
    try:
        return method.request_class.FromString(raw)
    except DecodeError:
        raise RequestMalformed("") from None


def service_of(servicer: type) -> ServiceDescriptor:
    """The protobuf service a kind of servicer serves, by the generated base class it derives from."""
    base = _generated_base(servicer)
    messages = import_module(base.__module__.removesuffix("_grpc"))
    service: ServiceDescriptor = messages.DESCRIPTOR.services_by_name[base.__name__.removesuffix("Servicer")]
    return service


def add_to(server: grpc.Server, servicer: object) -> None:
    """Let the server serve the servicer's methods."""
    base = _generated_base(type(servicer))
    getattr(import_module(base.__module__), f"add_{base.__name__}_to_server")(servicer, server)


def declared_methods(servicers: Sequence[type]) -> dict[str, Method]:
    """Every method of these kinds of servicers with its declaration, by its path.

    UndeclaredMethod for one without, or whose declaration does not fit the proto.
    """
    return {
        f"/{service.full_name}/{method.name}": _declared(servicer, service, method)
        for servicer in servicers
        for service in [service_of(servicer)]
        for method in service.methods
    }


def _generated_base(servicer: type) -> type:
    for base in servicer.__mro__:
        if base.__module__.endswith("_pb2_grpc"):
            return base
    raise TypeError(f"{servicer.__qualname__} does not derive from a generated servicer")


def _declared(servicer: type, service: ServiceDescriptor, method: MethodDescriptor) -> Method:
    declaration = declaration_of(getattr(servicer, method.name))
    if declaration is None:
        raise UndeclaredMethod(f"{service.full_name}.{method.name} has neither command nor query beside it")
    if declaration.in_many != method.client_streaming:
        raise UndeclaredMethod(f"{method.full_name} is asked in many messages, or not, against its declaration")
    if declaration.resource is not None:
        fields = {*method.input_type.fields_by_name, *(f"-> {name}" for name in method.output_type.fields_by_name)}
        wanted = {*_ENVELOPE, f"-> {declaration.resource}", "-> recorded"}
        if not wanted <= fields:
            raise UndeclaredMethod(f"{method.full_name} is a command without {', '.join(sorted(wanted - fields))}")
    return Method(
        f"/{service.full_name}/{method.name}",
        declaration,
        GetMessageClass(method.input_type),
        GetMessageClass(method.output_type),
        asked_in_many=method.client_streaming,
        answered_in_many=method.server_streaming,
    )
