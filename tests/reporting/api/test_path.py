"""The way through reporting's door when nothing is amiss."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from nscl.common.v1.act_pb2 import Recorded
from nscl.registry.v1.registry_events_pb2 import EnterpriseRegistered
from nscl.reporting.v1 import reporting_service_pb2 as messages
from nscl.support.v1.support_events_pb2 import AwardNominated
from nscl.training.v1.training_events_pb2 import AttendanceRecorded, DisseminationHeld
from nscl.training.v1.training_resources_pb2 import AUDIENCE_MANAGER

from services.reporting.domain.plan import Plan
from services.shared.wire import date_message
from tests.announcing import told
from tests.given import act
from tests.reporting.announcing import Ears
from tests.reporting.api.requests import (
    SIGNED,
    adopt_plan,
    basis,
    get_plan,
    list_indicator_events,
    list_indicators,
    list_trail,
)
from tests.reporting.conftest import Counter
from tests.reporting.examples import LOTUS_MILL, NUMBER, RIVER_FARM


@pytest.fixture(scope="module")
def adopted(counter: Counter) -> messages.AdoptPlanResponse:
    """The example plan, adopted under its real number by the administrator."""
    request = adopt_plan(basis=basis())
    response: messages.AdoptPlanResponse = counter.ask("AdoptPlan", request, capacity="administrator")
    return response


class TestPlans:
    def test_an_adopted_plan_is_shown_word_for_word(
        self, counter: Counter, adopted: messages.AdoptPlanResponse
    ) -> None:
        plan, asked = adopted.plan, adopt_plan()
        assert plan.plan_id == str(Plan.create_id(NUMBER))
        assert (plan.number, plan.etag, plan.issued_on, plan.effective_on) == (NUMBER, "1", SIGNED, SIGNED)
        for field in ("title", "issuer", "legal_basis", "objectives", "tasks", "indicators", "body_roles"):
            assert getattr(plan, field) == getattr(asked, field)
        assert adopted.recorded.service == "reporting"
        assert counter.ask("GetPlan", get_plan(plan_id=plan.plan_id)).plan == plan

    @pytest.mark.parametrize("capacity", ["auditor", "enterprise_representative", "council_member"])
    def test_everyone_known_reads_it(
        self, capacity: str, counter: Counter, adopted: messages.AdoptPlanResponse
    ) -> None:
        assert counter.ask("GetPlan", get_plan(plan_id=adopted.plan.plan_id), capacity=capacity).plan == adopted.plan

    def test_a_repeated_request_is_answered_with_the_first_success(self, counter: Counter) -> None:
        request, person_id = adopt_plan(), uuid4()
        first = counter.ask("AdoptPlan", request, person_id=person_id)
        assert counter.ask("AdoptPlan", request, person_id=person_id) == first


class TestIndicators:
    def test_each_stands_beside_its_targets_with_what_the_plan_leaves_open(
        self, counter: Counter, adopted: messages.AdoptPlanResponse, ears: Ears
    ) -> None:
        ears.hear(
            told(AttendanceRecorded, audience=AUDIENCE_MANAGER, enterprise_id=str(LOTUS_MILL)),
            told(AttendanceRecorded, audience=AUDIENCE_MANAGER, enterprise_id=str(LOTUS_MILL)),
        )
        answer = counter.ask("ListIndicators", list_indicators(plan_id=adopted.plan.plan_id))
        assert [progress.indicator for progress in answer.indicators] == list(adopted.plan.indicators)
        assert [(progress.value, progress.entries_count) for progress in answer.indicators] == [(2, 2), (0, 0)]
        assert answer.indicators[1].indicator.note == "Không rõ có cộng dồn."
        assert answer.plan_id == adopted.plan.plan_id
        assert answer.as_of_position >= adopted.recorded.position
        assert {(heard.service, heard.position) for heard in answer.as_of} == {
            ("registry", 0), ("support", 0), ("training", 2),
        }  # fmt: skip

    def test_the_plan_in_force_is_taken_where_none_is_named(self, counter: Counter) -> None:
        counter.ask("AdoptPlan", adopt_plan())
        later = adopt_plan()
        later.basis.effective_on.CopyFrom(date_message(date(2025, 1, 1)))
        newest = counter.ask("AdoptPlan", later)
        asked = {"min_position": newest.recorded.position}
        assert counter.ask("ListIndicators", list_indicators(**asked)).plan_id == newest.plan.plan_id
        before = list_indicators(on_date=date_message(date(2024, 12, 31)), **asked)
        assert counter.ask("ListIndicators", before).plan_id != newest.plan.plan_id

    def test_they_come_in_pages(self, counter: Counter, adopted: messages.AdoptPlanResponse) -> None:
        asked: dict[str, Any] = {"plan_id": adopted.plan.plan_id, "page_size": 1}
        first = counter.ask("ListIndicators", list_indicators(**asked))
        second = counter.ask("ListIndicators", list_indicators(page_token=first.next_page_token, **asked))
        shown = [progress.indicator.code for page in (first, second) for progress in page.indicators]
        assert shown == ["K1", "K4"]
        assert second.next_page_token == ""

    def test_a_value_is_made_of_its_events(self, counter: Counter, ears: Ears) -> None:
        by = act(document="9/BC-SKHCN", capacity="training_officer")
        ears.hear(
            told(DisseminationHeld, by=by, sentence="Hội thảo.", enterprise_ids=[str(LOTUS_MILL), str(RIVER_FARM)]),
            told(AttendanceRecorded, audience=AUDIENCE_MANAGER, enterprise_id=str(LOTUS_MILL)),
        )
        events: list[messages.IndicatorEvent] = []
        token = ""
        while token or not events:
            page = counter.ask("ListIndicatorEvents", list_indicator_events(page_size=2, page_token=token))
            events += page.events
            token = page.next_page_token
        assert [(event.counted_key, event.adds) for event in events] == [
            *[(key, True) for key in sorted(map(str, (LOTUS_MILL, RIVER_FARM)))],
            (str(LOTUS_MILL), False),
        ]
        entry = events[0].entry
        assert (entry.recorded, entry.sentence) == (Recorded(service="training", position=1), "Hội thảo.")
        assert (entry.act.document, entry.act.capacity) == ("9/BC-SKHCN", "training_officer")

    def test_a_day_leaves_out_what_came_later(self, counter: Counter, ears: Ears) -> None:
        for year in (2024, 2025):
            by = act(effective_on=date(year, 6, 1))
            ears.hear(told(AwardNominated, by=by, enterprise_id=str(uuid4()), year=year))
        asked = list_indicator_events(indicator_code="K6", on_date=date_message(date(2024, 12, 31)))
        assert len(counter.ask("ListIndicatorEvents", asked).events) == 1


class TestTrails:
    def test_a_story_tells_who_in_what_capacity_on_which_document_and_when(self, counter: Counter, ears: Ears) -> None:
        by = act(document="77/XN-CT", capacity="standing_attestor", body="CUCTHUE", cause="registry:1")
        ears.hear(told(EnterpriseRegistered, LOTUS_MILL, by=by, sentence="Đăng ký doanh nghiệp."))
        (entry,) = counter.ask("ListTrail", list_trail(subject_id=str(LOTUS_MILL))).entries
        assert entry.recorded == Recorded(service="registry", position=1)
        assert (entry.type, entry.record_id) == ("nscl.registry.v1.EnterpriseRegistered", str(LOTUS_MILL))
        assert (entry.record_version, entry.sentence) == (1, "Đăng ký doanh nghiệp.")
        assert (entry.act.person_id, entry.act.body) == (str(by.person_id), "CUCTHUE")
        assert (entry.act.document, entry.act.cause) == ("77/XN-CT", "registry:1")
        assert entry.act.recorded_at.ToJsonString() == "2024-06-28T02:30:00Z"
        assert list(entry.concerns) == [str(LOTUS_MILL)]

    def test_it_comes_in_pages_that_can_be_resumed(self, counter: Counter, ears: Ears) -> None:
        ears.hear(*[told(EnterpriseRegistered, LOTUS_MILL, sentence=word) for word in ("một", "hai", "ba")])
        asked: dict[str, Any] = {"subject_id": str(LOTUS_MILL), "page_size": 2}
        first = counter.ask("ListTrail", list_trail(**asked))
        ears.hear(told(EnterpriseRegistered, LOTUS_MILL, sentence="bốn"))
        second = counter.ask("ListTrail", list_trail(page_token=first.next_page_token, **asked))
        assert [entry.sentence for page in (first, second) for entry in page.entries] == ["một", "hai", "ba", "bốn"]

    def test_a_caller_reads_what_they_wrote_elsewhere(self, counter: Counter, ears: Ears) -> None:
        ears.hear(told(EnterpriseRegistered, LOTUS_MILL))
        asked = list_trail(subject_id=str(LOTUS_MILL), at_least=[Recorded(service="registry", position=1)])
        assert len(counter.ask("ListTrail", asked).entries) == 1
