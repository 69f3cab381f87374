"""What happens so that every announcement, with every field it can have, is made at least once."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

from deploy.local.ports import free_ports
from deploy.local.postgres import PrivatePostgres
from services.registry.bus.announcements import announce as announce_registry
from services.shared.bus.announcements import Announce, Announcement, announcements_of
from services.shared.event_store import RecordedEvent
from services.shared.record import Record
from services.support.application.log import SupportLog
from services.support.application.support import Support
from services.support.bus.announcements import announce as announce_support
from services.support.domain.budget_rules import BudgetRules
from services.support.domain.catalogue import Catalogue
from services.support.domain.council_terms import ConflictKind, PersonMatch, PersonTie, Vote
from services.support.domain.delegation import Delegation
from services.support.domain.document_register import DocumentNumber, DocumentRegister
from services.support.domain.recovery import FindingReference
from services.support.domain.task_terms import PaperFault
from services.support.domain.waitlist import Waiting
from services.support.domain.year_estimate import Computation, YearEstimate
from services.support.settings import MigrationSettings
from services.support.wiring import migrate
from services.training.bus.announcements import announce as announce_training
from services.training.domain.course import Course
from services.training.domain.dissemination import Dissemination
from services.training.domain.expert import Expert
from tests.given import act
from tests.registry.bus.test_announcements import (
    accreditations,
    attested,
    body,
    branches,
    changed_organisation,
    converted,
    corrected,
    dissolved,
    duplicates,
    enterprise,
    funded,
    imported,
    lines_changed,
    linked,
    merged,
    moved,
    organisation,
    renamed,
    revoked,
    rules,
    separated,
    size_rules,
    sized,
    standing_revoked,
    stopped,
    unlinked,
)
from tests.saved_histories.rare import (
    admitted_claim,
    awards,
    cases,
    claim_for_products,
    expired_claim,
    followed_certificate,
    monitored_participation,
    overlap_decision,
    paid_certificate,
    products,
    supplemented_task,
    widened_claim,
    withdrawn_certificate,
)
from tests.servers import Database, running
from tests.support.city import City, KnownEnterprises, call
from tests.support.domain.test_delegation import PRINCIPAL, SIGNING, TERMS
from tests.support.domain.test_document_register import OPENING, UBND, WANTED
from tests.support.domain.test_product import PRODUCT
from tests.support.examples import (
    APPRAISER,
    AUDITOR,
    BUDGET_RULES,
    CATALOGUE,
    CHAIR,
    DAY,
    DEADLINES,
    GOOD_POINTS,
    HOST,
    JURY,
    LEAD,
    LEADER,
    LOTUS_MILL,
    MANGO_HOUSE,
    MEETING,
    MEMBER,
    MEMBERS,
    OFFICER,
    OTHER_FUNDING,
    OWNER,
    PAYER,
    POOR_POINTS,
    REVIEWER,
    RIVER_FARM,
    RULES,
    SECRETARY,
    SETTLER,
    SIZE_TABLE,
    SMALL_IN_2023,
    STAR_CONSULTING,
    STATED_YEARS,
    SUBSTITUTE,
    SYSTEMS_QUOTA,
    VICE_CHAIR,
    YEAR_2024,
    wanted,
)
from tests.training.examples import BRISK_HERON, FIVE_S, PRODUCTIVITY_DAY, SEALED_NAME, attended, certification


def registry() -> list[Announcement]:
    """A body, an enterprise with its standing and other money, an import, what becomes of others, a consultant."""
    known = body(), enterprise(), attested(), standing_revoked(), funded(), corrected(), revoked(), imported()
    later = linked(), unlinked(), rules(), stopped(), renamed(), merged(), dissolved(), organisation()
    changes = size_rules(), sized(), lines_changed(), moved(), converted(), *duplicates(), separated()
    organisations = accreditations(), changed_organisation()
    return told("registry", announce_registry, *known, *later, *changes, branches(closed=True), *organisations)


def training() -> list[Announcement]:
    """A course held, another cancelled because of an event of support, a dissemination, an expert."""
    held = Course.schedule(act(), **FIVE_S)
    held.record_attendance(act(), **attended(), attendee_name=SEALED_NAME)
    held.hold(act(document="12/BC-SKHCN"))
    cancelled = Course.schedule(act(), **FIVE_S)
    cancelled.cancel(act(cause="support:17"), reason="Bão số 3")
    expert = Expert.enrol(act(), person_id=BRISK_HERON)
    expert.certify(act(), name=SEALED_NAME, certification=certification(course_id=held.id))
    dissemination = Dissemination.hold(act(document="7/BC-SKHCN"), **PRODUCTIVITY_DAY)
    return told("training", announce_training, held, cancelled, expert, dissemination)


def told(service: str, announce: Announce, *records: Record) -> list[Announcement]:
    """What is announced when these records' new events are the first of a log."""
    events: Iterator[Any] = (event for record in records for event in record.pending_events)
    recorded = (RecordedEvent(position, event.TOPIC, event) for position, event in enumerate(events, start=1))
    return announcements_of(service, announce, recorded, previous=0)


def support() -> list[Announcement]:
    """A budget line, and the fates a task can have, one after another."""
    with empty_log() as log:
        known = KnownEnterprises({MANGO_HOUSE: {"other_fundings": (OTHER_FUNDING,)}})
        city = City(Support.over(log, known))
        live_a_year_of_money(city)
        city.claim_rules()
        cut_a_budget_line(city)
        settle_a_task(city)
        return_and_reject_an_application(city)
        decline_a_task(city)
        archive_a_contract(city)
        leave_a_contract(city)
        inspect_a_contract(city)
        terminate_a_contract(city)
        grant_directly(city)
        wait_for_money(city)
        select_by_size(city)
        set_the_clocks(city)
        hold_a_meeting(city, known)
        played = announcements_of("support", announce_support, log.recorded_events(0, 10_000), previous=0)
    claims = widened_claim(), admitted_claim(), expired_claim(), *claim_for_products(), overlap_decision()
    certificates = followed_certificate(), withdrawn_certificate(), paid_certificate(), monitored_participation()
    results = *certificates, *awards(), *products()
    rare = (*rules_that_end(), *signatures(), *claims, *cases(), *supplemented_task(), *results)
    return [*played, *told("support", announce_support, *rare)]


def cut_a_budget_line(city: City) -> None:
    """Appraised at less than was drafted."""
    catalogue, _ = city.plan()
    budget = city.support.budget
    year = {"year": 2024, "source_code": "F1", "title": "Hỗ trợ năng suất"}
    line = budget.draft_budget_line(call(OFFICER), catalogue_id=catalogue.id, **year, amount_vnd=600_000_000).record
    appraisal = {"amount_vnd": 500_000_000, "reason": "Theo khả năng ngân sách"}
    budget.appraise_budget_line(call(APPRAISER), budget_line_id=line.id, **appraisal)


def settle_a_task(city: City) -> None:
    """It cost less than was granted, and led to a certified product and an award."""
    task = city.settled_task(
        wanted(LOTUS_MILL), wanted(RIVER_FARM, "SYS-ISO9001", 200_000_000), actual_cost_vnd=60_000_000
    )
    certified = {**PRODUCT, "participation_id": task.participation_ids[0]}
    city.support.products.certify_product(call(OFFICER), **certified)
    city.support.awards.nominate_for_award(call(OFFICER, "88/GT-SKHCN"), enterprise_id=LOTUS_MILL, year=2024)


def return_and_reject_an_application(city: City) -> None:
    """A line is withdrawn, and what another scheme pays for is found ineligible."""
    applications = city.support.applications
    task = city.submitted_task(kept := wanted(MANGO_HOUSE), wanted(MANGO_HOUSE, "CRT-FOOD"))
    returned = {"reason": "Thiếu dự toán", "resubmit_by": date(2024, 7, 5)}
    applications.return_task_application(call(OFFICER), task_id=task.id, **returned)
    applications.resubmit_task_application(call(HOST), task_id=task.id, participations=(kept,))
    applications.validate_task_application(call(OFFICER), task_id=task.id)
    applications.screen_participation(call(OFFICER), participation_id=task.participation_ids[0])
    applications.reject_task_application(call(OFFICER), task_id=task.id, reason="Sai đối tượng")


def grant_directly(city: City) -> None:
    """A direct application returned, corrected, granted and taken back piece by piece; another rejected."""
    both = ("TOOL-5S", "SYS-ISO9001")
    grant_call = city.published_call()
    task = city.direct_task(grant_call.id, uuid4(), codes=both)
    faults = (PaperFault("TOOL-5S", "COST", "Thiếu chữ ký"),)
    returned = {"reason": "Chưa đủ", "resubmit_by": date(2024, 7, 5), "faults": faults}
    city.support.applications.return_task_application(call(OFFICER), task_id=task.id, **returned)
    city.support.grant_calls.resubmit_grant_application(call(OWNER), task_id=task.id, papers=task.papers)
    city.approve(city.judged(task.id))
    first, _ = task.participation_ids
    withdrawals = city.support.withdrawals
    withdrawals.withdraw_participation(call(OWNER), participation_id=first, reason="Không còn nhu cầu")
    withdrawals.withdraw_application(call(OWNER), task_id=task.id, reason="Chuyển địa điểm")
    rejected = city.direct_task(grant_call.id, uuid4())
    city.support.applications.reject_task_application(call(OFFICER), task_id=rejected.id, reason="Sai đối tượng")
    register = {"issuer": "SKHCN", "document_type": "GTN", "year": 2024, "legal_norm": False, "first_number": 7}
    city.support.documents.open_document_register(call(OFFICER), **register)
    waiting = city.direct_task(grant_call.id, uuid4())
    city.support.applications.return_task_application(call(OFFICER), task_id=waiting.id, **returned)
    longer = {"resubmit_by": date(2024, 7, 12), "reason": "Chờ xác nhận thuế"}
    city.support.applications.extend_resubmission(call(LEAD, "44/TB-SKHCN"), task_id=waiting.id, **longer)
    later = {"grant_call_id": grant_call.id, "closes_on": date(2024, 7, 15)}
    city.support.grant_calls.extend_grant_call(call(LEAD, "41/TB-SKHCN"), **later)
    cancelled = {"grant_call_id": grant_call.id, "reason": "Hết kinh phí"}
    city.support.grant_calls.cancel_grant_call(call(LEAD, "42/TB-SKHCN"), **cancelled)


def wait_for_money(city: City) -> None:
    """Priorities weighed and verified; of three one is granted, one selected later, one refused; and a call's order."""
    city.priority_rules()
    waitlists, (_, norms) = city.support.waitlists, city.plan()
    task = city.scored_task(*(wanted(uuid4()) for _ in range(3)))
    city.verified(task.participation_ids[0])
    _, second, third = task.participation_ids
    waiting = (Waiting(second, "Chờ vốn"), Waiting(third, "Chờ vốn"))
    city.support.decisions.approve_task(
        call(LEADER, "900/QĐ-UBND"), task_id=task.id, norms_id=norms.id, refusals={}, waiting=waiting
    )
    select = {"participation_ids": (second,), "norms_id": norms.id, "skip_reason": "Chờ vốn"}
    waitlists.select_from_waitlist(call(LEADER, "903/QĐ-UBND"), task_id=task.id, **select)
    refuse = {"participation_ids": (third,), "reason": "Hết kinh phí"}
    waitlists.refuse_waitlisted(call(LEADER, "904/QĐ-UBND"), task_id=task.id, **refuse)
    grant_call = city.published_call()
    earlier, later = (city.judged(city.direct_task(grant_call.id, uuid4()).id) for _ in range(2))
    city.support.decisions.approve_task(
        call(LEADER, "905/QĐ-UBND"), task_id=later.id, norms_id=norms.id, refusals={}, skip_reason="Xin lùi"
    )
    waitlists.waitlist_task(call(LEADER, "902/QĐ-UBND"), task_id=earlier.id, reason="Hết suất")


def decline_a_task(city: City) -> None:
    """What was claimed before is claimed again; one member is recused, the others find the task too weak."""
    task = city.screened_task(wanted(MANGO_HOUSE))
    councils = city.support.councils
    council = councils.appoint_council(call(LEAD, "30/QĐ-SKHCN"), task_id=task.id, members=MEMBERS, rules=RULES).record
    councils.recuse_council_member(call(MEMBER), council_id=council.id, conflict_kind=ConflictKind.EMPLOYER)
    for person in (CHAIR, SECRETARY, REVIEWER):
        councils.cast_council_score(call(person), council_id=council.id, points=POOR_POINTS)
    councils.conclude_council(call(SECRETARY, "5/BB-HĐ"), council_id=council.id)
    city.support.decisions.decline_task(call(LEADER, "901/QĐ-UBND"), task_id=task.id, reason="Dưới mức đạt")


def hold_a_meeting(city: City, known: KnownEnterprises) -> None:
    """Rules for councils come into force; under them a seat is given on, papers are sent, conflicts declared."""
    councils, task = city.support.councils, city.screened_task()
    city.regulation()
    council = city.meeting(task.id)
    newcomer = replace(JURY[3], person_id=SUBSTITUTE.id, body=SUBSTITUTE.body)
    councils.replace_council_member(
        call(LEAD, "33/QĐ-SKHCN"), council_id=council.id, person_id=MEMBER.id, member=newcomer
    )
    voting = (CHAIR, SECRETARY, REVIEWER, VICE_CHAIR)
    for person in voting:
        councils.declare_conflicts(call(person), council_id=council.id, conflict_kinds=())
        sheet = {"points": GOOD_POINTS, "vote": Vote.FOR, "opinion": "Khả thi"}
        councils.cast_council_score(call(person, on=MEETING), council_id=council.id, **sheet)
    councils.declare_conflicts(
        call(SUBSTITUTE), council_id=council.id, conflict_kinds=(ConflictKind.FAMILY, ConflictKind.EMPLOYER)
    )
    applicant, *_ = city.participations(task)
    known.matches.append(PersonMatch(REVIEWER.id, applicant.enterprise_id, PersonTie.OWNER))
    councils.match_conflicts(call(OFFICER), council_id=council.id)
    councils.conclude_council(call(SECRETARY, "5/BB-HĐ", on=MEETING), council_id=council.id)


def select_by_size(city: City) -> None:
    """An amount by the enterprise's size within a quota, by norms that take the place of others and end early."""
    norms = city.adopted_norms(
        norms_version=2,
        supersedes_version=1,
        valid_from=DAY,
        norms=(SIZE_TABLE,),
        limits=(SYSTEMS_QUOTA,),
    )
    task = city.scored_task(wanted(LOTUS_MILL, "SYS-ISO9001"))
    for participation_id in task.participation_ids:
        city.support.applications.screen_participation(
            call(OFFICER), participation_id=participation_id, size=SMALL_IN_2023
        )
    city.approve(task, norms=norms)
    city.support.reference.end_norms(call(LEADER, "15/QĐ-UBND"), norms_id=norms.id, last_day=date(2024, 9, 30))


def set_the_clocks(city: City) -> None:
    """A calendar and deadlines, each adopted and superseded."""
    clocks = city.support.clocks
    calendar: dict[str, Any] = {"legal_basis": "Bộ luật Lao động, Điều 112", "sample": True, "days": YEAR_2024}
    clocks.adopt_working_calendar(call(OFFICER, "1/TB"), **calendar)
    clocks.supersede_working_calendar(call(OFFICER, "2/TB"), **calendar)
    clocks.adopt_deadline_rules(call(LEADER, "40/QĐ-UBND"), valid_from=date(2024, 1, 1), rules=DEADLINES)
    clocks.supersede_deadline_rules(call(LEADER, "41/QĐ-UBND"), valid_from=date(2025, 1, 1), rules=DEADLINES)


def live_a_year_of_money(city: City) -> None:
    """An estimate by the rules, one adjustment of each kind, one refused, and the year's end."""
    city.budget_rules()
    city.approved_estimate()
    line_id, other_line_id, next_line_id = (city.approved_line(year=year) for year in (2024, 2024, 2025))
    for sides in ((line_id, other_line_id), (None, line_id), (line_id, None)):
        city.adjusted(*sides)
    adjustments = city.support.adjustments
    asked = {"from_line_id": line_id, "to_line_id": other_line_id, "amount_vnd": 1, "reason": "Tăng việc"}
    refused = adjustments.request_budget_adjustment(call(OFFICER), **asked).record
    adjustments.refuse_budget_adjustment(call(LEADER), budget_adjustment_id=refused.id, reason="Chưa cần thiết")
    city.contracted_task(line_id=line_id)
    city.carried_over(line_id, next_line_id)


def rules_that_end() -> tuple[Record, ...]:
    """Rules of the budget with a last day, and an estimate by them that knows its log's position."""
    catalogue = Catalogue.adopt(act(document="134/KH-UBND"), **CATALOGUE)
    rules = BudgetRules.propose(act(), catalogue, **{**BUDGET_RULES, "valid_until": date(2030, 12, 31)})
    by_rules = Computation(rules.id, log_position=17, past_years=STATED_YEARS, average_vnd=290_000_000)
    return rules, YearEstimate.draft(act(), catalogue_id=catalogue.id, year=2027, computation=by_rules, lines=())


def signatures() -> tuple[Record, ...]:
    """Registers of legal norms and of decisions, a number used and another voided; a delegation signed under."""
    norms = DocumentRegister.open(UBND, **{**OPENING, "document_type": "NQ", "legal_norm": True})
    register = DocumentRegister.open(UBND, **OPENING)
    for _ in range(2):
        register.issue(UBND, **WANTED)
    register.cite(act(document="900/QĐ-UBND"), DocumentNumber(900, None, "QĐ", "UBND"))
    register.void(UBND, number=901, reason="Viết sai thể thức")
    delegation = Delegation.grant(PRINCIPAL, **TERMS)
    delegation.exercise(**SIGNING)
    delegation.revoke(PRINCIPAL, reason="Thay đổi nhân sự")
    return norms, register, delegation


def archive_a_contract(city: City) -> None:
    """Reported on, mended, held, paid, amended, failed in its last milestone, settled, and partly ordered back."""
    contracts, recoveries = city.support.contracts, city.support.recoveries
    contract = city.signed_contract(wanted(debtor := uuid4()), wanted(uuid4()), advance_vnd=24_000_000)
    task_id, (_, leaving) = contract.task_id, contract.lines
    contracts.pay_advance(call(PAYER, "3/UNC"), task_id=task_id, amount_vnd=24_000_000)
    plan = [replace(each.plan, shares=each.shares[:1]) for each in contract.milestones.values()]
    contracts.amend_contract(
        call(LEAD, "2/PL-HĐ"),
        task_id=task_id,
        reason="Cơ sở xin rút",
        ends_on=contract.ends_on,
        milestones=tuple(plan),
        withdrawn_ids=(leaving,),
    )
    first = {"task_id": task_id, "milestone_number": 1}
    contracts.report_milestone_progress(call(HOST), **first, progress_percent=60, summary="Đã đào tạo")
    contracts.request_milestone_acceptance(call(HOST), **first, summary="Hoàn thành")
    city.judged_milestone(task_id, 1)
    fixes = {"fixes": ("Bổ sung hồ sơ",), "fixes_due_on": contract.ends_on}
    contracts.require_milestone_fixes(call(LEAD, "8/BB-NT"), **first, **fixes)
    case = {"task_id": task_id, "case_number": "VV-3", "reason": "Nghi trùng hỗ trợ"}
    contracts.hold_payments(call(OFFICER), **case)
    contracts.lift_payment_hold(call(LEAD), **case)
    city.paid_milestone(task_id, 1)
    city.failed_milestone(task_id, 2)
    contracts.settle_contract(call(SETTLER, "3/QT-STC"), task_id=task_id)
    contracts.liquidate_contract(call(LEAD, "5/BBTL"), task_id=task_id)
    contracts.archive_contract(call(OFFICER), task_id=task_id, archive_number="LT-7")
    order = {"task_id": task_id, "debtor_id": debtor, "due_on": date(2024, 9, 30), "reason": "Chi sai mục đích"}
    finding = city.found(task_id, 9_000_000)
    ordered = recoveries.order_recovery(call(LEAD, "66/QĐ-TH"), **order, finding=finding, amount_vnd=9_000_000).record
    recoveries.receive_recovery_instalment(call(PAYER, "1/GNT"), recovery_id=ordered.id, amount_vnd=4_000_000)
    recoveries.write_off_recovery(call(LEADER, "90/QĐ-UBND"), recovery_id=ordered.id, reason="Phá sản")
    [owed] = recoveries.open_recovery_of(STAR_CONSULTING)
    recoveries.receive_recovery_instalment(call(PAYER, "2/GNT"), recovery_id=owed, amount_vnd=4_000_000)
    recoveries.write_off_recovery(call(LEADER, "91/QĐ-UBND"), recovery_id=owed, reason="Phá sản")


def leave_a_contract(city: City) -> None:
    """One leaves with its part of an advance paid already; the other gets no certificate, is paid and closed."""
    contract = city.signed_contract(wanted(uuid4(), cost_vnd=10_000_000), wanted(uuid4()), advance_vnd=12_000_000)
    task_id, (staying, leaving) = contract.task_id, contract.lines
    city.support.contracts.pay_advance(call(PAYER, "3/UNC"), task_id=task_id, amount_vnd=12_000_000)
    city.support.withdrawals.withdraw_participation(call(HOST), participation_id=leaving, reason="Không còn nhu cầu")
    for number in (1, 2):
        city.paid_milestone(task_id, number)
    city.support.contracts.settle_contract(call(SETTLER, "3/QT-STC"), task_id=task_id)
    participations = city.support.participations
    denied = {"participation_id": staying, "reason": "Chưa đạt yêu cầu"}
    participations.deny_participation_certificate(call(OFFICER, "17/TB-CN"), **denied)
    participations.close_participation(call(OFFICER), participation_id=staying, summary="Cơ sở duy trì tốt")
    [owed] = city.support.recoveries.open_recovery_of(STAR_CONSULTING)
    city.support.recoveries.write_off_recovery(call(LEADER, "93/QĐ-UBND"), recovery_id=owed, reason="Giải thể")


def inspect_a_contract(city: City) -> None:
    """Payments held, a finding upheld in part and ordered back."""
    contract = city.paid_milestone(city.signed_contract(wanted(debtor := uuid4())).task_id, 1)
    inspection = city.concluded_inspection(contract.task_id, next(iter(contract.lines)), 10_000_000)
    city.support.inspections.open_inspection(
        call(AUDITOR, "16/QĐ-TTTP"), task_id=contract.task_id, scope="Theo đơn tố cáo", holds_payments=True
    )
    order = {"debtor_id": debtor, "due_on": date(2024, 9, 30), "reason": "Theo kết luận"}
    finding = FindingReference(inspection.id, 1)
    city.support.recoveries.order_recovery(
        call(LEAD, "66/QĐ-TH"), task_id=contract.task_id, amount_vnd=10_000_000, finding=finding, **order
    )


def terminate_a_contract(city: City) -> None:
    """Suspended and resumed before; its advance is written off, so that its host may be awarded again."""
    contracts = city.support.contracts
    contract = city.signed_contract(wanted(uuid4()), advance_vnd=12_000_000)
    task_id = contract.task_id
    contracts.pay_advance(call(PAYER, "3/UNC"), task_id=task_id, amount_vnd=12_000_000)
    city.paid_milestone(task_id, 1)
    contracts.suspend_contract(call(LEAD, "40/CV"), task_id=task_id, reason="Bão số 3")
    contracts.resume_contract(call(LEAD, "41/CV"), task_id=task_id, reason="Hết bão")
    contracts.terminate_contract(call(LEAD, "70/QĐ"), task_id=task_id, reason="Giải thể")
    [owed] = city.support.recoveries.open_recovery_of(STAR_CONSULTING)
    city.support.recoveries.write_off_recovery(call(LEADER, "92/QĐ-UBND"), recovery_id=owed, reason="Giải thể")


@contextmanager
def empty_log() -> Iterator[SupportLog]:
    """Support's log on a PostgreSQL server that is there as long as the block runs."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        private = PrivatePostgres(folder, free_ports()["NSCL_POSTGRES_PORT"], secrets.token_hex(16))
        private.prepare()
        with running(private.program(), folder):
            private.server.wait_until_ready()
            database = Database.create(private.server)
            migrate(MigrationSettings(database.dsn_owner, database.service.name))
            with closing(SupportLog("support", database.service_env)) as log:
                yield log
