"""What becomes of certificates once they were presented: surveillance, suspension, withdrawal, renewal."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from services.shared.event_store import Call, EventLog, Saved
from services.support.domain.certificate import Certificate, Issued, SurveillanceResult
from services.support.domain.certificate_refusals import CertificateAlreadyPresented
from services.support.domain.participation import Participation


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
        certificate = self._certificate(call, certificate_id)
        certificate.surveil(call.act, result=result, auditor=auditor, audited_on=audited_on, findings=findings)
        return self._log.save_for(call, certificate)

    def suspend_certificate(self, call: Call, *, certificate_id: UUID, reason: str) -> Saved[Certificate]:
        certificate = self._certificate(call, certificate_id)
        certificate.suspend(call.act, reason=reason)
        return self._log.save_for(call, certificate)

    def reinstate_certificate(self, call: Call, *, certificate_id: UUID, reason: str) -> Saved[Certificate]:
        certificate = self._certificate(call, certificate_id)
        certificate.reinstate(call.act, reason=reason)
        return self._log.save_for(call, certificate)

    def withdraw_certificate(self, call: Call, *, certificate_id: UUID, reason: str) -> Saved[Certificate]:
        certificate = self._certificate(call, certificate_id)
        certificate.withdraw(call.act, reason=reason)
        return self._log.save_for(call, certificate)

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
