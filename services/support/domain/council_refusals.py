"""Why support refuses an act on a council or on the rules councils work by."""

from __future__ import annotations

from services.shared.refusals import Forbidden, Invalid, Refusal


class CouncilTooSmall(Invalid):
    """A council has as many members as its rules want; without rules a chair, a secretary and one more."""

    sentence = "Hội đồng phải có ít nhất {fewest} thành viên."


class MemberNamedTwice(Invalid):
    """A person sits once."""

    sentence = "Một người được nêu hai lần trong hội đồng."


class RoleNotFilledOnce(Invalid):
    """There is exactly one chair, exactly one secretary and at most one vice-chair."""

    sentence = "Hội đồng phải có đúng một chủ tịch, đúng một thư ký và không quá một phó chủ tịch."


class CouncilTooLarge(Invalid):
    """A council has no more members than its rules allow."""

    sentence = "Hội đồng không được có quá {most} thành viên."


class ReviewersTooFew(Invalid):
    """As many members review the file beforehand as the rules want."""

    sentence = "Hội đồng phải có ít nhất {fewest} ủy viên phản biện."


class MemberKindMissing(Invalid):
    """Where the rules want a share of experts, each member sits as an expert, for an agency or for beneficiaries."""

    sentence = "Phải nêu thành viên tham gia với tư cách chuyên gia, cơ quan quản lý hay đại diện thụ hưởng."


class ExpertsTooFew(Invalid):
    """As large a share of the members are experts as the rules want."""

    sentence = "Số chuyên gia phải chiếm ít nhất {share} số thành viên hội đồng."


class RegulationInForce(Invalid):
    """Where rules are in force nobody names others."""

    sentence = "Đã có quy chế hội đồng đang có hiệu lực (phiên bản {rules_version}) nên không được nêu quy tắc khác."


class RegulationMissing(Invalid):
    """Where no rules are in force the appointment names them."""

    sentence = "Chưa có quy chế hội đồng nào có hiệu lực nên phải nêu quy tắc của hội đồng."


class RegulationEndsBeforeItStarts(Invalid):
    """The last day in force is not before the first."""

    sentence = "Ngày hết hiệu lực của quy chế hội đồng không thể trước ngày có hiệu lực."


class RegulationAlreadyAdopted(Refusal):
    """A version is adopted once."""

    sentence = "Quy chế hội đồng phiên bản {rules_version} đã được ban hành."


class MemberCountsReversed(Invalid):
    """A council cannot have fewer members at most than at least, nor fewer than reviewers."""

    sentence = "Số thành viên tối đa không được ít hơn số thành viên tối thiểu và số ủy viên phản biện."


class ShareImpossible(Invalid):
    """A share is more than nothing, at most everybody."""

    sentence = "Tỷ lệ {share} phải lớn hơn 0 và không quá 1."


class HostSitsOnCouncil(Refusal):
    """Who applies does not judge the application: neither the persons nor anybody their body sends."""

    sentence = "Người nộp hồ sơ đăng ký và người của tổ chức chủ trì không được là thành viên hội đồng."


class QuorumImpossible(Invalid):
    """A quorum is a share: more than nothing, at most everybody."""

    sentence = "Tỷ lệ họp hợp lệ phải lớn hơn 0 và không quá toàn thể thành viên."


class CriteriaNotHundred(Invalid):
    """The points of all criteria make 100, and each criterion is there once."""

    sentence = "Các tiêu chí phải khác nhau và có tổng điểm tối đa là 100."


class CouncilAlreadyConcluded(Refusal):
    """Minutes are written once."""

    sentence = "Hội đồng đã kết luận."


class NotAMember(Forbidden):
    """Only members act in a council."""

    sentence = "Người thực hiện không phải là thành viên hội đồng này."


class MemberNotSeated(Refusal):
    """A seat is given on once; who left it has none any more."""

    sentence = "Người được thay không còn là thành viên hội đồng này."


class MemberOfAnotherBody(Forbidden):
    """A member acts for the body that sent them, and for no other."""

    sentence = "Thành viên hội đồng phải thực hiện dưới danh nghĩa cơ quan đã cử là {body}."


class MemberIsRecused(Forbidden):
    """Who declared a conflict neither scores nor concludes."""

    sentence = "Thành viên đã khai báo xung đột lợi ích nên không được tham gia xét chọn."


class PapersSentTooLate(Invalid):
    """Members have as many working days with the papers as the rules want."""

    sentence = "Tài liệu phải gửi trước ngày họp ít nhất {working_days} ngày làm việc, sớm nhất họp ngày {earliest}."


class MeetingHasBegun(Refusal):
    """A meeting is not called again once somebody has scored."""

    sentence = "Hội đồng đã bắt đầu chấm điểm nên không được mời họp lại."


class MeetingNotCalled(Refusal):
    """Nobody scores before the papers were sent."""

    sentence = "Chưa gửi giấy mời và tài liệu họp hội đồng."


class MeetingNotHeld(Refusal):
    """Nobody scores or concludes before the day of the meeting."""

    sentence = "Hội đồng họp ngày {meeting_on:%d/%m/%Y}, chưa đến ngày chấm điểm và kết luận."


class ConflictsNotDeclared(Forbidden):
    """Each member says for the case whether they have a conflict; none is a declaration too."""

    sentence = "Thành viên chưa khai báo xung đột lợi ích đối với hồ sơ này."


class VoteMissing(Invalid):
    """Where the rules ask for a vote, a sheet holds one."""

    sentence = "Quy chế hội đồng yêu cầu biểu quyết: tán thành, không tán thành hoặc ý kiến khác."


class VoteNotAskedFor(Invalid):
    """Where the rules ask for none, a sheet holds no vote."""

    sentence = "Quy chế của hội đồng này không có biểu quyết."


class MinutesDoNotMatch(Refusal):
    """Minutes signed on paper name the digest of what is recorded."""

    sentence = "Mã kiểm chứng ghi trên biên bản không khớp với phiếu đánh giá và khai báo đã ghi nhận."


class AlreadyScored(Refusal):
    """A score sheet is cast once; who has scored has declared to be free of conflict."""

    sentence = "Thành viên đã nộp phiếu đánh giá."


class ScoreSheetIncomplete(Invalid):
    """Each criterion is scored once, and no other."""

    sentence = "Phiếu đánh giá phải chấm mỗi tiêu chí đúng một lần."


class PointsOutOfRange(Invalid):
    """Between 0 and the criterion's most."""

    sentence = "Điểm của tiêu chí {criterion_code} phải từ 0 đến {most_points}."


class NeitherChairNorSecretary(Forbidden):
    """The minutes are the secretary's or the chair's, or the vice-chair's where the chair has a conflict."""

    sentence = "Chỉ chủ tịch (hoặc phó chủ tịch điều hành thay) hoặc thư ký hội đồng được lập biên bản kết luận."


class CouncilLacksQuorum(Refusal):
    """Too few of those who may vote have scored, or chair or secretary has not."""

    sentence = "Hội đồng chưa đủ điều kiện họp: cần {needed} phiếu, kể cả chủ tịch và thư ký, mới có {cast}."


class ConflictsNotMatched(Refusal):
    """Nothing is concluded while the registry knows of a conflict that is not recorded."""

    sentence = "Sổ đăng ký cho thấy {count} thành viên có xung đột lợi ích chưa được ghi nhận; hãy đối chiếu lại."


class FileHidden(Forbidden):
    """Who has a conflict does not see the file."""

    sentence = "Thành viên có xung đột lợi ích nên không được xem hồ sơ này."


class SurveyNotAnswered(Invalid):
    """Minutes say what the council makes of a field survey that was not favourable."""

    sentence = "Khảo sát thực tế chưa phù hợp nên biên bản phải nêu ý kiến của hội đồng về kết quả khảo sát."


class NoUnfavourableSurvey(Invalid):
    """Minutes answer no survey where there was none, or a favourable one."""

    sentence = "Không có khảo sát thực tế chưa phù hợp nào để hội đồng nêu ý kiến."


class SupplementForSelectionOnly(Invalid):
    """Only who selects passes on condition of a supplement; a milestone is accepted after fixes."""

    sentence = "Chỉ hội đồng xét chọn kết luận đạt với điều kiện bổ sung hồ sơ; nghiệm thu thì yêu cầu khắc phục."


class SupplementWithoutPass(Invalid):
    """Nothing is supplied for an application that did not pass."""

    sentence = "Hồ sơ không đạt nên hội đồng không kết luận với điều kiện bổ sung."


class NothingToMeetAgainFor(Refusal):
    """A council meets again only about what it passed on condition."""

    sentence = "Hội đồng chỉ họp lại khi đã kết luận đạt với điều kiện bổ sung hồ sơ."


class CouncilNotConcluded(Refusal):
    """A milestone is judged by what its council concluded."""

    sentence = "Hội đồng nghiệm thu mốc {milestone_number} chưa được thành lập hoặc chưa kết luận."


class CouncilConcludedOtherwise(Refusal):
    """What the council passed is accepted, at once or after fixes; what it did not pass fails."""

    sentence = "Hội đồng nghiệm thu mốc {milestone_number} kết luận {verdict}, không phù hợp với việc này."
