"""The council that selects who delivers a task, or judges a milestone, by rules that are data (134/KH-UBND, V.1.c)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self
from uuid import UUID, uuid5

from eventsourcing.domain import CanMutateAggregate

from services.shared.record import Act, Record, document_of, recorded_by
from services.shared.refusals import Forbidden, Invalid, Refusal

__all__ = ["ConflictKind", "Council", "CouncilMember", "CouncilRole", "CouncilRules", "Criterion", "Points"]

FEWEST_MEMBERS = 3
ALL_POINTS = 100


class CouncilRole(StrEnum):
    """A member's role; chair and secretary are there once each."""

    CHAIR = "CHAIR"
    SECRETARY = "SECRETARY"
    REVIEWER = "REVIEWER"
    MEMBER = "MEMBER"


class ConflictKind(StrEnum):
    """The six kinds of conflict of interest."""

    EMPLOYER = "EMPLOYER"
    PROFESSIONAL = "PROFESSIONAL"
    PERSONAL = "PERSONAL"
    PERSONAL_FINANCIAL = "PERSONAL_FINANCIAL"
    FAMILY = "FAMILY"
    FAMILY_FINANCIAL = "FAMILY_FINANCIAL"


CONFLICT_KIND_IN_WORDS = {
    ConflictKind.EMPLOYER: "cơ quan công tác",
    ConflictKind.PROFESSIONAL: "quan hệ chuyên môn",
    ConflictKind.PERSONAL: "quan hệ cá nhân",
    ConflictKind.PERSONAL_FINANCIAL: "lợi ích tài chính cá nhân",
    ConflictKind.FAMILY: "quan hệ gia đình",
    ConflictKind.FAMILY_FINANCIAL: "lợi ích tài chính của gia đình",
}


@dataclass(frozen=True)
class CouncilMember:
    """A person (by surrogate id) whom a body sends."""

    person_id: UUID
    body: str
    role: CouncilRole


@dataclass(frozen=True)
class Criterion:
    """What a task is scored by, and the most points it can get there."""

    code: str
    name: str
    most_points: int


@dataclass(frozen=True)
class CouncilRules:
    """Quorum as a share of those who may vote, pass mark in points of 100, criteria; ``sample`` marks sample rules."""

    quorum_numerator: int
    quorum_denominator: int
    pass_mark_points: int
    criteria: tuple[Criterion, ...]
    sample: bool


@dataclass(frozen=True)
class Points:
    """Points one member gives to one criterion."""

    criterion_code: str
    points: int


class CouncilTooSmall(Invalid):
    """A council has at least a chair, a secretary and one more."""

    sentence = "Hội đồng phải có ít nhất {fewest} thành viên."


class MemberNamedTwice(Invalid):
    """A person sits once."""

    sentence = "Một người được nêu hai lần trong hội đồng."


class RoleNotFilledOnce(Invalid):
    """There is exactly one chair and exactly one secretary."""

    sentence = "Hội đồng phải có đúng một chủ tịch và đúng một thư ký."


class HostSitsOnCouncil(Refusal):
    """Who applies does not judge the application: neither the persons nor anybody their body sends."""

    sentence = "Người nộp hồ sơ đăng ký và người của tổ chức chủ trì không được là thành viên hội đồng."


class QuorumImpossible(Invalid):
    """A quorum is a share: more than nothing, at most everybody."""

    sentence = "Tỷ lệ họp hợp lệ phải lớn hơn 0 và không quá toàn thể thành viên."


class CriteriaNotHundred(Invalid):
    """The points of all criteria make 100, and each criterion is there once."""

    sentence = "Các tiêu chí phải khác nhau và có tổng điểm tối đa là 100."


class CouncilAlreadyConcluded(Refusal):
    """Minutes are written once."""

    sentence = "Hội đồng đã kết luận."


class NotAMember(Forbidden):
    """Only members act in a council."""

    sentence = "Người thực hiện không phải là thành viên hội đồng này."


class MemberOfAnotherBody(Forbidden):
    """A member acts for the body that sent them, and for no other."""

    sentence = "Thành viên hội đồng phải thực hiện dưới danh nghĩa cơ quan đã cử là {body}."


class MemberIsRecused(Forbidden):
    """Who declared a conflict neither scores nor concludes."""

    sentence = "Thành viên đã khai báo xung đột lợi ích nên không được tham gia xét chọn."


class AlreadyScored(Refusal):
    """A score sheet is cast once; who has scored has declared to be free of conflict."""

    sentence = "Thành viên đã nộp phiếu đánh giá."


class ScoreSheetIncomplete(Invalid):
    """Each criterion is scored once, and no other."""

    sentence = "Phiếu đánh giá phải chấm mỗi tiêu chí đúng một lần."


class PointsOutOfRange(Invalid):
    """Between 0 and the criterion's most."""

    sentence = "Điểm của tiêu chí {criterion_code} phải từ 0 đến {most_points}."


class NeitherChairNorSecretary(Forbidden):
    """The minutes are the chair's or the secretary's."""

    sentence = "Chỉ chủ tịch hoặc thư ký hội đồng được lập biên bản kết luận."


class CouncilLacksQuorum(Refusal):
    """Too few of those who may vote have scored, or chair or secretary has not."""

    sentence = "Hội đồng chưa đủ điều kiện họp: cần {needed} phiếu, kể cả chủ tịch và thư ký, mới có {cast}."


class CouncilNotConcluded(Refusal):
    """A milestone is judged by what its council concluded."""

    sentence = "Hội đồng nghiệm thu mốc {milestone_number} chưa được thành lập hoặc chưa kết luận."


class CouncilConcludedOtherwise(Refusal):
    """What the council passed is accepted, at once or after fixes; what it did not pass fails."""

    sentence = "Hội đồng nghiệm thu mốc {milestone_number} kết luận {verdict}, không phù hợp với việc này."


class Council(Record):
    """A council for one task, that selects who delivers it or judges one milestone (hội đồng xét chọn, nghiệm thu)."""

    TOPIC = "support:Council"

    class Event(Record.Event):
        """Something that happened to a council; each names its task (sự kiện của hội đồng)."""

        task_id: UUID

    class Appointed(Event, Record.Created):
        """A council was appointed by a document (thành lập hội đồng)."""

        TOPIC = "support:Council.Appointed"
        class_version = 2
        members: tuple[CouncilMember, ...]
        rules: CouncilRules
        milestone_number: int | None
        milestone_round: int

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            """Every council used to be one that selects."""
            state.update(milestone_number=None, milestone_round=0)

        def sentence(self) -> str:
            purpose = "xét chọn" if self.milestone_number is None else f"nghiệm thu mốc {self.milestone_number}"
            mark = " (quy tắc mẫu)" if self.rules.sample else ""
            quorum = f"{self.rules.quorum_numerator}/{self.rules.quorum_denominator}"
            rules = f"họp hợp lệ khi có {quorum} thành viên, đạt từ {self.rules.pass_mark_points} điểm{mark}"
            return f"Thành lập hội đồng {purpose} {len(self.members)} thành viên theo {self.act.document}; {rules}."

    Created = Appointed

    class MemberRecused(Event):
        """A member declared a conflict of interest and left the quorum (khai báo xung đột lợi ích)."""

        TOPIC = "support:Council.MemberRecused"
        person_id: UUID
        conflict_kind: ConflictKind

        def sentence(self) -> str:
            kind = CONFLICT_KIND_IN_WORDS[self.conflict_kind]
            return f"Một thành viên hội đồng khai báo xung đột lợi ích ({kind}) và không tham gia xét chọn."

    class ScoreCast(Event):
        """A member cast a score sheet (phiếu đánh giá)."""

        TOPIC = "support:Council.ScoreCast"
        person_id: UUID
        points: tuple[Points, ...]

        def sentence(self) -> str:
            total = sum(given.points for given in self.points)
            return f"Một thành viên hội đồng nộp phiếu đánh giá: {total} điểm."

    class Concluded(Event):
        """The council concluded by its minutes (kết luận hội đồng)."""

        TOPIC = "support:Council.Concluded"
        average_hundredths: int
        passed: bool

        def sentence(self) -> str:
            verdict = "đạt" if self.passed else "không đạt"
            average = in_points(self.average_hundredths)
            return f"Hội đồng kết luận theo biên bản {self.act.document}: trung bình {average} điểm, {verdict}."

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
    ) -> None:
        self.milestone_number = milestone_number
        self.milestone_round = milestone_round
        self.document = act.document
        self.task_id = task_id
        self.members = {member.person_id: member for member in members}
        self.rules = rules
        self.recusals: dict[UUID, ConflictKind] = {}
        self.score_sheets: dict[UUID, tuple[Points, ...]] = {}
        self.minutes: str | None = None
        self.average_hundredths = 0
        self.passed = False

    @classmethod
    def appoint(
        cls,
        act: Act,
        *,
        task_id: UUID,
        submitters: frozenset[UUID],
        host_body: str | None,
        members: tuple[CouncilMember, ...],
        rules: CouncilRules,
        milestone_number: int | None = None,
        milestone_round: int = 0,
    ) -> Self:
        """A new council; ``submitters`` are the persons who applied, for ``host_body``.

        With a milestone, it is the council that judges this milestone in this round; without, the one that selects.

        Raises DocumentMissing, CouncilTooSmall, MemberNamedTwice, RoleNotFilledOnce, HostSitsOnCouncil,
        QuorumImpossible and CriteriaNotHundred.
        """
        document_of(act)
        if len(members) < FEWEST_MEMBERS:
            raise CouncilTooSmall("members", fewest=FEWEST_MEMBERS)
        persons = {member.person_id for member in members}
        if len(persons) < len(members):
            raise MemberNamedTwice("members")
        roles = Counter(member.role for member in members)
        if roles[CouncilRole.CHAIR] != 1 or roles[CouncilRole.SECRETARY] != 1:
            raise RoleNotFilledOnce("members")
        if submitters & persons or host_body in {member.body for member in members}:
            raise HostSitsOnCouncil
        _must_be_workable(rules)
        return cls(
            act=act,
            task_id=task_id,
            members=members,
            rules=rules,
            milestone_number=milestone_number,
            milestone_round=milestone_round,
        )

    def trigger_event(self, event_class: type[CanMutateAggregate[UUID]], **kwargs: Any) -> None:
        super().trigger_event(event_class, task_id=self.task_id, **kwargs)

    def recuse_member(self, act: Act, *, conflict_kind: ConflictKind) -> None:
        """The acting member declares a conflict: out of the quorum, no score.

        Raises CouncilAlreadyConcluded, NotAMember, MemberOfAnotherBody, MemberIsRecused and AlreadyScored.
        """
        self._must_admit(act)
        self._member_recused(act=act, person_id=act.person_id, conflict_kind=conflict_kind)

    @recorded_by(MemberRecused)
    def _member_recused(self, act: Act, person_id: UUID, conflict_kind: ConflictKind) -> None:
        self.recusals[person_id] = conflict_kind

    def cast_score(self, act: Act, *, points: tuple[Points, ...]) -> None:
        """The acting member's own sheet.

        Raises CouncilAlreadyConcluded, NotAMember, MemberOfAnotherBody, MemberIsRecused, AlreadyScored,
        ScoreSheetIncomplete and PointsOutOfRange.
        """
        self._must_admit(act)
        most_points_of = {criterion.code: criterion.most_points for criterion in self.rules.criteria}
        if sorted(given.criterion_code for given in points) != sorted(most_points_of):
            raise ScoreSheetIncomplete("points")
        for index, given in enumerate(points):
            most_points = most_points_of[given.criterion_code]
            if not 0 <= given.points <= most_points:
                raise PointsOutOfRange(
                    f"points[{index}].points", criterion_code=given.criterion_code, most_points=most_points
                )
        self._score_cast(act=act, person_id=act.person_id, points=points)

    @recorded_by(ScoreCast)
    def _score_cast(self, act: Act, person_id: UUID, points: tuple[Points, ...]) -> None:
        self.score_sheets[person_id] = points

    def conclude(self, act: Act) -> None:
        """The minutes; the average is the sum of all sheets over their number, in hundredths, rounded down.

        Raises DocumentMissing, CouncilAlreadyConcluded, NotAMember, MemberOfAnotherBody, MemberIsRecused,
        NeitherChairNorSecretary and CouncilLacksQuorum.
        """
        document_of(act)
        member = self._member(act)
        if member.role not in {CouncilRole.CHAIR, CouncilRole.SECRETARY}:
            raise NeitherChairNorSecretary
        self._must_have_quorum()
        total = sum(total_points(sheet) for sheet in self.score_sheets.values())
        average_hundredths = total * 100 // len(self.score_sheets)
        passed = average_hundredths >= self.rules.pass_mark_points * 100
        self._concluded(act=act, average_hundredths=average_hundredths, passed=passed)

    @recorded_by(Concluded)
    def _concluded(self, act: Act, average_hundredths: int, passed: bool) -> None:
        self.minutes = act.document
        self.average_hundredths = average_hundredths
        self.passed = passed

    def must_have_concluded(self, *, passed: bool) -> None:
        """Raises CouncilNotConcluded and CouncilConcludedOtherwise."""
        if self.minutes is None:
            raise CouncilNotConcluded(milestone_number=self.milestone_number)
        if self.passed is not passed:
            verdict = "đạt" if self.passed else "không đạt"
            raise CouncilConcludedOtherwise(milestone_number=self.milestone_number, verdict=verdict)

    def _must_have_quorum(self) -> None:
        may_vote = len(self.members) - len(self.recusals)
        rules = self.rules
        needed = -(-may_vote * rules.quorum_numerator // rules.quorum_denominator)
        leaders = {
            person_id
            for person_id, member in self.members.items()
            if member.role in {CouncilRole.CHAIR, CouncilRole.SECRETARY}
        }
        if len(self.score_sheets) < needed or not leaders <= self.score_sheets.keys():
            raise CouncilLacksQuorum(needed=needed, cast=len(self.score_sheets))

    def _must_admit(self, act: Act) -> None:
        self._member(act)
        if act.person_id in self.score_sheets:
            raise AlreadyScored

    def _member(self, act: Act) -> CouncilMember:
        if self.minutes is not None:
            raise CouncilAlreadyConcluded
        if act.person_id not in self.members:
            raise NotAMember
        member = self.members[act.person_id]
        if act.body != member.body:
            raise MemberOfAnotherBody(body=member.body)
        if act.person_id in self.recusals:
            raise MemberIsRecused
        return member


def total_points(sheet: Iterable[Points]) -> int:
    """All points of a score sheet."""
    return sum(given.points for given in sheet)


def in_points(hundredths: int) -> str:
    """Hundredths of a point as people write them: ``78,50``."""
    return f"{hundredths // 100},{hundredths % 100:02}"


def _must_be_workable(rules: CouncilRules) -> None:
    """Raises QuorumImpossible and CriteriaNotHundred."""
    if not 0 < rules.quorum_numerator <= rules.quorum_denominator:
        raise QuorumImpossible("rules.quorum_numerator")
    codes = {criterion.code for criterion in rules.criteria}
    if len(codes) < len(rules.criteria) or sum(c.most_points for c in rules.criteria) != ALL_POINTS:
        raise CriteriaNotHundred("rules.criteria")
