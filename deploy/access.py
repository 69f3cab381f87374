"""Who may do what at the doors, as the methods declare it: ``make access`` writes ``docs/access.md``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from itertools import groupby
from pathlib import Path
from pkgutil import iter_modules

from deploy.local.ports import SERVICES
from programme import people
from programme.capacities import CAPACITIES
from programme.plan import read
from services.shared.grpc_server.door import Method, declared_methods
from services.shared.grpc_server.methods import ANY_CAPACITY
from services.shared.grpc_server.proof_servicer import ProofServicer
from services.shared.grpc_server.systems import CAPACITIES as OF_SYSTEMS
from services.shared.grpc_server.watch_servicer import WatchServicer
from services.shared.record import PLATFORM_BODY, SERVICE_CAPACITY
from services.shared.refusals import Forbidden

ANNOUNCING = frozenset(SERVICES) - {"reporting"}
AT_THE_DOOR = "services.shared.grpc_server."
FILE = Path(__file__).parents[1] / "docs" / "access.md"

INTRODUCTION = """\
# Who may do what

What every method of every door declares, as `make access` writes it from the code. `tests/rules/test_access.py` fails
when this page is out of date, and `tests/journeys/test_access.py` tries every method of a running platform: with no
token, an expired one, one that a stranger signed, in every capacity, and through a system of another body.

Whoever shows neither a valid token nor a known system's certificate is refused by every method (`UNAUTHENTICATED`); a
capacity without a dot in its column is refused before the request is read (`CAPACITY_NOT_PERMITTED`).

## Capacities (tư cách)

Beside a capacity stand the bodies whose people act in it in the sample year, and whether another department's system
may have it, which is known by its client certificate and acts for its own body only.
"""
BEYOND = """\
## Beyond the capacity

A capacity is not enough where a decision is somebody else's. For what the record, their body or their own part in it
is, callers in a permitted capacity are told (`PERMISSION_DENIED`):
"""


def servicers(service: str) -> list[type]:
    """What stands behind the door of a service."""
    api = import_module(f"services.{service}.api")
    modules = [import_module(f"{api.__name__}.{module.name}") for module in iter_modules(api.__path__)]
    own = (
        thing
        for module in modules
        for name, thing in vars(module).items()
        if name.endswith("Servicer") and thing.__module__ == module.__name__
    )
    return [*own, ProofServicer, *([WatchServicer] if service in ANNOUNCING else [])]


def methods(service: str) -> Mapping[str, Method]:
    """Every method at a service's door, by its path."""
    return declared_methods(servicers(service))


def permits(method: Method, capacity: str) -> bool:
    """Whether a caller in this capacity may call the method."""
    return not {capacity, ANY_CAPACITY}.isdisjoint(method.declaration.capacities)


def page() -> str:
    """The page, in Markdown."""
    return "\n".join([INTRODUCTION, *_capacities(), *_tables(), BEYOND, *_refusals()])


def _capacities() -> Iterator[str]:
    names = {body["code"]: body["name"] for body in read("bodies.yaml")}
    acting = [*people.COUNCIL, *(person for person in vars(people).values() if isinstance(person, people.Person))]
    bodies = {SERVICE_CAPACITY: {PLATFORM_BODY: None}}
    for person in acting:
        bodies.setdefault(person.capacity, {})[f"{names[person.body]} ({person.body})"] = None
    rows = (
        (_sign(capacity), f"`{capacity}`", name, ", ".join(bodies.get(capacity, ())), _dot(capacity in OF_SYSTEMS))
        for capacity, name in CAPACITIES.items()
    )
    yield from _table(("sign", "capacity", "tư cách", "bodies", "systems"), rows)


def _tables() -> Iterator[str]:
    doors = {path: method for service in SERVICES for path, method in methods(service).items()}
    for door, of_door in groupby(doors, key=lambda path: path.split("/")[1]):
        yield f"## {door}\n"
        rows = (
            (f"`{path.split('/')[2]}`", *(_dot(permits(doors[path], each)) for each in CAPACITIES)) for path in of_door
        )
        yield from _table(("method", *map(_sign, CAPACITIES)), rows)


def _refusals() -> Iterator[str]:
    rows = sorted((f"`{refusal.reason()}`", refusal.sentence) for refusal in _kinds_of(Forbidden))
    yield from _table(("reason", "sentence"), rows)


def _kinds_of(refusal: type[Forbidden]) -> Iterator[type[Forbidden]]:
    for kind in refusal.__subclasses__():
        if kind.__module__.startswith("services.") and not kind.__module__.startswith(AT_THE_DOOR):
            yield kind
            yield from _kinds_of(kind)


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    head = list(head)
    yield from (f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *rows))
    yield ""


def _sign(capacity: str) -> str:
    """Three letters for the head of a column: ``PRO`` for programme_officer."""
    first, _, last = capacity.partition("_")
    return (first[:2] + last[0] if last else first[:3]).upper()


def _dot(is_so: bool) -> str:
    return "●" if is_so else ""


if __name__ == "__main__":
    FILE.write_text(page(), encoding="utf-8")
