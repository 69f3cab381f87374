"""Priorities weigh what rules give them, once an officer has found them true; candidates stand in the rules' order."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from services.shared.record import ActedBefore, DocumentMissing
from services.shared.refusals import Refusal
from services.support.domain.catalogue import Catalogue, PriorityUnknown
from services.support.domain.participation import Participation
from services.support.domain.participation_refusals import ParticipationDecided
from services.support.domain.priority_file import (
    PrioritiesVerifiedBefore,
    PriorityFile,
    PriorityFinding,
    PriorityNotClaimed,
    PriorityStatement,
    PriorityWithoutFinding,
)
from services.support.domain.priority_rules import (
    OrderKey,
    OrderKeyNamedTwice,
    PriorityRules,
    PriorityRulesAlreadyAdopted,
    PriorityRulesStartTooEarly,
    PriorityRulesVersionUnknown,
    PriorityVersion,
    PriorityWeighedTwice,
    PriorityWeight,
)
from services.support.domain.ranking import Candidate, ranked
from tests.given import act
from tests.support.domain.test_participation import FIVE_S
from tests.support.domain.test_task import by
from tests.support.examples import CATALOGUE, HOST, LEADER, OFFICER, PRIORITY_RULES, SECOND_OFFICER, wanted

PLAN = Catalogue.adopt(act(document="134/KH-UBND"), **CATALOGUE)
VERSION = PriorityVersion(1, **PRIORITY_RULES)
EVIDENCE = PriorityStatement("P1", "Mua lúa của 30 hộ", "2/HĐ-MB")
FOUND = PriorityFinding("P1", True, "Đã xem hợp đồng")


def proposed(*changes: dict[str, Any]) -> PriorityRules:
    rules = PriorityRules.open(by(OFFICER), PLAN.id)
    for changed in changes or ({},):
        rules.propose(by(OFFICER), PLAN, **{**PRIORITY_RULES, **changed})
    return rules


class TestRules:
    def test_count_from_the_day_a_second_person_adopted_them_for(self) -> None:
        rules = proposed({}, {"valid_from": date(2025, 1, 1)}, {"valid_from": date(2024, 6, 1)})
        rules.adopt(by(LEADER, "9/QĐ-UBND"), rules_version=1)
        rules.adopt(by(LEADER, "10/QĐ-UBND"), rules_version=2)
        days = date(2023, 12, 31), date(2024, 12, 31), date(2025, 1, 1)
        in_force = [rules.version_on(day) for day in days]
        assert [version and version.rules_version for version in in_force] == [None, 1, 2]

    @pytest.mark.parametrize(
        ("changes", "refusal"),
        [
            ({"weights": (PriorityWeight("P9", 1),)}, PriorityUnknown),
            ({"weights": (PriorityWeight("P1", 1), PriorityWeight("P1", 2))}, PriorityWeighedTwice),
            ({"order": (OrderKey.COUNCIL_POINTS,) * 2}, OrderKeyNamedTwice),
        ],
    )
    def test_are_not_proposed_otherwise(self, changes: dict[str, Any], refusal: type[Refusal]) -> None:
        with pytest.raises(refusal):
            proposed(changes)

    def test_are_adopted_by_a_second_person_in_their_turn(self) -> None:
        rules = proposed({}, {"valid_from": date(2024, 1, 1)})
        with pytest.raises(DocumentMissing):
            rules.adopt(by(LEADER), rules_version=1)
        with pytest.raises(ActedBefore):
            rules.adopt(by(OFFICER, "9/QĐ-UBND"), rules_version=1)
        with pytest.raises(PriorityRulesVersionUnknown):
            rules.adopt(by(LEADER, "9/QĐ-UBND"), rules_version=3)
        rules.adopt(by(LEADER, "9/QĐ-UBND"), rules_version=1)
        with pytest.raises(PriorityRulesAlreadyAdopted):
            rules.adopt(by(LEADER, "9/QĐ-UBND"), rules_version=1)
        with pytest.raises(PriorityRulesStartTooEarly):
            rules.adopt(by(LEADER, "9/QĐ-UBND"), rules_version=2)


@pytest.fixture
def participation() -> Participation:
    return Participation.register(by(HOST), FIVE_S, task_id=UUID(int=1), line=wanted())


@pytest.fixture
def file(participation: Participation) -> PriorityFile:
    return PriorityFile.open(by(HOST), participation)


class TestEvidence:
    def test_counts_once_an_officer_has_found_it_true(self, file: PriorityFile, participation: Participation) -> None:
        file.declare(by(HOST), participation, statements=(EVIDENCE,))
        file.verify(by(OFFICER), participation, PLAN, VERSION, findings=(FOUND,))
        assert file.verdicts is not None
        [verdict] = file.verdicts
        assert (file.points, verdict.points, verdict.rules_version, verdict.article) == (3, 3, 1, "II.2.b")
        assert verdict.inputs == ("Mua lúa của 30 hộ, theo 2/HĐ-MB",)
        assert verdict.reason == "Sử dụng nguồn nguyên liệu trong nước: đạt. Đã xem hợp đồng"

    @pytest.mark.parametrize("declared", [True, False])
    def test_counts_for_nothing_where_it_is_untrue_or_missing(
        self, file: PriorityFile, participation: Participation, declared: bool
    ) -> None:
        findings = (PriorityFinding("P1", False, "Hợp đồng đã hết hạn"),) if declared else ()
        if declared:
            file.declare(by(HOST), participation, statements=(EVIDENCE,))
        file.verify(by(OFFICER), participation, PLAN, VERSION, findings=findings)
        assert file.verdicts is not None
        assert (file.points, [verdict.met for verdict in file.verdicts]) == (0, [False])

    def test_is_for_a_priority_that_was_claimed(self, file: PriorityFile, participation: Participation) -> None:
        for statements in ((EVIDENCE, EVIDENCE), (PriorityStatement("P3", "Có 40 lao động", "1/DS"),)):
            with pytest.raises(PriorityNotClaimed):
                file.declare(by(HOST), participation, statements=statements)

    def test_is_looked_at_by_another_person_and_as_a_whole(
        self, file: PriorityFile, participation: Participation
    ) -> None:
        file.declare(by(HOST), participation, statements=(EVIDENCE,))
        with pytest.raises(ActedBefore):
            file.verify(by(HOST), participation, PLAN, VERSION, findings=(FOUND,))
        with pytest.raises(PriorityWithoutFinding):
            file.verify(by(OFFICER), participation, PLAN, VERSION, findings=())
        with pytest.raises(PriorityNotClaimed):
            file.verify(by(OFFICER), participation, PLAN, VERSION, findings=(FOUND, FOUND))

    def test_is_verified_anew_but_not_declared_anew(self, file: PriorityFile, participation: Participation) -> None:
        file.declare(by(HOST), participation, statements=(EVIDENCE,))
        file.verify(by(OFFICER), participation, PLAN, VERSION, findings=(FOUND,))
        with pytest.raises(PrioritiesVerifiedBefore):
            file.declare(by(HOST), participation, statements=(EVIDENCE,))
        untrue = PriorityFinding("P1", False, "Hợp đồng giả")
        file.verify(by(SECOND_OFFICER), participation, PLAN, VERSION, findings=(untrue,))
        assert file.points == 0

    def test_is_of_no_use_after_the_decision(self, file: PriorityFile, participation: Participation) -> None:
        participation.refuse(by(LEADER), reason="Hết suất")
        with pytest.raises(ParticipationDecided):
            file.declare(by(HOST), participation, statements=(EVIDENCE,))
        with pytest.raises(ParticipationDecided):
            file.verify(by(OFFICER), participation, PLAN, VERSION, findings=())


MORNING = datetime(2024, 6, 28, 1, 30, tzinfo=UTC)


def candidate(priority_points: int = 0, council_hundredths: int = 8000, minutes: int = 0) -> Candidate:
    whose = {"participation_id": uuid4(), "task_id": uuid4(), "enterprise_id": uuid4(), "content_code": "TOOL-5S"}
    applied_at = MORNING + timedelta(minutes=minutes)
    return Candidate(
        **whose, priority_points=priority_points, council_hundredths=council_hundredths, applied_at=applied_at
    )


class TestRanking:
    def test_orders_by_one_key_after_the_other(self) -> None:
        best = candidate(3), candidate(0, 9000, 9), candidate(0, 8000, 1), candidate(0, 8000, 2)
        ranking = ranked(reversed(best), VERSION)
        assert [place.candidate for place in ranking.places] == list(best)
        assert [place.rank for place in ranking.places] == [1, 2, 3, 4]
        explained = "Điểm ưu tiên 3, điểm hội đồng 80,00, nộp hồ sơ lúc 08:30 ngày 28/06/2024."
        assert ranking.places[0].explanation == explained

    def test_equal_candidates_share_their_place_and_without_rules_all_do(self) -> None:
        candidates = [candidate(), candidate(3), candidate(), candidate(0, 7000)]
        assert [place.rank for place in ranked(candidates, VERSION).places] == [1, 2, 2, 4]
        assert [place.rank for place in ranked(candidates, None).places] == [1, 1, 1, 1]

    @settings(max_examples=50, deadline=None)
    @given(some.lists(some.tuples(some.integers(0, 5), some.integers(0, 3), some.integers(0, 3)), max_size=12))
    def test_nobody_stands_behind_who_is_no_better(self, wanted: list[tuple[int, int, int]]) -> None:
        ranking = ranked([candidate(*each) for each in wanted], VERSION)
        for place in ranking.places:
            mine = place.candidate
            for other in (each.candidate for each in ranking.places):
                better = (-other.priority_points, -other.council_hundredths, other.applied_at) < (
                    -mine.priority_points,
                    -mine.council_hundredths,
                    mine.applied_at,
                )
                assert (other.participation_id in ranking.ahead_of(mine.participation_id)) == better
