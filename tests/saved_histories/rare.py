"""What the sample year does not reach, acted out in the domain, so that a history of it can be saved."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from services.registry.domain.affiliation import Affiliation, LinkKind
from services.registry.domain.data_subject import DataSubject
from services.registry.domain.enterprise import Enterprise
from services.registry.domain.erasure_rules import ErasureRules
from services.registry.domain.registration import LegalForm
from services.registry.domain.representatives import PartyKind, Representatives
from services.registry.domain.succession import SuccessionKind
from services.reporting.domain.report import Report
from services.reporting.domain.report_number import ReportNumber
from services.shared.erasure import ErasureGround, ErasureRule, Ties
from services.shared.personal_data import Sealed
from services.shared.record import Record
from services.support.domain.award import Award, AwardPrize, PreliminaryResult
from services.support.domain.budget_adjustment import BudgetAdjustment
from services.support.domain.budget_line import BudgetLine
from services.support.domain.budget_rules import BudgetRules
from services.support.domain.budget_terms import MoneyStage
from services.support.domain.case import Case
from services.support.domain.catalogue import Catalogue
from services.support.domain.certificate import Certificate, Issued, SurveillanceResult
from services.support.domain.checklist import ContentChecklist
from services.support.domain.claim import Claim, Claimed
from services.support.domain.claim_rules import ClaimRules
from services.support.domain.claimed_units import ClaimUnit
from services.support.domain.contract import Contract
from services.support.domain.contract_terms import Milestone
from services.support.domain.council import Council
from services.support.domain.council_regulation import CouncilRegulation
from services.support.domain.council_supplement import CouncilSupplement, SuppliedPaper
from services.support.domain.council_terms import (
    ConflictKind,
    PersonMatch,
    PersonMatches,
    PersonTie,
    SupplementDemand,
    Vote,
)
from services.support.domain.deadline_rules import DeadlineRules
from services.support.domain.delegation import Delegation
from services.support.domain.document_register import DocumentNumber, DocumentRegister
from services.support.domain.grant_call import GrantCall
from services.support.domain.grant_tally import GrantTally
from services.support.domain.inspection import Inspection
from services.support.domain.norms import Norms
from services.support.domain.norms_register import NormsRegister
from services.support.domain.overlap import OverlapOutcome, UndertakingMember
from services.support.domain.overlap_decision import OverlapDecision
from services.support.domain.participation import Participation, Voucher
from services.support.domain.priority_file import PriorityFile, PriorityFinding, PriorityStatement
from services.support.domain.priority_rules import PriorityRules
from services.support.domain.product import Product
from services.support.domain.recovery import Recovery, RecoveryAccount
from services.support.domain.task import Task
from services.support.domain.task_terms import PaperFault
from services.support.domain.waitlist import LeavingKind, Waitlist
from services.support.domain.working_calendar import WorkingCalendar, WorkingDays
from services.support.domain.year_estimate import (
    Computation,
    EstimateLine,
    FigureOrigin,
    LineAppraisal,
    PastYear,
    YearEstimate,
)
from services.training.domain.course import Course
from services.training.domain.data_subject import DataSubject as TrainedDataSubject
from services.training.domain.erasure_rules import ErasureRules as TrainingErasureRules
from tests.given import act
from tests.registry.bus.test_announcements import (
    HOLDS,
    OWNS,
    WHY,
    accreditations,
    branches,
    changed_organisation,
    imported,
    person,
    rules,
    separated,
    size_rules,
    standing_revoked,
)
from tests.registry.domain.test_particulars import LAST_OF_FISH, NEW_LINE, RULE, YEAR
from tests.registry.examples import company, funding, household
from tests.reporting.domain.test_report import FROZEN, PUBLISHING, REPORT
from tests.support.domain.test_case import FACT, FLAG
from tests.support.domain.test_case import OPENING as WHOSE_CASE
from tests.support.domain.test_claim import ALONE, FIRST, SECOND, TOGETHER
from tests.support.domain.test_contract import APPLIED, END, GROUND, JUDGED, MIDDLE, TERMS, checks, costs
from tests.support.domain.test_contract import SECOND as SECOND_PART
from tests.support.domain.test_delegation import PRINCIPAL, SIGNING
from tests.support.domain.test_delegation import TERMS as DELEGATED
from tests.support.domain.test_document_register import OPENING, UBND, WANTED
from tests.support.domain.test_inspection import FOUND, UPHELD
from tests.support.domain.test_inspection import OPENING as INSPECTED
from tests.support.domain.test_participation import AMOUNT, MET
from tests.support.domain.test_participation import FIVE_S as FIVE_S_CONTENT
from tests.support.domain.test_product import PRODUCT
from tests.support.domain.test_recovery import ORDER
from tests.support.domain.test_task import APPLICATION, GRANTS, PROPOSAL, WINDOW, by
from tests.support.examples import (
    APPRAISER,
    AUDITOR,
    BUDGET_RULES,
    CATALOGUE,
    CHAIR,
    CHECKLIST,
    CLAIM_RULES,
    DAY,
    DEADLINES,
    FIVE_S_PAPERS,
    GOOD_POINTS,
    GRANT_CALL,
    HOST,
    JURY,
    LEAD,
    LEADER,
    LOTUS_MILL,
    MANGO_HOUSE,
    MEETING,
    MEMBER,
    MEMBERS,
    NORMS,
    OFFICER,
    OWNER,
    PAYER,
    PRIORITY_RULES,
    REGULATION,
    REVIEWER,
    RULES,
    SECOND_AUDITOR,
    SECOND_OFFICER,
    SECRETARY,
    SETTLER,
    SIZE_TABLE,
    SMALL_IN_2023,
    STATED_YEARS,
    SUBSTITUTE,
    SYSTEMS_QUOTA,
    VICE_CHAIR,
    YEAR_2024,
    overlap,
    state_money,
    wanted,
)
from tests.training.examples import FIVE_S

_SEALED = Sealed("c2VhbGVk")
_CATALOGUE = Catalogue.adopt(act(document="134/KH-UBND"), **CATALOGUE)


def records() -> list[Record]:
    """Records whose events have not been collected."""
    return [
        released_line(),
        endless_claim(),
        expired_claim(),
        *claim_for_products(),
        lodged_again(),
        admitted_claim(),
        widened_claim(),
        *cases(),
        catalogue(),
        withdrawn(),
        selected_by_size(),
        *superseded_norms(),
        freed_tally(),
        followed_certificate(),
        withdrawn_certificate(),
        paid_certificate(),
        superseded_calendar(),
        superseded_deadlines(),
        committed(),
        rejected_application(),
        *year_of_money(),
        claim_rules(),
        overlap_decision(),
        *signatures(),
        cancelled_course(),
        taken_back(),
        imported(),
        *contracts(),
        left_contract(),
        closed_participation(),
        monitored_participation(),
        acceptance_council(),
        council_regulation(),
        *supplemented_task(),
        regulated_council(),
        *recoveries(),
        inspection(),
        grant_call(),
        *direct_applications(),
        affiliation(),
        separated(),
        branches(closed=True),
        accreditations(),
        changed_organisation(),
        rules(),
        person(),
        merged_enterprise(),
        dissolved_enterprise(),
        changed_enterprise(),
        *(data_subject(kind) for kind in (DataSubject, TrainedDataSubject)),
        *(erasure_rules(kind) for kind in (ErasureRules, TrainingErasureRules)),
        moved_household(),
        size_rules(),
        renamed_household(),
        representatives(),
        *priorities(),
        waitlist(),
        *waiting_tasks(),
        skipped_order(),
        receipted_application(),
        published_report(),
        ReportNumber.take(PUBLISHING, UUID(int=13)),
        *awards(),
        *products(),
    ]


def products() -> tuple[Product, Product]:
    """A product looked at again, suspended, reinstated and certified anew; the second certificate is withdrawn."""
    product = Product.certify(act(), **PRODUCT)
    seen = {"auditor": "Chứng nhận Mẫu", "audited_on": DAY, "findings": "Độ ẩm vượt mức"}
    product.surveil(by(OFFICER, "31/BC-CN"), result=SurveillanceResult.FAILED, **seen)
    product.suspend(by(OFFICER, "32/QĐ-CN"), reason="Độ ẩm")
    product.reinstate(by(SECOND_OFFICER, "33/QĐ-CN"), reason="Đã khắc phục")
    renewed = product.renew(
        by(OFFICER, "35/QĐ-CN"), certificate_number="HC-5/2", valid_from=DAY, valid_until=date(2027, 6, 24)
    )
    renewed.withdraw(by(OFFICER, "34/QĐ-CN"), reason="Không khắc phục")
    return product, renewed


def awards() -> tuple[Award, Award]:
    """One award that came to its prize, and one from which the enterprise withdrew."""
    awarded, withdrawn = (
        Award.nominate(by(LEAD, "88/GT-SKHCN"), enterprise_id=enterprise_id, year=2024)
        for enterprise_id in (LOTUS_MILL, MANGO_HOUSE)
    )
    awarded.receive_dossier(by(OFFICER, "12/BN-SKHCN"))
    awarded.conclude_preliminary(by(LEAD, "3/BB-HDST"), result=PreliminaryResult.RECOMMENDED, summary="820 điểm")
    awarded.submit(by(LEAD, "95/CV-SKHCN"))
    awarded.decide(by(OFFICER, "70/QĐ-TTg"), prize=AwardPrize.SILVER)
    withdrawn.withdraw(by(OFFICER, "4/CV-XOAI"), reason="Chuyển nhà máy")
    return awarded, withdrawn


def claim_rules() -> ClaimRules:
    """Rules against double funding, adopted."""
    rules = ClaimRules.propose(by(OFFICER), **CLAIM_RULES)
    rules.adopt(by(LEADER, "11/QĐ-UBND"))
    return rules


def expired_claim() -> Claim:
    """A claim renewed once, and lodged for another participation after its time."""
    for_a_time = Claimed(**FIRST, **{**ALONE, "expires_on": date(2024, 7, 31)})
    claim = Claim.lodge(act(), enterprise_id=LOTUS_MILL, content_code="CRT-FOOD", claimed=for_a_time)
    whose = {"participation_id": FIRST["participation_id"], "reason": "Chờ hội đồng"}
    claim.renew(act(), **whose, expires_on=date(2024, 12, 1))
    claim.relodge(
        act(effective_on=date(2024, 12, 2)), Claimed(**SECOND, **TOGETHER), lapsed=(FIRST["participation_id"],)
    )
    return claim


def endless_claim() -> Claim:
    """A claim lodged and lodged again while no rules limited its time."""
    claim = Claim.lodge(act(), enterprise_id=MANGO_HOUSE, content_code="PRD-HOPQUY", claimed=Claimed(**FIRST, **ALONE))
    claim.release(act(), participation_id=FIRST["participation_id"])
    claim.relodge(act(), Claimed(**SECOND, **ALONE))
    return claim


def claim_for_products() -> list[Record]:
    """A claim that two participations hold side by side for different products, and the participation of one."""
    line = replace(wanted(), content_code="PRD-HOPQUY", unit_keys=("PRODUCT:8934588012345",))
    content = _CATALOGUE.contents["PRD-HOPQUY"]
    participation = Participation.register(by(HOST), content, task_id=FIRST["task_id"], line=line)
    mine = {"task_id": FIRST["task_id"], "participation_id": participation.id, **ALONE, "unit_keys": line.unit_keys}
    claim = Claim.lodge(act(), enterprise_id=LOTUS_MILL, content_code=content.code, claimed=Claimed(**mine))
    claim.relodge(act(), Claimed(**SECOND, **{**ALONE, "unit_keys": ("PRODUCT:TCCS-02",)}), unit=ClaimUnit.PRODUCT)
    return [participation, claim]


def admitted_claim() -> Claim:
    """A claim confirmed although the content possibly overlaps."""
    claim = Claim.lodge(act(), enterprise_id=MANGO_HOUSE, content_code="CRT-FOOD", claimed=Claimed(**FIRST, **TOGETHER))
    claim.confirm(
        act(document="900/QĐ-UBND"),
        participation_id=FIRST["participation_id"],
        registry_position=42,
        overlap_decision_id=UUID(int=21),
    )
    return claim


def overlap_decision() -> OverlapDecision:
    """A possible overlap admitted by one person, and other lines refused by the next."""
    participation = Participation.register(by(HOST), _CATALOGUE.contents["TOOL-5S"], task_id=UUID(int=1), line=wanted())
    participation.screen(by(OFFICER), verdicts=(), registry_position=41)
    rules = claim_rules()
    members = (UndertakingMember(LOTUS_MILL), UndertakingMember(MANGO_HOUSE, LOTUS_MILL, rules.possible_links[0]))
    first = overlap(state_money(MANGO_HOUSE), rules=rules, members=members)
    later = overlap(state_money(MANGO_HOUSE, amount_vnd=50_000_000), rules=rules, members=members)
    decision = OverlapDecision.make(
        by(LEAD), participation, first, outcome=OverlapOutcome.ADMITTED, reason="Khác nhà máy"
    )
    decision.make_anew(by(LEAD), participation, later, outcome=OverlapOutcome.REFUSED, reason="Cùng nhà máy")
    return decision


def catalogue() -> Catalogue:
    """A catalogue one of whose contents concerns some industries only."""
    return Catalogue.adopt(act(document="135/KH-UBND"), **CATALOGUE)


def approved_line(year: int = 2024) -> BudgetLine:
    """A line appraised as it was asked for."""
    line = BudgetLine.draft(by(OFFICER), _CATALOGUE, year=year, source_code="F1", title="Hỗ trợ", amount_vnd=10**9)
    line.appraise(by(APPRAISER), amount_vnd=10**9, reason=None)
    line.approve(by(LEADER, "77/QĐ-UBND"))
    return line


def released_line() -> BudgetLine:
    """A line whose task needs less by contract than was reserved, and less in the end than was committed."""
    line = approved_line()
    line.reserve(by(LEADER, "900/QĐ-UBND"), task_id=UUID(int=1), amount_vnd=90_000_000)
    line.commit(by(OFFICER, "12/HĐ"), task_id=UUID(int=1), amount_vnd=80_000_000)
    line.pay(by(OFFICER), task_id=UUID(int=1), amount_vnd=70_000_000)
    line.release_unspent(by(OFFICER), task_id=UUID(int=1))
    return line


def advanced_line() -> BudgetLine:
    """A line that advanced money, saw part of it earned, and got the rest back."""
    line = approved_line()
    line.reserve(by(LEADER, "900/QĐ-UBND"), task_id=UUID(int=1), amount_vnd=90_000_000)
    line.commit(by(OFFICER, "12/HĐ"), task_id=UUID(int=1), amount_vnd=90_000_000)
    line.advance(by(PAYER, "3/UNC"), task_id=UUID(int=1), amount_vnd=27_000_000)
    line.clear_advance(by(PAYER), task_id=UUID(int=1), amount_vnd=20_000_000)
    back = {"task_id": UUID(int=1), "money_stage": MoneyStage.ADVANCED, "amount_vnd": 7_000_000}
    line.recover(by(PAYER, "1/GNT"), **back)
    return line


def contracts() -> list[Record]:
    """One contract held, amended and archived, one suspended and terminated, a line and a task beside them."""
    archived = Contract.sign(by(LEAD, "12/HĐ-SKHCN"), GROUND, **TERMS)
    archived.pay_advance(by(PAYER, "3/UNC"), amount_vnd=27_000_000)
    first, second = {"milestone_number": 1}, {"milestone_number": 2}
    archived.report_progress(by(HOST), **first, progress_percent=60, summary="Đã đào tạo")
    archived.request_acceptance(by(HOST), **first, summary="Hoàn thành")
    archived.require_fixes(by(LEAD, "8/BB-NT"), **first, **JUDGED, fixes=("Bổ sung hồ sơ",), fixes_due_on=MIDDLE)
    archived.request_acceptance(by(HOST), **first, summary="Đã khắc phục")
    archived.accept(by(LEAD, "9/BB-NT"), **first, **JUDGED, actual_costs=costs(1))
    archived.hold_payments(by(OFFICER), case_number="VV-3", reason="Nghi trùng hỗ trợ")
    archived.lift_payment_hold(by(LEAD), case_number="VV-3", reason="Không trùng")
    archived.pay(by(PAYER), **first, checks=checks(1))
    plan = Milestone(2, "Áp dụng xong", END, APPLIED.shares[:1])
    archived.amend(
        by(LEAD, "2/PL-HĐ"), reason="Cơ sở xin rút", ends_on=END, milestones=(plan,), withdrawn_ids=(SECOND_PART,)
    )
    archived.request_acceptance(by(HOST), **second, summary="Hoàn thành")
    archived.fail(by(LEAD, "10/BB-NT"), **second, **JUDGED, reason="Không có kết quả")
    archived.settle(by(SETTLER), released_vnd=0)
    archived.liquidate(by(LEAD, "5/BBTL"))
    archived.archive(by(OFFICER), archive_number="LT-7")
    archived.order_recovery(by(LEADER, "66/QĐ-TH"), recovery_id=UUID(int=5), amount_vnd=10_000_000)

    terminated = Contract.sign(
        by(LEAD, "13/HĐ-SKHCN"), replace(GROUND, task_id=UUID(int=8)), **{**TERMS, "advance": None}
    )
    terminated.suspend(by(LEAD, "40/CV"), reason="Bão số 3")
    terminated.resume(by(LEAD, "41/CV"), reason="Hết bão")
    terminated.terminate(by(LEAD, "70/QĐ"), reason="Giải thể", released_vnd=90_000_000)
    return [archived, terminated, advanced_line(), terminated_task()]


def left_contract() -> Contract:
    """A contract that one of its participations left after an advance."""
    contract = Contract.sign(by(LEAD, "14/HĐ-SKHCN"), replace(GROUND, task_id=UUID(int=9)), **TERMS)
    contract.pay_advance(by(PAYER, "3/UNC"), amount_vnd=27_000_000)
    contract.let_leave(by(HOST), participation_id=SECOND_PART, reason="Không còn nhu cầu")
    return contract


def monitored_participation() -> Participation:
    """A participation that was paid for its certificate, which was looked at later."""
    participation = committed()
    participation.certify(by(OFFICER), **vars(CERTIFIED))
    invoice = Voucher("Hóa đơn", "HĐ-101", END, 80_000_000)
    participation.claim_payment(by(HOST), milestone_number=1, cost_vnd=80_000_000, vouchers=(invoice,))
    participation.pay(by(PAYER), milestone_number=1, amount_vnd=40_000_000)
    participation.monitor(by(OFFICER), certificate_number="MAU-CN-001", result=SurveillanceResult.PASSED)
    return participation


def closed_participation() -> Participation:
    """A participation that got no certificate, was paid all the same, and closed."""
    participation = committed()
    participation.implement(by(HOST), summary="Đã áp dụng")
    participation.deny_certificate(by(OFFICER, "17/TB-CN"), reason="Chưa đạt yêu cầu")
    invoice = Voucher("Hóa đơn", "HĐ-101", END, 80_000_000)
    participation.claim_payment(by(HOST), milestone_number=1, cost_vnd=80_000_000, vouchers=(invoice,))
    participation.pay(by(PAYER), milestone_number=1, amount_vnd=40_000_000)
    participation.close(by(OFFICER), summary="Cơ sở duy trì tốt")
    return participation


def terminated_task() -> Task:
    """A task that ended with its contract."""
    task = rejected_application()
    task.open_call(by(OFFICER, "21/TB-SKHCN"), **WINDOW)
    task.submit_application(by(HOST), **APPLICATION)
    task.validate_application(by(SECOND_OFFICER))
    council = Council.appoint(
        by(LEAD, "30/QĐ-SKHCN"),
        task_id=task.id,
        submitters=task.submitters,
        host_body="TVMAU",
        members=MEMBERS,
        rules=RULES,
    )
    for member in (CHAIR, SECRETARY, REVIEWER):
        council.cast_score(by(member), points=GOOD_POINTS)
    council.conclude(by(SECRETARY, "5/BB-HĐ"))
    task.score(by(SECRETARY), council)
    task.approve(by(LEADER, "900/QĐ-UBND"), council, norms_id=UUID(int=31), grants=GRANTS)
    task.contract(by(LEAD, "12/HĐ-SKHCN"), lines=())
    task.terminate(by(LEAD, "70/QĐ"), amount_vnd=0, released_vnd=90_000_000, reason="Giải thể")
    return task


def acceptance_council() -> Council:
    """A council that judges a milestone."""
    members = {"submitters": frozenset({HOST.id}), "host_body": HOST.body, "members": MEMBERS, "rules": RULES}
    return Council.appoint(
        by(LEAD, "31/QĐ-SKHCN"), task_id=UUID(int=3), **members, milestone_number=1, milestone_round=1
    )


def supplemented_task() -> list[Record]:
    """A council answers a survey, passes on condition, meets again and does so once more; then it is confirmed."""
    task = Task.propose(by(OWNER), _CATALOGUE, approved_line(), **PROPOSAL)
    application = {"grant_call_id": UUID(int=40), "receipt_number": 1, "enterprise_id": LOTUS_MILL}
    task.apply_under_call(by(OWNER), **application, participation_ids=(UUID(int=21),), papers=FIVE_S_PAPERS)
    task.validate_application(by(SECOND_OFFICER))
    task.record_survey(by(OFFICER, "7/BB-KS"), surveyed_on=DAY, favourable=False, findings="Chưa có dây chuyền")
    of_owner = {"submitters": frozenset({OWNER.id}), "host_body": OWNER.body, "members": MEMBERS, "rules": RULES}
    council = Council.appoint(by(LEAD, "30/QĐ-SKHCN"), task_id=task.id, **of_owner)
    first = passed_on_condition(task, council)
    again = by(LEAD, "34/QĐ-SKHCN")
    council.reconvene(again, reason="Thay đổi phương án")
    first.overtake(again)
    task.reconvene_council(again)
    council.send_papers(by(OFFICER, "9/GM"), meeting_on=DAY, calendar=WorkingDays([YEAR_2024]))
    second = passed_on_condition(task, council)
    papers = (SuppliedPaper("Báo giá", "bao-gia.pdf", "ab" * 32),)
    second.supply(by(OWNER), papers=papers, explanation="Đã có hai báo giá")
    for leader in (CHAIR, SECRETARY):
        second.attest(by(leader), council)
    task.confirm_supplement(by(SECRETARY))
    return [task, council, first, second]


def passed_on_condition(task: Task, council: Council) -> CouncilSupplement:
    """What the council wants supplied after a meeting."""
    minutes = by(SECRETARY, "5/BB-HĐ")
    for member in (CHAIR, SECRETARY, REVIEWER):
        council.cast_score(by(member), points=GOOD_POINTS)
    answered = {"unfavourable_survey": True, "answer_to_survey": "Dây chuyền đã lắp sau khảo sát"}
    council.conclude(minutes, **answered, supplement=SupplementDemand("Hai báo giá", DAY))
    task.score(minutes, council)
    return CouncilSupplement.demand(minutes, council, party_body=OWNER.body)


def council_regulation() -> CouncilRegulation:
    """Rules for councils, adopted."""
    regulation = CouncilRegulation.propose(by(OFFICER), **REGULATION)
    regulation.adopt(by(LEADER, "12/QĐ-UBND"))
    return regulation


def regulated_council() -> Council:
    """A council under a regulation, with a seat given on and a vice-chair who presides."""
    parties: dict[str, Any] = {"submitters": frozenset({HOST.id}), "host_body": HOST.body}
    council = Council.appoint(
        by(LEAD, "30/QĐ-SKHCN"), task_id=UUID(int=104), members=JURY, rules=council_regulation(), **parties
    )
    newcomer = replace(JURY[3], person_id=SUBSTITUTE.id, body=SUBSTITUTE.body)
    council.replace_member(by(LEAD, "33/QĐ-SKHCN"), person_id=MEMBER.id, member=newcomer, **parties)
    owns = PersonMatch(SUBSTITUTE.id, LOTUS_MILL, PersonTie.OWNER)
    council.send_papers(by(OFFICER, "8/GM"), meeting_on=MEETING, calendar=WorkingDays([YEAR_2024]))
    council.declare_conflicts(by(CHAIR), conflict_kinds=(ConflictKind.FAMILY, ConflictKind.EMPLOYER))
    sheet = {"points": GOOD_POINTS, "vote": Vote.FOR, "opinion": "Khả thi"}
    for voter in (SECRETARY, REVIEWER, SUBSTITUTE, VICE_CHAIR):
        at_meeting = replace(by(voter), effective_on=MEETING)
        council.declare_conflicts(at_meeting, conflict_kinds=())
        council.cast_score(at_meeting, **sheet)
    council.match_conflicts(by(OFFICER), PersonMatches((owns,), registry_position=41))
    council.conclude(replace(by(VICE_CHAIR, "5/BB-HĐ"), effective_on=MEETING), record_digest=council.record_digest)
    return council


def recoveries() -> list[Record]:
    """A debt paid back in part and written off, and the debtor's account."""
    recovery = Recovery.order(by(LEAD, "66/QĐ-TH"), **ORDER)
    recovery.receive_instalment(by(PAYER, "1/GNT"), amount_vnd=4_000_000)
    recovery.write_off(by(LEADER, "90/QĐ-UBND"), reason="Phá sản")
    account = RecoveryAccount(act=by(LEADER), debtor_id=LOTUS_MILL)
    account.permit_award(by(LEADER), task_id=UUID(int=1))
    account.enter_debt(by(LEAD), recovery_id=recovery.id, amount_vnd=10_000_000)
    account.discharge_debt(by(LEADER), recovery_id=recovery.id)
    return [recovery, account]


def inspection() -> Inspection:
    """An inspection that found something, heard the inspected and concluded; part of it ordered back."""
    inspection = Inspection.open(by(AUDITOR, "15/QĐ-TTTP"), **INSPECTED)
    inspection.record_finding(by(AUDITOR), **FOUND, paid_vnd=40_000_000)
    inspection.announce_findings(by(AUDITOR), answer_by=date(2024, 7, 15))
    inspection.take_answer(by(HOST), answer="Đã được duyệt")
    inspection.conclude(by(SECOND_AUDITOR, "20/KL-TTTP"), summary="Chi sai", upheld=UPHELD)
    inspection.order_recovery(by(LEAD, "66/QĐ-TH"), finding_number=1, recovery_id=UUID(int=5), amount_vnd=6_000_000)
    return inspection


def grant_call() -> GrantCall:
    """A call made longer, with an application that was granted and taken back, and cancelled in the end."""
    call = GrantCall.publish(by(LEAD, "40/TB-SKHCN"), _CATALOGUE, approved_line(), **GRANT_CALL)
    call.extend(by(LEAD, "41/TB-SKHCN"), closes_on=date(2024, 7, 15))
    application = {"enterprise_id": LOTUS_MILL, "lines": (wanted(),), "papers": FIVE_S_PAPERS}
    call.receive(by(OWNER), task_id=UUID(int=1), **application)
    call.grant(by(LEADER, "900/QĐ-UBND"), task_id=UUID(int=1), grants=GRANTS[:1])
    call.give_back(by(OWNER), task_id=UUID(int=1), content_codes=("TOOL-5S",))
    call.cancel(by(LEAD, "42/TB-SKHCN"), reason="Hết kinh phí")
    return call


def direct_applications() -> list[Task]:
    """One returned, corrected, visited and taken back piece by piece; another rejected."""
    tasks = [Task.propose(by(OWNER), _CATALOGUE, approved_line(), **PROPOSAL) for _ in range(2)]
    parts = (UUID(int=21), UUID(int=22))
    for task in tasks:
        facts = {"grant_call_id": UUID(int=40), "receipt_number": 1, "enterprise_id": LOTUS_MILL}
        task.apply_under_call(by(OWNER), **facts, participation_ids=parts, papers=FIVE_S_PAPERS)
    taken_back, rejected = tasks
    faults = (PaperFault("TOOL-5S", "COST", "Thiếu chữ ký"),)
    taken_back.return_application(by(OFFICER), reason="Chưa đủ", resubmit_by=date(2024, 7, 5), faults=faults)
    taken_back.resubmit_papers(by(OWNER), papers=FIVE_S_PAPERS)
    taken_back.validate_application(by(OFFICER))
    seen = {"surveyed_on": date(2024, 6, 27), "favourable": True, "findings": "Có dây chuyền"}
    taken_back.record_survey(by(OFFICER, "7/BB-KS"), **seen)
    taken_back.let_leave(by(OWNER), participation_id=parts[1], reason="Không còn nhu cầu")
    taken_back.withdraw(by(OWNER), reason="Chuyển địa điểm")
    rejected.reject_application(by(OFFICER), reason="Sai đối tượng")
    return tasks


def lodged_again() -> Claim:
    """A claim for a sister enterprise, released by one participation and lodged for another."""
    claim = Claim.lodge(act(), enterprise_id=MANGO_HOUSE, content_code="TOOL-5S", claimed=Claimed(**FIRST, **TOGETHER))
    claim.release(act(), participation_id=FIRST["participation_id"])
    claim.relodge(act(), Claimed(**SECOND, **ALONE))
    return claim


def widened_claim() -> Claim:
    """A claim widened to who had joined the undertaking, and confirmed."""
    claim = Claim.lodge(act(), enterprise_id=LOTUS_MILL, content_code="SYS-ISO9001", claimed=Claimed(**FIRST, **ALONE))
    whose = {"participation_id": FIRST["participation_id"], "registry_position": 42}
    claim.widen(act(), **whose, member_ids=(LOTUS_MILL, MANGO_HOUSE))
    claim.confirm(act(document="900/QĐ-UBND"), **whose)
    return claim


def cases() -> list[Record]:
    """A claim that was questioned before its decision; a case dismissed and opened again; a confirmed one."""
    claim = Claim.lodge(act(), enterprise_id=LOTUS_MILL, content_code="TOOL-5S", claimed=Claimed(**FIRST, **ALONE))
    claim.question(act(), participation_id=FIRST["participation_id"], registry_position=43, told=FACT.told)
    reopened = Case.open(act(), **WHOSE_CASE, fact=FACT, paid_vnd=0)
    reopened.hear(act(), replace(FACT, told="Khuyến công hỗ trợ 30.000.000 đồng."), paid_vnd=0)
    reopened.examine(by(OFFICER), finding="Khác nhà máy")
    reopened.dismiss(by(LEAD, "7/KL-SKHCN"), reason="Không trùng")
    reopened.hear(act(), FACT, paid_vnd=20_000_000)
    reopened.hear(act(), FLAG, paid_vnd=20_000_000)
    confirmed = Case.open(act(), **{**WHOSE_CASE, "participation_id": UUID(int=10)}, fact=FLAG, paid_vnd=20_000_000)
    confirmed.examine(by(OFFICER), finding="Nợ thuế quá hạn")
    confirmed.confirm(by(LEAD, "8/KL-SKHCN"), reason="Không còn đủ điều kiện")
    return [claim, reopened, confirmed]


def committed() -> Participation:
    """A participation whose enterprise committed itself."""
    participation = Participation.register(act(), FIVE_S_CONTENT, task_id=UUID(int=1), line=wanted())
    participation.screen(act(), verdicts=MET, registry_position=41)
    participation.select(act(), AMOUNT, norms_id=Norms.create_id("SAMPLE-2024", 1))
    participation.commit(act(document="1/BCK"))
    return participation


def withdrawn() -> Participation:
    """A participation taken off its application."""
    participation = Participation.register(act(), FIVE_S_CONTENT, task_id=UUID(int=1), line=wanted())
    participation.withdraw(act())
    return participation


def superseded_norms() -> tuple[Norms, NormsRegister]:
    """A version with every kind of field that ends when another takes its place, and the register of its set."""
    later = {**NORMS, "norms_version": 2, "supersedes_version": 1, "limits": (SYSTEMS_QUOTA,), "norms": (SIZE_TABLE,)}
    norms = Norms.propose(by(OFFICER), _CATALOGUE, **later)
    norms.adopt(by(LEADER, "9/QĐ-UBND"))
    norms.end(by(LEADER, "15/QĐ-UBND"), last_day=date(2024, 9, 30), superseded_by=Norms.create_id("SAMPLE-2024", 3))
    register = NormsRegister.open(by(LEADER, "9/QĐ-UBND"), norms.code)
    register.enter(by(LEADER, "9/QĐ-UBND"), norms)
    register.shorten(by(LEADER, "15/QĐ-UBND"), norms_version=2, last_day=date(2024, 9, 30))
    return norms, register


def freed_tally() -> GrantTally:
    """The tally of an enterprise's yearly cap with one grant, of which a part was not paid."""
    tally = GrantTally.open(
        by(LEADER), norms_code="SAMPLE-2024", limit_code="norm:SYS-ISO9001", year=2024, enterprise_id=LOTUS_MILL
    )
    tally.count(by(LEADER), participation_id=UUID(int=1), amount_vnd=40_000_000)
    tally.keep(by(LEAD), participation_id=UUID(int=1), amount_vnd=30_000_000)
    return tally


CERTIFIED = Issued("Trung tâm Chứng nhận Mẫu", "MAU-CN-001", date(2024, 6, 28), date(2027, 6, 27))


def followed_certificate() -> Certificate:
    """A certificate that was looked at, suspended, reinstated and renewed under another number."""
    certificate = presented_certificate("MAU-CN-002")
    certificate.surveil(
        act(document="8/BC-GS"),
        result=SurveillanceResult.FAILED,
        auditor="Trung tâm Chứng nhận Mẫu",
        audited_on=date(2024, 6, 28),
        findings="Hai điểm không phù hợp",
    )
    certificate.suspend(act(document="9/QĐ-CN"), reason="Chưa khắc phục")
    certificate.reinstate(by(SECOND_OFFICER, "10/QĐ-CN"), reason="Đã khắc phục")
    certificate.renew(
        act(document="11/QĐ-CN"),
        replace(CERTIFIED, certificate_number="MAU-CN-004", valid_until=date(2030, 6, 27)),
    )
    return certificate


def withdrawn_certificate() -> Certificate:
    """A certificate that its certifier took back for good."""
    certificate = presented_certificate("MAU-CN-003")
    certificate.withdraw(act(document="12/QĐ-CN"), reason="Ngừng áp dụng")
    return certificate


def paid_certificate() -> Certificate:
    """A certificate that a milestone was paid on."""
    certificate = presented_certificate("MAU-CN-005")
    certificate.permit_payment(by(PAYER), milestone_number=1)
    return certificate


def presented_certificate(number: str) -> Certificate:
    """A certificate that a participation led to."""
    return Certificate.present(
        act(),
        replace(CERTIFIED, certificate_number=number),
        participation_id=UUID(int=1),
        task_id=UUID(int=2),
        enterprise_id=LOTUS_MILL,
        content_code="CRT-FOOD",
    )


def selected_by_size() -> Participation:
    """A participation screened with its enterprise's size, and selected step by step."""
    participation = Participation.register(act(), FIVE_S_CONTENT, task_id=UUID(int=1), line=wanted())
    participation.screen(act(), verdicts=MET, registry_position=41, size=SMALL_IN_2023)
    participation.select(by(LEADER, "900/QĐ-UBND"), AMOUNT, norms_id=Norms.create_id("SAMPLE-2024", 1))
    return participation


def superseded_calendar() -> WorkingCalendar:
    """A year whose calendar was replaced by one without exchanged days."""
    calendar = WorkingCalendar.adopt(act(document="1/TB"), legal_basis="Điều 112", sample=True, days=YEAR_2024)
    later = replace(YEAR_2024, exchange_days=())
    calendar.supersede(act(document="2/TB"), legal_basis="Điều 112", sample=True, days=later)
    return calendar


def superseded_deadlines() -> DeadlineRules:
    """Deadlines in two versions."""
    deadlines = DeadlineRules.adopt(act(document="40/QĐ-UBND"), valid_from=date(2024, 1, 1), rules=DEADLINES)
    deadlines.supersede(act(document="41/QĐ-UBND"), valid_from=date(2025, 1, 1), rules=DEADLINES[:1])
    return deadlines


def rejected_application() -> Task:
    """A task whose only application was rejected."""
    line = approved_line()
    task = Task.propose(by(OFFICER), _CATALOGUE, line, **PROPOSAL)
    task.enlist(by(LEAD, "346/TTr-SKHCN"), line)
    task.open_call(by(OFFICER, "20/TB-SKHCN"), **WINDOW)
    task.submit_application(by(HOST), **APPLICATION)
    task.reject_application(by(OFFICER), reason="Không đủ năng lực")
    return task


def year_of_money() -> list[Record]:
    """An estimate by the rules, every adjustment, and a line closed while a task holds money on it."""
    rules = BudgetRules.propose(by(OFFICER), _CATALOGUE, **BUDGET_RULES)
    rules.adopt(by(LEADER, "9/QĐ-UBND"))
    lifelong = BudgetRules.propose(
        by(OFFICER), _CATALOGUE, **{**BUDGET_RULES, "rules_version": 2, "valid_until": date(2030, 12, 31)}
    )
    by_rule = Computation(rules.id, 17, STATED_YEARS, 290_000_000)
    logged = Computation(None, 18, (PastYear(2024, 6, 2_190_000_000, FigureOrigin.LOG, None),), None)
    lines = (
        EstimateLine(UUID(int=1), "F1", "Hỗ trợ", 4, 1_160_000_000, "4 nhiệm vụ mới × 290.000.000 đồng bình quân."),
        EstimateLine(UUID(int=2), "F2", "Tài trợ", None, 50_000_000, "Nêu 50.000.000 đồng, căn cứ: Thỏa thuận."),
    )
    estimate = YearEstimate.draft(by(OFFICER), catalogue_id=_CATALOGUE.id, year=2026, computation=by_rule, lines=lines)
    estimate.return_for_rework(by(APPRAISER), reason="Chưa rõ căn cứ")
    estimate.redraft(by(OFFICER), computation=logged, lines=lines)
    cut = LineAppraisal(UUID(int=1), 1_000_000_000, "Theo khả năng ngân sách")
    estimate.appraise(by(APPRAISER), appraisals=(cut, LineAppraisal(UUID(int=2), 50_000_000, None)))
    estimate.approve(by(LEADER, "78/QĐ-UBND"))
    first, second, full = approved_line(), approved_line(), approved_line()
    next_line = approved_line(year=2025)
    withdrawn_line = BudgetLine.draft(
        by(OFFICER), _CATALOGUE, year=2026, source_code="F1", title="Hỗ trợ", amount_vnd=1, estimate_id=estimate.id
    )
    withdrawn_line.withdraw(by(APPRAISER))
    each_way: tuple[tuple[BudgetLine | None, BudgetLine | None], ...] = (
        (first, second),
        (None, first),
        (first, None),
        (second, first),
    )
    adjustments = [
        BudgetAdjustment.request(
            by(OFFICER), rules, from_line=giver, to_line=taker, amount_vnd=10_000_000, reason="Tăng việc"
        )
        for giver, taker in each_way
    ]
    for adjustment, sides in zip(adjustments[:-1], each_way, strict=False):
        adjustment.approve(by(LEADER, "79/QĐ-UBND"), *sides)
    adjustments[-1].refuse(by(LEADER), reason="Chưa cần thiết")
    full.reserve(by(LEADER, "900/QĐ-UBND"), task_id=UUID(int=1), amount_vnd=90_000_000)
    full.carry_over(by(LEADER, "80/QĐ-UBND", on=date(2024, 12, 31)), next_line)
    moved = Task.propose(by(OFFICER), _CATALOGUE, approved_line(), **PROPOSAL)
    moved.move_to_line(by(LEADER, "80/QĐ-UBND"), budget_line_id=next_line.id)
    return [rules, lifelong, estimate, first, second, full, next_line, withdrawn_line, *adjustments, moved]


def signatures() -> list[Record]:
    """A register with a number used and another voided, and a delegation signed under and revoked."""
    register = DocumentRegister.open(UBND, **OPENING)
    for _ in range(2):
        register.issue(UBND, **WANTED)
    register.cite(act(document="900/QĐ-UBND"), DocumentNumber(900, None, "QĐ", "UBND"))
    register.void(UBND, number=901, reason="Viết sai thể thức")
    delegation = Delegation.grant(PRINCIPAL, **DELEGATED)
    delegation.exercise(**SIGNING)
    delegation.revoke(PRINCIPAL, reason="Thay đổi nhân sự")
    return [register, delegation]


def affiliation() -> Affiliation:
    """An owner for good, a parent for a time, a representative until the last day became known."""
    party_id = uuid4()
    links = Affiliation.open(act(), party_id)
    represents = replace(OWNS, link_id=uuid4(), kind=LinkKind.LEGAL_REPRESENTATIVE, share_basis_points=None)
    for link in (replace(OWNS, share_basis_points=4_000), HOLDS, represents):
        links.link(act(document="8/GCN-ĐKKD"), replace(link, to_id=party_id))
    links.end_link(act(document="9/GCN-ĐKKD"), represents.link_id, date(2024, 5, 31))
    return links


def merged_enterprise() -> Enterprise:
    """A company that was stopped for a time, took another name and went into another."""
    merged = Enterprise.register(act(), uuid4(), company(), lambda _: _SEALED)
    merged.raise_stop_flag(act(document="15/CV-STC"), "Đang thanh tra")
    lifting = act(person_id=UUID(int=5), document="30/CV-STC")
    merged.lift_stop_flag(lifting, merged.stop_flags[0].stop_flag_id, "Thanh tra đã kết luận")
    merged.rename(act(document="9/QĐ-SKH"), company().particulars, lambda _: _SEALED)
    merged.be_succeeded(act(document="10/QĐ-SKH"), SuccessionKind.MERGER, (UUID(int=12),))
    return merged


def data_subject(kind: type[DataSubject | TrainedDataSubject]) -> Record:
    """Somebody whose request was refused under a hold, and granted once it was lifted."""
    rule, lead = ErasureRule(DAY, "MẪU-1/QĐ", 5, 20, sample=True), UUID(int=5)
    asked = kind.open(act(), uuid4())
    asked.place_hold(act(document="6/YC-TAND"), WHY)
    asked.request_erasure(act(document="5/ĐN"), ErasureGround.CONSENT_WITHDRAWN, rule)
    asked.refuse_erasure(act(person_id=lead, document="9/CV-SKHCN"), WHY)
    asked.lift_hold(act(person_id=lead, document="7/YC-TAND"), 1, WHY)
    asked.request_erasure(act(document="10/ĐN"), ErasureGround.ORDERED, None)
    asked.erase(act(person_id=lead, document="11/QĐ-SKHCN"), rule, Ties(None, open=False))
    return asked


def erasure_rules(kind: type[ErasureRules | TrainingErasureRules]) -> Record:
    """One rule, adopted."""
    rules = kind.open(act())
    rules.adopt(act(document="MẪU-1/QĐ"), valid_from=DAY, retention_years=5, answer_within_days=20, sample=True)
    return rules


def changed_enterprise() -> Enterprise:
    """A company whose size, lines, premises and legal form changed, one after another."""
    changed = Enterprise.register(act(), uuid4(), company(), lambda _: _SEALED)
    changed.record_size(act(document="12/BCTC"), RULE, replace(YEAR, capital_vnd=25_000_000_000))
    changed.record_size(act(document="13/BCTC"), RULE, YEAR)
    changed.change_business_lines(act(document="7/GCN-ĐKKD"), (NEW_LINE,), (LAST_OF_FISH,))
    changed.move(act(document="7/GCN-ĐKKD"), "31168", company().particulars, lambda _: _SEALED)
    changed.change_legal_form(act(document="8/GCN-ĐKKD"), LegalForm.JOINT_STOCK_COMPANY)
    return changed


def moved_household() -> Enterprise:
    """A household business that moved: its street is personal."""
    moved = Enterprise.register(act(), uuid4(), household(), lambda _: _SEALED)
    moved.move(act(document="7/GCN-ĐKKD"), "31168", household().particulars, lambda _: _SEALED)
    return moved


def dissolved_enterprise() -> Enterprise:
    """A company that ended without a successor."""
    dissolved = Enterprise.register(act(), uuid4(), company(), lambda _: _SEALED)
    dissolved.dissolve(act(document="9/QĐ-SKH"))
    return dissolved


def renamed_household() -> Enterprise:
    """A household business under another name."""
    named = Enterprise.register(act(), uuid4(), household(), lambda _: _SEALED)
    named.rename(act(document="9/QĐ-SKH"), household().particulars, lambda _: _SEALED)
    return named


def cancelled_course() -> Course:
    """A course called off before its first day."""
    course = Course.schedule(act(), **FIVE_S)
    course.cancel(act(), reason="Bão số 3")
    return course


def taken_back() -> Enterprise:
    """An enterprise whose attestation was revoked, and whose other funding was corrected and then revoked."""
    enterprise = standing_revoked()
    enterprise.record_other_funding(act(), funding())
    [known] = enterprise.other_fundings
    enterprise.correct_other_funding(act(), known.id, funding(amount_vnd=40_000_000), WHY)
    enterprise.revoke_other_funding(act(), known.id, WHY)
    return enterprise


def representatives() -> Representatives:
    """An enterprise's authorisations: one for a time, which was revoked, and an open one."""
    kept = Representatives.open(by(OFFICER), LOTUS_MILL, PartyKind.ENTERPRISE)
    period = {"valid_from": date(2024, 1, 1), "valid_until": date(2024, 12, 31)}
    kept.authorise(by(OFFICER, "1/GUQ"), person_id=OWNER.id, **period)
    kept.authorise(by(OFFICER, "2/GUQ"), person_id=HOST.id, valid_from=date(2024, 1, 1), valid_until=None)
    first = kept.authorisations[0].authorisation_id
    kept.revoke(by(OFFICER, "3/TB"), authorisation_id=first, reason="Người đại diện đã nghỉ việc")
    return kept


def priorities() -> list[Record]:
    """Rules of priority in force, and the evidence of a participation that is left waiting."""
    rules = PriorityRules.open(by(OFFICER), _CATALOGUE.id)
    rules.propose(by(OFFICER), _CATALOGUE, **PRIORITY_RULES)
    rules.adopt(by(LEADER, "9/QĐ-UBND"), rules_version=1)
    participation = Participation.register(act(), FIVE_S_CONTENT, task_id=UUID(int=1), line=wanted())
    file = PriorityFile.open(by(HOST), participation)
    file.declare(by(HOST), participation, statements=(PriorityStatement("P1", "Mua lúa của 30 hộ", "2/HĐ-MB"),))
    findings = (PriorityFinding("P1", True, "Đã xem hợp đồng"),)
    file.verify(by(OFFICER), participation, _CATALOGUE, rules.versions[0], findings=findings)
    participation.screen(act(), verdicts=MET, registry_position=41)
    place = {"rank": 2, "candidate_count": 3, "explanation": "Điểm ưu tiên 3."}
    participation.waitlist(by(LEADER, "900/QĐ-UBND"), **place, reason="Chờ vốn")
    return [rules, file, participation]


def waitlist() -> Waitlist:
    """Two who wait, one of whom is selected."""
    ids = UUID(int=21), UUID(int=22)
    kept = Waitlist.open(by(LEADER, "900/QĐ-UBND"), task_id=UUID(int=1), participation_ids=ids)
    kept.leave(by(LEADER, "903/QĐ-UBND"), participation_ids=ids[:1], leaving_kind=LeavingKind.SELECTED)
    return kept


def waiting_tasks() -> list[Task]:
    """A task left waiting as a whole, and one that grants to those it had left waiting and refuses others."""
    tasks = []
    for _ in range(2):
        task = rejected_application()
        task.open_call(by(OFFICER, "21/TB-SKHCN"), **WINDOW)
        task.submit_application(by(HOST), **APPLICATION)
        task.validate_application(by(SECOND_OFFICER))
        terms = {"submitters": task.submitters, "host_body": "TVMAU", "members": MEMBERS, "rules": RULES}
        council = Council.appoint(by(LEAD, "30/QĐ-SKHCN"), task_id=task.id, **terms)
        for member in (CHAIR, SECRETARY, REVIEWER):
            council.cast_score(by(member), points=GOOD_POINTS)
        council.conclude(by(SECRETARY, "5/BB-HĐ"))
        task.score(by(SECRETARY), council)
        tasks.append(task)
    waiting, selecting = tasks
    waiting.waitlist(by(LEADER, "902/QĐ-UBND"), council, reason="Hết suất")
    selecting.approve(by(LEADER, "900/QĐ-UBND"), council, norms_id=UUID(int=31), grants=GRANTS[:1])
    later = by(LEADER, "903/QĐ-UBND")
    selecting.select_from_waitlist(later, council, grants=GRANTS[1:], skip_reason="Chờ vốn")
    selecting.refuse_waitlisted(later, council, participation_ids=(UUID(int=23),), reason="Hết kinh phí")
    return tasks


def receipted_application() -> Task:
    """An application with the papers of its call, under a numbered receipt, returned and given more time."""
    line = approved_line()
    task = Task.propose(by(OFFICER), _CATALOGUE, line, **PROPOSAL)
    task.enlist(by(LEAD, "346/TTr-SKHCN"), line)
    asked = {"checklists": (ContentChecklist("TOOL-5S", CHECKLIST),), "accreditation_required": True}
    task.open_call(by(OFFICER, "20/TB-SKHCN"), **WINDOW, **asked)
    task.submit_application(by(HOST), **APPLICATION, papers=FIVE_S_PAPERS)
    task.give_receipt(by(HOST), receipt="7/GTN-SKHCN")
    task.return_application(by(OFFICER), reason="Chưa đủ", resubmit_by=date(2024, 7, 5))
    task.extend_resubmission(by(LEAD, "44/TB-SKHCN"), resubmit_by=date(2024, 7, 12), reason="Chờ xác nhận thuế")
    return task


def skipped_order() -> GrantCall:
    """A call whose place went to who came second, for a reason."""
    call = GrantCall.publish(by(LEAD, "43/TB-SKHCN"), _CATALOGUE, approved_line(), **GRANT_CALL)
    skipped = {"content_code": "TOOL-5S", "skipped_ids": (UUID(int=21),), "reason": "Xin lùi"}
    call.skip_order(by(LEADER, "905/QĐ-UBND"), task_id=UUID(int=1), **skipped)
    return call


def published_report() -> Report:
    """A report whose figures were made anew before it was published."""
    report = Report.draft(act(), **REPORT)
    report.redraft(act(), **FROZEN)
    report.publish(PUBLISHING)
    return report
