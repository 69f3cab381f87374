"""Where an enterprise is: an administrative unit from a day on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.shared.refusals import Invalid, Refusal


class UnitNotInForce(Invalid):
    """An address names the administrative unit that is in force on the day of the act."""

    sentence = "Không có đơn vị hành chính mang mã {code} vào ngày {day:%d/%m/%Y}."


class AddressInSeveralUnits(Refusal):
    """An old unit went into several new ones: a person who knows the place says into which."""

    sentence = (
        "Đơn vị hành chính {code} vào ngày {day:%d/%m/%Y} đã được chia vào nhiều đơn vị mới; "
        "cần người xác định địa chỉ thuộc đơn vị nào: {candidates}."
    )


class MovedBeforeLastMove(Invalid):
    """Moves are recorded in the order in which they happened."""

    sentence = "Ngày chuyển địa điểm phải sau ngày {since:%d/%m/%Y}, khi cơ sở có địa điểm đang ghi nhận."


@dataclass(frozen=True)
class Premises:
    """The unit in which an enterprise is from a day on; its street stands with its particulars.

    Codes pass from one unit to another: ``unit_code`` is the unit that bore the code on ``named_on``.
    """

    unit_code: str
    valid_from: date
    named_on: date
