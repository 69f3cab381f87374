"""Records of one enterprise: merged by two persons and a document, never in a circle, and separated again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from services.registry.domain.duplicates import (
    Duplicates,
    MergeNotProposed,
    MergeWithItself,
    NotMergedAway,
    RecordMergedAway,
    one_enterprise,
)
from services.registry.domain.undertaking import members_of
from services.shared.record import Act, ActedBefore, DocumentMissing
from services.shared.refusals import Refusal
from tests.given import act, sentences
from tests.registry.domain.test_undertaking import DAY

FISH, DRIED_FISH, SUN_FISH = UUID(int=1), UUID(int=2), UUID(int=3)
WHY = "Cùng một công ty, đăng ký hai lần"
SECOND_CLERK, THIRD_CLERK = UUID(int=8), UUID(int=9)


def records(*ids: UUID) -> tuple[Duplicates, ...]:
    return tuple(Duplicates.open(act(), each) for each in ids)


def second(**changes: Any) -> Act:
    return act(**{"person_id": SECOND_CLERK, "document": "5/BB-SKHCN", **changes})


def third(**changes: Any) -> Act:
    return act(**{"person_id": THIRD_CLERK, "document": "6/BB-SKHCN", **changes})


def merge(record: Duplicates, kept: Duplicates) -> None:
    record.propose_merge(act(), kept, WHY)
    record.merge_into(second(), kept)


def both_merged() -> tuple[Duplicates, Duplicates]:
    """A record and the one into which it was merged."""
    kept, record = records(FISH, DRIED_FISH)
    merge(record, kept)
    return record, kept


def test_a_merge_stands_with_both_records() -> None:
    record, kept = both_merged()
    assert (record.kept_id, record.merged_ids) == (FISH, ())
    assert (kept.kept_id, kept.merged_ids) == (None, (DRIED_FISH,))
    [known] = record.merges
    assert kept.merges == (known,)
    assert (known.reason, known.document, known.merged_by) == (WHY, "5/BB-SKHCN", SECOND_CLERK)
    assert record.proposal is None
    assert (
        sentences(record)[-1] == sentences(kept)[-1] == f"Gộp hồ sơ trùng của một cơ sở theo 5/BB-SKHCN, lý do: {WHY}."
    )


def test_a_merge_that_was_wrong_leaves_both_as_they_were() -> None:
    record, kept = both_merged()
    record.separate_from(third(), kept, "Hai công ty khác nhau")
    assert (record.kept_id, kept.merged_ids) == (None, ())
    assert sentences(record)[-1] == "Tách hồ sơ đã gộp nhầm theo 6/BB-SKHCN, lý do: Hai công ty khác nhau."
    merge(kept, record)
    assert (record.merged_ids, kept.kept_id) == ((FISH,), DRIED_FISH)


def test_a_later_proposal_takes_the_place_of_an_earlier_one() -> None:
    fish, dried, sun = records(FISH, DRIED_FISH, SUN_FISH)
    dried.propose_merge(act(), fish, WHY)
    dried.propose_merge(act(), sun, WHY)
    with pytest.raises(MergeNotProposed):
        dried.merge_into(second(), fish)
    dried.merge_into(second(), sun)
    assert dried.kept_id == SUN_FISH


def propose(record: Duplicates, kept: Duplicates) -> None:
    record.propose_merge(act(), kept, WHY)


def nothing(_record: Duplicates, _kept: Duplicates) -> None:
    """Nobody has done anything yet."""


@pytest.mark.parametrize(
    ("before", "refused", "refusal"),
    [
        (nothing, lambda record, _, __: record.propose_merge(act(), record, WHY), MergeWithItself),
        (nothing, lambda record, kept, _: record.merge_into(second(), kept), MergeNotProposed),
        (propose, lambda record, _, other: record.merge_into(second(), other), MergeNotProposed),
        (propose, lambda record, kept, _: record.merge_into(second(document=None), kept), DocumentMissing),
        (propose, lambda record, kept, _: record.merge_into(act(document="5/BB"), kept), ActedBefore),
        (merge, lambda record, _, other: record.propose_merge(act(), other, WHY), RecordMergedAway),
        (merge, lambda record, _, other: other.propose_merge(act(), record, WHY), RecordMergedAway),
        (merge, lambda record, kept, _: kept.propose_merge(act(), record, WHY), RecordMergedAway),
        (nothing, lambda record, kept, _: record.separate_from(third(), kept, WHY), NotMergedAway),
        (merge, lambda record, kept, _: kept.separate_from(third(), record, WHY), NotMergedAway),
        (merge, lambda record, kept, _: record.separate_from(third(document=None), kept, WHY), DocumentMissing),
        (merge, lambda record, kept, _: record.separate_from(second(), kept, WHY), ActedBefore),
    ],
)
def test_what_cannot_be_merged_or_separated_is_refused(
    before: Callable[[Duplicates, Duplicates], None], refused: Callable[..., object], refusal: type[Refusal]
) -> None:
    record, kept, other = records(DRIED_FISH, FISH, SUN_FISH)
    before(record, kept)
    with pytest.raises(refusal):
        refused(record, kept, other)


def test_three_who_merge_in_a_circle_make_none() -> None:
    fish, dried, sun = records(FISH, DRIED_FISH, SUN_FISH)
    for record, kept in ((fish, dried), (dried, sun), (sun, fish)):
        record.propose_merge(act(), kept, WHY)
    fish.merge_into(second(), dried)
    dried.merge_into(second(), sun)
    with pytest.raises(RecordMergedAway):
        sun.merge_into(second(), fish)


@pytest.mark.parametrize("asked", [FISH, DRIED_FISH, SUN_FISH])
def test_a_record_merged_into_one_that_is_merged_answers_under_the_last(asked: UUID) -> None:
    fish, dried, sun = records(FISH, DRIED_FISH, SUN_FISH)
    merge(sun, dried)
    merge(dried, fish)
    known = {FISH: fish, DRIED_FISH: dried, SUN_FISH: sun}
    assert one_enterprise(asked, known.get) == (FISH, DRIED_FISH, SUN_FISH)
    members = members_of(asked, DAY, None, {}.get, known.get)
    assert {member.enterprise_id for member in members} == {FISH, DRIED_FISH, SUN_FISH}
    told = "Là hồ sơ của cùng một cơ sở với hồ sơ nêu kèm, đã gộp theo 5/BB-SKHCN, ngày 28/06/2024."
    assert {member.sentence for member in members[1:]} == {told}


def test_who_was_never_merged_is_alone() -> None:
    assert one_enterprise(FISH, {}.get) == (FISH,)
