"""A city's people at work in support: each step of a task in one word, by whoever may take it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

from services.shared.event_store import Call
from services.shared.record import Act
from services.support.application.registry import HostUnknown
from services.support.application.support import Support
from services.support.domain.catalogue import Catalogue
from services.support.domain.claim_rules import ClaimRules
from services.support.domain.conditions import Eligibility
from services.support.domain.contract import Contract
from services.support.domain.contract_terms import AdvanceTerms, Milestone, MilestoneStatus
from services.support.domain.council import Council
from services.support.domain.council_regulation import CouncilRegulation
from services.support.domain.council_supplement import CouncilSupplement
from services.support.domain.council_terms import CouncilMember, PersonMatch, PersonMatches
from services.support.domain.grant_call import GrantCall
from services.support.domain.inspection import FindingKind, Inspection, UpheldFinding
from services.support.domain.norms import Norms
from services.support.domain.participation import Participation, ParticipationStatus, Voucher
from services.support.domain.priority_file import PriorityFinding, PriorityStatement
from services.support.domain.recovery import FindingReference
from services.support.domain.representation import Authorisation, Host, Representation
from services.support.domain.task import Task
from services.support.domain.task_terms import ActualCost, Paper, ParticipationAmount, ParticipationLine
from services.support.domain.year_estimate import LineAppraisal, YearEstimate
from tests.support.examples import (
    ADMINISTRATOR,
    APPRAISER,
    AUDITOR,
    BUDGET_RULES,
    CATALOGUE,
    CHAIR,
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
    MEETING,
    MEMBER,
    MEMBERS,
    NORMS,
    OFFICER,
    OWNER,
    PAYER,
    POOR_POINTS,
    PRIORITY_RULES,
    REGULATION,
    REVIEWER,
    RULES,
    SECOND_AUDITOR,
    SECRETARY,
    SETTLER,
    STAR_CONSULTING,
    STATED_YEARS,
    WANTED_AS_STATED,
    WANTED_BY_RULE,
    YEAR_2024,
    Person,
    eligibility,
    wanted,
)


def call(person: Person, document: str | None = None, *, on: date = DAY, etag: str | None = None) -> Call:
    """One request of a person."""
    act = Act(
        person_id=person.id,
        body=person.body,
        capacity=person.capacity,
        effective_on=on,
        recorded_at=datetime.now(UTC),
        request_id=uuid4(),
        document=document,
    )
    return Call(act, hashlib.sha256(act.request_id.bytes).digest(), etag)


@dataclass
class KnownEnterprises:
    """A registry that knows what it was told, and everybody else as one who meets every duty.

    Whoever is not in ``strangers`` may act for everybody, and every host is known that is not in ``unknown_hosts``.
    """

    told: dict[UUID, Mapping[str, Any]] = field(default_factory=dict)
    strangers: set[UUID] = field(default_factory=set)
    unknown_hosts: set[UUID] = field(default_factory=set)
    matches: list[PersonMatch] = field(default_factory=list)

    def eligibility(self, enterprise_id: UUID, content_code: str, on_date: date) -> Eligibility:
        return eligibility(enterprise_id, content_code, on_date, **self.told.get(enterprise_id, {}))

    def host(self, organisation_id: UUID) -> Host:
        if organisation_id in self.unknown_hosts:
            raise HostUnknown(organisation_id=organisation_id)
        return Host(organisation_id, None)

    def match_persons(self, person_ids: Iterable[UUID], party_ids: Iterable[UUID], on_date: date) -> PersonMatches:  # noqa: ARG002 - as true on every day
        members, parties = set(person_ids), set(party_ids)
        found = (match for match in self.matches if match.person_id in members and match.party_id in parties)
        return PersonMatches(tuple(found), 41)

    def representation(self, party_id: UUID, person_id: UUID) -> Representation:
        known = () if person_id in self.strangers else (Authorisation(date(2021, 1, 1), None),)
        return Representation(party_id, known)


class City:
    """Steps of a task; each returns the record it moved."""

    def __init__(self, support: Support) -> None:
        self.support = support
        self.certificates_until = date(2027, 6, 27)
        self._plan: tuple[Catalogue, Norms] | None = None

    def plan(self) -> tuple[Catalogue, Norms]:
        """The catalogue and the norms in force, adopted once."""
        if self._plan is None:
            reference = self.support.reference
            catalogue = reference.adopt_catalogue(call(LEADER, "134/KH-UBND"), **CATALOGUE).record
            proposed = reference.propose_norms(call(OFFICER), catalogue_id=catalogue.id, **NORMS).record
            self._plan = catalogue, reference.adopt_norms(call(LEADER, "9/QĐ-UBND"), norms_id=proposed.id).record
        return self._plan

    def priority_rules(self) -> None:
        """Rules of priority in force: the priorities' points first."""
        catalogue, _ = self.plan()
        priorities = self.support.priorities
        priorities.propose_priority_rules(call(OFFICER), catalogue_id=catalogue.id, **PRIORITY_RULES)
        priorities.adopt_priority_rules(call(LEADER, "9/QĐ-UBND"), catalogue_id=catalogue.id, rules_version=1)

    def verified(self, participation_id: UUID, *, met: bool = True) -> None:
        """The evidence of a participation's priority P1, declared by its host and looked at by an officer."""
        priorities = self.support.priorities
        applications = self.support.applications
        task = applications.get_task(applications.get_participation(participation_id).task_id)
        applicant = OWNER if task.grant_call_id else HOST
        statements = (PriorityStatement("P1", "Mua lúa của 30 hộ", "2/HĐ-MB"),)
        priorities.declare_priorities(call(applicant), participation_id=participation_id, statements=statements)
        findings = (PriorityFinding("P1", met, "Đã xem hợp đồng"),)
        priorities.verify_priorities(call(OFFICER), participation_id=participation_id, findings=findings)

    def adopted_norms(self, **changes: Any) -> Norms:
        """A further set of norms, or a further version of one."""
        catalogue, _ = self.plan()
        reference = self.support.reference
        proposed = reference.propose_norms(call(OFFICER), catalogue_id=catalogue.id, **{**NORMS, **changes}).record
        return reference.adopt_norms(call(LEADER, "10/QĐ-UBND"), norms_id=proposed.id).record

    def approved_line(self, amount_vnd: int = 500_000_000, year: int = 2024) -> UUID:
        catalogue, _ = self.plan()
        budget = self.support.budget
        line = budget.draft_budget_line(
            call(OFFICER),
            catalogue_id=catalogue.id,
            year=year,
            source_code="F1",
            title="Hỗ trợ năng suất",
            amount_vnd=amount_vnd,
        ).record
        budget.appraise_budget_line(call(APPRAISER), budget_line_id=line.id, amount_vnd=amount_vnd, reason=None)
        return budget.approve_budget_line(call(LEADER, "77/QĐ-UBND"), budget_line_id=line.id).record.id

    def adjusted(self, from_line_id: UUID | None, to_line_id: UUID | None, amount_vnd: int = 10_000_000) -> UUID:
        """An adjustment asked for and approved; its id."""
        adjustments = self.support.adjustments
        asked = adjustments.request_budget_adjustment(
            call(OFFICER), from_line_id=from_line_id, to_line_id=to_line_id, amount_vnd=amount_vnd, reason="Tăng việc"
        ).record
        adjustments.approve_budget_adjustment(call(LEADER, "79/QĐ-UBND"), budget_adjustment_id=asked.id)
        return asked.id

    def carried_over(self, line_id: UUID, next_line_id: UUID) -> None:
        """A line of 2024 closed by a decision that carries what its tasks hold to the next year's."""
        self.support.adjustments.carry_over_budget_line(
            call(LEADER, "80/QĐ-UBND", on=date(2024, 12, 31)),
            budget_line_id=line_id,
            next_budget_line_id=next_line_id,
        )

    def budget_rules(self) -> UUID:
        """Rules of the budget, in force from 14/10/2025."""
        catalogue, _ = self.plan()
        estimates = self.support.estimates
        rules = estimates.propose_budget_rules(call(OFFICER), catalogue_id=catalogue.id, **BUDGET_RULES).record
        return estimates.adopt_budget_rules(call(LEADER, "9/QĐ-UBND"), budget_rules_id=rules.id).record.id

    def claim_rules(self, **changes: Any) -> ClaimRules:
        """Rules against double funding, in force from 1/1/2024."""
        overlaps = self.support.overlaps
        rules = overlaps.propose_claim_rules(call(OFFICER), **{**CLAIM_RULES, **changes}).record
        return overlaps.adopt_claim_rules(call(LEADER, "11/QĐ-UBND"), claim_rules_id=rules.id).record

    def regulation(self, **changes: Any) -> CouncilRegulation:
        """Rules for councils that select, in force from 1/1/2024."""
        regulations = self.support.council_regulations
        proposed = regulations.propose_council_regulation(call(OFFICER), **{**REGULATION, **changes}).record
        return regulations.adopt_council_regulation(
            call(LEADER, "12/QĐ-UBND"), council_regulation_id=proposed.id
        ).record

    def calendar(self) -> None:
        """Which days of 2024 are worked."""
        adopted = {"legal_basis": "DỮ LIỆU MẪU", "sample": True, "days": YEAR_2024}
        self.support.clocks.adopt_working_calendar(call(ADMINISTRATOR, "6150/TB"), **adopted)

    def deadlines(self) -> None:
        """How long some steps may take, from 1/1/2024 on."""
        self.support.clocks.adopt_deadline_rules(
            call(LEADER, "40/QĐ-UBND"), valid_from=date(2024, 1, 1), rules=DEADLINES
        )

    def meeting(self, task_id: UUID, jury: tuple[CouncilMember, ...] = JURY) -> Council:
        """A council under the regulation, called to meet."""
        councils = self.support.councils
        council = councils.appoint_council(call(LEAD, "30/QĐ-SKHCN"), task_id=task_id, members=jury).record
        return councils.send_council_papers(
            call(OFFICER, "8/GM-SKHCN"), council_id=council.id, meeting_on=MEETING
        ).record

    def drafted_estimate(self) -> YearEstimate:
        """The estimate of 2026, by the rules."""
        catalogue, _ = self.plan()
        return self.support.estimates.draft_year_estimate(
            call(OFFICER, on=date(2025, 11, 3)),
            catalogue_id=catalogue.id,
            year=2026,
            lines=(WANTED_BY_RULE, WANTED_AS_STATED),
            past_years=STATED_YEARS,
        ).record

    def approved_estimate(self) -> YearEstimate:
        """The estimate of 2026, returned once, cut in one line and approved."""
        estimates = self.support.estimates
        estimate = self.drafted_estimate()
        estimates.return_year_estimate(call(APPRAISER), year_estimate_id=estimate.id, reason="Chưa rõ căn cứ")
        again = estimates.redraft_year_estimate(
            call(OFFICER, on=date(2025, 11, 3)),
            year_estimate_id=estimate.id,
            lines=(WANTED_BY_RULE, WANTED_AS_STATED),
            past_years=STATED_YEARS,
        ).record
        first, second = again.lines
        appraisals = (
            LineAppraisal(first.budget_line_id, 1_000_000_000, "Theo khả năng ngân sách"),
            LineAppraisal(second.budget_line_id, second.amount_vnd, None),
        )
        estimates.appraise_year_estimate(call(APPRAISER), year_estimate_id=estimate.id, appraisals=appraisals)
        return estimates.approve_year_estimate(call(LEADER, "78/QĐ-UBND"), year_estimate_id=estimate.id).record

    def open_task(self, line_id: UUID | None = None, *, closes_on: date = date(2024, 6, 30)) -> Task:
        catalogue, _ = self.plan()
        applications = self.support.applications
        task = applications.propose_task(
            call(OFFICER),
            title="Áp dụng 5S và ISO 9001",
            year=2024,
            budget_line_id=line_id or self.approved_line(),
            catalogue_id=catalogue.id,
            content_codes=("TOOL-5S", "SYS-ISO9001", "CRT-FOOD", "PRD-HOPQUY"),
        ).record
        applications.enlist_task(call(LEAD, "346/TTr-SKHCN"), task_id=task.id)
        return applications.open_task_call(
            call(OFFICER, "20/TB-SKHCN"),
            task_id=task.id,
            opens_on=date(2024, 6, 1),
            closes_on=closes_on,
            quota=5,
        ).record

    def submitted_task(
        self, *lines: ParticipationLine, line_id: UUID | None = None, task_id: UUID | None = None
    ) -> Task:
        return self.support.applications.submit_task_application(
            call(HOST),
            task_id=task_id or self.open_task(line_id).id,
            host_organisation_id=STAR_CONSULTING,
            participations=lines or (wanted(uuid4()),),
        ).record

    def screened_task(self, *lines: ParticipationLine, line_id: UUID | None = None) -> Task:
        task = self.submitted_task(*lines, line_id=line_id)
        applications = self.support.applications
        applications.validate_task_application(call(OFFICER), task_id=task.id)
        for participation_id in task.participation_ids:
            applications.screen_participation(call(OFFICER), participation_id=participation_id)
        return applications.get_task(task.id)

    def published_call(self, line_id: UUID | None = None, **changes: Any) -> GrantCall:
        """A call for direct grants: one grant of 5S, and ISO 9001 without a bound."""
        catalogue, _ = self.plan()
        return self.support.grant_calls.publish_grant_call(
            call(LEAD, "40/TB-SKHCN"),
            catalogue_id=catalogue.id,
            budget_line_id=line_id or self.approved_line(),
            **{**GRANT_CALL, **changes},
        ).record

    def direct_task(
        self, grant_call_id: UUID, enterprise_id: UUID, person: Person = OWNER, codes: tuple[str, ...] = ("TOOL-5S",)
    ) -> Task:
        """An enterprise's own application with all its papers."""
        papers = {"TOOL-5S": FIVE_S_PAPERS, "SYS-ISO9001": (Paper("SYS-ISO9001", "FORM", "don.pdf"),)}
        return self.support.grant_calls.apply_for_grant(
            call(person),
            grant_call_id=grant_call_id,
            lines=tuple(wanted(enterprise_id, code) for code in codes),
            papers=tuple(paper for code in codes for paper in papers[code]),
        ).record

    def judged(self, task_id: UUID, points: Any = GOOD_POINTS) -> Task:
        """A direct application found complete, screened, visited and scored."""
        applications = self.support.applications
        applications.validate_task_application(call(OFFICER), task_id=task_id)
        for participation_id in applications.get_task(task_id).participation_ids:
            applications.screen_participation(call(OFFICER), participation_id=participation_id)
        seen = {"surveyed_on": DAY, "favourable": True, "findings": "Có dây chuyền"}
        self.support.grant_calls.record_field_survey(call(OFFICER, "7/BB-KS"), task_id=task_id, **seen)
        return self.concluded(task_id, points)

    def concluded(self, task_id: UUID, points: Any = GOOD_POINTS, **said: Any) -> Task:
        """Scored by a council of four."""
        councils = self.support.councils
        council = councils.appoint_council(
            call(LEAD, "30/QĐ-SKHCN"), task_id=task_id, members=MEMBERS, rules=RULES
        ).record
        for person in (CHAIR, SECRETARY, REVIEWER, MEMBER):
            councils.cast_council_score(call(person), council_id=council.id, points=points)
        councils.conclude_council(call(SECRETARY, "5/BB-HĐ"), council_id=council.id, **said)
        return self.support.applications.get_task(task_id)

    def scored_task(self, *lines: ParticipationLine, line_id: UUID | None = None, points: Any = GOOD_POINTS) -> Task:
        task = self.screened_task(*lines, line_id=line_id)
        return self.concluded(task.id, points)

    def demanded_supplement(self, line_id: UUID | None = None) -> UUID:
        """What a council wants supplied that passed a task on condition, within ten working days."""
        self.calendar()
        self.deadlines()
        task = self.concluded(self.screened_task(line_id=line_id).id, required_supplement="Hai báo giá")
        assert task.council_id is not None
        return CouncilSupplement.create_id(task.council_id, 1)

    def approve(
        self, task: Task, *, norms: Norms | None = None, on: date = DAY, refusals: Mapping[UUID, str] | None = None
    ) -> Task:
        return self.support.decisions.approve_task(
            call(LEADER, "900/QĐ-UBND", on=on),
            task_id=task.id,
            norms_id=(norms or self.plan()[1]).id,
            refusals=refusals or {},
        ).record

    def committed_task(
        self,
        *lines: ParticipationLine,
        line_id: UUID | None = None,
        norms: Norms | None = None,
        task: Task | None = None,
    ) -> Task:
        task = task or self.approve(self.scored_task(*lines, line_id=line_id), norms=norms)
        for participation_id in task.grants:
            self.support.contracts.commit_participation(call(HOST, "1/BCK"), participation_id=participation_id)
        return task

    def contracted_task(self, *lines: ParticipationLine, line_id: UUID | None = None) -> Task:
        task = self.committed_task(*lines, line_id=line_id)
        return self.support.decisions.contract_task(call(LEAD, "12/HĐ-SKHCN"), task_id=task.id, lines=()).record

    def signed_contract(
        self,
        *lines: ParticipationLine,
        line_id: UUID | None = None,
        advance_vnd: int | None = None,
        norms: Norms | None = None,
        task: Task | None = None,
    ) -> Contract:
        """Two milestones with half of each grant, and an advance of at most 30 % where one is wanted."""
        task = self.committed_task(*lines, line_id=line_id, norms=norms, task=task)
        halves = tuple(ParticipationAmount(id_, grant.amount_vnd // 2) for id_, grant in task.grants.items())
        advance = advance_vnd and AdvanceTerms(advance_vnd, 30, 20, "DỮ LIỆU MẪU", True)
        return self.support.contracts.sign_contract(
            call(LEAD, "12/HĐ-SKHCN"),
            task_id=task.id,
            authority="5/GUQ-UBND",
            counterparty_signatory_id=HOST.id,
            starts_on=DAY,
            ends_on=date(2024, 12, 15),
            milestones=(
                Milestone(1, "Đào tạo xong", date(2024, 9, 30), halves),
                Milestone(2, "Áp dụng xong", date(2024, 12, 15), halves),
            ),
            advance=advance or None,
        ).record

    def opened_inspection(self, task_id: UUID, *, holds_payments: bool = True) -> Inspection:
        return self.support.inspections.open_inspection(
            call(AUDITOR, "15/QĐ-TTTP"), task_id=task_id, scope="Sử dụng kinh phí", holds_payments=holds_payments
        ).record

    def concluded_inspection(self, task_id: UUID, participation_id: UUID | None, recoverable_vnd: int) -> Inspection:
        """One finding of twelve million or more, answered, of which so much has to come back."""
        inspections = self.support.inspections
        inspection_id = self.opened_inspection(task_id, holds_payments=False).id
        inspections.record_inspection_finding(
            call(AUDITOR),
            inspection_id=inspection_id,
            kind=FindingKind.OFF_PURPOSE,
            participation_id=participation_id,
            amount_vnd=max(12_000_000, recoverable_vnd),
            description="Chi mua thiết bị ngoài dự toán",
            evidence="Hóa đơn HĐ-102",
        )
        inspections.announce_inspection_findings(
            call(AUDITOR), inspection_id=inspection_id, answer_by=date(2024, 7, 15)
        )
        inspections.answer_inspection(call(HOST), inspection_id=inspection_id, answer="Đã được duyệt")
        return inspections.conclude_inspection(
            call(SECOND_AUDITOR, "20/KL-TTTP"),
            inspection_id=inspection_id,
            summary="Một khoản chi sai mục đích",
            upheld=(UpheldFinding(1, recoverable_vnd),),
        ).record

    def found(self, task_id: UUID, recoverable_vnd: int) -> FindingReference:
        """A concluded finding against the contract as a whole, to order so much back by."""
        return FindingReference(self.concluded_inspection(task_id, None, recoverable_vnd).id, 1)

    def judged_milestone(self, task_id: UUID, number: int, points: Any = GOOD_POINTS) -> Council:
        """A milestone whose council has concluded."""
        councils = self.support.councils
        appointed = {"task_id": task_id, "milestone_number": number, "members": MEMBERS, "rules": RULES}
        council = councils.appoint_acceptance_council(call(LEAD, "31/QĐ-SKHCN"), **appointed).record
        for person in (CHAIR, SECRETARY, REVIEWER):
            councils.cast_council_score(call(person), council_id=council.id, points=points)
        return councils.conclude_council(call(SECRETARY, "6/BB-HĐNT"), council_id=council.id).record

    def failed_milestone(self, task_id: UUID, number: int) -> Contract:
        """Asked for, and not passed by its council."""
        where = {"task_id": task_id, "milestone_number": number}
        contracts = self.support.contracts
        contracts.request_milestone_acceptance(call(HOST), **where, summary="Hoàn thành")
        self.judged_milestone(task_id, number, POOR_POINTS)
        return contracts.fail_milestone(call(LEAD, "10/BB-NT"), **where, reason="Không có kết quả").record

    def unclaimed_milestone(self, task_id: UUID, number: int, actual_cost_vnd: int = 80_000_000) -> Contract:
        """The contents applied where that is still to do, the milestone asked for and accepted."""
        contracts, delivery = self.support.contracts, self.support.delivery
        contract = contracts.get_contract(task_id)
        for participation_id in contract.milestone(number).participation_ids:
            participation = self.support.applications.get_participation(participation_id)
            if participation.status is ParticipationStatus.COMMITTED:
                delivery.implement_participation(call(HOST), participation_id=participation_id, summary="Đã áp dụng")
        where = {"task_id": task_id, "milestone_number": number}
        contracts.request_milestone_acceptance(call(HOST), **where, summary="Hoàn thành mốc")
        if contract.milestone(number).status is MilestoneStatus.PLANNED:
            self.judged_milestone(task_id, number)
        ids = contract.milestone(number).participation_ids
        costs = tuple(ActualCost(participation_id, actual_cost_vnd) for participation_id in ids)
        return contracts.accept_milestone(call(LEAD, "8/BB-NT"), **where, actual_costs=costs).record

    def accepted_milestone(self, task_id: UUID, number: int, actual_cost_vnd: int = 80_000_000) -> Contract:
        """The milestone accepted, and its payment asked for."""
        contract = self.unclaimed_milestone(task_id, number, actual_cost_vnd)
        self.claimed(contract.milestone(number).participation_ids, number, actual_cost_vnd)
        return contract

    def claimed(self, participation_ids: Iterable[UUID], number: int, cost_vnd: int) -> None:
        """Payment asked for with one invoice each."""
        for participation_id in participation_ids:
            self.support.participations.claim_participation_payment(
                call(HOST, "9/ĐN-TT"),
                participation_id=participation_id,
                milestone_number=number,
                vouchers=(Voucher("Hóa đơn", "HĐ-101", DAY, cost_vnd),),
            )

    def paid_milestone(self, task_id: UUID, number: int, actual_cost_vnd: int = 80_000_000) -> Contract:
        self.accepted_milestone(task_id, number, actual_cost_vnd)
        return self.support.contracts.pay_milestone(call(PAYER), task_id=task_id, milestone_number=number).record

    def delivered_task(self, *lines: ParticipationLine, line_id: UUID | None = None) -> Task:
        task = self.contracted_task(*lines, line_id=line_id)
        delivery = self.support.delivery
        delivery.report_task_progress(call(HOST), task_id=task.id, progress_percent=60, summary="Đã đào tạo")
        for participation_id in task.participation_ids:
            delivery.implement_participation(call(HOST), participation_id=participation_id, summary="Đã áp dụng")
            delivery.certify_participation(
                call(OFFICER),
                participation_id=participation_id,
                certificate_number=f"CN-{participation_id}",
                certification_body="Chứng nhận Mẫu",
                issued_on=DAY,
                valid_until=self.certificates_until,
            )
        return delivery.request_task_acceptance(call(HOST), task_id=task.id, summary="Hoàn thành").record

    def accepted_task(self, *lines: ParticipationLine, actual_cost_vnd: int = 80_000_000) -> Task:
        task = self.delivered_task(*lines)
        costs = tuple(ActualCost(participation_id, actual_cost_vnd) for participation_id in task.grants)
        accepted = self.support.delivery.accept_task(call(LEAD, "8/BB-NT"), task_id=task.id, actual_costs=costs).record
        self.claimed(task.grants, 1, actual_cost_vnd)
        return accepted

    def settled_task(self, *lines: ParticipationLine, actual_cost_vnd: int = 80_000_000) -> Task:
        task = self.accepted_task(*lines, actual_cost_vnd=actual_cost_vnd)
        self.support.delivery.pay_task(call(PAYER), task_id=task.id)
        return self.support.delivery.settle_task(call(SETTLER), task_id=task.id).record

    def participations(self, task: Task) -> list[Participation]:
        return [self.support.applications.get_participation(each) for each in task.participation_ids]
