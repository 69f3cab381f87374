"""The sample year's certificate that did not pass its first surveillance audit: suspended, mended, reinstated."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from nscl.support.v1 import certificate_resources_pb2 as resources
from nscl.support.v1 import certificate_service_pb2 as certificates

from programme.client import Doors
from programme.people import OFFICER, SECOND_OFFICER
from programme.plan import basis, day

if TYPE_CHECKING:
    from programme.year import Year

AUDITED, SUSPENDED, REINSTATED = date(2025, 10, 6), date(2025, 10, 20), date(2025, 12, 15)


def watch_over_certificate(doors: Doors, year: Year, watched: dict[str, Any]) -> None:
    """An enterprise's certificate is audited, suspended by one officer and reinstated by another."""
    asked = certificates.ListCertificatesRequest(
        enterprise_id=year.enterprise_ids[watched["enterprise"]], min_position=year.heard["support"]
    )
    listed = doors.ask(OFFICER, doors.certificates.ListCertificates, asked).certificates
    (certificate_id,) = (
        each.certificate_id for each in listed if each.certificate_number == watched["certificate_number"]
    )
    audit = certificates.RecordSurveillanceRequest(
        basis=basis("MAU-60/BC-GS", AUDITED),
        certificate_id=certificate_id,
        result=resources.SURVEILLANCE_RESULT_FAILED,
        auditor="Công ty Chứng nhận Bến Ninh (mẫu)",
        audited_on=day(AUDITED),
        findings="Chưa thực hiện đánh giá nội bộ hằng năm (mẫu).",
    )
    doors.ask(OFFICER, doors.certificates.RecordSurveillance, audit)
    suspension = certificates.SuspendCertificateRequest(
        basis=basis("MAU-61/QĐ-CN", SUSPENDED), certificate_id=certificate_id, reason="Chưa khắc phục (mẫu)."
    )
    doors.ask(OFFICER, doors.certificates.SuspendCertificate, suspension)
    reinstatement = certificates.ReinstateCertificateRequest(
        basis=basis("MAU-62/QĐ-CN", REINSTATED),
        certificate_id=certificate_id,
        reason="Đã đánh giá nội bộ và khắc phục xong (mẫu).",
    )
    year.note(doors.ask(SECOND_OFFICER, doors.certificates.ReinstateCertificate, reinstatement).recorded)
