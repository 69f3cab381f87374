"""Why a contract does not take a step: one type per reason."""

from __future__ import annotations

from services.shared.refusals import Forbidden, Invalid, Refusal, Taken


class ContractEndsBeforeItStarts(Invalid):
    """The last day lies before the first."""

    sentence = "Ngày kết thúc hợp đồng không được trước ngày bắt đầu."


class MilestonesNotNumbered(Invalid):
    """Milestones count 1, 2, 3 in the order of the contract."""

    sentence = "Các mốc của hợp đồng phải được đánh số liên tiếp 1, 2, 3 …"


class MilestoneOutsideTerm(Invalid):
    """A milestone is due while the contract runs."""

    sentence = "Hạn của mốc {number} phải nằm trong thời hạn hợp đồng, từ {starts_on:%d/%m/%Y} đến {ends_on:%d/%m/%Y}."


class ShareNamedTwice(Invalid):
    """A participation has one share in a milestone."""

    sentence = "Một hồ sơ tham gia được nêu hai lần trong mốc {number}."


class AdvanceAboveRule(Refusal):
    """The rule permits a smaller advance."""

    sentence = "Mức tạm ứng {advance} vượt {most_percent}% giá trị hợp đồng là {most} theo {legal_basis}."


class ContractNotInStep(Refusal):
    """The act does not follow from where the contract stands."""

    sentence = "Không thực hiện được bước này: hợp đồng {status}."


class MilestoneUnknown(Refusal):
    """The contract has no milestone of this number."""

    sentence = "Hợp đồng không có mốc số {number}."


class MilestoneNotInStep(Refusal):
    """The act does not follow from where the milestone stands."""

    sentence = "Không thực hiện được bước này: mốc {number} {status}."


class NotTheContractor(Forbidden):
    """Only the other party of the contract acts for it."""

    sentence = "Chỉ bên thực hiện hợp đồng mới được thực hiện việc này."


class ContractHasMilestones(Refusal):
    """What takes a whole task at once fits only a contract that was signed in short."""

    sentence = "Hợp đồng có {count} mốc: hãy nghiệm thu và thanh toán theo từng mốc."


class FixesMissing(Invalid):
    """Acceptance with fixes says what is to be fixed."""

    sentence = "Phải nêu ít nhất một việc cần khắc phục."


class FixesDueInThePast(Invalid):
    """The deadline of the fixes lies ahead."""

    sentence = "Hạn khắc phục phải sau ngày kết luận."


class PaymentsOnHold(Refusal):
    """A case is open; nothing is paid until it is lifted."""

    sentence = "Hợp đồng đang bị tạm giữ thanh toán theo vụ việc {case_number}: {reason}"


class CaseAlreadyHeld(Refusal):
    """A case holds payments once."""

    sentence = "Vụ việc {case_number} đã tạm giữ thanh toán của hợp đồng này."


class CaseHoldsNothing(Refusal):
    """Only a case that holds payments is lifted."""

    sentence = "Vụ việc {case_number} không tạm giữ thanh toán của hợp đồng này."


class AdvanceNotForeseen(Refusal):
    """The contract foresees no advance."""

    sentence = "Hợp đồng không quy định tạm ứng."


class AdvanceAboveContract(Refusal):
    """Advances together stay within what the contract foresees, and within what is still to be paid."""

    sentence = "Chỉ còn được tạm ứng {left}, không đủ {wanted}."


class PaymentUnchecked(Refusal):
    """Each participation paid for has been checked again."""

    sentence = "Hồ sơ tham gia {participation_id} chưa được kiểm tra lại trước khi thanh toán."


class PaymentConditionUnmet(Refusal):
    """What made the participation eligible no longer holds on the day of payment."""

    sentence = "Không thanh toán cho hồ sơ tham gia {participation_id}: {reasons}"


class AcceptedMilestoneAmended(Refusal):
    """What was accepted or paid stays as it was agreed."""

    sentence = "Mốc {number} {status}, phụ lục không được thay đổi."


class ParticipationInAcceptedMilestone(Refusal):
    """A participation whose results were accepted is not withdrawn."""

    sentence = "Hồ sơ tham gia {participation_id} có phần trong mốc đã nghiệm thu, không thể rút."


class ParticipationNotInContract(Refusal):
    """Only what stands in the contract leaves it, or is paid by it."""

    sentence = "Hồ sơ tham gia {participation_id} không có phần trong mốc hoặc hợp đồng này."


class ParticipationAlreadyPaid(Refusal):
    """What was paid for does not leave; money comes back by a recovery."""

    sentence = "Hồ sơ tham gia {participation_id} đã được thanh toán, không thể rút."


class LastOfContract(Refusal):
    """The last participation leaves by the end of the contract."""

    sentence = "Đây là hồ sơ tham gia cuối cùng của hợp đồng: hãy chấm dứt hợp đồng thay vì rút."


class NothingAmended(Invalid):
    """An amendment changes something."""

    sentence = "Phụ lục không thay đổi nội dung nào của hợp đồng."


class MilestonesUnfinished(Refusal):
    """Books are closed once every milestone is paid, or failed, or has nothing to pay."""

    sentence = "Chưa quyết toán được: mốc {number} {status}."


class RecoveryAbovePaid(Refusal):
    """No more is ordered back than was paid and not yet ordered back."""

    sentence = "Chỉ còn {left} đã chi và chưa bị thu hồi, không đủ để thu hồi {wanted}."


class RecoveryAlreadyOrdered(Taken):
    """A document orders money back from a contract once."""

    sentence = "Đã có quyết định thu hồi {document} đối với hợp đồng này."
