"""Who waits: behind those who were selected, or for a written reason; until selected, refused or withdrawn."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from services.support.domain.participation import Participation
from services.support.domain.participation_refusals import ParticipationDecided, ParticipationNotEligible
from services.support.domain.priority_rules import PriorityVersion
from services.support.domain.ranking import ranked
from services.support.domain.waitlist import (
    LeavingKind,
    NotWaiting,
    SkippedWithoutReason,
    Waiting,
    Waitlist,
    WaitlistOpen,
    must_wait_in_order,
)
from tests.support.domain.test_participation import AMOUNT, FIVE_S, MET
from tests.support.domain.test_priorities import candidate
from tests.support.domain.test_task import by
from tests.support.examples import HOST, LEADER, OFFICER, PRIORITY_RULES, wanted

VERSION = PriorityVersion(1, **PRIORITY_RULES)
TASK, FIRST, SECOND = uuid4(), uuid4(), uuid4()
FIRST_CANDIDATE, LAST_CANDIDATE = candidate(3), candidate(0)
PLACE = {"rank": 2, "candidate_count": 2, "explanation": "Điểm ưu tiên 0."}


@pytest.fixture
def waitlist() -> Waitlist:
    return Waitlist.open(by(LEADER), task_id=TASK, participation_ids=(FIRST, SECOND))


class TestOrder:
    ranking = ranked([LAST_CANDIDATE, FIRST_CANDIDATE], VERSION)
    first_id, last_id = FIRST_CANDIDATE.participation_id, LAST_CANDIDATE.participation_id

    def test_is_reason_enough_for_who_comes_last(self) -> None:
        place = must_wait_in_order("waiting", self.ranking, Waiting(self.last_id, None), {self.first_id})
        assert place.rank == 2

    def test_is_left_for_a_written_reason(self) -> None:
        must_wait_in_order("waiting", self.ranking, Waiting(self.first_id, "Chưa sẵn sàng"), {self.last_id})

    @pytest.mark.parametrize("with_rules", [True, False])
    def test_is_not_left_without(self, with_rules: bool) -> None:
        ranking = self.ranking if with_rules else ranked([LAST_CANDIDATE, FIRST_CANDIDATE], None)
        waiting, selected = (self.first_id, self.last_id) if with_rules else (self.last_id, self.first_id)
        with pytest.raises(SkippedWithoutReason):
            must_wait_in_order("waiting", ranking, Waiting(waiting, None), {selected})

    def test_alone_is_no_reason_where_nobody_is_selected(self) -> None:
        with pytest.raises(SkippedWithoutReason):
            must_wait_in_order("waiting", self.ranking, Waiting(self.last_id, None), set())


class TestWaitlist:
    def test_is_closed_once_everybody_has_left(self, waitlist: Waitlist) -> None:
        waitlist.leave(by(LEADER), participation_ids=(FIRST,), leaving_kind=LeavingKind.SELECTED)
        with pytest.raises(WaitlistOpen):
            waitlist.must_be_closed()
        waitlist.leave(by(LEADER), participation_ids=(SECOND,), leaving_kind=LeavingKind.REFUSED)
        waitlist.must_be_closed()

    @pytest.mark.parametrize("named", [(uuid4(),), (FIRST, FIRST)])
    def test_lets_go_only_who_waits_and_once(self, waitlist: Waitlist, named: tuple[UUID, ...]) -> None:
        with pytest.raises(NotWaiting):
            waitlist.leave(by(LEADER), participation_ids=named, leaving_kind=LeavingKind.REFUSED)


@pytest.fixture
def waiting() -> Participation:
    participation = Participation.register(by(HOST), FIVE_S, task_id=UUID(int=1), line=wanted())
    participation.screen(by(OFFICER), verdicts=MET, registry_position=41)
    participation.waitlist(by(LEADER), **PLACE, reason=None)
    return participation


class TestWaitingParticipation:
    def test_may_still_be_selected_refused_or_withdrawn(self, waiting: Participation) -> None:
        assert waiting.is_eligible
        waiting.select(by(LEADER), AMOUNT, norms_id=uuid4())

    def test_is_not_screened_again(self, waiting: Participation) -> None:
        with pytest.raises(ParticipationDecided):
            waiting.screen(by(OFFICER), verdicts=MET, registry_position=42)

    def test_was_eligible_before(self) -> None:
        participation = Participation.register(by(HOST), FIVE_S, task_id=UUID(int=1), line=wanted())
        with pytest.raises(ParticipationNotEligible):
            participation.waitlist(by(LEADER), **PLACE, reason=None)
