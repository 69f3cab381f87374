"""Facts that the registry tells after an application: put to the claims and participations that they concern."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from itertools import permutations
from typing import TypeVar, cast
from uuid import UUID, uuid5

from services.shared.event_store import Call, Cursor, EventLog
from services.shared.record import PLATFORM_BODY, SERVICE_CAPACITY, Act, Record, service_person_id
from services.support.application.overlaps import claim_rules_in_force
from services.support.domain.case import Case, Fact, FactKind
from services.support.domain.claim import Claim, ClaimStatus, Holding
from services.support.domain.claim_rules import unit_of
from services.support.domain.contract import Contract
from services.support.domain.overlap import OverlapVerdict, StateMoney, UndertakingMember, judge_overlap
from services.support.domain.participation import Participation
from services.support.read_models.claims import ClaimList

_SUPPORT = service_person_id("support")
_PATIENCE_SECONDS = 0.5

R = TypeVar("R", bound=Record)


@dataclass(frozen=True)
class Heard:
    """What the registry announced at a position of its log, to be acted on in the open transaction of ``cursor``."""

    position: int
    told: str
    effective_on: date
    cursor: Cursor


class LateFacts:
    """The system's own acts: before a decision a fact questions the claim, later it opens a case and holds payments.

    All that follows from one announcement is stored with the note that it was heard, all or none, once.
    """

    def __init__(
        self, log: EventLog, claim_list: ClaimList, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._log = log
        self._claim_list = claim_list
        self._clock = clock

    def hear_funding(self, heard: Heard, fact_id: UUID, content_code: str, money: StateMoney) -> None:
        """Another scheme pays for a content at an enterprise."""
        hearing = self._hearing(heard)
        self._hear_funding(hearing, fact_id, content_code, money)
        hearing.save()

    def hear_funding_again(self, heard: Heard, fact_id: UUID, content_code: str, money: StateMoney) -> None:
        """Another scheme's money is told otherwise: cases which it no longer concerns hear of it too."""
        hearing = self._hearing(heard)
        self._hear_funding(hearing, fact_id, content_code, money)
        self._hear_again(hearing, fact_id, money.enterprise_id)
        hearing.save()

    def hear_of_link(self, heard: Heard, link_id: UUID, one_id: UUID, other_id: UUID) -> None:
        """Two enterprises are tied: a content that different participations claim for them is in question.

        Other schemes' money at the one is asked for at every payment of the other.
        """
        hearing = self._hearing(heard)
        of_one, of_other = ({claim.content_code: claim for claim in self._claims(id_)} for id_ in (one_id, other_id))
        for content_code in of_one.keys() & of_other.keys():
            unit = unit_of(claim_rules_in_force(self._log, heard.effective_on), content_code)
            for claim, other in permutations((of_one[content_code], of_other[content_code])):
                for held in claim.questioned_by(other, unit):
                    fact = Fact(FactKind.LINK, link_id, claim.enterprise_id, heard.told, heard.position)
                    hearing.put(claim, held, fact)
        hearing.save()

    def hear_of(self, heard: Heard, kind: FactKind, fact_id: UUID, enterprise_id: UUID) -> None:
        """Something that concerns every content of an enterprise, and of those that count as one with it."""
        hearing = self._hearing(heard)
        for claim in self._claims(enterprise_id):
            for held in claim.standing:
                hearing.put(claim, held, Fact(kind, fact_id, enterprise_id, heard.told, heard.position))
        hearing.save()

    def hear_again(self, heard: Heard, fact_id: UUID, *enterprise_ids: UUID) -> None:
        """A fact is told otherwise, or is no more; the cases that hold it hear of it, and wait for a person."""
        hearing = self._hearing(heard)
        for enterprise_id in enterprise_ids:
            self._hear_again(hearing, fact_id, enterprise_id)
        hearing.save()

    def _hearing(self, heard: Heard) -> _Hearing:
        return _Hearing(self._log, heard, self._clock())

    def _hear_funding(self, hearing: _Hearing, fact_id: UUID, content_code: str, money: StateMoney) -> None:
        claim = self._log.find(Claim, Claim.create_id(money.enterprise_id, content_code))
        if claim is None:
            return
        for held in claim.standing:
            if (told := _overlap_in_words(self._log, content_code, held, money)) is not None:
                position = hearing.heard.position
                hearing.put(claim, held, Fact(FactKind.OTHER_FUNDING, fact_id, money.enterprise_id, told, position))

    def _hear_again(self, hearing: _Hearing, fact_id: UUID, enterprise_id: UUID) -> None:
        for claim in self._claims(enterprise_id):
            for held in claim.standing:
                hearing.tell_again(held, fact_id)

    def _claims(self, enterprise_id: UUID) -> list[Claim]:
        """The claims that stand at an enterprise now; ViewLagged when that is not known."""
        self._claim_list.wait_for(self._log.head(), _PATIENCE_SECONDS)
        claim_ids = self._claim_list.standing_at(enterprise_id)
        return [claim for claim in self._log.load_many(Claim, claim_ids).values() if claim.standing]


class _Hearing:
    """What one announcement moves: each record loaded once, all saved in the transaction that notes it as heard."""

    def __init__(self, log: EventLog, heard: Heard, now: datetime) -> None:
        self.heard = heard
        self._log = log
        self._now = now
        self._moved: dict[UUID, Record] = {}

    def put(self, claim: Claim, held: Holding, fact: Fact) -> None:
        """A fact put to the participation that claims: to its claim before the decision, to its case afterwards."""
        if self._was_known(held, fact.kind):
            return
        if held.status is ClaimStatus.LODGED:
            asked = cast("Claim", self._moved.setdefault(claim.id, claim))
            if asked.held_by(held.participation_id).questioned_at != fact.registry_position:
                asked.question(
                    self._act(),
                    participation_id=held.participation_id,
                    registry_position=fact.registry_position,
                    told=fact.told,
                )
            return
        paid_vnd = self._paid_vnd(held)
        case = self._found(Case, Case.create_id(held.participation_id))
        if case is None:
            case = self._opened(held, fact, paid_vnd)
        else:
            case.hear(self._act(), fact, paid_vnd=paid_vnd)
        self._hold(case, fact)

    def _hold(self, case: Case, fact: Fact) -> None:
        contract = self._found(Contract, Contract.create_id(case.task_id))
        if case.awaits_decision and contract is not None and contract.may_be_held_for(case.number):
            act = self._act(not_before=contract.last_acted_on)
            contract.hold_payments(act, case_number=case.number, reason=fact.told)

    def _was_known(self, held: Holding, kind: FactKind) -> bool:
        """Whether the registry's answer that the claim rests on, which is exact at its position, held the fact already.

        Of flags, duties and ends it tells those of the day asked about, so that a later one was not among them.
        """
        of_that_day = kind in {FactKind.OTHER_FUNDING, FactKind.LINK} or self.heard.effective_on <= held.since
        return self.heard.position <= held.registry_position and of_that_day

    def tell_again(self, held: Holding, fact_id: UUID) -> None:
        """What was announced, told to the claim's case if it holds the fact and has not just heard of it."""
        case = self._found(Case, Case.create_id(held.participation_id))
        if case is None or case.pending_events or (known := case.fact(fact_id)) is None:
            return
        fact = replace(known, told=self.heard.told, registry_position=self.heard.position)
        case.hear(self._act(), fact, paid_vnd=self._paid_vnd(held))
        self._hold(case, fact)

    def save(self) -> None:
        """In the transaction that the announcement was heard in."""
        changed = [record for record in self._moved.values() if record.pending_events]
        if changed:
            call = Call(self._act(), request_digest=self._cause.encode())
            self._log.save_within(self.heard.cursor, call, *changed)

    def _opened(self, held: Holding, fact: Fact, paid_vnd: int) -> Case:
        participation = self._log.load(Participation, held.participation_id)
        case = Case.open(
            self._act(),
            task_id=held.task_id,
            participation_id=held.participation_id,
            enterprise_id=participation.enterprise_id,
            content_code=participation.content_code,
            fact=fact,
            paid_vnd=paid_vnd,
        )
        self._moved[case.id] = case
        return case

    def _paid_vnd(self, held: Holding) -> int:
        contract = self._found(Contract, Contract.create_id(held.task_id))
        return contract.paid_vnd_of.get(held.participation_id, 0) if contract else 0

    def _found(self, record_class: type[R], record_id: UUID) -> R | None:
        if record_id not in self._moved:
            record = self._log.find(record_class, record_id)
            if record is None:
                return None
            self._moved[record_id] = record
        return cast("R", self._moved[record_id])

    @property
    def _cause(self) -> str:
        return f"registry:{self.heard.position}"

    def _act(self, not_before: date = date.min) -> Act:
        """The system's own act; it counts from the day of what was announced, or from the last act's where later."""
        return Act(
            person_id=_SUPPORT,
            body=PLATFORM_BODY,
            capacity=SERVICE_CAPACITY,
            effective_on=max(self.heard.effective_on, not_before),
            recorded_at=self._now,
            request_id=uuid5(_SUPPORT, self._cause),
            cause=self._cause,
        )


def _overlap_in_words(log: EventLog, content_code: str, held: Holding, money: StateMoney) -> str | None:
    """What another scheme's money means for a claim, by the rules of the day it was decided on; None where nothing.

    Only the registry knows by which link its enterprise belongs to the claim's undertaking; it is taken for proof.
    """
    members = (UndertakingMember(held.claimant_id), UndertakingMember(money.enterprise_id, held.claimant_id))
    overlap = judge_overlap(
        members,
        (money,),
        claim_rules_in_force(log, held.since),
        content_code=content_code,
        on_date=held.since,
        registry_position=0,
        support_position=0,
        unit_keys=held.unit_keys,
    )
    [line] = overlap.lines
    if line.verdict is OverlapVerdict.CLEAR:
        return None
    return f"{line.in_words()} Thời gian hỗ trợ đến {money.last_day:%d/%m/%Y}."
