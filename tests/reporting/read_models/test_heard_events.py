from __future__ import annotations

import threading
import time

import pytest
from nscl.registry.v1.registry_events_pb2 import EnterpriseRegistered
from nscl.support.v1.support_events_pb2 import AwardNominated
from nscl.training.v1.training_events_pb2 import ExpertCertified

from services.reporting.read_models.heard_events import HeardEvents
from services.reporting.read_models.indicators import Indicators
from services.reporting.read_models.trail import Trail
from services.shared.event_store import EventLog, ViewLagged
from tests.announcing import told
from tests.reporting.announcing import Ears
from tests.reporting.conftest import forget
from tests.reporting.examples import LOTUS_MILL

HISTORY = (
    told(EnterpriseRegistered, LOTUS_MILL),
    told(AwardNominated, concerns=[LOTUS_MILL], enterprise_id=str(LOTUS_MILL)),
    told(ExpertCertified),
)


def test_each_owner_has_been_heard_up_to_a_position_of_its_own(ears: Ears, heard_events: HeardEvents) -> None:
    assert heard_events.as_of() == {"registry": 0, "support": 0, "training": 0}
    ears.hear(*HISTORY, told(ExpertCertified))
    assert heard_events.as_of() == {"registry": 1, "support": 1, "training": 2}


def test_what_was_forgotten_is_heard_again_as_it_was(ears: Ears, heard_events: HeardEvents, log: EventLog) -> None:
    heard = ears.hear(*HISTORY)
    before = Indicators(log).list_indicators(on_date=None), Trail(log).list_trail(LOTUS_MILL, after=None, limit=10)
    assert len(before[1]) == 2
    forget(heard_events)
    assert heard_events.as_of() == {"registry": 0, "support": 0, "training": 0}
    assert not Indicators(log).list_indicators(on_date=None)
    assert not Trail(log).list_trail(LOTUS_MILL, after=None, limit=10)
    ears.hear_again(*heard)
    after = Indicators(log).list_indicators(on_date=None), Trail(log).list_trail(LOTUS_MILL, after=None, limit=10)
    assert after == before


def test_one_who_waits_for_an_owner_goes_on_once_it_was_heard(ears: Ears, heard_events: HeardEvents) -> None:
    messenger = threading.Timer(0.1, ears.hear, HISTORY)
    messenger.start()
    heard_events.wait_until_heard({"training": 1, "support": 1}, timeout=10)
    assert heard_events.as_of()["training"] == 1
    messenger.join()


def test_one_who_waits_in_vain_is_told_in_time(ears: Ears, heard_events: HeardEvents) -> None:
    ears.hear(*HISTORY)
    began = time.monotonic()
    with pytest.raises(ViewLagged) as refused:
        heard_events.wait_until_heard({"training": 1, "support": 2}, timeout=0.2)
    assert time.monotonic() - began < 10
    assert refused.value.facts == {"view": "reporting.from.support", "position": 1, "wanted": 2}
