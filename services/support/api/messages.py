"""Support's records and the rows of its lists as the messages its door answers with."""

from __future__ import annotations

from functools import singledispatch

from google.protobuf.message import Message
from nscl.support.v1 import budget_resources_pb2 as budget
from nscl.support.v1 import case_resources_pb2 as cases
from nscl.support.v1 import certificate_service_pb2 as certificates
from nscl.support.v1 import claim_resources_pb2 as claims
from nscl.support.v1 import clock_resources_pb2 as clock_messages
from nscl.support.v1 import contract_resources_pb2 as contract_messages
from nscl.support.v1 import council_resources_pb2 as councils
from nscl.support.v1 import council_service_pb2 as council_messages
from nscl.support.v1 import document_resources_pb2 as documents
from nscl.support.v1 import grant_call_resources_pb2 as grant_call_messages
from nscl.support.v1 import inspection_resources_pb2 as inspection_messages
from nscl.support.v1 import support_resources_pb2 as messages

from services.shared.wire import filled
from services.support.api.priority_messages import priority_file_message, priority_rules_message
from services.support.application.clocks import DueStep
from services.support.domain.award import Award
from services.support.domain.budget_adjustment import BudgetAdjustment
from services.support.domain.budget_line import BudgetLine
from services.support.domain.budget_rules import BudgetRules
from services.support.domain.case import Case
from services.support.domain.catalogue import Catalogue
from services.support.domain.certificate import Certificate
from services.support.domain.claim import Claim
from services.support.domain.claim_rules import ClaimRules
from services.support.domain.contract import Contract
from services.support.domain.council import Council
from services.support.domain.council_regulation import CouncilRegulation
from services.support.domain.council_supplement import CouncilSupplement
from services.support.domain.deadline_rules import DeadlineRules
from services.support.domain.delegation import Delegation
from services.support.domain.document_register import DocumentRegister
from services.support.domain.grant_call import GrantCall
from services.support.domain.inspection import Inspection
from services.support.domain.norms import Norms
from services.support.domain.overlap import Overlap
from services.support.domain.overlap_decision import OverlapDecision
from services.support.domain.participation import Participation
from services.support.domain.priority_file import PriorityFile
from services.support.domain.priority_rules import PriorityRules
from services.support.domain.product import Product
from services.support.domain.recovery import Recovery
from services.support.domain.task import Task
from services.support.domain.working_calendar import WorkingCalendar
from services.support.domain.year_estimate import YearEstimate
from services.support.read_models.awards import AwardRow
from services.support.read_models.budget_ledger import LedgerRow
from services.support.read_models.budget_lines import BudgetLineRow
from services.support.read_models.cases import CaseRow
from services.support.read_models.certificates import CertificateRow
from services.support.read_models.claims import ClaimRow
from services.support.read_models.contracts import ContractRow
from services.support.read_models.delegations import DelegationRow
from services.support.read_models.documents import DocumentRow
from services.support.read_models.grant_calls import GrantCallRow
from services.support.read_models.inspections import InspectionRow
from services.support.read_models.norms_versions import NormsRow
from services.support.read_models.participations import ParticipationRow
from services.support.read_models.recoveries import RecoveryRow
from services.support.read_models.tasks import TaskRow
from services.support.read_models.year_estimates import YearEstimateRow


@singledispatch
def to_message(record: object) -> Message:
    """The resource a record, or a row of a list, is shown as."""
    raise TypeError(f"{type(record).__name__} is no resource of support")


to_message.register(PriorityFile, priority_file_message)
to_message.register(PriorityRules, priority_rules_message)


@to_message.register
def catalogue_message(catalogue: Catalogue) -> messages.Catalogue:
    return filled(
        messages.Catalogue,
        catalogue,
        catalogue_id=catalogue.id,
        document=catalogue.plan_number,
        contents=catalogue.contents.values(),
        etag=catalogue.version,
    )


@to_message.register
def norms_message(norms: Norms) -> messages.Norms:
    return filled(messages.Norms, norms, norms_id=norms.id, norms=norms.norm_of.values(), etag=norms.version)


@to_message.register
def norms_row_message(norms: NormsRow) -> messages.Norms:
    """A list leaves out the single norms and the limits."""
    return filled(messages.Norms, norms, norms_id=norms.id, norms=(), limits=(), etag=norms.version)


@to_message.register
def budget_line_message(line: BudgetLine | BudgetLineRow) -> messages.BudgetLine:
    return filled(messages.BudgetLine, line, budget_line_id=line.id, etag=line.version)


@to_message.register
def budget_rules_message(rules: BudgetRules) -> budget.BudgetRules:
    return filled(budget.BudgetRules, rules, budget_rules_id=rules.id, etag=rules.version)


@to_message.register
def year_estimate_message(estimate: YearEstimate) -> budget.YearEstimate:
    return filled(budget.YearEstimate, estimate, year_estimate_id=estimate.id, etag=estimate.version)


@to_message.register
def year_estimate_row_message(estimate: YearEstimateRow) -> budget.YearEstimate:
    """A list leaves out the computation, the lines and the appraisals."""
    lines = {"computation": None, "lines": (), "appraisals": ()}
    return filled(budget.YearEstimate, estimate, year_estimate_id=estimate.id, etag=estimate.version, **lines)


@to_message.register
def budget_adjustment_message(adjustment: BudgetAdjustment) -> budget.BudgetAdjustment:
    return filled(budget.BudgetAdjustment, adjustment, budget_adjustment_id=adjustment.id, etag=adjustment.version)


@to_message.register
def ledger_entry_message(row: LedgerRow) -> budget.LedgerEntry:
    return filled(budget.LedgerEntry, row)


@to_message.register
def document_register_message(register: DocumentRegister) -> documents.DocumentRegister:
    return filled(documents.DocumentRegister, register, document_register_id=register.id, etag=register.version)


@to_message.register
def document_message(row: DocumentRow) -> documents.Document:
    return filled(documents.Document, row)


@to_message.register
def delegation_message(delegation: Delegation | DelegationRow) -> documents.Delegation:
    return filled(documents.Delegation, delegation, delegation_id=delegation.id, etag=delegation.version)


@to_message.register
def case_message(case: Case) -> cases.Case:
    return filled(cases.Case, case, case_id=case.id, number=case.number, etag=case.version)


@to_message.register
def case_row_message(row: CaseRow) -> cases.Case:
    """A list leaves out the facts."""
    return filled(cases.Case, row, case_id=row.id, facts=(), etag=row.version)


@to_message.register
def certificate_message(certificate: Certificate) -> certificates.Certificate:
    return filled(
        certificates.Certificate,
        certificate,
        certified_id=certificate.participation_id,
        product_group_code=None,
        product_name=None,
        valid_from=certificate.issued_on,
        certificate_id=certificate.id,
        etag=certificate.version,
    )


@to_message.register
def certificate_row_message(row: CertificateRow) -> certificates.Certificate:
    """A list leaves out why and the audits."""
    told = {"reason": None, "surveillances": (), "renewed_id": None, "etag": None}
    return filled(certificates.Certificate, row, **told)


@to_message.register
def task_message(task: Task) -> messages.Task:
    return filled(messages.Task, task, task_id=task.id, grants=task.grants.values(), etag=task.version)


@to_message.register
def task_row_message(task: TaskRow) -> messages.Task:
    """A list leaves out what belongs to single participations."""
    lines = dict.fromkeys(("participation_ids", "grants", "payments", "papers", "faults", "checklists"), ())
    numbers = {"receipt_number": 0, "receipt": None, "accreditation_required": False, "supplement_by": None}
    return filled(messages.Task, task, task_id=task.id, etag=task.version, **lines, **numbers)


@to_message.register
def grant_call_message(grant_call: GrantCall) -> grant_call_messages.GrantCall:
    return filled(
        grant_call_messages.GrantCall,
        grant_call,
        grant_call_id=grant_call.id,
        contents=grant_call.content_of.values(),
        granted=[
            filled(
                grant_call_messages.GrantedOfContent,
                None,
                content_code=code,
                grant_count=len(granted),
                granted_vnd=sum(granted.values()),
            )
            for code, granted in grant_call.granted_vnd_of.items()
        ],
        etag=grant_call.version,
    )


@to_message.register
def grant_call_row_message(grant_call: GrantCallRow) -> grant_call_messages.GrantCall:
    """A list leaves out the contents and what was granted of them."""
    lines = {"contents": (), "granted": ()}
    return filled(
        grant_call_messages.GrantCall, grant_call, grant_call_id=grant_call.id, etag=grant_call.version, **lines
    )


@to_message.register
def participation_message(participation: Participation) -> messages.Participation:
    return filled(messages.Participation, participation, participation_id=participation.id, etag=participation.version)


@to_message.register
def participation_row_message(participation: ParticipationRow) -> messages.Participation:
    """A list leaves out the verdicts, the size, the units, the computation and what was paid."""
    return filled(
        messages.Participation,
        participation,
        participation_id=participation.id,
        unit_keys=(),
        verdicts=(),
        size=None,
        norms_id=None,
        steps=(),
        payment_claims=(),
        paid_vnd=0,
        etag=participation.version,
    )


@to_message.register
def contract_message(contract: Contract) -> contract_messages.Contract:
    return filled(
        contract_messages.Contract,
        contract,
        contract_id=contract.id,
        lines=contract.lines.values(),
        milestones=contract.milestones.values(),
        holds=contract.holds.values(),
        etag=contract.version,
    )


@to_message.register
def contract_row_message(contract: ContractRow) -> contract_messages.Contract:
    """A list leaves out what belongs to single participations, milestones and cases."""
    lines = {"lines": (), "milestones": (), "holds": (), "advance": None}
    return filled(contract_messages.Contract, contract, contract_id=contract.id, etag=contract.version, **lines)


@to_message.register
def recovery_message(recovery: Recovery) -> contract_messages.Recovery:
    return filled(contract_messages.Recovery, recovery, recovery_id=recovery.id, etag=recovery.version)


@to_message.register
def recovery_row_message(recovery: RecoveryRow) -> contract_messages.Recovery:
    """A list leaves out the finding."""
    lines = {"finding": None, "participation_id": None}
    return filled(contract_messages.Recovery, recovery, recovery_id=recovery.id, etag=recovery.version, **lines)


@to_message.register
def inspection_message(inspection: Inspection) -> inspection_messages.Inspection:
    return filled(
        inspection_messages.Inspection,
        inspection,
        inspection_id=inspection.id,
        findings=inspection.findings.values(),
        etag=inspection.version,
    )


@to_message.register
def inspection_row_message(inspection: InspectionRow) -> inspection_messages.Inspection:
    """A list leaves out findings, answers and summaries."""
    told = {"findings": (), "answer": None, "summary": None}
    return filled(
        inspection_messages.Inspection, inspection, inspection_id=inspection.id, etag=inspection.version, **told
    )


@to_message.register
def council_message(council: Council, *, sheets_shown: bool = False, file_shown: bool = True) -> messages.Council:
    """Until the minutes nobody sees what others gave but for who may be shown it, nor a digest that would tell.

    Who is hidden the file never sees what members made of it.
    """
    concluded = council.minutes is not None
    sheets = council.score_sheets if file_shown and (concluded or sheets_shown) else {}
    return filled(
        messages.Council,
        council,
        council_id=council.id,
        members=council.members.values(),
        recusals=[
            filled(messages.Recusal, recusal, person_id=person_id) for person_id, recusal in council.recusals.items()
        ],
        declarations=[
            filled(messages.ConflictDeclaration, None, person_id=person_id, conflict_kinds=kinds)
            for person_id, kinds in council.declarations.items()
        ],
        score_sheets=[filled(messages.ScoreSheet, sheet, person_id=person_id) for person_id, sheet in sheets.items()],
        concluded=concluded,
        record_digest=_shown_digest(council),
        answer_to_survey=council.answer_to_survey if file_shown else None,
        supplement=council.supplement if file_shown else None,
        etag=council.version,
    )


def _shown_digest(council: Council) -> str | None:
    """That of the minutes; before them one only once everybody has scored, and after minutes of old anybody's own."""
    shown = council.minutes is not None or council.voters <= council.score_sheets.keys()
    return council.minutes_digest or (council.record_digest if shown else None)


@to_message.register
def council_supplement_message(supplement: CouncilSupplement) -> councils.CouncilSupplement:
    return filled(councils.CouncilSupplement, supplement, council_supplement_id=supplement.id, etag=supplement.version)


@to_message.register
def council_regulation_message(regulation: CouncilRegulation) -> council_messages.CouncilRegulation:
    return filled(
        council_messages.CouncilRegulation, regulation, council_regulation_id=regulation.id, etag=regulation.version
    )


@to_message.register
def claim_message(claim: Claim) -> messages.Claim:
    """As what happened to it last left it; the list tells what others hold of it."""
    known = {"enterprise_id": claim.enterprise_id, "content_code": claim.content_code}
    return filled(messages.Claim, claim.last, claim_id=claim.id, etag=claim.version, **known)


@to_message.register
def claim_row_message(row: ClaimRow) -> messages.Claim:
    """A list leaves out the members."""
    return filled(messages.Claim, row, claim_id=row.id, member_ids=(), etag=row.version)


@to_message.register
def claim_rules_message(rules: ClaimRules) -> claims.ClaimRules:
    return filled(claims.ClaimRules, rules, claim_rules_id=rules.id, etag=rules.version)


@to_message.register
def overlap_message(overlap: Overlap) -> claims.Overlap:
    lines = [filled(claims.OverlapLine, line, **vars(line.money)) for line in overlap.lines]
    return filled(claims.Overlap, overlap, lines=lines)


@to_message.register
def overlap_decision_message(decision: OverlapDecision) -> claims.OverlapDecision:
    return filled(claims.OverlapDecision, decision, overlap_decision_id=decision.id, etag=decision.version)


@to_message.register
def product_message(product: Product) -> messages.Product:
    return filled(messages.Product, product, product_id=product.id, etag=product.version)


@to_message.register
def award_message(award: Award) -> messages.Award:
    return filled(messages.Award, award, award_id=award.id, etag=award.version)


@to_message.register
def award_row_message(row: AwardRow) -> messages.Award:
    """A list leaves out the preliminary council's conclusion and why somebody withdrew."""
    told = {"preliminary_result": None, "summary": None, "reason": None}
    return filled(messages.Award, row, award_id=row.id, etag=row.version, **told)


@to_message.register
def working_calendar_message(calendar: WorkingCalendar) -> clock_messages.WorkingCalendar:
    return filled(clock_messages.WorkingCalendar, calendar, working_calendar_id=calendar.id, etag=calendar.version)


@to_message.register
def deadline_rules_message(rules: DeadlineRules) -> clock_messages.DeadlineRules:
    return filled(clock_messages.DeadlineRules, rules, deadline_rules_id=rules.id, etag=rules.version)


@to_message.register
def due_step_message(step: DueStep) -> clock_messages.DueStep:
    return filled(clock_messages.DueStep, step)
