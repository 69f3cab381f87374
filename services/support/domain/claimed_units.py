"""Which products or sites of an enterprise State money goes to, where a content may be had once for each.

A key names one for good, where a name could be written in many ways: ``PRODUCT:8934588012345`` is the number of a
product's bar code or the code under which its standard was declared, ``SITE:31120:XUONG-2`` the administrative unit of
a site and, where the enterprise has several there, the site's code.
"""

from __future__ import annotations

from enum import StrEnum

__all__ = ["UNIT_KEY", "ClaimUnit", "concern_the_same"]

UNIT_KEY = r"PRODUCT:[0-9A-Z][0-9A-Z./-]{0,62}|SITE:[0-9]{5}(:[0-9A-Z][0-9A-Z./-]{0,30})?"
"""How a key is written (regular expression)."""


class ClaimUnit(StrEnum):
    """What may have a content once: the enterprise, each of its products, or each of its sites."""

    ENTERPRISE = "ENTERPRISE"
    PRODUCT = "PRODUCT"
    SITE = "SITE"

    def named_by(self, unit_keys: tuple[str, ...]) -> frozenset[str]:
        """The keys among some that name such a unit."""
        return frozenset(key for key in unit_keys if key.startswith(f"{self}:"))


def concern_the_same(unit: ClaimUnit, one: tuple[str, ...], other: tuple[str, ...]) -> bool | None:
    """Whether money for two sets of keys is for the same unit; None when only one of them says for which.

    What names no unit is for the enterprise as a whole, and two of these are for the same.
    """
    named, others = unit.named_by(one), unit.named_by(other)
    if unit is ClaimUnit.ENTERPRISE or not (named or others):
        return True
    if not (named and others):
        return None
    return not named.isdisjoint(others)
