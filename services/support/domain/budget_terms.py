"""The words of a budget line: how far it has come, and at which stage its money stands."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

__all__ = ["MONEY_STAGE_IN_WORDS", "BudgetLineStatus", "HeldMoney", "MoneyStage"]


class BudgetLineStatus(StrEnum):
    """How far a line has come; money is reserved on an approved one only."""

    DRAFTED = "DRAFTED"
    APPRAISED = "APPRAISED"
    APPROVED = "APPROVED"
    WITHDRAWN = "WITHDRAWN"
    CLOSED = "CLOSED"


class MoneyStage(StrEnum):
    """Where money stands that is spoken for: released from the first two, recovered from the others."""

    RESERVED = "RESERVED"
    COMMITTED = "COMMITTED"
    ADVANCED = "ADVANCED"
    PAID = "PAID"


MONEY_STAGE_IN_WORDS = {
    MoneyStage.RESERVED: "đã giữ chỗ",
    MoneyStage.COMMITTED: "đã cam kết chi",
    MoneyStage.ADVANCED: "đã tạm ứng",
    MoneyStage.PAID: "đã chi",
}


@dataclass(frozen=True)
class HeldMoney:
    """What a line holds for one task at one stage."""

    task_id: UUID
    money_stage: MoneyStage
    amount_vnd: int

    @property
    def in_words(self) -> str:
        return MONEY_STAGE_IN_WORDS[self.money_stage]
