"""The lists show what the records say: a view fed with the log agrees with every record, field by field."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, timedelta
from uuid import uuid4

import pytest

from services.shared.event_store import ViewFeeder
from services.support.domain.budget_terms import BudgetLineStatus
from services.support.domain.participation import ParticipationStatus
from services.support.domain.recovery import FindingReference
from services.support.domain.task_terms import TaskStatus
from services.support.read_models.budget_ledger import BALANCES, BudgetLedger, MovementKind
from services.support.read_models.budget_lines import BudgetLineList
from services.support.read_models.certificates import CertificateList
from services.support.read_models.contracts import ContractList
from services.support.read_models.inspections import InspectionList
from services.support.read_models.norms_versions import NormsList
from services.support.read_models.participations import ParticipationList
from services.support.read_models.recoveries import RecoveryList
from services.support.read_models.tasks import TaskList
from tests.support.city import City, KnownEnterprises, call
from tests.support.examples import (
    AUDITOR,
    DAY,
    HOST,
    LEAD,
    LEADER,
    OFFICER,
    OTHER_FUNDING,
    PAYER,
    POOR_POINTS,
    SETTLER,
    STAR_CONSULTING,
    wanted,
)

WAIT_SECONDS = 10
POSITIONS = {
    "drafted_at_position",
    "opened_at_position",
    "ordered_at_position",
    "proposed_at_position",
    "registered_at_position",
    "signed_at_position",
}


@pytest.fixture(scope="module")
def lived(city: City, known_enterprises: KnownEnterprises, fed_views: ViewFeeder) -> City:  # noqa: ARG001
    """A city in which every kind of event has happened, with the views following."""
    city.budget_rules()
    city.approved_estimate()  # before the log has decisions that the stated years would contradict
    known_enterprises.told[funded := uuid4()] = {"other_fundings": (OTHER_FUNDING,)}
    line_id = city.approved_line()
    city.settled_task(wanted(uuid4()), actual_cost_vnd=60_000_000)
    city.contracted_task(wanted(uuid4()), wanted(funded), line_id=line_id)
    city.approve(city.scored_task(line_id=line_id))
    declined = city.scored_task(points=POOR_POINTS, line_id=line_id)
    city.support.decisions.decline_task(call(LEADER, "901/QĐ-UBND"), task_id=declined.id, reason="Dưới mức đạt")
    applications = city.support.applications
    rejected = city.submitted_task(line_id=line_id)
    applications.reject_task_application(call(OFFICER), task_id=rejected.id, reason="Sai đối tượng")
    returned = city.submitted_task(kept := wanted(uuid4()), wanted(uuid4()), line_id=line_id)
    applications.return_task_application(
        call(OFFICER), task_id=returned.id, reason="Thiếu dự toán", resubmit_by=DAY.replace(month=7)
    )
    applications.resubmit_task_application(call(HOST), task_id=returned.id, participations=(kept,))
    city.open_task(line_id)
    city.adopted_norms(norms_version=2, valid_from=DAY.replace(month=10), supersedes_version=1)
    full, next_line_id = city.approved_line(), city.approved_line(year=2025)
    for sides in ((line_id, full), (None, full), (full, None)):
        city.adjusted(*sides)
    city.approve(city.scored_task(wanted(uuid4()), line_id=full))
    city.contracted_task(wanted(uuid4()), line_id=full)
    city.carried_over(full, next_line_id)
    contracts_of_every_kind(city)
    participations_of_every_kind(city)
    inspections_of_every_kind(city)
    return city


def inspections_of_every_kind(city: City) -> None:
    """One concluded with part of it ordered back, one whose findings are announced, one only opened."""
    task = city.settled_task(wanted(debtor := uuid4()))
    concluded = city.concluded_inspection(task.id, task.participation_ids[0], 10_000_000)
    order = {"debtor_id": debtor, "due_on": date(2024, 9, 30), "reason": "Theo kết luận", "amount_vnd": 4_000_000}
    finding = FindingReference(concluded.id, 1)
    city.support.recoveries.order_recovery(call(LEAD, "66/QĐ-TH"), task_id=task.id, finding=finding, **order)
    announced, _ = (city.opened_inspection(city.contracted_task(wanted(uuid4())).id) for _ in range(2))
    city.support.inspections.announce_inspection_findings(
        call(AUDITOR), inspection_id=announced.id, answer_by=date(2024, 7, 15)
    )


def participations_of_every_kind(city: City) -> None:
    """One claimed, one applied, one certified, one without certificate, one closed."""
    city.accepted_milestone(city.signed_contract(wanted(uuid4())).task_id, 1)
    city.delivered_task(wanted(uuid4()))
    denied, applied, closed = (city.contracted_task(wanted(uuid4())).participation_ids[0] for _ in range(3))
    for participation_id in (applied, closed):
        city.support.delivery.implement_participation(call(HOST), participation_id=participation_id, summary="Đã xong")
    participations = city.support.participations
    participations.deny_participation_certificate(call(OFFICER, "17/TB"), participation_id=denied, reason="Chưa đạt")
    task_id = city.support.applications.get_participation(closed).task_id
    city.support.contracts.terminate_contract(call(LEAD, "71/QĐ"), task_id=task_id, reason="Giải thể")
    city.support.contracts.settle_contract(call(SETTLER, "4/QT"), task_id=task_id)
    participations.close_participation(call(OFFICER), participation_id=closed, summary="Không thanh toán")


def contracts_of_every_kind(city: City) -> None:
    """One archived, one terminated with its advance paid back, one written off, one amended and suspended."""
    contracts, recoveries = city.support.contracts, city.support.recoveries
    archived = city.signed_contract(wanted(debtor := uuid4()), advance_vnd=12_000_000).task_id
    contracts.pay_advance(call(PAYER, "3/UNC"), task_id=archived, amount_vnd=10_000_000)
    for number in (1, 2):
        city.paid_milestone(archived, number)
    contracts.settle_contract(call(SETTLER, "3/QT-STC"), task_id=archived)
    contracts.liquidate_contract(call(LEAD, "5/BBTL"), task_id=archived)
    contracts.archive_contract(call(OFFICER), task_id=archived, archive_number="LT-7")
    order = {"task_id": archived, "debtor_id": debtor, "due_on": date(2024, 9, 30), "reason": "Chi sai"}
    finding = city.found(archived, 9_000_000)
    ordered = recoveries.order_recovery(call(LEAD, "66/QĐ-TH"), **order, finding=finding, amount_vnd=9_000_000).record
    recoveries.receive_recovery_instalment(call(PAYER, "1/GNT"), recovery_id=ordered.id, amount_vnd=4_000_000)
    recoveries.write_off_recovery(call(LEADER, "90/QĐ-UBND"), recovery_id=ordered.id, reason="Phá sản")

    amended = city.signed_contract(wanted(uuid4())).task_id
    later = {"reason": "Gia hạn", "ends_on": date(2025, 1, 31), "withdrawn_ids": ()}
    plan = tuple(each.plan for each in contracts.get_contract(amended).milestones.values())
    contracts.amend_contract(call(LEAD, "2/PL-HĐ"), task_id=amended, milestones=plan, **later)
    contracts.suspend_contract(call(LEAD, "40/CV"), task_id=amended, reason="Bão số 3")

    terminated = city.signed_contract(wanted(uuid4()), advance_vnd=12_000_000).task_id
    contracts.pay_advance(call(PAYER, "3/UNC"), task_id=terminated, amount_vnd=12_000_000)
    contracts.terminate_contract(call(LEAD, "70/QĐ"), task_id=terminated, reason="Giải thể")
    [owed] = recoveries.open_recovery_of(STAR_CONSULTING)
    recoveries.receive_recovery_instalment(call(PAYER, "2/GNT"), recovery_id=owed, amount_vnd=12_000_000)


def test_budget_lines_agree_with_their_records(lived: City) -> None:
    view = BudgetLineList(lived.support.log)
    view.wait_for(lived.support.log.head(), WAIT_SECONDS)
    rows = view.list_budget_lines(year=None, after=None, limit=100)
    assert {BudgetLineStatus(row.status) for row in rows} == {
        BudgetLineStatus.APPROVED,
        BudgetLineStatus.WITHDRAWN,
        BudgetLineStatus.CLOSED,
    }
    for row in rows:
        line = lived.support.budget.get_budget_line(row.id)
        assert row.available_vnd == line.available_vnd
        _agree(row, line)


def test_the_ledger_adds_up_at_every_row_and_ends_as_the_lines_stand(lived: City) -> None:
    view = BudgetLedger(lived.support.log)
    view.wait_for(lived.support.log.head(), WAIT_SECONDS)
    rows = view.list_budget_ledger(budget_line_id=None, year=None, after=None, limit=1_000)
    assert {MovementKind(row.kind) for row in rows} == set(MovementKind)
    for row in rows:
        assert min(row.available_vnd, row.reserved_vnd, row.committed_vnd, row.paid_vnd) >= 0
    for last in {row.budget_line_id: row for row in rows}.values():
        line = lived.support.budget.get_budget_line(last.budget_line_id)
        assert {balance: getattr(last, balance) for balance in BALANCES} == {
            balance: getattr(line, balance) for balance in BALANCES
        }


def test_an_estimate_finds_the_decisions_of_past_years(lived: City) -> None:
    catalogue, _ = lived.plan()
    view = TaskList(lived.support.log)
    view.wait_for(lived.support.log.head(), WAIT_SECONDS)
    decided = [
        task
        for row in view.list_tasks(
            year=2024, status=None, budget_line_id=None, host_organisation_id=None, after=None, limit=100
        )
        if (task := lived.support.applications.get_task(row.id)).norms_id
    ]
    granted_vnd = sum(task.decided_vnd for task in decided)
    assert view.decided_tasks(catalogue.id, [2023, 2024]) == [(2024, len(decided), granted_vnd)]


def test_tasks_agree_with_their_records(lived: City) -> None:
    view = TaskList(lived.support.log)
    view.wait_for(lived.support.log.head(), WAIT_SECONDS)
    rows = view.list_tasks(
        year=None, status=None, budget_line_id=None, host_organisation_id=None, after=None, limit=100
    )
    assert {TaskStatus(row.status) for row in rows} == {
        TaskStatus.ACCEPTANCE_REQUESTED,
        TaskStatus.SETTLED,
        TaskStatus.TERMINATED,
        TaskStatus.CONTRACTED,
        TaskStatus.APPROVED,
        TaskStatus.DECLINED,
        TaskStatus.REJECTED,
        TaskStatus.RECEIVED,
        TaskStatus.OPEN,
    }
    for row in rows:
        _agree(row, lived.support.applications.get_task(row.id))


def test_contracts_agree_with_their_records(lived: City) -> None:
    view = ContractList(lived.support.log)
    view.wait_for(lived.support.log.head(), WAIT_SECONDS)
    rows = view.list_contracts(status=None, payee_id=None, budget_line_id=None, after=None, limit=100)
    assert {row.status for row in rows} == {"SIGNED", "SUSPENDED", "TERMINATED", "SETTLED", "ARCHIVED"}
    for row in rows:
        _agree(row, lived.support.contracts.get_contract(row.task_id))


def test_recoveries_agree_with_their_records(lived: City) -> None:
    view = RecoveryList(lived.support.log)
    view.wait_for(lived.support.log.head(), WAIT_SECONDS)
    rows = view.list_recoveries(status=None, debtor_id=None, task_id=None, after=None, limit=100)
    assert {row.status for row in rows} == {"ORDERED", "RECOVERED", "WRITTEN_OFF"}
    for row in rows:
        recovery = lived.support.recoveries.get_recovery(row.id)
        assert row.outstanding_vnd == recovery.outstanding_vnd
        _agree(row, recovery)


def test_every_certificate_is_listed_as_its_record_holds_it(lived: City) -> None:
    view = CertificateList(lived.support.log)
    view.wait_for(lived.support.log.head(), WAIT_SECONDS)
    rows = view.list_certificates(expires_from=None, expires_by=None, enterprise_id=None, after=None, limit=100)
    assert rows
    for row in rows:
        participation = lived.support.applications.get_participation(row.certified_id)
        assert (row.valid_from, row.valid_until) == (participation.issued_on, participation.valid_until)
        assert (row.content_code, row.certificate_number) == (
            participation.content_code,
            participation.certificate_number,
        )


def test_participations_agree_with_their_records(lived: City) -> None:
    view = ParticipationList(lived.support.log)
    view.wait_for(lived.support.log.head(), WAIT_SECONDS)
    rows = view.list_participations(task_id=None, enterprise_id=None, status=None, after=None, limit=100)
    assert {ParticipationStatus(row.status) for row in rows} == {
        ParticipationStatus.CERTIFIED,
        ParticipationStatus.CLAIMED,
        ParticipationStatus.CLOSED,
        ParticipationStatus.NOT_CERTIFIED,
        ParticipationStatus.PAID,
        ParticipationStatus.SELECTED,
        ParticipationStatus.COMMITTED,
        ParticipationStatus.IMPLEMENTED,
        ParticipationStatus.REFUSED,
        ParticipationStatus.REGISTERED,
        ParticipationStatus.WITHDRAWN,
    }
    for row in rows:
        participation = lived.support.applications.get_participation(row.id)
        assert row.claim_id == participation.claim_id
        _agree(row, participation)


def test_inspections_agree_with_their_records(lived: City) -> None:
    view = InspectionList(lived.support.log)
    view.wait_for(lived.support.log.head(), WAIT_SECONDS)
    rows = view.list_inspections(status=None, task_id=None, after=None, limit=100)
    assert [row.status for row in rows] == ["OPEN", "ANNOUNCED", "CONCLUDED", "CONCLUDED"]
    for row in rows:
        _agree(row, lived.support.inspections.get_inspection(row.id))
    [first] = view.list_inspections(status=None, task_id=rows[1].task_id, after=None, limit=100)
    assert first == rows[1]


def test_norms_agree_with_their_records(lived: City) -> None:
    view = NormsList(lived.support.log)
    view.wait_for(lived.support.log.head(), WAIT_SECONDS)
    second, first = rows = view.list_norms(code="SAMPLE-2024", in_force_on=None, after=None, limit=100)
    for row in rows:
        _agree(row, lived.support.reference.get_norms(row.id))
    last_day = date(2024, 10, 27)
    for day, holding in ((last_day, [first]), (last_day + timedelta(days=1), [second]), (date(2025, 1, 1), [])):
        assert view.list_norms(code=None, in_force_on=day, after=None, limit=100) == holding


def _agree(row: object, record: object) -> None:
    for field in fields(row):
        if field.name in POSITIONS:
            continue
        shown, said = getattr(row, field.name), getattr(record, field.name)
        assert (tuple(shown) if isinstance(shown, list) else shown) == said, field.name
