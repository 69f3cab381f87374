"""Why nothing more is recorded of a certificate: one type per reason."""

from __future__ import annotations

from services.shared.refusals import Invalid, Refusal, Taken


class CertificateAlreadyPresented(Taken):
    """What a certificate costs is paid once: it is the result of one participation and of no other."""

    sentence = "Chứng chỉ {certificate_number} đã được ghi nhận là kết quả của một hồ sơ tham gia khác."


class CertificateNotInStep(Refusal):
    """A certificate is suspended while it holds and reinstated while it is suspended; none outlives its end."""

    sentence = "Không thực hiện được: chứng chỉ {certificate_number} {status}."


class CertificateLapsed(Refusal):
    """After its last day a certificate can only be renewed."""

    sentence = "Chứng chỉ {certificate_number} đã hết hiệu lực sau ngày {valid_until:%d/%m/%Y}."


class SurveillanceNotYetHeld(Invalid):
    """What was not yet looked at is not recorded as looked at."""

    sentence = "Ngày đánh giá giám sát không được sau ngày ghi nhận."


class SurveillanceBeforeIssue(Invalid):
    """What is kept up was issued before."""

    sentence = "Ngày đánh giá giám sát không được trước ngày cấp chứng chỉ {issued_on:%d/%m/%Y}."


class RenewalEndsNoLater(Invalid):
    """A renewed certificate holds longer than the one it follows."""

    sentence = "Chứng chỉ cấp lại phải có hiệu lực quá ngày {valid_until:%d/%m/%Y} của chứng chỉ trước."


class PaidOnSuspendedCertificate(Refusal):
    """Money that waits for a certificate waits for its reinstatement, too."""

    sentence = "Chưa thể thanh toán: chứng chỉ {certificate_number} đang bị đình chỉ. Lý do: {reason}"


class PaidOnWithdrawnCertificate(Refusal):
    """There is no certificate any more to pay for."""

    sentence = "Không thể thanh toán: chứng chỉ {certificate_number} đã bị thu hồi. Lý do: {reason}"


class PaidOnLapsedCertificate(Refusal):
    """On the day of the payment the certificate no longer holds."""

    sentence = "Không thể thanh toán: chứng chỉ {certificate_number} đã hết hiệu lực sau ngày {valid_until:%d/%m/%Y}."
