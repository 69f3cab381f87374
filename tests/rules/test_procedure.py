"""``docs/procedure.md`` names what there is: each row's rpc, event, refusal, waiting step and test exist."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

import pytest

from services.support.domain.waiting_steps import WAITING, WaitingStep
from tests.rules.code import PROJECT, functions, sources, tree

PROCEDURE = PROJECT / "docs" / "procedure.md"
TOPICS = PROJECT / "tests" / "rules" / "released_topics.txt"
HEADING = "| step | rpc | event | refused by | then waited for | played by |"


@dataclass(frozen=True)
class Step:
    """One row of a table of the procedure."""

    title: str
    rpc: str
    event: str
    refusal: str
    waits_for: str
    test: str

    def __str__(self) -> str:
        return f"{self.event} {self.title}"


def steps() -> list[Step]:
    rows = [line for line in PROCEDURE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    cells = ([cell.strip(" `") for cell in row.strip("|").split(" | ")] for row in rows if row != HEADING)
    return [Step(*row) for row in cells]


STEPS = steps()


@pytest.fixture(scope="module")
def rpcs() -> set[str]:
    protos = (PROJECT / "proto" / "nscl" / "support").rglob("*.proto")
    return {name for proto in protos for name in re.findall(r"rpc (\w+)\(", proto.read_text(encoding="utf-8"))}


@pytest.fixture(scope="module")
def refusals() -> set[str]:
    """Classes with a sentence of their own."""
    classes = (
        node for source in sources("services") for node in ast.walk(tree(source)) if isinstance(node, ast.ClassDef)
    )
    return {each.name for each in classes if any(isinstance(line, ast.Assign) for line in each.body)}


@pytest.fixture(scope="module")
def tests() -> set[str]:
    return {function.name for source in sources("tests") for function in functions(source)}


@pytest.mark.parametrize("step", STEPS, ids=str)
def test_a_step_is_what_the_code_does(step: Step, rpcs: set[str], refusals: set[str], tests: set[str]) -> None:
    assert step.rpc in rpcs
    assert f"support:{step.event}" in TOPICS.read_text(encoding="utf-8").splitlines()
    assert step.refusal in refusals
    assert step.waits_for == "–" or step.waits_for in WaitingStep.__members__
    assert step.test in tests


def test_every_step_that_is_waited_for_is_in_the_procedure() -> None:
    named = {step.waits_for for step in STEPS}
    assert {waiting.step.name for waiting in WAITING.values() if waiting.step} - named <= {"CASE_DECISION"}
