"""The meetings of a council: called by papers, scored sheet by sheet, concluded by minutes, held again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import UUID

from services.shared.record import Act, document_of
from services.support.domain.council_refusals import (
    ConflictsNotDeclared,
    CouncilConcludedOtherwise,
    CouncilLacksQuorum,
    CouncilNotConcluded,
    MeetingHasBegun,
    MeetingNotCalled,
    MeetingNotHeld,
    MinutesDoNotMatch,
    NeitherChairNorSecretary,
    NothingToMeetAgainFor,
    NoUnfavourableSurvey,
    PapersSentTooLate,
    SupplementForSelectionOnly,
    SupplementWithoutPass,
    SurveyNotAnswered,
)
from services.support.domain.council_seats import Seats
from services.support.domain.council_terms import (
    ConflictKind,
    CouncilKind,
    CouncilRules,
    Points,
    Share,
    SupplementDemand,
    Vote,
)
from services.support.domain.council_voting import Outcome, must_be_filled_in
from services.support.domain.working_calendar import WorkingDays

__all__ = ["Meetings"]


class Meetings(Seats):
    """One meeting after another; the record that this is part of keeps what happened, and makes the digest of it."""

    rules: CouncilRules
    declarations: dict[UUID, tuple[ConflictKind, ...]]
    meeting_number: int
    meeting_on: date | None
    passed: bool
    supplement: SupplementDemand | None
    _papers_sent: Callable[..., None]
    _score_cast: Callable[..., None]
    _concluded: Callable[..., None]
    _reconvened: Callable[..., None]
    _digest: Callable[..., str]

    @property
    def record_digest(self) -> str:
        """The digest over all that the members have handed in so far for the present meeting."""
        return self._digest()

    def send_papers(self, act: Act, *, meeting_on: date, calendar: WorkingDays) -> None:
        """Invitation and papers for a meeting, so early as the procedure wants it; sent again, another day counts.

        Raises DocumentMissing, CouncilAlreadyConcluded, MeetingHasBegun, PapersSentTooLate and DayOutsideCalendars.
        """
        document_of(act)
        self._must_not_be_concluded()
        if self.score_sheets:
            raise MeetingHasBegun
        working_days = self.procedure.papers_working_days if self.procedure else 0
        earliest = calendar.add_working_days(act.effective_on, working_days)
        if meeting_on < earliest:
            raise PapersSentTooLate("meeting_on", working_days=working_days, earliest=f"{earliest:%d/%m/%Y}")
        self._papers_sent(act=act, meeting_on=meeting_on)

    def cast_score(
        self, act: Act, *, points: tuple[Points, ...], vote: Vote | None = None, opinion: str | None = None
    ) -> None:
        """The acting member's own sheet, from the day of the meeting on.

        Raises CouncilAlreadyConcluded, NotAMember, MemberOfAnotherBody, MemberIsRecused, AlreadyScored,
        ConflictsNotDeclared, MeetingNotCalled, MeetingNotHeld, ScoreSheetIncomplete, PointsOutOfRange, VoteMissing and
        VoteNotAskedFor.
        """
        self._must_admit(act)
        self._must_have_met(act)
        if self.procedure and act.person_id not in self.declarations:
            raise ConflictsNotDeclared
        must_be_filled_in(points, vote, self.rules, votes=self._share_for is not None)
        self._score_cast(act=act, person_id=act.person_id, points=points, vote=vote, opinion=opinion)

    def conclude(
        self,
        act: Act,
        *,
        record_digest: str | None = None,
        unfavourable_survey: bool = False,
        answer_to_survey: str | None = None,
        supplement: SupplementDemand | None = None,
    ) -> None:
        """The minutes, which answer an ``unfavourable_survey`` and may pass on condition of a ``supplement``.

        ``record_digest`` is what minutes on paper name: that over all that the members handed in.
        Raises DocumentMissing, CouncilAlreadyConcluded, NotAMember, MemberOfAnotherBody, MemberIsRecused,
        NeitherChairNorSecretary, MeetingNotCalled, MeetingNotHeld, CouncilLacksQuorum, MinutesDoNotMatch,
        SurveyNotAnswered, NoUnfavourableSurvey, SupplementForSelectionOnly and SupplementWithoutPass.
        """
        document_of(act)
        self._must_be_free(act)
        if act.person_id not in self.leaders:
            raise NeitherChairNorSecretary
        self._must_have_met(act)
        self._must_have_quorum()
        if record_digest is not None and record_digest != self.record_digest:
            raise MinutesDoNotMatch
        if unfavourable_survey and answer_to_survey is None:
            raise SurveyNotAnswered("answer_to_survey")
        if answer_to_survey is not None and not unfavourable_survey:
            raise NoUnfavourableSurvey("answer_to_survey")
        outcome = Outcome.of(self.score_sheets.values(), self.rules, self._share_for)
        if supplement is not None:
            self._may_demand(outcome)
        self._concluded(
            act=act,
            average_hundredths=outcome.average_hundredths,
            passed=outcome.passed,
            record_digest=self._digest(answer_to_survey, supplement),
            answer_to_survey=answer_to_survey,
            supplement=supplement,
        )

    def _may_demand(self, outcome: Outcome) -> None:
        """Raises SupplementForSelectionOnly and SupplementWithoutPass."""
        if self.kind is not CouncilKind.SELECTION:
            raise SupplementForSelectionOnly("required_supplement")
        if not outcome.passed:
            raise SupplementWithoutPass("required_supplement")

    def reconvene(self, act: Act, *, reason: str) -> None:
        """The council meets again about what it passed on condition: papers, meeting and sheets anew.

        What members declared stands, as do recusals. Raises DocumentMissing and NothingToMeetAgainFor.
        """
        document_of(act)
        if self.supplement is None:
            raise NothingToMeetAgainFor
        self._reconvened(act=act, meeting_number=self.meeting_number + 1, reason=reason)

    def must_have_concluded(self, *, passed: bool) -> None:
        """Raises CouncilNotConcluded and CouncilConcludedOtherwise."""
        if self.minutes is None:
            raise CouncilNotConcluded(milestone_number=self.milestone_number)
        if self.passed is not passed:
            verdict = "đạt" if self.passed else "không đạt"
            raise CouncilConcludedOtherwise(milestone_number=self.milestone_number, verdict=verdict)

    @property
    def _share_for(self) -> Share | None:
        return self.procedure.least_share_for if self.procedure else None

    def _must_have_quorum(self) -> None:
        needed = self.rules.quorum.of(len(self.voters))
        if len(self.score_sheets) < needed or not self.leaders <= self.score_sheets.keys():
            raise CouncilLacksQuorum(needed=needed, cast=len(self.score_sheets))

    def _must_have_met(self, act: Act) -> None:
        if self.meeting_on is None:
            if self.procedure or self.meeting_number > 1:
                raise MeetingNotCalled
        elif act.effective_on < self.meeting_on:
            raise MeetingNotHeld(meeting_on=self.meeting_on)
