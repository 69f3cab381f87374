"""Stop flags: a body's word that an enterprise is to get nothing for now, or an organisation no task."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from services.shared.record import Act, document_of, must_be_another_than
from services.shared.refusals import Invalid, Missing, Refusal


class StopFlagUnknown(Missing):
    """There is no such stop flag."""

    sentence = "Không có cảnh báo tạm dừng mang mã {stop_flag_id}."


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


def raised(act: Act, stop_flag_id: UUID, reason: str) -> StopFlag:
    """The flag that an act raises."""
    return StopFlag(
        stop_flag_id=stop_flag_id,
        body=act.body,
        reason=reason,
        document=act.document or "",
        raised_on=act.effective_on,
        raised_by=act.person_id,
    )


def flag_to_lift(act: Act, flags: tuple[StopFlag, ...], stop_flag_id: UUID) -> StopFlag:
    """The flag that an act may lift, by its document: neither lifted already nor raised by the same person."""
    document_of(act)
    flag = next((flag for flag in flags if flag.stop_flag_id == stop_flag_id), None)
    if flag is None:
        raise StopFlagUnknown(stop_flag_id=stop_flag_id)
    if flag.lifted_on is not None:
        raise StopFlagAlreadyLifted(lifted_on=flag.lifted_on)
    must_be_another_than(act, flag.raised_by)
    if act.effective_on < flag.raised_on:
        raise StopFlagLiftedBeforeRaised("basis.effective_on")
    return flag


def lifted(flags: tuple[StopFlag, ...], stop_flag_id: UUID, lifted_on: date) -> tuple[StopFlag, ...]:
    """The flags, one of them lifted."""
    return tuple(replace(flag, lifted_on=lifted_on) if flag.stop_flag_id == stop_flag_id else flag for flag in flags)
