"""Why a task does not take a step: one type per reason."""

from __future__ import annotations

from services.shared.refusals import Forbidden, Invalid, Refusal


class ContentsMissing(Invalid):
    """A task supports at least one content, each named once."""

    sentence = "Nhiệm vụ phải nêu ít nhất một nội dung và mỗi nội dung một lần."


class ProductsMiscounted(Invalid):
    """A line that names its products names each of them, once."""

    sentence = "Hồ sơ nêu mã của {named_count} sản phẩm mà ghi {product_count} sản phẩm."


class BudgetLineOfAnotherYear(Refusal):
    """A task lives on its own year's money."""

    sentence = "Nhiệm vụ năm {year} không dùng được dòng dự toán năm {line_year}."


class BudgetLineOfAnotherCatalogue(Refusal):
    """A task lives on the money of the plan whose contents it supports."""

    sentence = "Dòng dự toán thuộc danh mục của một kế hoạch khác."


class TaskNotInStep(Refusal):
    """The act does not follow from where the task stands."""

    sentence = "Không thực hiện được bước này: nhiệm vụ {status}."


class CallEndsBeforeItStarts(Invalid):
    """The last day lies before the first."""

    sentence = "Ngày đóng nhận hồ sơ không được trước ngày mở."


class OutsideCallWindow(Refusal):
    """Applications are received in the call's window only."""

    sentence = "Hồ sơ chỉ được nhận từ {opens_on:%d/%m/%Y} đến {closes_on:%d/%m/%Y}."


class QuotaExceeded(Refusal):
    """The call has fewer places."""

    sentence = "Thông báo mời chỉ có {quota} suất tham gia, hồ sơ có {count}."


class ParticipationsMissing(Invalid):
    """An application helps somebody."""

    sentence = "Hồ sơ phải có ít nhất một cơ sở tham gia."


class ParticipationNamedTwice(Invalid):
    """The same content for the same enterprise stands once in an application."""

    sentence = "Nội dung {content_code} của cùng một cơ sở được nêu hai lần trong hồ sơ."


class ContentNotCalledFor(Refusal):
    """The task supports other contents."""

    sentence = "Nhiệm vụ không hỗ trợ nội dung {content_code}."


class DeadlineInThePast(Invalid):
    """A new deadline lies ahead, and behind the one before it."""

    sentence = "Hạn bổ sung hồ sơ phải sau ngày của văn bản và sau hạn trước đó."


class ResubmittedTooLate(Refusal):
    """The deadline for the supplement is over."""

    sentence = "Đã quá hạn bổ sung hồ sơ ({resubmit_by:%d/%m/%Y})."


class ExtendedTooLate(Refusal):
    """More time is given while there is some left."""

    sentence = "Đã quá hạn bổ sung hồ sơ ({last_day:%d/%m/%Y}); chỉ gia hạn bằng văn bản khi còn trong hạn."


class NotTheHost(Forbidden):
    """Only the organisation that applied acts for the host."""

    sentence = "Chỉ tổ chức chủ trì đã nộp hồ sơ mới được thực hiện việc này."


class TaskOfAnotherChannel(Refusal):
    """A direct application has its own call; a hosted one has no field survey."""

    sentence = "Việc này không thuộc kênh hỗ trợ của nhiệm vụ: nhiệm vụ {channel}."


class TaskNotSurveyed(Refusal):
    """A council judges a direct application after somebody has been there."""

    sentence = "Hồ sơ hỗ trợ trực tiếp phải được khảo sát thực tế trước khi họp hội đồng."


class SurveyInTheFuture(Invalid):
    """Minutes tell of what has been."""

    sentence = "Ngày khảo sát không được sau ngày lập biên bản."


class PaperUnknown(Invalid):
    """A fault is found in a paper that the application holds."""

    sentence = "Hồ sơ không có thành phần {item_code} của nội dung {content_code}."


class ParticipationNotInTask(Refusal):
    """The participation has left the application before."""

    sentence = "Hồ sơ tham gia {participation_id} không còn trong hồ sơ của nhiệm vụ."


class TaskBelowPassMark(Refusal):
    """The council did not pass the task."""

    sentence = "Nhiệm vụ chỉ đạt {average} điểm, dưới mức đạt của hội đồng."


class SupplementNotConfirmed(Refusal):
    """What a council passed on condition is granted nothing before chair and secretary find the supplement there."""

    sentence = (
        "Hội đồng kết luận đạt với điều kiện bổ sung hồ sơ đến {due_on:%d/%m/%Y}; "
        "chủ tịch và thư ký chưa xác nhận nên chỉ có thể không phê duyệt."
    )


class NothingSelected(Refusal):
    """A decision that selects nobody is no approval."""

    sentence = "Không có hồ sơ tham gia nào đủ điều kiện để phê duyệt; hãy ra quyết định không phê duyệt."


class ContractLinesDiffer(Invalid):
    """A contract names each selected participation once, and no other."""

    sentence = "Hợp đồng phải nêu mỗi hồ sơ tham gia được chọn đúng một lần."


class ContractAboveDecision(Refusal):
    """A contract grants no more than its decision."""

    sentence = "Hợp đồng ghi {contracted}, cao hơn mức quyết định {decided}."


class ActualCostsDiffer(Invalid):
    """Acceptance accounts for each selected participation once, and no other."""

    sentence = "Nghiệm thu phải nêu chi phí thực tế của mỗi hồ sơ tham gia được chọn đúng một lần."


class NothingToPay(Refusal):
    """What was accepted cost nothing."""

    sentence = "Không có chi phí thực tế nào để thanh toán."
