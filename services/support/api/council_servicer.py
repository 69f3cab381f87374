"""The gRPC door to the rules for councils, to what happens before a council scores and after it passed on condition."""

from __future__ import annotations

from datetime import datetime

from nscl.support.v1 import council_service_pb2 as messages
from nscl.support.v1 import council_service_pb2_grpc

from services.shared.event_store import Call, Saved
from services.shared.grpc_server import Caller, Form, command, query
from services.shared.record import LOCAL_TIME
from services.support.api import council_forms, forms
from services.support.api.asked import READERS, asked_for
from services.support.api.hidden_files import of_files
from services.support.api.messages import council_regulation_message, council_supplement_message
from services.support.application.support import Support
from services.support.domain.council import Council
from services.support.domain.council_regulation import CouncilRegulation
from services.support.domain.council_supplement import CouncilSupplement
from services.support.domain.council_terms import ConflictKind, CouncilKind

APPLICANTS = ("host_representative", "enterprise_representative")


class CouncilServicer(council_service_pb2_grpc.CouncilServiceServicer):
    """What others may ask of councils before they score and after they passed on condition, and in which capacity."""

    def __init__(self, support: Support) -> None:
        self._support = support
        self._councils = support.councils
        self._regulations = support.council_regulations
        self._supplements = support.council_supplements

    @command("programme_officer", "administrator", resource="council_regulation")
    def ProposeCouncilRegulation(
        self, request: messages.ProposeCouncilRegulationRequest, call: Call
    ) -> Saved[CouncilRegulation]:
        form = Form(request)
        kind = form.choice("kind", CouncilKind)
        rules_version = form.integer("rules_version", least=1, most=10_000)
        legal_basis = form.text("legal_basis", longest=500)
        valid_from = form.date("valid_from")
        valid_until = form.optional_date("valid_until")
        rules = form.nested("rules", council_forms.rules)
        procedure = form.nested("procedure", council_forms.procedure)
        form.check()
        return self._regulations.propose_council_regulation(
            call,
            kind=kind,
            rules_version=rules_version,
            legal_basis=legal_basis,
            valid_from=valid_from,
            valid_until=valid_until,
            rules=rules,
            procedure=procedure,
        )

    @command("city_leader", resource="council_regulation")
    def AdoptCouncilRegulation(
        self, request: messages.AdoptCouncilRegulationRequest, call: Call
    ) -> Saved[CouncilRegulation]:
        form = Form(request)
        council_regulation_id = form.uuid("council_regulation_id")
        form.check()
        return self._regulations.adopt_council_regulation(call, council_regulation_id=council_regulation_id)

    @query(*READERS)
    def GetCouncilRegulation(
        self, request: messages.GetCouncilRegulationRequest, caller: Caller
    ) -> messages.GetCouncilRegulationResponse:
        regulation_id = asked_for(self._support, request, "council_regulation_id")
        regulation = self._regulations.get_council_regulation(regulation_id)
        return messages.GetCouncilRegulationResponse(council_regulation=council_regulation_message(regulation))

    @command("programme_lead", resource="council")
    def ReplaceCouncilMember(self, request: messages.ReplaceCouncilMemberRequest, call: Call) -> Saved[Council]:
        form = Form(request)
        council_id = form.uuid("council_id")
        person_id = form.uuid("person_id")
        member = form.nested("member", council_forms.member)
        form.check()
        return self._councils.replace_council_member(call, council_id=council_id, person_id=person_id, member=member)

    @command("programme_officer", "programme_lead", resource="council")
    def SendCouncilPapers(self, request: messages.SendCouncilPapersRequest, call: Call) -> Saved[Council]:
        form = Form(request)
        council_id = form.uuid("council_id")
        meeting_on = form.date("meeting_on")
        form.check()
        return self._councils.send_council_papers(call, council_id=council_id, meeting_on=meeting_on)

    @command("programme_officer", "programme_lead", resource="council")
    def MatchConflicts(self, request: messages.MatchConflictsRequest, call: Call) -> Saved[Council]:
        form = Form(request)
        council_id = form.uuid("council_id")
        form.check()
        return self._councils.match_conflicts(call, council_id=council_id)

    @command("council_member", resource="council")
    def DeclareConflicts(self, request: messages.DeclareConflictsRequest, call: Call) -> Saved[Council]:
        form = Form(request)
        council_id = form.uuid("council_id")
        conflict_kinds = form.choices("conflict_kinds", ConflictKind, most=len(ConflictKind))
        form.check()
        return self._councils.declare_conflicts(call, council_id=council_id, conflict_kinds=conflict_kinds)

    @command("programme_lead", resource="council")
    def ReconveneCouncil(self, request: messages.ReconveneCouncilRequest, call: Call) -> Saved[Council]:
        form = Form(request)
        council_id = form.uuid("council_id")
        reason = forms.reason(form)
        form.check()
        return self._supplements.reconvene_council(call, council_id=council_id, reason=reason)

    @command("host_representative", "enterprise_representative", resource="council_supplement")
    def SupplyCouncilSupplement(
        self, request: messages.SupplyCouncilSupplementRequest, call: Call
    ) -> Saved[CouncilSupplement]:
        form = Form(request)
        supplement_id = form.uuid("council_supplement_id")
        papers = form.each("papers", council_forms.supplied_paper, least=1, most=100)
        explanation = form.text("explanation", longest=forms.LONGEST_REASON, lines=True)
        form.check()
        return self._supplements.supply_council_supplement(
            call, council_supplement_id=supplement_id, papers=papers, explanation=explanation
        )

    @command("council_member", resource="council_supplement")
    def ConfirmCouncilSupplement(
        self, request: messages.ConfirmCouncilSupplementRequest, call: Call
    ) -> Saved[CouncilSupplement]:
        form = Form(request)
        supplement_id = form.uuid("council_supplement_id")
        form.check()
        return self._supplements.confirm_council_supplement(call, council_supplement_id=supplement_id)

    @query(*READERS, "enterprise_representative")
    @of_files("council_supplement")
    def GetCouncilSupplement(
        self, request: messages.GetCouncilSupplementRequest, caller: Caller
    ) -> messages.GetCouncilSupplementResponse:
        supplement_id = asked_for(self._support, request, "council_supplement_id")
        if caller.capacity in APPLICANTS:
            today = datetime.now(LOCAL_TIME).date()
            supplement = self._supplements.get_own_council_supplement(
                supplement_id, person_id=caller.person_id, body=caller.body, on=today
            )
        else:
            supplement = self._supplements.get_council_supplement(supplement_id)
        return messages.GetCouncilSupplementResponse(council_supplement=council_supplement_message(supplement))
