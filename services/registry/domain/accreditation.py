"""Accreditations of delivering organisations: granted, renewed, suspended and ended by the documents that say so."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from uuid import UUID, uuid5

from services.registry.domain.delivering_organisation import Accreditation, AccreditationExpired
from services.registry.domain.enterprise import PeriodEndsBeforeItBegins
from services.shared.record import Act, Record, document_of, recorded_by
from services.shared.refusals import Invalid, Missing, Refusal, Taken


class AccreditationAlreadyGranted(Taken):
    """An organisation holds an accreditation of a number once."""

    sentence = "Tổ chức đã có giấy công nhận số {number}."


class AccreditationUnknown(Missing):
    """The organisation never held an accreditation of that number."""

    sentence = "Tổ chức không có giấy công nhận số {number}."


class AccreditationAlreadyEnded(Refusal):
    """What has ended is granted anew, under another number."""

    sentence = "Giấy công nhận số {number} đã chấm dứt hiệu lực từ ngày {ended_on:%d/%m/%Y}."


class AccreditationRunOut(Refusal):
    """What has run out is granted anew: a renewal leaves no gap."""

    sentence = "Giấy công nhận số {number} đã hết hạn vào ngày {valid_until:%d/%m/%Y}; cần ghi nhận giấy mới."


class AccreditationNotExtended(Invalid):
    """A renewal leads to a later day."""

    sentence = "Thời hạn mới phải sau ngày {valid_until:%d/%m/%Y}."


class AccreditationSuspendedBefore(Refusal):
    """What is suspended is resumed before it is suspended again."""

    sentence = "Giấy công nhận số {number} đang bị đình chỉ từ ngày {since:%d/%m/%Y}."


class AccreditationNotSuspended(Refusal):
    """Only what is suspended is resumed."""

    sentence = "Giấy công nhận số {number} không bị đình chỉ."


class AccreditationChangedBefore(Invalid):
    """What happens to an accreditation is recorded in the order in which it happened."""

    sentence = "Ngày này trước ngày {since:%d/%m/%Y}, khi giấy công nhận thay đổi lần cuối."


class AccreditationStatus(StrEnum):
    """How an accreditation stands on a day."""

    NOT_YET_VALID = "NOT_YET_VALID"
    VALID = "VALID"
    SUSPENDED = "SUSPENDED"
    EXPIRED = "EXPIRED"
    ENDED = "ENDED"


@dataclass(frozen=True)
class Suspension:
    """A time in which an accreditation does not count: from ``since`` to the day before ``resumed_on``."""

    since: date
    resumed_on: date | None = None

    def holds_on(self, day: date) -> bool:
        return self.since <= day and (self.resumed_on is None or day < self.resumed_on)


@dataclass(frozen=True)
class HeldAccreditation:
    """An accreditation (công nhận): by whom, for which field and standard, and what became of it.

    ``issuer``, ``field`` and ``valid_from`` are None of one that was only told with the organisation's registration.
    ``valid_until`` is its last day, ``ended_on`` the first on which it is taken away.
    """

    number: str
    issuer: str | None
    field: str | None
    valid_from: date | None
    valid_until: date
    suspensions: tuple[Suspension, ...] = ()
    ended_on: date | None = None

    @property
    def suspended_since(self) -> date | None:
        """Since when it is suspended; None where it is not."""
        last = self.suspensions[-1] if self.suspensions else None
        return last.since if last and last.resumed_on is None else None

    @property
    def changed_on(self) -> date:
        """The last day on which something became of it; later acts have a later day or the same."""
        days = [day for each in self.suspensions for day in (each.since, each.resumed_on) if day]
        return max([*days, self.valid_from or date.min])

    def status_on(self, day: date) -> AccreditationStatus:
        """How it stands on a day."""
        if self.valid_from and day < self.valid_from:
            return AccreditationStatus.NOT_YET_VALID
        if self.ended_on and day >= self.ended_on:
            return AccreditationStatus.ENDED
        if day > self.valid_until:
            return AccreditationStatus.EXPIRED
        suspended = any(each.holds_on(day) for each in self.suspensions)
        return AccreditationStatus.SUSPENDED if suspended else AccreditationStatus.VALID


class Accreditations(Record):
    """All accreditations of one delivering organisation."""

    TOPIC = "registry:Accreditations"

    class Event(Record.Event):
        """Something that happened to an organisation's accreditations (sự kiện)."""

        organisation_id: UUID

    class Opened(Event, Record.Created):
        """Accreditations of an organisation began to be kept, with the one ``registered`` (theo dõi công nhận)."""

        TOPIC = "registry:Accreditations.Opened"
        registered: Accreditation | None

        def sentence(self) -> str:
            return "Bắt đầu theo dõi công nhận của một tổ chức."

    class Granted(Event):
        """An accreditation was granted (cấp công nhận)."""

        TOPIC = "registry:Accreditations.Granted"
        accreditation: HeldAccreditation

        def sentence(self) -> str:
            granted = self.accreditation
            return (
                f"Ghi nhận giấy công nhận số {granted.number} do {granted.issuer} cấp cho {granted.field}, "
                f"có hiệu lực đến ngày {granted.valid_until:%d/%m/%Y}."
            )

    class Renewed(Event):
        """An accreditation was renewed (gia hạn công nhận)."""

        TOPIC = "registry:Accreditations.Renewed"
        number: str
        valid_until: date

        def sentence(self) -> str:
            return f"Gia hạn giấy công nhận số {self.number} đến ngày {self.valid_until:%d/%m/%Y}."

    class Suspended(Event):
        """An accreditation was suspended (đình chỉ công nhận)."""

        TOPIC = "registry:Accreditations.Suspended"
        number: str
        reason: str

        def sentence(self) -> str:
            return f"Đình chỉ giấy công nhận số {self.number} theo {self.act.document}, lý do: {self.reason}."

    class Resumed(Event):
        """An accreditation counts again (phục hồi công nhận)."""

        TOPIC = "registry:Accreditations.Resumed"
        number: str

        def sentence(self) -> str:
            return f"Phục hồi giấy công nhận số {self.number} theo {self.act.document}."

    class Ended(Event):
        """An accreditation was taken away or given back (chấm dứt công nhận)."""

        TOPIC = "registry:Accreditations.Ended"
        number: str
        reason: str

        def sentence(self) -> str:
            return f"Chấm dứt hiệu lực giấy công nhận số {self.number} theo {self.act.document}, lý do: {self.reason}."

    Created = Opened

    @recorded_by(Opened)
    def __init__(self, act: Act, organisation_id: UUID, registered: Accreditation | None) -> None:
        self.organisation_id = organisation_id
        self.accreditations = told_at_registration(registered)

    @staticmethod
    def create_id(organisation_id: UUID) -> UUID:
        """The id under which an organisation's accreditations are found again."""
        return uuid5(organisation_id, "accreditations")

    @classmethod
    def open(cls, act: Act, organisation_id: UUID, registered: Accreditation | None) -> Accreditations:
        """Begin to keep an organisation's accreditations; ``registered`` is the one told at its registration."""
        return cls(act=act, organisation_id=organisation_id, registered=registered)

    def grant(self, act: Act, *, number: str, issuer: str, field: str, valid_from: date, valid_until: date) -> None:
        """Record an accreditation by the act's document; refuses a number it has had, and one that has run out."""
        document_of(act)
        if any(held.number == number for held in self.accreditations):
            raise AccreditationAlreadyGranted(number=number)
        if valid_until < valid_from:
            raise PeriodEndsBeforeItBegins("valid_until")
        if valid_until < act.effective_on:
            raise AccreditationExpired("valid_until", expires_on=valid_until)
        granted = HeldAccreditation(number, issuer, field, valid_from, valid_until)
        self._granted(act=act, organisation_id=self.organisation_id, accreditation=granted)

    @recorded_by(Granted)
    def _granted(self, act: Act, organisation_id: UUID, accreditation: HeldAccreditation) -> None:
        self.accreditations = (*self.accreditations, accreditation)

    def renew(self, act: Act, number: str, valid_until: date) -> None:
        """Record a later last day by the act's document, before the present one has passed."""
        held = self._counting(act, number)
        if act.effective_on > held.valid_until:
            raise AccreditationRunOut(number=number, valid_until=held.valid_until)
        if valid_until <= held.valid_until:
            raise AccreditationNotExtended("valid_until", valid_until=held.valid_until)
        self._renewed(act=act, organisation_id=self.organisation_id, number=number, valid_until=valid_until)

    @recorded_by(Renewed)
    def _renewed(self, act: Act, organisation_id: UUID, number: str, valid_until: date) -> None:
        self._put(replace(self.held(number), valid_until=valid_until))

    def suspend(self, act: Act, number: str, reason: str) -> None:
        """Let an accreditation not count for now, by the act's document, from its effective date on."""
        held = self._counting(act, number)
        if held.suspended_since:
            raise AccreditationSuspendedBefore(number=number, since=held.suspended_since)
        self._suspended(act=act, organisation_id=self.organisation_id, number=number, reason=reason)

    @recorded_by(Suspended)
    def _suspended(self, act: Act, organisation_id: UUID, number: str, reason: str) -> None:
        held = self.held(number)
        self._put(replace(held, suspensions=(*held.suspensions, Suspension(act.effective_on))))

    def resume(self, act: Act, number: str) -> None:
        """Let a suspended accreditation count again, by the act's document, from its effective date on."""
        held = self._counting(act, number)
        if not held.suspended_since:
            raise AccreditationNotSuspended(number=number)
        self._resumed(act=act, organisation_id=self.organisation_id, number=number)

    @recorded_by(Resumed)
    def _resumed(self, act: Act, organisation_id: UUID, number: str) -> None:
        held = self.held(number)
        *earlier, last = held.suspensions
        self._put(replace(held, suspensions=(*earlier, replace(last, resumed_on=act.effective_on))))

    def end(self, act: Act, number: str, reason: str) -> None:
        """Take an accreditation away, by the act's document, from its effective date on."""
        self._counting(act, number)
        self._ended(act=act, organisation_id=self.organisation_id, number=number, reason=reason)

    @recorded_by(Ended)
    def _ended(self, act: Act, organisation_id: UUID, number: str, reason: str) -> None:
        self._put(replace(self.held(number), ended_on=act.effective_on))

    def held(self, number: str) -> HeldAccreditation:
        """The accreditation of a number; AccreditationUnknown."""
        for held in self.accreditations:
            if held.number == number:
                return held
        raise AccreditationUnknown(number=number)

    def _counting(self, act: Act, number: str) -> HeldAccreditation:
        """The accreditation of a number, to which something may still happen on the act's day, by its document."""
        document_of(act)
        held = self.held(number)
        if held.ended_on:
            raise AccreditationAlreadyEnded(number=number, ended_on=held.ended_on)
        if act.effective_on < held.changed_on:
            raise AccreditationChangedBefore("basis.effective_on", since=held.changed_on)
        return held

    def _put(self, changed: HeldAccreditation) -> None:
        self.accreditations = tuple(changed if held.number == changed.number else held for held in self.accreditations)


def told_at_registration(registered: Accreditation | None) -> tuple[HeldAccreditation, ...]:
    """What an organisation's registration tells of its accreditations."""
    if registered is None:
        return ()
    return (HeldAccreditation(registered.number, None, None, None, registered.expires_on),)
