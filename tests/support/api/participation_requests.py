"""One good request for each thing that may be asked of participations under contract."""

from __future__ import annotations

from typing import Any

from google.protobuf.message import Message
from nscl.support.v1 import participation_service_pb2 as messages
from nscl.support.v1.support_resources_pb2 import Voucher

from services.shared.wire import date_message
from tests.support.api.requests import SOMETHING, bent
from tests.support.examples import DAY, HOST, OFFICER, Person

INVOICE = Voucher(title="Hóa đơn", number="HĐ-101", issued_on=date_message(DAY), amount_vnd=80_000_000)


def deny_participation_certificate(
    participation_id: str = SOMETHING, **changes: Any
) -> messages.DenyParticipationCertificateRequest:
    good = {"participation_id": participation_id, "reason": "Chưa đạt yêu cầu"}
    return bent(messages.DenyParticipationCertificateRequest, good, changes, "17/TB-CN")


def claim_participation_payment(
    participation_id: str = SOMETHING, **changes: Any
) -> messages.ClaimParticipationPaymentRequest:
    good = {"participation_id": participation_id, "milestone_number": 1, "vouchers": [INVOICE]}
    return bent(messages.ClaimParticipationPaymentRequest, good, changes)


def close_participation(participation_id: str = SOMETHING, **changes: Any) -> messages.CloseParticipationRequest:
    good = {"participation_id": participation_id, "summary": "Cơ sở duy trì tốt"}
    return bent(messages.CloseParticipationRequest, good, changes)


COMMANDS: dict[str, tuple[Person, Message]] = {
    "DenyParticipationCertificate": (OFFICER, deny_participation_certificate()),
    "ClaimParticipationPayment": (HOST, claim_participation_payment()),
    "CloseParticipation": (OFFICER, close_participation()),
}
OF_THE_APPLICANT = {"ClaimParticipationPayment"}
"""Acts of a host, which an enterprise under a grant call is for itself."""
