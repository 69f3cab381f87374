"""Delivering organisations: those that consult, certify or test for the enterprises supported."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from uuid import UUID, uuid5

from services.registry.domain.identifier import checked_tax_code
from services.registry.domain.stop_flag import StopFlag, flag_to_lift, lifted, raised
from services.shared.record import Act, Record, document_of, recorded_by
from services.shared.refusals import Invalid, Refusal, Taken


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


class OrganisationEnded(Refusal):
    """Nothing new is entered of an organisation that is no more."""

    sentence = "Tổ chức đã chấm dứt hoạt động từ ngày {ended_on:%d/%m/%Y}."


class OrganisationUnchanged(Invalid):
    """A change leads to something else."""

    sentence = "Nội dung thay đổi giống hệt nội dung đang ghi nhận."


class OrganisationChangedBefore(Invalid):
    """Changes are recorded in the order in which they took effect."""

    sentence = "Ngày này trước ngày {since:%d/%m/%Y}, khi nội dung đăng ký của tổ chức thay đổi lần cuối."


@dataclass(frozen=True)
class Profile:
    """What an organisation is called and offers from a day on; None: from before anybody asked."""

    name: str
    services: tuple[OfferedService, ...]
    scope: str
    valid_from: date | None = None


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

    class Renamed(Event):
        """A delivering organisation took another name (đổi tên tổ chức)."""

        TOPIC = "registry:DeliveringOrganisation.Renamed"
        name: str

        def sentence(self) -> str:
            return f"Tổ chức đổi tên thành {self.name} từ ngày {self.act.effective_on:%d/%m/%Y}."

    class ServicesAmended(Event):
        """A delivering organisation offers other services, or in other fields (thay đổi dịch vụ cung cấp)."""

        TOPIC = "registry:DeliveringOrganisation.ServicesAmended"
        services: tuple[OfferedService, ...]
        scope: str

        def sentence(self) -> str:
            offered = ", ".join(service.term for service in self.services)
            return f"Tổ chức cung cấp dịch vụ {offered} từ ngày {self.act.effective_on:%d/%m/%Y}."

    class StopFlagRaised(Event):
        """A body asked that an organisation be given no task for now (đặt cảnh báo tạm dừng)."""

        TOPIC = "registry:DeliveringOrganisation.StopFlagRaised"
        stop_flag_id: UUID
        reason: str

        def sentence(self) -> str:
            return f"Đặt cảnh báo tạm dừng giao việc cho tổ chức theo {self.act.document}: {self.reason}"

    class StopFlagLifted(Event):
        """A stop flag was lifted (gỡ cảnh báo tạm dừng)."""

        TOPIC = "registry:DeliveringOrganisation.StopFlagLifted"
        stop_flag_id: UUID
        reason: str

        def sentence(self) -> str:
            return f"Gỡ cảnh báo tạm dừng giao việc cho tổ chức theo {self.act.document}: {self.reason}"

    class Ended(Event):
        """A delivering organisation ended (tổ chức chấm dứt hoạt động)."""

        TOPIC = "registry:DeliveringOrganisation.Ended"
        reason: str

        def sentence(self) -> str:
            return f"Tổ chức chấm dứt hoạt động từ ngày {self.act.effective_on:%d/%m/%Y}, lý do: {self.reason}."

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
        self.profiles: tuple[Profile, ...] = (Profile(name, services, scope),)
        self.tax_code = tax_code
        self.accreditation = accreditation
        self.stop_flags: tuple[StopFlag, ...] = ()
        self.ended_on: date | None = None

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
        _check_services(services)
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

    def rename(self, act: Act, name: str) -> None:
        """Take another name by the act's document, from its effective date on."""
        changed = replace(self.profiles[-1], name=name, valid_from=act.effective_on)
        self._check_changes(act, changed, "name")
        self._renamed(act=act, name=name)

    @recorded_by(Renamed)
    def _renamed(self, act: Act, name: str) -> None:
        self.profiles = (*self.profiles, replace(self.profiles[-1], name=name, valid_from=act.effective_on))

    def change_services(self, act: Act, services: tuple[OfferedService, ...], scope: str) -> None:
        """Offer other services, or in other fields, by the act's document, from its effective date on."""
        _check_services(services)
        changed = replace(self.profiles[-1], services=services, scope=scope, valid_from=act.effective_on)
        self._check_changes(act, changed, "services")
        self._services_amended(act=act, services=services, scope=scope)

    @recorded_by(ServicesAmended)
    def _services_amended(self, act: Act, services: tuple[OfferedService, ...], scope: str) -> None:
        changed = replace(self.profiles[-1], services=services, scope=scope, valid_from=act.effective_on)
        self.profiles = (*self.profiles, changed)

    def raise_stop_flag(self, act: Act, reason: str) -> None:
        """Ask, by the act's document, that it be given no task until the flag is lifted."""
        document_of(act)
        stop_flag_id = uuid5(self.id, f"stop-flag:{len(self.stop_flags) + 1}")
        self._stop_flag_raised(act=act, stop_flag_id=stop_flag_id, reason=reason)

    @recorded_by(StopFlagRaised)
    def _stop_flag_raised(self, act: Act, stop_flag_id: UUID, reason: str) -> None:
        self.stop_flags = (*self.stop_flags, raised(act, stop_flag_id, reason))

    def lift_stop_flag(self, act: Act, stop_flag_id: UUID, reason: str) -> None:
        """Lift a flag by the act's document; refuses the person who raised it, and a flag that is lifted already."""
        flag_to_lift(act, self.stop_flags, stop_flag_id)
        self._stop_flag_lifted(act=act, stop_flag_id=stop_flag_id, reason=reason)

    @recorded_by(StopFlagLifted)
    def _stop_flag_lifted(self, act: Act, stop_flag_id: UUID, reason: str) -> None:
        self.stop_flags = lifted(self.stop_flags, stop_flag_id, act.effective_on)

    def end(self, act: Act, reason: str) -> None:
        """End by the act's document: on its effective date it is no more."""
        document_of(act)
        self.must_exist_on(act.effective_on)
        self._check_order(act)
        self._ended(act=act, reason=reason)

    @recorded_by(Ended)
    def _ended(self, act: Act, reason: str) -> None:
        self.ended_on = act.effective_on

    @property
    def name(self) -> str:
        """Its name as recorded last."""
        return self.profiles[-1].name

    def profile_on(self, day: date) -> Profile:
        """What it was called and offered on a day."""
        held = (profile for profile in reversed(self.profiles) if not profile.valid_from or profile.valid_from <= day)
        return next(held)

    def must_exist_on(self, day: date) -> None:
        """Raises OrganisationEnded when it is no more on a day."""
        if self.ended_on is not None and day >= self.ended_on:
            raise OrganisationEnded(ended_on=self.ended_on)

    def _check_changes(self, act: Act, changed: Profile, field: str) -> None:
        document_of(act)
        self.must_exist_on(act.effective_on)
        self._check_order(act)
        if changed == replace(self.profiles[-1], valid_from=changed.valid_from):
            raise OrganisationUnchanged(field)

    def _check_order(self, act: Act) -> None:
        since = self.profiles[-1].valid_from
        if since and act.effective_on < since:
            raise OrganisationChangedBefore("basis.effective_on", since=since)


def _check_services(services: tuple[OfferedService, ...]) -> None:
    if len(set(services)) < len(services):
        raise ServiceRepeated("services")
