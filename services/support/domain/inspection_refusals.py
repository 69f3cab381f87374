"""Why an inspection does not take a step: one type per reason."""

from __future__ import annotations

from services.shared.refusals import Forbidden, Invalid, Refusal


class InspectionNotInStep(Refusal):
    """The act does not follow from where the inspection stands."""

    sentence = "Không thực hiện được bước này: cuộc thanh tra {status}."


class FindingAbovePaid(Refusal):
    """Nothing is found against money that was not paid."""

    sentence = "Đã chi {paid}, không thể kết luận sai phạm {wanted}."


class AnswerDueInThePast(Invalid):
    """The inspected gets time to answer."""

    sentence = "Hạn giải trình phải sau ngày công bố."


class NotTheInspected(Forbidden):
    """Only who carries the contract out answers."""

    sentence = "Chỉ bên thực hiện hợp đồng mới được giải trình."


class AnswerAwaited(Refusal):
    """Nobody is judged unheard while there is time to answer."""

    sentence = "Chưa có giải trình và chưa hết hạn giải trình {answer_by:%d/%m/%Y}."


class FindingsUnjudged(Invalid):
    """A conclusion says of each finding what becomes of it."""

    sentence = "Kết luận phải nêu đúng một lần từng phát hiện đã ghi nhận."


class UpheldAboveFinding(Refusal):
    """No more has to come back than was found."""

    sentence = "Phát hiện số {number} là {found}, không thể kết luận thu hồi {wanted}."


class FindingUnknown(Refusal):
    """The inspection has no finding of this number."""

    sentence = "Cuộc thanh tra không có phát hiện số {number}."


class RecoveryAboveFinding(Refusal):
    """A recovery carries a finding out and goes no further."""

    sentence = "Phát hiện số {number} chỉ còn {left} phải thu hồi, không đủ để thu hồi {wanted}."
