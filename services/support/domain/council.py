"""The council that selects who delivers a task, or judges a milestone, by rules that are data (134/KH-UBND, V.1.c)."""

from __future__ import annotations

from datetime import date
from typing import Any, Self
from uuid import UUID, uuid5

from eventsourcing.domain import CanMutateAggregate

from services.shared.record import Act, Record, document_of, recorded_by
from services.support.domain.council_composition import must_be_composed
from services.support.domain.council_digest import record_digest
from services.support.domain.council_refusals import (
    AlreadyScored,
    ConflictsNotDeclared,
    ConflictsNotMatched,
    CouncilAlreadyConcluded,
    CouncilConcludedOtherwise,
    CouncilLacksQuorum,
    CouncilNotConcluded,
    FileHidden,
    HostSitsOnCouncil,
    MeetingHasBegun,
    MeetingNotCalled,
    MeetingNotHeld,
    MemberIsRecused,
    MemberNotSeated,
    MemberOfAnotherBody,
    MinutesDoNotMatch,
    NeitherChairNorSecretary,
    NotAMember,
    NothingToMeetAgainFor,
    NoUnfavourableSurvey,
    PapersSentTooLate,
    SupplementForSelectionOnly,
    SupplementWithoutPass,
    SurveyNotAnswered,
)
from services.support.domain.council_regulation import CouncilRegulation, must_be_workable
from services.support.domain.council_terms import (
    CONFLICT_KIND_IN_WORDS,
    CONFLICT_OF_TIE,
    PERSON_TIE_IN_WORDS,
    VOTE_IN_WORDS,
    ConflictKind,
    CouncilKind,
    CouncilMember,
    CouncilProcedure,
    CouncilRole,
    CouncilRules,
    PersonMatch,
    PersonMatches,
    Points,
    Recusal,
    ScoreSheet,
    Share,
    SupplementDemand,
    Vote,
    total_points,
)
from services.support.domain.council_voting import Outcome, must_be_filled_in
from services.support.domain.working_calendar import WorkingDays

__all__ = ["Council", "in_points"]


class Council(Record):
    """A council for one task, that selects who delivers it or judges one milestone (hội đồng xét chọn, nghiệm thu)."""

    TOPIC = "support:Council"

    class Event(Record.Event):
        """Something that happened to a council; each names its task (sự kiện của hội đồng)."""

        task_id: UUID

    class Appointed(Event, Record.Created):
        """A council was appointed by a document (thành lập hội đồng)."""

        TOPIC = "support:Council.Appointed"
        class_version = 3
        members: tuple[CouncilMember, ...]
        rules: CouncilRules
        milestone_number: int | None
        milestone_round: int
        regulation_id: UUID | None
        procedure: CouncilProcedure | None

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            """Every council used to be one that selects."""
            state.update(milestone_number=None, milestone_round=0)

        @staticmethod
        def upcast_v2_v3(state: dict[str, Any]) -> None:
            """Every appointment used to name its own rules, and those said nothing of how members meet."""
            state.update(regulation_id=None, procedure=None)
            for member in state["members"]:
                member["kind"] = None

        def sentence(self) -> str:
            purpose = "xét chọn" if self.milestone_number is None else f"nghiệm thu mốc {self.milestone_number}"
            mark = " (quy tắc mẫu)" if self.rules.sample else ""
            rules = f"họp hợp lệ khi có {self.rules.quorum} thành viên, đạt từ {self.rules.pass_mark_points} điểm{mark}"
            return f"Thành lập hội đồng {purpose} {len(self.members)} thành viên theo {self.act.document}; {rules}."

    Created = Appointed

    class MemberReplaced(Event):
        """Another person took the seat of a member who had not scored (thay thành viên hội đồng)."""

        TOPIC = "support:Council.MemberReplaced"
        person_id: UUID
        member: CouncilMember

        def sentence(self) -> str:
            return f"Thay một thành viên hội đồng bằng người do {self.member.body} cử theo {self.act.document}."

    class PapersSent(Event):
        """The members were sent the invitation and the papers (gửi giấy mời và tài liệu họp)."""

        TOPIC = "support:Council.PapersSent"
        meeting_on: date

        def sentence(self) -> str:
            return f"Gửi giấy mời {self.act.document} và tài liệu; hội đồng họp ngày {self.meeting_on:%d/%m/%Y}."

    class ConflictsDeclared(Event):
        """A member said which conflicts of interest they have, or that they have none (bản khai xung đột lợi ích)."""

        TOPIC = "support:Council.ConflictsDeclared"
        person_id: UUID
        conflict_kinds: tuple[ConflictKind, ...]

        def sentence(self) -> str:
            declared = ", ".join(CONFLICT_KIND_IN_WORDS[kind] for kind in self.conflict_kinds)
            return f"Một thành viên hội đồng khai báo xung đột lợi ích: {declared or 'không có'}."

    class MemberRecused(Event):
        """A member declared a conflict of interest and left the quorum (khai báo xung đột lợi ích)."""

        TOPIC = "support:Council.MemberRecused"
        class_version = 2
        person_id: UUID
        conflict_kind: ConflictKind
        match: PersonMatch | None

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            """Every conflict used to be declared."""
            state.update(match=None)

        def sentence(self) -> str:
            kind = CONFLICT_KIND_IN_WORDS[self.conflict_kind]
            if self.match is None:
                return f"Một thành viên hội đồng khai báo xung đột lợi ích ({kind}) và không tham gia xét chọn."
            tie = PERSON_TIE_IN_WORDS[self.match.tie]
            return f"Một thành viên hội đồng là {tie} của bên liên quan ({kind}) nên không tham gia xét chọn."

    class ConflictsMatched(Event):
        """The members were matched against who stands behind the parties (đối chiếu xung đột lợi ích)."""

        TOPIC = "support:Council.ConflictsMatched"
        matches: tuple[PersonMatch, ...]
        registry_position: int

        def sentence(self) -> str:
            found = f"phát hiện {len(self.matches)} quan hệ" if self.matches else "không phát hiện xung đột"
            return f"Đối chiếu thành viên hội đồng với chủ sở hữu, người đại diện của các bên: {found}."

    class ScoreCast(Event):
        """A member cast a score sheet (phiếu đánh giá)."""

        TOPIC = "support:Council.ScoreCast"
        class_version = 2
        person_id: UUID
        points: tuple[Points, ...]
        vote: Vote | None
        opinion: str | None

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            """Members used to give points only."""
            state.update(vote=None, opinion=None)

        def sentence(self) -> str:
            vote = f", {VOTE_IN_WORDS[self.vote]}" if self.vote else ""
            return f"Một thành viên hội đồng nộp phiếu đánh giá: {total_points(self.points)} điểm{vote}."

    class Concluded(Event):
        """The council concluded by its minutes (kết luận hội đồng)."""

        TOPIC = "support:Council.Concluded"
        class_version = 3
        average_hundredths: int
        passed: bool
        record_digest: str | None
        answer_to_survey: str | None
        supplement: SupplementDemand | None

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            """Minutes used not to be bound to what was handed in."""
            state.update(record_digest=None)

        @staticmethod
        def upcast_v2_v3(state: dict[str, Any]) -> None:
            """Minutes used to say neither what they make of a survey nor what is to be supplied."""
            state.update(answer_to_survey=None, supplement=None)

        def sentence(self) -> str:
            verdict = "đạt" if self.passed else "không đạt"
            average = in_points(self.average_hundredths)
            told = f"Hội đồng kết luận theo biên bản {self.act.document}: trung bình {average} điểm, {verdict}"
            if self.supplement is not None:
                told += f" với điều kiện bổ sung đến {self.supplement.due_on:%d/%m/%Y}: {self.supplement.requirement}"
            if self.answer_to_survey is not None:
                told += f". Ý kiến về khảo sát chưa phù hợp: {self.answer_to_survey}"
            return f"{told}."

    class Reconvened(Event):
        """The council meets again about what it passed on condition (họp lại hội đồng)."""

        TOPIC = "support:Council.Reconvened"
        meeting_number: int
        reason: str

        def sentence(self) -> str:
            return f"Hội đồng họp lại lần {self.meeting_number} theo {self.act.document}. Lý do: {self.reason}"

    @staticmethod
    def create_id(task_id: UUID, milestone_number: int | None = None, milestone_round: int = 0) -> UUID:
        """The council that selects who delivers a task, or judges a milestone each time it was planned: one of each."""
        purpose = "selection" if milestone_number is None else f"acceptance:{milestone_number}:{milestone_round}"
        return uuid5(task_id, f"council:{purpose}")

    @recorded_by(Appointed)
    def __init__(
        self,
        act: Act,
        task_id: UUID,
        members: tuple[CouncilMember, ...],
        rules: CouncilRules,
        milestone_number: int | None,
        milestone_round: int,
        regulation_id: UUID | None,
        procedure: CouncilProcedure | None,
    ) -> None:
        self.regulation_id = regulation_id
        self.procedure = procedure
        self.milestone_number = milestone_number
        self.milestone_round = milestone_round
        self.document = act.document
        self.task_id = task_id
        self.members = {member.person_id: member for member in members}
        self.rules = rules
        self.meeting_number = 1
        self.earlier_minutes: tuple[str, ...] = ()
        self.meeting_on: date | None = None
        self.matched_at: int | None = None
        self.declarations: dict[UUID, tuple[ConflictKind, ...]] = {}
        self.recusals: dict[UUID, Recusal] = {}
        self.score_sheets: dict[UUID, ScoreSheet] = {}
        self.minutes: str | None = None
        self.minutes_digest: str | None = None
        self.average_hundredths = 0
        self.passed = False
        self.answer_to_survey: str | None = None
        self.supplement: SupplementDemand | None = None

    @classmethod
    def appoint(
        cls,
        act: Act,
        *,
        task_id: UUID,
        submitters: frozenset[UUID],
        host_body: str | None,
        members: tuple[CouncilMember, ...],
        rules: CouncilRules | CouncilRegulation,
        milestone_number: int | None = None,
        milestone_round: int = 0,
    ) -> Self:
        """A new council; ``submitters`` are the persons who applied, for ``host_body``.

        With a milestone, it is the council that judges this milestone in this round; without, the one that selects.
        It works by the regulation in force; by rules that the appointment names, without a procedure, where none is.

        Raises DocumentMissing, HostSitsOnCouncil, QuorumImpossible, CriteriaNotHundred and those of a composition.
        """
        document_of(act)
        regulation = rules if isinstance(rules, CouncilRegulation) else None
        stated = rules.rules if isinstance(rules, CouncilRegulation) else rules
        procedure = regulation.procedure if regulation else None
        must_be_composed(members, procedure)
        _must_not_judge_their_own(members, submitters, host_body)
        must_be_workable(stated)
        return cls(
            act=act,
            task_id=task_id,
            members=members,
            rules=stated,
            milestone_number=milestone_number,
            milestone_round=milestone_round,
            regulation_id=regulation.id if regulation else None,
            procedure=procedure,
        )

    @property
    def kind(self) -> CouncilKind:
        """What the council is for."""
        return CouncilKind.SELECTION if self.milestone_number is None else CouncilKind.ACCEPTANCE

    @property
    def voters(self) -> frozenset[UUID]:
        """The members without a conflict."""
        return frozenset(self.members.keys() - self.recusals.keys())

    @property
    def record_digest(self) -> str:
        """The digest over all that the members have handed in so far for the present meeting."""
        return self._digest()

    def _digest(self, answer_to_survey: str | None = None, supplement: SupplementDemand | None = None) -> str:
        return record_digest(
            self.id,
            declarations=self.declarations,
            recusals={person_id: recusal.conflict_kind for person_id, recusal in self.recusals.items()},
            score_sheets=self.score_sheets,
            meeting_number=self.meeting_number,
            answer_to_survey=answer_to_survey,
            supplement=supplement,
        )

    def must_show_file_to(self, person_id: UUID) -> None:
        """Raises FileHidden for who has a conflict, and ConflictsNotDeclared for a member who has not yet said."""
        if person_id in self.recusals:
            raise FileHidden
        if self.procedure and person_id in self.members and person_id not in self.declarations:
            raise ConflictsNotDeclared

    def trigger_event(self, event_class: type[CanMutateAggregate[UUID]], **kwargs: Any) -> None:
        super().trigger_event(event_class, task_id=self.task_id, **kwargs)

    def replace_member(
        self,
        act: Act,
        *,
        person_id: UUID,
        member: CouncilMember,
        submitters: frozenset[UUID],
        host_body: str | None,
    ) -> None:
        """Another member takes the seat of one who has not scored; who left stays in the history.

        Raises DocumentMissing, CouncilAlreadyConcluded, MemberNotSeated, AlreadyScored, MemberIsRecused,
        HostSitsOnCouncil and those of a composition.
        """
        document_of(act)
        self._must_not_be_concluded()
        if person_id not in self.members:
            raise MemberNotSeated
        if person_id in self.score_sheets:
            raise AlreadyScored
        if member.person_id in self.recusals:
            raise MemberIsRecused
        must_be_composed(
            (*(each for each in self.members.values() if each.person_id != person_id), member), self.procedure
        )
        _must_not_judge_their_own((member,), submitters, host_body)
        self._member_replaced(act=act, person_id=person_id, member=member)

    @recorded_by(MemberReplaced)
    def _member_replaced(self, act: Act, person_id: UUID, member: CouncilMember) -> None:
        del self.members[person_id]
        self.members[member.person_id] = member

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

    @recorded_by(PapersSent)
    def _papers_sent(self, act: Act, meeting_on: date) -> None:
        self.meeting_on = meeting_on

    def declare_conflicts(self, act: Act, *, conflict_kinds: tuple[ConflictKind, ...]) -> None:
        """The acting member says which conflicts they have; whoever has one is recused by it.

        Raises CouncilAlreadyConcluded, NotAMember, MemberOfAnotherBody, MemberIsRecused and AlreadyScored.
        """
        self._must_admit(act)
        self._conflicts_declared(act=act, person_id=act.person_id, conflict_kinds=conflict_kinds)
        if conflict_kinds:
            self._member_recused(act=act, person_id=act.person_id, conflict_kind=conflict_kinds[0], match=None)

    @recorded_by(ConflictsDeclared)
    def _conflicts_declared(self, act: Act, person_id: UUID, conflict_kinds: tuple[ConflictKind, ...]) -> None:
        self.declarations[person_id] = conflict_kinds

    def recuse_member(self, act: Act, *, conflict_kind: ConflictKind) -> None:
        """The acting member declares a conflict: out of the quorum, no score.

        Raises CouncilAlreadyConcluded, NotAMember, MemberOfAnotherBody, MemberIsRecused and AlreadyScored.
        """
        self._must_admit(act)
        self._member_recused(act=act, person_id=act.person_id, conflict_kind=conflict_kind, match=None)

    @recorded_by(MemberRecused)
    def _member_recused(
        self, act: Act, person_id: UUID, conflict_kind: ConflictKind, match: PersonMatch | None
    ) -> None:
        self.recusals[person_id] = Recusal(conflict_kind, match)
        self.score_sheets.pop(person_id, None)

    def match_conflicts(self, act: Act, found: PersonMatches) -> None:
        """Whoever the registry found leaves the quorum, and a sheet of theirs the count.

        Raises CouncilAlreadyConcluded.
        """
        self._must_not_be_concluded()
        self._conflicts_matched(act=act, matches=found.matches, registry_position=found.registry_position)
        for match in found.matches:
            if match.person_id in self.voters:
                kind = CONFLICT_OF_TIE[match.tie]
                self._member_recused(act=act, person_id=match.person_id, conflict_kind=kind, match=match)

    @recorded_by(ConflictsMatched)
    def _conflicts_matched(self, act: Act, matches: tuple[PersonMatch, ...], registry_position: int) -> None:
        self.matched_at = registry_position

    def must_have_recorded(self, found: PersonMatches) -> None:
        """Raises ConflictsNotMatched."""
        unrecorded = {match.person_id for match in found.matches} & self.voters
        if unrecorded:
            raise ConflictsNotMatched(count=len(unrecorded))

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

    @recorded_by(ScoreCast)
    def _score_cast(
        self, act: Act, person_id: UUID, points: tuple[Points, ...], vote: Vote | None, opinion: str | None
    ) -> None:
        self.score_sheets[person_id] = ScoreSheet(points, vote, opinion)

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

    @recorded_by(Concluded)
    def _concluded(
        self,
        act: Act,
        average_hundredths: int,
        passed: bool,
        record_digest: str | None,
        answer_to_survey: str | None,
        supplement: SupplementDemand | None,
    ) -> None:
        self.minutes = act.document
        self.minutes_digest = record_digest
        self.average_hundredths = average_hundredths
        self.passed = passed
        self.answer_to_survey = answer_to_survey
        self.supplement = supplement

    def reconvene(self, act: Act, *, reason: str) -> None:
        """The council meets again about what it passed on condition: papers, meeting and sheets anew.

        What members declared stands, as do recusals. Raises DocumentMissing and NothingToMeetAgainFor.
        """
        document_of(act)
        if self.supplement is None:
            raise NothingToMeetAgainFor
        self._reconvened(act=act, meeting_number=self.meeting_number + 1, reason=reason)

    @recorded_by(Reconvened)
    def _reconvened(self, act: Act, meeting_number: int, reason: str) -> None:
        self.meeting_number = meeting_number
        self.earlier_minutes = (*self.earlier_minutes, *filter(None, [self.minutes]))
        self.meeting_on = self.minutes = self.minutes_digest = self.answer_to_survey = self.supplement = None
        self.score_sheets = {}
        self.average_hundredths = 0
        self.passed = False

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

    @property
    def leaders(self) -> frozenset[UUID]:
        """The secretary and who presides: the vice-chair where there is one and the chair has a conflict."""
        holder_of = {member.role: member.person_id for member in self.members.values()}
        chair_id = holder_of[CouncilRole.CHAIR]
        if chair_id in self.recusals:
            chair_id = holder_of.get(CouncilRole.VICE_CHAIR, chair_id)
        return frozenset({chair_id, holder_of[CouncilRole.SECRETARY]})

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

    def _must_admit(self, act: Act) -> None:
        self._must_be_free(act)
        if act.person_id in self.score_sheets:
            raise AlreadyScored

    def _must_not_be_concluded(self) -> None:
        if self.minutes is not None:
            raise CouncilAlreadyConcluded

    def _must_be_free(self, act: Act) -> None:
        self._must_not_be_concluded()
        self.must_be_seated(act)
        if act.person_id in self.recusals:
            raise MemberIsRecused

    def must_be_seated(self, act: Act) -> None:
        """Raises NotAMember and MemberOfAnotherBody."""
        if act.person_id not in self.members:
            raise NotAMember
        member = self.members[act.person_id]
        if act.body != member.body:
            raise MemberOfAnotherBody(body=member.body)


def in_points(hundredths: int) -> str:
    """Hundredths of a point as people write them: ``78,50``."""
    return f"{hundredths // 100},{hundredths % 100:02}"


def _must_not_judge_their_own(
    members: tuple[CouncilMember, ...], submitters: frozenset[UUID], host_body: str | None
) -> None:
    """Raises HostSitsOnCouncil."""
    if any(member.person_id in submitters or member.body == host_body for member in members):
        raise HostSitsOnCouncil
