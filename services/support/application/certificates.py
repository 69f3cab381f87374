"""What becomes of certificates once they were presented: surveillance, suspension, withdrawal, renewal."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from services.shared.event_store import Call, EventLog, Saved
from services.support.application.cases import put_to_case
from services.support.domain.case import Fact, FactKind
from services.support.domain.certificate import Certificate, Issued, SurveillanceResult
from services.support.domain.certificate_refusals import CertificateAlreadyPresented
from services.support.domain.deadline_rules import DeadlineRules
from services.support.domain.participation import Participation
from services.support.domain.waiting_steps import WaitingStep


class Certificates:
    """Acts on certificates, as their certifiers' papers tell."""

    def __init__(self, log: EventLog) -> None:
        self._log = log

    def record_surveillance(
        self,
        call: Call,
        *,
        certificate_id: UUID,
        result: SurveillanceResult,
        auditor: str,
        audited_on: date,
        findings: str,
    ) -> Saved[Certificate]:
        """Its participation, once paid, is thereby monitored."""
        certificate = self._certificate(call, certificate_id)
        certificate.surveil(call.act, result=result, auditor=auditor, audited_on=audited_on, findings=findings)
        participation = self._log.load(Participation, certificate.participation_id)
        participation.monitor(call.act, certificate_number=certificate.certificate_number, result=result)
        return self._log.save_for(call, certificate, *([participation] if participation.pending_events else ()))

    def suspend_certificate(self, call: Call, *, certificate_id: UUID, reason: str) -> Saved[Certificate]:
        certificate = self._certificate(call, certificate_id)
        certificate.suspend(call.act, reason=reason)
        return self._log.save_for(call, certificate)

    def reinstate_certificate(self, call: Call, *, certificate_id: UUID, reason: str) -> Saved[Certificate]:
        certificate = self._certificate(call, certificate_id)
        certificate.reinstate(call.act, reason=reason)
        return self._log.save_for(call, certificate)

    def withdraw_certificate(self, call: Call, *, certificate_id: UUID, reason: str) -> Saved[Certificate]:
        """Where money was paid for it, a case is opened in the same append, which holds what is still to be paid."""
        certificate = self._certificate(call, certificate_id)
        certificate.withdraw(call.act, reason=reason)
        participation = self._log.load(Participation, certificate.participation_id)
        told = f"Chứng chỉ {certificate.certificate_number} bị thu hồi theo {call.act.document}. Lý do: {reason}"
        fact = Fact(FactKind.CERTIFICATE_WITHDRAWN, certificate.id, participation.enterprise_id, told)
        moved = put_to_case(self._log, call.act, participation, fact) if participation.paid_vnd else ()
        return self._log.save_for(call, certificate, *moved)

    def renew_certificate(
        self, call: Call, *, certificate_id: UUID, certificate_number: str, issued_on: date, valid_until: date
    ) -> Saved[Certificate]:
        """The certificate that follows is presented for the same participation, in the same append."""
        certificate = self._certificate(call, certificate_id)
        issued = Issued(certificate.certification_body, certificate_number, issued_on, valid_until)
        certificate.renew(call.act, issued)
        participation = self._log.load(Participation, certificate.participation_id)
        return self._log.save_for(call, certificate, presented(self._log, call, participation, issued))

    def get_certificate(self, certificate_id: UUID) -> Certificate:
        return self._log.load(Certificate, certificate_id)

    def _certificate(self, call: Call, certificate_id: UUID) -> Certificate:
        return self._log.load(Certificate, certificate_id, etag=call.etag)


def permitted(log: EventLog, call: Call, participation: Participation, milestone_number: int) -> Certificate | None:
    """The certificate in force that a payment waits for; None for one of a time when certificates had no record.

    Raises PaidOnSuspendedCertificate, PaidOnWithdrawnCertificate and PaidOnLapsedCertificate.
    """
    certificate = certificate_of(log, participation)
    if certificate is not None:
        certificate.permit_payment(call.act, milestone_number=milestone_number)
    return certificate


def is_surveillance_due(log: EventLog, participation: Participation, on_date: date) -> bool:
    """Whether a participation's certificate stands on a day whose rules want it looked at."""
    certificate = certificate_of(log, participation)
    if certificate is None or not certificate.stands_on(on_date):
        return False
    rules = log.find(DeadlineRules, DeadlineRules.create_id())
    return rules is not None and rules.rule_of(WaitingStep.SURVEILLANCE, on_date) is not None


def certificate_of(log: EventLog, participation: Participation) -> Certificate | None:
    """The last certificate of a participation; None without one, or of a time when certificates had no record."""
    if participation.certification_body is None or participation.certificate_number is None:
        return None
    certificate = log.find(
        Certificate, Certificate.create_id(participation.certification_body, participation.certificate_number)
    )
    while certificate is not None and certificate.renewed_id is not None:
        certificate = log.load(Certificate, certificate.renewed_id)
    return certificate


def presented(log: EventLog, call: Call, participation: Participation, issued: Issued) -> Certificate:
    """A certificate that nobody has presented before, as the result of a participation.

    Raises CertificateAlreadyPresented.
    """
    if log.find(Certificate, issued.certificate_id):
        raise CertificateAlreadyPresented(certificate_number=issued.certificate_number)
    return Certificate.present(
        call.act,
        issued,
        participation_id=participation.id,
        task_id=participation.task_id,
        enterprise_id=participation.enterprise_id,
        content_code=participation.content_code,
    )
