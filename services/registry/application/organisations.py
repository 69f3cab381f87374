"""Delivering organisations through time: get, tell, save."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import UUID

from services.registry.domain.accreditation import Accreditations, HeldAccreditation, told_at_registration
from services.registry.domain.delivering_organisation import DeliveringOrganisation, OfferedService
from services.shared.event_store import Call, EventLog, Saved


class Organisations:
    """What becomes of delivering organisations and of their accreditations."""

    def __init__(self, log: EventLog) -> None:
        self._log = log

    def rename_delivering_organisation(
        self, call: Call, *, organisation_id: UUID, name: str
    ) -> Saved[DeliveringOrganisation]:
        return self._changed(call, organisation_id, lambda organisation: organisation.rename(call.act, name))

    def change_offered_services(
        self, call: Call, *, organisation_id: UUID, services: tuple[OfferedService, ...], scope: str
    ) -> Saved[DeliveringOrganisation]:
        return self._changed(
            call, organisation_id, lambda organisation: organisation.change_services(call.act, services, scope)
        )

    def raise_organisation_stop_flag(
        self, call: Call, *, organisation_id: UUID, reason: str
    ) -> Saved[DeliveringOrganisation]:
        return self._changed(call, organisation_id, lambda organisation: organisation.raise_stop_flag(call.act, reason))

    def lift_organisation_stop_flag(
        self, call: Call, *, organisation_id: UUID, stop_flag_id: UUID, reason: str
    ) -> Saved[DeliveringOrganisation]:
        return self._changed(
            call, organisation_id, lambda organisation: organisation.lift_stop_flag(call.act, stop_flag_id, reason)
        )

    def end_delivering_organisation(
        self, call: Call, *, organisation_id: UUID, reason: str
    ) -> Saved[DeliveringOrganisation]:
        return self._changed(call, organisation_id, lambda organisation: organisation.end(call.act, reason))

    def grant_accreditation(
        self,
        call: Call,
        *,
        organisation_id: UUID,
        number: str,
        issuer: str,
        field: str,
        valid_from: date,
        valid_until: date,
    ) -> Saved[Accreditations]:
        """Record an accreditation; OrganisationEnded of one that is no more."""
        self._log.load(DeliveringOrganisation, organisation_id).must_exist_on(call.act.effective_on)
        return self._accredited(
            call,
            organisation_id,
            lambda held: held.grant(
                call.act, number=number, issuer=issuer, field=field, valid_from=valid_from, valid_until=valid_until
            ),
        )

    def renew_accreditation(
        self, call: Call, *, organisation_id: UUID, number: str, valid_until: date
    ) -> Saved[Accreditations]:
        return self._accredited(call, organisation_id, lambda held: held.renew(call.act, number, valid_until))

    def suspend_accreditation(
        self, call: Call, *, organisation_id: UUID, number: str, reason: str
    ) -> Saved[Accreditations]:
        return self._accredited(call, organisation_id, lambda held: held.suspend(call.act, number, reason))

    def resume_accreditation(self, call: Call, *, organisation_id: UUID, number: str) -> Saved[Accreditations]:
        return self._accredited(call, organisation_id, lambda held: held.resume(call.act, number))

    def end_accreditation(
        self, call: Call, *, organisation_id: UUID, number: str, reason: str
    ) -> Saved[Accreditations]:
        return self._accredited(call, organisation_id, lambda held: held.end(call.act, number, reason))

    def get_accreditations(self, organisation_id: UUID) -> tuple[tuple[HeldAccreditation, ...], int]:
        """The accreditations of an organisation, and the version of their record, 0 where there is none yet."""
        organisation = self._log.load(DeliveringOrganisation, organisation_id)
        known = self._log.find(Accreditations, Accreditations.create_id(organisation_id))
        return (known.accreditations, known.version) if known else (told_at_registration(organisation.accreditation), 0)

    def _changed(
        self, call: Call, organisation_id: UUID, change: Callable[[DeliveringOrganisation], None]
    ) -> Saved[DeliveringOrganisation]:
        organisation = self._log.load(DeliveringOrganisation, organisation_id, etag=call.etag)
        change(organisation)
        return self._log.save_for(call, organisation)

    def _accredited(
        self, call: Call, organisation_id: UUID, change: Callable[[Accreditations], None]
    ) -> Saved[Accreditations]:
        organisation = self._log.load(DeliveringOrganisation, organisation_id)
        known = self._log.find(Accreditations, Accreditations.create_id(organisation_id), etag=call.etag)
        accreditations = known or Accreditations.open(call.act, organisation_id, organisation.accreditation)
        change(accreditations)
        return self._log.save_for(call, accreditations)
