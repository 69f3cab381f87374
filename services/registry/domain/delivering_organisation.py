"""Delivering organisations: those that consult, certify or test for the enterprises supported."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from services.registry.domain.identifier import checked_tax_code
from services.shared.record import Act, Record, recorded_by
from services.shared.refusals import Invalid, Taken


class DeliveringOrganisationAlreadyRegistered(Taken):
    """A delivering organisation is registered once under its tax code."""

    sentence = "Tổ chức có mã số thuế này đã được đăng ký."


class AccreditationExpired(Invalid):
    """An accreditation named at registration is still valid."""

    sentence = "Giấy công nhận đã hết hạn vào ngày {expires_on:%d/%m/%Y}."


class ServiceRepeated(Invalid):
    """A service is offered or not, never twice."""

    sentence = "Dịch vụ cung cấp bị khai trùng."


class OfferedService(StrEnum):
    """A service that a delivering organisation offers."""

    CONSULTING = "CONSULTING"
    CERTIFICATION = "CERTIFICATION"
    TESTING = "TESTING"

    @property
    def term(self) -> str:
        """The service in Vietnamese, as sentences name it."""
        return {"CONSULTING": "tư vấn", "CERTIFICATION": "chứng nhận", "TESTING": "thử nghiệm"}[self]


@dataclass(frozen=True)
class Accreditation:
    """An accreditation (công nhận) by its number and last day."""

    number: str
    expires_on: date


class DeliveringOrganisation(Record):
    """An organisation that may host a task or certify its results."""

    TOPIC = "registry:DeliveringOrganisation"

    class Event(Record.Event):
        """Something that happened to a delivering organisation (sự kiện)."""

    class Registered(Event, Record.Created):
        """A delivering organisation was registered (đăng ký tổ chức tư vấn, chứng nhận, thử nghiệm)."""

        TOPIC = "registry:DeliveringOrganisation.Registered"
        name: str
        tax_code: str
        services: tuple[OfferedService, ...]
        scope: str
        accreditation: Accreditation | None

        def sentence(self) -> str:
            offered = ", ".join(service.term for service in self.services)
            return f"Đăng ký tổ chức {self.name} cung cấp dịch vụ {offered}."

    Created = Registered

    @recorded_by(Registered)
    def __init__(
        self,
        act: Act,
        id: UUID,  # noqa: A002 - the library's name
        name: str,
        tax_code: str,
        services: tuple[OfferedService, ...],
        scope: str,
        accreditation: Accreditation | None,
    ) -> None:
        self.name = name
        self.tax_code = tax_code
        self.services = services
        self.scope = scope
        self.accreditation = accreditation

    @classmethod
    def register(
        cls,
        act: Act,
        organisation_id: UUID,
        name: str,
        tax_code: str,
        services: tuple[OfferedService, ...],
        scope: str,
        accreditation: Accreditation | None,
    ) -> DeliveringOrganisation:
        """Enter an organisation; refuses a wrong tax code, a service named twice, an accreditation that has run out."""
        if len(set(services)) < len(services):
            raise ServiceRepeated("services")
        if accreditation and accreditation.expires_on < act.effective_on:
            raise AccreditationExpired("accreditation_expires_on", expires_on=accreditation.expires_on)
        return cls(
            act=act,
            id=organisation_id,
            name=name,
            tax_code=checked_tax_code(tax_code, "tax_code"),
            services=services,
            scope=scope,
            accreditation=accreditation,
        )
