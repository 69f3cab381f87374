"""The gRPC door of contracts: what both parties do under them, and who may ask for it."""

from __future__ import annotations

from nscl.support.v1 import contract_service_pb2 as messages
from nscl.support.v1 import contract_service_pb2_grpc

from services.shared.event_store import Call, Saved
from services.shared.grpc_server import Caller, Form, Page, caught_up, command, query
from services.support.api import contract_forms, council_forms, forms
from services.support.api.asked import READERS
from services.support.api.hidden_files import of_files
from services.support.api.messages import contract_message, contract_row_message
from services.support.application.support import Support
from services.support.domain.contract import Contract
from services.support.domain.contract_terms import ContractStatus
from services.support.domain.council import Council
from services.support.domain.participation import Participation
from services.support.read_models.contracts import ContractList

HOLDERS = ("programme_officer", "programme_lead", "finance_appraiser")


class ContractServicer(contract_service_pb2_grpc.ContractServiceServicer):
    """What others may ask about contracts, and in which capacity."""

    def __init__(self, support: Support, *, contracts: ContractList) -> None:
        self._support = support
        self._contracts = contracts

    # Before and at the signature

    @command("host_representative", "enterprise_representative", resource="participation")
    def CommitParticipation(self, request: messages.CommitParticipationRequest, call: Call) -> Saved[Participation]:
        form = Form(request)
        participation_id = form.uuid("participation_id")
        form.check()
        return self._support.contracts.commit_participation(call, participation_id=participation_id)

    @command("programme_lead", resource="contract")
    def SignContract(self, request: messages.SignContractRequest, call: Call) -> Saved[Contract]:
        form = Form(request)
        task_id = form.uuid("task_id")
        authority = form.text("authority", longest=200)
        counterparty_signatory_id = form.uuid("counterparty_signatory_id")
        starts_on = form.date("starts_on")
        ends_on = form.date("ends_on")
        milestones = form.each("milestones", contract_forms.milestone, least=1, most=contract_forms.MOST_MILESTONES)
        advance = form.optional_nested("advance", contract_forms.advance)
        form.check()
        return self._support.contracts.sign_contract(
            call,
            task_id=task_id,
            authority=authority,
            counterparty_signatory_id=counterparty_signatory_id,
            starts_on=starts_on,
            ends_on=ends_on,
            milestones=milestones,
            advance=advance,
        )

    # Carried out

    @command("payment_officer", resource="contract")
    def PayAdvance(self, request: messages.PayAdvanceRequest, call: Call) -> Saved[Contract]:
        form = Form(request)
        task_id = form.uuid("task_id")
        amount_vnd = form.amount_vnd("amount_vnd")
        form.check()
        return self._support.contracts.pay_advance(call, task_id=task_id, amount_vnd=amount_vnd)

    @command("host_representative", "enterprise_representative", resource="contract")
    def ReportMilestoneProgress(self, request: messages.ReportMilestoneProgressRequest, call: Call) -> Saved[Contract]:
        form = Form(request)
        task_id = form.uuid("task_id")
        milestone_number = contract_forms.milestone_number(form)
        progress_percent = form.integer("progress_percent", least=0, most=100)
        summary = forms.summary(form)
        form.check()
        return self._support.contracts.report_milestone_progress(
            call,
            task_id=task_id,
            milestone_number=milestone_number,
            progress_percent=progress_percent,
            summary=summary,
        )

    @command("host_representative", "enterprise_representative", resource="contract")
    def RequestMilestoneAcceptance(
        self, request: messages.RequestMilestoneAcceptanceRequest, call: Call
    ) -> Saved[Contract]:
        form = Form(request)
        task_id = form.uuid("task_id")
        milestone_number = contract_forms.milestone_number(form)
        summary = forms.summary(form)
        form.check()
        return self._support.contracts.request_milestone_acceptance(
            call, task_id=task_id, milestone_number=milestone_number, summary=summary
        )

    @command("programme_lead", resource="council")
    def AppointAcceptanceCouncil(self, request: messages.AppointAcceptanceCouncilRequest, call: Call) -> Saved[Council]:
        form = Form(request)
        task_id = form.uuid("task_id")
        milestone_number = contract_forms.milestone_number(form)
        members = form.each("members", council_forms.member, least=1, most=100)
        rules = form.optional_nested("rules", council_forms.rules)
        form.check()
        return self._support.councils.appoint_acceptance_council(
            call, task_id=task_id, milestone_number=milestone_number, members=members, rules=rules
        )

    @command("programme_lead", resource="contract")
    def AcceptMilestone(self, request: messages.AcceptMilestoneRequest, call: Call) -> Saved[Contract]:
        form = Form(request)
        task_id = form.uuid("task_id")
        milestone_number = contract_forms.milestone_number(form)
        actual_costs = form.each("actual_costs", forms.actual_cost, least=1)
        form.check()
        return self._support.contracts.accept_milestone(
            call, task_id=task_id, milestone_number=milestone_number, actual_costs=actual_costs
        )

    @command("programme_lead", resource="contract")
    def RequireMilestoneFixes(self, request: messages.RequireMilestoneFixesRequest, call: Call) -> Saved[Contract]:
        form = Form(request)
        task_id = form.uuid("task_id")
        milestone_number = contract_forms.milestone_number(form)
        fixes = form.texts("fixes", longest=500, least=1, most=100)
        fixes_due_on = form.date("fixes_due_on")
        form.check()
        return self._support.contracts.require_milestone_fixes(
            call, task_id=task_id, milestone_number=milestone_number, fixes=fixes, fixes_due_on=fixes_due_on
        )

    @command("programme_lead", resource="contract")
    def FailMilestone(self, request: messages.FailMilestoneRequest, call: Call) -> Saved[Contract]:
        form = Form(request)
        task_id = form.uuid("task_id")
        milestone_number = contract_forms.milestone_number(form)
        reason = forms.reason(form)
        form.check()
        return self._support.contracts.fail_milestone(
            call, task_id=task_id, milestone_number=milestone_number, reason=reason
        )

    @command("payment_officer", resource="contract")
    def PayMilestone(self, request: messages.PayMilestoneRequest, call: Call) -> Saved[Contract]:
        form = Form(request)
        task_id = form.uuid("task_id")
        milestone_number = contract_forms.milestone_number(form)
        form.check()
        return self._support.contracts.pay_milestone(call, task_id=task_id, milestone_number=milestone_number)

    # Held, amended, suspended

    @command(*HOLDERS, resource="contract")
    def HoldPayments(self, request: messages.HoldPaymentsRequest, call: Call) -> Saved[Contract]:
        form = Form(request)
        task_id = form.uuid("task_id")
        case_number = contract_forms.case_number(form)
        reason = forms.reason(form)
        form.check()
        return self._support.contracts.hold_payments(call, task_id=task_id, case_number=case_number, reason=reason)

    @command(*HOLDERS, resource="contract")
    def LiftPaymentHold(self, request: messages.LiftPaymentHoldRequest, call: Call) -> Saved[Contract]:
        form = Form(request)
        task_id = form.uuid("task_id")
        case_number = contract_forms.case_number(form)
        reason = forms.reason(form)
        form.check()
        return self._support.contracts.lift_payment_hold(call, task_id=task_id, case_number=case_number, reason=reason)

    @command("programme_lead", resource="contract")
    def AmendContract(self, request: messages.AmendContractRequest, call: Call) -> Saved[Contract]:
        form = Form(request)
        task_id = form.uuid("task_id")
        reason = forms.reason(form)
        ends_on = form.date("ends_on")
        milestones = form.each("milestones", contract_forms.milestone, most=contract_forms.MOST_MILESTONES)
        withdrawn_ids = form.uuids("withdrawn_ids")
        form.check()
        return self._support.contracts.amend_contract(
            call,
            task_id=task_id,
            reason=reason,
            ends_on=ends_on,
            milestones=milestones,
            withdrawn_ids=withdrawn_ids,
        )

    @command("programme_lead", resource="contract")
    def SuspendContract(self, request: messages.SuspendContractRequest, call: Call) -> Saved[Contract]:
        form = Form(request)
        task_id = form.uuid("task_id")
        reason = forms.reason(form)
        form.check()
        return self._support.contracts.suspend_contract(call, task_id=task_id, reason=reason)

    @command("programme_lead", resource="contract")
    def ResumeContract(self, request: messages.ResumeContractRequest, call: Call) -> Saved[Contract]:
        form = Form(request)
        task_id = form.uuid("task_id")
        reason = forms.reason(form)
        form.check()
        return self._support.contracts.resume_contract(call, task_id=task_id, reason=reason)

    # Ended

    @command("programme_lead", resource="contract")
    def TerminateContract(self, request: messages.TerminateContractRequest, call: Call) -> Saved[Contract]:
        form = Form(request)
        task_id = form.uuid("task_id")
        reason = forms.reason(form)
        form.check()
        return self._support.contracts.terminate_contract(call, task_id=task_id, reason=reason)

    @command("finance_appraiser", resource="contract")
    def SettleContract(self, request: messages.SettleContractRequest, call: Call) -> Saved[Contract]:
        return self._support.contracts.settle_contract(call, task_id=forms.task_id(request))

    @command("programme_lead", resource="contract")
    def LiquidateContract(self, request: messages.LiquidateContractRequest, call: Call) -> Saved[Contract]:
        return self._support.contracts.liquidate_contract(call, task_id=forms.task_id(request))

    @command("programme_officer", resource="contract")
    def ArchiveContract(self, request: messages.ArchiveContractRequest, call: Call) -> Saved[Contract]:
        form = Form(request)
        task_id = form.uuid("task_id")
        archive_number = form.text("archive_number", longest=60)
        form.check()
        return self._support.contracts.archive_contract(call, task_id=task_id, archive_number=archive_number)

    # What contracts are there

    @query(*READERS)
    @of_files("contract")
    def GetContract(self, request: messages.GetContractRequest, caller: Caller) -> messages.GetContractResponse:
        task_id = forms.task_id(request)
        caught_up(self._support, request.min_position)
        return messages.GetContractResponse(contract=contract_message(self._support.contracts.get_contract(task_id)))

    @query(*READERS)
    @of_files("contracts")
    def ListContracts(self, request: messages.ListContractsRequest, caller: Caller) -> messages.ListContractsResponse:
        form = Form(request)
        status = form.optional_choice("status", ContractStatus)
        payee_id = form.optional_uuid("payee_id")
        budget_line_id = form.optional_uuid("budget_line_id")
        form.check()
        page = Page.read(request, int)
        caught_up(self._contracts, request.min_position)
        as_of_position = self._contracts.position()
        rows = self._contracts.list_contracts(
            status=status, payee_id=payee_id, budget_line_id=budget_line_id, after=page.after, limit=page.size + 1
        )
        shown, next_page_token = page.cut(rows, key=lambda row: row.signed_at_position)
        return messages.ListContractsResponse(
            contracts=map(contract_row_message, shown),
            next_page_token=next_page_token,
            as_of_position=as_of_position,
        )
