"""The council that selects who delivers a task, or judges a milestone, by rules that are data (134/KH-UBND, V.1.c)."""

from __future__ import annotations

from datetime import date
from typing import Any, Self
from uuid import UUID, uuid5

from eventsourcing.domain import CanMutateAggregate

from services.shared.record import Act, Record, document_of, recorded_by
from services.support.domain.council_composition import must_be_composed
from services.support.domain.council_conflicts import Conflicts
from services.support.domain.council_digest import record_digest
from services.support.domain.council_meetings import Meetings
from services.support.domain.council_regulation import CouncilRegulation, must_be_workable
from services.support.domain.council_seats import must_not_judge_their_own
from services.support.domain.council_terms import (
    CONFLICT_KIND_IN_WORDS,
    PERSON_TIE_IN_WORDS,
    VOTE_IN_WORDS,
    ConflictKind,
    CouncilMember,
    CouncilProcedure,
    CouncilRules,
    PersonMatch,
    Points,
    Recusal,
    ScoreSheet,
    SupplementDemand,
    Vote,
    total_points,
)

__all__ = ["Council", "in_points"]


class Council(Conflicts, Meetings, Record):
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
        must_not_judge_their_own(members, submitters, host_body)
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

    def trigger_event(self, event_class: type[CanMutateAggregate[UUID]], **kwargs: Any) -> None:
        super().trigger_event(event_class, task_id=self.task_id, **kwargs)

    @recorded_by(MemberReplaced)
    def _member_replaced(self, act: Act, person_id: UUID, member: CouncilMember) -> None:
        del self.members[person_id]
        self.members[member.person_id] = member

    @recorded_by(PapersSent)
    def _papers_sent(self, act: Act, meeting_on: date) -> None:
        self.meeting_on = meeting_on

    @recorded_by(ConflictsDeclared)
    def _conflicts_declared(self, act: Act, person_id: UUID, conflict_kinds: tuple[ConflictKind, ...]) -> None:
        self.declarations[person_id] = conflict_kinds

    @recorded_by(MemberRecused)
    def _member_recused(
        self, act: Act, person_id: UUID, conflict_kind: ConflictKind, match: PersonMatch | None
    ) -> None:
        self.recusals[person_id] = Recusal(conflict_kind, match)
        self.score_sheets.pop(person_id, None)

    @recorded_by(ConflictsMatched)
    def _conflicts_matched(self, act: Act, matches: tuple[PersonMatch, ...], registry_position: int) -> None:
        self.matched_at = registry_position

    @recorded_by(ScoreCast)
    def _score_cast(
        self, act: Act, person_id: UUID, points: tuple[Points, ...], vote: Vote | None, opinion: str | None
    ) -> None:
        self.score_sheets[person_id] = ScoreSheet(points, vote, opinion)

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

    @recorded_by(Reconvened)
    def _reconvened(self, act: Act, meeting_number: int, reason: str) -> None:
        self.meeting_number = meeting_number
        self.earlier_minutes = (*self.earlier_minutes, *filter(None, [self.minutes]))
        self.meeting_on = self.minutes = self.minutes_digest = self.answer_to_survey = self.supplement = None
        self.score_sheets = {}
        self.average_hundredths = 0
        self.passed = False


def in_points(hundredths: int) -> str:
    """Hundredths of a point as people write them: ``78,50``."""
    return f"{hundredths // 100},{hundredths % 100:02}"
