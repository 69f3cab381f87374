"""Registered lines of business, each under the classification that was in force when it was registered."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from services.shared.refusals import Invalid


class BusinessLineCodeMalformed(Invalid):
    """A code of level 4 has four digits and a division above 00."""

    sentence = "Mã ngành {code} không phải mã cấp 4 gồm bốn chữ số."


class SchemeNotInForce(Invalid):
    """A line is registered under the classification of its day."""

    sentence = "Hệ thống ngành {scheme} không có hiệu lực vào ngày {day:%d/%m/%Y}."


class BusinessLineRepeated(Invalid):
    """A line is registered once under a scheme."""

    sentence = "Mã ngành {code} được khai nhiều lần."


class BusinessLineBeforeRegistration(Invalid):
    """No line is older than the enterprise."""

    sentence = "Ngành nghề không thể được đăng ký trước khi cơ sở được đăng ký."


class BusinessLineInFuture(Invalid):
    """A line counts from its registration to its end, and both have happened."""

    sentence = "Ngày đăng ký hoặc chấm dứt ngành nghề không thể sau ngày có hiệu lực của việc ghi nhận."


class BusinessLineUnknown(Invalid):
    """Only a line that is registered and goes on can be ended."""

    sentence = "Cơ sở không có ngành nghề {code} đang được đăng ký."


class BusinessLineEndsBeforeItBegins(Invalid):
    """A line's last day is not before its first."""

    sentence = "Ngày cuối của ngành nghề {code} không thể trước ngày đăng ký ngành nghề đó."


class BusinessLinesUnchanged(Invalid):
    """A change of lines adds or ends at least one."""

    sentence = "Phải có ít nhất một ngành nghề được bổ sung hoặc chấm dứt."


class VsicScheme(StrEnum):
    """A version of the Vietnam Standard Industrial Classification."""

    VSIC2018 = "VSIC2018"
    VSIC2025 = "VSIC2025"

    def in_force_on(self, day: date) -> bool:
        first, last = _IN_FORCE[self]
        return first <= day <= last


# Quyết định 27/2018/QĐ-TTg; Quyết định 36/2025/QĐ-TTg, which replaced it on 15/11/2025.
_IN_FORCE = {
    VsicScheme.VSIC2018: (date(2018, 8, 20), date(2025, 11, 14)),
    VsicScheme.VSIC2025: (date(2025, 11, 15), date.max),
}
_LEVEL_4 = re.compile(r"(?!00)[0-9]{4}")


@dataclass(frozen=True)
class BusinessLine:
    """A line of business: four digits of level 4, as business registration records them; ``valid_until`` is its last
    day, None while it goes on."""

    scheme: VsicScheme
    code: str
    valid_from: date
    valid_until: date | None = None

    def same_registration_as(self, other: BusinessLine) -> bool:
        """Whether both tell of one line registered on one day, ended or not."""
        return (self.scheme, self.code, self.valid_from) == (other.scheme, other.code, other.valid_from)

    def overlaps(self, other: BusinessLine) -> bool:
        """Whether both are the same line at the same time."""
        ends = self.valid_until or date.max, other.valid_until or date.max
        together = self.valid_from <= ends[1] and other.valid_from <= ends[0]
        return (self.scheme, self.code) == (other.scheme, other.code) and together


@dataclass(frozen=True)
class EndedLine:
    """A line of business that goes on no longer, and its last day."""

    scheme: VsicScheme
    code: str
    last_day: date


def check_business_lines(
    lines: Sequence[BusinessLine],
    *,
    registered_on: date,
    effective_on: date,
    known: Sequence[BusinessLine] = (),
    field: str = "business_lines",
) -> None:
    """Refuse lines that cannot stand in a business registration of ``registered_on`` as known on ``effective_on``,
    beside those ``known`` before."""
    for index, line in enumerate(lines):
        path = f"{field}[{index}]"
        if not _LEVEL_4.fullmatch(line.code):
            raise BusinessLineCodeMalformed(f"{path}.code", code=line.code)
        if not line.scheme.in_force_on(line.valid_from):
            raise SchemeNotInForce(f"{path}.scheme", scheme=line.scheme.value, day=line.valid_from)
        if line.valid_from < registered_on:
            raise BusinessLineBeforeRegistration(f"{path}.valid_from")
        if line.valid_from > effective_on:
            raise BusinessLineInFuture(f"{path}.valid_from")
        if line.valid_until is not None and line.valid_until < line.valid_from:
            raise BusinessLineEndsBeforeItBegins(f"{path}.valid_until", code=line.code)
        if line.valid_until is not None and line.valid_until > effective_on:
            raise BusinessLineInFuture(f"{path}.valid_until")
        if any(line.overlaps(other) for other in (*known, *lines[:index])):
            raise BusinessLineRepeated(f"{path}.code", code=line.code)


def ended_lines(
    lines: Sequence[BusinessLine], ended: Sequence[EndedLine], *, effective_on: date
) -> tuple[BusinessLine, ...]:
    """The lines that ``ended`` names, each with its last day; refuses one that does not go on."""
    closed: list[BusinessLine] = []
    for index, end in enumerate(ended):
        path = f"ended[{index}]"
        going_on = (line for line in lines if line.valid_until is None)
        line = next((line for line in going_on if (line.scheme, line.code) == (end.scheme, end.code)), None)
        if line is None or any(line.same_registration_as(other) for other in closed):
            raise BusinessLineUnknown(f"{path}.code", code=end.code)
        if end.last_day < line.valid_from:
            raise BusinessLineEndsBeforeItBegins(f"{path}.last_day", code=end.code)
        if end.last_day > effective_on:
            raise BusinessLineInFuture(f"{path}.last_day")
        closed.append(replace(line, valid_until=end.last_day))
    return tuple(closed)


def lines_on(lines: Sequence[BusinessLine], day: date) -> tuple[BusinessLine, ...]:
    """The lines that count on a day: those of the newest scheme in which the enterprise had registered any by then.

    A registration under the old scheme goes on to count until the enterprise registers under the new one.
    """
    begun = [line for line in lines if line.valid_from <= day]
    newest = max((line.scheme for line in begun), key=list(VsicScheme).index, default=None)
    return tuple(
        line for line in begun if line.scheme is newest and (line.valid_until is None or day <= line.valid_until)
    )


def changed_lines(
    lines: Sequence[BusinessLine], added: Sequence[BusinessLine], ended: Sequence[BusinessLine]
) -> tuple[BusinessLine, ...]:
    """The lines with the last days that ``ended`` tells of some of them, and those added."""
    known = (next((end for end in ended if end.same_registration_as(line)), line) for line in lines)
    return (*known, *added)
