"""Which announcement counts for which indicator, and what makes two of them one (domain of K1 to K6).

One function per announcement that counts, named by its verb. Each returns what the event counts: an indicator and the
key it counts under. An indicator's value is the number of its distinct keys, so an attendance, which counts every
time, has the event itself for its key. Nothing here knows how an event was heard.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID


class IndicatorUnit(StrEnum):
    """What one of an indicator is."""

    ATTENDANCES = "ATTENDANCES"
    EXPERTS = "EXPERTS"
    ENTERPRISES = "ENTERPRISES"
    PRODUCT_GROUPS = "PRODUCT_GROUPS"


MANAGERS_TRAINED = "K1"
EXPERTS_CERTIFIED = "K2"
ENTERPRISES_REACHED = "K3"
ENTERPRISES_SUPPORTED = "K4"
PRODUCT_GROUPS_CERTIFIED = "K5"
AWARD_ENTRANTS = "K6"

UNITS = MappingProxyType(
    {
        MANAGERS_TRAINED: IndicatorUnit.ATTENDANCES,
        EXPERTS_CERTIFIED: IndicatorUnit.EXPERTS,
        ENTERPRISES_REACHED: IndicatorUnit.ENTERPRISES,
        ENTERPRISES_SUPPORTED: IndicatorUnit.ENTERPRISES,
        PRODUCT_GROUPS_CERTIFIED: IndicatorUnit.PRODUCT_GROUPS,
        AWARD_ENTRANTS: IndicatorUnit.ENTERPRISES,
    }
)
"""The indicators that are counted here, each with what it counts."""

APPLIED_KINDS = frozenset({"SYSTEM", "TOOL"})
"""Kinds of content whose support counts as applying a system or tool (K4)."""


@dataclass(frozen=True)
class Counted:
    """What an event counts: ``amount``, once for each key, whoever repeats it; ``part`` is empty for the whole."""

    indicator_code: str
    key: str
    part: str = ""
    amount: int = 1


def attendance_recorded(event_id: str, *, audience: str, enterprise_id: UUID | None) -> Sequence[Counted]:
    """A manager's attendance counts each time (K1); whoever attends, the enterprise that sent them is reached (K3)."""
    counted = [Counted(MANAGERS_TRAINED, event_id)] if audience == "MANAGER" else []
    if enterprise_id is not None:
        counted.append(Counted(ENTERPRISES_REACHED, str(enterprise_id)))
    return counted


def expert_certified(expert_id: UUID) -> Sequence[Counted]:
    """An expert counts once, with one certificate or several (K2)."""
    return [Counted(EXPERTS_CERTIFIED, str(expert_id))]


def dissemination_held(enterprise_ids: Iterable[UUID]) -> Sequence[Counted]:
    """Every enterprise known to be informed is reached (K3)."""
    return [Counted(ENTERPRISES_REACHED, str(enterprise_id)) for enterprise_id in dict.fromkeys(enterprise_ids)]


def participation_selected(*, enterprise_id: UUID, content_kind: str) -> Sequence[Counted]:
    """An enterprise selected for support is reached (K3), and supported when it is to apply a system or tool (K4)."""
    counted = [Counted(ENTERPRISES_REACHED, str(enterprise_id))]
    if content_kind in APPLIED_KINDS:
        counted.append(Counted(ENTERPRISES_SUPPORTED, str(enterprise_id)))
    return counted


def product_certified(product_group_code: str) -> Sequence[Counted]:
    """A product group counts once, with one certified product or many (K5)."""
    return [Counted(PRODUCT_GROUPS_CERTIFIED, product_group_code)]


def award_nominated(enterprise_id: UUID) -> Sequence[Counted]:
    """An enterprise counts once, nominated in one year or in several (K6)."""
    return [Counted(AWARD_ENTRANTS, str(enterprise_id))]
