"""The words a task is told in: its steps, and the lines that its application, decision and payment hold."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from services.support.domain.claimed_units import ClaimUnit
from services.support.domain.task_refusals import ProductsMiscounted


class TaskStatus(StrEnum):
    """How far a task has come."""

    PROPOSED = "PROPOSED"
    ENLISTED = "ENLISTED"
    OPEN = "OPEN"
    RECEIVED = "RECEIVED"
    RETURNED = "RETURNED"
    VALID = "VALID"
    REJECTED = "REJECTED"
    SCORED = "SCORED"
    WAITLISTED = "WAITLISTED"
    APPROVED = "APPROVED"
    DECLINED = "DECLINED"
    CONTRACTED = "CONTRACTED"
    ACCEPTANCE_REQUESTED = "ACCEPTANCE_REQUESTED"
    ACCEPTED = "ACCEPTED"
    PAID = "PAID"
    SETTLED = "SETTLED"
    TERMINATED = "TERMINATED"
    WITHDRAWN = "WITHDRAWN"


STATUS_IN_WORDS = {
    TaskStatus.PROPOSED: "mới đề xuất",
    TaskStatus.ENLISTED: "đã vào danh mục",
    TaskStatus.OPEN: "đang nhận hồ sơ",
    TaskStatus.RECEIVED: "đã nhận hồ sơ",
    TaskStatus.RETURNED: "đang chờ bổ sung hồ sơ",
    TaskStatus.VALID: "hồ sơ hợp lệ",
    TaskStatus.REJECTED: "hồ sơ bị từ chối",
    TaskStatus.SCORED: "đã chấm điểm",
    TaskStatus.WAITLISTED: "đang trong danh sách chờ",
    TaskStatus.APPROVED: "đã phê duyệt",
    TaskStatus.DECLINED: "không được phê duyệt",
    TaskStatus.CONTRACTED: "đang thực hiện theo hợp đồng",
    TaskStatus.ACCEPTANCE_REQUESTED: "đã đề nghị nghiệm thu",
    TaskStatus.ACCEPTED: "đã nghiệm thu",
    TaskStatus.PAID: "đã thanh toán",
    TaskStatus.SETTLED: "đã quyết toán",
    TaskStatus.TERMINATED: "đã chấm dứt trước hạn",
    TaskStatus.WITHDRAWN: "đã rút hồ sơ",
}


@dataclass(frozen=True)
class ParticipationLine:
    """One enterprise and content as a host's application lists it, for which of its products or sites."""

    enterprise_id: UUID
    content_code: str
    estimated_cost_vnd: int
    product_count: int
    priority_codes: tuple[str, ...]
    unit_keys: tuple[str, ...] = ()

    def check_products(self, field: str) -> None:
        """Who names products names as many as the line is for.

        Raises ProductsMiscounted.
        """
        named = ClaimUnit.PRODUCT.named_by(self.unit_keys)
        if named and len(named) != self.product_count:
            raise ProductsMiscounted(field, named_count=len(named), product_count=self.product_count)


@dataclass(frozen=True)
class Paper:
    """A paper of an application: which item of a content's checklist it is, and where to find it (number, file)."""

    content_code: str
    item_code: str
    reference: str


@dataclass(frozen=True)
class PaperFault:
    """What is wrong with one paper of an application that is returned."""

    content_code: str
    item_code: str
    reason: str


@dataclass(frozen=True)
class Grant:
    """What the decision grants one participation: the norm's amount, with how it came about."""

    participation_id: UUID
    enterprise_id: UUID
    content_code: str
    amount_vnd: int
    rate_percent: int
    pays_after_certificate: bool
    explanation: str


@dataclass(frozen=True)
class ParticipationAmount:
    """An amount for one participation."""

    participation_id: UUID
    amount_vnd: int


@dataclass(frozen=True)
class ActualCost:
    """What one participation truly cost, by its vouchers."""

    participation_id: UUID
    actual_cost_vnd: int


@dataclass(frozen=True)
class PaymentLine:
    """What is paid for one participation, and why no more."""

    participation_id: UUID
    amount_vnd: int
    explanation: str
