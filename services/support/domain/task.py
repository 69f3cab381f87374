"""A support task, from proposal to settlement: a delivering organisation's for several enterprises, or one's own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar, Self
from uuid import UUID

from services.shared.proceeding import Proceeding
from services.shared.record import Act, recorded_by
from services.support.domain.budget_line import BudgetLine
from services.support.domain.catalogue import Catalogue
from services.support.domain.checklist import ContentChecklist
from services.support.domain.council import in_points
from services.support.domain.money import in_dong
from services.support.domain.task_applying import Applying
from services.support.domain.task_calling import Calling
from services.support.domain.task_deciding import Deciding
from services.support.domain.task_delivering import Delivering
from services.support.domain.task_refusals import BudgetLineOfAnotherCatalogue, BudgetLineOfAnotherYear, ContentsMissing
from services.support.domain.task_terms import (
    ActualCost,
    Grant,
    Paper,
    PaperFault,
    ParticipationAmount,
    PaymentLine,
    TaskStatus,
)

__all__ = ["Task"]


class Task(Calling, Applying, Deciding, Delivering, Proceeding):
    """A support task (nhiệm vụ): a host's for a list of enterprises, or an enterprise's own under a grant call.

    Here stands what happens to it and what that makes of it; the rules stand in its parts, phase by phase.
    """

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

    @recorded_by(Enlisted)
    def _enlisted(self, act: Act) -> None:
        self.status = TaskStatus.ENLISTED
        self.prepared_by = self.prepared_by | {act.person_id}

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

    @recorded_by(ApplicationSubmitted)
    def _application_submitted(self, act: Act, host_organisation_id: UUID, participation_ids: tuple[UUID, ...]) -> None:
        self.status = TaskStatus.RECEIVED
        self.host_organisation_id = host_organisation_id
        self.host_body = act.body
        self.submitters = self.submitters | {act.person_id}
        self.participation_ids = participation_ids

    @recorded_by(ReceiptGiven)
    def _receipt_given(self, act: Act, receipt: str) -> None:
        self.receipt = receipt

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

    @recorded_by(ApplicationReturned)
    def _application_returned(self, act: Act, reason: str, resubmit_by: date, faults: tuple[PaperFault, ...]) -> None:
        self.status = TaskStatus.RETURNED
        self.faults = faults
        self.reason = reason
        self.returned_on = act.effective_on
        self.resubmit_by = resubmit_by

    @recorded_by(ResubmissionExtended)
    def _resubmission_extended(self, act: Act, resubmit_by: date, reason: str) -> None:
        self.resubmit_by = resubmit_by

    @recorded_by(ApplicationResubmitted)
    def _application_resubmitted(self, act: Act, participation_ids: tuple[UUID, ...]) -> None:
        self.status = TaskStatus.RECEIVED
        self.submitters = self.submitters | {act.person_id}
        self.participation_ids = participation_ids
        self.reason = self.resubmit_by = None

    @recorded_by(ApplicationValidated)
    def _application_validated(self, act: Act) -> None:
        self.status = TaskStatus.VALID
        self.prepared_by = self.prepared_by | {act.person_id}

    @recorded_by(DirectApplicationRejected)
    def _direct_application_rejected(self, act: Act, reason: str) -> None:
        self.status = TaskStatus.REJECTED
        self.reason = reason

    @recorded_by(ApplicationRejected)
    def _application_rejected(self, act: Act, reason: str) -> None:
        self.status = TaskStatus.REJECTED
        self.reason = reason

    @recorded_by(Surveyed)
    def _surveyed(self, act: Act, surveyed_on: date, favourable: bool, findings: str) -> None:
        self.surveyed_on = surveyed_on
        self.survey_unfavourable = not favourable
        self.prepared_by = self.prepared_by | {act.person_id}

    @recorded_by(Withdrawn)
    def _withdrawn(self, act: Act, reason: str, released_vnd: int) -> None:
        self.status = TaskStatus.WITHDRAWN
        self.reason = reason

    @recorded_by(ParticipationLeft)
    def _participation_left(self, act: Act, participation_id: UUID, reason: str, released_vnd: int) -> None:
        self.participation_ids = tuple(each for each in self.participation_ids if each != participation_id)
        self.left_ids = self.left_ids | {participation_id}

    @recorded_by(Scored)
    def _scored(
        self, act: Act, council_id: UUID, average_hundredths: int, passed: bool, supplement_by: date | None
    ) -> None:
        self.status = TaskStatus.SCORED
        self.council_id = council_id
        self.average_hundredths = average_hundredths
        self.passed = passed
        self.supplement_by = supplement_by

    @recorded_by(SupplementConfirmed)
    def _supplement_confirmed(self, act: Act) -> None:
        self.supplement_by = None

    @recorded_by(CouncilReconvened)
    def _council_reconvened(self, act: Act) -> None:
        self.status = TaskStatus.VALID
        self.average_hundredths = 0
        self.passed = False
        self.supplement_by = None

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

    @recorded_by(Waitlisted)
    def _waitlisted(self, act: Act, reason: str) -> None:
        self.status = TaskStatus.WAITLISTED
        self.deciders = self.deciders | {act.person_id}
        self.reason = reason

    @recorded_by(SelectedFromWaitlist)
    def _selected_from_waitlist(
        self, act: Act, amount_vnd: int, grants: tuple[Grant, ...], skip_reason: str | None
    ) -> None:
        self.deciders = self.deciders | {act.person_id}
        self.decided_vnd += amount_vnd
        self.grants = {**self.grants, **{grant.participation_id: grant for grant in grants}}

    @recorded_by(WaitlistedRefused)
    def _waitlisted_refused(self, act: Act, participation_ids: tuple[UUID, ...], reason: str) -> None:
        self.deciders = self.deciders | {act.person_id}

    @recorded_by(Declined)
    def _declined(self, act: Act, reason: str) -> None:
        self.status = TaskStatus.DECLINED
        self.decision = act.document
        self.reason = reason

    @recorded_by(Contracted)
    def _contracted(self, act: Act, amount_vnd: int, lines: tuple[ParticipationAmount, ...]) -> None:
        self.status = TaskStatus.CONTRACTED
        self.contracted_vnd = amount_vnd
        self.contracted_vnd_of = {line.participation_id: line.amount_vnd for line in lines}

    @recorded_by(ProgressReported)
    def _progress_reported(self, act: Act, progress_percent: int, summary: str) -> None:
        self.progress_percent = progress_percent

    @recorded_by(AcceptanceRequested)
    def _acceptance_requested(self, act: Act, summary: str) -> None:
        self.status = TaskStatus.ACCEPTANCE_REQUESTED
        self.acceptance_requested_by = act.person_id

    @recorded_by(Accepted)
    def _accepted(self, act: Act, actual_costs: tuple[ActualCost, ...]) -> None:
        self.status = TaskStatus.ACCEPTED
        self.accepted_by = act.person_id
        self.actual_cost_vnd_of = {cost.participation_id: cost.actual_cost_vnd for cost in actual_costs}

    @recorded_by(Paid)
    def _paid(self, act: Act, budget_line_id: UUID, amount_vnd: int, payments: tuple[PaymentLine, ...]) -> None:
        self.status = TaskStatus.PAID
        self.paid_by = act.person_id
        self.paid_vnd = amount_vnd
        self.payments = payments

    @recorded_by(Terminated)
    def _terminated(self, act: Act, amount_vnd: int, released_vnd: int, reason: str) -> None:
        self.status = TaskStatus.TERMINATED
        self.paid_vnd = amount_vnd
        self.reason = reason

    @recorded_by(Settled)
    def _settled(self, act: Act, amount_vnd: int, released_vnd: int) -> None:
        self.status = TaskStatus.SETTLED
        self.paid_vnd = amount_vnd

    @recorded_by(MovedToLine)
    def _moved_to_line(self, act: Act, budget_line_id: UUID) -> None:
        self.earlier_line_ids = (*self.earlier_line_ids, self.budget_line_id)
        self.budget_line_id = budget_line_id
