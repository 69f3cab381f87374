"""The registry's gRPC door to delivering organisations through time."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from nscl.registry.v1 import organisation_service_pb2 as messages
from nscl.registry.v1 import organisation_service_pb2_grpc

from services.registry.api import forms
from services.registry.api.enterprise_servicer import STOPPERS
from services.registry.api.organisation_messages import accreditations_message, expiring_accreditation_message
from services.registry.application.organisations import Organisations
from services.registry.application.registry import Registry
from services.registry.domain.accreditation import Accreditations
from services.registry.domain.delivering_organisation import DeliveringOrganisation, OfferedService
from services.registry.read_models.expiring_accreditations import ExpiringAccreditations
from services.shared.event_store import Call, Saved
from services.shared.grpc_server import ANY_CAPACITY, Caller, Form, Page, caught_up, command, query

KEEPERS = ("administrator", "programme_officer")


class OrganisationServicer(organisation_service_pb2_grpc.OrganisationServiceServicer):
    """What may be asked about delivering organisations, and in which capacity; ``registry`` tells how far the log has
    come. They are public, so that every known caller may read of them."""

    def __init__(
        self, organisations: Organisations, registry: Registry, expiring_accreditations: ExpiringAccreditations
    ) -> None:
        self._organisations = organisations
        self._registry = registry
        self._expiring_accreditations = expiring_accreditations

    @command(*KEEPERS, resource="delivering_organisation")
    def RenameDeliveringOrganisation(
        self, request: messages.RenameDeliveringOrganisationRequest, call: Call
    ) -> Saved[DeliveringOrganisation]:
        form = Form(request)
        organisation_id = form.uuid("delivering_organisation_id")
        name = form.text("name", longest=250)
        form.check()
        return self._organisations.rename_delivering_organisation(call, organisation_id=organisation_id, name=name)

    @command(*KEEPERS, resource="delivering_organisation")
    def ChangeOfferedServices(
        self, request: messages.ChangeOfferedServicesRequest, call: Call
    ) -> Saved[DeliveringOrganisation]:
        form = Form(request)
        organisation_id = form.uuid("delivering_organisation_id")
        services = form.choices("services", OfferedService, least=1, most=len(OfferedService))
        scope = form.text("scope", longest=1_000, lines=True)
        form.check()
        return self._organisations.change_offered_services(
            call, organisation_id=organisation_id, services=services, scope=scope
        )

    @command(*STOPPERS, resource="delivering_organisation")
    def RaiseOrganisationStopFlag(
        self, request: messages.RaiseOrganisationStopFlagRequest, call: Call
    ) -> Saved[DeliveringOrganisation]:
        form = Form(request)
        organisation_id = form.uuid("delivering_organisation_id")
        reason = forms.reason(form)
        form.check()
        return self._organisations.raise_organisation_stop_flag(call, organisation_id=organisation_id, reason=reason)

    @command(*STOPPERS, resource="delivering_organisation")
    def LiftOrganisationStopFlag(
        self, request: messages.LiftOrganisationStopFlagRequest, call: Call
    ) -> Saved[DeliveringOrganisation]:
        form = Form(request)
        organisation_id = form.uuid("delivering_organisation_id")
        stop_flag_id = form.uuid("stop_flag_id")
        reason = forms.reason(form)
        form.check()
        return self._organisations.lift_organisation_stop_flag(
            call, organisation_id=organisation_id, stop_flag_id=stop_flag_id, reason=reason
        )

    @command(*KEEPERS, resource="delivering_organisation")
    def EndDeliveringOrganisation(
        self, request: messages.EndDeliveringOrganisationRequest, call: Call
    ) -> Saved[DeliveringOrganisation]:
        form = Form(request)
        organisation_id = form.uuid("delivering_organisation_id")
        reason = forms.reason(form)
        form.check()
        return self._organisations.end_delivering_organisation(call, organisation_id=organisation_id, reason=reason)

    @command(*KEEPERS, resource="accreditations")
    def GrantAccreditation(self, request: messages.GrantAccreditationRequest, call: Call) -> Saved[Accreditations]:
        form = Form(request)
        organisation_id = form.uuid("delivering_organisation_id")
        number = form.text("number", longest=60)
        issuer = form.text("issuer", longest=250)
        field = form.text("field", longest=500)
        valid_from = form.date("valid_from")
        valid_until = form.date("valid_until")
        form.check()
        return self._organisations.grant_accreditation(
            call,
            organisation_id=organisation_id,
            number=number,
            issuer=issuer,
            field=field,
            valid_from=valid_from,
            valid_until=valid_until,
        )

    @command(*KEEPERS, resource="accreditations")
    def RenewAccreditation(self, request: messages.RenewAccreditationRequest, call: Call) -> Saved[Accreditations]:
        form = Form(request)
        organisation_id = form.uuid("delivering_organisation_id")
        number = form.text("number", longest=60)
        valid_until = form.date("valid_until")
        form.check()
        return self._organisations.renew_accreditation(
            call, organisation_id=organisation_id, number=number, valid_until=valid_until
        )

    @command(*KEEPERS, resource="accreditations")
    def SuspendAccreditation(self, request: messages.SuspendAccreditationRequest, call: Call) -> Saved[Accreditations]:
        form = Form(request)
        organisation_id = form.uuid("delivering_organisation_id")
        number = form.text("number", longest=60)
        reason = forms.reason(form)
        form.check()
        return self._organisations.suspend_accreditation(
            call, organisation_id=organisation_id, number=number, reason=reason
        )

    @command(*KEEPERS, resource="accreditations")
    def ResumeAccreditation(self, request: messages.ResumeAccreditationRequest, call: Call) -> Saved[Accreditations]:
        form = Form(request)
        organisation_id = form.uuid("delivering_organisation_id")
        number = form.text("number", longest=60)
        form.check()
        return self._organisations.resume_accreditation(call, organisation_id=organisation_id, number=number)

    @command(*KEEPERS, resource="accreditations")
    def EndAccreditation(self, request: messages.EndAccreditationRequest, call: Call) -> Saved[Accreditations]:
        form = Form(request)
        organisation_id = form.uuid("delivering_organisation_id")
        number = form.text("number", longest=60)
        reason = forms.reason(form)
        form.check()
        return self._organisations.end_accreditation(
            call, organisation_id=organisation_id, number=number, reason=reason
        )

    @query(ANY_CAPACITY)
    def GetAccreditations(
        self, request: messages.GetAccreditationsRequest, caller: Caller
    ) -> messages.GetAccreditationsResponse:
        form = Form(request)
        organisation_id = form.uuid("delivering_organisation_id")
        on_date = form.date("on_date")
        form.check()
        caught_up(self._registry, request.min_position)
        held, version = self._organisations.get_accreditations(organisation_id)
        return messages.GetAccreditationsResponse(
            accreditations=accreditations_message(organisation_id, held, version, on_date)
        )

    @query(ANY_CAPACITY)
    def ListExpiringAccreditations(
        self, request: messages.ListExpiringAccreditationsRequest, caller: Caller
    ) -> messages.ListExpiringAccreditationsResponse:
        form = Form(request)
        expiring_from = form.date("expiring_from")
        expiring_before = form.date("expiring_before")
        form.check()
        page = Page.read(request, tuple[date, UUID, str])
        caught_up(self._expiring_accreditations, request.min_position)
        as_of_position = self._expiring_accreditations.position()
        rows = self._expiring_accreditations.list_expiring_accreditations(
            expiring_from, expiring_before, after=page.after, limit=page.size + 1
        )
        shown, next_page_token = page.cut(rows, key=lambda row: row.place)
        return messages.ListExpiringAccreditationsResponse(
            accreditations=map(expiring_accreditation_message, shown),
            next_page_token=next_page_token,
            as_of_position=as_of_position,
        )
