from __future__ import annotations

import math

from services.shared.deadline import remaining_seconds, within


def test_outside_a_call_time_is_not_bounded() -> None:
    assert remaining_seconds() == math.inf


def test_an_outer_tighter_bound_stays_in_force() -> None:
    with within(1):
        with within(10):
            assert 0 < remaining_seconds() <= 1
        with within(0.1):
            assert 0 < remaining_seconds() <= 0.1
    assert remaining_seconds() == math.inf


def test_used_up_time_is_nought() -> None:
    with within(-1):
        assert remaining_seconds() == 0
