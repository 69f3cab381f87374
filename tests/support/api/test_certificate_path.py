"""The life of a certificate through its door: looked at, suspended, reinstated, renewed, withdrawn, and listed so."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest
from google.type.date_pb2 import Date
from grpc import StatusCode
from nscl.common.v1.act_pb2 import Basis
from nscl.support.v1 import case_service_pb2 as cases
from nscl.support.v1 import certificate_resources_pb2 as resources
from nscl.support.v1 import certificate_service_pb2 as messages
from nscl.support.v1 import clock_resources_pb2 as clocks
from nscl.support.v1.case_resources_pb2 import FACT_KIND_CERTIFICATE_WITHDRAWN
from nscl.support.v1.support_resources_pb2 import (
    PARTICIPATION_STATUS_CLOSED,
    PARTICIPATION_STATUS_MONITORED,
    TASK_STATUS_PAID,
)
from nscl.support.v1.support_service_pb2 import GetParticipationRequest

from services.shared.wire import date_message
from services.support.domain.case import Case
from services.support.domain.certificate import Certificate
from tests.bad_input import told
from tests.support.api import certificate_requests as asked
from tests.support.api import clock_requests, requests
from tests.support.api import contract_requests as contracts
from tests.support.api.clerk import Clerk
from tests.support.api.participation_requests import claim_participation_payment, close_participation
from tests.support.city import City
from tests.support.conftest import Counter
from tests.support.examples import DAY, LEAD, LEADER, OFFICER, OWNER, PAYER, SECOND_OFFICER, wanted

YESTERDAY, TOMORROW = DAY - timedelta(days=1), DAY + timedelta(days=1)
LAST_DAY = date(2026, 6, 27)
NOT_IN_STEP = StatusCode.FAILED_PRECONDITION, "CERTIFICATE_NOT_IN_STEP"
LAPSED = StatusCode.FAILED_PRECONDITION, "CERTIFICATE_LAPSED"
ACTED_BEFORE = StatusCode.PERMISSION_DENIED, "ACTED_BEFORE"
TAKEN = StatusCode.ALREADY_EXISTS, "CERTIFICATE_ALREADY_PRESENTED"
TOO_SHORT = StatusCode.INVALID_ARGUMENT, "RENEWAL_ENDS_NO_LATER"
NOT_HELD = StatusCode.INVALID_ARGUMENT, "SURVEILLANCE_NOT_YET_HELD"
NOT_ISSUED = StatusCode.INVALID_ARGUMENT, "SURVEILLANCE_BEFORE_ISSUE"


def certified(counter: Counter, participation_id: UUID) -> str:
    """The id of a certificate that a participation led to."""
    named = {"certificate_number": (number := f"CN-{uuid4()}"), "valid_until": date_message(LAST_DAY)}
    counter.ask("CertifyParticipation", requests.certify_participation(str(participation_id), **named), OFFICER)
    return str(Certificate.create_id("Chứng nhận Mẫu", number))


@pytest.fixture
def enterprise_id() -> UUID:
    return uuid4()


@pytest.fixture
def certificate_id(city: City, counter: Counter, enterprise_id: UUID) -> str:
    return certified(counter, city.contracted_task(wanted(enterprise_id)).participation_ids[0])


def listed(counter: Counter, enterprise_id: UUID, position: int) -> Any:
    """The one certificate of an enterprise, as the list shows it."""
    listing = messages.ListCertificatesRequest(enterprise_id=str(enterprise_id), min_position=position)
    [row] = counter.ask("ListCertificates", listing, OFFICER).certificates
    return row


def test_a_certificate_is_followed_until_it_is_renewed_and_withdrawn(
    clerk: Clerk, counter: Counter, certificate_id: str, enterprise_id: UUID
) -> None:
    looked_at = clerk.ask("RecordSurveillance", asked.record_surveillance(certificate_id), OFFICER).certificate
    [audit] = looked_at.surveillances
    assert (audit.result, audit.document) == (resources.SURVEILLANCE_RESULT_FAILED, "8/BC-GS")
    suspended = clerk.ask("SuspendCertificate", asked.suspend_certificate(certificate_id), OFFICER)
    row = listed(counter, enterprise_id, suspended.recorded.position)
    assert row.status == suspended.certificate.status == resources.CERTIFICATE_STATUS_SUSPENDED
    lifted = clerk.ask("ReinstateCertificate", asked.reinstate_certificate(certificate_id), SECOND_OFFICER)
    assert listed(counter, enterprise_id, lifted.recorded.position).status == resources.CERTIFICATE_STATUS_VALID
    number = f"CN-{uuid4()}"
    renewal = asked.renew_certificate(certificate_id, certificate_number=number)
    renewed = clerk.ask("RenewCertificate", renewal, OFFICER)
    assert renewed.certificate.status == resources.CERTIFICATE_STATUS_RENEWED
    row = listed(counter, enterprise_id, renewed.recorded.position)
    assert (row.certificate_number, row.certificate_id) == (number, renewed.certificate.renewed_id)
    assert row.valid_until == date_message(date(2030, 6, 27))
    gone = clerk.ask("WithdrawCertificate", asked.withdraw_certificate(row.certificate_id), OFFICER)
    assert listed(counter, enterprise_id, gone.recorded.position).status == resources.CERTIFICATE_STATUS_WITHDRAWN
    got = messages.GetCertificateRequest(certificate_id=row.certificate_id, min_position=gone.recorded.position)
    assert counter.ask("GetCertificate", got, OFFICER).certificate == gone.certificate


@pytest.fixture(scope="module")
def yearly(counter: Counter) -> None:
    """Rules that want certificates looked at every year."""
    rule = clocks.DeadlineRule(
        step=clocks.WAITING_STEP_SURVEILLANCE,
        days=365,
        day_kind=clocks.DAY_KIND_CALENDAR,
        counted_from=clocks.COUNTED_FROM_STEP_START,
        body="SKHCN",
        legal_basis="DỮ LIỆU MẪU",
        sample=True,
    )
    counter.ask("AdoptDeadlineRules", clock_requests.adopt_deadline_rules(rules=[rule]), LEADER)


@pytest.mark.usefixtures("yearly")
def test_a_certificate_waits_for_its_next_surveillance(city: City, counter: Counter, certificate_id: str) -> None:
    def due_on() -> list[Date]:
        listing = clock_requests.list_due_steps(DAY, page_size=500, min_position=city.support.log.head())
        steps = counter.ask("ListDueSteps", listing, OFFICER).due_steps
        return [step.due_on for step in steps if step.subject_id == certificate_id]

    assert due_on() == [date_message(DAY + timedelta(days=365))]
    on_the_next_day = Basis(document="8/BC-GS", effective_on=date_message(TOMORROW))
    counter.ask("RecordSurveillance", asked.record_surveillance(certificate_id, basis=on_the_next_day), OFFICER)
    assert due_on() == [date_message(TOMORROW + timedelta(days=365))]
    counter.ask("SuspendCertificate", asked.suspend_certificate(certificate_id, basis=on_the_next_day), OFFICER)
    assert due_on() == []


def test_what_does_not_follow_is_refused_with_its_reason(city: City, counter: Counter) -> None:
    first, second = city.contracted_task(wanted(uuid4()), wanted(uuid4())).participation_ids
    valid_id, suspended_id = certified(counter, first), certified(counter, second)
    counter.ask("SuspendCertificate", asked.suspend_certificate(suspended_id), OFFICER)
    suspended = counter.ask("GetCertificate", messages.GetCertificateRequest(certificate_id=suspended_id), OFFICER)
    number = suspended.certificate.certificate_number
    lapsed = Basis(document="9/QĐ-CN", effective_on=date_message(LAST_DAY + timedelta(days=1)))
    for method, request, code, reason in (
        ("ReinstateCertificate", asked.reinstate_certificate(valid_id), *NOT_IN_STEP),
        ("WithdrawCertificate", asked.withdraw_certificate(valid_id, basis=lapsed), *LAPSED),
        ("ReinstateCertificate", asked.reinstate_certificate(suspended_id), *ACTED_BEFORE),
        ("RenewCertificate", asked.renew_certificate(valid_id, certificate_number=number), *TAKEN),
        ("RenewCertificate", asked.renew_certificate(valid_id, valid_until=date_message(LAST_DAY)), *TOO_SHORT),
        ("RecordSurveillance", asked.record_surveillance(valid_id, audited_on=date_message(TOMORROW)), *NOT_HELD),
        ("RecordSurveillance", asked.record_surveillance(valid_id, audited_on=date_message(YESTERDAY)), *NOT_ISSUED),
    ):
        answer = told(partial(counter.ask, method, request, OFFICER))
        assert (answer.code, answer.reason) == (code, reason), method


def accepted(city: City) -> tuple[str, str]:
    """A task whose norm pays after the certificate, ready to be paid: its id, and the certificate's."""
    task = city.accepted_task(wanted(uuid4(), "CRT-FOOD"))
    [participation_id] = task.participation_ids
    certificate_id = Certificate.create_id("Chứng nhận Mẫu", f"CN-{participation_id}")
    return str(task.id), str(certificate_id)


@pytest.mark.parametrize(
    ("method", "request_of", "reason", "sentence"),
    [
        ("SuspendCertificate", asked.suspend_certificate, "PAID_ON_SUSPENDED_CERTIFICATE", "Chưa khắc phục"),
        ("WithdrawCertificate", asked.withdraw_certificate, "PAID_ON_WITHDRAWN_CERTIFICATE", "Ngừng áp dụng"),
    ],
)
def test_nothing_is_paid_on_what_its_certifier_took_away(
    city: City, counter: Counter, method: str, request_of: Any, reason: str, sentence: str
) -> None:
    task_id, certificate_id = accepted(city)
    counter.ask(method, request_of(certificate_id), OFFICER)
    answer = told(lambda: counter.ask("PayTask", requests.pay_task(task_id), PAYER))
    assert (answer.code, answer.reason) == (StatusCode.FAILED_PRECONDITION, reason)
    assert answer.sentence.endswith(f"Lý do: {sentence}")


def test_nothing_is_paid_on_a_certificate_that_lapsed_before_the_day_of_the_payment(
    city: City, counter: Counter
) -> None:
    """Once the certificate is renewed, the payment goes on; the one that follows is asked."""
    city.certificates_until = DAY
    task_id, certificate_id = accepted(city)
    city.certificates_until = date(2027, 6, 27)
    paid = requests.pay_task(task_id, basis=Basis(effective_on=date_message(TOMORROW)))
    answer = told(lambda: counter.ask("PayTask", paid, PAYER))
    assert (answer.code, answer.reason) == (StatusCode.FAILED_PRECONDITION, "PAID_ON_LAPSED_CERTIFICATE")
    counter.ask("RenewCertificate", asked.renew_certificate(certificate_id), OFFICER)
    assert counter.ask("PayTask", paid, PAYER).task.status == TASK_STATUS_PAID


def test_what_is_withdrawn_after_its_payment_opens_a_case_that_holds_the_rest(city: City, counter: Counter) -> None:
    """Also when the certifier withdrew it before the payment, and nobody knew."""
    contract = city.signed_contract(wanted(uuid4(), "CRT-FOOD"))
    task_id, [participation_id] = str(contract.task_id), contract.lines
    certificate_id = certified(counter, participation_id)
    for number in contract.milestones:
        city.accepted_milestone(contract.task_id, number)
    tomorrow = Basis(effective_on=date_message(TOMORROW))
    counter.ask("PayMilestone", contracts.pay_milestone(task_id, basis=tomorrow), PAYER)
    counter.ask("WithdrawCertificate", asked.withdraw_certificate(certificate_id), OFFICER)
    found = cases.GetCaseRequest(case_id=str(Case.create_id(participation_id)))
    case = counter.ask("GetCase", found, OFFICER).case
    [fact] = case.facts
    assert (fact.kind, case.paid_vnd) == (FACT_KIND_CERTIFICATE_WITHDRAWN, 15_000_000)
    assert fact.told.endswith("bị thu hồi theo 11/QĐ-CN. Lý do: Ngừng áp dụng")
    the_rest = contracts.pay_milestone(task_id, milestone_number=2, basis=tomorrow)
    answer = told(lambda: counter.ask("PayMilestone", the_rest, PAYER))
    assert (answer.code, answer.reason) == (StatusCode.FAILED_PRECONDITION, "PAYMENTS_ON_HOLD")


@pytest.mark.usefixtures("yearly")
def test_what_was_paid_for_a_certificate_is_looked_at_before_it_is_closed(city: City, counter: Counter) -> None:
    task = city.settled_task(wanted(uuid4(), "CRT-FOOD"))
    [participation_id] = map(str, task.participation_ids)
    certificate_id = str(Certificate.create_id("Chứng nhận Mẫu", f"CN-{participation_id}"))
    asked_to_close = close_participation(participation_id)
    answer = told(lambda: counter.ask("CloseParticipation", asked_to_close, OFFICER))
    assert (answer.code, answer.reason) == (StatusCode.FAILED_PRECONDITION, "PARTICIPATION_NOT_MONITORED")
    looked_at = counter.ask("RecordSurveillance", asked.record_surveillance(certificate_id), OFFICER)
    got = GetParticipationRequest(participation_id=participation_id, min_position=looked_at.recorded.position)
    assert counter.ask("GetParticipation", got, OFFICER).participation.status == PARTICIPATION_STATUS_MONITORED
    closed = counter.ask("CloseParticipation", asked_to_close, OFFICER).participation
    assert closed.status == PARTICIPATION_STATUS_CLOSED


@pytest.mark.usefixtures("yearly")
def test_there_is_nothing_to_look_at_in_a_certificate_that_was_withdrawn(city: City, counter: Counter) -> None:
    [participation_id] = map(str, city.settled_task(wanted(uuid4(), "CRT-FOOD")).participation_ids)
    certificate_id = str(Certificate.create_id("Chứng nhận Mẫu", f"CN-{participation_id}"))
    counter.ask("WithdrawCertificate", asked.withdraw_certificate(certificate_id), OFFICER)
    closed = counter.ask("CloseParticipation", close_participation(participation_id), OFFICER).participation
    assert closed.status == PARTICIPATION_STATUS_CLOSED


def test_from_a_direct_grant_to_the_case_about_its_certificate(city: City, counter: Counter) -> None:
    """Granted, certified and paid, the system is not kept up: what became of it is told in the order of its steps."""
    application = city.direct_task(city.published_call().id, uuid4(), codes=("SYS-ISO9001",))
    task = city.approve(city.judged(application.id))
    task_id, [participation_id] = str(task.id), map(str, task.grants)
    counter.ask("CommitParticipation", contracts.commit_participation(participation_id), OWNER)
    counter.ask("ContractTask", requests.contract_task(task_id, lines=[]), LEAD)
    certificate_id = certified(counter, UUID(participation_id))
    counter.ask("RequestTaskAcceptance", requests.request_task_acceptance(task_id), OWNER)
    counter.ask("AcceptTask", requests.accept_task(task_id, participation_id), LEAD)
    counter.ask("ClaimParticipationPayment", claim_participation_payment(participation_id), OWNER)
    head = city.support.log.head()
    counter.ask("PayTask", requests.pay_task(task_id), PAYER)
    counter.ask("RecordSurveillance", asked.record_surveillance(certificate_id), OFFICER)
    counter.ask("SuspendCertificate", asked.suspend_certificate(certificate_id), OFFICER)
    counter.ask("WithdrawCertificate", asked.withdraw_certificate(certificate_id), OFFICER)
    events = [recorded.event for recorded in city.support.log.recorded_events(head, 1_000)]
    of_these = [event for event in events if isinstance(event, Certificate.Event | Case.Event)]
    permitted, audited, suspended, withdrawn, opened = (event.sentence() for event in of_these)
    assert permitted.endswith("còn hiệu lực khi thanh toán mốc 1, ngày 28/06/2024.")
    assert audited.endswith("ngày 28/06/2024 theo 8/BC-GS, kết quả không đạt. Hai điểm không phù hợp")
    assert suspended.endswith("theo 9/QĐ-CN. Lý do: Chưa khắc phục")
    assert withdrawn.endswith("theo 11/QĐ-CN. Lý do: Ngừng áp dụng")
    assert opened.startswith("Mở vụ việc về nội dung SYS-ISO9001 (đã thanh toán 35.000.000 đồng): Chứng chỉ CN-")
