"""A task moves from step to step, each taken by who may take it, and pays the least of what limits it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, ClassVar
from uuid import UUID

import pytest

from services.shared.record import Act, ActedBefore, DocumentMissing
from services.support.domain.budget_line import BudgetLine
from services.support.domain.budget_refusals import BudgetLineNotApproved
from services.support.domain.catalogue import Catalogue, ContentUnknown, PriorityUnknown
from services.support.domain.council import Council
from services.support.domain.task import Task
from services.support.domain.task_refusals import (
    ActualCostsDiffer,
    BudgetLineOfAnotherCatalogue,
    BudgetLineOfAnotherYear,
    CallEndsBeforeItStarts,
    ContentNotCalledFor,
    ContentsMissing,
    ContractAboveDecision,
    ContractLinesDiffer,
    DeadlineInThePast,
    ExtendedTooLate,
    NothingSelected,
    NotTheHost,
    OutsideCallWindow,
    ParticipationNamedTwice,
    ParticipationsMissing,
    QuotaExceeded,
    ResubmittedTooLate,
    TaskBelowPassMark,
    TaskNotInStep,
)
from services.support.domain.task_terms import (
    ActualCost,
    Grant,
    ParticipationAmount,
    ParticipationLine,
    PaymentLine,
    TaskStatus,
)
from tests.given import Happened, act, given, happened
from tests.support.examples import (
    APPRAISER,
    CATALOGUE,
    HOST,
    LEAD,
    LEADER,
    LOTUS_MILL,
    MEMBERS,
    OFFICER,
    OTHER_HOST,
    PAYER,
    REVIEWER,
    RULES,
    SECOND_OFFICER,
    SECRETARY,
    SETTLER,
    STAR_CONSULTING,
    Person,
    wanted,
)


def by(person: Person, document: str | None = None, on: date = date(2024, 6, 28)) -> Act:
    return act(person_id=person.id, body=person.body, capacity=person.capacity, document=document, effective_on=on)


PLAN = Catalogue.adopt(act(document="134/KH-UBND"), **CATALOGUE)
LINE = BudgetLine.draft(by(OFFICER), PLAN, year=2024, source_code="F1", title="Hỗ trợ", amount_vnd=10**9)
APPROVED_LINE = BudgetLine.draft(by(OFFICER), PLAN, year=2024, source_code="F1", title="Hỗ trợ", amount_vnd=10**9)
APPROVED_LINE.appraise(by(APPRAISER), amount_vnd=10**9, reason=None)
APPROVED_LINE.approve(by(LEADER, "77/QĐ-UBND"))
COUNCIL = Council.appoint(
    act(document="30/QĐ-SKHCN"),
    task_id=UUID(int=7),
    submitters=frozenset({HOST.id}),
    host_body=HOST.body,
    members=MEMBERS,
    rules=RULES,
)
FIRST, SECOND = UUID(int=21), UUID(int=22)
COLLEAGUE = Person("colleague of the host", HOST.body, HOST.capacity)


def granted(participation_id: UUID, amount_vnd: int, rate_percent: int = 50) -> Grant:
    return Grant(participation_id, LOTUS_MILL, "TOOL-5S", amount_vnd, rate_percent, False, "TOOL-5S: …")


GRANTS = (granted(FIRST, 40_000_000), granted(SECOND, 50_000_000))
PROPOSAL = {"title": "Áp dụng 5S", "year": 2024, "content_codes": ("TOOL-5S", "SYS-ISO9001")}

PROPOSED = happened(Task.Proposed, **PROPOSAL, budget_line_id=LINE.id, catalogue_id=PLAN.id, act=by(OFFICER))
ENLISTED = happened(Task.Enlisted, act=by(LEAD, "346/TTr-SKHCN"))
WINDOW = {"opens_on": date(2024, 6, 1), "closes_on": date(2024, 6, 28), "quota": 2}
ASKED = {"checklists": (), "accreditation_required": False}
OPENED = happened(Task.CallOpened, **WINDOW, **ASKED, act=by(OFFICER, "20/TB-SKHCN"))
APPLICATION = {"host_organisation_id": STAR_CONSULTING, "participation_ids": (FIRST, SECOND)}
SUBMITTED = happened(Task.ApplicationSubmitted, **APPLICATION, act=by(HOST))
RETURNED = happened(Task.ApplicationReturned, reason="Thiếu dự toán", resubmit_by=date(2024, 7, 5), faults=())
RESUBMITTED = happened(Task.ApplicationResubmitted, participation_ids=(FIRST, SECOND), act=by(COLLEAGUE))
VALIDATED = happened(Task.ApplicationValidated, act=by(SECOND_OFFICER))
REJECTED = happened(Task.ApplicationRejected, reason="Không đủ năng lực")
SCORED = happened(Task.Scored, council_id=COUNCIL.id, average_hundredths=8200, passed=True, supplement_by=None)
FAILED = happened(Task.Scored, council_id=COUNCIL.id, average_hundredths=6800, passed=False, supplement_by=None)
NORMS_ID = UUID(int=31)
APPROVED = happened(
    Task.Approved,
    norms_id=NORMS_ID,
    budget_line_id=LINE.id,
    amount_vnd=90_000_000,
    grants=GRANTS,
    act=by(LEADER, "900/QĐ-UBND"),
)
CONTRACT_LINES = (ParticipationAmount(FIRST, 40_000_000), ParticipationAmount(SECOND, 45_000_000))
CONTRACTED = happened(Task.Contracted, amount_vnd=85_000_000, lines=CONTRACT_LINES, act=by(LEAD, "12/HĐ-SKHCN"))
REQUESTED = happened(Task.AcceptanceRequested, summary="Hoàn thành", act=by(COLLEAGUE))
COSTS = (ActualCost(FIRST, 70_000_001), ActualCost(SECOND, 200_000_000))
ACCEPTED = happened(Task.Accepted, actual_costs=COSTS, act=by(LEAD, "8/BB-NT"))
PAYMENTS = (
    PaymentLine(
        FIRST,
        35_000_000,
        "TOOL-5S: thấp nhất của quyết định 40.000.000 đồng, hợp đồng 40.000.000 đồng và 50% chi phí thực tế "
        "70.000.001 đồng là 35.000.000 đồng; thanh toán 35.000.000 đồng.",
    ),
    PaymentLine(
        SECOND,
        45_000_000,
        "TOOL-5S: thấp nhất của quyết định 50.000.000 đồng, hợp đồng 45.000.000 đồng và 50% chi phí thực tế "
        "200.000.000 đồng là 100.000.000 đồng; thanh toán 45.000.000 đồng.",
    ),
)
PAID = happened(Task.Paid, budget_line_id=LINE.id, amount_vnd=80_000_000, payments=PAYMENTS, act=by(PAYER))

OPEN = (PROPOSED, ENLISTED, OPENED)
RECEIVED = (*OPEN, SUBMITTED)
VALID = (*RECEIVED, VALIDATED)
DECIDABLE = (*VALID, SCORED)
CORRECTED = (*RECEIVED, RETURNED, RESUBMITTED, VALIDATED, SCORED)
DECIDED = (*DECIDABLE, APPROVED)
UNDER_CONTRACT = (*DECIDED, CONTRACTED)
ACCEPTABLE = (*UNDER_CONTRACT, REQUESTED)
PAYABLE = (*ACCEPTABLE, ACCEPTED)
BOOKED = (*PAYABLE, PAID)

EARLIER = pytest.mark.parametrize(
    "person",
    [OFFICER, LEAD, SECOND_OFFICER, HOST, COLLEAGUE, SECRETARY, REVIEWER],
    ids=lambda person: person.name,
)


class TestProposed:
    def test_a_task_is_proposed(self) -> None:
        given().when(lambda: Task.propose(by(OFFICER), PLAN, LINE, **PROPOSAL)).then(PROPOSED)

    @pytest.mark.parametrize(
        ("changes", "refusal"),
        [
            ({"content_codes": ()}, ContentsMissing),
            ({"content_codes": ("TOOL-5S", "TOOL-5S")}, ContentsMissing),
            ({"content_codes": ("TOOL-ABC",)}, ContentUnknown),
            ({"year": 2025}, BudgetLineOfAnotherYear),
        ],
    )
    def test_a_task_that_cannot_be_is_not_proposed(self, changes: dict[str, Any], refusal: type) -> None:
        given().when(lambda: Task.propose(by(OFFICER), PLAN, LINE, **{**PROPOSAL, **changes})).refused(refusal)

    def test_it_lives_on_the_money_of_its_own_plan(self) -> None:
        other_plan = Catalogue.adopt(act(document="200/KH-UBND"), **CATALOGUE)
        given().when(lambda: Task.propose(by(OFFICER), other_plan, LINE, **PROPOSAL)).refused(
            BudgetLineOfAnotherCatalogue
        )

    def test_another_person_enlists_it_on_approved_money(self) -> None:
        given(PROPOSED).when(lambda task: task.enlist(by(LEAD, "346/TTr-SKHCN"), APPROVED_LINE)).then(ENLISTED)

    @pytest.mark.parametrize(
        ("person", "document", "line", "refusal"),
        [
            (OFFICER, "346/TTr-SKHCN", APPROVED_LINE, ActedBefore),
            (LEAD, None, APPROVED_LINE, DocumentMissing),
            (LEAD, "346/TTr-SKHCN", LINE, BudgetLineNotApproved),
        ],
    )
    def test_it_is_not_enlisted_otherwise(self, person: Person, document: str, line: Any, refusal: type) -> None:
        given(PROPOSED).when(lambda task: task.enlist(by(person, document), line)).refused(refusal)


class TestOpen:
    def test_a_call_has_a_window_and_a_quota(self) -> None:
        given(PROPOSED, ENLISTED).when(lambda task: task.open_call(by(OFFICER, "20/TB-SKHCN"), **WINDOW)).then(OPENED)
        backwards = {**WINDOW, "closes_on": date(2024, 5, 31)}
        given(PROPOSED, ENLISTED).when(lambda task: task.open_call(by(OFFICER, "20/TB-SKHCN"), **backwards)).refused(
            CallEndsBeforeItStarts, field="closes_on"
        )

    def test_a_call_that_nobody_answered_is_opened_again_once_it_has_closed(self) -> None:
        later = {"opens_on": date(2024, 7, 1), "closes_on": date(2024, 7, 31), "quota": 2}
        opened = given(*OPEN)
        opened.when(lambda task: task.open_call(by(OFFICER, "21/TB-SKHCN"), **later)).refused(TaskNotInStep)
        opened.when(lambda task: task.open_call(by(OFFICER, "21/TB-SKHCN", date(2024, 6, 29)), **later)).then(
            happened(Task.CallOpened, **later, **ASKED)
        )

    def test_a_host_applies_within_the_window(self) -> None:
        given(*OPEN).when(lambda task: task.submit_application(by(HOST), **APPLICATION)).then(SUBMITTED)

    @pytest.mark.parametrize("day", [date(2024, 5, 31), date(2024, 6, 29)])
    def test_but_neither_before_nor_after(self, day: date) -> None:
        given(*OPEN).when(lambda task: task.submit_application(by(HOST, on=day), **APPLICATION)).refused(
            OutsideCallWindow
        )

    @pytest.mark.parametrize(
        ("lines", "refusal", "field"),
        [
            ((), ParticipationsMissing, "participations"),
            ((wanted(UUID(int=1)), wanted(UUID(int=2)), wanted(UUID(int=3))), QuotaExceeded, None),
            ((wanted(), wanted(cost_vnd=1)), ParticipationNamedTwice, "participations[1]"),
            ((wanted(content_code="CRT-FOOD"),), ContentNotCalledFor, None),
            (
                (ParticipationLine(LOTUS_MILL, "TOOL-5S", 1, 1, ("P2",)),),
                PriorityUnknown,
                "participations[0].priority_codes[0]",
            ),
        ],
    )
    def test_an_application_fits_the_call(self, lines: Any, refusal: type, field: str | None) -> None:
        given(*OPEN).when(lambda task: task.check_lines(PLAN, lines)).refused(refusal, field=field)


class TestReceived:
    def test_an_incomplete_application_is_returned_until_a_day_ahead(self) -> None:
        told = {"reason": "Thiếu dự toán", "resubmit_by": date(2024, 7, 5)}
        given(*RECEIVED).when(lambda task: task.return_application(by(OFFICER), **told)).then(RETURNED)
        given(*RECEIVED).when(
            lambda task: task.return_application(by(OFFICER), reason="Thiếu", resubmit_by=date(2024, 6, 28))
        ).refused(DeadlineInThePast)

    def test_its_host_resubmits_in_time(self) -> None:
        again = {"participation_ids": (FIRST, SECOND)}
        returned = given(*RECEIVED, RETURNED)
        returned.when(lambda task: task.resubmit_application(by(COLLEAGUE), **again)).then(RESUBMITTED)
        returned.when(lambda task: task.resubmit_application(by(OTHER_HOST), **again)).refused(NotTheHost)
        late = by(HOST, on=date(2024, 7, 6))
        returned.when(lambda task: task.resubmit_application(late, **again)).refused(ResubmittedTooLate)

    @pytest.mark.parametrize(
        ("ruled_until", "on", "in_time"),
        [
            (date(2024, 7, 8), date(2024, 7, 8), True),
            (date(2024, 7, 8), date(2024, 7, 9), False),
            (date(2024, 7, 3), date(2024, 7, 5), True),
            (date(2024, 7, 3), date(2024, 7, 6), False),
        ],
    )
    def test_a_rule_gives_more_time_and_never_less_than_was_named(
        self, ruled_until: date, on: date, in_time: bool
    ) -> None:
        again = {"participation_ids": (FIRST, SECOND), "ruled_until": ruled_until}
        tried = given(*RECEIVED, RETURNED).when(lambda task: task.resubmit_application(by(HOST, on=on), **again))
        assert (type(tried.refusal) is ResubmittedTooLate) is not in_time

    @pytest.mark.parametrize(("ruled_until", "last_day"), [(None, date(2024, 7, 5)), (date(2024, 7, 8),) * 2])
    def test_time_is_given_in_writing_while_there_is_some_left(self, ruled_until: date | None, last_day: date) -> None:
        longer = {"resubmit_by": date(2024, 7, 12), "reason": "Chờ xác nhận thuế"}
        in_time, late = (by(LEAD, "44/TB-SKHCN", on=last_day + timedelta(days=days)) for days in (0, 1))
        returned = given(*RECEIVED, RETURNED)
        returned.when(lambda task: task.extend_resubmission(late, **longer, ruled_until=ruled_until)).refused(
            ExtendedTooLate
        )
        returned.when(lambda task: task.extend_resubmission(in_time, **longer, ruled_until=ruled_until)).then(
            happened(Task.ResubmissionExtended, **longer, act=in_time)
        )

    def test_a_complete_application_is_valid(self) -> None:
        given(*RECEIVED, RETURNED, RESUBMITTED).when(lambda task: task.validate_application(by(SECOND_OFFICER))).then(
            VALIDATED
        )

    @pytest.mark.parametrize("person", [HOST, COLLEAGUE], ids=lambda person: person.name)
    def test_nobody_validates_their_own_application(self, person: Person) -> None:
        given(*RECEIVED, RETURNED, RESUBMITTED).when(lambda task: task.validate_application(by(person))).refused(
            ActedBefore
        )

    @pytest.mark.parametrize("history", [RECEIVED, (*RECEIVED, RETURNED), VALID])
    def test_an_application_is_rejected_and_the_call_may_open_again(self, history: tuple[Happened, ...]) -> None:
        given(*history).when(lambda task: task.reject_application(by(OFFICER), reason="Không đủ năng lực")).then(
            REJECTED
        )
        again = given(*history, REJECTED).when(lambda task: task.open_call(by(OFFICER, "20/TB-SKHCN"), **WINDOW))
        task = again.then(OPENED)
        assert (task.host_organisation_id, task.participation_ids, task.reason) == (None, (), None)


class TestScored:
    def test_ubnd_approves_what_the_council_passed(self) -> None:
        task = (
            given(*DECIDABLE)
            .when(lambda task: task.approve(by(LEADER, "900/QĐ-UBND"), COUNCIL, norms_id=NORMS_ID, grants=GRANTS))
            .then(APPROVED)
        )
        assert (task.decided_vnd, task.decision) == (90_000_000, "900/QĐ-UBND")

    @EARLIER
    def test_nobody_who_prepared_hosts_or_judged_it_approves(self, person: Person) -> None:
        given(*CORRECTED).when(
            lambda task: task.approve(by(person, "900/QĐ-UBND"), COUNCIL, norms_id=NORMS_ID, grants=GRANTS)
        ).refused(ActedBefore)

    @pytest.mark.parametrize(
        ("history", "document", "grants", "refusal"),
        [
            (DECIDABLE, None, GRANTS, DocumentMissing),
            (DECIDABLE, "900/QĐ-UBND", (), NothingSelected),
            ((*VALID, FAILED), "900/QĐ-UBND", GRANTS, TaskBelowPassMark),
            (VALID, "900/QĐ-UBND", GRANTS, TaskNotInStep),
            (DECIDED, "900/QĐ-UBND", GRANTS, TaskNotInStep),
        ],
    )
    def test_it_is_not_approved_otherwise(self, history: Any, document: str, grants: Any, refusal: type) -> None:
        given(*history).when(
            lambda task: task.approve(by(LEADER, document), COUNCIL, norms_id=NORMS_ID, grants=grants)
        ).refused(refusal)

    def test_ubnd_declines_with_written_reasons(self) -> None:
        given(*VALID, FAILED).when(
            lambda task: task.decline(by(LEADER, "901/QĐ-UBND"), COUNCIL, reason="Dưới mức đạt")
        ).then(happened(Task.Declined, reason="Dưới mức đạt", act=by(LEADER, "901/QĐ-UBND")))

    @EARLIER
    def test_nobody_who_prepared_hosts_or_judged_it_declines(self, person: Person) -> None:
        given(*CORRECTED).when(lambda task: task.decline(by(person, "901/QĐ-UBND"), COUNCIL, reason="Không")).refused(
            ActedBefore
        )


class TestApproved:
    def test_the_contract_names_each_selected_participation_at_most_at_its_grant(self) -> None:
        given(*DECIDED).when(lambda task: task.contract(by(LEAD, "12/HĐ-SKHCN"), lines=CONTRACT_LINES)).then(CONTRACTED)

    def test_the_contract_is_at_the_decided_amounts_where_it_names_none(self) -> None:
        task = (
            given(*DECIDED)
            .when(lambda task: task.contract(by(LEAD, "12/HĐ-SKHCN"), lines=()))
            .then(
                happened(
                    Task.Contracted,
                    amount_vnd=90_000_000,
                    lines=tuple(ParticipationAmount(grant.participation_id, grant.amount_vnd) for grant in GRANTS),
                )
            )
        )
        assert task.contracted_vnd == task.decided_vnd

    @pytest.mark.parametrize(
        ("lines", "refusal"),
        [
            (CONTRACT_LINES[:1], ContractLinesDiffer),
            ((*CONTRACT_LINES, CONTRACT_LINES[0]), ContractLinesDiffer),
            ((CONTRACT_LINES[0], ParticipationAmount(SECOND, 50_000_001)), ContractAboveDecision),
        ],
    )
    def test_no_other_contract_is_signed(self, lines: Any, refusal: type) -> None:
        given(*DECIDED).when(lambda task: task.contract(by(LEAD, "12/HĐ-SKHCN"), lines=lines)).refused(refusal)


class TestUnderContract:
    def test_its_host_reports_and_asks_for_acceptance(self) -> None:
        given(*UNDER_CONTRACT).when(
            lambda task: task.report_progress(by(HOST), progress_percent=60, summary="Đã đào tạo")
        ).then(happened(Task.ProgressReported, progress_percent=60, summary="Đã đào tạo"))
        given(*UNDER_CONTRACT).when(lambda task: task.request_acceptance(by(COLLEAGUE), summary="Hoàn thành")).then(
            REQUESTED
        )

    def test_no_other_organisation_does(self) -> None:
        contracted = given(*UNDER_CONTRACT)
        contracted.when(
            lambda task: task.report_progress(by(OTHER_HOST), progress_percent=60, summary="Đã đào tạo")
        ).refused(NotTheHost)
        contracted.when(lambda task: task.request_acceptance(by(OTHER_HOST), summary="Xong")).refused(NotTheHost)

    def test_the_results_are_accepted_with_what_each_cost(self) -> None:
        given(*ACCEPTABLE).when(lambda task: task.accept(by(LEAD, "8/BB-NT"), actual_costs=COSTS)).then(ACCEPTED)
        given(*ACCEPTABLE).when(lambda task: task.accept(by(LEAD, "8/BB-NT"), actual_costs=COSTS[:1])).refused(
            ActualCostsDiffer
        )

    @pytest.mark.parametrize("person", [HOST, COLLEAGUE], ids=lambda person: person.name)
    def test_nobody_who_applied_or_asked_for_acceptance_accepts(self, person: Person) -> None:
        given(*ACCEPTABLE).when(lambda task: task.accept(by(person, "8/BB-NT"), actual_costs=COSTS)).refused(
            ActedBefore
        )

    def test_no_acceptance_before_it_is_asked_for(self) -> None:
        given(*UNDER_CONTRACT).when(lambda task: task.accept(by(LEAD, "8/BB-NT"), actual_costs=COSTS)).refused(
            TaskNotInStep
        )


class TestAccepted:
    def test_it_is_paid_what_its_contract_paid(self) -> None:
        task = given(*PAYABLE).when(lambda task: task.pay(by(PAYER), payments=PAYMENTS)).then(PAID)
        assert task.paid_vnd == 80_000_000

    def test_no_payment_before_acceptance_and_none_twice(self) -> None:
        given(*ACCEPTABLE).when(lambda task: task.pay(by(PAYER), payments=PAYMENTS)).refused(TaskNotInStep)
        given(*BOOKED).when(lambda task: task.pay(by(PAYER), payments=PAYMENTS)).refused(TaskNotInStep)

    @pytest.mark.parametrize("person", [HOST, LEADER, LEAD], ids=lambda person: person.name)
    def test_nobody_who_applied_approved_or_accepted_pays(self, person: Person) -> None:
        given(*PAYABLE).when(lambda task: task.pay(by(person), payments=PAYMENTS)).refused(ActedBefore)

    def test_another_person_settles(self) -> None:
        books = {"amount_vnd": 80_000_000, "released_vnd": 5_000_000}
        given(*BOOKED).when(lambda task: task.settle(by(SETTLER), **books)).then(happened(Task.Settled, **books))

    @pytest.mark.parametrize("person", [LEAD, PAYER], ids=lambda person: person.name)
    def test_nobody_who_accepted_or_paid_settles(self, person: Person) -> None:
        given(*BOOKED).when(lambda task: task.settle(by(person), amount_vnd=80_000_000, released_vnd=0)).refused(
            ActedBefore
        )


class TestTerminated:
    ENDED: ClassVar = {"amount_vnd": 35_000_000, "released_vnd": 5_000_000, "reason": "Tổ chức chủ trì giải thể"}

    @pytest.mark.parametrize("history", [UNDER_CONTRACT, ACCEPTABLE, PAYABLE, BOOKED])
    def test_it_ends_with_its_contract_and_is_settled(self, history: tuple[Happened, ...]) -> None:
        terminated = happened(Task.Terminated, **self.ENDED)
        task = given(*history).when(lambda task: task.terminate(by(LEAD, "70/QĐ-SKHCN"), **self.ENDED)).then(terminated)
        assert (task.status, task.paid_vnd) == (TaskStatus.TERMINATED, 35_000_000)
        books = {"amount_vnd": 35_000_000, "released_vnd": 0}
        given(*history, terminated).when(lambda task: task.settle(by(SETTLER), **books)).then(
            happened(Task.Settled, **books)
        )

    def test_it_ends_by_a_document_and_not_before_its_contract(self) -> None:
        given(*UNDER_CONTRACT).when(lambda task: task.terminate(by(LEAD), **self.ENDED)).refused(DocumentMissing)
        given(*DECIDED).when(lambda task: task.terminate(by(LEAD, "70/QĐ-SKHCN"), **self.ENDED)).refused(TaskNotInStep)
