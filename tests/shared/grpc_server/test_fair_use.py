from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import grpc
import pytest

from deploy.local.tokens import Issuer
from services.shared.grpc_server import Caller, Door, Neighbour, ServiceToken
from services.shared.grpc_server.fair_use import FairUse, Share
from services.shared.grpc_server.refusals import CallsAtOnceTooMany
from services.shared.record import PLATFORM_BODY, SERVICE_CAPACITY
from services.shared.settings import DoorSettings
from tests.shared.grpc_server.conftest import PERSON_ID, Client, Refused
from tests.shared.grpc_server.notebooks import NotebookServicer, pb, pb_grpc

FEW = 20


@pytest.fixture
def door(opened: Callable[..., Door], servicer: NotebookServicer, settings: DoorSettings) -> Door:
    return opened([servicer], settings=replace(settings, calls_per_second=FEW))


def provoke(client: Client) -> Any:
    return client.call("ProvokeTrouble", pb.ProvokeTroubleRequest(trouble="none"))


def refusals_of(client: Client, calls: int) -> list[Refused]:
    """The refusals of so many calls, eight at a time."""

    def call(_: int) -> Refused | None:
        try:
            provoke(client)
        except Refused as refused:
            return refused
        return None

    with ThreadPoolExecutor(8) as pool:
        return [refused for refused in pool.map(call, range(calls)) if refused]


def test_who_calls_too_often_is_told_so_and_when_to_come_again(door: Door, token: str) -> None:
    refusals = refusals_of(Client(door, token), 10 * FEW)
    assert {(refused.code, refused.info.reason) for refused in refusals} == {
        (grpc.StatusCode.RESOURCE_EXHAUSTED, "CALLS_TOO_MANY")
    }
    assert refusals[0].retry.retry_delay.seconds == 1


def test_a_greedy_caller_is_in_nobody_elses_way(door: Door, token: str, issuer: Issuer) -> None:
    greedy, modest = Client(door, token), Client(door, issuer.issue(capacity="clerk", body="STC"))
    with ThreadPoolExecutor(1) as pool:
        flood = pool.submit(refusals_of, greedy, 20 * FEW)
        for _ in range(FEW // 2):
            provoke(modest)
        assert flood.result()


def test_the_platforms_own_services_are_not_held_to_a_persons_share(
    door: Door, settings: DoorSettings, issuer: Issuer
) -> None:
    own = ServiceToken.from_settings("support", replace(settings, service_key=issuer.service_key_path("support")))
    neighbour = Neighbour("notebooks", door.address, own)
    method = pb_grpc.NotebookServiceStub(neighbour.channel).ProvokeTrouble
    for _ in range(3 * FEW):
        neighbour.ask(method, pb.ProvokeTroubleRequest(trouble="none"))
    neighbour.close()


def test_calls_in_hand_are_counted_by_caller_and_given_back() -> None:
    fair_use = FairUse(Share(calls_per_second=1_000, calls_at_once=2, streams_at_once=1))
    one, service = Caller(PERSON_ID, "SKHCN", "clerk"), Caller(PERSON_ID, PLATFORM_BODY, SERVICE_CAPACITY)
    with fair_use.admitted(one, streams=False), fair_use.admitted(one, streams=False):
        with pytest.raises(CallsAtOnceTooMany), fair_use.admitted(one, streams=False):
            pass
        with fair_use.admitted(service, streams=False), fair_use.admitted(one, streams=True):
            pass
    with fair_use.admitted(one, streams=True), pytest.raises(CallsAtOnceTooMany), fair_use.admitted(one, streams=True):
        pass
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), fair_use.admitted(one, streams=True):
            raise ZeroDivisionError


def test_of_many_who_come_at_once_no_more_than_a_share_is_in_hand() -> None:
    fair_use = FairUse(Share(calls_per_second=100_000, calls_at_once=3, streams_at_once=1))
    caller = Caller(PERSON_ID, "SKHCN", "clerk")
    all_in, let_go = threading.Barrier(9), threading.Event()

    def call(_: int) -> bool:
        try:
            with fair_use.admitted(caller, streams=False):
                all_in.wait(10)
                let_go.wait(10)
                return True
        except CallsAtOnceTooMany:
            all_in.wait(10)
            return False

    with ThreadPoolExecutor(8) as pool:
        calls = [pool.submit(call, number) for number in range(8)]
        all_in.wait(10)
        let_go.set()
        assert sum(each.result() for each in calls) == 3
