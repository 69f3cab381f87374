"""The gRPC door of certificates: what becomes of them, which the programme has led to, and which expire when."""

from __future__ import annotations

import datetime
from uuid import UUID

from nscl.support.v1 import certificate_service_pb2 as messages
from nscl.support.v1 import certificate_service_pb2_grpc

from services.shared.event_store import Call, Saved
from services.shared.grpc_server import Caller, Form, Page, caught_up, command, query
from services.support.api import forms
from services.support.api.asked import READERS, asked_for
from services.support.api.messages import certificate_message, certificate_row_message
from services.support.application.support import Support
from services.support.domain.certificate import Certificate, SurveillanceResult
from services.support.read_models.certificates import CertificateList


class CertificateServicer(certificate_service_pb2_grpc.CertificateServiceServicer):
    """What others may ask about certificates, and in which capacity."""

    def __init__(self, support: Support, certificates: CertificateList) -> None:
        self._support = support
        self._certificates = certificates

    @command("programme_officer", resource="certificate")
    def RecordSurveillance(self, request: messages.RecordSurveillanceRequest, call: Call) -> Saved[Certificate]:
        form = Form(request)
        certificate_id = form.uuid("certificate_id")
        result = form.choice("result", SurveillanceResult)
        auditor = form.text("auditor", longest=250)
        audited_on = form.date("audited_on")
        findings = form.text("findings", longest=2_000, lines=True)
        form.check()
        return self._support.certificates.record_surveillance(
            call,
            certificate_id=certificate_id,
            result=result,
            auditor=auditor,
            audited_on=audited_on,
            findings=findings,
        )

    @command("programme_officer", resource="certificate")
    def SuspendCertificate(self, request: messages.SuspendCertificateRequest, call: Call) -> Saved[Certificate]:
        certificate_id, reason = _reasoned(request)
        return self._support.certificates.suspend_certificate(call, certificate_id=certificate_id, reason=reason)

    @command("programme_officer", resource="certificate")
    def ReinstateCertificate(self, request: messages.ReinstateCertificateRequest, call: Call) -> Saved[Certificate]:
        certificate_id, reason = _reasoned(request)
        return self._support.certificates.reinstate_certificate(call, certificate_id=certificate_id, reason=reason)

    @command("programme_officer", resource="certificate")
    def WithdrawCertificate(self, request: messages.WithdrawCertificateRequest, call: Call) -> Saved[Certificate]:
        certificate_id, reason = _reasoned(request)
        return self._support.certificates.withdraw_certificate(call, certificate_id=certificate_id, reason=reason)

    @command("programme_officer", resource="certificate")
    def RenewCertificate(self, request: messages.RenewCertificateRequest, call: Call) -> Saved[Certificate]:
        form = Form(request)
        certificate_id = form.uuid("certificate_id")
        certificate_number = form.text("certificate_number", longest=100)
        issued_on = form.date("issued_on")
        valid_until = form.date("valid_until")
        form.check()
        return self._support.certificates.renew_certificate(
            call,
            certificate_id=certificate_id,
            certificate_number=certificate_number,
            issued_on=issued_on,
            valid_until=valid_until,
        )

    @query(*READERS)
    def GetCertificate(
        self, request: messages.GetCertificateRequest, caller: Caller
    ) -> messages.GetCertificateResponse:
        certificate_id = asked_for(self._support, request, "certificate_id")
        certificate = self._support.certificates.get_certificate(certificate_id)
        return messages.GetCertificateResponse(certificate=certificate_message(certificate))

    @query(*READERS)
    def ListCertificates(
        self, request: messages.ListCertificatesRequest, caller: Caller
    ) -> messages.ListCertificatesResponse:
        form = Form(request)
        expires_from = form.optional_date("expires_from")
        expires_by = form.optional_date("expires_by")
        enterprise_id = form.optional_uuid("enterprise_id")
        form.check()
        page = Page.read(request, tuple[datetime.date, UUID])
        caught_up(self._certificates, request.min_position)
        as_of_position = self._certificates.position()
        rows = self._certificates.list_certificates(
            expires_from=expires_from,
            expires_by=expires_by,
            enterprise_id=enterprise_id,
            after=page.after,
            limit=page.size + 1,
        )
        shown, next_page_token = page.cut(rows, key=lambda row: (row.valid_until, row.certified_id))
        return messages.ListCertificatesResponse(
            certificates=map(certificate_row_message, shown),
            next_page_token=next_page_token,
            as_of_position=as_of_position,
        )


def _reasoned(
    request: messages.SuspendCertificateRequest
    | messages.ReinstateCertificateRequest
    | messages.WithdrawCertificateRequest,
) -> tuple[UUID, str]:
    """The certificate and why, as the certifier's decisions take them."""
    form = Form(request)
    certificate_id, reason = form.uuid("certificate_id"), forms.reason(form)
    form.check()
    return certificate_id, reason
