"""Manners of the doors: one word runs all the way down, and what others depend on keeps its name."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.shared.bus.broker import dead_letters_queue, inbox_queue
from tests.rules.code import PROJECT, SERVICES, functions, sources

QUEUE_NAMES = Path(__file__).with_name("queue_names.txt")
CRUD_WORDS = {"Created", "Updated", "Changed", "Deleted", "Set"}
WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def rpcs(service: str) -> list[str]:
    """The methods of a service's doors, as its proto files name them."""
    protos = sorted((PROJECT / "proto" / "nscl" / service / "v1").glob("*_service.proto"))
    stubs = [importlib.import_module(f"nscl.{service}.v1.{proto.stem}_pb2") for proto in protos]
    return [
        method.name for stub in stubs for door in stub.DESCRIPTOR.services_by_name.values() for method in door.methods
    ]


def defined(*under: str) -> set[str]:
    return {function.name for source in sources(*under) for function in functions(source)}


@pytest.mark.parametrize("service", SERVICES)
def test_each_rpc_has_a_servicer_method_of_its_name(service: str) -> None:
    assert set(rpcs(service)) - defined(f"services/{service}/api") == set()


@pytest.mark.parametrize("service", SERVICES)
def test_each_rpc_has_an_application_or_read_model_method_of_the_same_words(service: str) -> None:
    wanted = {WORD.sub("_", rpc).lower() for rpc in rpcs(service)}
    rooms = (f"services/{service}/application", f"services/{service}/read_models", "services/shared")
    assert wanted - defined(*rooms) == set()


@pytest.mark.parametrize("service", SERVICES)
def test_an_announcement_is_named_as_a_fact(service: str) -> None:
    if not (PROJECT / "proto" / "nscl" / service / "v1" / f"{service}_events.proto").exists():
        pytest.skip(f"{service} announces nothing")
    announcements = importlib.import_module(f"nscl.{service}.v1.{service}_events_pb2").DESCRIPTOR.message_types_by_name
    assert [name for name in announcements if CRUD_WORDS & set(WORD.sub(" ", name).split())] == []


def test_queue_names_are_those_released() -> None:
    names = sorted(queue for service in SERVICES for queue in queues(service))
    assert names == QUEUE_NAMES.read_text(encoding="utf-8").split()


def queues(service: str) -> Iterator[str]:
    """The queues on which a service hears others, if it listens to any."""
    if not (PROJECT / "services" / service / "bus" / "consumers.py").exists():
        return
    consumers = importlib.import_module(f"services.{service}.bus.consumers")
    for thing in vars(consumers).values():
        if (
            isinstance(thing, type)
            and thing.__module__ == consumers.__name__
            and isinstance(vars(thing).get("owner"), str)
        ):
            for queue in (inbox_queue, dead_letters_queue):
                yield queue(service, vars(thing)["owner"]).name
