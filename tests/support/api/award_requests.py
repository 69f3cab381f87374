"""One good request for each thing that may be asked of awards; a test bends it where it wants."""

from __future__ import annotations

from typing import Any

from google.protobuf.message import Message
from nscl.support.v1 import award_service_pb2 as messages
from nscl.support.v1 import support_resources_pb2 as resources

from tests.support.api.requests import SOMETHING, bent
from tests.support.examples import LEAD, OFFICER, Person


def receive_award_dossier(award_id: str = SOMETHING, **changes: Any) -> messages.ReceiveAwardDossierRequest:
    return bent(messages.ReceiveAwardDossierRequest, {"award_id": award_id}, changes, "12/BN-SKHCN")


def conclude_award_preliminary(award_id: str = SOMETHING, **changes: Any) -> messages.ConcludeAwardPreliminaryRequest:
    good = {"award_id": award_id, "result": resources.PRELIMINARY_RESULT_RECOMMENDED, "summary": "820 điểm"}
    return bent(messages.ConcludeAwardPreliminaryRequest, good, changes, "3/BB-HDST")


def submit_award(award_id: str = SOMETHING, **changes: Any) -> messages.SubmitAwardRequest:
    return bent(messages.SubmitAwardRequest, {"award_id": award_id}, changes, "95/CV-SKHCN")


def decide_award(award_id: str = SOMETHING, **changes: Any) -> messages.DecideAwardRequest:
    good = {"award_id": award_id, "prize": resources.AWARD_PRIZE_SILVER}
    return bent(messages.DecideAwardRequest, good, changes, "70/QĐ-TTg")


def withdraw_award(award_id: str = SOMETHING, **changes: Any) -> messages.WithdrawAwardRequest:
    return bent(messages.WithdrawAwardRequest, {"award_id": award_id, "reason": "Chuyển nhà máy"}, changes, "4/CV-SEN")


COMMANDS: dict[str, tuple[Person, Message]] = {
    "ReceiveAwardDossier": (OFFICER, receive_award_dossier()),
    "ConcludeAwardPreliminary": (LEAD, conclude_award_preliminary()),
    "SubmitAward": (LEAD, submit_award()),
    "DecideAward": (OFFICER, decide_award()),
    "WithdrawAward": (OFFICER, withdraw_award()),
}
LISTS: dict[str, tuple[Person, Message]] = {"ListAwards": (OFFICER, messages.ListAwardsRequest(year=2024))}
