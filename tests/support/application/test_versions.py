"""Rules in many versions: all of them are found, the highest one in force counts."""

from __future__ import annotations

from services.support.application.log import SupportLog
from services.support.application.overlaps import claim_rules_in_force
from services.support.application.versions import versions_of
from services.support.domain.claim_rules import ClaimRules
from tests.support.city import City, call
from tests.support.examples import CLAIM_RULES, DAY, OFFICER

MANY = 19


def test_all_versions_are_found_in_their_order_and_the_highest_in_force_counts(city: City, log: SupportLog) -> None:
    assert claim_rules_in_force(log, DAY) is None
    for rules_version in range(1, MANY + 1):
        city.claim_rules(rules_version=rules_version)
    found = versions_of(log, ClaimRules, ClaimRules.create_id)
    assert [rules.rules_version for rules in found] == list(range(1, MANY + 1))
    city.support.overlaps.propose_claim_rules(call(OFFICER), **{**CLAIM_RULES, "rules_version": MANY + 1})
    in_force = claim_rules_in_force(log, DAY)
    assert in_force is not None
    assert in_force.rules_version == MANY, "what was only proposed does not count"
