"""Registered lines of business, each under the classification that was in force when it was registered."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
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
    """A line counts from its registration, which has happened."""

    sentence = "Ngày đăng ký ngành nghề không thể sau ngày có hiệu lực của việc đăng ký."


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
    """A line of business: four digits of level 4, as business registration records them."""

    scheme: VsicScheme
    code: str
    valid_from: date


def check_business_lines(lines: Sequence[BusinessLine], *, registered_on: date, effective_on: date) -> None:
    """Refuse lines that cannot stand in a business registration of ``registered_on`` as known on ``effective_on``."""
    seen: set[tuple[VsicScheme, str]] = set()
    for index, line in enumerate(lines):
        path = f"business_lines[{index}]"
        if not _LEVEL_4.fullmatch(line.code):
            raise BusinessLineCodeMalformed(f"{path}.code", code=line.code)
        if not line.scheme.in_force_on(line.valid_from):
            raise SchemeNotInForce(f"{path}.scheme", scheme=line.scheme.value, day=line.valid_from)
        if line.valid_from < registered_on:
            raise BusinessLineBeforeRegistration(f"{path}.valid_from")
        if line.valid_from > effective_on:
            raise BusinessLineInFuture(f"{path}.valid_from")
        if (line.scheme, line.code) in seen:
            raise BusinessLineRepeated(f"{path}.code", code=line.code)
        seen.add((line.scheme, line.code))


def lines_on(lines: Sequence[BusinessLine], day: date) -> tuple[BusinessLine, ...]:
    """The lines that count on a day: those begun by then, in the newest scheme the enterprise had registered by then.

    A registration under the old scheme goes on to count until the enterprise registers under the new one.
    """
    begun = [line for line in lines if line.valid_from <= day]
    newest = max((line.scheme for line in begun), key=list(VsicScheme).index, default=None)
    return tuple(line for line in begun if line.scheme is newest)
