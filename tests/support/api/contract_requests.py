"""One good request for each thing that may be asked of contracts and recoveries; a test bends it where it wants."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from google.protobuf.message import Message
from nscl.support.v1 import contract_resources_pb2 as resources
from nscl.support.v1 import contract_service_pb2 as messages
from nscl.support.v1 import recovery_service_pb2 as recovery_messages
from nscl.support.v1.inspection_resources_pb2 import FindingReference
from nscl.support.v1.support_resources_pb2 import ActualCost, ParticipationAmount

from services.shared.wire import date_message
from tests.support.api.requests import SOMETHING, appoint_council, bent
from tests.support.examples import DAY, HOST, LEAD, LEADER, LOTUS_MILL, OFFICER, PAYER, SETTLER, Person

END = date_message(date(2024, 12, 15))


def commit_participation(participation_id: str = SOMETHING, **changes: Any) -> messages.CommitParticipationRequest:
    return bent(messages.CommitParticipationRequest, {"participation_id": participation_id}, changes, "1/BCK")


def milestone(participation_id: str = SOMETHING, number: int = 1, amount_vnd: int = 20_000_000) -> resources.Milestone:
    share = ParticipationAmount(participation_id=participation_id, amount_vnd=amount_vnd)
    return resources.Milestone(number=number, title="Đào tạo xong", due_on=END, shares=[share])


def sign_contract(
    task_id: str = SOMETHING, participation_id: str = SOMETHING, **changes: Any
) -> messages.SignContractRequest:
    good = {
        "task_id": task_id,
        "authority": "5/GUQ-UBND",
        "counterparty_signatory_id": str(HOST.id),
        "starts_on": date_message(DAY),
        "ends_on": END,
        "milestones": [milestone(participation_id, number) for number in (1, 2)],
        "advance": resources.AdvanceTerms(
            amount_vnd=12_000_000, most_percent=30, clear_percent=20, legal_basis="DỮ LIỆU MẪU", sample=True
        ),
    }
    return bent(messages.SignContractRequest, good, changes, "12/HĐ-SKHCN")


def pay_advance(task_id: str = SOMETHING, **changes: Any) -> messages.PayAdvanceRequest:
    return bent(messages.PayAdvanceRequest, {"task_id": task_id, "amount_vnd": 12_000_000}, changes, "3/UNC")


def report_milestone_progress(task_id: str = SOMETHING, **changes: Any) -> messages.ReportMilestoneProgressRequest:
    good = {"task_id": task_id, "milestone_number": 1, "progress_percent": 60, "summary": "Đã đào tạo"}
    return bent(messages.ReportMilestoneProgressRequest, good, changes)


def request_milestone_acceptance(
    task_id: str = SOMETHING, **changes: Any
) -> messages.RequestMilestoneAcceptanceRequest:
    good = {"task_id": task_id, "milestone_number": 1, "summary": "Hoàn thành"}
    return bent(messages.RequestMilestoneAcceptanceRequest, good, changes)


def appoint_acceptance_council(task_id: str = SOMETHING, **changes: Any) -> messages.AppointAcceptanceCouncilRequest:
    selecting = appoint_council()
    good = {"task_id": task_id, "milestone_number": 1, "members": selecting.members, "rules": selecting.rules}
    return bent(messages.AppointAcceptanceCouncilRequest, good, changes, "31/QĐ-SKHCN")


def accept_milestone(
    task_id: str = SOMETHING, participation_id: str = SOMETHING, **changes: Any
) -> messages.AcceptMilestoneRequest:
    cost = ActualCost(participation_id=participation_id, actual_cost_vnd=70_000_000)
    good = {"task_id": task_id, "milestone_number": 1, "actual_costs": [cost]}
    return bent(messages.AcceptMilestoneRequest, good, changes, "8/BB-NT")


def require_milestone_fixes(task_id: str = SOMETHING, **changes: Any) -> messages.RequireMilestoneFixesRequest:
    good = {"task_id": task_id, "milestone_number": 1, "fixes": ["Bổ sung hồ sơ"], "fixes_due_on": END}
    return bent(messages.RequireMilestoneFixesRequest, good, changes, "9/BB-NT")


def fail_milestone(task_id: str = SOMETHING, **changes: Any) -> messages.FailMilestoneRequest:
    good = {"task_id": task_id, "milestone_number": 1, "reason": "Không có kết quả"}
    return bent(messages.FailMilestoneRequest, good, changes, "10/BB-NT")


def pay_milestone(task_id: str = SOMETHING, **changes: Any) -> messages.PayMilestoneRequest:
    return bent(messages.PayMilestoneRequest, {"task_id": task_id, "milestone_number": 1}, changes)


def hold_payments(task_id: str = SOMETHING, **changes: Any) -> messages.HoldPaymentsRequest:
    good = {"task_id": task_id, "case_number": "VV-3", "reason": "Nghi trùng hỗ trợ"}
    return bent(messages.HoldPaymentsRequest, good, changes)


def lift_payment_hold(task_id: str = SOMETHING, **changes: Any) -> messages.LiftPaymentHoldRequest:
    good = {"task_id": task_id, "case_number": "VV-3", "reason": "Không trùng"}
    return bent(messages.LiftPaymentHoldRequest, good, changes)


def amend_contract(
    task_id: str = SOMETHING, participation_id: str = SOMETHING, **changes: Any
) -> messages.AmendContractRequest:
    good = {
        "task_id": task_id,
        "reason": "Điều chỉnh giá trị",
        "ends_on": END,
        "milestones": [milestone(participation_id, number, 15_000_000) for number in (1, 2)],
    }
    return bent(messages.AmendContractRequest, good, changes, "2/PL-HĐ")


def suspend_contract(task_id: str = SOMETHING, **changes: Any) -> messages.SuspendContractRequest:
    return bent(messages.SuspendContractRequest, {"task_id": task_id, "reason": "Bão số 3"}, changes, "40/CV-SKHCN")


def resume_contract(task_id: str = SOMETHING, **changes: Any) -> messages.ResumeContractRequest:
    return bent(messages.ResumeContractRequest, {"task_id": task_id, "reason": "Hết bão"}, changes, "41/CV-SKHCN")


def terminate_contract(task_id: str = SOMETHING, **changes: Any) -> messages.TerminateContractRequest:
    return bent(messages.TerminateContractRequest, {"task_id": task_id, "reason": "Giải thể"}, changes, "70/QĐ-SKHCN")


def settle_contract(task_id: str = SOMETHING, **changes: Any) -> messages.SettleContractRequest:
    return bent(messages.SettleContractRequest, {"task_id": task_id}, changes, "3/QT-STC")


def liquidate_contract(task_id: str = SOMETHING, **changes: Any) -> messages.LiquidateContractRequest:
    return bent(messages.LiquidateContractRequest, {"task_id": task_id}, changes, "5/BBTL-SKHCN")


def archive_contract(task_id: str = SOMETHING, **changes: Any) -> messages.ArchiveContractRequest:
    return bent(messages.ArchiveContractRequest, {"task_id": task_id, "archive_number": "LT-7"}, changes)


def order_recovery(
    task_id: str = SOMETHING, debtor_id: UUID = LOTUS_MILL, **changes: Any
) -> recovery_messages.OrderRecoveryRequest:
    good = {
        "task_id": task_id,
        "debtor_id": str(debtor_id),
        "amount_vnd": 10_000_000,
        "due_on": END,
        "reason": "Chi sai mục đích",
        "finding": FindingReference(inspection_id=SOMETHING, finding_number=1),
    }
    return bent(recovery_messages.OrderRecoveryRequest, good, changes, "66/QĐ-SKHCN")


def receive_recovery_instalment(
    recovery_id: str = SOMETHING, **changes: Any
) -> recovery_messages.ReceiveRecoveryInstalmentRequest:
    good = {"recovery_id": recovery_id, "amount_vnd": 4_000_000}
    return bent(recovery_messages.ReceiveRecoveryInstalmentRequest, good, changes, "1/GNT")


def write_off_recovery(recovery_id: str = SOMETHING, **changes: Any) -> recovery_messages.WriteOffRecoveryRequest:
    good = {"recovery_id": recovery_id, "reason": "Phá sản"}
    return bent(recovery_messages.WriteOffRecoveryRequest, good, changes, "90/QĐ-UBND")


COMMANDS: dict[str, tuple[Person, Message]] = {
    "CommitParticipation": (HOST, commit_participation()),
    "SignContract": (LEAD, sign_contract()),
    "PayAdvance": (PAYER, pay_advance()),
    "ReportMilestoneProgress": (HOST, report_milestone_progress()),
    "RequestMilestoneAcceptance": (HOST, request_milestone_acceptance()),
    "AppointAcceptanceCouncil": (LEAD, appoint_acceptance_council()),
    "AcceptMilestone": (LEAD, accept_milestone()),
    "RequireMilestoneFixes": (LEAD, require_milestone_fixes()),
    "FailMilestone": (LEAD, fail_milestone()),
    "PayMilestone": (PAYER, pay_milestone()),
    "HoldPayments": (OFFICER, hold_payments()),
    "LiftPaymentHold": (LEAD, lift_payment_hold()),
    "AmendContract": (LEAD, amend_contract(withdrawn_ids=[SOMETHING])),
    "SuspendContract": (LEAD, suspend_contract()),
    "ResumeContract": (LEAD, resume_contract()),
    "TerminateContract": (LEAD, terminate_contract()),
    "SettleContract": (SETTLER, settle_contract()),
    "LiquidateContract": (LEAD, liquidate_contract()),
    "ArchiveContract": (OFFICER, archive_contract()),
    "OrderRecovery": (LEAD, order_recovery()),
    "ReceiveRecoveryInstalment": (PAYER, receive_recovery_instalment()),
    "WriteOffRecovery": (LEADER, write_off_recovery()),
}
GETS: dict[str, tuple[Person, Message]] = {
    "GetContract": (OFFICER, messages.GetContractRequest(task_id=SOMETHING)),
    "GetRecovery": (OFFICER, recovery_messages.GetRecoveryRequest(recovery_id=SOMETHING)),
}
LISTS: dict[str, tuple[Person, Message]] = {
    "ListContracts": (OFFICER, messages.ListContractsRequest()),
    "ListRecoveries": (OFFICER, recovery_messages.ListRecoveriesRequest()),
}
OF_THE_APPLICANT = {"CommitParticipation", "ReportMilestoneProgress", "RequestMilestoneAcceptance"}
"""Acts of a host, which an enterprise under a grant call is for itself."""
