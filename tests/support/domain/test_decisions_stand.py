"""What was decided stays as it was decided, and whoever is refused is told why."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator
from dataclasses import fields
from datetime import date
from typing import Any

import pytest

from services.shared.record import Record
from services.support.domain.budget_adjustment import BudgetAdjustment
from services.support.domain.budget_line import BudgetLine
from services.support.domain.budget_rules import BudgetRules
from services.support.domain.claim_rules import ClaimRules
from services.support.domain.council import Council
from services.support.domain.delegation import Delegation
from services.support.domain.norms import Norms
from services.support.domain.participation import Participation
from services.support.domain.task import Task
from services.support.domain.task_refusals import TaskNotInStep
from services.support.domain.task_terms import TaskStatus
from services.support.domain.year_estimate import YearEstimate
from tests.given import given
from tests.rules.test_events import events
from tests.support.domain.test_task import APPLICATION, PROPOSED, WINDOW, by
from tests.support.examples import HOST, LEADER, OFFICER

DECIDED: dict[type[Record], dict[str, set[str]]] = {
    Task: {
        "_approved": {"norms_id", "decided_vnd", "grants", "approved_by", "decision"},
        "_declined": {"decision"},
        "_selected_from_waitlist": {"decided_vnd", "grants"},
    },
    Participation: {"_selected": {"amount_vnd", "explanation"}},
    Council: {
        "_concluded": {"minutes", "minutes_digest", "average_hundredths", "passed"},
        "_reconvened": {"minutes", "minutes_digest", "average_hundredths", "passed"},
    },
    Norms: {
        "_adopted": {"document"},
        "_ended": {"valid_until"},
        "__init__": {"norm_of", "valid_from", "valid_until", "legal_basis"},
    },
    BudgetLine: {"_approved": {"document", "approved_vnd"}},
    ClaimRules: {"_adopted": {"document"}, "__init__": {"scopes", "possible_links", "valid_days"}},
    BudgetRules: {"_adopted": {"document"}, "__init__": {"averaged_years", "averaged_source_codes", "transfers"}},
    BudgetAdjustment: {"_approved": {"document"}, "_refused": {"refusal_reason"}, "__init__": {"amount_vnd", "reason"}},
    YearEstimate: {"_approved": {"document"}},
    Delegation: {"__init__": {"decision_kinds", "ceiling_vnd", "valid_from", "valid_until", "document"}},
}
REFUSING = ("Declined", "Refused", "Rejected", "Returned", "Revoked", "Voided")
UNDECIDED = {
    TaskStatus.PROPOSED,
    TaskStatus.ENLISTED,
    TaskStatus.OPEN,
    TaskStatus.RECEIVED,
    TaskStatus.RETURNED,
    TaskStatus.VALID,
    TaskStatus.REJECTED,
    TaskStatus.SCORED,
    TaskStatus.WAITLISTED,
}
ON_THE_WAY_TO_A_DECISION: dict[str, Any] = {
    "enlist": lambda task: task.enlist(by(LEADER, "1/TTr"), None),
    "open_call": lambda task: task.open_call(by(OFFICER, "20/TB"), **WINDOW),
    "submit_application": lambda task: task.submit_application(by(HOST), **APPLICATION),
    "return_application": lambda task: task.return_application(by(OFFICER), reason="x", resubmit_by=date(2024, 7, 5)),
    "resubmit_application": lambda task: task.resubmit_application(by(HOST), participation_ids=()),
    "validate_application": lambda task: task.validate_application(by(OFFICER)),
    "reject_application": lambda task: task.reject_application(by(OFFICER), reason="x"),
    "score": lambda task: task.score(by(LEADER), None),
    "approve": lambda task: task.approve(by(LEADER, "900/QĐ-UBND"), None, norms_id=task.id, grants=()),
    "decline": lambda task: task.decline(by(LEADER, "901/QĐ-UBND"), None, reason="x"),
}


def assigned(record_class: type[Record]) -> Iterator[tuple[str, str]]:
    """Each field of a record that a method assigns, with the method's name."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(record_class)))
    for method in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        for node in ast.walk(method):
            written = node.targets if isinstance(node, ast.Assign) else getattr(node, "target", None)
            for target in written if isinstance(written, list) else [written]:
                if isinstance(target, ast.Attribute) and ast.unparse(target.value) == "self":
                    yield method.name, target.attr


@pytest.mark.parametrize("record_class", DECIDED, ids=lambda record_class: record_class.__name__)
def test_a_decided_field_is_written_by_the_decision_only(record_class: type[Record]) -> None:
    deciders = DECIDED[record_class]
    decided = set().union(*deciders.values())
    writers = {(method, field) for method, field in assigned(record_class) if field in decided}
    allowed = {(method, field) for method, fields in deciders.items() for field in fields}
    assert allowed <= writers
    assert writers - allowed <= {("__init__", field) for field in decided}


@pytest.mark.parametrize("status", sorted(set(TaskStatus) - UNDECIDED))
@pytest.mark.parametrize("step", ON_THE_WAY_TO_A_DECISION)
def test_no_step_leads_back_before_a_tasks_decision(status: TaskStatus, step: str) -> None:
    task = given(PROPOSED).record()
    task.status = status
    with pytest.raises(TaskNotInStep):
        ON_THE_WAY_TO_A_DECISION[step](task)


def test_every_refusal_has_a_written_reason() -> None:
    refusals = [event for event in events() if event.__name__.endswith(REFUSING)]
    assert {"Task.Declined", "Task.ApplicationRejected", "Participation.Refused", "YearEstimate.Returned"} <= {
        event.__qualname__ for event in refusals
    }
    reasoned = {event for event in refusals for field in fields(event) if (field.name, field.type) == ("reason", "str")}
    assert [event.__qualname__ for event in refusals if event not in reasoned] == []
