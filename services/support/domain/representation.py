"""Who may act for an enterprise or a host, as the registry knows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.shared.refusals import Forbidden, Refusal

__all__ = ["Authorisation", "Host", "Representation"]


class NotAuthorisedToRepresent(Forbidden):
    """A token says for which body somebody acts; whether they may act for this party the registry says."""

    sentence = "Người thực hiện không có ủy quyền của {party_id} vào ngày {day:%d/%m/%Y}."


class HostNotAccredited(Refusal):
    """A call asks for an accreditation that holds on the day of the application."""

    sentence = "Tổ chức {organisation_id} không có giấy công nhận còn hiệu lực vào ngày {day:%d/%m/%Y}."


@dataclass(frozen=True)
class Host:
    """A delivering organisation and the last day of its accreditation; None where it has none."""

    organisation_id: UUID
    accredited_until: date | None

    def must_be_accredited_on(self, day: date) -> None:
        """Raises HostNotAccredited."""
        if self.accredited_until is None or self.accredited_until < day:
            raise HostNotAccredited(organisation_id=self.organisation_id, day=day)


@dataclass(frozen=True)
class Authorisation:
    """A period, both days included, in which somebody may act for a party; open while ``valid_until`` is None."""

    valid_from: date
    valid_until: date | None

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


@dataclass(frozen=True)
class Representation:
    """All authorisations that a person ever had of a party: an enterprise or a delivering organisation."""

    party_id: UUID
    authorisations: tuple[Authorisation, ...]

    def must_hold_on(self, *days: date) -> None:
        """Raises NotAuthorisedToRepresent for a day on which no authorisation holds."""
        for day in days:
            if not any(each.holds_on(day) for each in self.authorisations):
                raise NotAuthorisedToRepresent(party_id=self.party_id, day=day)
