from __future__ import annotations

from collections.abc import Sequence

import pytest

from services.reporting.domain import indicators
from services.reporting.domain.indicators import Counted
from tests.reporting.examples import LOTUS_MILL, QUIET_OTTER, RIVER_FARM


@pytest.mark.parametrize(
    ("counted", "expected"),
    [
        pytest.param(
            indicators.attendance_recorded("training:7", audience="MANAGER", enterprise_id=LOTUS_MILL),
            [("K1", "training:7"), ("K3", str(LOTUS_MILL))],
            id="a manager's attendance, and the enterprise that is reached by it",
        ),
        pytest.param(
            indicators.attendance_recorded("training:7", audience="MANAGER", enterprise_id=None),
            [("K1", "training:7")],
            id="a manager whom no enterprise sent",
        ),
        pytest.param(
            indicators.attendance_recorded("training:7", audience="WORKER", enterprise_id=LOTUS_MILL),
            [("K3", str(LOTUS_MILL))],
            id="a worker is no manager, but the enterprise is reached",
        ),
        pytest.param(
            indicators.attendance_recorded("training:7", audience="STUDENT", enterprise_id=None),
            [],
            id="a student counts for nothing",
        ),
        pytest.param(indicators.expert_certified(QUIET_OTTER), [("K2", str(QUIET_OTTER))], id="an expert"),
        pytest.param(
            indicators.dissemination_held([LOTUS_MILL, RIVER_FARM, LOTUS_MILL]),
            [("K3", str(LOTUS_MILL)), ("K3", str(RIVER_FARM))],
            id="each enterprise informed, once",
        ),
        pytest.param(
            indicators.participation_selected(enterprise_id=LOTUS_MILL, content_kind="SYSTEM"),
            [("K3", str(LOTUS_MILL)), ("K4", str(LOTUS_MILL))],
            id="support for a system",
        ),
        pytest.param(
            indicators.participation_selected(enterprise_id=LOTUS_MILL, content_kind="TOOL"),
            [("K3", str(LOTUS_MILL)), ("K4", str(LOTUS_MILL))],
            id="support for a tool",
        ),
        pytest.param(
            indicators.participation_selected(enterprise_id=LOTUS_MILL, content_kind="CERTIFICATION"),
            [("K3", str(LOTUS_MILL))],
            id="support for a certificate applies no system",
        ),
        pytest.param(indicators.product_certified("GAO"), [("K5", "GAO")], id="a product group"),
        pytest.param(indicators.award_nominated(RIVER_FARM), [("K6", str(RIVER_FARM))], id="an award entrant"),
    ],
)
def test_what_an_announcement_counts(counted: Sequence[Counted], expected: list[tuple[str, str]]) -> None:
    assert [(entry.indicator_code, entry.key) for entry in counted] == expected


def test_two_attendances_of_one_manager_are_two() -> None:
    both = [
        indicators.attendance_recorded(event_id, audience="MANAGER", enterprise_id=None)[0]
        for event_id in ("training:7", "training:8")
    ]
    assert len(set(both)) == 2
