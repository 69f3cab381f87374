"""One good request for each command on priorities and on those who wait; a test bends it."""

from __future__ import annotations

from typing import Any

from google.protobuf.message import Message
from nscl.support.v1 import priority_service_pb2 as messages

from services.shared.wire import date_message, filled
from tests.support.api.requests import SOMETHING, bent, new_document
from tests.support.examples import DAY, HOST, LEADER, OFFICER, PRIORITY_RULES, Person

EVIDENCE = messages.PriorityStatement(priority_code="P1", fact="Mua lúa của 30 hộ", document="2/HĐ-MB")


def propose_priority_rules(catalogue_id: str = SOMETHING, **changes: Any) -> messages.ProposePriorityRulesRequest:
    good = {
        "catalogue_id": catalogue_id,
        "legal_basis": PRIORITY_RULES["legal_basis"],
        "valid_from": date_message(PRIORITY_RULES["valid_from"]),
        "sample": True,
        "weights": [filled(messages.PriorityWeight, weight) for weight in PRIORITY_RULES["weights"]],
        "order": [messages.OrderKey.Value(f"ORDER_KEY_{key}") for key in PRIORITY_RULES["order"]],
    }
    return bent(messages.ProposePriorityRulesRequest, good, changes)


def adopt_priority_rules(catalogue_id: str = SOMETHING, **changes: Any) -> messages.AdoptPriorityRulesRequest:
    good = {"catalogue_id": catalogue_id, "rules_version": 1}
    return bent(messages.AdoptPriorityRulesRequest, good, changes, "9/QĐ-UBND")


def declare_priorities(participation_id: str = SOMETHING, **changes: Any) -> messages.DeclarePrioritiesRequest:
    good = {"participation_id": participation_id, "statements": [EVIDENCE]}
    return bent(messages.DeclarePrioritiesRequest, good, changes)


def finding(**changes: Any) -> messages.PriorityFinding:
    return messages.PriorityFinding(**{"priority_code": "P1", "met": True, "reason": "Đã xem hợp đồng", **changes})


def verify_priorities(participation_id: str = SOMETHING, **changes: Any) -> messages.VerifyPrioritiesRequest:
    good = {"participation_id": participation_id, "findings": [finding()]}
    return bent(messages.VerifyPrioritiesRequest, good, changes)


def waitlist_task(task_id: str = SOMETHING, **changes: Any) -> messages.WaitlistTaskRequest:
    return bent(messages.WaitlistTaskRequest, {"task_id": task_id, "reason": "Hết suất"}, changes, "902/QĐ-UBND")


def select_from_waitlist(
    task_id: str = SOMETHING, participation_id: str = SOMETHING, norms_id: str = SOMETHING, **changes: Any
) -> messages.SelectFromWaitlistRequest:
    good = {"task_id": task_id, "participation_ids": [participation_id], "norms_id": norms_id}
    return bent(messages.SelectFromWaitlistRequest, good, changes, "903/QĐ-UBND")


def refuse_waitlisted(
    task_id: str = SOMETHING, participation_id: str = SOMETHING, **changes: Any
) -> messages.RefuseWaitlistedRequest:
    good = {"task_id": task_id, "participation_ids": [participation_id], "reason": "Hết kinh phí năm 2024"}
    return bent(messages.RefuseWaitlistedRequest, good, changes, "904/QĐ-UBND")


def task_ranking(task_id: str = SOMETHING) -> messages.GetTaskRankingRequest:
    return messages.GetTaskRankingRequest(task_id=task_id, on_date=date_message(DAY))


def grant_call_ranking(grant_call_id: str = SOMETHING) -> messages.GetGrantCallRankingRequest:
    where = {"grant_call_id": grant_call_id, "content_code": "TOOL-5S"}
    return messages.GetGrantCallRankingRequest(**where, on_date=date_message(DAY))


COMMANDS: dict[str, tuple[Person, Message]] = {
    "ProposePriorityRules": (OFFICER, propose_priority_rules()),
    "AdoptPriorityRules": (LEADER, adopt_priority_rules()),
    "DeclarePriorities": (HOST, declare_priorities()),
    "VerifyPriorities": (OFFICER, verify_priorities()),
    "WaitlistTask": (LEADER, waitlist_task(new_document=new_document())),
    "SelectFromWaitlist": (LEADER, select_from_waitlist(skip_reason="Ưu tiên tiến độ", new_document=new_document())),
    "RefuseWaitlisted": (LEADER, refuse_waitlisted(new_document=new_document())),
}
GETS: dict[str, tuple[Person, Message]] = {
    "GetPriorityRules": (OFFICER, messages.GetPriorityRulesRequest(catalogue_id=SOMETHING)),
    "GetPriorityFile": (OFFICER, messages.GetPriorityFileRequest(participation_id=SOMETHING)),
    "GetTaskRanking": (OFFICER, task_ranking()),
    "GetGrantCallRanking": (OFFICER, grant_call_ranking()),
    "GetWaitlist": (OFFICER, messages.GetWaitlistRequest(task_id=SOMETHING)),
}
OF_THE_APPLICANT = {"DeclarePriorities"}
"""Acts of a host, or of an enterprise that is its own."""
