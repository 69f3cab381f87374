"""What a task, a participation, a certificate, an award or another record waits for after each of its events.

A new event of theirs gets one line in ``WAITING``; one that is not there changes nothing of what is waited for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from services.shared.record import Record
from services.support.domain.award import Award
from services.support.domain.case import Case
from services.support.domain.certificate import Certificate
from services.support.domain.contract import Contract
from services.support.domain.council import Council
from services.support.domain.council_supplement import CouncilSupplement
from services.support.domain.inspection import Inspection
from services.support.domain.participation import Participation
from services.support.domain.product import Product
from services.support.domain.recovery import Recovery
from services.support.domain.task import Task

__all__ = ["STEP_IN_WORDS", "WAITING", "Waiting", "WaitingStep"]


class WaitingStep(StrEnum):
    """What has to be done next."""

    ENLISTING = "ENLISTING"
    CALL = "CALL"
    APPLICATION = "APPLICATION"
    COMPLETENESS_CHECK = "COMPLETENESS_CHECK"
    SUPPLEMENT = "SUPPLEMENT"
    COUNCIL = "COUNCIL"
    COUNCIL_PAPERS = "COUNCIL_PAPERS"
    COUNCIL_MEETING = "COUNCIL_MEETING"
    COUNCIL_MINUTES = "COUNCIL_MINUTES"
    COUNCIL_SUPPLEMENT = "COUNCIL_SUPPLEMENT"
    SUPPLEMENT_CONFIRMATION = "SUPPLEMENT_CONFIRMATION"
    DECISION = "DECISION"
    CONTRACT = "CONTRACT"
    DELIVERY = "DELIVERY"
    ACCEPTANCE = "ACCEPTANCE"
    PAYMENT = "PAYMENT"
    SETTLEMENT = "SETTLEMENT"
    SCREENING = "SCREENING"
    SELECTION = "SELECTION"
    IMPLEMENTATION = "IMPLEMENTATION"
    CERTIFICATION = "CERTIFICATION"
    PAYMENT_CLAIM = "PAYMENT_CLAIM"
    PAYOUT = "PAYOUT"
    CLOSING = "CLOSING"
    INSPECTION = "INSPECTION"
    EXPLANATION = "EXPLANATION"
    CONCLUSION = "CONCLUSION"
    CASE_EXAMINATION = "CASE_EXAMINATION"
    CASE_DECISION = "CASE_DECISION"
    FIXES = "FIXES"
    LIQUIDATION = "LIQUIDATION"
    ARCHIVING = "ARCHIVING"
    REPAYMENT = "REPAYMENT"
    SURVEILLANCE = "SURVEILLANCE"
    AWARD_DOSSIER = "AWARD_DOSSIER"
    AWARD_PRELIMINARY = "AWARD_PRELIMINARY"
    AWARD_SUBMISSION = "AWARD_SUBMISSION"
    AWARD_DECISION = "AWARD_DECISION"


STEP_IN_WORDS = {
    WaitingStep.ENLISTING: "đưa nhiệm vụ vào danh mục",
    WaitingStep.CALL: "thông báo mời",
    WaitingStep.APPLICATION: "nộp hồ sơ đăng ký",
    WaitingStep.COMPLETENESS_CHECK: "kiểm tra hồ sơ",
    WaitingStep.SUPPLEMENT: "bổ sung hồ sơ",
    WaitingStep.COUNCIL: "họp hội đồng xét chọn",
    WaitingStep.COUNCIL_PAPERS: "gửi giấy mời và tài liệu họp hội đồng",
    WaitingStep.COUNCIL_MEETING: "họp hội đồng và chấm điểm",
    WaitingStep.COUNCIL_MINUTES: "lập biên bản hội đồng",
    WaitingStep.COUNCIL_SUPPLEMENT: "bổ sung theo kết luận hội đồng",
    WaitingStep.SUPPLEMENT_CONFIRMATION: "xác nhận hồ sơ bổ sung",
    WaitingStep.DECISION: "quyết định phê duyệt",
    WaitingStep.CONTRACT: "ký hợp đồng",
    WaitingStep.DELIVERY: "thực hiện hợp đồng",
    WaitingStep.ACCEPTANCE: "nghiệm thu",
    WaitingStep.PAYMENT: "thanh toán",
    WaitingStep.SETTLEMENT: "quyết toán",
    WaitingStep.SCREENING: "xét điều kiện",
    WaitingStep.SELECTION: "quyết định hỗ trợ",
    WaitingStep.IMPLEMENTATION: "áp dụng tại cơ sở",
    WaitingStep.CERTIFICATION: "chứng nhận",
    WaitingStep.CASE_EXAMINATION: "xem xét vụ việc",
    WaitingStep.CASE_DECISION: "kết luận vụ việc",
    WaitingStep.PAYMENT_CLAIM: "đề nghị thanh toán",
    WaitingStep.PAYOUT: "chi trả theo đề nghị",
    WaitingStep.CLOSING: "kết thúc theo dõi",
    WaitingStep.FIXES: "khắc phục theo biên bản nghiệm thu",
    WaitingStep.LIQUIDATION: "thanh lý hợp đồng",
    WaitingStep.ARCHIVING: "lưu trữ hồ sơ",
    WaitingStep.REPAYMENT: "nộp trả kinh phí",
    WaitingStep.SURVEILLANCE: "đánh giá giám sát chứng chỉ",
    WaitingStep.AWARD_DOSSIER: "nộp hồ sơ dự giải",
    WaitingStep.AWARD_PRELIMINARY: "sơ tuyển hồ sơ dự giải",
    WaitingStep.AWARD_SUBMISSION: "gửi hồ sơ dự giải lên hội đồng quốc gia",
    WaitingStep.AWARD_DECISION: "kết quả xét tặng giải",
    WaitingStep.INSPECTION: "công bố phát hiện thanh tra",
    WaitingStep.EXPLANATION: "giải trình",
    WaitingStep.CONCLUSION: "kết luận thanh tra",
}


@dataclass(frozen=True)
class Waiting:
    """What is waited for after an event; nothing more where there is no step.

    ``names`` is the field of the event that names a day; ``keeps_named`` leaves the day that an earlier event named.
    ``by_host`` marks the events by which the host's body becomes known. Nothing more is waited for once the amount in
    the field ``until_zero`` is nothing, nor while the field ``unless`` holds something. What ``ends`` names is waited
    for on no record of the task any more. A milestone of a contract waits by itself: that ``of_milestone`` the event
    is about, or each that it ``plans_milestones`` with, by its own day, in place of those planned before.
    """

    step: WaitingStep | None
    names: str | None = None
    keeps_named: bool = False
    by_host: bool = False
    until_zero: str | None = None
    unless: str | None = None
    ends: tuple[WaitingStep, ...] = ()
    of_milestone: bool = False
    plans_milestones: bool = False

    def step_after(self, event: Record.Event) -> WaitingStep | None:
        """The step that this event leaves to be done."""
        is_over = self.until_zero and getattr(event, self.until_zero) == 0
        is_waived = self.unless and getattr(event, self.unless) is not None
        return None if is_over or is_waived else self.step


OF_COUNCILS = (
    WaitingStep.COUNCIL_PAPERS,
    WaitingStep.COUNCIL_MEETING,
    WaitingStep.COUNCIL_MINUTES,
    WaitingStep.COUNCIL_SUPPLEMENT,
    WaitingStep.SUPPLEMENT_CONFIRMATION,
)

UNTIL_JUDGED = (WaitingStep.DELIVERY, WaitingStep.FIXES)
"""What a milestone that may still be planned otherwise waits for."""
OF_MILESTONES = (*UNTIL_JUDGED, WaitingStep.ACCEPTANCE, WaitingStep.PAYMENT)

WAITING: Mapping[type[Record.Event], Waiting] = {
    Task.Proposed: Waiting(WaitingStep.ENLISTING),
    Task.Enlisted: Waiting(WaitingStep.CALL),
    Task.CallOpened: Waiting(WaitingStep.APPLICATION, names="closes_on"),
    Task.ApplicationSubmitted: Waiting(WaitingStep.COMPLETENESS_CHECK, keeps_named=True, by_host=True),
    Task.AppliedUnderCall: Waiting(WaitingStep.COMPLETENESS_CHECK, by_host=True),
    Task.ApplicationReturned: Waiting(WaitingStep.SUPPLEMENT, names="resubmit_by"),
    Task.ResubmissionExtended: Waiting(WaitingStep.SUPPLEMENT, names="resubmit_by"),
    Task.ApplicationResubmitted: Waiting(WaitingStep.COMPLETENESS_CHECK),
    Task.ApplicationValidated: Waiting(WaitingStep.COUNCIL),
    Task.ApplicationRejected: Waiting(WaitingStep.CALL),
    Task.DirectApplicationRejected: Waiting(None),
    Task.Withdrawn: Waiting(None, ends=OF_COUNCILS),
    Task.Scored: Waiting(WaitingStep.DECISION, unless="supplement_by"),
    Task.SupplementConfirmed: Waiting(WaitingStep.DECISION),
    Task.CouncilReconvened: Waiting(WaitingStep.COUNCIL),
    Task.Waitlisted: Waiting(WaitingStep.DECISION),
    Task.Approved: Waiting(WaitingStep.CONTRACT),
    Task.Declined: Waiting(None, ends=OF_COUNCILS),
    Task.Contracted: Waiting(None),
    Task.AcceptanceRequested: Waiting(None),
    Task.Accepted: Waiting(None),
    Task.Paid: Waiting(WaitingStep.SETTLEMENT),
    Task.Terminated: Waiting(WaitingStep.SETTLEMENT, ends=OF_COUNCILS + OF_MILESTONES),
    Task.Settled: Waiting(None),
    Council.Appointed: Waiting(WaitingStep.COUNCIL_PAPERS),
    Council.PapersSent: Waiting(WaitingStep.COUNCIL_MEETING, names="meeting_on"),
    Council.ScoreCast: Waiting(WaitingStep.COUNCIL_MINUTES, keeps_named=True),
    Council.Concluded: Waiting(None),
    Council.Reconvened: Waiting(WaitingStep.COUNCIL_PAPERS),
    CouncilSupplement.Demanded: Waiting(WaitingStep.COUNCIL_SUPPLEMENT, names="due_on"),
    CouncilSupplement.Supplied: Waiting(WaitingStep.SUPPLEMENT_CONFIRMATION),
    CouncilSupplement.Confirmed: Waiting(None),
    CouncilSupplement.Overtaken: Waiting(None),
    Participation.Registered: Waiting(WaitingStep.SCREENING, by_host=True),
    Participation.Screened: Waiting(WaitingStep.SELECTION),
    Participation.Waitlisted: Waiting(WaitingStep.SELECTION),
    Participation.Selected: Waiting(WaitingStep.IMPLEMENTATION),
    Participation.Committed: Waiting(WaitingStep.IMPLEMENTATION),
    Participation.Implemented: Waiting(WaitingStep.CERTIFICATION),
    Participation.Certified: Waiting(WaitingStep.PAYMENT_CLAIM),
    Participation.CertificateDenied: Waiting(WaitingStep.CLOSING),
    Participation.PaymentClaimed: Waiting(WaitingStep.PAYOUT),
    Participation.Paid: Waiting(WaitingStep.CLOSING),
    Participation.Monitored: Waiting(WaitingStep.CLOSING),
    Participation.Closed: Waiting(None),
    Participation.Refused: Waiting(None),
    Participation.Withdrawn: Waiting(None),
    Certificate.Presented: Waiting(WaitingStep.SURVEILLANCE),
    Certificate.Surveilled: Waiting(WaitingStep.SURVEILLANCE),
    Certificate.Suspended: Waiting(None),
    Certificate.Reinstated: Waiting(WaitingStep.SURVEILLANCE),
    Certificate.Withdrawn: Waiting(None),
    Certificate.Renewed: Waiting(None),
    Product.Certified: Waiting(WaitingStep.SURVEILLANCE),
    Product.Surveilled: Waiting(WaitingStep.SURVEILLANCE),
    Product.Suspended: Waiting(None),
    Product.Reinstated: Waiting(WaitingStep.SURVEILLANCE),
    Product.Withdrawn: Waiting(None),
    Product.Renewed: Waiting(None),
    Award.Nominated: Waiting(WaitingStep.AWARD_DOSSIER),
    Award.DossierReceived: Waiting(WaitingStep.AWARD_PRELIMINARY),
    Award.PreliminaryConcluded: Waiting(WaitingStep.AWARD_SUBMISSION, unless="not_recommended"),
    Award.Submitted: Waiting(WaitingStep.AWARD_DECISION),
    Award.Decided: Waiting(None),
    Award.Withdrawn: Waiting(None),
    Contract.Signed: Waiting(WaitingStep.DELIVERY, plans_milestones=True),
    Contract.Amended: Waiting(WaitingStep.DELIVERY, plans_milestones=True),
    Contract.AcceptanceRequested: Waiting(WaitingStep.ACCEPTANCE, of_milestone=True),
    Contract.FixesRequired: Waiting(WaitingStep.FIXES, names="fixes_due_on", of_milestone=True),
    Contract.MilestoneAccepted: Waiting(WaitingStep.PAYMENT, of_milestone=True),
    Contract.MilestoneFailed: Waiting(None, of_milestone=True),
    Contract.MilestonePaid: Waiting(None, of_milestone=True),
    Contract.Settled: Waiting(WaitingStep.LIQUIDATION),
    Contract.Liquidated: Waiting(WaitingStep.ARCHIVING),
    Contract.Archived: Waiting(None),
    Recovery.Ordered: Waiting(WaitingStep.REPAYMENT, names="due_on"),
    Recovery.InstalmentReceived: Waiting(WaitingStep.REPAYMENT, keeps_named=True, until_zero="outstanding_vnd"),
    Recovery.WrittenOff: Waiting(None),
    Inspection.Opened: Waiting(WaitingStep.INSPECTION),
    Inspection.FindingsAnnounced: Waiting(WaitingStep.EXPLANATION, names="answer_by"),
    Inspection.Answered: Waiting(WaitingStep.CONCLUSION),
    Inspection.Concluded: Waiting(None),
    Case.Opened: Waiting(WaitingStep.CASE_EXAMINATION),
    Case.FactAdded: Waiting(WaitingStep.CASE_EXAMINATION),
    Case.FactRevised: Waiting(WaitingStep.CASE_EXAMINATION),
    Case.Reopened: Waiting(WaitingStep.CASE_EXAMINATION),
    Case.Examined: Waiting(WaitingStep.CASE_DECISION),
    Case.Confirmed: Waiting(None),
    Case.Dismissed: Waiting(None),
}
