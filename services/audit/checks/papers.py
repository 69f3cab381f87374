"""Every payment leads back to what permits it, and every number of a register is there once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from services.audit.checks.facts import Fact, Finding, Place


class _Ground(NamedTuple):
    """What a payment stands on, and the code and sentence for one that does not."""

    code: str
    sentence: str
    place: Place | None


class PaymentsTraced:
    """Each payment stands on an application, a council, a decision, a contract, an acceptance and a budget."""

    def __init__(self) -> None:
        self._at: dict[tuple[str, str], Place] = {}
        self._passed: dict[str, Place] = {}
        self._decisions: dict[str, str | None] = {}
        self._line_of: dict[str, str] = {}
        self._moved: dict[tuple[str, str], Place] = {}

    def findings(self, fact: Fact) -> Iterator[Finding]:
        state, stream = fact.state, fact.stream
        match fact.topic:
            case "support:Task.Proposed" | "support:Task.MovedToLine" | "support:Task.AppliedUnderCall":
                self._line_of[stream] = state.get("budget_line_id", self._line_of.get(stream, ""))
                self._at[stream, "application"] = fact.place
            case "support:Task.ApplicationSubmitted":
                self._at[stream, "application"] = fact.place
            case "support:Task.Approved":
                self._line_of[stream] = state["budget_line_id"]
                self._decisions[stream] = fact.act["document"]
                self._at[stream, "decision"] = fact.place
            case "support:Council.Concluded" if state["passed"]:
                self._at[state["task_id"], "council"] = fact.place
            case "support:BudgetLine.Approved" | "support:BudgetLine.CarriedIn":
                self._at[stream, "budget"] = fact.place
            case "support:Contract.Signed":
                self._at[state["task_id"], "contract"] = fact.place
                yield from self._signed(fact)
            case "support:Contract.MilestoneAccepted":
                self._at[stream, f"acceptance {state['milestone_number']}"] = fact.place
            case "support:Contract.MilestonePaid":
                acceptance = self._at.get((stream, f"acceptance {state['milestone_number']}"))
                yield from self._paid(fact, state["task_id"], acceptance, needs_acceptance=True)
            case "support:Contract.AdvancePaid":
                yield from self._paid(fact, state["task_id"], None, needs_acceptance=False)

    def _signed(self, fact: Fact) -> Iterator[Finding]:
        task_id = fact.state["task_id"]
        if fact.state["decision"] != self._decisions.get(task_id):
            told = f"Hợp đồng của nhiệm vụ {task_id} dẫn một quyết định khác."
            yield Finding("CONTRACT_OF_ANOTHER_DECISION", told, (fact.place,))

    def _paid(self, fact: Fact, task_id: str, acceptance: Place | None, *, needs_acceptance: bool) -> Iterator[Finding]:
        line_id = self._line_of.get(task_id, "")
        grounds = [
            _Ground("PAID_WITHOUT_APPLICATION", "không có hồ sơ đăng ký", self._at.get((task_id, "application"))),
            _Ground("PAID_WITHOUT_COUNCIL", "không có hội đồng đạt", self._at.get((task_id, "council"))),
            _Ground("PAID_WITHOUT_DECISION", "không có quyết định", self._at.get((task_id, "decision"))),
            _Ground("PAID_WITHOUT_CONTRACT", "không có hợp đồng", self._at.get((task_id, "contract"))),
            _Ground("PAID_WITHOUT_BUDGET", "không có dự toán được duyệt", self._at.get((line_id, "budget"))),
        ]
        if needs_acceptance:
            grounds.append(_Ground("PAID_WITHOUT_ACCEPTANCE", "không có nghiệm thu", acceptance))
        for ground in grounds:
            if ground.place is None:
                told = f"Khoản chi cho nhiệm vụ {task_id} {ground.sentence}."
                yield Finding(ground.code, told, (fact.place,))


class NumbersWithoutGap:
    """The numbers of a register follow one another from its first, each given once."""

    def __init__(self) -> None:
        self._next: dict[str, int] = {}
        self._documents: dict[tuple[str, str], Place] = {}

    def findings(self, fact: Fact) -> Iterator[Finding]:
        if fact.topic == "support:DocumentRegister.Opened":
            self._next[fact.stream] = fact.state["first_number"]
        if fact.topic != "support:DocumentRegister.Issued":
            return
        number, document = fact.state["number"], fact.state["document"]
        wanted = self._next.get(fact.stream, number)
        if number > wanted:
            yield Finding("NUMBER_MISSING", f"Sổ văn bản thiếu số {wanted} trước {document}.", (fact.place,))
        self._next[fact.stream] = max(wanted, number + 1)
        first = self._documents.setdefault((fact.stream, document), fact.place)
        if number < wanted or first != fact.place:
            yield Finding("NUMBER_GIVEN_TWICE", f"Số {document} được cấp hai lần.", tuple({first, fact.place}))
