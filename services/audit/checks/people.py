"""Four eyes at every act that has two hands, no vote in conflict, and minutes that fit what was handed in."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from services.audit.checks.facts import Fact, Finding, Place

# What must be another person's act than the last one of each of these, on the same record.
_OTHER_HANDS: Mapping[str, tuple[str, ...]] = {
    "support:YearEstimate.Appraised": ("support:YearEstimate.Drafted", "support:YearEstimate.Redrafted"),
    "support:YearEstimate.Approved": (
        "support:YearEstimate.Drafted",
        "support:YearEstimate.Redrafted",
        "support:YearEstimate.Appraised",
    ),
    "support:BudgetLine.Appraised": ("support:BudgetLine.Drafted",),
    "support:BudgetLine.Approved": ("support:BudgetLine.Drafted", "support:BudgetLine.Appraised"),
    "support:BudgetAdjustment.Approved": ("support:BudgetAdjustment.Requested",),
    "support:BudgetRules.Adopted": ("support:BudgetRules.Proposed",),
    "support:ClaimRules.Adopted": ("support:ClaimRules.Proposed",),
    "support:PriorityRules.Adopted": ("support:PriorityRules.Proposed",),
    "support:CouncilRegulation.Adopted": ("support:CouncilRegulation.Proposed",),
    "support:Norms.Adopted": ("support:Norms.Proposed",),
    "support:Task.Enlisted": ("support:Task.Proposed",),
    "support:Task.Approved": (
        "support:Task.Proposed",
        "support:Task.Enlisted",
        "support:Task.ApplicationSubmitted",
        "support:Task.ApplicationResubmitted",
        "support:Task.AppliedUnderCall",
    ),
    "support:Task.SelectedFromWaitlist": ("support:Task.Proposed", "support:Task.ApplicationSubmitted"),
    "support:Task.Paid": ("support:Task.Accepted", "support:Task.Approved"),
    "support:Task.Settled": ("support:Task.Accepted", "support:Task.Paid"),
    "support:Contract.MilestonePaid": ("support:Contract.MilestoneAccepted",),
    "support:Contract.Settled": ("support:Contract.MilestonePaid",),
    "support:Case.Confirmed": ("support:Case.Examined",),
    "support:Case.Dismissed": ("support:Case.Examined",),
    "support:Inspection.Concluded": ("support:Inspection.FindingRecorded",),
    "support:Recovery.WrittenOff": ("support:Recovery.Ordered",),
}


class FourEyes:
    """Who proposed, prepared or accepted does not decide or pay."""

    def __init__(self) -> None:
        self._hands: dict[tuple[str, str], tuple[str, Place]] = {}
        self._deciders: dict[str, tuple[str, Place]] = {}

    def findings(self, fact: Fact) -> Iterator[Finding]:
        for earlier in _OTHER_HANDS.get(fact.topic, ()):
            if hand := self._hands.get((fact.stream, earlier)):
                yield from self._same(fact, *hand)
        if fact.topic == "support:Contract.Signed":
            self._deciders[fact.stream] = fact.state["decided_by"], fact.place
        if fact.topic == "support:Contract.MilestonePaid" and fact.stream in self._deciders:
            yield from self._same(fact, *self._deciders[fact.stream])
        self._hands[fact.stream, fact.topic] = fact.person_id, fact.place

    @staticmethod
    def _same(fact: Fact, person_id: str, place: Place) -> Iterator[Finding]:
        if fact.person_id == person_id:
            told = f"Một người làm cả hai bước của hồ sơ {fact.stream}."
            yield Finding("SAME_PERSON_TWICE", told, (place, fact.place))


class CouncilsUnbiased:
    """Nobody with a conflict votes, nobody votes who is no member, and the minutes' digest is that of the votes."""

    def __init__(self) -> None:
        self._members: defaultdict[str, set[str]] = defaultdict(set)
        self._declared: defaultdict[str, dict[str, list[str]]] = defaultdict(dict)
        self._recused: defaultdict[str, dict[str, str]] = defaultdict(dict)
        self._in_conflict: dict[tuple[str, str], Place] = {}
        self._sheets: defaultdict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
        self._meetings: defaultdict[str, int] = defaultdict(lambda: 1)

    def findings(self, fact: Fact) -> Iterator[Finding]:
        state, council = fact.state, fact.stream
        match fact.topic:
            case "support:Council.Appointed":
                self._members[council] = {member["person_id"] for member in state["members"]}
            case "support:Council.MemberReplaced":
                self._members[council].discard(state["person_id"])
                self._members[council].add(state["member"]["person_id"])
            case "support:Council.ConflictsDeclared":
                self._declared[council][state["person_id"]] = state["conflict_kinds"]
                if state["conflict_kinds"]:
                    self._in_conflict[council, state["person_id"]] = fact.place
            case "support:Council.ConflictsMatched":
                self._in_conflict |= {(council, match["person_id"]): fact.place for match in state["matches"]}
            case "support:Council.MemberRecused":
                self._recused[council][state["person_id"]] = state["conflict_kind"]
                self._in_conflict[council, state["person_id"]] = fact.place
                self._sheets[council].pop(state["person_id"], None)
            case "support:Council.ScoreCast":
                yield from self._cast(fact)
            case "support:Council.Reconvened":
                self._meetings[council], self._sheets[council] = state["meeting_number"], {}
            case "support:Council.Concluded":
                yield from self._concluded(fact)

    def _cast(self, fact: Fact) -> Iterator[Finding]:
        person_id, council = fact.state["person_id"], fact.stream
        if person_id not in self._members[council]:
            yield Finding("STRANGER_VOTED", f"Người chấm điểm không thuộc hội đồng {council}.", (fact.place,))
        if (place := self._in_conflict.get((council, person_id))) is not None:
            told = f"Thành viên có xung đột lợi ích vẫn chấm điểm trong hội đồng {council}."
            yield Finding("CONFLICTED_VOTE", told, (place, fact.place))
        self._sheets[council][person_id] = {
            "points": {given["criterion_code"]: given["points"] for given in fact.state["points"]},
            "vote": fact.state.get("vote"),
            "opinion": fact.state.get("opinion"),
        }

    def _concluded(self, fact: Fact) -> Iterator[Finding]:
        state, council = fact.state, fact.stream
        if state.get("record_digest") is None:
            return  # minutes of a time when they were not yet bound to the votes
        handed_in: dict[str, Any] = {
            "council_id": council,
            "declarations": {person_id: sorted(kinds) for person_id, kinds in self._declared[council].items()},
            "recusals": self._recused[council],
            "score_sheets": self._sheets[council],
        }
        if self._meetings[council] > 1:
            handed_in["meeting_number"] = self._meetings[council]
        for name in ("answer_to_survey", "supplement"):
            if state.get(name) is not None:
                handed_in[name] = state[name]
        canonical = json.dumps(handed_in, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        if hashlib.sha256(canonical.encode()).hexdigest() != state["record_digest"]:
            told = f"Biên bản của hội đồng {council} không khớp với các phiếu đã nộp."
            yield Finding("MINUTES_DO_NOT_FIT", told, (fact.place,))
