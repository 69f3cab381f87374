"""Why the year's money does not move: one type per reason."""

from __future__ import annotations

from services.shared.refusals import Invalid, Refusal


class BudgetLineNotDrafted(Refusal):
    """Only a drafted line is appraised."""

    sentence = "Dòng dự toán không ở bước chờ thẩm định."


class BudgetLineNotAppraised(Refusal):
    """Only an appraised line is approved."""

    sentence = "Dòng dự toán chưa được thẩm định hoặc đã được phê duyệt."


class BudgetLineNotApproved(Refusal):
    """A line is money only once UBND approved it."""

    sentence = "Dòng dự toán chưa được phê duyệt."


class ReasonForAppraisalMissing(Invalid):
    """Who appraises at another amount says why."""

    sentence = "Thẩm định khác số tiền đề nghị thì phải nêu lý do."


class BudgetLineOverdrawn(Refusal):
    """The line has less left than is asked for."""

    sentence = "Dòng dự toán chỉ còn {available}, không đủ {wanted}."


class ReservationTooSmall(Refusal):
    """A contract commits no more than its decision reserved."""

    sentence = "Nhiệm vụ chỉ được giữ chỗ {reserved}, không đủ để cam kết {wanted}."


class CommitmentTooSmall(Refusal):
    """A payment takes no more than its contract committed."""

    sentence = "Nhiệm vụ chỉ được cam kết {committed}, không đủ để chi {wanted}."


class AdvanceTooSmall(Refusal):
    """No more of an advance is cleared than was paid."""

    sentence = "Nhiệm vụ chỉ còn tạm ứng {advanced}, không đủ để thu hồi {wanted}."


class RecoverableTooSmall(Refusal):
    """No more comes back than left the line for the task."""

    sentence = "Nhiệm vụ chỉ còn {stage} {left}, không thể thu hồi {wanted}."


class BudgetLineHeldByEstimate(Refusal):
    """A line of a year's estimate is appraised and approved with it, not by itself."""

    sentence = "Dòng dự toán thuộc dự toán năm {year}: hãy thẩm định, phê duyệt cả dự toán năm."


class BudgetLineClosed(Refusal):
    """A year that is over takes nothing new."""

    sentence = "Dòng dự toán năm {year} đã khóa sổ."


class BudgetYearNotOver(Refusal):
    """A line is closed when its year ends (năm ngân sách, Luật Ngân sách nhà nước), not before."""

    sentence = "Chưa hết năm ngân sách {year} nên chưa khóa sổ được."


class BudgetLineHoldsMoney(Refusal):
    """What tasks still hold is neither lost nor kept in silence: it is released, or a decision carries it over."""

    sentence = "Dòng dự toán còn giữ tiền của {count} nhiệm vụ; phải giải quyết hoặc chuyển nguồn trước: {held}."


class NothingToCarryOver(Refusal):
    """No task holds money on the line, which is therefore simply closed."""

    sentence = "Dòng dự toán không còn giữ tiền của nhiệm vụ nào để chuyển nguồn."


class NotTheNextYearsLine(Refusal):
    """Money is carried over within its catalogue and its source, to the next year."""

    sentence = "Chỉ chuyển nguồn được sang dòng dự toán năm {year} của cùng danh mục, cùng nguồn {source_code}."


class AdjustmentOfNothing(Invalid):
    """An adjustment takes from a line, gives to a line, or both."""

    sentence = "Phải nêu dòng dự toán chuyển đi, dòng nhận, hoặc cả hai."


class AdjustmentWithinOneLine(Invalid):
    """Money that stays where it is has not moved."""

    sentence = "Dòng chuyển đi và dòng nhận phải khác nhau."


class TransferBetweenYears(Refusal):
    """Money moves between lines of one catalogue and one year."""

    sentence = "Chỉ điều chuyển được giữa các dòng dự toán của cùng danh mục và cùng năm."


class TransferBetweenSources(Refusal):
    """Money stays with its source unless rules in force let it go."""

    sentence = "Không có quy tắc nào còn hiệu lực cho điều chuyển từ nguồn {source_code} sang nguồn {to_source_code}."


class AdjustmentAlreadyDecided(Refusal):
    """An adjustment is decided once."""

    sentence = "Đề nghị điều chỉnh dự toán này đã được quyết định."


class BudgetRulesEndBeforeTheyStart(Invalid):
    """The last day lies before the first."""

    sentence = "Ngày hết hiệu lực không được trước ngày có hiệu lực."


class BudgetRulesAlreadyAdopted(Refusal):
    """Adopted rules stay as they are; a change is a new version."""

    sentence = "Quy tắc dự toán phiên bản {rules_version} đã được ban hành."


class EstimateNotInStep(Refusal):
    """The act does not follow from where the estimate stands."""

    sentence = "Không thực hiện được bước này: dự toán năm {year} {status}."


class AppraisalsDiffer(Invalid):
    """An appraisal looks at each line once, and at no other."""

    sentence = "Thẩm định phải nêu mỗi dòng của dự toán năm đúng một lần."


class PlannedTasksMissing(Invalid):
    """The rule multiplies by the number of planned new tasks."""

    sentence = "Nguồn {source_code} tính theo quy tắc {legal_basis}: phải nêu số nhiệm vụ mới dự kiến."


class AmountComputedByRule(Invalid):
    """What a rule computes is not stated."""

    sentence = "Số tiền của nguồn {source_code} do quy tắc {legal_basis} tính ra, không nhập."


class AmountMissing(Invalid):
    """Where no rule computes, the officer states the amount."""

    sentence = "Không có quy tắc tính cho nguồn {source_code} vào ngày này: phải nêu số tiền."


class AmountWithoutBasis(Invalid):
    """A stated amount says on what it stands."""

    sentence = "Số tiền nêu cho nguồn {source_code} phải kèm căn cứ."


class PastYearMissing(Invalid):
    """The log knows no decision of a year that the rule averages over, and nobody stated the figures."""

    sentence = "Nhật ký không có quyết định nào của năm {year}: phải nêu số nhiệm vụ mới và kinh phí kèm văn bản."


class PastYearKnown(Invalid):
    """What the log's own decisions say is not stated otherwise."""

    sentence = "Năm {year} đã có số liệu từ các quyết định trong nhật ký, không nhập."


class PastYearNotAveraged(Invalid):
    """The rule does not look at this year."""

    sentence = "Quy tắc không dùng số liệu năm {year}, hoặc năm này được nêu hai lần."


class NothingToAverage(Refusal):
    """Years without a single new task have no average cost."""

    sentence = "Các năm trước không có nhiệm vụ mới nào nên không tính được chi phí bình quân."
