"""A support task, from proposal to settlement: a delivering organisation's for several enterprises, or one's own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar, Self
from uuid import UUID

from services.shared.proceeding import Proceeding
from services.shared.record import Act, document_of, must_be_another_than, recorded_by
from services.support.domain.budget_line import BudgetLine
from services.support.domain.catalogue import Catalogue
from services.support.domain.checklist import ContentChecklist, check_papers, must_differ
from services.support.domain.council import Council, in_points
from services.support.domain.money import in_dong
from services.support.domain.task_refusals import (
    ActualCostsDiffer,
    BudgetLineOfAnotherCatalogue,
    BudgetLineOfAnotherYear,
    CallEndsBeforeItStarts,
    ContentNotCalledFor,
    ContentsMissing,
    ContractAboveDecision,
    ContractLinesDiffer,
    DeadlineInThePast,
    ExtendedTooLate,
    NothingSelected,
    NotTheHost,
    OutsideCallWindow,
    PaperUnknown,
    ParticipationNamedTwice,
    ParticipationNotInTask,
    ParticipationsMissing,
    QuotaExceeded,
    ResubmittedTooLate,
    SupplementNotConfirmed,
    SurveyInTheFuture,
    TaskBelowPassMark,
    TaskNotInStep,
    TaskNotSurveyed,
    TaskOfAnotherChannel,
)
from services.support.domain.task_terms import (
    STATUS_IN_WORDS,
    ActualCost,
    Grant,
    Paper,
    PaperFault,
    ParticipationAmount,
    ParticipationLine,
    PaymentLine,
    TaskStatus,
)

__all__ = ["Task"]

AWAITING_DECISION = (TaskStatus.SCORED, TaskStatus.WAITLISTED)
WITHDRAWABLE = (TaskStatus.RECEIVED, TaskStatus.RETURNED, TaskStatus.VALID, *AWAITING_DECISION, TaskStatus.APPROVED)
CARRIED_OUT = (TaskStatus.CONTRACTED, TaskStatus.ACCEPTANCE_REQUESTED, TaskStatus.ACCEPTED)


class Task(Proceeding):
    """A support task (nhiệm vụ): a host's for a list of enterprises, or an enterprise's own under a grant call."""

    TOPIC = "support:Task"

    class Event(Proceeding.Event):
        """Something that happened to a task (sự kiện của nhiệm vụ)."""

    class Proposed(Event, Proceeding.Created):
        """A task was proposed (đề xuất nhiệm vụ)."""

        TOPIC = "support:Task.Proposed"
        title: str
        year: int
        budget_line_id: UUID
        catalogue_id: UUID
        content_codes: tuple[str, ...]

        def sentence(self) -> str:
            return f"Đề xuất nhiệm vụ “{self.title}” năm {self.year}, hỗ trợ {', '.join(self.content_codes)}."

    Created = Proposed

    class Enlisted(Event):
        """The task was put on the approved list (đưa vào danh mục)."""

        TOPIC = "support:Task.Enlisted"

        def sentence(self) -> str:
            return f"Đưa nhiệm vụ vào danh mục theo {self.act.document}."

    class CallOpened(Event):
        """Delivering organisations were called (thông báo mời)."""

        TOPIC = "support:Task.CallOpened"
        class_version: ClassVar[int] = 2
        opens_on: date
        closes_on: date
        quota: int
        checklists: tuple[ContentChecklist, ...]
        accreditation_required: bool

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            """Calls asked for no papers, and of no host for an accreditation, until these came."""
            state["checklists"] = []
            state["accreditation_required"] = False

        def sentence(self) -> str:
            window = f"từ {self.opens_on:%d/%m/%Y} đến {self.closes_on:%d/%m/%Y}"
            return f"Thông báo mời {self.act.document}: nhận hồ sơ {window}, {self.quota} suất tham gia."

    class ApplicationSubmitted(Event):
        """A host submitted its application (nộp hồ sơ đăng ký)."""

        TOPIC = "support:Task.ApplicationSubmitted"
        host_organisation_id: UUID
        participation_ids: tuple[UUID, ...]

        def sentence(self) -> str:
            return f"Tổ chức chủ trì nộp hồ sơ đăng ký với {len(self.participation_ids)} suất tham gia."

    class ReceiptGiven(Event):
        """The application was receipted under a number (cấp giấy tiếp nhận hồ sơ)."""

        TOPIC = "support:Task.ReceiptGiven"
        receipt: str

        def sentence(self) -> str:
            return f"Cấp giấy tiếp nhận hồ sơ số {self.receipt}."

    class ApplicationReturned(Event):
        """The application was returned for supplement (trả lại bổ sung)."""

        TOPIC = "support:Task.ApplicationReturned"
        class_version: ClassVar[int] = 2
        reason: str
        resubmit_by: date
        faults: tuple[PaperFault, ...]

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            """What is wrong with each paper came later; until then the reason was all."""
            state["faults"] = []

        def sentence(self) -> str:
            faults = "".join(f" {fault.item_code} ({fault.content_code}): {fault.reason}." for fault in self.faults)
            return f"Trả lại hồ sơ để bổ sung, hạn {self.resubmit_by:%d/%m/%Y}. Lý do: {self.reason}{faults}"

    class ResubmissionExtended(Event):
        """The deadline for the supplement was put off for a written reason (gia hạn bổ sung hồ sơ)."""

        TOPIC = "support:Task.ResubmissionExtended"
        resubmit_by: date
        reason: str

        def sentence(self) -> str:
            until = f"đến {self.resubmit_by:%d/%m/%Y} theo {self.act.document}"
            return f"Gia hạn bổ sung hồ sơ {until}. Lý do: {self.reason}"

    class ApplicationResubmitted(Event):
        """The host submitted the corrected application (nộp lại hồ sơ)."""

        TOPIC = "support:Task.ApplicationResubmitted"
        participation_ids: tuple[UUID, ...]

        def sentence(self) -> str:
            return f"Tổ chức chủ trì nộp lại hồ sơ đã bổ sung với {len(self.participation_ids)} suất tham gia."

    class AppliedUnderCall(Event):
        """An enterprise applied for itself under a grant call (nộp hồ sơ hỗ trợ trực tiếp)."""

        TOPIC = "support:Task.AppliedUnderCall"
        grant_call_id: UUID
        enterprise_id: UUID
        participation_ids: tuple[UUID, ...]
        receipt_number: int

        def sentence(self) -> str:
            count = len(self.participation_ids)
            return f"Cơ sở nộp hồ sơ hỗ trợ trực tiếp, số tiếp nhận {self.receipt_number}, với {count} nội dung."

    class PapersFiled(Event):
        """The papers of the checklist were filed (nộp thành phần hồ sơ)."""

        TOPIC = "support:Task.PapersFiled"
        papers: tuple[Paper, ...]

        def sentence(self) -> str:
            return f"Nộp {len(self.papers)} thành phần hồ sơ."

    class DirectApplicationRejected(Event):
        """A direct application was given back for a written reason (trả hồ sơ hỗ trợ trực tiếp)."""

        TOPIC = "support:Task.DirectApplicationRejected"
        reason: str

        def sentence(self) -> str:
            return f"Trả hồ sơ hỗ trợ trực tiếp, không xem xét. Lý do: {self.reason}"

    class Surveyed(Event):
        """Somebody went to see the enterprise (khảo sát thực tế)."""

        TOPIC = "support:Task.Surveyed"
        surveyed_on: date
        favourable: bool
        findings: str

        def sentence(self) -> str:
            verdict = "phù hợp" if self.favourable else "chưa phù hợp"
            when = f"ngày {self.surveyed_on:%d/%m/%Y}, biên bản {self.act.document}"
            return f"Khảo sát thực tế {when}: {verdict}. {self.findings}"

    class Withdrawn(Event):
        """Who applied took the whole application back (rút hồ sơ)."""

        TOPIC = "support:Task.Withdrawn"
        reason: str
        released_vnd: int

        def sentence(self) -> str:
            return f"Rút hồ sơ, hoàn lại nguồn {in_dong(self.released_vnd)}. Lý do: {self.reason}"

    class ParticipationLeft(Event):
        """Who applied took one participation off the application (rút một nội dung)."""

        TOPIC = "support:Task.ParticipationLeft"
        participation_id: UUID
        reason: str
        released_vnd: int

        def sentence(self) -> str:
            return f"Rút một suất tham gia, hoàn lại nguồn {in_dong(self.released_vnd)}. Lý do: {self.reason}"

    class ApplicationValidated(Event):
        """The application was found complete (hồ sơ hợp lệ)."""

        TOPIC = "support:Task.ApplicationValidated"

        def sentence(self) -> str:
            return "Kiểm tra hồ sơ: đầy đủ, hợp lệ."

    class ApplicationRejected(Event):
        """The application was rejected (từ chối hồ sơ)."""

        TOPIC = "support:Task.ApplicationRejected"
        reason: str

        def sentence(self) -> str:
            return f"Từ chối hồ sơ đăng ký. Lý do: {self.reason}"

    class Scored(Event):
        """The council scored the task (chấm điểm)."""

        TOPIC = "support:Task.Scored"
        class_version: ClassVar[int] = 2
        council_id: UUID
        average_hundredths: int
        passed: bool
        supplement_by: date | None

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            """Councils used to pass a task or not, without condition."""
            state["supplement_by"] = None

        def sentence(self) -> str:
            verdict = "đạt" if self.passed else "không đạt"
            condition = f", với điều kiện bổ sung đến {self.supplement_by:%d/%m/%Y}" if self.supplement_by else ""
            return f"Hội đồng chấm nhiệm vụ {in_points(self.average_hundredths)} điểm: {verdict}{condition}."

    class SupplementConfirmed(Event):
        """What the council wanted supplied is there: its pass counts (xác nhận bổ sung hồ sơ của nhiệm vụ)."""

        TOPIC = "support:Task.SupplementConfirmed"

        def sentence(self) -> str:
            return "Hồ sơ nhiệm vụ đã bổ sung theo kết luận hội đồng; chờ quyết định."

    class CouncilReconvened(Event):
        """The task waits for its council, which meets again (đưa nhiệm vụ ra hội đồng họp lại)."""

        TOPIC = "support:Task.CouncilReconvened"

        def sentence(self) -> str:
            return f"Đưa nhiệm vụ ra hội đồng họp lại theo {self.act.document}."

    class Approved(Event):
        """UBND approved the task (phê duyệt nhiệm vụ)."""

        TOPIC = "support:Task.Approved"
        norms_id: UUID
        budget_line_id: UUID
        amount_vnd: int
        grants: tuple[Grant, ...]

        def sentence(self) -> str:
            granted = f"{in_dong(self.amount_vnd)} cho {len(self.grants)} suất tham gia"
            return f"Phê duyệt nhiệm vụ bằng quyết định {self.act.document}: hỗ trợ {granted}."

    class Waitlisted(Event):
        """UBND left the whole task waiting for money or places (đưa nhiệm vụ vào danh sách chờ)."""

        TOPIC = "support:Task.Waitlisted"
        reason: str

        def sentence(self) -> str:
            return f"Đưa nhiệm vụ vào danh sách chờ theo {self.act.document}. Lý do: {self.reason}"

    class SelectedFromWaitlist(Event):
        """UBND selected participations that had waited (chọn từ danh sách chờ)."""

        TOPIC = "support:Task.SelectedFromWaitlist"
        amount_vnd: int
        grants: tuple[Grant, ...]
        skip_reason: str | None

        def sentence(self) -> str:
            granted = f"{in_dong(self.amount_vnd)} cho {len(self.grants)} suất tham gia"
            reason = f" Lý do chọn khác thứ tự: {self.skip_reason}" if self.skip_reason else ""
            return f"Chọn từ danh sách chờ theo {self.act.document}: hỗ trợ thêm {granted}.{reason}"

    class WaitlistedRefused(Event):
        """UBND refused participations that had waited (không chọn từ danh sách chờ)."""

        TOPIC = "support:Task.WaitlistedRefused"
        participation_ids: tuple[UUID, ...]
        reason: str

        def sentence(self) -> str:
            count = len(self.participation_ids)
            return f"Không chọn {count} hồ sơ trong danh sách chờ theo {self.act.document}. Lý do: {self.reason}"

    class Declined(Event):
        """UBND declined the task (không phê duyệt)."""

        TOPIC = "support:Task.Declined"
        reason: str

        def sentence(self) -> str:
            return f"Không phê duyệt nhiệm vụ theo {self.act.document}. Lý do: {self.reason}"

    class Contracted(Event):
        """The contract was signed (ký hợp đồng)."""

        TOPIC = "support:Task.Contracted"
        amount_vnd: int
        lines: tuple[ParticipationAmount, ...]

        def sentence(self) -> str:
            return f"Ký hợp đồng {self.act.document} trị giá {in_dong(self.amount_vnd)}."

    class ProgressReported(Event):
        """The host reported progress (báo cáo tiến độ)."""

        TOPIC = "support:Task.ProgressReported"
        progress_percent: int
        summary: str

        def sentence(self) -> str:
            return f"Báo cáo tiến độ {self.progress_percent}%: {self.summary}"

    class AcceptanceRequested(Event):
        """The host asked for acceptance (đề nghị nghiệm thu)."""

        TOPIC = "support:Task.AcceptanceRequested"
        summary: str

        def sentence(self) -> str:
            return f"Đề nghị nghiệm thu: {self.summary}"

    class Accepted(Event):
        """The results were accepted (nghiệm thu)."""

        TOPIC = "support:Task.Accepted"
        actual_costs: tuple[ActualCost, ...]

        def sentence(self) -> str:
            total = in_dong(sum(cost.actual_cost_vnd for cost in self.actual_costs))
            return f"Nghiệm thu nhiệm vụ theo biên bản {self.act.document}; chi phí thực tế {total}."

    class Paid(Event):
        """The accepted task was paid (thanh toán)."""

        TOPIC = "support:Task.Paid"
        budget_line_id: UUID
        amount_vnd: int
        payments: tuple[PaymentLine, ...]

        def sentence(self) -> str:
            return f"Thanh toán {in_dong(self.amount_vnd)} cho {len(self.payments)} suất tham gia."

    class Terminated(Event):
        """The task ended with its contract before its time (chấm dứt nhiệm vụ)."""

        TOPIC = "support:Task.Terminated"
        amount_vnd: int
        released_vnd: int
        reason: str

        def sentence(self) -> str:
            books = f"đã chi {in_dong(self.amount_vnd)}, hoàn lại nguồn {in_dong(self.released_vnd)}"
            return f"Chấm dứt nhiệm vụ theo {self.act.document}: {books}. Lý do: {self.reason}"

    class Settled(Event):
        """The task was settled (quyết toán)."""

        TOPIC = "support:Task.Settled"
        amount_vnd: int
        released_vnd: int

        def sentence(self) -> str:
            return f"Quyết toán {in_dong(self.amount_vnd)}; hoàn lại nguồn {in_dong(self.released_vnd)}."

    class MovedToLine(Event):
        """What the task holds was carried over to the next year's line (chuyển nguồn của nhiệm vụ)."""

        TOPIC = "support:Task.MovedToLine"
        budget_line_id: UUID

        def sentence(self) -> str:
            return f"Chuyển nguồn kinh phí của nhiệm vụ sang dòng dự toán năm sau theo {self.act.document}."

    @recorded_by(Proposed)
    def __init__(
        self,
        act: Act,
        title: str,
        year: int,
        budget_line_id: UUID,
        catalogue_id: UUID,
        content_codes: tuple[str, ...],
    ) -> None:
        self.title = title
        self.year = year
        self.budget_line_id = budget_line_id
        self.earlier_line_ids: tuple[UUID, ...] = ()
        self.catalogue_id = catalogue_id
        self.content_codes = content_codes
        self.status = TaskStatus.PROPOSED
        self.prepared_by = frozenset({act.person_id})
        self.opens_on: date | None = None
        self.closes_on: date | None = None
        self.quota = 0
        self.call_body: str | None = None
        self.checklists: tuple[ContentChecklist, ...] = ()
        self.accreditation_required = False
        self.receipt: str | None = None
        self.host_organisation_id: UUID | None = None
        self.host_body: str | None = None
        self.submitters: frozenset[UUID] = frozenset()
        self.participation_ids: tuple[UUID, ...] = ()
        self.resubmit_by: date | None = None
        self.grant_call_id: UUID | None = None
        self.receipt_number = 0
        self.papers: tuple[Paper, ...] = ()
        self.faults: tuple[PaperFault, ...] = ()
        self.surveyed_on: date | None = None
        self.survey_unfavourable = False
        self.left_ids: frozenset[UUID] = frozenset()
        self.reason: str | None = None
        self.council_id: UUID | None = None
        self.average_hundredths = 0
        self.passed = False
        self.supplement_by: date | None = None
        self.norms_id: UUID | None = None
        self.decision: str | None = None
        self.decided_vnd = self.contracted_vnd = self.paid_vnd = self.progress_percent = 0
        self.grants: Mapping[UUID, Grant] = {}
        self.contracted_vnd_of: Mapping[UUID, int] = {}
        self.actual_cost_vnd_of: Mapping[UUID, int] = {}
        self.payments: tuple[PaymentLine, ...] = ()
        self.approved_by: UUID | None = None
        self.deciders: frozenset[UUID] = frozenset()
        self.acceptance_requested_by: UUID | None = None
        self.accepted_by: UUID | None = None
        self.paid_by: UUID | None = None

    @classmethod
    def propose(
        cls,
        act: Act,
        catalogue: Catalogue,
        line: BudgetLine,
        *,
        title: str,
        year: int,
        content_codes: tuple[str, ...],
    ) -> Self:
        """A task that is to support some contents with a line's money.

        Raises ContentsMissing, ContentUnknown, BudgetLineOfAnotherCatalogue and BudgetLineOfAnotherYear.
        """
        if not content_codes or len(set(content_codes)) < len(content_codes):
            raise ContentsMissing("content_codes")
        for index, content_code in enumerate(content_codes):
            catalogue.content(f"content_codes[{index}]", content_code)
        if line.catalogue_id != catalogue.id:
            raise BudgetLineOfAnotherCatalogue
        if line.year != year:
            raise BudgetLineOfAnotherYear(year=year, line_year=line.year)
        return cls(
            act=act,
            title=title,
            year=year,
            budget_line_id=line.id,
            catalogue_id=catalogue.id,
            content_codes=content_codes,
        )

    def enlist(self, act: Act, line: BudgetLine) -> None:
        """The task is put on the list of the year, on approved money.

        Raises DocumentMissing, TaskNotInStep, ActedBefore and BudgetLineNotApproved.
        """
        document_of(act)
        self._must_be(TaskStatus.PROPOSED)
        must_be_another_than(act, *self.prepared_by)
        line.must_be_approved()
        self._enlisted(act=act)

    @recorded_by(Enlisted)
    def _enlisted(self, act: Act) -> None:
        self.status = TaskStatus.ENLISTED
        self.prepared_by = self.prepared_by | {act.person_id}

    def open_call(
        self,
        act: Act,
        *,
        opens_on: date,
        closes_on: date,
        quota: int,
        checklists: tuple[ContentChecklist, ...] = (),
        accreditation_required: bool = False,
    ) -> None:
        """The call, or a new one after an application was rejected or the window passed without any.

        It may ask for papers, and that the host is accredited on the day it applies.

        Raises DocumentMissing, TaskNotInStep, TaskOfAnotherChannel, CallEndsBeforeItStarts, ContentNotCalledFor,
        ContentsMissing and ChecklistCodeNamedTwice.
        """
        document_of(act)
        passed = self.closes_on is not None and act.effective_on > self.closes_on
        unanswered = (TaskStatus.OPEN,) if passed else ()
        self._must_be(TaskStatus.ENLISTED, TaskStatus.REJECTED, *unanswered)
        if self.grant_call_id is not None:
            raise TaskOfAnotherChannel(channel=self.channel_in_words)
        if closes_on < opens_on:
            raise CallEndsBeforeItStarts("closes_on")
        self._check_checklists(checklists)
        self._call_opened(
            act=act,
            opens_on=opens_on,
            closes_on=closes_on,
            quota=quota,
            checklists=checklists,
            accreditation_required=accreditation_required,
        )

    def _check_checklists(self, checklists: tuple[ContentChecklist, ...]) -> None:
        codes = [checklist.content_code for checklist in checklists]
        for index, checklist in enumerate(checklists):
            if checklist.content_code not in self.content_codes:
                raise ContentNotCalledFor(content_code=checklist.content_code)
            if checklist.content_code in codes[:index]:
                raise ContentsMissing(f"checklists[{index}].content_code")
            must_differ(f"checklists[{index}].items", checklist.items)

    @recorded_by(CallOpened)
    def _call_opened(
        self,
        act: Act,
        opens_on: date,
        closes_on: date,
        quota: int,
        checklists: tuple[ContentChecklist, ...],
        accreditation_required: bool,
    ) -> None:
        self.status = TaskStatus.OPEN
        self.call_body = act.body
        self.checklists = checklists
        self.accreditation_required = accreditation_required
        self.opens_on = opens_on
        self.closes_on = closes_on
        self.quota = quota
        self.host_organisation_id = self.host_body = self.reason = self.receipt = None
        self.participation_ids = ()
        self.papers = ()
        self.faults = ()

    def check_lines(self, catalogue: Catalogue, lines: tuple[ParticipationLine, ...]) -> None:
        """What an application lists fits the call.

        Raises ParticipationsMissing, QuotaExceeded, ParticipationNamedTwice, ContentNotCalledFor, PriorityUnknown and
        ProductsMiscounted.
        """
        if not lines:
            raise ParticipationsMissing("participations")
        if len(lines) > self.quota:
            raise QuotaExceeded(quota=self.quota, count=len(lines))
        seen: set[tuple[UUID, str]] = set()
        for index, line in enumerate(lines):
            if (line.enterprise_id, line.content_code) in seen:
                raise ParticipationNamedTwice(f"participations[{index}]", content_code=line.content_code)
            seen.add((line.enterprise_id, line.content_code))
            if line.content_code not in self.content_codes:
                raise ContentNotCalledFor(content_code=line.content_code)
            catalogue.must_have_priorities(f"participations[{index}].priority_codes", line.priority_codes)
            line.check_products(f"participations[{index}].unit_keys")

    def check_papers(self, lines: tuple[ParticipationLine, ...], papers: tuple[Paper, ...]) -> None:
        """An application holds what the call asks for, once for each content that it lists.

        Raises ChecklistIncomplete and PaperNotOnChecklist.
        """
        checklists = {checklist.content_code: checklist.items for checklist in self.checklists}
        check_papers(checklists, dict.fromkeys(line.content_code for line in lines), papers)

    def check_submittable(self, act: Act) -> None:
        """An application would be received now.

        Raises TaskNotInStep and OutsideCallWindow.
        """
        self._must_be(TaskStatus.OPEN)
        assert self.opens_on is not None
        assert self.closes_on is not None
        if not self.opens_on <= act.effective_on <= self.closes_on:
            raise OutsideCallWindow(opens_on=self.opens_on, closes_on=self.closes_on)

    def submit_application(
        self,
        act: Act,
        *,
        host_organisation_id: UUID,
        participation_ids: tuple[UUID, ...],
        papers: tuple[Paper, ...] = (),
    ) -> None:
        """A host applies; the body it acts for is the only one that may act for it later.

        Raises TaskNotInStep and OutsideCallWindow.
        """
        self.check_submittable(act)
        self._application_submitted(
            act=act, host_organisation_id=host_organisation_id, participation_ids=participation_ids
        )
        if papers:
            self._papers_filed(act=act, papers=papers)

    @recorded_by(ApplicationSubmitted)
    def _application_submitted(self, act: Act, host_organisation_id: UUID, participation_ids: tuple[UUID, ...]) -> None:
        self.status = TaskStatus.RECEIVED
        self.host_organisation_id = host_organisation_id
        self.host_body = act.body
        self.submitters = self.submitters | {act.person_id}
        self.participation_ids = participation_ids

    def give_receipt(self, act: Act, *, receipt: str) -> None:
        """The number under which the application was received, given out in the same append."""
        self._receipt_given(act=act, receipt=receipt)

    @recorded_by(ReceiptGiven)
    def _receipt_given(self, act: Act, receipt: str) -> None:
        self.receipt = receipt

    @property
    def channel_in_words(self) -> str:
        """Which of the two ways of support the task goes."""
        return "hỗ trợ trực tiếp" if self.grant_call_id is not None else "do tổ chức chủ trì thực hiện"

    def apply_under_call(
        self,
        act: Act,
        *,
        grant_call_id: UUID,
        receipt_number: int,
        enterprise_id: UUID,
        participation_ids: tuple[UUID, ...],
        papers: tuple[Paper, ...],
    ) -> None:
        """An enterprise's own application, which the call has received: its body alone may act for it later.

        Raises TaskNotInStep.
        """
        self._must_be(TaskStatus.PROPOSED)
        self._applied_under_call(
            act=act,
            grant_call_id=grant_call_id,
            enterprise_id=enterprise_id,
            participation_ids=participation_ids,
            receipt_number=receipt_number,
        )
        self._papers_filed(act=act, papers=papers)

    @recorded_by(AppliedUnderCall)
    def _applied_under_call(
        self,
        act: Act,
        grant_call_id: UUID,
        enterprise_id: UUID,
        participation_ids: tuple[UUID, ...],
        receipt_number: int,
    ) -> None:
        self.status = TaskStatus.RECEIVED
        self.grant_call_id = grant_call_id
        self.receipt_number = receipt_number
        self.host_organisation_id = enterprise_id
        self.host_body = act.body
        self.submitters = frozenset({act.person_id})
        self.participation_ids = participation_ids
        self.quota = len(participation_ids)

    @recorded_by(PapersFiled)
    def _papers_filed(self, act: Act, papers: tuple[Paper, ...]) -> None:
        self.papers = papers
        self.faults = ()

    def return_application(
        self, act: Act, *, reason: str, resubmit_by: date, faults: tuple[PaperFault, ...] = ()
    ) -> None:
        """The application lacks something; the host has until a day to supply it.

        Raises TaskNotInStep, DeadlineInThePast and PaperUnknown.
        """
        self._must_be(TaskStatus.RECEIVED)
        if resubmit_by <= act.effective_on:
            raise DeadlineInThePast("resubmit_by")
        known = {(paper.content_code, paper.item_code) for paper in self.papers}
        for index, fault in enumerate(faults):
            if (fault.content_code, fault.item_code) not in known:
                raise PaperUnknown(f"faults[{index}]", item_code=fault.item_code, content_code=fault.content_code)
        self._application_returned(act=act, reason=reason, resubmit_by=resubmit_by, faults=faults)

    @recorded_by(ApplicationReturned)
    def _application_returned(self, act: Act, reason: str, resubmit_by: date, faults: tuple[PaperFault, ...]) -> None:
        self.status = TaskStatus.RETURNED
        self.faults = faults
        self.reason = reason
        self.returned_on = act.effective_on
        self.resubmit_by = resubmit_by

    def extend_resubmission(self, act: Act, *, resubmit_by: date, reason: str, ruled_until: date | None = None) -> None:
        """A returned application may be supplied until a later day, as said in writing while there is time.

        ``ruled_until`` is as for check_resubmittable. Raises DocumentMissing, TaskNotInStep, ExtendedTooLate and
        DeadlineInThePast.
        """
        document_of(act)
        self._must_be(TaskStatus.RETURNED)
        last_day = self._resubmittable_until(ruled_until)
        if act.effective_on > last_day:
            raise ExtendedTooLate(last_day=last_day)
        if resubmit_by <= last_day:
            raise DeadlineInThePast("resubmit_by")
        self._resubmission_extended(act=act, resubmit_by=resubmit_by, reason=reason)

    @recorded_by(ResubmissionExtended)
    def _resubmission_extended(self, act: Act, resubmit_by: date, reason: str) -> None:
        self.resubmit_by = resubmit_by

    def check_resubmittable(self, act: Act, ruled_until: date | None = None) -> None:
        """A corrected application of this host would be received now.

        ``ruled_until`` is the last day by the rule on supplements, which gives no less than the day that was named;
        None where no rule is in force. Raises TaskNotInStep, NotTheHost and ResubmittedTooLate.
        """
        self._must_be(TaskStatus.RETURNED)
        self.must_be_host(act)
        last_day = self._resubmittable_until(ruled_until)
        if act.effective_on > last_day:
            raise ResubmittedTooLate(resubmit_by=last_day)

    def _resubmittable_until(self, ruled_until: date | None) -> date:
        assert self.resubmit_by is not None
        return max(self.resubmit_by, ruled_until or self.resubmit_by)

    def resubmit_application(
        self,
        act: Act,
        *,
        participation_ids: tuple[UUID, ...],
        papers: tuple[Paper, ...] = (),
        ruled_until: date | None = None,
    ) -> None:
        """The corrected application, in time.

        Raises what check_resubmittable does.
        """
        self.check_resubmittable(act, ruled_until)
        self._application_resubmitted(act=act, participation_ids=participation_ids)
        if papers:
            self._papers_filed(act=act, papers=papers)

    @recorded_by(ApplicationResubmitted)
    def _application_resubmitted(self, act: Act, participation_ids: tuple[UUID, ...]) -> None:
        self.status = TaskStatus.RECEIVED
        self.submitters = self.submitters | {act.person_id}
        self.participation_ids = participation_ids
        self.reason = self.resubmit_by = None

    def resubmit_papers(self, act: Act, *, papers: tuple[Paper, ...], ruled_until: date | None = None) -> None:
        """The corrected papers of a direct application, in time; its contents stay as they were.

        Raises TaskOfAnotherChannel, TaskNotInStep, NotTheHost and ResubmittedTooLate.
        """
        if self.grant_call_id is None:
            raise TaskOfAnotherChannel(channel=self.channel_in_words)
        self.resubmit_application(act, participation_ids=self.participation_ids, papers=papers, ruled_until=ruled_until)

    def validate_application(self, act: Act) -> None:
        """The application is complete.

        Raises TaskNotInStep and ActedBefore.
        """
        self._must_be(TaskStatus.RECEIVED)
        must_be_another_than(act, *self.submitters)
        self._application_validated(act=act)

    @recorded_by(ApplicationValidated)
    def _application_validated(self, act: Act) -> None:
        self.status = TaskStatus.VALID
        self.prepared_by = self.prepared_by | {act.person_id}

    def reject_application(self, act: Act, *, reason: str) -> None:
        """The application cannot be accepted; a task for a host may be called for again.

        Raises TaskNotInStep.
        """
        self._must_be(TaskStatus.RECEIVED, TaskStatus.RETURNED, TaskStatus.VALID)
        if self.grant_call_id is not None:
            self._direct_application_rejected(act=act, reason=reason)
        else:
            self._application_rejected(act=act, reason=reason)

    @recorded_by(DirectApplicationRejected)
    def _direct_application_rejected(self, act: Act, reason: str) -> None:
        self.status = TaskStatus.REJECTED
        self.reason = reason

    @recorded_by(ApplicationRejected)
    def _application_rejected(self, act: Act, reason: str) -> None:
        self.status = TaskStatus.REJECTED
        self.reason = reason

    def record_survey(self, act: Act, *, surveyed_on: date, favourable: bool, findings: str) -> None:
        """The minutes of a visit to who applied directly, before the council meets.

        Raises DocumentMissing, TaskOfAnotherChannel, TaskNotInStep, ActedBefore and SurveyInTheFuture.
        """
        document_of(act)
        if self.grant_call_id is None:
            raise TaskOfAnotherChannel(channel=self.channel_in_words)
        self._must_be(TaskStatus.VALID)
        must_be_another_than(act, *self.submitters)
        if surveyed_on > act.effective_on:
            raise SurveyInTheFuture("surveyed_on")
        self._surveyed(act=act, surveyed_on=surveyed_on, favourable=favourable, findings=findings)

    @recorded_by(Surveyed)
    def _surveyed(self, act: Act, surveyed_on: date, favourable: bool, findings: str) -> None:
        self.surveyed_on = surveyed_on
        self.survey_unfavourable = not favourable
        self.prepared_by = self.prepared_by | {act.person_id}

    def must_be_ready_for_council(self) -> None:
        """Raises TaskNotInStep, and TaskNotSurveyed for a direct application that nobody went to see."""
        self._must_be(TaskStatus.VALID)
        if self.grant_call_id is not None and self.surveyed_on is None:
            raise TaskNotSurveyed

    def withdraw(self, act: Act, *, reason: str) -> None:
        """Who applied takes everything back, until there is a contract, which has its own ways to end.

        Raises TaskNotInStep and NotTheHost.
        """
        self._must_be(*WITHDRAWABLE)
        self.must_be_host(act)
        self._withdrawn(act=act, reason=reason, released_vnd=self.granted_vnd)

    @property
    def granted_vnd(self) -> int:
        """What the decision grants to those that have not withdrawn since (đồng)."""
        return sum(grant.amount_vnd for grant in self.standing_grants.values())

    @property
    def standing_grants(self) -> Mapping[UUID, Grant]:
        """What the decision granted, but to those that have withdrawn since."""
        return {each: grant for each, grant in self.grants.items() if each not in self.left_ids}

    def standing_ids(self, waiting_ids: tuple[UUID, ...]) -> frozenset[UUID]:
        """What may still come to something: after a decision what it granted, and ``waiting_ids``; before, all."""
        decided = frozenset((*self.standing_grants, *waiting_ids))
        return decided if self.grants or waiting_ids else frozenset(self.participation_ids)

    @recorded_by(Withdrawn)
    def _withdrawn(self, act: Act, reason: str, released_vnd: int) -> None:
        self.status = TaskStatus.WITHDRAWN
        self.reason = reason

    def let_leave(self, act: Act, *, participation_id: UUID, reason: str, waiting_ids: tuple[UUID, ...] = ()) -> int:
        """Who applied takes one participation off, until there is a contract; how much of the decision this frees.

        The last one leaves by the withdrawal of the whole. Raises TaskNotInStep, NotTheHost, ParticipationNotInTask and
        ParticipationsMissing.
        """
        self._must_be(*WITHDRAWABLE)
        self.must_be_host(act)
        grants = self.standing_grants
        standing = self.standing_ids(waiting_ids)
        if participation_id not in standing:
            raise ParticipationNotInTask(participation_id=participation_id)
        if len(standing) == 1:
            raise ParticipationsMissing("participation_id")
        released_vnd = grants[participation_id].amount_vnd if participation_id in grants else 0
        self._participation_left(act=act, participation_id=participation_id, reason=reason, released_vnd=released_vnd)
        return released_vnd

    def let_leave_contract(self, act: Act, *, participation_id: UUID, reason: str, released_vnd: int) -> None:
        """As ``let_leave``, once there is a contract, which says how much of its money this frees.

        Raises TaskNotInStep.
        """
        self._must_be(*CARRIED_OUT)
        self._participation_left(act=act, participation_id=participation_id, reason=reason, released_vnd=released_vnd)

    @recorded_by(ParticipationLeft)
    def _participation_left(self, act: Act, participation_id: UUID, reason: str, released_vnd: int) -> None:
        self.participation_ids = tuple(each for each in self.participation_ids if each != participation_id)
        self.left_ids = self.left_ids | {participation_id}

    @property
    def is_over(self) -> bool:
        """Whether nothing more is paid: it was settled, or ended before its time."""
        return self.status in (TaskStatus.SETTLED, TaskStatus.TERMINATED)

    def must_await_decision(self) -> None:
        """Raises TaskNotInStep unless the application was found complete and is not yet decided on."""
        self._must_be(TaskStatus.VALID, TaskStatus.SCORED)

    def score(self, act: Act, council: Council) -> None:
        """The council's conclusion.

        Raises TaskNotInStep.
        """
        self._must_be(TaskStatus.VALID)
        self._scored(
            act=act,
            council_id=council.id,
            average_hundredths=council.average_hundredths,
            passed=council.passed,
            supplement_by=council.supplement.due_on if council.supplement else None,
        )

    @recorded_by(Scored)
    def _scored(
        self, act: Act, council_id: UUID, average_hundredths: int, passed: bool, supplement_by: date | None
    ) -> None:
        self.status = TaskStatus.SCORED
        self.council_id = council_id
        self.average_hundredths = average_hundredths
        self.passed = passed
        self.supplement_by = supplement_by

    def must_await_supplement(self) -> None:
        """Raises TaskNotInStep unless the council's pass waits for what it wants supplied."""
        self._must_be(*((TaskStatus.SCORED,) if self.supplement_by else ()))

    def confirm_supplement(self, act: Act) -> None:
        """The council's pass counts from now on.

        Raises TaskNotInStep.
        """
        self.must_await_supplement()
        self._supplement_confirmed(act=act)

    @recorded_by(SupplementConfirmed)
    def _supplement_confirmed(self, act: Act) -> None:
        self.supplement_by = None

    def reconvene_council(self, act: Act) -> None:
        """The task is before its council again.

        Raises TaskNotInStep.
        """
        self.must_await_supplement()
        self._council_reconvened(act=act)

    @recorded_by(CouncilReconvened)
    def _council_reconvened(self, act: Act) -> None:
        self.status = TaskStatus.VALID
        self.average_hundredths = 0
        self.passed = False
        self.supplement_by = None

    def must_be_scored(self) -> None:
        """Raises TaskNotInStep unless the task awaits its decision."""
        self._must_be(*AWAITING_DECISION)

    def approve(self, act: Act, council: Council, *, norms_id: UUID, grants: tuple[Grant, ...]) -> None:
        """UBND's decision, by somebody who neither prepared nor judged the task.

        Raises DocumentMissing, TaskNotInStep, ActedBefore, TaskBelowPassMark, SupplementNotConfirmed and
        NothingSelected.
        """
        self._check_decided_by(act, council)
        self._check_passed()
        if not grants:
            raise NothingSelected
        self._approved(
            act=act,
            norms_id=norms_id,
            budget_line_id=self.budget_line_id,
            amount_vnd=sum(grant.amount_vnd for grant in grants),
            grants=grants,
        )

    @recorded_by(Approved)
    def _approved(
        self, act: Act, norms_id: UUID, budget_line_id: UUID, amount_vnd: int, grants: tuple[Grant, ...]
    ) -> None:
        self.status = TaskStatus.APPROVED
        self.decision = act.document
        self.approved_by = act.person_id
        self.deciders = self.deciders | {act.person_id}
        self.norms_id = norms_id
        self.decided_vnd = amount_vnd
        self.grants = {grant.participation_id: grant for grant in grants}

    def waitlist(self, act: Act, council: Council, *, reason: str) -> None:
        """UBND leaves the whole task waiting for money or places, by somebody who neither prepared nor judged it.

        Raises DocumentMissing, TaskNotInStep, ActedBefore, TaskBelowPassMark and SupplementNotConfirmed.
        """
        self._check_decided_by(act, council, among=(TaskStatus.SCORED,))
        self._check_passed()
        self._waitlisted(act=act, reason=reason)

    @recorded_by(Waitlisted)
    def _waitlisted(self, act: Act, reason: str) -> None:
        self.status = TaskStatus.WAITLISTED
        self.deciders = self.deciders | {act.person_id}
        self.reason = reason

    def select_from_waitlist(
        self, act: Act, council: Council, *, grants: tuple[Grant, ...], skip_reason: str | None
    ) -> None:
        """UBND grants to participations that an approved task left waiting, until there is a contract.

        Raises DocumentMissing, TaskNotInStep and ActedBefore.
        """
        self._check_decided_by(act, council, among=(TaskStatus.APPROVED,))
        amount_vnd = sum(grant.amount_vnd for grant in grants)
        self._selected_from_waitlist(act=act, amount_vnd=amount_vnd, grants=grants, skip_reason=skip_reason)

    @recorded_by(SelectedFromWaitlist)
    def _selected_from_waitlist(
        self, act: Act, amount_vnd: int, grants: tuple[Grant, ...], skip_reason: str | None
    ) -> None:
        self.deciders = self.deciders | {act.person_id}
        self.decided_vnd += amount_vnd
        self.grants = {**self.grants, **{grant.participation_id: grant for grant in grants}}

    def refuse_waitlisted(
        self, act: Act, council: Council, *, participation_ids: tuple[UUID, ...], reason: str
    ) -> None:
        """UBND refuses participations that an approved task left waiting, for a written reason.

        Raises DocumentMissing, TaskNotInStep and ActedBefore.
        """
        self._check_decided_by(act, council, among=(TaskStatus.APPROVED,))
        self._waitlisted_refused(act=act, participation_ids=participation_ids, reason=reason)

    @recorded_by(WaitlistedRefused)
    def _waitlisted_refused(self, act: Act, participation_ids: tuple[UUID, ...], reason: str) -> None:
        self.deciders = self.deciders | {act.person_id}

    def decline(self, act: Act, council: Council, *, reason: str) -> None:
        """UBND does not approve, for written reasons, by somebody who neither prepared nor judged the task.

        Raises DocumentMissing, TaskNotInStep and ActedBefore.
        """
        self._check_decided_by(act, council)
        self._declined(act=act, reason=reason)

    @recorded_by(Declined)
    def _declined(self, act: Act, reason: str) -> None:
        self.status = TaskStatus.DECLINED
        self.decision = act.document
        self.reason = reason

    def _check_decided_by(
        self, act: Act, council: Council, *, among: tuple[TaskStatus, ...] = AWAITING_DECISION
    ) -> None:
        document_of(act)
        self._must_be(*among)
        must_be_another_than(act, *self.prepared_by, *self.submitters, *council.members)

    def _check_passed(self) -> None:
        if not self.passed:
            raise TaskBelowPassMark(average=in_points(self.average_hundredths))
        if self.supplement_by is not None:
            raise SupplementNotConfirmed(due_on=self.supplement_by)

    def must_be_approved(self) -> None:
        """Raises TaskNotInStep unless the task was approved and is not yet under contract."""
        self._must_be(TaskStatus.APPROVED)

    def check_contract_lines(self, lines: tuple[ParticipationAmount, ...]) -> None:
        """A contract for these amounts stays within the decision.

        Raises ContractLinesDiffer and ContractAboveDecision.
        """
        if sorted(line.participation_id for line in lines) != sorted(self.standing_grants):
            raise ContractLinesDiffer("lines")
        for line in lines:
            decided_vnd = self.grants[line.participation_id].amount_vnd
            if line.amount_vnd > decided_vnd:
                raise ContractAboveDecision(contracted=in_dong(line.amount_vnd), decided=in_dong(decided_vnd))

    def contract(self, act: Act, *, lines: tuple[ParticipationAmount, ...]) -> None:
        """The contract, at the decided amounts where it names none.

        Raises DocumentMissing, TaskNotInStep, ContractLinesDiffer and ContractAboveDecision.
        """
        document_of(act)
        self._must_be(TaskStatus.APPROVED)
        lines = lines or self.decided_lines
        self.check_contract_lines(lines)
        self._contracted(act=act, amount_vnd=sum(line.amount_vnd for line in lines), lines=lines)

    @property
    def decided_lines(self) -> tuple[ParticipationAmount, ...]:
        """What the decision grants each participation."""
        grants = self.standing_grants.values()
        return tuple(ParticipationAmount(grant.participation_id, grant.amount_vnd) for grant in grants)

    @recorded_by(Contracted)
    def _contracted(self, act: Act, amount_vnd: int, lines: tuple[ParticipationAmount, ...]) -> None:
        self.status = TaskStatus.CONTRACTED
        self.contracted_vnd = amount_vnd
        self.contracted_vnd_of = {line.participation_id: line.amount_vnd for line in lines}

    def must_be_accepted(self) -> None:
        """Raises TaskNotInStep unless the results were accepted and are not yet paid."""
        self._must_be(TaskStatus.ACCEPTED)

    def must_be_paid(self) -> None:
        """Raises TaskNotInStep unless the task was paid or ended before its time, and is not yet settled."""
        self._must_be(TaskStatus.PAID, TaskStatus.TERMINATED)

    @property
    def is_carried_out(self) -> bool:
        """Whether there is a contract with something still to be paid."""
        return self.status in CARRIED_OUT

    def must_be_under_way(self) -> None:
        """Raises TaskNotInStep unless the contract is being carried out or its results await acceptance."""
        self._must_be(TaskStatus.CONTRACTED, TaskStatus.ACCEPTANCE_REQUESTED)

    def must_be_host(self, act: Act) -> None:
        """Raises NotTheHost when the act is not the host's."""
        self.must_be_hosted_by(act.body)

    def must_be_hosted_by(self, body: str) -> None:
        """Raises NotTheHost when another body applied."""
        if body != self.host_body:
            raise NotTheHost

    def report_progress(self, act: Act, *, progress_percent: int, summary: str) -> None:
        """How far the host has come.

        Raises TaskNotInStep and NotTheHost.
        """
        self._must_be(TaskStatus.CONTRACTED)
        self.must_be_host(act)
        self._progress_reported(act=act, progress_percent=progress_percent, summary=summary)

    @recorded_by(ProgressReported)
    def _progress_reported(self, act: Act, progress_percent: int, summary: str) -> None:
        self.progress_percent = progress_percent

    def request_acceptance(self, act: Act, *, summary: str) -> None:
        """The host says the work is done.

        Raises TaskNotInStep and NotTheHost.
        """
        self._must_be(TaskStatus.CONTRACTED)
        self.must_be_host(act)
        self._acceptance_requested(act=act, summary=summary)

    @recorded_by(AcceptanceRequested)
    def _acceptance_requested(self, act: Act, summary: str) -> None:
        self.status = TaskStatus.ACCEPTANCE_REQUESTED
        self.acceptance_requested_by = act.person_id

    def accept(self, act: Act, *, actual_costs: tuple[ActualCost, ...]) -> None:
        """The minutes accept the results, by somebody who neither applied nor asked for it.

        Raises DocumentMissing, TaskNotInStep, ActedBefore and ActualCostsDiffer.
        """
        document_of(act)
        self._must_be(TaskStatus.ACCEPTANCE_REQUESTED)
        must_be_another_than(act, self.acceptance_requested_by, *self.submitters)
        if sorted(cost.participation_id for cost in actual_costs) != sorted(self.standing_grants):
            raise ActualCostsDiffer("actual_costs")
        self._accepted(act=act, actual_costs=actual_costs)

    @recorded_by(Accepted)
    def _accepted(self, act: Act, actual_costs: tuple[ActualCost, ...]) -> None:
        self.status = TaskStatus.ACCEPTED
        self.accepted_by = act.person_id
        self.actual_cost_vnd_of = {cost.participation_id: cost.actual_cost_vnd for cost in actual_costs}

    def pay(self, act: Act, *, payments: tuple[PaymentLine, ...]) -> None:
        """What the contract paid for all that was accepted, by another person than applied, approved or accepted.

        Raises TaskNotInStep and ActedBefore.
        """
        self._must_be(TaskStatus.ACCEPTED)
        must_be_another_than(act, self.accepted_by, *self.submitters)
        self.must_not_be_decider(act)
        amount_vnd = sum(payment.amount_vnd for payment in payments)
        self._paid(act=act, budget_line_id=self.budget_line_id, amount_vnd=amount_vnd, payments=payments)

    def must_not_be_decider(self, act: Act) -> None:
        """Who decided on the task, or on those it left waiting, does not pay for it.

        Raises ActedBefore.
        """
        must_be_another_than(act, *self.deciders)

    @recorded_by(Paid)
    def _paid(self, act: Act, budget_line_id: UUID, amount_vnd: int, payments: tuple[PaymentLine, ...]) -> None:
        self.status = TaskStatus.PAID
        self.paid_by = act.person_id
        self.paid_vnd = amount_vnd
        self.payments = payments

    def terminate(self, act: Act, *, amount_vnd: int, released_vnd: int, reason: str) -> None:
        """The task ends with its contract; ``amount_vnd`` was paid by then.

        Raises DocumentMissing and TaskNotInStep.
        """
        document_of(act)
        self._must_be(TaskStatus.CONTRACTED, TaskStatus.ACCEPTANCE_REQUESTED, TaskStatus.ACCEPTED, TaskStatus.PAID)
        self._terminated(act=act, amount_vnd=amount_vnd, released_vnd=released_vnd, reason=reason)

    @recorded_by(Terminated)
    def _terminated(self, act: Act, amount_vnd: int, released_vnd: int, reason: str) -> None:
        self.status = TaskStatus.TERMINATED
        self.paid_vnd = amount_vnd
        self.reason = reason

    def settle(self, act: Act, *, amount_vnd: int, released_vnd: int) -> None:
        """The books are closed with those of the contract, by another person than accepted or paid.

        ``released_vnd`` is what the contract committed and was not paid.

        Raises TaskNotInStep and ActedBefore.
        """
        self._must_be(
            TaskStatus.CONTRACTED,  # where its last milestone failed
            TaskStatus.ACCEPTANCE_REQUESTED,
            TaskStatus.ACCEPTED,
            TaskStatus.PAID,
            TaskStatus.TERMINATED,
        )
        must_be_another_than(act, self.accepted_by, self.paid_by)
        self._settled(act=act, amount_vnd=amount_vnd, released_vnd=released_vnd)

    @recorded_by(Settled)
    def _settled(self, act: Act, amount_vnd: int, released_vnd: int) -> None:
        self.status = TaskStatus.SETTLED
        self.paid_vnd = amount_vnd

    def move_to_line(self, act: Act, *, budget_line_id: UUID) -> None:
        """The money the task holds now stands on another line, in whose append this is told."""
        self._moved_to_line(act=act, budget_line_id=budget_line_id)

    @recorded_by(MovedToLine)
    def _moved_to_line(self, act: Act, budget_line_id: UUID) -> None:
        self.earlier_line_ids = (*self.earlier_line_ids, self.budget_line_id)
        self.budget_line_id = budget_line_id

    def _must_be(self, *statuses: TaskStatus) -> None:
        if self.status not in statuses:
            raise TaskNotInStep(status=STATUS_IN_WORDS[self.status])
