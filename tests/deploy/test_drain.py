"""A door ends on SIGTERM as a rolling restart asks it to: what is in hand is finished, nothing is lost or doubled.

It is started as its manifest says, with the command, the variables and the files of an installation.
"""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from deploy.local.ports import LOOPBACK, SERVICES
from services.shared.settings import DoorSettings
from tests.deploy.installation import CALLERS, CONNECTION_SECONDS, ENDS_WITHIN_SECONDS, Callers, Installation
from tests.deploy.manifests import Container
from tests.servers import Database
from tests.wire import Wire


@pytest.fixture
def installation(database: Database, tmp_path: Path) -> Installation:
    installation = Installation(database, tmp_path)
    installation.migrate()
    return installation


def test_a_door_that_ends_answers_every_call_it_has_taken(installation: Installation) -> None:
    with installation.door() as door, Callers(installation, door.port) as callers:
        callers.are_busy()
        door.process.terminate()
        assert door.process.wait(ENDS_WITHIN_SECONDS) == 0
    assert len(callers.turned_away) == CALLERS
    assert len(set(callers.courses)) == len(installation.courses()), "a call was carried out and not answered"

    with installation.door() as door:
        again = installation.caller(door.port)
        answered = [*callers.courses, *(again(request) for request, _ in callers.turned_away)]
    assert len(set(answered)) == len(answered) == len(installation.courses())


def test_no_caller_notices_that_one_door_takes_anothers_place(installation: Installation) -> None:
    with (
        installation.door() as old,
        installation.door() as new,
        Wire(LOOPBACK, old.port) as address,
        Callers(installation, address.port) as callers,
    ):
        callers.are_busy()
        address.server = (LOOPBACK, new.port)
        time.sleep(CONNECTION_SECONDS * 2 + 1)  # preStop: by then everybody has connected anew
        old.process.terminate()
        assert old.process.wait(ENDS_WITHIN_SECONDS) == 0
        callers.are_busy()
    assert callers.turned_away == []
    assert len(set(callers.courses)) == len(callers.courses) == len(installation.courses())


def test_a_door_is_left_before_it_ends_and_is_given_the_time_it_needs() -> None:
    for service in SERVICES:
        container = Container.of(service, "api")
        (_, left_after_seconds) = container.spec["lifecycle"]["preStop"]["exec"]["command"]
        assert int(left_after_seconds) > DoorSettings.connection_seconds * 1.1
        grace_seconds = container.pod["terminationGracePeriodSeconds"]
        assert grace_seconds > int(left_after_seconds) + DoorSettings.grace_seconds
