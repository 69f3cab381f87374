"""Stop flags: a body's word that an enterprise is to get nothing for now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.shared.refusals import Invalid, Missing, Refusal


class StopFlagUnknown(Missing):
    """The enterprise has no such stop flag."""

    sentence = "Cơ sở không có cảnh báo tạm dừng mang mã {stop_flag_id}."


class StopFlagAlreadyLifted(Refusal):
    """A stop flag is lifted once."""

    sentence = "Cảnh báo tạm dừng này đã được gỡ vào ngày {lifted_on:%d/%m/%Y}."


class StopFlagLiftedBeforeRaised(Invalid):
    """A stop flag stands for a day at least."""

    sentence = "Không thể gỡ cảnh báo tạm dừng trước ngày đặt cảnh báo."


@dataclass(frozen=True)
class StopFlag:
    """One stop flag; it is in force from ``raised_on`` to the day before ``lifted_on``."""

    stop_flag_id: UUID
    body: str
    reason: str
    document: str
    raised_on: date
    raised_by: UUID
    lifted_on: date | None = None

    def stands_on(self, day: date) -> bool:
        return self.raised_on <= day and (self.lifted_on is None or day < self.lifted_on)
