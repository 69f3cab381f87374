from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, TypeVar
from uuid import UUID, uuid4

import pytest
from google.protobuf.message import Message
from nscl.registry.v1.registry_events_pb2 import EnterpriseRegistered, StandingAttested
from nscl.support.v1.support_events_pb2 import (
    BudgetLineDrafted,
    BudgetLineReserved,
    ClaimLodged,
    CouncilAppointed,
    CouncilScoreCast,
    NormsAdopted,
    ParticipationRegistered,
    TaskApplicationSubmitted,
    TaskApproved,
    TaskProposed,
    TaskScored,
)
from nscl.training.v1.training_events_pb2 import DisseminationHeld

from services.reporting.domain.heard import Heard
from services.reporting.read_models.trail import PlaceInStory, Trail
from services.shared.event_store import EventLog
from tests.announcing import told
from tests.given import act
from tests.reporting.announcing import Ears
from tests.reporting.examples import LOTUS_MILL, RIVER_FARM

M = TypeVar("M", bound=Message)

TASK, OTHER_TASK, LINE, NORMS, COUNCIL = (UUID(int=number) for number in range(1, 6))
OURS, THEIRS, OUR_CLAIM, THEIR_CLAIM = (UUID(int=number) for number in range(11, 15))
MORNING = datetime(2024, 6, 28, 1, tzinfo=UTC)


@pytest.fixture
def trail(log: EventLog) -> Trail:
    return Trail(log)


def sentences(story: list[Heard]) -> list[str]:
    return [event.sentence for event in story]


def year() -> list[Message]:
    """Two tasks on one budget line with one enterprise in both, minute by minute, each event told by its own words."""
    minutes = count()

    def then(sentence: str, message_class: type[M], record_id: UUID, *concerns: UUID, **fields: Any) -> M:
        by = act(recorded_at=MORNING + timedelta(minutes=next(minutes)))
        return told(message_class, record_id, concerns, by, sentence=sentence, **fields)

    return [
        then("enterprise", EnterpriseRegistered, LOTUS_MILL),
        then("farm", EnterpriseRegistered, RIVER_FARM),
        then("line", BudgetLineDrafted, LINE),
        then("task", TaskProposed, TASK, LINE),
        then("other task", TaskProposed, OTHER_TASK, LINE),
        then("ours", ParticipationRegistered, OURS, TASK, LOTUS_MILL, OUR_CLAIM),
        then("our claim", ClaimLodged, OUR_CLAIM, OURS, TASK, LOTUS_MILL),
        then("submitted", TaskApplicationSubmitted, TASK, OURS),
        then("theirs", ParticipationRegistered, THEIRS, OTHER_TASK, LOTUS_MILL, THEIR_CLAIM),
        then("their claim", ClaimLodged, THEIR_CLAIM, THEIRS, OTHER_TASK, LOTUS_MILL),
        then("standing", StandingAttested, LOTUS_MILL),
        then("farm's standing", StandingAttested, RIVER_FARM),
        then("norms", NormsAdopted, NORMS),
        then("council", CouncilAppointed, COUNCIL),
        then("sheet", CouncilScoreCast, COUNCIL, TASK),
        then("scored", TaskScored, TASK, COUNCIL),
        then("workshop", DisseminationHeld, uuid4(), LOTUS_MILL, enterprise_ids=[str(LOTUS_MILL)]),
        then("approved", TaskApproved, TASK, LINE, OURS, NORMS),
        then("reserved", BudgetLineReserved, LINE, TASK),
        then("reserved for the other", BudgetLineReserved, LINE, OTHER_TASK),
    ]


STORY = [
    "enterprise", "line", "task", "ours", "our claim", "submitted", "standing", "norms", "council", "sheet", "scored",
    "approved", "reserved",
]  # fmt: skip


class TestTheStoryOfATask:
    def test_it_takes_in_what_its_events_name_and_leaves_out_other_tasks(self, ears: Ears, trail: Trail) -> None:
        ears.hear(*year())
        assert sentences(list(trail.list_trail(TASK, after=None, limit=100))) == STORY

    def test_it_is_the_same_in_whatever_order_the_services_were_heard(self, ears: Ears, trail: Trail) -> None:
        ears.hear(*sorted(year(), key=lambda message: message.DESCRIPTOR.full_name.split(".")[1], reverse=True))
        assert sentences(list(trail.list_trail(TASK, after=None, limit=100))) == STORY

    def test_page_by_page_it_is_the_same_and_can_be_resumed(self, ears: Ears, trail: Trail) -> None:
        ears.hear(*year())
        read: list[Heard] = []
        while page := trail.list_trail(TASK, after=PlaceInStory.of(read[-1]) if read else None, limit=5):
            read += page
        assert sentences(read) == STORY


class TestTheStoryOfAnyOtherRecord:
    @pytest.mark.parametrize(
        ("record_id", "story"),
        [
            (OURS, ["ours", "our claim", "submitted", "approved"]),
            (THEIR_CLAIM, ["theirs", "their claim"]),
            (COUNCIL, ["council", "sheet", "scored"]),
            (LINE, ["line", "task", "other task", "approved", "reserved", "reserved for the other"]),
            (RIVER_FARM, ["farm", "farm's standing"]),
        ],
    )
    def test_it_is_every_event_that_concerns_it(
        self, record_id: UUID, story: list[str], ears: Ears, trail: Trail
    ) -> None:
        ears.hear(*year())
        assert sentences(list(trail.list_trail(record_id, after=None, limit=100))) == story

    def test_an_unknown_record_has_none(self, ears: Ears, trail: Trail) -> None:
        ears.hear(*year())
        assert not trail.list_trail(uuid4(), after=None, limit=100)


def test_events_of_one_moment_stand_by_service_and_position(ears: Ears, trail: Trail) -> None:
    ears.hear(
        told(DisseminationHeld, concerns=[LOTUS_MILL]),
        told(TaskProposed, concerns=[LOTUS_MILL]),
        told(EnterpriseRegistered, LOTUS_MILL),
        told(StandingAttested, LOTUS_MILL),
    )
    story = trail.list_trail(LOTUS_MILL, after=None, limit=100)
    assert [(event.service, event.position) for event in story] == [
        ("registry", 1),
        ("registry", 2),
        ("support", 1),
        ("training", 1),
    ]
