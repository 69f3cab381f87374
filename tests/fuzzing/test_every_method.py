"""Whatever is sent to whatever method, the doors answer: no fault, no crash, and no memory kept of it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from itertools import cycle, islice
from pathlib import Path
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
from services.shared.record import SERVICE_CAPACITY
from tests.any_method import call
from tests.fuzzing.requests import Requests
from tests.journeys.conftest import addresses_of, play_on
from tests.servers import RunningPlatform
from tests.soak import Soak

CALLS = 100_000
USUAL_PART = 0.03
DEADLINE_SECONDS = 2.0
FAULTS = {StatusCode.INTERNAL, StatusCode.UNKNOWN, StatusCode.UNIMPLEMENTED}
EVERYWHERE = {StatusCode.OK, StatusCode.INVALID_ARGUMENT, StatusCode.NOT_FOUND}
MOST_GROWTH_BYTES = 32 * 2**20


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
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPlatform]:
    """A platform of its own: after this nobody could tell on it what the year came to."""
    with RunningPlatform(tmp_path_factory.mktemp("platform")) as running_platform:
        yield running_platform


@pytest.fixture(scope="module")
def overheard(platform: RunningPlatform) -> Iterator[Overheard]:
    """The sample year, played."""
    doors = Overheard(*addresses_of(platform))
    play_on(doors)
    yield doors
    doors.close()


def calls_of(service: str, soak: Soak) -> int:
    """A service's share of the calls, by the number of its methods."""
    return soak.count(CALLS, USUAL_PART) * len(methods(service)) // sum(len(methods(each)) for each in SERVICES)


def tokens_of(platform: RunningPlatform, people: Mapping[str, Person]) -> dict[str, str]:
    """A token for somebody in each capacity: who acted in it in the sample year, or anybody."""
    tokens = {}
    for capacity in sorted(CAPACITIES.keys() - {SERVICE_CAPACITY}):
        person = people.get(capacity) or Person("anybody", "SKHCN", capacity)
        tokens[capacity] = platform.token(capacity, person.body, person.person_id)
    return tokens


def door(platform: RunningPlatform, service: str) -> grpc.Channel:
    return open_channel(platform.endpoints["services"][service]["grpc"], Path(platform.endpoints["authority"]))


@pytest.mark.soak
@pytest.mark.parametrize("service", SERVICES)
def test_a_door_answers_whatever_it_is_asked(
    platform: RunningPlatform, overheard: Overheard, service: str, soak: Soak
) -> None:
    chance = soak.random("fuzzing", service)
    requests = Requests(chance, overheard.requests)
    tokens = tokens_of(platform, overheard.people)
    process = psutil.Process(platform.pid(f"{service}_api"))
    told: Counter[StatusCode] = Counter()
    faults: dict[str, list[bytes]] = {}
    kept: list[int] = []
    with door(platform, service) as channel:
        for number, method in enumerate(islice(cycle(methods(service).values()), calls_of(service, soak))):
            sent = [requests.draw(method.request_class) for _ in range(3 if method.asked_in_many else 1)]
            token = chance.choice([token for capacity, token in tokens.items() if permits(method, capacity)])
            answer = call(channel, method, *sent, token=token, timeout=DEADLINE_SECONDS)
            told[answer.code] += 1
            if answer.code in FAULTS:
                faults[method.path] = sent
            if number % 500 == 0:
                kept.append(process.memory_info().rss >> 20)
    print(service, told, kept)
    assert faults == {}
    assert told.keys() >= EVERYWHERE, "nothing got past the form"
