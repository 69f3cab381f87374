"""Budget lines are never overspent, and no payment is above what was decided, contracted and spent."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from services.audit.checks.facts import Fact, Finding, Place, in_dong

_STAGES = ("RESERVED", "COMMITTED", "ADVANCED", "PAID", "RECOVERED")
_OUTSIDE, _AVAILABLE = "OUTSIDE", "AVAILABLE"
# Each movement takes its amount out of one pocket and puts it into another; None stands for the stage it names.
_MOVEMENTS: Mapping[str, tuple[str | None, str | None]] = {
    "support:BudgetLine.Approved": (_OUTSIDE, _AVAILABLE),
    "support:BudgetLine.Supplemented": (_OUTSIDE, _AVAILABLE),
    "support:BudgetLine.TransferredIn": (_OUTSIDE, _AVAILABLE),
    "support:BudgetLine.TransferredOut": (_AVAILABLE, _OUTSIDE),
    "support:BudgetLine.Cut": (_AVAILABLE, _OUTSIDE),
    "support:BudgetLine.Closed": (_AVAILABLE, _OUTSIDE),
    "support:BudgetLine.Reserved": (_AVAILABLE, "RESERVED"),
    "support:BudgetLine.Committed": ("RESERVED", "COMMITTED"),
    "support:BudgetLine.Advanced": ("COMMITTED", "ADVANCED"),
    "support:BudgetLine.Paid": ("COMMITTED", "PAID"),
    "support:BudgetLine.AdvanceCleared": ("ADVANCED", "PAID"),
    "support:BudgetLine.Released": (None, _AVAILABLE),
    "support:BudgetLine.Recovered": (None, "RECOVERED"),
    "support:BudgetLine.CarriedOut": (None, _OUTSIDE),
    "support:BudgetLine.CarriedIn": (_OUTSIDE, None),
}


class NothingOverspent:
    """At no position is more taken from a line, or from what it holds for a task, than is there."""

    def __init__(self) -> None:
        self._pockets: Counter[tuple[str, str | None, str]] = Counter()

    def findings(self, fact: Fact) -> Iterator[Finding]:
        movement = _MOVEMENTS.get(fact.topic)
        if movement is None:
            return
        amount_vnd = fact.state["lapsed_vnd" if fact.topic.endswith(".Closed") else "amount_vnd"]
        if amount_vnd < 0:
            yield Finding("AMOUNT_NEGATIVE", f"Số tiền {in_dong(amount_vnd)} nhỏ hơn không.", (fact.place,))
        for stage, change_vnd in zip(movement, (-amount_vnd, amount_vnd), strict=True):
            for task_id in {None, fact.state.get("task_id")}:
                pocket = fact.stream, task_id, stage or fact.state["money_stage"]
                self._pockets[pocket] += change_vnd
                if self._pockets[pocket] < 0 and self._is_held(*pocket):
                    missing = in_dong(-self._pockets[pocket])
                    yield Finding("BUDGET_OVERSPENT", f"Dòng dự toán {fact.stream} chi vượt {missing}.", (fact.place,))

    @staticmethod
    def _is_held(_line: str, task_id: str | None, stage: str) -> bool:
        """What is available belongs to no task, and what lies outside the line is not counted."""
        return stage in _STAGES or (stage == _AVAILABLE and task_id is None)


class NothingAboveGrant:
    """A participation is paid at most its grant and its share of its cost, a task at most its contract."""

    def __init__(self) -> None:
        self._granted: dict[str, tuple[int, int]] = {}
        self._contracted: dict[str, int] = {}
        self._costs: Counter[str] = Counter()
        self._paid: Counter[str] = Counter()
        self._decided_at: dict[str, Place] = {}

    def findings(self, fact: Fact) -> Iterator[Finding]:
        state = fact.state
        match fact.topic:
            case "support:Task.Approved" | "support:Task.SelectedFromWaitlist":
                for grant in state["grants"]:
                    self._granted[grant["participation_id"]] = grant["amount_vnd"], grant["rate_percent"]
                    self._decided_at[grant["participation_id"]] = fact.place
            case "support:Contract.Signed" | "support:Contract.Amended":
                self._contracted[state["task_id"]] = state["amount_vnd"]
            case "support:Contract.MilestoneAccepted":
                self._add_costs(fact)
            case "support:Task.Accepted" if fact.stream not in self._contracted:
                self._add_costs(fact)
            case "support:Contract.MilestonePaid":
                yield from self._of_payment(fact, state["task_id"])
            case "support:Task.Paid" if fact.stream not in self._contracted:  # of a time without contracts
                yield from self._of_payment(fact, fact.stream)

    def _add_costs(self, fact: Fact) -> None:
        for cost in fact.state["actual_costs"]:
            self._costs[cost["participation_id"]] += cost["actual_cost_vnd"]

    def _of_payment(self, fact: Fact, task_id: str) -> Iterator[Finding]:
        payments: list[dict[str, Any]] = fact.state["payments"]
        if sum(payment["amount_vnd"] for payment in payments) != fact.state["amount_vnd"]:
            yield Finding("PAYMENT_DOES_NOT_ADD_UP", "Các khoản chi không cộng thành số tiền đã chi.", (fact.place,))
        self._paid[task_id] += fact.state["amount_vnd"]
        if self._paid[task_id] > self._contracted.get(task_id, self._paid[task_id]):
            above = in_dong(self._paid[task_id] - self._contracted[task_id])
            yield Finding("PAID_ABOVE_CONTRACT", f"Nhiệm vụ {task_id} được chi vượt hợp đồng {above}.", (fact.place,))
        for payment in payments:
            yield from self._of_participation(fact.place, payment["participation_id"], payment["amount_vnd"])

    def _of_participation(self, place: Place, participation_id: str, amount_vnd: int) -> Iterator[Finding]:
        self._paid[participation_id] += amount_vnd
        paid_vnd = self._paid[participation_id]
        granted_vnd, rate_percent = self._granted.get(participation_id, (0, 0))
        evidence = tuple(filter(None, (self._decided_at.get(participation_id), place)))
        if paid_vnd > granted_vnd:
            told = f"Tham gia {participation_id} được chi {in_dong(paid_vnd)}, quyết định cho {in_dong(granted_vnd)}."
            yield Finding("PAID_ABOVE_GRANT", told, evidence)
        cost_vnd = self._costs[participation_id]
        if rate_percent and paid_vnd > cost_vnd * rate_percent // 100:
            told = f"Tham gia {participation_id} được chi {in_dong(paid_vnd)}, chi phí thực tế {in_dong(cost_vnd)}."
            yield Finding("PAID_ABOVE_COST", told, evidence)


class NothingPaidTwice:
    """A milestone and a certificate are paid once, and what is paid is held by its claim alone at every member."""

    def __init__(self) -> None:
        self._milestones: dict[tuple[str, int], Place] = {}
        self._certificates: dict[tuple[str, str], tuple[str, Place]] = {}
        self._certificate_of: dict[str, tuple[str, str]] = {}
        self._holders: defaultdict[str, dict[str, tuple[frozenset[str], Place]]] = defaultdict(dict)
        self._confirmed: set[str] = set()

    def findings(self, fact: Fact) -> Iterator[Finding]:
        state = fact.state
        match fact.topic:
            case "support:Claim.Lodged" | "support:Claim.Relodged":
                yield from self._lodged(fact)
            case "support:Claim.Confirmed":
                self._confirmed.add(state["participation_id"])
            case "support:Claim.Released" | "support:Claim.Expired":
                self._holders[fact.stream].pop(state["participation_id"], None)
                self._confirmed.discard(state["participation_id"])
            case "support:Participation.Certified":
                name = state["certification_body"].casefold(), state["certificate_number"].casefold()
                self._certificate_of[fact.stream] = name
            case "support:Contract.MilestonePaid":
                first = self._milestones.setdefault((fact.stream, state["milestone_number"]), fact.place)
                if first != fact.place:
                    told = f"Mốc {state['milestone_number']} của hợp đồng {fact.stream} được chi hai lần."
                    yield Finding("MILESTONE_PAID_TWICE", told, (first, fact.place))
            case "support:Participation.Paid":
                yield from self._paid(fact)

    def _lodged(self, fact: Fact) -> Iterator[Finding]:
        """The content of one enterprise may be held by several, each for products or sites of their own."""
        units = frozenset(fact.state.get("unit_keys", ()))
        holders = self._holders[fact.stream]
        for others, place in holders.values():
            if not units or not others or units & others:
                content = fact.state["content_code"]
                told = f"Nội dung {content} của {fact.state['enterprise_id']} được đăng ký hai lần."
                yield Finding("CONTENT_CLAIMED_TWICE", told, (place, fact.place))
        holders[fact.state["participation_id"]] = units, fact.place

    def _paid(self, fact: Fact) -> Iterator[Finding]:
        if fact.stream not in self._confirmed:
            yield Finding("PAID_WITHOUT_CLAIM", f"Tham gia {fact.stream} được chi mà không giữ đăng ký.", (fact.place,))
        certificate = self._certificate_of.get(fact.stream)
        if certificate is not None:
            holder, place = self._certificates.setdefault(certificate, (fact.stream, fact.place))
            if holder != fact.stream:
                told = f"Chứng nhận {certificate[1]} của {certificate[0]} được chi cho hai tham gia."
                yield Finding("CERTIFICATE_PAID_TWICE", told, (place, fact.place))
