"""The auditors' checks of public money: nothing is found in the sample year, and each thing that was put into it is."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from services.audit.archive import Folder, HeldLog, policy_of
from services.audit.check_command import CHECKS, facts_of, findings
from services.audit.checks.facts import Fact
from services.audit.export import service_of
from tests.journeys.auditing import audit

Year = list[Fact]


@pytest.fixture(scope="module")
def year(mirror: Path) -> Year:
    """What support recorded in the sample year."""
    archive = Folder(mirror)
    logs = [HeldLog(archive, origin) for origin in policy_of(archive).origins]
    return [fact for log in logs if service_of(log.origin) == "support" for fact in facts_of(log)]


def test_nothing_is_found_in_the_sample_year(mirror: Path) -> None:
    status, said = audit("check", mirror)
    assert (status, "Nothing is found" in said) == (0, True), said
    status, said = audit("check", mirror, "--json")
    assert (status, json.loads(said)) == (0, [])


def place_of(year: Sequence[Fact], topic: str, **told: Any) -> int:
    """Where the last fact of a topic is that says so."""
    return max(
        number
        for number, fact in enumerate(year)
        if fact.topic == f"support:{topic}" and all(fact.state.get(name) == value for name, value in told.items())
    )


def changed(topic: str, **to: Any) -> Callable[[Year], Year]:
    """The last fact of a topic says something else."""

    def doctored(year: Year) -> Year:
        at = place_of(year, topic)
        return [*year[:at], year[at]._replace(state=year[at].state | to), *year[at + 1 :]]

    return doctored


def without(topic: str, **told: Any) -> Callable[[Year], Year]:
    """The facts of a topic are not there."""
    return lambda year: [
        fact
        for fact in year
        if fact.topic != f"support:{topic}" or any(fact.state.get(name) != value for name, value in told.items())
    ]


def again(topic: str) -> Callable[[Year], Year]:
    """The last fact of a topic is there a second time, at the end."""
    return lambda year: [*year, year[place_of(year, topic)]._replace(place=("support", len(year) + 1))]


def by_who_did(later: str, earlier: str) -> Callable[[Year], Year]:
    """The last fact of a topic is the act of whoever did the earlier one of the same record."""

    def doctored(year: Year) -> Year:
        at = place_of(year, later)
        stream = year[at].stream
        first = next(f for f in reversed(year[:at]) if f.topic == f"support:{earlier}" and f.stream == stream)
        act = year[at].act | {"person_id": first.person_id}
        return [*year[:at], year[at]._replace(act=act), *year[at + 1 :]]

    return doctored


def paid_by_who_decided(year: Year) -> Year:
    at = place_of(year, "Contract.MilestonePaid")
    signed = next(f for f in year if f.topic == "support:Contract.Signed" and f.stream == year[at].stream)
    act = year[at].act | {"person_id": signed.state["decided_by"]}
    return [*year[:at], year[at]._replace(act=act), *year[at + 1 :]]


def paid_more(extra_vnd: int) -> Callable[[Year], Year]:
    """The last payment is higher than it was, and adds up."""

    def doctored(year: Year) -> Year:
        at = place_of(year, "Contract.MilestonePaid")
        first, *others = year[at].state["payments"]
        payments = [first | {"amount_vnd": first["amount_vnd"] + extra_vnd}, *others]
        state = year[at].state | {"payments": payments, "amount_vnd": year[at].state["amount_vnd"] + extra_vnd}
        return [*year[:at], year[at]._replace(state=state), *year[at + 1 :]]

    return doctored


def costs_were_less(year: Year) -> Year:
    at = place_of(year, "Contract.MilestoneAccepted")
    costs = [cost | {"actual_cost_vnd": 1} for cost in year[at].state["actual_costs"]]
    return [*year[:at], year[at]._replace(state=year[at].state | {"actual_costs": costs}), *year[at + 1 :]]


def in_conflict_after_all(year: Year) -> Year:
    at = place_of(year, "Council.ScoreCast")
    declared = place_of(
        year[:at], "Council.ConflictsDeclared", person_id=year[at].state["person_id"], task_id=year[at].state["task_id"]
    )
    state = year[declared].state | {"conflict_kinds": ["FAMILY"]}
    return [*year[:declared], year[declared]._replace(state=state), *year[declared + 1 :]]


def another_vote(year: Year) -> Year:
    at = place_of(year, "Council.ScoreCast")
    first, *others = year[at].state["points"]
    points = [first | {"points": first["points"] - 1}, *others]
    return [*year[:at], year[at]._replace(state=year[at].state | {"points": points}), *year[at + 1 :]]


def two_with_one_certificate(year: Year) -> Year:
    paid = [f.stream for f in year if f.topic == "support:Participation.Paid"]
    one = {"certificate_number": "QM-1", "certification_body": "Vinacert"}
    return [
        fact._replace(state=fact.state | one)
        if fact.topic == "support:Participation.Certified" and fact.stream in paid
        else fact
        for fact in year
    ]


def paid_after_certificate(year: Year) -> tuple[Year, int]:
    """The last payment to somebody with a certificate waited for it; the year so, and where that payment stands."""
    certified = {fact.stream for fact in year if fact.topic == "support:Participation.Certified"}
    paid = [at for at, fact in enumerate(year) if fact.topic == "support:Participation.Paid"]
    at = max(at for at in paid if year[at].stream in certified)

    def waiting(grant: dict[str, Any]) -> dict[str, Any]:
        return grant | ({"pays_after_certificate": True} if grant["participation_id"] == year[at].stream else {})

    decided = [
        fact._replace(state=fact.state | {"grants": [waiting(grant) for grant in fact.state["grants"]]})
        if fact.topic == "support:Task.Approved"
        else fact
        for fact in year
    ]
    return decided, at


def taken_before_its_payment(topic: str) -> Callable[[Year], Year]:
    """The certificate that a payment waited for was suspended or withdrawn before."""

    def doctored(year: Year) -> Year:
        waiting, at = paid_after_certificate(year)
        taken = year[at]._replace(topic=f"support:Certificate.{topic}", state={"participation_id": year[at].stream})
        return [*waiting[:at], taken, *waiting[at:]]

    return doctored


def lapsed_before_its_payment(year: Year) -> Year:
    waiting, at = paid_after_certificate(year)
    return [
        fact._replace(state=fact.state | {"valid_until": "2020-01-01"})
        if fact.topic == "support:Participation.Certified" and fact.stream == year[at].stream
        else fact
        for fact in waiting
    ]


def claimed_by_another(year: Year) -> Year:
    at = place_of(year, "Claim.Confirmed")
    lodged = next(f for f in year if f.topic == "support:Claim.Lodged" and f.stream == year[at].stream)
    other = lodged._replace(
        place=("support", len(year) + 1), state=lodged.state | {"participation_id": "another", "unit_keys": []}
    )
    return [*year, other]


def done_by_another_step(later: str, earlier: str, matter: str) -> Callable[[Year], Year]:
    """The last fact of a topic is the act of whoever took an earlier step of the same matter, on another record."""

    def doctored(year: Year) -> Year:
        at = place_of(year, later)
        subject = year[at].state.get(matter, year[at].stream)
        topic = f"support:{earlier}"
        first = next(f for f in year if f.topic == topic and f.state.get(matter, f.stream) == subject)
        act = year[at].act | {"person_id": first.person_id}
        return [*year[:at], year[at]._replace(act=act), *year[at + 1 :]]

    return doctored


def voted_for(year: Year) -> Year:
    at = place_of(year, "Council.ScoreCast")
    return [*year[:at], year[at]._replace(act=year[at].act | {"person_id": "stranger"}), *year[at + 1 :]]


def voted_again(year: Year) -> Year:
    at = place_of(year, "Council.ScoreCast")
    return [*year[: at + 1], *year[at:]]


DOCTORED: dict[str, tuple[Callable[[Year], Year], str]] = {
    "a line approved with less": (changed("BudgetLine.Approved", amount_vnd=1), "BUDGET_OVERSPENT"),
    "a reservation that was never made": (without("BudgetLine.Reserved"), "BUDGET_OVERSPENT"),
    "a payment of less than nothing": (changed("BudgetLine.Paid", amount_vnd=-1), "AMOUNT_NEGATIVE"),
    "a payment that does not add up": (changed("Contract.MilestonePaid", amount_vnd=1), "PAYMENT_DOES_NOT_ADD_UP"),
    "a payment above the grant": (paid_more(10**9), "PAID_ABOVE_GRANT"),
    "a payment above the contract": (paid_more(10**9), "PAID_ABOVE_CONTRACT"),
    "a payment above the cost": (costs_were_less, "PAID_ABOVE_COST"),
    "a milestone paid again": (again("Contract.MilestonePaid"), "MILESTONE_PAID_TWICE"),
    "a certificate suspended before": (taken_before_its_payment("Suspended"), "PAID_ON_LOST_CERTIFICATE"),
    "a certificate withdrawn before": (taken_before_its_payment("Withdrawn"), "PAID_ON_LOST_CERTIFICATE"),
    "a certificate lapsed before": (lapsed_before_its_payment, "PAID_ON_LOST_CERTIFICATE"),
    "a certificate for two": (two_with_one_certificate, "CERTIFICATE_PAID_TWICE"),
    "a claim that was never confirmed": (without("Claim.Confirmed"), "PAID_WITHOUT_CLAIM"),
    "a content claimed again": (claimed_by_another, "CONTENT_CLAIMED_TWICE"),
    "a task approved by who proposed it": (by_who_did("Task.Approved", "Task.Proposed"), "SAME_PERSON_TWICE"),
    "a line approved by who drafted it": (
        by_who_did("BudgetLine.Approved", "BudgetLine.Drafted"),
        "SAME_PERSON_TWICE",
    ),
    "a milestone paid by who accepted it": (
        by_who_did("Contract.MilestonePaid", "Contract.MilestoneAccepted"),
        "SAME_PERSON_TWICE",
    ),
    "a milestone paid by who decided": (paid_by_who_decided, "SAME_PERSON_TWICE"),
    "a vote in conflict": (in_conflict_after_all, "CONFLICTED_VOTE"),
    "a vote of a stranger": (changed("Council.ScoreCast", person_id="stranger"), "STRANGER_VOTED"),
    "another vote than the minutes have": (another_vote, "MINUTES_DO_NOT_FIT"),
    "a vote twice": (voted_again, "VOTED_TWICE"),
    "a vote for somebody else": (voted_for, "VOTED_FOR_ANOTHER"),
    "another average": (changed("Council.Concluded", average_hundredths=9_999), "AVERAGE_DOES_NOT_FIT"),
    "a decision by who voted": (
        done_by_another_step("Task.Approved", "Council.ScoreCast", "task_id"),
        "HAD_A_HAND_BEFORE",
    ),
    "a payment by who decided": (
        done_by_another_step("Contract.MilestonePaid", "Task.Approved", "task_id"),
        "HAD_A_HAND_BEFORE",
    ),
    "an application validated by who handed it in": (
        done_by_another_step("Task.ApplicationValidated", "Task.AppliedUnderCall", "task_id"),
        "HAD_A_HAND_BEFORE",
    ),
    "an acceptance by who asked for it": (
        done_by_another_step("Contract.MilestoneAccepted", "Contract.AcceptanceRequested", "task_id"),
        "HAD_A_HAND_BEFORE",
    ),
    "a grant above its norm": (changed("Participation.Selected", amount_vnd=10**10), "GRANT_ABOVE_NORM"),
    "a grant by norms never adopted": (without("Norms.Adopted"), "GRANT_WITHOUT_NORM"),
    "no council": (without("Council.Concluded"), "PAID_WITHOUT_COUNCIL"),
    "no decision": (without("Task.Approved"), "PAID_WITHOUT_DECISION"),
    "no contract": (without("Contract.Signed"), "PAID_WITHOUT_CONTRACT"),
    "a contract of another decision": (
        changed("Contract.Signed", decision="999/QĐ-UBND"),
        "CONTRACT_OF_ANOTHER_DECISION",
    ),
    "no acceptance": (without("Contract.MilestoneAccepted"), "PAID_WITHOUT_ACCEPTANCE"),
    "no budget": (without("BudgetLine.Approved"), "PAID_WITHOUT_BUDGET"),
    "a number left out": (without("DocumentRegister.Issued", number=1), "NUMBER_MISSING"),
    "a number given again": (again("DocumentRegister.Issued"), "NUMBER_GIVEN_TWICE"),
}


@pytest.mark.parametrize("what", DOCTORED)
def test_what_was_put_into_the_year_is_found(year: Year, what: str) -> None:
    doctor, code = DOCTORED[what]
    assert list(findings(year)) == []
    found = {finding.code: finding for finding in findings(doctor(year))}
    assert code in found
    assert found[code].evidence
    assert found[code].sentence.endswith(".")


def test_nothing_is_found_in_a_payment_on_a_certificate_that_holds(year: Year) -> None:
    waiting, _ = paid_after_certificate(year)
    assert list(findings(waiting)) == []


def held_again(lifted_by: str) -> Callable[[Year], Year]:
    """Payments are held for one case twice: by one and then by another; this one lifts the second hold."""

    def doctored(year: Year) -> Year:
        signed = year[place_of(year, "Contract.Signed")]
        steps = [("PaymentsHeld", "one"), ("PaymentHoldLifted", "other"), ("PaymentsHeld", "other")]
        return [*year] + [
            signed._replace(
                place=("support", len(year) + number),
                topic=f"support:Contract.{step}",
                act=signed.act | {"person_id": person},
                state={"task_id": signed.state["task_id"], "case_number": "VV-1"},
            )
            for number, (step, person) in enumerate([*steps, ("PaymentHoldLifted", lifted_by)], 1)
        ]

    return doctored


def test_a_hold_is_lifted_by_another_than_took_it_up(year: Year) -> None:
    assert list(findings(held_again("one")(year))) == []
    assert [finding.code for finding in findings(held_again("other")(year))] == ["HAD_A_HAND_BEFORE"]


def test_each_check_finds_something(year: Year) -> None:
    finding = {
        check.__name__
        for doctor, _ in DOCTORED.values()
        for check in CHECKS
        for one in [check()]
        if any(list(one.findings(fact)) for fact in doctor(year))
    }
    assert finding == {check.__name__ for check in CHECKS}
