"""What a report counts beside the indicators: how often something was done, and money by its source and by content.

As with the indicators, each function says what an event counts, and nothing here knows how an event was heard.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType
from uuid import UUID

from services.reporting.domain.indicators import Counted

GRANTED = "GRANTED_VND"
SPENT = "SPENT_VND"
RECOVERED = "RECOVERED_VND"

ACTS = MappingProxyType(
    {
        "CaseConfirmed": "CASES_CONFIRMED",
        "ContractSigned": "CONTRACTS_SIGNED",
        "CourseHeld": "COURSES_HELD",
        "DisseminationHeld": "DISSEMINATIONS_HELD",
        "TaskApproved": "TASKS_APPROVED",
    }
)
"""The figure that an act adds one to, once for each record, by the name under which it is announced."""

REPORTED = (*ACTS.values(), GRANTED, SPENT, RECOVERED)
"""The figures that are counted here."""


def act_done(act_name: str, record_id: UUID) -> Sequence[Counted]:
    """A record counts once, however often the act is done to it."""
    return [Counted(ACTS[act_name], str(record_id))] if act_name in ACTS else []


def granted(event_id: str, *, content_code: str, amount_vnd: int) -> Sequence[Counted]:
    """What a decision grants for a content, in dong."""
    return [Counted(GRANTED, event_id, content_code, amount_vnd)]


def spent(event_id: str, *, source_code: str, amount_vnd: int) -> Sequence[Counted]:
    """Money that left a budget line, paid or advanced, by the source of the line, in dong."""
    return [Counted(SPENT, event_id, source_code, amount_vnd)]


def recovered(event_id: str, *, source_code: str, amount_vnd: int) -> Sequence[Counted]:
    """Money that came back to the budget, by the source of the line that it had left, in dong."""
    return [Counted(RECOVERED, event_id, source_code, amount_vnd)]
