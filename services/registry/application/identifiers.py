"""How a number leads to who holds it, without anybody finding the number."""

from __future__ import annotations

from uuid import UUID

from services.registry.domain.identifier import LEGAL_PERSON_DIGITS, IdentifierKind
from services.shared.personal_data import keyed_digest

ENTERPRISES = "enterprise"
DELIVERING_ORGANISATIONS = "delivering organisation"
PERSONS = "person"


def claim_id(secret: bytes, holders: str, kind: IdentifierKind, code: str) -> UUID:
    """The id of the claim on a number among such holders: without the secret nobody finds the number from it.

    A branch's tax code is that of its legal person and three digits more: one legal person, one claim.
    """
    if kind is IdentifierKind.TAX_CODE:
        code = code[:LEGAL_PERSON_DIGITS]
    return UUID(keyed_digest(secret, f"{holders}\n{kind}\n{code}")[:32])
