"""What support tells the others: every one of its events, by the event's own name and fields."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from nscl.support.v1 import support_events_pb2 as messages
from nscl.support.v1 import support_resources_pb2 as resources

from services.shared.record import Record
from services.shared.wire import date_message
from services.support.bus.announcements import MESSAGES, announce
from services.support.domain.award import Award
from services.support.domain.budget_adjustment import BudgetAdjustment
from services.support.domain.budget_line import BudgetLine
from services.support.domain.budget_rules import BudgetRules
from services.support.domain.case import Case
from services.support.domain.catalogue import Catalogue
from services.support.domain.claim import Claim
from services.support.domain.claim_rules import ClaimRules
from services.support.domain.contract import Contract
from services.support.domain.council import Council
from services.support.domain.council_regulation import CouncilRegulation
from services.support.domain.deadline_rules import DeadlineRules
from services.support.domain.delegation import Delegation
from services.support.domain.document_register import DocumentRegister
from services.support.domain.grant_call import GrantCall
from services.support.domain.grant_tally import GrantTally
from services.support.domain.norms import Norms
from services.support.domain.norms_register import NormsRegister
from services.support.domain.overlap_decision import OverlapDecision
from services.support.domain.participation import Participation
from services.support.domain.product import Product
from services.support.domain.recovery import Recovery, RecoveryAccount
from services.support.domain.task import Task
from services.support.domain.working_calendar import WorkingCalendar
from services.support.domain.year_estimate import YearEstimate
from tests.saved_histories.rare import awards, products
from tests.support.city import City, call
from tests.support.domain.test_product import PRODUCT
from tests.support.examples import DAY, HOST, OFFICER, wanted

RECORDS = (
    Award,
    BudgetAdjustment,
    BudgetLine,
    BudgetRules,
    Case,
    Catalogue,
    Claim,
    ClaimRules,
    Contract,
    Council,
    CouncilRegulation,
    DeadlineRules,
    Delegation,
    DocumentRegister,
    GrantCall,
    GrantTally,
    Norms,
    NormsRegister,
    OverlapDecision,
    Participation,
    Product,
    Recovery,
    RecoveryAccount,
    Task,
    WorkingCalendar,
    YearEstimate,
)


@pytest.mark.parametrize("record_class", RECORDS, ids=lambda record_class: record_class.__name__)
def test_every_event_is_announced_by_its_own_name(record_class: type[Record]) -> None:
    events = {name: event for name, event in vars(record_class).items() if getattr(event, "TOPIC", None)}
    told = {name: MESSAGES[event][0] for name, event in events.items() if isinstance(event, type) and name != "Created"}
    assert told
    assert {name: f"{record_class.__name__}{name}" for name in told} == {
        name: message.DESCRIPTOR.name for name, message in told.items()
    }


def test_every_message_announces_an_event() -> None:
    assert {message.DESCRIPTOR.name for message, _ in MESSAGES.values()} == set(
        messages.DESCRIPTOR.message_types_by_name
    )


def test_every_event_of_a_tasks_way_is_told_with_what_it_concerns(city: City) -> None:
    first, second = wanted(uuid4()), wanted(uuid4(), "SYS-ISO9001", 200_000_000)
    task = city.settled_task(first, second)
    city.support.products.certify_product(call(OFFICER), **{**PRODUCT, "certificate_number": "HC-6"})
    told = [announce(recorded.event, recorded.position) for recorded in city.support.log.recorded_events(0, 1_000)]
    assert None not in told
    assert all(message.announced.sentence.strip() for message in told)  # type: ignore[union-attr]

    [approved] = [message for message in told if isinstance(message, messages.TaskApproved)]
    assert approved.announced.act.document == "900/QĐ-UBND"
    assert approved.amount_vnd == sum(grant.amount_vnd for grant in approved.grants) == 105_000_000
    concerned = {UUID(each) for each in approved.announced.concerns}
    assert {task.id, task.budget_line_id, *task.participation_ids, first.enterprise_id} <= concerned
    [selected, _] = [message for message in told if isinstance(message, messages.ParticipationSelected)]
    assert (selected.content_kind, selected.amount_vnd) == (resources.CONTENT_KIND_TOOL, 40_000_000)
    assert UUID(selected.enterprise_id) == first.enterprise_id
    screened = next(message for message in told if isinstance(message, messages.ParticipationScreened))
    assert [verdict.condition_code for verdict in screened.verdicts] == ["C1", "C2", "C3", "C4"]
    certified = next(message for message in told if isinstance(message, messages.ParticipationCertified))
    assert certified.issued_on == date_message(DAY)
    cast = next(message for message in told if isinstance(message, messages.CouncilScoreCast))
    assert cast.person_id not in cast.announced.concerns
    assert cast.announced.record_id in cast.announced.concerns


def test_a_contract_names_its_records_and_none_of_its_people(city: City) -> None:
    contract = city.signed_contract(wanted(uuid4()))
    events = [recorded.event for recorded in city.support.log.recorded_events(0, 10_000)]
    [signed] = [event for event in events if isinstance(event, Contract.Signed) and event.task_id == contract.task_id]
    told = announce(signed, 1)
    assert isinstance(told, messages.ContractSigned)
    concerned = {UUID(each) for each in told.announced.concerns}
    assert {contract.id, contract.task_id, contract.payee_id, *contract.lines} <= concerned
    assert not {contract.decided_by, HOST.id, *contract.applicant_ids} & concerned


def test_what_is_not_supports_stays_untold() -> None:
    assert announce(Record.Event, 1) is None


def test_each_step_of_an_award_or_a_product_is_told_to_whose_it_is() -> None:
    for record in (*awards(), *products()):
        told = [announce(event, 1) for event in record.pending_events]
        assert all(str(record.enterprise_id) in message.announced.concerns for message in told)  # type: ignore[union-attr]
