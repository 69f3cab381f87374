"""One good request for each thing that may be asked of double funding; a test bends it where it wants."""

from __future__ import annotations

from datetime import date
from typing import Any

from google.protobuf.message import Message
from nscl.support.v1 import claim_resources_pb2 as resources
from nscl.support.v1 import claim_service_pb2 as messages
from nscl.support.v1 import support_resources_pb2 as support_resources

from services.shared.wire import choice_number, date_message, filled
from tests.support.api.requests import SOMETHING, bent
from tests.support.examples import CLAIM_RULES, DAY, LEAD, LEADER, OFFICER, Person


def propose_claim_rules(**changes: Any) -> messages.ProposeClaimRulesRequest:
    good = {
        **CLAIM_RULES,
        "valid_from": date_message(CLAIM_RULES["valid_from"]),
        "valid_until": date_message(CLAIM_RULES["valid_until"]),
        "scopes": [filled(resources.ClaimScope, scope) for scope in CLAIM_RULES["scopes"]],
        "possible_links": [choice_number(resources.LinkKind, kind) for kind in CLAIM_RULES["possible_links"]],
    }
    return bent(messages.ProposeClaimRulesRequest, good, changes)


def adopt_claim_rules(claim_rules_id: str = SOMETHING, **changes: Any) -> messages.AdoptClaimRulesRequest:
    return bent(messages.AdoptClaimRulesRequest, {"claim_rules_id": claim_rules_id}, changes, "11/QĐ-UBND")


def decide_overlap(participation_id: str = SOMETHING, **changes: Any) -> messages.DecideOverlapRequest:
    good = {
        "participation_id": participation_id,
        "outcome": resources.OVERLAP_OUTCOME_ADMITTED,
        "reason": "Khác nhà máy",
    }
    return bent(messages.DecideOverlapRequest, good, changes)


def renew_claim(claim_id: str = SOMETHING, **changes: Any) -> messages.RenewClaimRequest:
    return bent(messages.RenewClaimRequest, {"claim_id": claim_id, "reason": "Chờ hội đồng"}, changes)


def list_claims(**changes: Any) -> messages.ListClaimsRequest:
    return messages.ListClaimsRequest(**changes)


def check_overlap(enterprise_id: str = SOMETHING, **changes: Any) -> messages.CheckOverlapRequest:
    asked = {"content_code": "TOOL-5S", "on_date": date_message(DAY), **changes}
    return messages.CheckOverlapRequest(enterprise_id=enterprise_id, **asked)


COMMANDS: dict[str, tuple[Person, Message]] = {
    "ProposeClaimRules": (OFFICER, propose_claim_rules()),
    "AdoptClaimRules": (LEADER, adopt_claim_rules()),
    "DecideOverlap": (LEAD, decide_overlap()),
    "RenewClaim": (OFFICER, renew_claim(participation_id=SOMETHING)),
}
GETS: dict[str, tuple[Person, Message]] = {
    "GetClaimRules": (OFFICER, messages.GetClaimRulesRequest(claim_rules_id=SOMETHING)),
    "GetOverlapDecision": (OFFICER, messages.GetOverlapDecisionRequest(participation_id=SOMETHING)),
}
LISTS: dict[str, tuple[Person, Message]] = {
    "CheckOverlap": (OFFICER, check_overlap(unit_keys=["PRODUCT:8934588012345"])),
    "CountOverlapDecisions": (OFFICER, messages.CountOverlapDecisionsRequest()),
    "ListClaims": (
        OFFICER,
        list_claims(
            status=support_resources.CLAIM_STATUS_LODGED,
            expires_by=date_message(date(2024, 12, 31)),
            code="TL-7F3K-9QWX-24MN",
            enterprise_id=SOMETHING,
        ),
    ),
}
NEW_RECORDS = {"ProposeClaimRules"}
