"""Why a participation does not take a step: one type per reason."""

from __future__ import annotations

from services.shared.refusals import Invalid, Refusal


class ParticipationDecided(Refusal):
    """The decision has been made, or the participation taken off."""

    sentence = "Hồ sơ tham gia đã được quyết định hoặc đã rút, không thể xét lại."


class ParticipationNotEligible(Refusal):
    """Nobody is selected who was not found eligible."""

    sentence = "Hồ sơ tham gia {participation_id} chưa được xét là đủ điều kiện."


class ParticipationNotSelected(Refusal):
    """Only what was selected is carried out."""

    sentence = "Hồ sơ tham gia không ở trong danh sách được chọn hỗ trợ."


class ParticipationNotCommitted(Refusal):
    """No contract before the enterprise has committed itself to take no other State money for the content."""

    sentence = "Hồ sơ tham gia {participation_id} chưa có bản cam kết không nhận hỗ trợ khác của Nhà nước."


class ParticipationNotMonitored(Refusal):
    """What was paid for a certificate that has to be kept up is looked at once before it is let out of sight."""

    sentence = "Chưa thể kết thúc theo dõi: chứng chỉ {certificate_number} chưa được đánh giá giám sát sau thanh toán."


class ParticipationAlreadyCertified(Refusal):
    """The certificate is recorded once."""

    sentence = "Hồ sơ tham gia đã có chứng chỉ {certificate_number}."


class CertificateExpired(Invalid):
    """The certificate's last day lies before the day of the act."""

    sentence = "Chứng chỉ đã hết hiệu lực vào ngày ghi nhận."


class CertificateNotYetIssued(Invalid):
    """What is not yet issued is not recorded as issued."""

    sentence = "Ngày cấp chứng chỉ không được sau ngày ghi nhận."


class CertificateOlderThanDecision(Invalid):
    """A certificate that was there before the decision is no result of it."""

    sentence = "Chứng chỉ cấp trước ngày quyết định hỗ trợ {decided_on:%d/%m/%Y} không phải là kết quả của hỗ trợ."


class ParticipationLacksEvidence(Refusal):
    """Nothing is accepted that was not applied, nor paid before its certificate where the norm asks for one."""

    sentence = "Hồ sơ tham gia {participation_id} chưa có {evidence}."


class ParticipationNotScreened(Refusal):
    """A council judges an application whose every participation has been screened."""

    sentence = "Hồ sơ tham gia {participation_id} chưa được xét điều kiện."


class ParticipationOfAnother(Refusal):
    """The participation is another enterprise's."""

    sentence = "Hồ sơ tham gia {participation_id} là của một cơ sở khác."


class PaymentAlreadyClaimed(Refusal):
    """Payment for a milestone is asked for once."""

    sentence = "Đã có đề nghị thanh toán mốc {milestone_number} cho hồ sơ tham gia này."


class PaymentNotClaimed(Refusal):
    """Nothing is paid that was not asked for with its vouchers."""

    sentence = "Hồ sơ tham gia {participation_id} chưa có đề nghị thanh toán kèm chứng từ cho mốc này."


class VoucherNamedTwice(Invalid):
    """A voucher proves a cost once."""

    sentence = "Chứng từ {number} được nêu hai lần."


class VouchersBelowCost(Refusal):
    """Vouchers prove the whole cost that was accepted."""

    sentence = "Chứng từ chỉ chứng minh {proven}, thấp hơn chi phí thực tế đã nghiệm thu {cost}."
