"""One good request for each of support's commands; a test bends it where it wants."""

from __future__ import annotations

from datetime import date
from typing import Any, TypeVar
from uuid import UUID, uuid4

from google.protobuf.message import Message
from nscl.common.v1.act_pb2 import Basis
from nscl.support.v1 import document_resources_pb2 as documents
from nscl.support.v1 import support_resources_pb2 as resources
from nscl.support.v1 import support_service_pb2 as messages
from nscl.support.v1.norm_resources_pb2 import YearlyLimit

from services.shared.wire import date_message, filled
from tests.support.examples import (
    CATALOGUE,
    DAY,
    GOOD_POINTS,
    LOTUS_MILL,
    MEMBERS,
    NORMS,
    RULES,
    STAR_CONSULTING,
    wanted,
)

M = TypeVar("M", bound=Message)
SOMETHING = str(uuid4())


def bent(kind: type[M], good: dict[str, Any], changes: dict[str, Any], document: str | None = None) -> M:
    """A request with a fresh id, resting on a document, that counts from the tests' day."""
    basis = Basis(document=document, effective_on=date_message(DAY))
    return kind(**{"request_id": str(uuid4()), "basis": basis, **good, **changes})


def adopt_catalogue(document: str = "134/KH-UBND", **changes: Any) -> messages.AdoptCatalogueRequest:
    kinds = {"contents": resources.Content, "conditions": resources.Condition}
    good = {part: [filled(kinds.get(part, resources.Article), each) for each in CATALOGUE[part]] for part in CATALOGUE}
    return bent(messages.AdoptCatalogueRequest, good, changes, document)


def propose_norms(catalogue_id: str = SOMETHING, **changes: Any) -> messages.ProposeNormsRequest:
    good = {
        **NORMS,
        "catalogue_id": catalogue_id,
        "valid_from": date_message(NORMS["valid_from"]),
        "valid_until": date_message(NORMS["valid_until"]),
        "norms": [filled(resources.Norm, norm) for norm in NORMS["norms"]],
        "limits": [filled(YearlyLimit, limit) for limit in NORMS["limits"]],
    }
    return bent(messages.ProposeNormsRequest, good, changes)


def adopt_norms(norms_id: str = SOMETHING, **changes: Any) -> messages.AdoptNormsRequest:
    return bent(messages.AdoptNormsRequest, {"norms_id": norms_id}, changes, "9/QĐ-UBND")


def draft_budget_line(catalogue_id: str = SOMETHING, **changes: Any) -> messages.DraftBudgetLineRequest:
    good = {
        "catalogue_id": catalogue_id,
        "year": 2024,
        "source_code": "F1",
        "title": "Hỗ trợ năng suất",
        "amount_vnd": 500_000_000,
    }
    return bent(messages.DraftBudgetLineRequest, good, changes)


def appraise_budget_line(budget_line_id: str = SOMETHING, **changes: Any) -> messages.AppraiseBudgetLineRequest:
    good = {"budget_line_id": budget_line_id, "amount_vnd": 450_000_000, "reason": "Giảm chi hội nghị"}
    return bent(messages.AppraiseBudgetLineRequest, good, changes)


def approve_budget_line(budget_line_id: str = SOMETHING, **changes: Any) -> messages.ApproveBudgetLineRequest:
    return bent(messages.ApproveBudgetLineRequest, {"budget_line_id": budget_line_id}, changes, "77/QĐ-UBND")


def propose_task(
    budget_line_id: str = SOMETHING, catalogue_id: str = SOMETHING, **changes: Any
) -> messages.ProposeTaskRequest:
    good = {
        "title": "Áp dụng 5S và ISO 9001",
        "year": 2024,
        "budget_line_id": budget_line_id,
        "catalogue_id": catalogue_id,
        "content_codes": ["TOOL-5S", "SYS-ISO9001"],
    }
    return bent(messages.ProposeTaskRequest, good, changes)


def enlist_task(task_id: str = SOMETHING, **changes: Any) -> messages.EnlistTaskRequest:
    return bent(messages.EnlistTaskRequest, {"task_id": task_id}, changes, "346/TTr-SKHCN")


def open_task_call(task_id: str = SOMETHING, **changes: Any) -> messages.OpenTaskCallRequest:
    good = {
        "task_id": task_id,
        "opens_on": date_message(date(2024, 6, 1)),
        "closes_on": date_message(date(2024, 6, 30)),
        "quota": 5,
    }
    return bent(messages.OpenTaskCallRequest, good, changes, "20/TB-SKHCN")


def participation_line(
    enterprise_id: UUID = LOTUS_MILL, content_code: str = "TOOL-5S", cost_vnd: int = 80_000_000, **changes: Any
) -> messages.ParticipationLine:
    return filled(messages.ParticipationLine, wanted(enterprise_id, content_code, cost_vnd), **changes)


def submit_task_application(task_id: str = SOMETHING, **changes: Any) -> messages.SubmitTaskApplicationRequest:
    good = {
        "task_id": task_id,
        "host_organisation_id": str(STAR_CONSULTING),
        "participations": [participation_line()],
    }
    return bent(messages.SubmitTaskApplicationRequest, good, changes)


def return_task_application(task_id: str = SOMETHING, **changes: Any) -> messages.ReturnTaskApplicationRequest:
    good = {"task_id": task_id, "reason": "Thiếu dự toán", "resubmit_by": date_message(date(2024, 7, 5))}
    return bent(messages.ReturnTaskApplicationRequest, good, changes)


def resubmit_task_application(task_id: str = SOMETHING, **changes: Any) -> messages.ResubmitTaskApplicationRequest:
    good = {"task_id": task_id, "participations": [participation_line()]}
    return bent(messages.ResubmitTaskApplicationRequest, good, changes)


def validate_task_application(task_id: str = SOMETHING, **changes: Any) -> messages.ValidateTaskApplicationRequest:
    return bent(messages.ValidateTaskApplicationRequest, {"task_id": task_id}, changes)


def reject_task_application(task_id: str = SOMETHING, **changes: Any) -> messages.RejectTaskApplicationRequest:
    return bent(messages.RejectTaskApplicationRequest, {"task_id": task_id, "reason": "Sai đối tượng"}, changes)


def screen_participation(participation_id: str = SOMETHING, **changes: Any) -> messages.ScreenParticipationRequest:
    return bent(messages.ScreenParticipationRequest, {"participation_id": participation_id}, changes)


def appoint_council(task_id: str = SOMETHING, **changes: Any) -> messages.AppointCouncilRequest:
    good = {
        "task_id": task_id,
        "members": [filled(resources.CouncilMember, member) for member in MEMBERS],
        "rules": filled(resources.CouncilRules, RULES),
    }
    return bent(messages.AppointCouncilRequest, good, changes, "30/QĐ-SKHCN")


def recuse_council_member(council_id: str = SOMETHING, **changes: Any) -> messages.RecuseCouncilMemberRequest:
    good = {"council_id": council_id, "conflict_kind": resources.CONFLICT_KIND_EMPLOYER}
    return bent(messages.RecuseCouncilMemberRequest, good, changes)


def cast_council_score(council_id: str = SOMETHING, **changes: Any) -> messages.CastCouncilScoreRequest:
    good = {"council_id": council_id, "points": [filled(resources.Points, given) for given in GOOD_POINTS]}
    return bent(messages.CastCouncilScoreRequest, good, changes)


def conclude_council(council_id: str = SOMETHING, **changes: Any) -> messages.ConcludeCouncilRequest:
    return bent(messages.ConcludeCouncilRequest, {"council_id": council_id}, changes, "5/BB-HĐ")


def approve_task(task_id: str = SOMETHING, norms_id: str = SOMETHING, **changes: Any) -> messages.ApproveTaskRequest:
    good = {"task_id": task_id, "norms_id": norms_id}
    return bent(messages.ApproveTaskRequest, good, changes, "900/QĐ-UBND")


def new_document(**changes: Any) -> documents.NewDocument:
    good = {"issuer": "UBND", "document_type": "QĐ", "subject": "Phê duyệt nhiệm vụ", "drafting_unit": "KT"}
    return documents.NewDocument(**{**good, **changes})


def refusal(participation_id: str = SOMETHING) -> messages.ParticipationRefusal:
    return messages.ParticipationRefusal(participation_id=participation_id, reason="Hết suất")


def waiting(participation_id: str = SOMETHING, **changes: Any) -> messages.WaitingParticipation:
    return messages.WaitingParticipation(participation_id=participation_id, **changes)


def decline_task(task_id: str = SOMETHING, **changes: Any) -> messages.DeclineTaskRequest:
    good = {"task_id": task_id, "reason": "Dưới mức đạt"}
    return bent(messages.DeclineTaskRequest, good, changes, "901/QĐ-UBND")


def contract_task(task_id: str = SOMETHING, **changes: Any) -> messages.ContractTaskRequest:
    return bent(messages.ContractTaskRequest, {"task_id": task_id}, changes, "12/HĐ-SKHCN")


def contract_line(participation_id: str = SOMETHING) -> resources.ParticipationAmount:
    return resources.ParticipationAmount(participation_id=participation_id, amount_vnd=30_000_000)


def report_task_progress(task_id: str = SOMETHING, **changes: Any) -> messages.ReportTaskProgressRequest:
    good = {"task_id": task_id, "progress_percent": 60, "summary": "Đã đào tạo"}
    return bent(messages.ReportTaskProgressRequest, good, changes)


def implement_participation(
    participation_id: str = SOMETHING, **changes: Any
) -> messages.ImplementParticipationRequest:
    good = {"participation_id": participation_id, "summary": "Đã áp dụng"}
    return bent(messages.ImplementParticipationRequest, good, changes)


def certify_participation(participation_id: str = SOMETHING, **changes: Any) -> messages.CertifyParticipationRequest:
    good = {
        "participation_id": participation_id,
        "certificate_number": "CN-17",
        "certification_body": "Chứng nhận Mẫu",
        "issued_on": date_message(DAY),
        "valid_until": date_message(date(2027, 6, 27)),
    }
    return bent(messages.CertifyParticipationRequest, good, changes)


def request_task_acceptance(task_id: str = SOMETHING, **changes: Any) -> messages.RequestTaskAcceptanceRequest:
    return bent(messages.RequestTaskAcceptanceRequest, {"task_id": task_id, "summary": "Hoàn thành"}, changes)


def accept_task(
    task_id: str = SOMETHING, participation_id: str = SOMETHING, **changes: Any
) -> messages.AcceptTaskRequest:
    cost = resources.ActualCost(participation_id=participation_id, actual_cost_vnd=70_000_001)
    return bent(messages.AcceptTaskRequest, {"task_id": task_id, "actual_costs": [cost]}, changes, "8/BB-NT")


def pay_task(task_id: str = SOMETHING, **changes: Any) -> messages.PayTaskRequest:
    return bent(messages.PayTaskRequest, {"task_id": task_id}, changes)


def settle_task(task_id: str = SOMETHING, **changes: Any) -> messages.SettleTaskRequest:
    return bent(messages.SettleTaskRequest, {"task_id": task_id}, changes)


def certify_product(enterprise_id: UUID = LOTUS_MILL, **changes: Any) -> messages.CertifyProductRequest:
    good = {
        "enterprise_id": str(enterprise_id),
        "product_group_code": "GAO",
        "product_name": "Gạo thơm Mẫu",
        "conformity_kind": resources.CONFORMITY_KIND_CONFORMITY_TO_STANDARD,
        "certificate_number": "HC-5",
        "certification_body": "Chứng nhận Mẫu",
        "valid_from": date_message(date(2024, 5, 1)),
        "valid_until": date_message(date(2027, 4, 30)),
    }
    return bent(messages.CertifyProductRequest, good, changes)


def nominate_for_award(enterprise_id: UUID = LOTUS_MILL, **changes: Any) -> messages.NominateForAwardRequest:
    good = {"enterprise_id": str(enterprise_id), "year": 2024}
    return bent(messages.NominateForAwardRequest, good, changes, "88/GT-SKHCN")
