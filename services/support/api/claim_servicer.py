"""The gRPC door to the rules against double funding, and to what they say."""

from __future__ import annotations

from nscl.support.v1 import claim_resources_pb2 as resources
from nscl.support.v1 import claim_service_pb2 as messages
from nscl.support.v1 import claim_service_pb2_grpc

from services.shared.event_store import Call, Saved
from services.shared.grpc_server import Caller, Form, Page, caught_up, command, query
from services.shared.wire import filled
from services.support.api import forms
from services.support.api.asked import READERS, asked_for
from services.support.api.hidden_files import of_files
from services.support.api.messages import (
    claim_row_message,
    claim_rules_message,
    overlap_decision_message,
    overlap_message,
)
from services.support.application.support import Support
from services.support.domain.claim import Claim, ClaimStatus
from services.support.domain.claim_code import SYMBOLS
from services.support.domain.claim_rules import ClaimRules, ClaimScope, LinkKind, WindowKind
from services.support.domain.claimed_units import ClaimUnit
from services.support.domain.overlap import OverlapOutcome
from services.support.domain.overlap_decision import OverlapDecision
from services.support.read_models.claims import ClaimList
from services.support.read_models.overlap_decisions import OverlapDecisionCounts

CLAIM_CODE = rf"TL(-[{SYMBOLS}]{{4}}){{3}}"


class ClaimServicer(claim_service_pb2_grpc.ClaimServiceServicer):
    """What others may ask about double funding, and in which capacity."""

    def __init__(self, support: Support, *, claims: ClaimList, overlap_decisions: OverlapDecisionCounts) -> None:
        self._support = support
        self._claims = claims
        self._overlaps = support.overlaps
        self._overlap_decisions = overlap_decisions

    @command("programme_officer", "administrator", resource="claim_rules")
    def ProposeClaimRules(self, request: messages.ProposeClaimRulesRequest, call: Call) -> Saved[ClaimRules]:
        form = Form(request)
        rules_version = form.integer("rules_version", least=1, most=10_000)
        legal_basis = form.text("legal_basis", longest=500)
        valid_from = form.date("valid_from")
        valid_until = form.optional_date("valid_until")
        sample = form.boolean("sample")
        scopes = form.each("scopes", _scope, least=1, most=100)
        possible_links = form.choices("possible_links", LinkKind, most=len(LinkKind))
        valid_days = form.integer("valid_days", least=1, most=3_650)
        form.check()
        return self._overlaps.propose_claim_rules(
            call,
            rules_version=rules_version,
            legal_basis=legal_basis,
            valid_from=valid_from,
            valid_until=valid_until,
            sample=sample,
            scopes=scopes,
            possible_links=possible_links,
            valid_days=valid_days,
        )

    @command("city_leader", resource="claim_rules")
    def AdoptClaimRules(self, request: messages.AdoptClaimRulesRequest, call: Call) -> Saved[ClaimRules]:
        form = Form(request)
        claim_rules_id = form.uuid("claim_rules_id")
        form.check()
        return self._overlaps.adopt_claim_rules(call, claim_rules_id=claim_rules_id)

    @query(*READERS)
    def GetClaimRules(self, request: messages.GetClaimRulesRequest, caller: Caller) -> messages.GetClaimRulesResponse:
        rules = self._overlaps.get_claim_rules(asked_for(self._support, request, "claim_rules_id"))
        return messages.GetClaimRulesResponse(claim_rules=claim_rules_message(rules))

    @query("programme_officer", "programme_lead", "auditor", "city_leader")
    def CheckOverlap(self, request: messages.CheckOverlapRequest, caller: Caller) -> messages.CheckOverlapResponse:
        form = Form(request)
        enterprise_id = form.uuid("enterprise_id")
        content_code = form.text("content_code", pattern=forms.CONTENT_CODE)
        on_date = form.date("on_date")
        unit_keys = forms.unit_keys(form)
        form.check()
        caught_up(self._support, request.min_position)
        overlap = self._overlaps.check_overlap(enterprise_id, content_code, on_date, unit_keys)
        return messages.CheckOverlapResponse(overlap=overlap_message(overlap))

    @command("programme_officer", "programme_lead", resource="overlap_decision")
    def DecideOverlap(self, request: messages.DecideOverlapRequest, call: Call) -> Saved[OverlapDecision]:
        form = Form(request)
        participation_id = form.uuid("participation_id")
        outcome = form.choice("outcome", OverlapOutcome)
        reason = forms.reason(form)
        form.check()
        return self._support.overlap_decisions.decide_overlap(
            call, participation_id=participation_id, outcome=outcome, reason=reason
        )

    @query(*READERS)
    @of_files("overlap_decision")
    def GetOverlapDecision(
        self, request: messages.GetOverlapDecisionRequest, caller: Caller
    ) -> messages.GetOverlapDecisionResponse:
        participation_id = asked_for(self._support, request, "participation_id")
        decision = self._support.overlap_decisions.get_overlap_decision(participation_id)
        return messages.GetOverlapDecisionResponse(overlap_decision=overlap_decision_message(decision))

    @query(*READERS)
    def CountOverlapDecisions(
        self, request: messages.CountOverlapDecisionsRequest, caller: Caller
    ) -> messages.CountOverlapDecisionsResponse:
        caught_up(self._overlap_decisions, request.min_position)
        as_of_position = self._overlap_decisions.position()
        counts = self._overlap_decisions.count_overlap_decisions()
        return messages.CountOverlapDecisionsResponse(
            counts=(filled(resources.OverlapDecisionCount, count) for count in counts), as_of_position=as_of_position
        )

    @command("programme_officer", resource="claim")
    def RenewClaim(self, request: messages.RenewClaimRequest, call: Call) -> Saved[Claim]:
        form = Form(request)
        claim_id = form.uuid("claim_id")
        reason = forms.reason(form)
        participation_id = form.optional_uuid("participation_id")
        form.check()
        return self._support.renewals.renew_claim(
            call, claim_id=claim_id, reason=reason, participation_id=participation_id
        )

    @query(*READERS)
    @of_files("claims")
    def ListClaims(self, request: messages.ListClaimsRequest, caller: Caller) -> messages.ListClaimsResponse:
        form = Form(request)
        status = form.optional_choice("status", ClaimStatus)
        expires_by = form.optional_date("expires_by")
        code = form.optional_text("code", pattern=CLAIM_CODE)
        enterprise_id = form.optional_uuid("enterprise_id")
        form.check()
        page = Page.read(request, int)
        caught_up(self._claims, request.min_position)
        as_of_position = self._claims.position()
        rows = self._claims.list_claims(
            status=status,
            expires_by=expires_by,
            code=code,
            enterprise_id=enterprise_id,
            after=page.after,
            limit=page.size + 1,
        )
        shown, next_page_token = page.cut(rows, key=lambda row: row.lodged_at_position)
        return messages.ListClaimsResponse(
            claims=map(claim_row_message, shown), next_page_token=next_page_token, as_of_position=as_of_position
        )


def _scope(line: Form) -> ClaimScope:
    return ClaimScope(
        content_codes=line.texts("content_codes", pattern=forms.CONTENT_CODE, most=100),
        window_kind=line.choice("window_kind", WindowKind),
        window_length=line.integer("window_length", least=1, most=120),
        unit=line.choice("unit", ClaimUnit),
    )
