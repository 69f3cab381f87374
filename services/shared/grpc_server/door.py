"""The door: every call of every method passes here once, and nothing but a declared method stands behind it.

In this order: the call is counted, its deadline and its caller are looked at, the caller's capacity is compared with
the method's declaration, the request is read, the method runs, and whatever stopped it becomes one status.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from typing import Any, TypeAlias

import grpc
from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor
from google.protobuf.message import DecodeError, Message
from google.protobuf.message_factory import GetMessageClass
from grpc_status import rpc_status

from services.shared.deadline import within
from services.shared.grpc_server.answers import answer_to
from services.shared.grpc_server.identity import TokenKeys
from services.shared.grpc_server.methods import Declaration, Memory, Visit, declaration_of, present_visit
from services.shared.grpc_server.metrics import Entry
from services.shared.grpc_server.refusals import DeadlinePassed, RequestMalformed

Handler: TypeAlias = "grpc.RpcMethodHandler[Any, Any]"
CarryOut = Callable[[Any, grpc.ServicerContext], Any]
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


@dataclass(frozen=True)
class Desk:
    """What the commands of a service are carried out with."""

    log: Memory
    to_message: Callable[[Any], Message]
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)


class Doorkeeper(grpc.ServerInterceptor):
    """Stands before every declared method; health and reflection, which are not declared, pass without a token."""

    def __init__(
        self, methods: Mapping[str, Method], desk: Desk, token_keys: TokenKeys, default_deadline_seconds: float
    ) -> None:
        self._methods = methods
        self._desk = desk
        self._token_keys = token_keys
        self._default_deadline_seconds = default_deadline_seconds
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
        if handler is None or handler.unary_unary is None or path not in self._methods:
            return handler
        return self._guarded.setdefault(path, self._guard(self._methods[path], handler.unary_unary))

    def _guard(self, method: Method, carry_out: CarryOut) -> Handler:
        """The method behind the door, which reads and writes the bytes itself, to answer for them too."""

        def pass_through(raw: bytes, context: grpc.ServicerContext) -> bytes:
            entry = Entry(method.path)
            try:
                return self._admit(method, carry_out, raw, context, entry)
            except Exception as error:
                answer = answer_to(error, method.path)
                entry.code, entry.reason = answer.code.name, answer.reason
            finally:
                entry.close()
            return context.abort_with_status(rpc_status.to_status(answer.status))

        return grpc.unary_unary_rpc_method_handler(pass_through)

    def _admit(
        self, method: Method, carry_out: CarryOut, raw: bytes, context: grpc.ServicerContext, entry: Entry
    ) -> bytes:
        seconds = self._seconds_left(context)
        entry.caller = caller = self._token_keys.caller(context.invocation_metadata())
        method.declaration.admit(caller, method.path)
        request = _read(method, raw)
        entry.names_request(getattr(request, "request_id", ""))
        desk = self._desk
        token = present_visit.set(
            Visit(method.path, method.response_class, caller, desk.log, desk.to_message, desk.clock)
        )
        try:
            with within(seconds):
                answer: Message = carry_out(request, context)
                return answer.SerializeToString()
        finally:
            present_visit.reset(token)

    def _seconds_left(self, context: grpc.ServicerContext) -> float:
        """How long the caller will wait; DeadlinePassed when they no longer do."""
        seconds = context.time_remaining()
        if seconds is None or seconds > _NO_DEADLINE_SECONDS:
            seconds = self._default_deadline_seconds
        if seconds <= 0 or not context.is_active():
            raise DeadlinePassed()
        return seconds


def _read(method: Method, raw: bytes) -> Any:
    try:
        return method.request_class.FromString(raw)
    except DecodeError:
        raise RequestMalformed("") from None


def service_of(servicer: object) -> ServiceDescriptor:
    """The protobuf service a servicer serves, by the generated base class it derives from."""
    base = _generated_base(servicer)
    messages = import_module(base.__module__.removesuffix("_grpc"))
    service: ServiceDescriptor = messages.DESCRIPTOR.services_by_name[base.__name__.removesuffix("Servicer")]
    return service


def add_to(server: grpc.Server, servicer: object) -> None:
    """Let the server serve the servicer's methods."""
    base = _generated_base(servicer)
    getattr(import_module(base.__module__), f"add_{base.__name__}_to_server")(servicer, server)


def declared_methods(servicers: Sequence[object]) -> dict[str, Method]:
    """Every method of the servicers with its declaration, by its path.

    UndeclaredMethod for one without, or whose declaration does not fit the proto.
    """
    return {
        f"/{service.full_name}/{method.name}": _declared(servicer, service, method)
        for servicer in servicers
        for service in [service_of(servicer)]
        for method in service.methods
    }


def _generated_base(servicer: object) -> type:
    for base in type(servicer).__mro__:
        if base.__module__.endswith("_pb2_grpc"):
            return base
    raise TypeError(f"{type(servicer).__qualname__} does not derive from a generated servicer")


def _declared(servicer: object, service: ServiceDescriptor, method: MethodDescriptor) -> Method:
    declaration = declaration_of(getattr(servicer, method.name))
    if declaration is None:
        raise UndeclaredMethod(f"{service.full_name}.{method.name} has neither command nor query beside it")
    if method.client_streaming or method.server_streaming:
        raise UndeclaredMethod(f"{method.full_name} streams, and the door serves single answers only")
    if declaration.resource is not None:
        fields = {*method.input_type.fields_by_name, *(f"-> {name}" for name in method.output_type.fields_by_name)}
        wanted = {*_ENVELOPE, f"-> {declaration.resource}", "-> recorded"}
        if not wanted <= fields:
            raise UndeclaredMethod(f"{method.full_name} is a command without {', '.join(sorted(wanted - fields))}")
    path = f"/{service.full_name}/{method.name}"
    return Method(path, declaration, GetMessageClass(method.input_type), GetMessageClass(method.output_type))
