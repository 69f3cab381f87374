"""Which priorities an enterprise claims with what evidence, and what of it an officer found to be true."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self
from uuid import UUID, uuid5

from services.shared.record import Act, Record, must_be_another_than, recorded_by
from services.shared.refusals import Invalid, Refusal
from services.support.domain.catalogue import Catalogue
from services.support.domain.participation import Participation
from services.support.domain.priority_rules import PriorityVersion

__all__ = ["PriorityFile", "PriorityFinding", "PriorityStatement", "PriorityVerdict"]


@dataclass(frozen=True)
class PriorityStatement:
    """What an enterprise says of itself for a priority, and on which document."""

    priority_code: str
    fact: str
    document: str


@dataclass(frozen=True)
class PriorityFinding:
    """What an officer found of a statement, and why."""

    priority_code: str
    met: bool
    reason: str


@dataclass(frozen=True)
class PriorityVerdict:
    """What one version of the rules gives a participation for one priority, which stands at ``article``, and why."""

    priority_code: str
    met: bool
    points: int
    inputs: tuple[str, ...]
    rules_version: int
    article: str
    reason: str


class PriorityNotClaimed(Invalid):
    """Evidence is for a priority that the application claims."""

    sentence = "Hồ sơ tham gia không đăng ký diện ưu tiên {priority_code}, hoặc diện này được nêu hai lần."


class PriorityWithoutFinding(Invalid):
    """Every priority for which there is evidence is looked at."""

    sentence = "Chưa có kết luận về diện ưu tiên {priority_code}."


class PrioritiesVerifiedBefore(Refusal):
    """What was verified is declared no more."""

    sentence = "Diện ưu tiên của hồ sơ đã được thẩm tra, không khai lại được."


class PriorityFile(Record):
    """The evidence for a participation's priorities (hồ sơ ưu tiên) and the verdict on each."""

    TOPIC = "support:PriorityFile"

    class Event(Record.Event):
        """Something that happened to evidence for priorities (sự kiện của hồ sơ ưu tiên)."""

        participation_id: UUID
        task_id: UUID

    class Opened(Event, Record.Created):
        """Evidence for priorities began to be kept (mở hồ sơ ưu tiên)."""

        TOPIC = "support:PriorityFile.Opened"

        def sentence(self) -> str:
            return "Mở hồ sơ ưu tiên của một hồ sơ tham gia."

    Created = Opened

    class Declared(Event):
        """Priorities were declared with evidence (khai diện ưu tiên)."""

        TOPIC = "support:PriorityFile.Declared"
        statements: tuple[PriorityStatement, ...]

        def sentence(self) -> str:
            told = "; ".join(f"{each.priority_code}: {each.fact} ({each.document})" for each in self.statements)
            return f"Khai diện ưu tiên. {told}."

    class Verified(Event):
        """Each declared priority was verified by an officer (thẩm tra diện ưu tiên)."""

        TOPIC = "support:PriorityFile.Verified"
        verdicts: tuple[PriorityVerdict, ...]
        points: int

        def sentence(self) -> str:
            told = " ".join(f"{each.priority_code}: {each.reason}" for each in self.verdicts)
            return f"Thẩm tra diện ưu tiên, được {self.points} điểm. {told}"

    @staticmethod
    def create_id(participation_id: UUID) -> UUID:
        """A participation has one such file."""
        return uuid5(participation_id, "priorities")

    @recorded_by(Opened)
    def __init__(self, act: Act, participation_id: UUID, task_id: UUID) -> None:
        self.participation_id = participation_id
        self.task_id = task_id
        self.statements: tuple[PriorityStatement, ...] = ()
        self.declared_by: frozenset[UUID] = frozenset()
        self.verdicts: tuple[PriorityVerdict, ...] | None = None
        self.points = 0

    @classmethod
    def open(cls, act: Act, participation: Participation) -> Self:
        """A file without evidence."""
        return cls(act=act, participation_id=participation.id, task_id=participation.task_id)

    def declare(self, act: Act, participation: Participation, *, statements: tuple[PriorityStatement, ...]) -> None:
        """The enterprise's evidence, whole; until it is verified it may be declared anew.

        Raises PrioritiesVerifiedBefore, ParticipationDecided and PriorityNotClaimed.
        """
        participation.must_be_undecided()
        if self.verdicts is not None:
            raise PrioritiesVerifiedBefore
        left = set(participation.priority_codes)
        for index, statement in enumerate(statements):
            if statement.priority_code not in left:
                raise PriorityNotClaimed(f"statements[{index}]", priority_code=statement.priority_code)
            left.remove(statement.priority_code)
        self._declared(act=act, participation_id=self.participation_id, task_id=self.task_id, statements=statements)

    @recorded_by(Declared)
    def _declared(
        self, act: Act, participation_id: UUID, task_id: UUID, statements: tuple[PriorityStatement, ...]
    ) -> None:
        self.statements = statements
        self.declared_by = self.declared_by | {act.person_id}

    def verify(
        self,
        act: Act,
        participation: Participation,
        catalogue: Catalogue,
        rules: PriorityVersion,
        *,
        findings: tuple[PriorityFinding, ...],
    ) -> None:
        """One verdict for each priority that the application claims, by somebody who did not declare them.

        What is claimed without evidence is not met. Until the decision it may be verified again.
        Raises ParticipationDecided, ActedBefore, PriorityNotClaimed and PriorityWithoutFinding.
        """
        participation.must_be_undecided()
        must_be_another_than(act, *self.declared_by)
        found = {finding.priority_code: finding for finding in findings}
        stated = {statement.priority_code: statement for statement in self.statements}
        codes = [finding.priority_code for finding in findings]
        for index, code in enumerate(codes):
            if code not in stated or code in codes[:index]:
                raise PriorityNotClaimed(f"findings[{index}]", priority_code=code)
        for code in stated:
            if code not in found:
                raise PriorityWithoutFinding("findings", priority_code=code)
        verdicts = tuple(
            _verdict(code, stated.get(code), found.get(code), catalogue, rules) for code in participation.priority_codes
        )
        self._verified(
            act=act,
            participation_id=self.participation_id,
            task_id=self.task_id,
            verdicts=verdicts,
            points=sum(verdict.points for verdict in verdicts),
        )

    @recorded_by(Verified)
    def _verified(
        self, act: Act, participation_id: UUID, task_id: UUID, verdicts: tuple[PriorityVerdict, ...], points: int
    ) -> None:
        self.verdicts = verdicts
        self.points = points


def _verdict(
    code: str,
    statement: PriorityStatement | None,
    finding: PriorityFinding | None,
    catalogue: Catalogue,
    rules: PriorityVersion,
) -> PriorityVerdict:
    priority = catalogue.priority("priority_codes", code)
    met = finding is not None and finding.met
    reason = finding.reason if finding else "Chưa có tài liệu chứng minh."
    return PriorityVerdict(
        priority_code=code,
        met=met,
        points=rules.points_of.get(code, 0) if met else 0,
        inputs=(f"{statement.fact}, theo {statement.document}",) if statement else (),
        rules_version=rules.rules_version,
        article=priority.place,
        reason=f"{priority.text}: {'đạt' if met else 'không đạt'}. {reason}",
    )
