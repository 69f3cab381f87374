"""The registry's gRPC door: each request read as a form, each permitted act passed on, each list answered in pages."""

from __future__ import annotations

from nscl.registry.v1 import registry_service_pb2 as messages
from nscl.registry.v1 import registry_service_pb2_grpc

from services.registry.api import forms
from services.registry.api.messages import (
    body_message,
    eligibility_message,
    enterprise_message,
    funding_message,
    unit_message,
)
from services.registry.api.organisation_messages import listed_organisation_message, organisation_message
from services.registry.application.duplicates import Merging
from services.registry.application.registry import Registry
from services.registry.domain.body import Body
from services.registry.domain.delivering_organisation import DeliveringOrganisation, OfferedService
from services.registry.domain.enterprise import Enterprise
from services.registry.domain.registration import LegalForm, TargetGroup
from services.registry.domain.standing import StandingField, StandingVerdict
from services.registry.domain.unit_register import UnitRegister, UnitUnknown
from services.registry.read_models.bodies import Bodies
from services.registry.read_models.delivering_organisations import DeliveringOrganisations
from services.registry.read_models.enterprises import Enterprises, words_of
from services.registry.read_models.other_fundings import OtherFundings
from services.registry.read_models.units import Units
from services.shared.event_store import Call, Saved
from services.shared.grpc_server import ANY_CAPACITY, Caller, Form, Page, caught_up, command, query

OFFICERS = (
    "administrator",
    "programme_officer",
    "programme_lead",
    "finance_appraiser",
    "city_leader",
    "council_member",
    "standing_attestor",
    "scheme_officer",
    "payment_officer",
    "training_officer",
    "reporting_officer",
)
READERS = (*OFFICERS, "auditor", "service")
# Those who have to know whom they register, attest or decide about; nobody else is shown a household's owner.
READERS_OF_PERSONAL_DATA = frozenset({"programme_officer", "programme_lead", "standing_attestor"})


class RegistryServicer(registry_service_pb2_grpc.RegistryServiceServicer):
    """What others may ask of the registry, and in which capacity. Bodies, units and delivering organisations are
    public, so that every known caller may read them."""

    def __init__(
        self,
        registry: Registry,
        merging: Merging,
        *,
        bodies: Bodies,
        units: Units,
        enterprises: Enterprises,
        other_fundings: OtherFundings,
        delivering_organisations: DeliveringOrganisations,
    ) -> None:
        self._registry = registry
        self._merging = merging
        self._bodies = bodies
        self._units = units
        self._enterprises = enterprises
        self._other_fundings = other_fundings
        self._delivering_organisations = delivering_organisations

    # Bodies

    @command("administrator", resource="body")
    def EstablishBody(self, request: messages.EstablishBodyRequest, call: Call) -> Saved[Body]:
        form = Form(request)
        code = form.text("code", pattern=forms.BODY_CODE)
        name = form.text("name", longest=250)
        established_on = form.date("established_on")
        predecessors = form.each("predecessors", forms.predecessor_body, most=20)
        attests = form.optional_choice("attests", StandingField)
        form.check()
        return self._registry.establish_body(
            call, code=code, name=name, established_on=established_on, predecessors=predecessors, attests=attests
        )

    @query(ANY_CAPACITY)
    def GetBody(self, request: messages.GetBodyRequest, caller: Caller) -> messages.GetBodyResponse:
        form = Form(request)
        code = form.text("code", pattern=forms.BODY_CODE)
        form.check()
        caught_up(self._registry, request.min_position)
        return messages.GetBodyResponse(body=body_message(self._registry.get_body(code)))

    @query(ANY_CAPACITY)
    def ListBodies(self, request: messages.ListBodiesRequest, caller: Caller) -> messages.ListBodiesResponse:
        page = Page.read(request, str)
        caught_up(self._bodies, request.min_position)
        as_of_position = self._bodies.position()
        rows = self._bodies.list_bodies(after=page.after, limit=page.size + 1)
        shown, next_page_token = page.cut(rows, key=lambda row: row.code)
        return messages.ListBodiesResponse(
            bodies=map(body_message, shown), next_page_token=next_page_token, as_of_position=as_of_position
        )

    # Administrative units

    @command("administrator", resource="unit_register")
    def PublishUnits(self, request: messages.PublishUnitsRequest, call: Call) -> Saved[UnitRegister]:
        form = Form(request)
        province_code = form.text("province_code", pattern=forms.PROVINCE_CODE)
        valid_from = form.date("valid_from")
        units = form.each("units", forms.published_unit, least=1, most=1_000)
        predecessors = form.each("predecessors", forms.published_predecessor, most=5_000)
        form.check()
        return self._registry.publish_units(
            call, province_code=province_code, valid_from=valid_from, units=units, predecessors=predecessors
        )

    @query(ANY_CAPACITY)
    def GetUnit(self, request: messages.GetUnitRequest, caller: Caller) -> messages.GetUnitResponse:
        form = Form(request)
        code = form.text("code", pattern=forms.UNIT_CODE)
        on_date = form.date("on_date")
        form.check()
        caught_up(self._units, request.min_position)
        as_of_position = self._units.position()
        unit = self._units.get_unit(code, on_date)
        if unit is None:
            raise UnitUnknown(code=code, day=on_date)
        return messages.GetUnitResponse(unit=unit_message(unit), as_of_position=as_of_position)

    @query(ANY_CAPACITY)
    def ListUnits(self, request: messages.ListUnitsRequest, caller: Caller) -> messages.ListUnitsResponse:
        form = Form(request)
        on_date = form.date("on_date")
        province_code = form.optional_text("province_code", pattern=forms.PROVINCE_CODE)
        form.check()
        page = Page.read(request, str)
        caught_up(self._units, request.min_position)
        as_of_position = self._units.position()
        rows = self._units.list_units(on_date, province_code=province_code, after=page.after, limit=page.size + 1)
        shown, next_page_token = page.cut(rows, key=lambda row: row.code)
        return messages.ListUnitsResponse(
            units=map(unit_message, shown), next_page_token=next_page_token, as_of_position=as_of_position
        )

    # Enterprises

    @command("programme_officer", "enterprise_representative", resource="enterprise")
    def RegisterEnterprise(self, request: messages.RegisterEnterpriseRequest, call: Call) -> Saved[Enterprise]:
        form = Form(request)
        registration = forms.registration(form)
        form.check()
        return self._registry.register_enterprise(call, registration)

    @query(*READERS)
    def GetEnterprise(self, request: messages.GetEnterpriseRequest, caller: Caller) -> messages.GetEnterpriseResponse:
        form = Form(request)
        enterprise_id = form.uuid("enterprise_id")
        form.check()
        caught_up(self._registry, request.min_position)
        enterprise = self._registry.get_enterprise(enterprise_id)
        personal = caller.capacity in READERS_OF_PERSONAL_DATA
        opened = self._registry.opened_particulars(enterprise) if personal else None
        message = enterprise_message(enterprise, opened)
        if duplicates := self._merging.get_duplicates(enterprise_id):
            message.merged_into_enterprise_id = str(duplicates.kept_id or "")
            message.merged_enterprise_ids.extend(map(str, duplicates.merged_ids))
        return messages.GetEnterpriseResponse(enterprise=message)

    @query(*READERS)
    def ListEnterprises(
        self,
        request: messages.ListEnterprisesRequest,
        caller: Caller,
    ) -> messages.ListEnterprisesResponse:
        form = Form(request)
        target_group = form.optional_choice("target_group", TargetGroup)
        unit_code = form.optional_text("unit_code", pattern=forms.UNIT_CODE)
        name = form.optional_text("name", longest=250)
        legal_form = form.optional_choice("legal_form", LegalForm)
        business_line_prefix = form.optional_text("business_line_prefix", pattern=forms.BUSINESS_LINE_PREFIX)
        if name and not words_of(name):
            form.refuse("name", "FIELD_MALFORMED", "Trường name cần có ít nhất một chữ cái hoặc chữ số.")
        form.check()
        page = Page.read(request, int)
        caught_up(self._enterprises, request.min_position)
        as_of_position = self._enterprises.position()
        rows = self._enterprises.list_enterprises(
            target_group=target_group,
            legal_form=legal_form,
            unit_code=unit_code,
            business_line_prefix=business_line_prefix,
            name=name,
            after=page.after,
            limit=page.size + 1,
        )
        shown, next_page_token = page.cut(rows, key=lambda row: row.position)
        return messages.ListEnterprisesResponse(
            enterprises=map(enterprise_message, shown), next_page_token=next_page_token, as_of_position=as_of_position
        )

    @command("standing_attestor", resource="enterprise")
    def AttestStanding(self, request: messages.AttestStandingRequest, call: Call) -> Saved[Enterprise]:
        form = Form(request)
        enterprise_id = form.uuid("enterprise_id")
        field = form.choice("field", StandingField)
        verdict = form.choice("verdict", StandingVerdict)
        valid_from = form.date("valid_from")
        valid_until = form.date("valid_until")
        form.check()
        return self._registry.attest_standing(
            call,
            enterprise_id=enterprise_id,
            field=field,
            verdict=verdict,
            valid_from=valid_from,
            valid_until=valid_until,
        )

    @command("scheme_officer", resource="enterprise")
    def RecordOtherFunding(self, request: messages.RecordOtherFundingRequest, call: Call) -> Saved[Enterprise]:
        form = Form(request)
        enterprise_id = form.uuid("enterprise_id")
        funding = forms.other_funding(form)
        form.check()
        return self._registry.record_other_funding(call, enterprise_id=enterprise_id, funding=funding)

    @query(*READERS)
    def ListOtherFundings(
        self,
        request: messages.ListOtherFundingsRequest,
        caller: Caller,
    ) -> messages.ListOtherFundingsResponse:
        form = Form(request)
        enterprise_id = form.uuid("enterprise_id")
        content_code = form.optional_text("content_code", pattern=forms.CONTENT_CODE)
        form.check()
        page = Page.read(request, int)
        caught_up(self._other_fundings, request.min_position)
        as_of_position = self._other_fundings.position()
        rows = self._other_fundings.list_other_fundings(
            self._merging.records_of(enterprise_id), content_code=content_code, after=page.after, limit=page.size + 1
        )
        shown, next_page_token = page.cut(rows, key=lambda row: row.position)
        return messages.ListOtherFundingsResponse(
            other_fundings=map(funding_message, shown),
            next_page_token=next_page_token,
            as_of_position=as_of_position,
        )

    @query(*READERS)
    def GetEligibility(
        self,
        request: messages.GetEligibilityRequest,
        caller: Caller,
    ) -> messages.GetEligibilityResponse:
        form = Form(request)
        enterprise_id = form.uuid("enterprise_id")
        content_code = form.text("content_code", pattern=forms.CONTENT_CODE)
        on_date = form.date("on_date")
        form.check()
        caught_up(self._registry, request.min_position)
        facts = self._registry.get_eligibility(enterprise_id, content_code, on_date)
        return messages.GetEligibilityResponse(
            eligibility=eligibility_message(facts), as_of_position=facts.as_of_position
        )

    # Delivering organisations

    @command("administrator", resource="delivering_organisation")
    def RegisterDeliveringOrganisation(
        self, request: messages.RegisterDeliveringOrganisationRequest, call: Call
    ) -> Saved[DeliveringOrganisation]:
        form = Form(request)
        name = form.text("name", longest=250)
        tax_code = form.text("tax_code", longest=20)
        services = form.choices("services", OfferedService, least=1, most=len(OfferedService))
        scope = form.text("scope", longest=1_000, lines=True)
        accreditation = forms.accreditation(form)
        form.check()
        return self._registry.register_delivering_organisation(
            call, name=name, tax_code=tax_code, services=services, scope=scope, accreditation=accreditation
        )

    @query(ANY_CAPACITY)
    def GetDeliveringOrganisation(
        self,
        request: messages.GetDeliveringOrganisationRequest,
        caller: Caller,
    ) -> messages.GetDeliveringOrganisationResponse:
        form = Form(request)
        organisation_id = form.uuid("delivering_organisation_id")
        on_date = form.optional_date("on_date")
        form.check()
        caught_up(self._registry, request.min_position)
        organisation = self._registry.get_delivering_organisation(organisation_id)
        return messages.GetDeliveringOrganisationResponse(
            delivering_organisation=organisation_message(organisation, on_date)
        )

    @query(ANY_CAPACITY)
    def ListDeliveringOrganisations(
        self,
        request: messages.ListDeliveringOrganisationsRequest,
        caller: Caller,
    ) -> messages.ListDeliveringOrganisationsResponse:
        form = Form(request)
        service = form.optional_choice("service", OfferedService)
        form.check()
        page = Page.read(request, int)
        caught_up(self._delivering_organisations, request.min_position)
        as_of_position = self._delivering_organisations.position()
        rows = self._delivering_organisations.list_delivering_organisations(
            service=service, after=page.after, limit=page.size + 1
        )
        shown, next_page_token = page.cut(rows, key=lambda row: row.position)
        return messages.ListDeliveringOrganisationsResponse(
            delivering_organisations=map(listed_organisation_message, shown),
            next_page_token=next_page_token,
            as_of_position=as_of_position,
        )
