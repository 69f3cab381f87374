"""What the registry tells after an application: it questions a claim, opens a case, holds payments, once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any, cast
from uuid import UUID, uuid4

import pytest
from nscl.registry.v1 import registry_events_pb2 as registry
from nscl.registry.v1 import registry_service_pb2 as standings

from services.shared.bus.stream import Stream
from services.shared.event_store import RecordNotFound, VersionConflict, ViewFeeder
from services.shared.wire import date_message
from services.support.application.late_facts import LateFacts
from services.support.application.log import SupportLog
from services.support.bus.consumers import RegistryListener
from services.support.domain.case import Case, CaseHinders, CaseStatus, FactKind
from services.support.domain.claim import Claim
from services.support.domain.claim_rules import ClaimRules
from services.support.domain.contract import Contract
from services.support.domain.contract_refusals import PaymentsOnHold
from services.support.domain.contract_terms import ContractStatus
from services.support.domain.task import Task
from services.support.read_models.claims import ClaimList
from tests.announcing import Messenger, told
from tests.given import act
from tests.support.application.test_undertakings import count_as_one
from tests.support.city import City, KnownEnterprises, call
from tests.support.examples import DAY, HOST, LEAD, LEADER, OFFICER, PAYER, wanted

ASKED_AT = 50
"""The position of the registry's log as of which the stand-in for it answers."""


class News(Messenger):
    """What the registry tells, behind all that the decisions of these tests were told."""

    def __init__(self, log: SupportLog) -> None:
        late_facts = LateFacts(log, ClaimList(log))
        self.stream = Stream("support", RegistryListener(late_facts), log.pool, log.factory.tables, tries=1)
        super().__init__({"registry": self.stream})
        while self.stream.place < ASKED_AT:
            self.hear(told(registry.BodyEstablished))

    def of_funding(self, enterprise_id: UUID, **changes: Any) -> Any:
        return funding(registry.OtherFundingRecorded, enterprise_id, **changes)


def funding(message_class: Any, enterprise_id: UUID, **changes: Any) -> Any:
    """40 million from another scheme for 5S."""
    fields = {
        "scheme": "Khuyến công",
        "grantor": "Sở Công Thương",
        "content_code": "TOOL-5S",
        "amount_vnd": 40_000_000,
        "decided_on": date_message(date(2024, 3, 1)),
        "period_to": date_message(date(2024, 12, 31)),
        "legal_basis": "55/QĐ-SCT",
        **changes,
    }
    return told(message_class, by=act(effective_on=DAY), enterprise_id=str(enterprise_id), **fields)


@pytest.fixture(scope="module")
def news(log: SupportLog, fed_views: ViewFeeder) -> News:  # noqa: ARG001 - claims are found by a view
    return News(log)


@pytest.fixture(scope="module")
def claim_rules(city: City) -> ClaimRules:
    return city.claim_rules()


@pytest.fixture
def mill() -> UUID:
    return uuid4()


def case_of(city: City, task: Task | Contract, number: int = 0) -> Case:
    participations = city.support.applications.get_task(getattr(task, "task_id", task.id)).participation_ids
    return city.support.cases.get_case(Case.create_id(participations[number]))


def decided(city: City, case: Case, decide: str = "dismiss_case") -> Case:
    cases = city.support.cases
    cases.examine_case(call(OFFICER), case_id=case.id, finding="Đã đối chiếu")
    made: Case = getattr(cases, decide)(call(LEAD, "7/KL-SKHCN"), case_id=case.id, reason="Đã rõ").record
    return made


def pay(city: City, contract: Contract, number: int = 1) -> Contract:
    return city.support.contracts.pay_milestone(call(PAYER), task_id=contract.task_id, milestone_number=number).record


def test_every_announcement_of_the_registry_is_acted_on_or_ignored_by_name() -> None:
    listener = RegistryListener(late_facts=cast("LateFacts", None))  # nothing is heard
    announced = {message_class.DESCRIPTOR.full_name for message_class in all_messages()}
    assert listener.handlers.keys() | listener.ignored == announced


def all_messages() -> list[Any]:
    return [
        getattr(registry, message.name)
        for message in registry.DESCRIPTOR.message_types_by_name.values()
        if "announced" in message.fields_by_name
    ]


class TestOtherFunding:
    def test_holds_payments_until_a_person_has_decided(self, city: City, news: News, mill: UUID) -> None:
        contract = city.signed_contract(wanted(mill))
        city.accepted_milestone(contract.task_id, 1)
        news.hear(news.of_funding(mill))
        case = case_of(city, contract)
        assert (case.status, case.paid_vnd, case.enterprise_id) == (CaseStatus.OPEN, 0, mill)
        [fact] = case.facts
        assert "Khuyến công: 40.000.000 đồng do Sở Công Thương" in fact.told
        with pytest.raises(PaymentsOnHold):
            pay(city, contract)
        decided(city, case)
        assert pay(city, contract).paid_vnd > 0

    def test_what_was_confirmed_stays_unpaid_and_the_others_go_on(self, city: City, news: News, mill: UUID) -> None:
        contract = city.signed_contract(wanted(mill), wanted(uuid4()))
        city.accepted_milestone(contract.task_id, 1)
        news.hear(news.of_funding(mill))
        decided(city, case_of(city, contract), "confirm_case")
        assert not city.support.contracts.get_contract(contract.task_id).holds
        with pytest.raises(CaseHinders):
            pay(city, contract)
        news.hear(told(registry.StopFlagRaised, by=act(effective_on=DAY), enterprise_id=str(mill)))
        assert case_of(city, contract).status is CaseStatus.CONFIRMED
        assert not city.support.contracts.get_contract(contract.task_id).holds, "the case waits for nobody"

    def test_comes_twice_and_opens_one_case(self, city: City, news: News, mill: UUID) -> None:
        contract = city.signed_contract(wanted(mill))
        [announcement] = news.hear(news.of_funding(mill))
        head = city.support.log.head()
        news.hear_again(announcement, announcement)
        assert city.support.log.head() == head
        assert case_of(city, contract).version == 1

    def test_before_the_contract_nothing_is_signed(self, city: City, news: News, mill: UUID) -> None:
        task = city.committed_task(wanted(mill))
        news.hear(news.of_funding(mill))
        with pytest.raises(CaseHinders):
            city.support.decisions.contract_task(call(LEAD, "12/HĐ-SKHCN"), task_id=task.id, lines=())
        decided(city, case_of(city, task))
        city.support.decisions.contract_task(call(LEAD, "12/HĐ-SKHCN"), task_id=task.id, lines=())

    def test_after_the_money_has_left_the_case_says_how_much(self, city: City, news: News, mill: UUID) -> None:
        task = city.settled_task(wanted(mill))
        news.hear(news.of_funding(mill))
        contract = city.support.contracts.get_contract(task.id)
        assert (contract.status, contract.holds) == (ContractStatus.SETTLED, {})
        assert case_of(city, task).paid_vnd == contract.paid_vnd > 0

    def test_a_decision_on_its_way_asks_again(
        self, city: City, news: News, mill: UUID, known_enterprises: KnownEnterprises, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        task = city.scored_task(wanted(mill))
        answered: Callable[..., Any] = known_enterprises.eligibility

        def answer_then_hear(*asked: Any) -> Any:
            answer = answered(*asked)
            news.hear(news.of_funding(mill))
            return answer

        monkeypatch.setattr(known_enterprises, "eligibility", answer_then_hear)
        with pytest.raises(VersionConflict):
            city.approve(task)
        claim = city.support.log.load(Claim, Claim.create_id(mill, "TOOL-5S"))
        assert claim.last.questioned_at == news.stream.place

    def test_that_the_decision_knew_opens_nothing(
        self, city: City, news: News, mill: UUID, known_enterprises: KnownEnterprises
    ) -> None:
        known_enterprises.told[mill] = {"registry_position": news.stream.place + 1}
        task = city.approve(city.scored_task(wanted(mill)))
        news.hear(news.of_funding(mill))
        assert city.support.log.find(Case, Case.create_id(task.participation_ids[0])) is None

    def test_at_a_sister_concerns_who_applied(
        self, city: City, news: News, mill: UUID, known_enterprises: KnownEnterprises
    ) -> None:
        count_as_one(known_enterprises, mill, sister := uuid4())
        contract = city.signed_contract(wanted(mill))
        news.hear(news.of_funding(sister))
        assert case_of(city, contract).facts[0].enterprise_id == sister

    def test_for_another_content_or_another_enterprise_concerns_nobody(
        self, city: City, news: News, mill: UUID
    ) -> None:
        city.signed_contract(wanted(mill))
        head = city.support.log.head()
        news.hear(news.of_funding(mill, content_code="TOOL-KAIZEN"), news.of_funding(uuid4()))
        assert city.support.log.head() == head

    def test_moved_to_another_content_is_told_to_both(self, city: City, news: News, mill: UUID) -> None:
        task = city.committed_task(wanted(mill), wanted(mill, "SYS-ISO9001", 200_000_000))
        recorded = news.of_funding(mill)
        news.hear(recorded)
        funding_id = recorded.other_funding_id
        news.hear(
            funding(registry.OtherFundingCorrected, mill, other_funding_id=funding_id, content_code="SYS-ISO9001")
        )
        first, second = case_of(city, task, 0), case_of(city, task, 1)
        assert [len(case.facts) for case in (first, second)] == [1, 1]
        assert first.facts[0].told == "Một việc đã xảy ra."

    def test_told_otherwise_after_the_dismissal_opens_the_case_again(self, city: City, news: News, mill: UUID) -> None:
        contract = city.signed_contract(wanted(mill))
        news.hear(recorded := news.of_funding(mill))
        decided(city, case_of(city, contract))
        again = {"other_funding_id": recorded.other_funding_id, "amount_vnd": 500_000_000}
        news.hear(funding(registry.OtherFundingCorrected, mill, **again))
        assert case_of(city, contract).status is CaseStatus.OPEN
        assert city.support.contracts.get_contract(contract.task_id).holds

    def test_revoked_is_told_and_still_waits_for_a_person(self, city: City, news: News, mill: UUID) -> None:
        contract = city.signed_contract(wanted(mill))
        news.hear(recorded := news.of_funding(mill))
        news.hear(funding(registry.OtherFundingRevoked, mill, other_funding_id=recorded.other_funding_id))
        case = case_of(city, contract)
        assert (case.status, case.version, len(case.facts)) == (CaseStatus.OPEN, 2, 1)

    @pytest.mark.usefixtures("claim_rules")
    def test_for_another_product_holds_nothing(self, city: City, news: News, mill: UUID) -> None:
        mine = replace(wanted(mill, "PRD-HOPQUY"), unit_keys=("PRODUCT:TCCS-02",))
        contract = city.signed_contract(mine)
        news.hear(news.of_funding(mill, content_code="PRD-HOPQUY", unit_keys=["PRODUCT:8934588012345"]))
        with pytest.raises(RecordNotFound):
            case_of(city, contract)
        news.hear(news.of_funding(mill, content_code="PRD-HOPQUY", unit_keys=["PRODUCT:TCCS-02"]))
        assert case_of(city, contract).status is CaseStatus.OPEN

    @pytest.mark.usefixtures("claim_rules")
    def test_before_the_window_of_the_rules_is_no_overlap(self, city: City, news: News, mill: UUID) -> None:
        contract = city.signed_contract(wanted(mill))
        long_ago = {"decided_on": date_message(date(2012, 3, 1)), "period_to": date_message(date(2012, 12, 31))}
        head = city.support.log.head()
        news.hear(news.of_funding(mill, **long_ago))
        assert city.support.log.head() == head, contract.id


class TestAnEnterprise:
    @pytest.mark.parametrize(
        ("message_class", "kind", "fields"),
        [
            (registry.StopFlagRaised, FactKind.STOP_FLAG, {"reason": "Nợ thuế"}),
            (registry.StandingRevoked, FactKind.STANDING_LOST, {"field": standings.STANDING_FIELD_TAX}),
            (
                registry.StandingAttested,
                FactKind.STANDING_LOST,
                {"field": standings.STANDING_FIELD_TAX, "verdict": standings.STANDING_VERDICT_NOT_FULFILLED},
            ),
            (registry.EnterpriseDissolved, FactKind.ENTERPRISE_ENDED, {}),
            (registry.EnterpriseSucceeded, FactKind.ENTERPRISE_ENDED, {}),
        ],
        ids=lambda each: getattr(getattr(each, "DESCRIPTOR", None), "name", None),
    )
    def test_that_may_no_longer_be_helped_opens_a_case_of_each_content(
        self, city: City, news: News, mill: UUID, message_class: Any, kind: FactKind, fields: dict[str, Any]
    ) -> None:
        contract = city.signed_contract(wanted(mill), wanted(mill, "SYS-ISO9001", 200_000_000))
        news.hear(told(message_class, by=act(effective_on=DAY), enterprise_id=str(mill), **fields))
        cases = [case_of(city, contract, number) for number in (0, 1)]
        assert [case.facts[0].kind for case in cases] == [kind, kind]
        held = city.support.contracts.get_contract(contract.task_id).holds
        assert held.keys() == {case.number for case in cases}

    def test_a_duty_fulfilled_after_all_is_told_to_the_case(self, city: City, news: News, mill: UUID) -> None:
        contract = city.signed_contract(wanted(mill))
        about = {"enterprise_id": str(mill), "field": standings.STANDING_FIELD_TAX, "by": act(effective_on=DAY)}
        news.hear(told(registry.StandingRevoked, **about, sentence="Thu hồi xác nhận."))
        fulfilled = {"verdict": standings.STANDING_VERDICT_FULFILLED, "sentence": "Xác nhận đã hoàn thành."}
        news.hear(told(registry.StandingAttested, **about, **fulfilled))
        assert [fact.told for fact in case_of(city, contract).facts] == ["Xác nhận đã hoàn thành."]

    def test_linked_with_another_that_claims_the_same_is_in_question(self, city: City, news: News, mill: UUID) -> None:
        first, second = city.signed_contract(wanted(mill)), city.signed_contract(wanted(other := uuid4()))
        link = told(
            registry.LinkRecorded, by=act(effective_on=DAY), enterprise_id=str(mill), from_enterprise_id=str(other)
        )
        news.hear(link)
        assert [case_of(city, contract).facts[0].kind for contract in (first, second)] == [FactKind.LINK] * 2

    def test_linked_with_one_that_claims_nothing_is_left_alone(self, city: City, news: News, mill: UUID) -> None:
        city.signed_contract(wanted(mill))
        head = city.support.log.head()
        by = act(effective_on=DAY)
        news.hear(told(registry.LinkRecorded, by=by, enterprise_id=str(mill), from_enterprise_id=str(uuid4())))
        news.hear(told(registry.LinkRecorded, by=by, enterprise_id=str(mill), from_enterprise_id=""))
        assert city.support.log.head() == head


def test_a_hold_of_a_case_is_let_go_by_its_decision_alone(city: City, news: News, mill: UUID) -> None:
    contract = city.signed_contract(wanted(mill))
    news.hear(news.of_funding(mill))
    case = case_of(city, contract)
    with pytest.raises(Exception, match=case.number) as refused:
        city.support.contracts.lift_payment_hold(
            call(LEADER), task_id=contract.task_id, case_number=case.number, reason="Không rõ"
        )
    assert type(refused.value).__name__ == "HoldOfCase"
    assert HOST.id not in {hold.held_by for hold in contract.holds.values()}
