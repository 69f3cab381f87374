"""Two hands in a matter that more than one record tells of, or one record more than once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from services.audit.checks.facts import Fact, Finding, Place


class _Hands(NamedTuple):
    """Whoever took any of the first steps of a matter takes none of the second; fields tell one matter from another."""

    first: tuple[str, ...]
    second: tuple[str, ...]
    matter: tuple[str, ...]
    ends: bool = False  # the second step ends the matter; what begins like it afterwards is another


_SUBMITTED = (
    "support:Task.ApplicationSubmitted",
    "support:Task.ApplicationResubmitted",
    "support:Task.AppliedUnderCall",
)
_DECIDED = (
    "support:Task.Approved",
    "support:Task.Waitlisted",
    "support:Task.SelectedFromWaitlist",
    "support:Task.WaitlistedRefused",
    "support:Task.Declined",
)
_ACCEPTED, _PAID = "support:Contract.MilestoneAccepted", "support:Contract.MilestonePaid"
_MATTERS = (
    _Hands((*_SUBMITTED, "support:Task.ApplicationValidated", "support:Council.ScoreCast"), _DECIDED, ("task_id",)),
    _Hands(_SUBMITTED, ("support:Task.ApplicationValidated",), ("task_id",)),
    _Hands((*_DECIDED, _ACCEPTED), (_PAID,), ("task_id",)),
    _Hands(_DECIDED, ("support:Contract.AdvancePaid",), ("task_id",)),
    _Hands((_ACCEPTED, _PAID), ("support:Contract.Settled",), ("task_id",)),
    _Hands(("support:Contract.AcceptanceRequested",), (_ACCEPTED,), ("task_id", "milestone_number")),
    _Hands(
        ("support:Contract.PaymentsHeld",),
        ("support:Contract.PaymentHoldLifted",),
        ("task_id", "case_number"),
        ends=True,
    ),
    _Hands(
        ("support:Participation.Screened",),
        ("support:OverlapDecision.Made", "support:OverlapDecision.MadeAnew"),
        ("participation_id",),
    ),
    _Hands(("support:PriorityFile.Declared",), ("support:PriorityFile.Verified",), ("participation_id",)),
)


class OtherHands:
    """Whoever had a hand in a matter does not take the step that wants another person."""

    def __init__(self) -> None:
        self._taken: defaultdict[tuple[object, ...], dict[str, Place]] = defaultdict(dict)

    def findings(self, fact: Fact) -> Iterator[Finding]:
        for number, hands in enumerate(_MATTERS):
            if fact.topic not in (*hands.first, *hands.second):
                continue
            # A record that names no matter is the matter itself: a task has no task_id.
            taken = self._taken[number, *(fact.state.get(name, fact.stream) for name in hands.matter)]
            if fact.topic in hands.second and (place := taken.get(fact.person_id)) is not None:
                told = f"Một người làm cả hai bước của một việc, bước sau ở hồ sơ {fact.stream}."
                yield Finding("HAD_A_HAND_BEFORE", told, (place, fact.place))
            if fact.topic in hands.first:
                taken[fact.person_id] = fact.place
            elif hands.ends:
                taken.clear()
