"""What rules kept as data have in common: versions with a validity, proposed by one person and adopted by another."""

from __future__ import annotations

from datetime import date
from typing import ClassVar
from uuid import UUID

from services.shared.record import Act, document_of, must_be_another_than
from services.shared.refusals import Refusal

__all__ = ["VersionedRules"]


class VersionedRules:
    """One version of some rules; it counts for nothing until somebody else than proposed it adopts it.

    A record of rules is this too: it sets these fields when it is proposed, records the adoption, and says how a second
    one is refused.
    """

    ALREADY_ADOPTED: ClassVar[type[Refusal]]
    rules_version: int
    proposed_by: UUID
    valid_from: date
    valid_until: date | None
    document: str | None

    def adopt(self, act: Act) -> None:
        """The rules come into force.

        Raises DocumentMissing, ALREADY_ADOPTED and ActedBefore.
        """
        document_of(act)
        if self.document is not None:
            raise self.ALREADY_ADOPTED(rules_version=self.rules_version)
        must_be_another_than(act, self.proposed_by)
        self._adopted(act=act)

    def _adopted(self, act: Act) -> None:
        raise NotImplementedError

    def are_in_force(self, on: date) -> bool:
        """Whether the rules were adopted and count on a day."""
        return (
            self.document is not None and self.valid_from <= on and (self.valid_until is None or on <= self.valid_until)
        )
