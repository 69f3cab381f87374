"""Other departments' systems, which call with a client certificate: which body each belongs to, and what it may do.

A system is named by the DNS name in its certificate. It acts for its body only: by itself, in the one capacity it was
given, or for a person of that body whose token comes with the call.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import grpc

from services.shared.grpc_server.identity import BODY_FORM, Caller, TokenKeys, token_in
from services.shared.grpc_server.refusals import SystemOfAnotherBody, SystemUnknown
from services.shared.read_again import ReadAgain

# What decides on money or signs for a person needs a person; a system tells, attests, reads.
CAPACITIES = frozenset({"scheme_officer", "standing_attestor", "reporting_officer", "auditor"})
_NAME_FORM = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+")


@dataclass(frozen=True)
class System:
    """A department's system: the DNS name in its certificate, its body, and the capacity in which it acts by itself."""

    name: str
    body: str
    capacity: str

    def as_caller(self) -> Caller:
        return Caller(system_person_id(self.name), self.body, self.capacity)


def system_person_id(name: str) -> UUID:
    """The surrogate id under which a system acts by itself."""
    return uuid5(NAMESPACE_URL, f"nscl:system:{name}")


class Systems:
    """The systems that may call, as a JSON file lists them: ``[{"name": …, "body": …, "capacity": …}]``.

    ValueError for a file that says something else.
    """

    def __init__(self, path: Path) -> None:
        self._known = ReadAgain(lambda: _systems(path.read_text(encoding="utf-8")), path)

    def named(self, names: Sequence[bytes]) -> System:
        """The system that a certificate names; SystemUnknown for none of those that may call."""
        known = self._known.current()
        for name in names:
            if system := known.get(name.decode("ascii", "replace").lower()):
                return system
        raise SystemUnknown()


def _systems(listed: str) -> Mapping[str, System]:
    entries = json.loads(listed)
    if not isinstance(entries, list):
        raise ValueError("that is no list of systems")
    return {system.name: system for system in map(system_of, entries)}


def system_of(entry: Any) -> System:
    """The system that an entry of the list describes; ValueError for one that is incomplete or asks for too much."""
    if not isinstance(entry, dict) or entry.keys() != {"name", "body", "capacity"}:
        raise ValueError(f"a system has a name, a body and a capacity, not {entry!r}")
    if not _NAME_FORM.fullmatch(str(entry["name"]).lower()):
        raise ValueError(f"{entry['name']!r} is no DNS name")
    if not BODY_FORM.fullmatch(str(entry["body"])):
        raise ValueError(f"{entry['body']!r} is no code of a body")
    if entry["capacity"] not in CAPACITIES:
        raise ValueError(f"{entry['capacity']!r} is not among what a system may be: {', '.join(sorted(CAPACITIES))}")
    return System(str(entry["name"]).lower(), entry["body"], entry["capacity"])


class Callers:
    """Who calls: a person or a service by token, a department's system by its client certificate."""

    def __init__(self, token_keys: TokenKeys, systems: Systems | None) -> None:
        self._token_keys = token_keys
        self._systems = systems

    def caller(self, context: grpc.ServicerContext) -> Caller:
        """What TokenKeys.caller raises; SystemUnknown; SystemOfAnotherBody for a person whom a system brings along."""
        metadata = context.invocation_metadata()
        peer: Mapping[str, Sequence[bytes]] = context.auth_context() if self._systems else {}  # type: ignore[assignment]
        if self._systems is None or "x509_pem_cert" not in peer:
            return self._token_keys.caller(metadata)
        system = self._systems.named(peer.get("peer_dns", ()))
        if token_in(metadata) is None:
            return system.as_caller()
        person = self._token_keys.caller(metadata)
        if person.body != system.body:
            raise SystemOfAnotherBody(body=system.body)
        return person
