"""Who may act for an enterprise or a host, and which host may take a task on, as the registry knows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.shared.refusals import Forbidden, Refusal

__all__ = ["Authorisation", "Host", "HostFlag", "Representation"]


class NotAuthorisedToRepresent(Forbidden):
    """A token says for which body somebody acts; whether they may act for this party the registry says."""

    sentence = "Người thực hiện không có ủy quyền của {party_id} vào ngày {day:%d/%m/%Y}."


class HostNotAccredited(Refusal):
    """A call asks for an accreditation that holds on the day of the application."""

    sentence = "Tổ chức {organisation_id} không có giấy công nhận còn hiệu lực vào ngày {day:%d/%m/%Y}."


class HostEnded(Refusal):
    """An organisation that is no more takes no task on."""

    sentence = (
        "Tổ chức {organisation_id} đã chấm dứt hoạt động từ ngày {ended_on:%d/%m/%Y}, không thể chủ trì nhiệm vụ."
    )


class HostFlagged(Refusal):
    """While a stop flag stands on an organisation, no task is given to it."""

    sentence = "Tổ chức {organisation_id} đang bị {body} cảnh báo tạm dừng theo {document}: {reason}"


@dataclass(frozen=True)
class HostFlag:
    """A body's warning not to give an organisation any task, from a day until the day before it is lifted."""

    body: str
    document: str
    reason: str
    raised_on: date
    lifted_on: date | None

    def stands_on(self, day: date) -> bool:
        return self.raised_on <= day and (self.lifted_on is None or day < self.lifted_on)


@dataclass(frozen=True)
class Host:
    """A delivering organisation: the last day of its accreditation, None where it has none, and what stops it."""

    organisation_id: UUID
    accredited_until: date | None
    stop_flags: tuple[HostFlag, ...] = ()
    ended_on: date | None = None

    def must_be_free_on(self, day: date) -> None:
        """It may take a task on: raises HostEnded and HostFlagged."""
        if self.ended_on is not None and self.ended_on <= day:
            raise HostEnded(organisation_id=self.organisation_id, ended_on=self.ended_on)
        for flag in self.stop_flags:
            if flag.stands_on(day):
                raise HostFlagged(
                    organisation_id=self.organisation_id, body=flag.body, document=flag.document, reason=flag.reason
                )

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
