"""What must hold of every history of support, judged by its events alone and never by the guards that wrote them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from services.audit.check_command import findings
from services.audit.checks.facts import fact_of
from services.audit.events import StoredEvent
from services.shared.event_store import EventLog, RecordedEvent, TypedMapper
from services.shared.record import Record
from services.support.domain.budget_line import BudgetLine
from services.support.domain.claim import Claim
from services.support.domain.contract import Contract
from services.support.domain.council import Council
from services.support.domain.council_digest import record_digest
from services.support.domain.council_supplement import CouncilSupplement
from services.support.domain.council_terms import ConflictKind, ScoreSheet
from services.support.domain.inspection import Inspection
from services.support.domain.norms import Norms
from services.support.domain.overlap import OverlapOutcome
from services.support.domain.overlap_decision import OverlapDecision
from services.support.domain.participation import Participation
from services.support.domain.recovery import Recovery, RecoveryOrigin
from services.support.domain.task import Task

History = Sequence[RecordedEvent]
Pocket = tuple[UUID, UUID | None, str]
"""Where money lies: on a line, for a task or (None) for all of them together, at a stage."""

PAGE = 1_000
OUTSIDE, AVAILABLE = "OUTSIDE", "AVAILABLE"
STAGES = ("RESERVED", "COMMITTED", "ADVANCED", "PAID", "RECOVERED")
FROM_AND_TO: dict[type[BudgetLine.Event], tuple[str | None, str | None]] = {
    BudgetLine.Approved: (OUTSIDE, AVAILABLE),
    BudgetLine.Supplemented: (OUTSIDE, AVAILABLE),
    BudgetLine.TransferredIn: (OUTSIDE, AVAILABLE),
    BudgetLine.TransferredOut: (AVAILABLE, OUTSIDE),
    BudgetLine.Cut: (AVAILABLE, OUTSIDE),
    BudgetLine.Closed: (AVAILABLE, OUTSIDE),
    BudgetLine.Reserved: (AVAILABLE, "RESERVED"),
    BudgetLine.Committed: ("RESERVED", "COMMITTED"),
    BudgetLine.Advanced: ("COMMITTED", "ADVANCED"),
    BudgetLine.Paid: ("COMMITTED", "PAID"),
    BudgetLine.AdvanceCleared: ("ADVANCED", "PAID"),
    BudgetLine.Released: (None, AVAILABLE),
    BudgetLine.Recovered: (None, "RECOVERED"),
    BudgetLine.CarriedOut: (None, OUTSIDE),
    BudgetLine.CarriedIn: (OUTSIDE, None),
}
"""Each movement takes its amount out of one pocket and puts it into another; None stands for the stage it names."""


def history_of(log: EventLog) -> History:
    """Everything ever recorded."""
    history: list[RecordedEvent] = []
    while page := log.recorded_events(history[-1].position if history else 0, PAGE):
        history += page
    return history


def balances(history: History) -> Iterator[tuple[RecordedEvent, Counter[Pocket]]]:
    """Every movement of money with what then lies in each pocket."""
    pockets: Counter[Pocket] = Counter()
    for recorded in history:
        event: Any = recorded.event
        if type(event) not in FROM_AND_TO:
            continue
        amount_vnd = event.lapsed_vnd if isinstance(event, BudgetLine.Closed) else event.amount_vnd
        for stage, change_vnd in zip(FROM_AND_TO[type(event)], (-amount_vnd, amount_vnd), strict=True):
            for task_id in {None, getattr(event, "task_id", None)}:
                pockets[event.originator_id, task_id, stage or event.money_stage.value] += change_vnd
        yield recorded, pockets


def no_line_is_overspent(history: History) -> None:
    """At no position was more taken from a line, or from what it held for a task, than was there."""
    for recorded, pockets in balances(history):
        line_id = recorded.event.originator_id
        assert pockets[line_id, None, AVAILABLE] >= 0, recorded.position
        for task_id in (None, getattr(recorded.event, "task_id", None)):
            assert all(pockets[line_id, task_id, stage] >= 0 for stage in STAGES), recorded.position


def every_payment_reaches_back_to_a_budget_line(history: History) -> None:
    """Through acceptance, contract, decision, council and application, each there before the next."""
    stories: defaultdict[UUID, list[RecordedEvent]] = defaultdict(list)
    spent: Counter[tuple[UUID, UUID]] = Counter()
    for line in _of(history, BudgetLine.Paid, BudgetLine.AdvanceCleared):
        spent[line.originator_id, line.act.request_id] += line.amount_vnd
    for recorded in history:
        paid = recorded.event
        stories[paid.originator_id].append(recorded)
        if not isinstance(paid, Contract.MilestonePaid):
            continue
        task, contract = stories[paid.task_id], stories[paid.originator_id]
        in_order = (
            _last(task, Task.Proposed),
            _last(task, Task.ApplicationSubmitted, Task.ApplicationResubmitted),
            _last(task, Task.Scored),
            _last(task, Task.Approved),
            _last(contract, Contract.Signed),
            _last(contract, Contract.MilestoneAccepted, milestone_number=paid.milestone_number),
        )
        _, submitted, scored, approved, signed, accepted = in_order
        positions = [step.position for step in in_order]
        assert positions == sorted(positions)
        assert signed.event.decision == approved.event.act.document
        for judged in (scored, accepted):
            assert _last(stories[judged.event.council_id], Council.Concluded).event.passed
        later = [each.event for each in task if isinstance(each.event, Task.SelectedFromWaitlist)]
        granted = {grant.participation_id for event in (approved.event, *later) for grant in event.grants}
        assert {line.participation_id for line in paid.payments} <= granted <= set(submitted.event.participation_ids)
        line_id = _last(task, Task.Proposed, Task.MovedToLine).event.budget_line_id
        _last(stories[line_id], BudgetLine.Approved)
        assert spent[line_id, paid.act.request_id] == paid.amount_vnd


def no_more_is_paid_than_was_decided(history: History) -> None:
    """Of each task in all, of each participation, and never above the contract as it stands."""
    decided: dict[UUID, int] = {}
    contracted: dict[UUID, int] = {}
    paid: Counter[UUID] = Counter()
    for recorded in history:
        event = recorded.event
        if isinstance(event, Task.Approved):
            decided[event.originator_id] = event.amount_vnd
            decided |= {grant.participation_id: grant.amount_vnd for grant in event.grants}
        elif isinstance(event, Task.SelectedFromWaitlist):
            decided[event.originator_id] += event.amount_vnd
            decided |= {grant.participation_id: grant.amount_vnd for grant in event.grants}
        elif isinstance(event, Contract.Signed | Contract.Amended):
            contracted[event.task_id] = event.amount_vnd
            assert event.amount_vnd <= decided[event.task_id], recorded.position
        elif isinstance(event, Contract.ParticipationLeft):
            contracted[event.task_id] -= event.released_vnd + event.receivable_vnd
        elif isinstance(event, Contract.MilestonePaid):
            paid[event.task_id] += event.amount_vnd
            paid.update({line.participation_id: line.amount_vnd for line in event.payments})
            assert sum(line.amount_vnd for line in event.payments) == event.amount_vnd
            assert paid[event.task_id] <= contracted[event.task_id], recorded.position
        assert all(amount <= decided[id_] for id_, amount in paid.items()), recorded.position


def what_contracts_pay_is_what_participations_were_paid(history: History) -> None:
    """To the dong, in the same act, after it was asked for, and never for one that left."""
    claimed: set[tuple[UUID, int]] = set()
    left: set[UUID] = set()
    by_contract: Counter[tuple[UUID, UUID, int]] = Counter()
    by_participation: Counter[tuple[UUID, UUID, int]] = Counter()
    for recorded in history:
        event, act_id = recorded.event, recorded.event.act.request_id
        if isinstance(event, Participation.PaymentClaimed):
            claimed.add((event.originator_id, event.milestone_number))
        elif isinstance(event, Participation.Withdrawn):
            left.add(event.originator_id)
        elif isinstance(event, Contract.MilestonePaid):
            for line in event.payments:
                by_contract[act_id, line.participation_id, event.milestone_number] += line.amount_vnd
        elif isinstance(event, Participation.Paid):
            assert (event.originator_id, event.milestone_number) in claimed, recorded.position
            assert event.originator_id not in left, recorded.position
            by_participation[act_id, event.originator_id, event.milestone_number] += event.amount_vnd
    assert +by_contract == by_participation


def no_more_comes_back_than_was_found(history: History) -> None:
    """A recovery of a finding is told by its inspection as well; together they stay within what was upheld and paid."""
    upheld: dict[tuple[UUID, int], int] = {}
    ordered: Counter[tuple[UUID, int]] = Counter()
    told: set[tuple[UUID, UUID, int]] = set()
    owed: Counter[UUID] = Counter()
    for recorded in history:
        event = recorded.event
        if isinstance(event, Inspection.Concluded):
            upheld |= {(event.originator_id, each.number): each.recoverable_vnd for each in event.upheld}
        elif isinstance(event, Inspection.RecoveryOrdered):
            told.add((event.originator_id, event.recovery_id, event.amount_vnd))
        elif isinstance(event, Recovery.Ordered):
            owed[event.originator_id] = event.amount_vnd
            assert (event.finding is None) == (event.origin is RecoveryOrigin.UNCLEARED_ADVANCE), recorded.position
            if event.finding is not None:
                found = event.finding.inspection_id, event.finding.finding_number
                ordered[found] += event.amount_vnd
                assert ordered[found] <= upheld[found], recorded.position
        elif isinstance(event, Recovery.InstalmentReceived):
            owed[event.originator_id] -= event.amount_vnd
            assert owed[event.originator_id] == event.outstanding_vnd >= 0, recorded.position
    recoveries = (event for event in _of(history, Recovery.Ordered) if event.finding)
    assert told == {(each.finding.inspection_id, each.originator_id, each.amount_vnd) for each in recoveries}


def nobody_decided_on_their_own(history: History) -> None:
    """Who proposed or prepared does not decide, who accepted does not pay, who paid does not settle."""
    proposing = (
        Task.Proposed,
        Task.Enlisted,
        Task.ApplicationSubmitted,
        Task.ApplicationResubmitted,
        Task.ApplicationValidated,
        Council.ScoreCast,
        Norms.Proposed,
        BudgetLine.Drafted,
        BudgetLine.Appraised,
    )
    deciding = (
        Task.Approved,
        Task.Waitlisted,
        Task.SelectedFromWaitlist,
        Task.WaitlistedRefused,
        Task.Declined,
        Norms.Adopted,
        BudgetLine.Appraised,
        BudgetLine.Approved,
    )
    had_a_hand_in: defaultdict[UUID, set[UUID]] = defaultdict(set)
    accepted_or_decided: defaultdict[UUID, set[UUID]] = defaultdict(set)
    paid: defaultdict[UUID, set[UUID]] = defaultdict(set)
    for recorded in history:
        event, person_id = recorded.event, recorded.event.act.person_id
        what = getattr(event, "task_id", event.originator_id)
        if isinstance(event, deciding):
            assert person_id not in had_a_hand_in[event.originator_id], recorded.position
            accepted_or_decided[event.originator_id].add(person_id)
        if isinstance(event, proposing):
            had_a_hand_in[what].add(person_id)
        if isinstance(event, Contract.MilestoneAccepted):
            accepted_or_decided[what].add(person_id)
        if isinstance(event, Contract.MilestonePaid):
            assert person_id not in accepted_or_decided[what], recorded.position
            paid[what].add(person_id)
        if isinstance(event, Contract.Settled):
            assert person_id not in paid[what], recorded.position


def nobody_in_conflict_voted(history: History) -> None:
    """Who has a conflict casts no sheet, a sheet cast before it was found does not count, and nobody has two.

    The minutes are bound to what counts: average and digest follow from the events alone.
    """
    meetings: defaultdict[UUID, int] = defaultdict(lambda: 1)
    sheets: defaultdict[UUID, dict[UUID, ScoreSheet]] = defaultdict(dict)
    recused: defaultdict[UUID, dict[UUID, ConflictKind]] = defaultdict(dict)
    declared: defaultdict[UUID, dict[UUID, tuple[ConflictKind, ...]]] = defaultdict(dict)
    for event in _of(history, Council.Event):
        council_id = event.originator_id
        if isinstance(event, Council.ScoreCast):
            assert event.person_id == event.act.person_id
            assert event.person_id not in sheets[council_id].keys() | recused[council_id].keys()
            sheets[council_id][event.person_id] = ScoreSheet(event.points, event.vote, event.opinion)
        elif isinstance(event, Council.ConflictsDeclared):
            declared[council_id][event.person_id] = event.conflict_kinds
        elif isinstance(event, Council.MemberRecused):
            recused[council_id][event.person_id] = event.conflict_kind
            sheets[council_id].pop(event.person_id, None)
        elif isinstance(event, Council.Reconvened):
            meetings[council_id], sheets[council_id] = event.meeting_number, {}
        elif isinstance(event, Council.Concluded):
            counted = sheets[council_id].values()
            assert event.average_hundredths == sum(sheet.total_points for sheet in counted) * 100 // len(counted)
            assert event.record_digest == record_digest(
                council_id,
                declarations=declared[council_id],
                recusals=recused[council_id],
                score_sheets=sheets[council_id],
                meeting_number=meetings[council_id],
                answer_to_survey=event.answer_to_survey,
                supplement=event.supplement,
            )


def nothing_is_granted_before_a_supplement_is_confirmed(history: History) -> None:
    """What a council wants was supplied by its day and confirmed by two, unless the council meets again instead."""
    awaited: dict[UUID, date] = {}
    attesting: defaultdict[UUID, set[UUID]] = defaultdict(set)
    for recorded in history:
        event = recorded.event
        if isinstance(event, Council.Concluded) and event.supplement is not None:
            awaited[event.task_id] = event.supplement.due_on
        elif isinstance(event, Council.Reconvened):
            del awaited[event.task_id]
        elif isinstance(event, CouncilSupplement.Supplied):
            assert event.act.effective_on <= awaited[event.task_id], recorded.position
            attesting[event.task_id] = set()
        elif isinstance(event, CouncilSupplement.Attested):
            attesting[event.task_id].add(event.act.person_id)
        elif isinstance(event, CouncilSupplement.Confirmed):
            assert len(attesting.pop(event.task_id)) == 2, recorded.position
            del awaited[event.task_id]
        elif isinstance(event, Task.Approved | Task.Waitlisted):
            assert event.originator_id not in awaited, recorded.position


def nobody_is_supported_twice(history: History) -> None:
    """No two applications of an enterprise for the same content stand at once, and each grant's claim is confirmed."""
    standing: dict[tuple[UUID, str], UUID] = {}
    confirmed = {(event.participation_id, event.act.request_id) for event in _of(history, Claim.Confirmed)}
    for recorded in history:
        event = recorded.event
        if isinstance(event, Participation.Registered):
            wanted = (event.enterprise_id, event.content_code)
            assert wanted not in standing, recorded.position
            standing[wanted] = event.originator_id
        elif isinstance(event, Participation.Refused | Participation.Withdrawn):
            assert standing.pop((event.enterprise_id, event.content_code)) == event.originator_id
        elif isinstance(event, Task.Approved | Task.SelectedFromWaitlist):
            assert {(grant.participation_id, event.act.request_id) for grant in event.grants} <= confirmed


def no_undertaking_is_supported_twice(history: History) -> None:
    """A content has one holder at each enterprise, and what is granted or paid is its holder's at every member."""
    holder: dict[tuple[UUID, str], UUID] = {}
    confirmed: set[tuple[UUID, str]] = set()
    claimed: defaultdict[UUID, set[tuple[UUID, str]]] = defaultdict(set)
    for recorded in history:
        event = recorded.event
        if isinstance(event, Claim.Event):
            place = (event.enterprise_id, event.content_code)
            if isinstance(event, Claim.Lodged | Claim.Relodged):
                assert place not in holder, recorded.position
                holder[place] = event.participation_id
            else:
                assert holder[place] == event.participation_id, recorded.position
            if isinstance(event, Claim.Lodged | Claim.Relodged | Claim.Widened):
                claimed[event.participation_id] |= {(member, event.content_code) for member in event.member_ids}
            elif isinstance(event, Claim.Confirmed):
                confirmed.add(place)
            elif isinstance(event, Claim.Released | Claim.Expired):
                del holder[place]
                confirmed.discard(place)
        paid = event.payments if isinstance(event, Contract.MilestonePaid) else ()
        for participation_id in (line.participation_id for line in paid):
            places = claimed[participation_id]
            assert places, recorded.position
            assert {holder.get(place) for place in places} == {participation_id}, recorded.position
            assert places <= confirmed, recorded.position


def nobody_admitted_what_they_had_screened(history: History) -> None:
    """And no grant was made over a possible overlap that the last decision did not admit."""
    screened_by: defaultdict[UUID, set[UUID]] = defaultdict(set)
    admitted: dict[UUID, bool] = {}
    for recorded in history:
        event = recorded.event
        if isinstance(event, Participation.Screened):
            screened_by[event.originator_id].add(event.act.person_id)
        elif isinstance(event, OverlapDecision.Event):
            assert event.act.person_id not in screened_by[event.participation_id], recorded.position
            admitted[event.originator_id] = event.outcome is OverlapOutcome.ADMITTED
        elif isinstance(event, Claim.Confirmed) and event.overlap_decision_id:
            assert admitted[event.overlap_decision_id], recorded.position


def who_waits_comes_to_an_end_before_the_contract(history: History) -> None:
    """Who is left waiting keeps its claim, and is selected, refused or withdrawn before its task is under contract."""
    waiting: dict[UUID, UUID] = {}
    for recorded in history:
        event = recorded.event
        if isinstance(event, Participation.Waitlisted):
            waiting[event.originator_id] = event.task_id
        elif isinstance(event, Participation.Selected | Participation.Refused | Participation.Withdrawn):
            waiting.pop(event.originator_id, None)
        elif isinstance(event, Contract.Signed):
            assert event.task_id not in waiting.values(), recorded.position
        elif isinstance(event, Claim.Released):
            assert event.participation_id not in waiting, recorded.position


def the_auditors_find_nothing(history: History) -> None:
    """Their checks are written apart from the services' rules, and judge the stored bytes."""
    mapper = TypedMapper()
    stored = [(recorded.position, mapper.to_stored_event(recorded.event)) for recorded in history]
    facts = (
        fact_of("support", StoredEvent(at, str(s.originator_id), s.originator_version, s.topic, s.state))
        for at, s in stored
    )
    found = [str(finding) for finding in findings(facts)]
    assert not found, found[:5]


RULES = (
    no_line_is_overspent,
    every_payment_reaches_back_to_a_budget_line,
    no_more_is_paid_than_was_decided,
    what_contracts_pay_is_what_participations_were_paid,
    no_more_comes_back_than_was_found,
    nobody_decided_on_their_own,
    nobody_in_conflict_voted,
    nothing_is_granted_before_a_supplement_is_confirmed,
    nobody_is_supported_twice,
    no_undertaking_is_supported_twice,
    nobody_admitted_what_they_had_screened,
    who_waits_comes_to_an_end_before_the_contract,
    the_auditors_find_nothing,
)


def _of(history: History, *kinds: type[Any]) -> Iterator[Any]:
    return (recorded.event for recorded in history if isinstance(recorded.event, kinds))


def _last(story: Sequence[RecordedEvent], *kinds: type[Record.Event], **told: object) -> Any:
    """The last event of these kinds in a record's story that says so; there has to be one."""
    found = (
        recorded
        for recorded in reversed(story)
        if isinstance(recorded.event, kinds)
        and all(getattr(recorded.event, name) == value for name, value in told.items())
    )
    last = next(found, None)
    assert last is not None, [kind.__qualname__ for kind in kinds]
    return last
