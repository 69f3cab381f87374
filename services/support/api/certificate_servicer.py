"""CertificateService: which certificates the programme has led to, and which expire when."""

from __future__ import annotations

import datetime
from uuid import UUID

from nscl.support.v1 import certificate_service_pb2 as messages
from nscl.support.v1 import certificate_service_pb2_grpc

from services.shared.grpc_server import Caller, Form, Page, caught_up, query
from services.shared.wire import filled
from services.support.api.asked import READERS
from services.support.read_models.certificates import CertificateList


class CertificateServicer(certificate_service_pb2_grpc.CertificateServiceServicer):
    """What others may ask about certificates."""

    def __init__(self, certificates: CertificateList) -> None:
        self._certificates = certificates

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
            certificates=(filled(messages.Certificate, row) for row in shown),
            next_page_token=next_page_token,
            as_of_position=as_of_position,
        )
