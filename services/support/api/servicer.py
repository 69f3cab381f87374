"""Support's gRPC door: each request read as a form, each permitted act passed on, each list answered in pages."""

from __future__ import annotations

from nscl.support.v1 import support_service_pb2 as messages
from nscl.support.v1 import support_service_pb2_grpc

from services.shared.event_store import Call, Saved
from services.shared.grpc_server import Caller, Form, Page, caught_up, command, query
from services.support.api import council_forms, forms, grant_call_forms
from services.support.api.asked import READERS, asked_for
from services.support.api.hidden_files import of_files
from services.support.api.messages import (
    award_message,
    budget_line_message,
    catalogue_message,
    claim_message,
    council_message,
    norms_message,
    participation_message,
    participation_row_message,
    product_message,
    task_message,
    task_row_message,
)
from services.support.application.support import Support
from services.support.domain.award import Award
from services.support.domain.budget_line import BudgetLine
from services.support.domain.catalogue import Catalogue
from services.support.domain.council import Council
from services.support.domain.council_terms import ConflictKind, Vote
from services.support.domain.norms import Norms
from services.support.domain.participation import Participation, ParticipationStatus
from services.support.domain.product import ConformityKind, Product
from services.support.domain.task import Task
from services.support.domain.task_terms import TaskStatus
from services.support.read_models.budget_lines import BudgetLineList
from services.support.read_models.participations import ParticipationList
from services.support.read_models.tasks import TaskList

COUNCIL_READERS = tuple(reader for reader in READERS if reader != "host_representative")


class SupportServicer(support_service_pb2_grpc.SupportServiceServicer):
    """What others may ask of support, and in which capacity."""

    def __init__(
        self, support: Support, *, budget_lines: BudgetLineList, tasks: TaskList, participations: ParticipationList
    ) -> None:
        self._support = support
        self._budget_lines = budget_lines
        self._tasks = tasks
        self._participations = participations

    # Catalogue and norms

    @command("administrator", "city_leader", resource="catalogue")
    def AdoptCatalogue(self, request: messages.AdoptCatalogueRequest, call: Call) -> Saved[Catalogue]:
        form = Form(request)
        contents = form.each("contents", forms.content, least=1)
        target_groups, priorities, principles, sources = (
            form.each(field, forms.article, least=1)
            for field in ("target_groups", "priorities", "principles", "sources")
        )
        conditions = form.each("conditions", forms.condition, least=1)
        form.check()
        return self._support.reference.adopt_catalogue(
            call,
            contents=contents,
            target_groups=target_groups,
            conditions=conditions,
            priorities=priorities,
            principles=principles,
            sources=sources,
        )

    @query(*READERS)
    def GetCatalogue(self, request: messages.GetCatalogueRequest, caller: Caller) -> messages.GetCatalogueResponse:
        catalogue_id = asked_for(self._support, request, "catalogue_id")
        catalogue = self._support.reference.get_catalogue(catalogue_id)
        return messages.GetCatalogueResponse(catalogue=catalogue_message(catalogue))

    @command("programme_officer", "administrator", resource="norms")
    def ProposeNorms(self, request: messages.ProposeNormsRequest, call: Call) -> Saved[Norms]:
        form = Form(request)
        catalogue_id = form.uuid("catalogue_id")
        code = form.text("code", pattern=forms.CODE)
        norms_version = form.integer("norms_version", least=1, most=10_000)
        legal_basis = form.text("legal_basis", longest=500)
        valid_from = form.date("valid_from")
        valid_until = form.optional_date("valid_until")
        sample = form.boolean("sample")
        norms = form.each("norms", forms.norm, least=1)
        limits = form.each("limits", forms.limit, most=100)
        supersedes_version = form.optional_integer("supersedes_version", least=1, most=10_000)
        form.check()
        return self._support.reference.propose_norms(
            call,
            catalogue_id=catalogue_id,
            code=code,
            norms_version=norms_version,
            legal_basis=legal_basis,
            valid_from=valid_from,
            valid_until=valid_until,
            sample=sample,
            norms=norms,
            limits=limits,
            supersedes_version=supersedes_version,
        )

    @command("city_leader", resource="norms")
    def AdoptNorms(self, request: messages.AdoptNormsRequest, call: Call) -> Saved[Norms]:
        form = Form(request)
        norms_id = form.uuid("norms_id")
        form.check()
        return self._support.reference.adopt_norms(call, norms_id=norms_id)

    @query(*READERS)
    def GetNorms(self, request: messages.GetNormsRequest, caller: Caller) -> messages.GetNormsResponse:
        norms_id = asked_for(self._support, request, "norms_id")
        return messages.GetNormsResponse(norms=norms_message(self._support.reference.get_norms(norms_id)))

    # The year's money

    @command("programme_officer", resource="budget_line")
    def DraftBudgetLine(self, request: messages.DraftBudgetLineRequest, call: Call) -> Saved[BudgetLine]:
        form = Form(request)
        catalogue_id = form.uuid("catalogue_id")
        year = forms.year(form)
        source_code = form.text("source_code", pattern=forms.CODE)
        title = form.text("title", longest=300)
        amount_vnd = form.amount_vnd("amount_vnd")
        form.check()
        return self._support.budget.draft_budget_line(
            call, catalogue_id=catalogue_id, year=year, source_code=source_code, title=title, amount_vnd=amount_vnd
        )

    @command("finance_appraiser", resource="budget_line")
    def AppraiseBudgetLine(self, request: messages.AppraiseBudgetLineRequest, call: Call) -> Saved[BudgetLine]:
        form = Form(request)
        budget_line_id = form.uuid("budget_line_id")
        amount_vnd = form.amount_vnd("amount_vnd")
        reason = form.optional_text("reason", longest=forms.LONGEST_REASON, lines=True)
        form.check()
        return self._support.budget.appraise_budget_line(
            call, budget_line_id=budget_line_id, amount_vnd=amount_vnd, reason=reason
        )

    @command("city_leader", "programme_lead", resource="budget_line")
    def ApproveBudgetLine(self, request: messages.ApproveBudgetLineRequest, call: Call) -> Saved[BudgetLine]:
        form = Form(request)
        budget_line_id = form.uuid("budget_line_id")
        signature = forms.signature(form)
        form.check()
        return self._support.budget.approve_budget_line(call, budget_line_id=budget_line_id, signature=signature)

    @query(*READERS)
    def GetBudgetLine(self, request: messages.GetBudgetLineRequest, caller: Caller) -> messages.GetBudgetLineResponse:
        budget_line_id = asked_for(self._support, request, "budget_line_id")
        line = self._support.budget.get_budget_line(budget_line_id)
        return messages.GetBudgetLineResponse(budget_line=budget_line_message(line))

    @query(*READERS)
    def ListBudgetLines(
        self, request: messages.ListBudgetLinesRequest, caller: Caller
    ) -> messages.ListBudgetLinesResponse:
        form = Form(request)
        year = forms.optional_year(form)
        form.check()
        page = Page.read(request, tuple[int, int])
        caught_up(self._budget_lines, request.min_position)
        as_of_position = self._budget_lines.position()
        rows = self._budget_lines.list_budget_lines(year=year, after=page.after, limit=page.size + 1)
        shown, next_page_token = page.cut(rows, key=lambda row: (row.year, row.drafted_at_position))
        return messages.ListBudgetLinesResponse(
            budget_lines=map(budget_line_message, shown),
            next_page_token=next_page_token,
            as_of_position=as_of_position,
        )

    # Tasks up to the council

    @command("programme_officer", resource="task")
    def ProposeTask(self, request: messages.ProposeTaskRequest, call: Call) -> Saved[Task]:
        form = Form(request)
        title = form.text("title", longest=300)
        year = forms.year(form)
        budget_line_id = form.uuid("budget_line_id")
        catalogue_id = form.uuid("catalogue_id")
        content_codes = form.texts("content_codes", pattern=forms.CONTENT_CODE, least=1, most=100)
        form.check()
        return self._support.applications.propose_task(
            call,
            title=title,
            year=year,
            budget_line_id=budget_line_id,
            catalogue_id=catalogue_id,
            content_codes=content_codes,
        )

    @command("programme_lead", resource="task")
    def EnlistTask(self, request: messages.EnlistTaskRequest, call: Call) -> Saved[Task]:
        return self._support.applications.enlist_task(call, task_id=forms.task_id(request))

    @command("programme_officer", "programme_lead", resource="task")
    def OpenTaskCall(self, request: messages.OpenTaskCallRequest, call: Call) -> Saved[Task]:
        form = Form(request)
        task_id = form.uuid("task_id")
        opens_on = form.date("opens_on")
        closes_on = form.date("closes_on")
        quota = form.integer("quota", least=1, most=1_000)
        checklists = form.each("checklists", grant_call_forms.content_checklist, most=100)
        accreditation_required = form.boolean("accreditation_required")
        form.check()
        return self._support.applications.open_task_call(
            call,
            task_id=task_id,
            opens_on=opens_on,
            closes_on=closes_on,
            quota=quota,
            checklists=checklists,
            accreditation_required=accreditation_required,
        )

    @command("host_representative", resource="task")
    def SubmitTaskApplication(self, request: messages.SubmitTaskApplicationRequest, call: Call) -> Saved[Task]:
        form = Form(request)
        task_id = form.uuid("task_id")
        host_organisation_id = form.uuid("host_organisation_id")
        participations = form.each("participations", forms.participation_line, least=1)
        papers = form.each("papers", grant_call_forms.paper)
        form.check()
        return self._support.applications.submit_task_application(
            call,
            task_id=task_id,
            host_organisation_id=host_organisation_id,
            participations=participations,
            papers=papers,
        )

    @command("programme_officer", resource="task")
    def ReturnTaskApplication(self, request: messages.ReturnTaskApplicationRequest, call: Call) -> Saved[Task]:
        form = Form(request)
        task_id = form.uuid("task_id")
        reason = forms.reason(form)
        resubmit_by = form.date("resubmit_by")
        faults = form.each("faults", grant_call_forms.fault)
        form.check()
        return self._support.applications.return_task_application(
            call, task_id=task_id, reason=reason, resubmit_by=resubmit_by, faults=faults
        )

    @command("host_representative", resource="task")
    def ResubmitTaskApplication(self, request: messages.ResubmitTaskApplicationRequest, call: Call) -> Saved[Task]:
        form = Form(request)
        task_id = form.uuid("task_id")
        participations = form.each("participations", forms.participation_line, least=1)
        papers = form.each("papers", grant_call_forms.paper)
        form.check()
        return self._support.applications.resubmit_task_application(
            call, task_id=task_id, participations=participations, papers=papers
        )

    @command("programme_officer", resource="task")
    def ValidateTaskApplication(self, request: messages.ValidateTaskApplicationRequest, call: Call) -> Saved[Task]:
        return self._support.applications.validate_task_application(call, task_id=forms.task_id(request))

    @command("programme_officer", resource="task")
    def RejectTaskApplication(self, request: messages.RejectTaskApplicationRequest, call: Call) -> Saved[Task]:
        form = Form(request)
        task_id = form.uuid("task_id")
        reason = forms.reason(form)
        form.check()
        return self._support.applications.reject_task_application(call, task_id=task_id, reason=reason)

    @command("programme_officer", resource="participation")
    def ScreenParticipation(self, request: messages.ScreenParticipationRequest, call: Call) -> Saved[Participation]:
        form = Form(request)
        participation_id = form.uuid("participation_id")
        size = form.optional_nested("size", forms.size_evidence)
        form.check()
        return self._support.applications.screen_participation(call, participation_id=participation_id, size=size)

    # The council

    @command("programme_lead", resource="council")
    def AppointCouncil(self, request: messages.AppointCouncilRequest, call: Call) -> Saved[Council]:
        form = Form(request)
        task_id = form.uuid("task_id")
        members = form.each("members", council_forms.member, least=1, most=100)
        rules = form.optional_nested("rules", council_forms.rules)
        form.check()
        return self._support.councils.appoint_council(call, task_id=task_id, members=members, rules=rules)

    @command("council_member", resource="council")
    def RecuseCouncilMember(self, request: messages.RecuseCouncilMemberRequest, call: Call) -> Saved[Council]:
        form = Form(request)
        council_id = form.uuid("council_id")
        conflict_kind = form.choice("conflict_kind", ConflictKind)
        form.check()
        return self._support.councils.recuse_council_member(call, council_id=council_id, conflict_kind=conflict_kind)

    @command("council_member", resource="council")
    def CastCouncilScore(self, request: messages.CastCouncilScoreRequest, call: Call) -> Saved[Council]:
        form = Form(request)
        council_id = form.uuid("council_id")
        points = form.each("points", council_forms.points, least=1, most=100)
        vote = form.optional_choice("vote", Vote)
        opinion = form.optional_text("opinion", longest=forms.LONGEST_REASON, lines=True)
        form.check()
        return self._support.councils.cast_council_score(
            call, council_id=council_id, points=points, vote=vote, opinion=opinion
        )

    @command("council_member", resource="council")
    def ConcludeCouncil(self, request: messages.ConcludeCouncilRequest, call: Call) -> Saved[Council]:
        form = Form(request)
        council_id = form.uuid("council_id")
        record_digest = form.optional_text("record_digest", pattern=forms.SHA256)
        answer_to_survey = forms.optional_reason(form, "answer_to_survey")
        required_supplement = forms.optional_reason(form, "required_supplement")
        form.check()
        return self._support.councils.conclude_council(
            call,
            council_id=council_id,
            record_digest=record_digest,
            answer_to_survey=answer_to_survey,
            required_supplement=required_supplement,
        )

    @query(*COUNCIL_READERS)
    def GetCouncil(self, request: messages.GetCouncilRequest, caller: Caller) -> messages.GetCouncilResponse:
        council = self._support.councils.get_council(asked_for(self._support, request, "council_id"))
        shown = council_message(
            council,
            sheets_shown=caller.capacity == "auditor",
            file_shown=not self._support.files.hidden_from(caller.person_id, [council.task_id]),
        )
        return messages.GetCouncilResponse(council=shown)

    # The decision and the contract

    @command("city_leader", "programme_lead", resource="task")
    def ApproveTask(self, request: messages.ApproveTaskRequest, call: Call) -> Saved[Task]:
        form = Form(request)
        task_id = form.uuid("task_id")
        norms_id = form.uuid("norms_id")
        refusals = form.each("refusals", lambda line: (line.uuid("participation_id"), forms.reason(line)))
        waiting = form.each("waiting", forms.waiting)
        skip_reason = forms.optional_reason(form, "skip_reason")
        signature = forms.signature(form)
        form.check()
        return self._support.decisions.approve_task(
            call,
            task_id=task_id,
            norms_id=norms_id,
            refusals=dict(refusals),
            waiting=waiting,
            skip_reason=skip_reason,
            signature=signature,
        )

    @command("city_leader", "programme_lead", resource="task")
    def DeclineTask(self, request: messages.DeclineTaskRequest, call: Call) -> Saved[Task]:
        form = Form(request)
        task_id = form.uuid("task_id")
        reason = forms.reason(form)
        signature = forms.signature(form)
        form.check()
        return self._support.decisions.decline_task(call, task_id=task_id, reason=reason, signature=signature)

    @command("programme_lead", resource="task")
    def ContractTask(self, request: messages.ContractTaskRequest, call: Call) -> Saved[Task]:
        form = Form(request)
        task_id = form.uuid("task_id")
        lines = form.each("lines", forms.participation_amount)
        form.check()
        return self._support.decisions.contract_task(call, task_id=task_id, lines=lines)

    # From the contract to the settlement

    @command("host_representative", "enterprise_representative", resource="task")
    def ReportTaskProgress(self, request: messages.ReportTaskProgressRequest, call: Call) -> Saved[Task]:
        form = Form(request)
        task_id = form.uuid("task_id")
        progress_percent = form.integer("progress_percent", least=0, most=100)
        summary = forms.summary(form)
        form.check()
        return self._support.delivery.report_task_progress(
            call, task_id=task_id, progress_percent=progress_percent, summary=summary
        )

    @command("host_representative", "enterprise_representative", resource="participation")
    def ImplementParticipation(
        self, request: messages.ImplementParticipationRequest, call: Call
    ) -> Saved[Participation]:
        form = Form(request)
        participation_id = form.uuid("participation_id")
        summary = forms.summary(form)
        form.check()
        return self._support.delivery.implement_participation(call, participation_id=participation_id, summary=summary)

    @command("programme_officer", resource="participation")
    def CertifyParticipation(self, request: messages.CertifyParticipationRequest, call: Call) -> Saved[Participation]:
        form = Form(request)
        participation_id = form.uuid("participation_id")
        certificate_number = form.text("certificate_number", longest=60)
        certification_body = form.text("certification_body", longest=250)
        issued_on = form.date("issued_on")
        valid_until = form.date("valid_until")
        form.check()
        return self._support.delivery.certify_participation(
            call,
            participation_id=participation_id,
            certificate_number=certificate_number,
            certification_body=certification_body,
            issued_on=issued_on,
            valid_until=valid_until,
        )

    @command("host_representative", "enterprise_representative", resource="task")
    def RequestTaskAcceptance(self, request: messages.RequestTaskAcceptanceRequest, call: Call) -> Saved[Task]:
        form = Form(request)
        task_id = form.uuid("task_id")
        summary = forms.summary(form)
        form.check()
        return self._support.delivery.request_task_acceptance(call, task_id=task_id, summary=summary)

    @command("programme_lead", resource="task")
    def AcceptTask(self, request: messages.AcceptTaskRequest, call: Call) -> Saved[Task]:
        form = Form(request)
        task_id = form.uuid("task_id")
        actual_costs = form.each("actual_costs", forms.actual_cost, least=1)
        form.check()
        return self._support.delivery.accept_task(call, task_id=task_id, actual_costs=actual_costs)

    @command("payment_officer", resource="task")
    def PayTask(self, request: messages.PayTaskRequest, call: Call) -> Saved[Task]:
        return self._support.delivery.pay_task(call, task_id=forms.task_id(request))

    @command("finance_appraiser", resource="task")
    def SettleTask(self, request: messages.SettleTaskRequest, call: Call) -> Saved[Task]:
        return self._support.delivery.settle_task(call, task_id=forms.task_id(request))

    # What tasks, participations and claims are there

    @query(*READERS)
    @of_files("task")
    def GetTask(self, request: messages.GetTaskRequest, caller: Caller) -> messages.GetTaskResponse:
        task_id = asked_for(self._support, request, "task_id")
        return messages.GetTaskResponse(task=task_message(self._support.applications.get_task(task_id)))

    @query(*READERS)
    @of_files("tasks")
    def ListTasks(self, request: messages.ListTasksRequest, caller: Caller) -> messages.ListTasksResponse:
        form = Form(request)
        year = forms.optional_year(form)
        status = form.optional_choice("status", TaskStatus)
        budget_line_id = form.optional_uuid("budget_line_id")
        host_organisation_id = form.optional_uuid("host_organisation_id")
        form.check()
        page = Page.read(request, int)
        caught_up(self._tasks, request.min_position)
        as_of_position = self._tasks.position()
        rows = self._tasks.list_tasks(
            year=year,
            status=status,
            budget_line_id=budget_line_id,
            host_organisation_id=host_organisation_id,
            after=page.after,
            limit=page.size + 1,
        )
        shown, next_page_token = page.cut(rows, key=lambda row: row.proposed_at_position)
        return messages.ListTasksResponse(
            tasks=map(task_row_message, shown),
            next_page_token=next_page_token,
            as_of_position=as_of_position,
        )

    @query(*READERS)
    @of_files("participation")
    def GetParticipation(
        self, request: messages.GetParticipationRequest, caller: Caller
    ) -> messages.GetParticipationResponse:
        participation_id = asked_for(self._support, request, "participation_id")
        participation = self._support.applications.get_participation(participation_id)
        return messages.GetParticipationResponse(participation=participation_message(participation))

    @query(*READERS)
    @of_files("participations")
    def ListParticipations(
        self, request: messages.ListParticipationsRequest, caller: Caller
    ) -> messages.ListParticipationsResponse:
        form = Form(request)
        task_id = form.optional_uuid("task_id")
        enterprise_id = form.optional_uuid("enterprise_id")
        status = form.optional_choice("status", ParticipationStatus)
        form.check()
        page = Page.read(request, int)
        caught_up(self._participations, request.min_position)
        as_of_position = self._participations.position()
        rows = self._participations.list_participations(
            task_id=task_id, enterprise_id=enterprise_id, status=status, after=page.after, limit=page.size + 1
        )
        shown, next_page_token = page.cut(rows, key=lambda row: row.registered_at_position)
        return messages.ListParticipationsResponse(
            participations=map(participation_row_message, shown),
            next_page_token=next_page_token,
            as_of_position=as_of_position,
        )

    @query(*READERS)
    @of_files("claim")
    def GetClaim(self, request: messages.GetClaimRequest, caller: Caller) -> messages.GetClaimResponse:
        claim_id = asked_for(self._support, request, "claim_id")
        return messages.GetClaimResponse(claim=claim_message(self._support.applications.get_claim(claim_id)))

    # Results beside the tasks

    @command("programme_officer", resource="product")
    def CertifyProduct(self, request: messages.CertifyProductRequest, call: Call) -> Saved[Product]:
        form = Form(request)
        enterprise_id = form.uuid("enterprise_id")
        product_group_code = form.text("product_group_code", pattern=forms.CODE)
        product_name = form.text("product_name", longest=250)
        conformity_kind = form.choice("conformity_kind", ConformityKind)
        certificate_number = form.text("certificate_number", longest=60)
        certification_body = form.text("certification_body", longest=250)
        valid_from = form.date("valid_from")
        valid_until = form.date("valid_until")
        participation_id = form.optional_uuid("participation_id")
        form.check()
        return self._support.products.certify_product(
            call,
            enterprise_id=enterprise_id,
            product_group_code=product_group_code,
            product_name=product_name,
            conformity_kind=conformity_kind,
            certificate_number=certificate_number,
            certification_body=certification_body,
            valid_from=valid_from,
            valid_until=valid_until,
            participation_id=participation_id,
        )

    @query(*READERS)
    def GetProduct(self, request: messages.GetProductRequest, caller: Caller) -> messages.GetProductResponse:
        product_id = asked_for(self._support, request, "product_id")
        return messages.GetProductResponse(product=product_message(self._support.products.get_product(product_id)))

    @command("programme_officer", "programme_lead", resource="award")
    def NominateForAward(self, request: messages.NominateForAwardRequest, call: Call) -> Saved[Award]:
        form = Form(request)
        enterprise_id = form.uuid("enterprise_id")
        year = forms.year(form)
        form.check()
        return self._support.awards.nominate_for_award(call, enterprise_id=enterprise_id, year=year)

    @query(*READERS)
    def GetAward(self, request: messages.GetAwardRequest, caller: Caller) -> messages.GetAwardResponse:
        award_id = asked_for(self._support, request, "award_id")
        return messages.GetAwardResponse(award=award_message(self._support.awards.get_award(award_id)))
