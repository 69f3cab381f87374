"""One good request for each thing that may be asked of councils and their rules; a test bends it where it wants."""

from __future__ import annotations

from typing import Any

from google.protobuf.message import Message
from nscl.support.v1 import council_resources_pb2 as terms
from nscl.support.v1 import council_service_pb2 as messages
from nscl.support.v1 import support_resources_pb2 as resources
from nscl.support.v1 import support_service_pb2 as support

from services.shared.wire import choice_number, date_message, filled
from tests.support.api import requests
from tests.support.api.requests import SOMETHING, bent
from tests.support.examples import (
    CHAIR,
    HOST,
    JURY,
    LEAD,
    LEADER,
    MEETING,
    MEMBER,
    OFFICER,
    REGULATION,
    SUBSTITUTE,
    Person,
)


def propose_council_regulation(**changes: Any) -> messages.ProposeCouncilRegulationRequest:
    good = {
        **REGULATION,
        "kind": choice_number(terms.CouncilKind, REGULATION["kind"]),
        "valid_from": date_message(REGULATION["valid_from"]),
        "valid_until": date_message(REGULATION["valid_until"]),
        "rules": filled(resources.CouncilRules, REGULATION["rules"]),
        "procedure": filled(terms.CouncilProcedure, REGULATION["procedure"]),
    }
    return bent(messages.ProposeCouncilRegulationRequest, good, changes)


def adopt_council_regulation(regulation_id: str = SOMETHING, **changes: Any) -> messages.AdoptCouncilRegulationRequest:
    good = {"council_regulation_id": regulation_id}
    return bent(messages.AdoptCouncilRegulationRequest, good, changes, "12/QĐ-UBND")


def appoint_council(task_id: str = SOMETHING, **changes: Any) -> support.AppointCouncilRequest:
    """An appointment that leaves the rules to the regulation in force."""
    members = [filled(resources.CouncilMember, member) for member in JURY]
    return requests.appoint_council(task_id, **{"members": members, "rules": None, **changes})


def replace_council_member(council_id: str = SOMETHING, **changes: Any) -> messages.ReplaceCouncilMemberRequest:
    newcomer = resources.CouncilMember(
        person_id=str(SUBSTITUTE.id),
        body=SUBSTITUTE.body,
        role=resources.COUNCIL_ROLE_MEMBER,
        kind=terms.MEMBER_KIND_EXPERT,
    )
    good = {"council_id": council_id, "person_id": str(MEMBER.id), "member": newcomer}
    return bent(messages.ReplaceCouncilMemberRequest, good, changes, "33/QĐ-SKHCN")


def send_council_papers(council_id: str = SOMETHING, **changes: Any) -> messages.SendCouncilPapersRequest:
    good = {"council_id": council_id, "meeting_on": date_message(MEETING)}
    return bent(messages.SendCouncilPapersRequest, good, changes, "8/GM-SKHCN")


def declare_conflicts(council_id: str = SOMETHING, **changes: Any) -> messages.DeclareConflictsRequest:
    return bent(messages.DeclareConflictsRequest, {"council_id": council_id}, changes)


def match_conflicts(council_id: str = SOMETHING, **changes: Any) -> messages.MatchConflictsRequest:
    return bent(messages.MatchConflictsRequest, {"council_id": council_id}, changes)


def supply_council_supplement(
    supplement_id: str = SOMETHING, **changes: Any
) -> messages.SupplyCouncilSupplementRequest:
    paper = terms.SuppliedPaper(title="Báo giá", reference="bao-gia.pdf", sha256="ab" * 32)
    good = {"council_supplement_id": supplement_id, "papers": [paper], "explanation": "Đã có hai báo giá"}
    return bent(messages.SupplyCouncilSupplementRequest, good, changes)


def confirm_council_supplement(
    supplement_id: str = SOMETHING, **changes: Any
) -> messages.ConfirmCouncilSupplementRequest:
    return bent(messages.ConfirmCouncilSupplementRequest, {"council_supplement_id": supplement_id}, changes)


def reconvene_council(council_id: str = SOMETHING, **changes: Any) -> messages.ReconveneCouncilRequest:
    good = {"council_id": council_id, "reason": "Thay đổi phương án"}
    return bent(messages.ReconveneCouncilRequest, good, changes, "34/QĐ-SKHCN")


def at_the_meeting(request: Any) -> Any:
    """The request as of the day of the meeting."""
    request.basis.effective_on.CopyFrom(date_message(MEETING))
    return request


COMMANDS: dict[str, tuple[Person, Message]] = {
    "ProposeCouncilRegulation": (OFFICER, propose_council_regulation()),
    "AdoptCouncilRegulation": (LEADER, adopt_council_regulation()),
    "ReplaceCouncilMember": (LEAD, replace_council_member()),
    "SendCouncilPapers": (OFFICER, send_council_papers()),
    "MatchConflicts": (OFFICER, match_conflicts()),
    "DeclareConflicts": (CHAIR, declare_conflicts()),
    "SupplyCouncilSupplement": (HOST, supply_council_supplement()),
    "ConfirmCouncilSupplement": (CHAIR, confirm_council_supplement()),
    "ReconveneCouncil": (LEAD, reconvene_council()),
}
GETS: dict[str, tuple[Person, Message]] = {
    "GetCouncilRegulation": (OFFICER, messages.GetCouncilRegulationRequest(council_regulation_id=SOMETHING)),
    "GetCouncilSupplement": (OFFICER, messages.GetCouncilSupplementRequest(council_supplement_id=SOMETHING)),
}
NEW_RECORDS = {"ProposeCouncilRegulation"}
OF_MEMBERS = {"DeclareConflicts", "ConfirmCouncilSupplement"}
OF_THE_APPLICANT = {"SupplyCouncilSupplement"}
