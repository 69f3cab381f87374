"""Why a claim is not lodged, confirmed, renewed or released: one type per reason."""

from __future__ import annotations

from services.shared.refusals import Invalid, Refusal


class ContentAlreadyClaimed(Refusal):
    """The same content for the same enterprise is in another application or already granted (II.2.c, II.2.d)."""

    sentence = "Nội dung {content_code} của cơ sở {enterprise_id} đã được đăng ký hoặc hỗ trợ ở nhiệm vụ {task_id}."


class ContentClaimedInUndertaking(Refusal):
    """The same content is claimed or granted for another enterprise of the same undertaking."""

    sentence = (
        "Nội dung {content_code} đã được đăng ký hoặc hỗ trợ ở nhiệm vụ {task_id} cho cơ sở {claimant_id}, "
        "được tính cùng một chủ thể với cơ sở {enterprise_id}."
    )


class ClaimExpired(Refusal):
    """What nobody decided on in time is renewed with a reason before it is decided on."""

    sentence = "Đăng ký chống trùng lắp {code} đã hết hạn ngày {expires_on:%d/%m/%Y}; phải gia hạn trước đã."


class ClaimNotRenewable(Refusal):
    """Only a claim that waits for a decision has a last day to be put off."""

    sentence = "Chỉ gia hạn đăng ký chống trùng lắp đang chờ quyết định và có ngày hết hạn."


class RenewalGainsNothing(Refusal):
    """A renewal lets the claim stand longer than it does."""

    sentence = "Đăng ký chống trùng lắp {code} còn hạn đến {expires_on:%d/%m/%Y}; gia hạn hôm nay không thêm ngày nào."


class ClaimNotHeld(Refusal):
    """A participation acts on a claim that another holds, or nobody."""

    sentence = "Hồ sơ tham gia không còn giữ đăng ký chống trùng lắp cho nội dung {content_code}."


class ClaimHeldBySeveral(Invalid):
    """Where several hold a claim for different products or sites, it is said whose is meant."""

    sentence = "Nội dung {content_code} có nhiều hồ sơ đăng ký cho sản phẩm hoặc địa điểm khác nhau; hãy nêu một."


class UndertakingGrown(Refusal):
    """An enterprise has come to belong to the undertaking since the claim: its content is not claimed."""

    sentence = (
        "Cơ sở {enterprise_id} nay cùng một chủ thể với cơ sở tham gia mà nội dung {content_code} chưa được đăng ký "
        "chống trùng lắp cho cơ sở ấy; hãy xét lại điều kiện của hồ sơ tham gia."
    )
