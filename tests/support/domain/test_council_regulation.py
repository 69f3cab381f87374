"""Rules for councils: two persons bring them into force, and a council of a kind follows them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.shared.record import ActedBefore, DocumentMissing
from services.shared.refusals import Refusal
from services.support.domain.council_composition import must_be_composed
from services.support.domain.council_refusals import (
    CouncilTooLarge,
    CouncilTooSmall,
    CriteriaNotHundred,
    ExpertsTooFew,
    MemberCountsReversed,
    MemberKindMissing,
    QuorumImpossible,
    RegulationAlreadyAdopted,
    RegulationEndsBeforeItStarts,
    ReviewersTooFew,
    RoleNotFilledOnce,
    ShareImpossible,
)
from services.support.domain.council_regulation import CouncilRegulation
from services.support.domain.council_terms import CouncilRole, MemberKind, Share
from tests.given import act, given, happened
from tests.support.examples import JURY, LEADER, OFFICER, PROCEDURE, REGULATION, RULES

PROPOSED = happened(CouncilRegulation.Proposed, **REGULATION, act=act(person_id=OFFICER.id))
BY_LEADER = act(person_id=LEADER.id, document="12/QĐ-UBND")
ADOPTED = happened(CouncilRegulation.Adopted, act=BY_LEADER)


@pytest.mark.parametrize(
    ("changes", "refusal", "field"),
    [
        ({"valid_until": date(2023, 12, 31)}, RegulationEndsBeforeItStarts, "valid_until"),
        ({"rules": replace(RULES, quorum_numerator=4)}, QuorumImpossible, "rules.quorum_numerator"),
        ({"rules": replace(RULES, criteria=RULES.criteria[1:])}, CriteriaNotHundred, "rules.criteria"),
        ({"procedure": replace(PROCEDURE, most_members=4)}, MemberCountsReversed, "procedure.most_members"),
        ({"procedure": replace(PROCEDURE, least_reviewers=10)}, MemberCountsReversed, "procedure.most_members"),
        (
            {"procedure": replace(PROCEDURE, least_expert_share=Share(4, 3))},
            ShareImpossible,
            "procedure.least_expert_share",
        ),
        ({"procedure": replace(PROCEDURE, least_share_for=Share(0, 3))}, ShareImpossible, "procedure.least_share_for"),
    ],
)
def test_rules_that_no_council_could_follow_are_not_proposed(
    changes: dict[str, Any], refusal: type[Refusal], field: str
) -> None:
    given().when(lambda: CouncilRegulation.propose(act(), **{**REGULATION, **changes})).refused(refusal, field=field)


def test_another_person_adopts_them_once_by_a_document() -> None:
    proposed = given(PROPOSED)
    proposed.when(lambda rules: rules.adopt(BY_LEADER)).then(ADOPTED)
    proposed.when(lambda rules: rules.adopt(act(person_id=LEADER.id))).refused(DocumentMissing)
    proposed.when(lambda rules: rules.adopt(act(person_id=OFFICER.id, document="12/QĐ-UBND"))).refused(ActedBefore)
    given(PROPOSED, ADOPTED).when(lambda rules: rules.adopt(BY_LEADER)).refused(RegulationAlreadyAdopted)


def test_they_are_in_force_from_the_first_day_to_the_last_once_adopted() -> None:
    adopted = given(PROPOSED, ADOPTED).record()
    days = date(2023, 12, 31), date(2024, 1, 1), date(2030, 12, 31), date(2031, 1, 1)
    assert [adopted.are_in_force(day) for day in days] == [False, True, True, False]
    assert not given(PROPOSED).record().are_in_force(days[1])


CHAIR, SECRETARY, REVIEWER, MEMBER, VICE_CHAIR = JURY


@pytest.mark.parametrize(
    ("members", "changes", "refusal", "field"),
    [
        (JURY[:4], {}, CouncilTooSmall, "members"),
        (JURY, {"least_members": 3, "most_members": 4}, CouncilTooLarge, "members"),
        (JURY, {"least_reviewers": 2}, ReviewersTooFew, "members"),
        ((*JURY[:3], replace(MEMBER, role=CouncilRole.VICE_CHAIR), VICE_CHAIR), {}, RoleNotFilledOnce, "members"),
        ((*JURY[:4], replace(VICE_CHAIR, kind=None)), {}, MemberKindMissing, "members[4].kind"),
        ((*JURY[:4], replace(VICE_CHAIR, kind=MemberKind.BENEFICIARY)), {}, ExpertsTooFew, "members"),
    ],
)
def test_a_council_is_made_up_as_they_say(
    members: Any, changes: dict[str, Any], refusal: type[Refusal], field: str
) -> None:
    must_be_composed(JURY, PROCEDURE)
    with pytest.raises(refusal) as refused:
        must_be_composed(members, replace(PROCEDURE, **changes))
    assert getattr(refused.value, "field", None) == field


def test_where_they_ask_for_no_experts_nobody_says_as_what_they_sit() -> None:
    unnamed = tuple(replace(member, kind=None) for member in JURY)
    must_be_composed(unnamed, replace(PROCEDURE, least_expert_share=None))
