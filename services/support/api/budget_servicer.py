"""The door of the year's money: estimates, adjustments of approved lines, the year's end, the ledger."""

from __future__ import annotations

from nscl.support.v1 import budget_service_pb2 as messages
from nscl.support.v1 import budget_service_pb2_grpc

from services.shared.event_store import Call, Saved
from services.shared.grpc_server import Caller, Form, Page, caught_up, command, query
from services.support.api import forms
from services.support.api.asked import READERS, asked_for
from services.support.api.hidden_files import of_files
from services.support.api.messages import (
    budget_adjustment_message,
    budget_rules_message,
    ledger_entry_message,
    year_estimate_message,
    year_estimate_row_message,
)
from services.support.application.support import Support
from services.support.domain.budget_adjustment import BudgetAdjustment
from services.support.domain.budget_line import BudgetLine
from services.support.domain.budget_rules import BudgetRules
from services.support.domain.year_estimate import YearEstimate
from services.support.read_models.budget_ledger import BudgetLedger
from services.support.read_models.year_estimates import YearEstimateList


class BudgetServicer(budget_service_pb2_grpc.BudgetServiceServicer):
    """What others may ask about the year's money, and in which capacity."""

    def __init__(self, support: Support, *, ledger: BudgetLedger, year_estimates: YearEstimateList) -> None:
        self._support = support
        self._ledger = ledger
        self._year_estimates = year_estimates

    # Rules

    @command("programme_officer", "administrator", resource="budget_rules")
    def ProposeBudgetRules(self, request: messages.ProposeBudgetRulesRequest, call: Call) -> Saved[BudgetRules]:
        form = Form(request)
        catalogue_id = form.uuid("catalogue_id")
        rules_version = form.integer("rules_version", least=1, most=10_000)
        legal_basis = form.text("legal_basis", longest=500)
        valid_from = form.date("valid_from")
        valid_until = form.optional_date("valid_until")
        sample = form.boolean("sample")
        averaged_years = form.integer("averaged_years", least=1, most=20)
        averaged_source_codes = form.texts("averaged_source_codes", pattern=forms.CODE, most=100)
        transfers = form.each("transfers", forms.source_pair, most=100)
        form.check()
        return self._support.estimates.propose_budget_rules(
            call,
            catalogue_id=catalogue_id,
            rules_version=rules_version,
            legal_basis=legal_basis,
            valid_from=valid_from,
            valid_until=valid_until,
            sample=sample,
            averaged_years=averaged_years,
            averaged_source_codes=averaged_source_codes,
            transfers=transfers,
        )

    @command("city_leader", resource="budget_rules")
    def AdoptBudgetRules(self, request: messages.AdoptBudgetRulesRequest, call: Call) -> Saved[BudgetRules]:
        form = Form(request)
        budget_rules_id = form.uuid("budget_rules_id")
        form.check()
        return self._support.estimates.adopt_budget_rules(call, budget_rules_id=budget_rules_id)

    @query(*READERS)
    def GetBudgetRules(
        self, request: messages.GetBudgetRulesRequest, caller: Caller
    ) -> messages.GetBudgetRulesResponse:
        rules = self._support.estimates.get_budget_rules(asked_for(self._support, request, "budget_rules_id"))
        return messages.GetBudgetRulesResponse(budget_rules=budget_rules_message(rules))

    # The estimate of a year

    @command("programme_officer", resource="year_estimate")
    def DraftYearEstimate(self, request: messages.DraftYearEstimateRequest, call: Call) -> Saved[YearEstimate]:
        form = Form(request)
        catalogue_id = form.uuid("catalogue_id")
        year = forms.year(form)
        lines = form.each("lines", forms.wanted_line, least=1, most=100)
        past_years = form.each("past_years", forms.stated_year, most=20)
        form.check()
        return self._support.estimates.draft_year_estimate(
            call, catalogue_id=catalogue_id, year=year, lines=lines, past_years=past_years
        )

    @command("programme_officer", resource="year_estimate")
    def RedraftYearEstimate(self, request: messages.RedraftYearEstimateRequest, call: Call) -> Saved[YearEstimate]:
        form = Form(request)
        year_estimate_id = form.uuid("year_estimate_id")
        lines = form.each("lines", forms.wanted_line, least=1, most=100)
        past_years = form.each("past_years", forms.stated_year, most=20)
        form.check()
        return self._support.estimates.redraft_year_estimate(
            call, year_estimate_id=year_estimate_id, lines=lines, past_years=past_years
        )

    @command("finance_appraiser", resource="year_estimate")
    def AppraiseYearEstimate(self, request: messages.AppraiseYearEstimateRequest, call: Call) -> Saved[YearEstimate]:
        form = Form(request)
        year_estimate_id = form.uuid("year_estimate_id")
        appraisals = form.each("appraisals", forms.line_appraisal, least=1, most=100)
        form.check()
        return self._support.estimates.appraise_year_estimate(
            call, year_estimate_id=year_estimate_id, appraisals=appraisals
        )

    @command("finance_appraiser", "city_leader", resource="year_estimate")
    def ReturnYearEstimate(self, request: messages.ReturnYearEstimateRequest, call: Call) -> Saved[YearEstimate]:
        form = Form(request)
        year_estimate_id = form.uuid("year_estimate_id")
        reason = forms.reason(form)
        form.check()
        return self._support.estimates.return_year_estimate(call, year_estimate_id=year_estimate_id, reason=reason)

    @command("city_leader", "programme_lead", resource="year_estimate")
    def ApproveYearEstimate(self, request: messages.ApproveYearEstimateRequest, call: Call) -> Saved[YearEstimate]:
        form = Form(request)
        year_estimate_id = form.uuid("year_estimate_id")
        signature = forms.signature(form)
        form.check()
        return self._support.estimates.approve_year_estimate(
            call, year_estimate_id=year_estimate_id, signature=signature
        )

    @query(*READERS)
    def GetYearEstimate(
        self, request: messages.GetYearEstimateRequest, caller: Caller
    ) -> messages.GetYearEstimateResponse:
        estimate = self._support.estimates.get_year_estimate(asked_for(self._support, request, "year_estimate_id"))
        return messages.GetYearEstimateResponse(year_estimate=year_estimate_message(estimate))

    @query(*READERS)
    def ListYearEstimates(
        self, request: messages.ListYearEstimatesRequest, caller: Caller
    ) -> messages.ListYearEstimatesResponse:
        form = Form(request)
        year = forms.optional_year(form)
        form.check()
        page = Page.read(request, int)
        caught_up(self._year_estimates, request.min_position)
        as_of_position = self._year_estimates.position()
        rows = self._year_estimates.list_year_estimates(year=year, after=page.after, limit=page.size + 1)
        shown, next_page_token = page.cut(rows, key=lambda row: row.drafted_at_position)
        return messages.ListYearEstimatesResponse(
            year_estimates=map(year_estimate_row_message, shown),
            next_page_token=next_page_token,
            as_of_position=as_of_position,
        )

    # Approved lines adjusted, and the year's end

    @command("programme_officer", "finance_appraiser", resource="budget_adjustment")
    def RequestBudgetAdjustment(
        self, request: messages.RequestBudgetAdjustmentRequest, call: Call
    ) -> Saved[BudgetAdjustment]:
        form = Form(request)
        from_line_id = form.optional_uuid("from_line_id")
        to_line_id = form.optional_uuid("to_line_id")
        amount_vnd = form.amount_vnd("amount_vnd")
        reason = forms.reason(form)
        form.check()
        return self._support.adjustments.request_budget_adjustment(
            call, from_line_id=from_line_id, to_line_id=to_line_id, amount_vnd=amount_vnd, reason=reason
        )

    @command("city_leader", "programme_lead", resource="budget_adjustment")
    def ApproveBudgetAdjustment(
        self, request: messages.ApproveBudgetAdjustmentRequest, call: Call
    ) -> Saved[BudgetAdjustment]:
        form = Form(request)
        budget_adjustment_id = form.uuid("budget_adjustment_id")
        signature = forms.signature(form)
        form.check()
        return self._support.adjustments.approve_budget_adjustment(
            call, budget_adjustment_id=budget_adjustment_id, signature=signature
        )

    @command("city_leader", resource="budget_adjustment")
    def RefuseBudgetAdjustment(
        self, request: messages.RefuseBudgetAdjustmentRequest, call: Call
    ) -> Saved[BudgetAdjustment]:
        form = Form(request)
        budget_adjustment_id = form.uuid("budget_adjustment_id")
        reason = forms.reason(form)
        form.check()
        return self._support.adjustments.refuse_budget_adjustment(
            call, budget_adjustment_id=budget_adjustment_id, reason=reason
        )

    @query(*READERS)
    def GetBudgetAdjustment(
        self, request: messages.GetBudgetAdjustmentRequest, caller: Caller
    ) -> messages.GetBudgetAdjustmentResponse:
        adjustment_id = asked_for(self._support, request, "budget_adjustment_id")
        adjustment = self._support.adjustments.get_budget_adjustment(adjustment_id)
        return messages.GetBudgetAdjustmentResponse(budget_adjustment=budget_adjustment_message(adjustment))

    @command("finance_appraiser", resource="budget_line")
    def CloseBudgetLine(self, request: messages.CloseBudgetLineRequest, call: Call) -> Saved[BudgetLine]:
        form = Form(request)
        budget_line_id = form.uuid("budget_line_id")
        form.check()
        return self._support.adjustments.close_budget_line(call, budget_line_id=budget_line_id)

    @command("city_leader", resource="budget_line")
    def CarryOverBudgetLine(self, request: messages.CarryOverBudgetLineRequest, call: Call) -> Saved[BudgetLine]:
        form = Form(request)
        budget_line_id = form.uuid("budget_line_id")
        next_budget_line_id = form.uuid("next_budget_line_id")
        form.check()
        return self._support.adjustments.carry_over_budget_line(
            call, budget_line_id=budget_line_id, next_budget_line_id=next_budget_line_id
        )

    @query(*READERS)
    @of_files("entries")
    def ListBudgetLedger(
        self, request: messages.ListBudgetLedgerRequest, caller: Caller
    ) -> messages.ListBudgetLedgerResponse:
        form = Form(request)
        budget_line_id = form.optional_uuid("budget_line_id")
        year = forms.optional_year(form)
        form.check()
        page = Page.read(request, int)
        caught_up(self._ledger, request.min_position)
        as_of_position = self._ledger.position()
        rows = self._ledger.list_budget_ledger(
            budget_line_id=budget_line_id, year=year, after=page.after, limit=page.size + 1
        )
        shown, next_page_token = page.cut(rows, key=lambda row: row.position)
        return messages.ListBudgetLedgerResponse(
            entries=map(ledger_entry_message, shown), next_page_token=next_page_token, as_of_position=as_of_position
        )
