"""Amounts in dong: integers, computed without fractions and rounded down."""

from __future__ import annotations


def in_dong(amount_vnd: int) -> str:
    """As people write it: ``1.234.567 đồng``."""
    return f"{amount_vnd:,} đồng".replace(",", ".")


def share_vnd(amount_vnd: int, rate_percent: int) -> int:
    """So many percent of an amount, rounded down to the dong."""
    return amount_vnd * rate_percent // 100
