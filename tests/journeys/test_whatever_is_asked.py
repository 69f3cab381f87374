"""Whatever is sent to whatever method, the doors answer: no fault, no crash, and no memory kept of it.

The last of the journeys: after it nobody could tell on the platform what the year came to.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import cycle, islice
from math import ceil
from pathlib import Path
from random import Random
from typing import Any

import grpc
import psutil
import pytest
from google.protobuf.message import Message
from grpc import StatusCode

from deploy.access import methods, permits
from deploy.local.ports import SERVICES
from programme.capacities import CAPACITIES
from programme.client import Answer, Doors
from programme.people import Person
from services.shared.channel import open_channel
from services.shared.grpc_server.door import Method
from services.shared.record import SERVICE_CAPACITY
from tests.any_method import call
from tests.journeys.any_request import Requests
from tests.journeys.conftest import addresses_of, play_on
from tests.servers import RunningPlatform
from tests.soak import Soak

CALLS = 100_000
USUAL_PART = 0.02
DEADLINE_SECONDS = 2.0
FAULTS = {StatusCode.INTERNAL, StatusCode.UNKNOWN, StatusCode.UNIMPLEMENTED}
EVERYWHERE = {StatusCode.OK, StatusCode.INVALID_ARGUMENT, StatusCode.NOT_FOUND}
MOST_GROWTH_BYTES = 16 * 2**20


class Overheard(Doors):
    """Doors that keep what was asked of them and granted, and who asked."""

    def __init__(self, addresses: dict[str, str], keys: Path) -> None:
        super().__init__(addresses, keys)
        self.requests: defaultdict[type[Message], list[Message]] = defaultdict(list)
        self.people: dict[str, Person] = {}

    def ask(self, person: Person, rpc: Callable[..., Answer], request: Any, attempt: str = "") -> Answer:
        answer = super().ask(person, rpc, request, attempt)
        self.requests[type(request)].append(deepcopy(request))
        self.people[person.capacity] = person
        return answer


@pytest.fixture(scope="module")
def overheard(platform: RunningPlatform) -> Iterator[Overheard]:
    """The sample year, played or answered from the log."""
    doors = Overheard(*addresses_of(platform))
    play_on(doors)
    yield doors
    doors.close()


@pytest.fixture(scope="module")
def tokens(platform: RunningPlatform, overheard: Overheard) -> dict[str, str]:
    """A token for somebody in each capacity: who acted in it in the sample year, or anybody."""
    capacities = sorted(CAPACITIES.keys() - {SERVICE_CAPACITY})
    people = [overheard.people.get(capacity) or Person("anybody", "SKHCN", capacity) for capacity in capacities]
    return {person.capacity: platform.token(person.capacity, person.body, person.person_id) for person in people}


@dataclass
class Fuzzer:
    """Asks a service's methods one after the other, as somebody who may, and counts what it is told."""

    channel: grpc.Channel
    requests: Requests
    chance: Random
    tokens: Mapping[str, str]
    methods: Iterator[Method]
    told: Counter[StatusCode] = field(default_factory=Counter)
    faults: dict[str, list[bytes]] = field(default_factory=dict)

    def ask(self, times: int) -> None:
        for method in islice(self.methods, times):
            sent = [self.requests.draw(method.request_class) for _ in range(3 if method.asked_in_many else 1)]
            token = self.chance.choice([token for name, token in self.tokens.items() if permits(method, name)])
            code = call(self.channel, method, *sent, token=token, timeout=DEADLINE_SECONDS).code
            self.told[code] += 1
            if code in FAULTS:
                self.faults[method.path] = sent


def calls_of(service: str, soak: Soak) -> int:
    """A service's share of the calls, by the number of its methods."""
    share = len(methods(service)) / sum(len(methods(each)) for each in SERVICES)
    return ceil(soak.count(CALLS, USUAL_PART) * share)


@pytest.mark.soak
@pytest.mark.parametrize("service", SERVICES)
def test_a_door_answers_whatever_it_is_asked(
    platform: RunningPlatform, overheard: Overheard, tokens: Mapping[str, str], service: str, soak: Soak
) -> None:
    door = platform.endpoints["services"][service]["grpc"]
    process = psutil.Process(platform.pid(f"{service}_api"))
    chance, half = soak.random("fuzzing", service), ceil(calls_of(service, soak) / 2)
    with open_channel(door, Path(platform.endpoints["authority"])) as channel:
        requests = Requests(chance, overheard.requests)
        fuzzer = Fuzzer(channel, requests, chance, tokens, cycle(methods(service).values()))
        fuzzer.ask(half)
        kept = process.memory_info().rss
        fuzzer.ask(half)
        assert fuzzer.faults == {}
        assert fuzzer.told.keys() >= EVERYWHERE, "nothing got past the form"
        assert process.memory_info().rss - kept < MOST_GROWTH_BYTES
        checkpoint = methods(service)["/nscl.common.v1.ProofService/GetCheckpoint"]
        assert call(channel, checkpoint, b"", token=tokens["auditor"]).code is StatusCode.OK
    assert platform.pid(f"{service}_api") == process.pid
