"""What people call a claim by, on paper and on the telephone."""

from __future__ import annotations

from uuid import UUID, uuid5

SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Digits and letters of which none looks like another (base32 of Crockford)."""


def claim_code(participation_id: UUID) -> str:
    """The code of a participation's claims, such as ``TL-7F3K-9QWX-24MN``.

    It follows from the participation, so that applications need not queue for it. That any two of a million have the
    same of its 60 bits is less probable than one in a million.
    """
    number = uuid5(participation_id, "claim-code").int
    symbols = "".join(SYMBOLS[number >> 5 * place & 31] for place in range(12))
    return f"TL-{symbols[:4]}-{symbols[4:8]}-{symbols[8:]}"
