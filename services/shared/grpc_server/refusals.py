"""What the door itself refuses, beside what the services refuse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.shared.refusals import Forbidden, Invalid, Refusal, Stale


class Unauthenticated(Refusal):
    """Nobody can tell who is calling (gRPC UNAUTHENTICATED)."""


class TokenMissing(Unauthenticated):
    sentence = "Yêu cầu không kèm mã thông báo đăng nhập (authorization: Bearer …)."


class TokenInvalid(Unauthenticated):
    sentence = "Mã thông báo đăng nhập không hợp lệ."


class TokenExpired(Unauthenticated):
    sentence = "Mã thông báo đăng nhập đã hết hạn; cần xin mã mới."


class SystemUnknown(Unauthenticated):
    sentence = "Hệ thống gọi đến chưa được đăng ký, hoặc chứng thư của hệ thống không mang tên đã đăng ký."


class SystemOfAnotherBody(Forbidden):
    sentence = "Hệ thống của {body} chỉ được gọi thay người của {body}."


class CapacityNotPermitted(Forbidden):
    sentence = "Tư cách {capacity} không được phép gọi {method}."


class Unavailable(Refusal):
    """Something this service needs does not answer now (gRPC UNAVAILABLE): the same request may be sent again."""


class DatabaseUnavailable(Unavailable):
    sentence = "Cơ sở dữ liệu tạm thời không trả lời; xin gửi lại đúng yêu cầu này sau ít phút."


class DatabaseBusy(Unavailable):
    sentence = "Hệ thống đang quá tải; xin gửi lại đúng yêu cầu này sau ít giây."


class DoorBusy(Unavailable):
    """As many long calls as the door has threads for are in hand."""

    sentence = "Hệ thống đang xử lý nhiều tệp dữ liệu cùng lúc; xin gửi lại đúng yêu cầu này sau ít phút."


class Exhausted(Refusal):
    """The caller asks for more than their share (gRPC RESOURCE_EXHAUSTED); others are served meanwhile."""


class CallsTooMany(Exhausted):
    sentence = "Đã vượt quá {most} yêu cầu mỗi giây; xin gửi chậm lại."


class CallsAtOnceTooMany(Exhausted):
    sentence = "Đang có {most} yêu cầu của bên gọi chưa xong; xin đợi có kết quả rồi gửi tiếp."


class DatabaseReadOnly(Unavailable):
    sentence = "Hệ thống tạm thời chỉ cho tra cứu, chưa ghi nhận yêu cầu; xin gửi lại đúng yêu cầu này sau ít phút."


class StorageFull(Unavailable):
    sentence = "Hệ thống hết chỗ lưu trữ, chưa ghi nhận yêu cầu; xin gửi lại đúng yêu cầu này sau ít phút."


class ReleaseTooOld(Unavailable):
    """What is asked for was recorded by a later release, whose replicas serve beside this one during an upgrade."""

    sentence = "Hệ thống đang được nâng cấp; xin gửi lại đúng yêu cầu này sau ít giây."


class OutcomeUnknown(Unavailable):
    sentence = "Chưa rõ yêu cầu đã được ghi nhận hay chưa; xin gửi lại với đúng mã yêu cầu này để biết kết quả."


class NeighbourUnavailable(Unavailable):
    sentence = "Dịch vụ {service} tạm thời không trả lời; xin gửi lại đúng yêu cầu này sau ít phút."


class DeadlinePassed(Refusal):
    """The time the caller gave is used up (gRPC DEADLINE_EXCEEDED); a mutation may have been recorded all the same."""

    sentence = "Đã hết thời hạn của yêu cầu."


class NotRecordedInTime(DeadlinePassed):
    """The time was used up before the mutation's turn came: it has not been recorded."""

    sentence = "Đã hết thời hạn trước khi đến lượt, yêu cầu chưa được ghi nhận; xin gửi lại."


class ConcurrentChange(Stale):
    sentence = "Hồ sơ đang được người khác thay đổi cùng lúc; xin đọc lại hồ sơ rồi quyết định lại."


class CallerGone(Refusal):
    """The caller has left before the call was carried out (gRPC CANCELLED); what was recorded until then stays."""

    sentence = "Bên gọi đã ngắt kết nối trước khi gửi xong yêu cầu."


class Unexpected(Refusal):
    """A fault of ours (gRPC INTERNAL); the log has the rest under the same reference."""

    sentence = "Hệ thống gặp lỗi ngoài dự kiến; xin báo mã tham chiếu {reference} cho bộ phận hỗ trợ."


class RequestMalformed(Invalid):
    sentence = "Không đọc được yêu cầu: nội dung không đúng định dạng protobuf của phương thức."


class RequestEmpty(Invalid):
    sentence = "Yêu cầu không có thông điệp nào."


class PageTokenInvalid(Invalid):
    sentence = "Mã trang không dùng được: mã hỏng, hoặc thuộc về một câu hỏi với điều kiện lọc khác."


class RecordTooLarge(Invalid):
    sentence = "Nội dung của yêu cầu quá lớn để ghi nhận; xin rút gọn hoặc chia thành nhiều yêu cầu."


@dataclass(frozen=True)
class Violation:
    """One field that cannot be accepted: its path in the request, a stable code, and a sentence for people."""

    field: str
    reason: str
    sentence: str


class FormIncorrect(Refusal):
    """Some fields of a request cannot be accepted (gRPC INVALID_ARGUMENT), all of them told at once."""

    sentence = "Yêu cầu có {count} chỗ chưa đúng: {first}"

    def __init__(self, violations: Sequence[Violation]) -> None:
        self.violations = tuple(violations)
        super().__init__(count=len(violations), first=violations[0].sentence)
