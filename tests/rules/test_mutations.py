"""The lists of ``make mutate`` keep up with the code: a mutation that cannot be made proves nothing."""

from __future__ import annotations

import pytest

from tests.mutations import MUTATIONS
from tests.mutations.mutation import PROJECT, Mutation


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.guarantee)
def test_a_mutation_changes_one_place_and_names_tests_that_are_there(mutation: Mutation) -> None:
    assert mutation.mutated() != (PROJECT / mutation.file).read_text(encoding="utf-8")
    for test in mutation.tests:
        file, *names = test.split("::")
        text = (PROJECT / file).read_text(encoding="utf-8")
        assert all(f"class {name}" in text or f"def {name}(" in text for name in names), test


def test_each_guarantee_has_a_sentence_of_its_own() -> None:
    guarantees = [mutation.guarantee for mutation in MUTATIONS]
    assert len(set(guarantees)) == len(guarantees)
