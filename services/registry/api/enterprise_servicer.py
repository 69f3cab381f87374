"""The registry's gRPC door for an enterprise's life: people and links, undertakings, successions, stop flags."""

from __future__ import annotations

from nscl.registry.v1 import enterprise_resources_pb2 as resources
from nscl.registry.v1 import enterprise_service_pb2 as messages
from nscl.registry.v1 import enterprise_service_pb2_grpc

from services.registry.api import enterprise_forms as forms
from services.registry.api.enterprise_messages import affiliation_message, person_message, undertaking_message
from services.registry.api.servicer import READERS, READERS_OF_PERSONAL_DATA
from services.registry.application.affiliations import Affiliations
from services.registry.application.erasures import Erasures
from services.registry.application.person_matches import PersonMatches
from services.registry.application.registry import Registry
from services.registry.application.stop_flags import StopFlags
from services.registry.application.successions import Successions
from services.registry.application.undertakings import Undertakings
from services.registry.domain.affiliation import WHOLE_BASIS_POINTS, Affiliation, LinkKind
from services.registry.domain.data_subject import DataSubject
from services.registry.domain.enterprise import Enterprise
from services.registry.domain.succession import SuccessionKind
from services.registry.domain.undertaking import UndertakingRules
from services.shared.event_store import Call, Saved
from services.shared.grpc_server import Caller, Form, caught_up, command, query
from services.shared.wire import filled

# Those who may find, on whatever they do, that an enterprise has to be stopped, or need be no longer.
STOPPERS = (
    "programme_officer",
    "programme_lead",
    "finance_appraiser",
    "standing_attestor",
    "scheme_officer",
    "payment_officer",
)


class EnterpriseServicer(enterprise_service_pb2_grpc.EnterpriseServiceServicer):
    """What may be asked of an enterprise's life, and in which capacity; ``registry`` tells how far the log has come."""

    def __init__(
        self,
        registry: Registry,
        *,
        affiliations: Affiliations,
        erasures: Erasures,
        undertakings: Undertakings,
        successions: Successions,
        stop_flags: StopFlags,
        matches: PersonMatches,
    ) -> None:
        self._registry = registry
        self._affiliations = affiliations
        self._erasures = erasures
        self._undertakings = undertakings
        self._successions = successions
        self._stop_flags = stop_flags
        self._matches = matches

    # People and links

    @command("programme_officer", resource="affiliation")
    def RecordPerson(self, request: messages.RecordPersonRequest, call: Call) -> Saved[Affiliation]:
        form = Form(request)
        enterprise_id = form.uuid("enterprise_id")
        particulars = forms.person(form)
        terms = forms.link_terms(form, personal=True)
        account_id = form.optional_uuid("account_id")
        form.check()
        return self._affiliations.record_person(
            call, enterprise_id=enterprise_id, particulars=particulars, terms=terms, account_id=account_id
        )

    @query(*sorted(READERS_OF_PERSONAL_DATA))
    def GetPerson(self, request: messages.GetPersonRequest, caller: Caller) -> messages.GetPersonResponse:
        form = Form(request)
        person_id = form.uuid("person_id")
        form.check()
        caught_up(self._registry, request.min_position)
        particulars = self._affiliations.get_person(person_id)
        return messages.GetPersonResponse(person=person_message(person_id, particulars))

    @command("programme_lead", resource="data_subject")
    def ErasePerson(self, request: messages.ErasePersonRequest, call: Call) -> Saved[DataSubject]:
        form = Form(request)
        subject_id = form.uuid("person_id")
        form.check()
        return self._erasures.erase_person(call, subject_id=subject_id)

    @command("programme_officer", resource="affiliation")
    def LinkEnterprises(self, request: messages.LinkEnterprisesRequest, call: Call) -> Saved[Affiliation]:
        form = Form(request)
        enterprise_id = form.uuid("enterprise_id")
        from_enterprise_id = form.uuid("from_enterprise_id")
        terms = forms.link_terms(form, personal=False)
        form.check()
        return self._affiliations.link_enterprises(
            call, enterprise_id=enterprise_id, from_enterprise_id=from_enterprise_id, terms=terms
        )

    @command("programme_officer", resource="affiliation")
    def EndLink(self, request: messages.EndLinkRequest, call: Call) -> Saved[Affiliation]:
        form = Form(request)
        enterprise_id = form.uuid("enterprise_id")
        link_id = form.uuid("link_id")
        last_day = form.date("last_day")
        form.check()
        return self._affiliations.end_link(call, enterprise_id=enterprise_id, link_id=link_id, last_day=last_day)

    @query(*READERS)
    def GetAffiliation(
        self, request: messages.GetAffiliationRequest, caller: Caller
    ) -> messages.GetAffiliationResponse:
        form = Form(request)
        enterprise_id = form.uuid("enterprise_id")
        form.check()
        caught_up(self._registry, request.min_position)
        affiliation = self._affiliations.get_affiliation(enterprise_id)
        return messages.GetAffiliationResponse(affiliation=affiliation_message(affiliation, enterprise_id))

    # Undertakings

    @command("administrator", resource="undertaking_rules")
    def AdoptUndertakingRule(
        self, request: messages.AdoptUndertakingRuleRequest, call: Call
    ) -> Saved[UndertakingRules]:
        form = Form(request)
        valid_from = form.date("valid_from")
        least_share_basis_points = form.integer("least_share_basis_points", least=1, most=WHOLE_BASIS_POINTS)
        joining_kinds = form.choices("joining_kinds", LinkKind, least=1, most=2 * len(LinkKind))
        sample = form.boolean("sample")
        form.check()
        return self._undertakings.adopt_undertaking_rule(
            call,
            valid_from=valid_from,
            least_share_basis_points=least_share_basis_points,
            joining_kinds=joining_kinds,
            sample=sample,
        )

    @query(*READERS)
    def GetUndertaking(
        self, request: messages.GetUndertakingRequest, caller: Caller
    ) -> messages.GetUndertakingResponse:
        form = Form(request)
        enterprise_id = form.uuid("enterprise_id")
        on_date = form.date("on_date")
        form.check()
        caught_up(self._registry, request.min_position)
        undertaking = self._undertakings.get_undertaking(enterprise_id, on_date)
        return messages.GetUndertakingResponse(
            undertaking=undertaking_message(undertaking), as_of_position=undertaking.as_of_position
        )

    @query("service", "programme_lead", "auditor")
    def MatchPersons(self, request: messages.MatchPersonsRequest, caller: Caller) -> messages.MatchPersonsResponse:
        form = Form(request)
        person_ids = form.uuids("person_ids", least=1, most=100)
        party_ids = form.uuids("party_ids", least=1, most=1_000)
        on_date = form.date("on_date")
        form.check()
        caught_up(self._registry, request.min_position)
        found, as_of_position = self._matches.match_persons(frozenset(person_ids), party_ids, on_date)
        return messages.MatchPersonsResponse(
            matches=[filled(resources.PersonMatch, match) for match in found], as_of_position=as_of_position
        )

    # What becomes of it

    @command("programme_officer", resource="enterprise")
    def RenameEnterprise(self, request: messages.RenameEnterpriseRequest, call: Call) -> Saved[Enterprise]:
        form = Form(request)
        enterprise_id = form.uuid("enterprise_id")
        display_name = form.text("display_name", longest=250)
        form.check()
        return self._successions.rename_enterprise(call, enterprise_id=enterprise_id, display_name=display_name)

    @command("programme_officer", resource="enterprise")
    def RecordSuccession(self, request: messages.RecordSuccessionRequest, call: Call) -> Saved[Enterprise]:
        form = Form(request)
        enterprise_id = form.uuid("enterprise_id")
        kind = form.choice("kind", SuccessionKind)
        successor_ids = form.uuids("successor_ids", least=1, most=20)
        form.check()
        return self._successions.record_succession(
            call, enterprise_id=enterprise_id, kind=kind, successor_ids=successor_ids
        )

    @command("programme_officer", resource="enterprise")
    def DissolveEnterprise(self, request: messages.DissolveEnterpriseRequest, call: Call) -> Saved[Enterprise]:
        form = Form(request)
        enterprise_id = form.uuid("enterprise_id")
        form.check()
        return self._successions.dissolve_enterprise(call, enterprise_id=enterprise_id)

    # Stop flags

    @command(*STOPPERS, resource="enterprise")
    def RaiseStopFlag(self, request: messages.RaiseStopFlagRequest, call: Call) -> Saved[Enterprise]:
        form = Form(request)
        enterprise_id = form.uuid("enterprise_id")
        reason = form.text("reason", shortest=10, longest=1_000)
        form.check()
        return self._stop_flags.raise_stop_flag(call, enterprise_id=enterprise_id, reason=reason)

    @command(*STOPPERS, resource="enterprise")
    def LiftStopFlag(self, request: messages.LiftStopFlagRequest, call: Call) -> Saved[Enterprise]:
        form = Form(request)
        enterprise_id = form.uuid("enterprise_id")
        stop_flag_id = form.uuid("stop_flag_id")
        reason = form.text("reason", shortest=10, longest=1_000)
        form.check()
        return self._stop_flags.lift_stop_flag(
            call, enterprise_id=enterprise_id, stop_flag_id=stop_flag_id, reason=reason
        )
