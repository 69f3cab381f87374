"""A call under which enterprises apply for themselves: the channel of direct grants (domain.md §2, Đà Nẵng's steps)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Self
from uuid import UUID

from services.shared.record import Act, Record, document_of, recorded_by
from services.shared.refusals import Invalid, Refusal
from services.support.domain.budget_line import BudgetLine
from services.support.domain.catalogue import Catalogue
from services.support.domain.checklist import ChecklistItem, check_papers, must_differ
from services.support.domain.money import in_dong
from services.support.domain.task_refusals import (
    BudgetLineOfAnotherCatalogue,
    CallEndsBeforeItStarts,
    ContentsMissing,
    OutsideCallWindow,
)
from services.support.domain.task_terms import Grant, Paper, ParticipationLine

__all__ = ["CalledContent", "GrantCall", "GrantCallStatus"]


class GrantCallStatus(StrEnum):
    """Whether applications may still come; the window says when."""

    PUBLISHED = "PUBLISHED"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True)
class CalledContent:
    """A content that is called for: how many grants and how much money (đồng) at most, and the papers it takes.

    Either bound is absent where the call sets none.
    """

    content_code: str
    most_grants: int | None
    most_vnd: int | None
    checklist: tuple[ChecklistItem, ...]


class GrantCallShortened(Invalid):
    """An extension moves the last day forward."""

    sentence = "Ngày đóng nhận hồ sơ mới phải sau ngày {closes_on:%d/%m/%Y}."


class GrantCallCancelled(Refusal):
    """Nothing more comes of a call that was cancelled."""

    sentence = "Đợt nhận hồ sơ đã bị hủy theo {document}."


class ContentOutsideGrantCall(Refusal):
    """The call is for other contents."""

    sentence = "Đợt nhận hồ sơ này không hỗ trợ nội dung {content_code}."


class GrantQuotaUsedUp(Refusal):
    """The places, or the money, for a content have been granted."""

    sentence = "Nội dung {content_code} của đợt này đã hết hạn mức: còn {left}, cần {wanted}."


class EnterpriseAppliedBefore(Refusal):
    """An enterprise applies once for a content under one call, unless that came to nothing."""

    sentence = "Cơ sở đã nộp hồ sơ về nội dung {content_code} trong đợt này."


class CallOrderSkippedWithoutReason(Invalid):
    """Where a call bounds a content, who comes first is passed over for a written reason only."""

    sentence = (
        "Có {count} hồ sơ xếp trước về nội dung {content_code} chưa được quyết định; phải nêu lý do bằng văn bản."
    )


class GrantCall(Record):
    """A call for applications of enterprises for themselves (đợt nhận hồ sơ hỗ trợ trực tiếp).

    Every application and every grant is written here in the command that makes it, so that who races for the last
    place meets the winner.
    """

    TOPIC = "support:GrantCall"

    class Event(Record.Event):
        """Something that happened to a call for direct grants (sự kiện của đợt nhận hồ sơ)."""

    class Published(Event, Record.Created):
        """A call for direct grants was published (thông báo nhận hồ sơ)."""

        TOPIC = "support:GrantCall.Published"
        title: str
        year: int
        catalogue_id: UUID
        budget_line_id: UUID
        opens_on: date
        closes_on: date
        contents: tuple[CalledContent, ...]

        def sentence(self) -> str:
            window = f"từ {self.opens_on:%d/%m/%Y} đến {self.closes_on:%d/%m/%Y}"
            codes = ", ".join(content.content_code for content in self.contents)
            return f"Thông báo {self.act.document} “{self.title}”: nhận hồ sơ {window}, hỗ trợ {codes}."

    Created = Published

    class Extended(Event):
        """The window was made longer (gia hạn nhận hồ sơ)."""

        TOPIC = "support:GrantCall.Extended"
        closes_on: date

        def sentence(self) -> str:
            return f"Gia hạn nhận hồ sơ đến {self.closes_on:%d/%m/%Y} theo {self.act.document}."

    class Cancelled(Event):
        """The call was cancelled (hủy đợt nhận hồ sơ)."""

        TOPIC = "support:GrantCall.Cancelled"
        reason: str

        def sentence(self) -> str:
            return f"Hủy đợt nhận hồ sơ theo {self.act.document}. Lý do: {self.reason}"

    class ApplicationReceived(Event):
        """An application was received under the call (tiếp nhận hồ sơ)."""

        TOPIC = "support:GrantCall.ApplicationReceived"
        task_id: UUID
        enterprise_id: UUID
        content_codes: tuple[str, ...]
        receipt_number: int

        def sentence(self) -> str:
            return f"Tiếp nhận hồ sơ số {self.receipt_number}, đề nghị hỗ trợ {', '.join(self.content_codes)}."

    class ContentGranted(Event):
        """A decision took from the quota of a content (trừ hạn mức của đợt)."""

        TOPIC = "support:GrantCall.ContentGranted"
        task_id: UUID
        content_code: str
        amount_vnd: int

        def sentence(self) -> str:
            return f"Trừ một suất {self.content_code}, {in_dong(self.amount_vnd)}, vào hạn mức của đợt."

    class OrderSkipped(Event):
        """A decision passed over candidates that come first, for a written reason (chọn khác thứ tự ưu tiên)."""

        TOPIC = "support:GrantCall.OrderSkipped"
        task_id: UUID
        content_code: str
        skipped_ids: tuple[UUID, ...]
        reason: str

        def sentence(self) -> str:
            count = f"{len(self.skipped_ids)} hồ sơ xếp trước"
            return f"Chọn nội dung {self.content_code} khác thứ tự ưu tiên, bỏ qua {count}. Lý do: {self.reason}"

    class ContentFreed(Event):
        """What became of nothing is free again (hoàn lại hạn mức của đợt)."""

        TOPIC = "support:GrantCall.ContentFreed"
        task_id: UUID
        content_code: str
        amount_vnd: int

        def sentence(self) -> str:
            return f"Nội dung {self.content_code} không còn trong hồ sơ, hoàn lại {in_dong(self.amount_vnd)} cho đợt."

    @recorded_by(Published)
    def __init__(
        self,
        act: Act,
        title: str,
        year: int,
        catalogue_id: UUID,
        budget_line_id: UUID,
        opens_on: date,
        closes_on: date,
        contents: tuple[CalledContent, ...],
    ) -> None:
        self.title = title
        self.year = year
        self.catalogue_id = catalogue_id
        self.budget_line_id = budget_line_id
        self.opens_on = opens_on
        self.closes_on = closes_on
        self.content_of = {content.content_code: content for content in contents}
        self.status = GrantCallStatus.PUBLISHED
        self.body = act.body
        self.document = act.document
        self.reason: str | None = None
        self.received_count = 0
        self.enterprise_of: dict[UUID, UUID] = {}
        self.codes_of: dict[UUID, tuple[str, ...]] = {}
        self.granted_vnd_of: dict[str, dict[UUID, int]] = {code: {} for code in self.content_of}

    @classmethod
    def publish(
        cls,
        act: Act,
        catalogue: Catalogue,
        line: BudgetLine,
        *,
        title: str,
        opens_on: date,
        closes_on: date,
        contents: tuple[CalledContent, ...],
    ) -> Self:
        """A call on an approved line's money, by a document.

        Raises DocumentMissing, CallEndsBeforeItStarts, ContentsMissing, ContentUnknown, ChecklistCodeNamedTwice,
        BudgetLineOfAnotherCatalogue and BudgetLineNotApproved.
        """
        document_of(act)
        if closes_on < opens_on:
            raise CallEndsBeforeItStarts("closes_on")
        if not contents or len({content.content_code for content in contents}) < len(contents):
            raise ContentsMissing("contents")
        for index, content in enumerate(contents):
            catalogue.content(f"contents[{index}].content_code", content.content_code)
            must_differ(f"contents[{index}].checklist", content.checklist)
        if line.catalogue_id != catalogue.id:
            raise BudgetLineOfAnotherCatalogue
        line.must_be_approved()
        return cls(
            act=act,
            title=title,
            year=line.year,
            catalogue_id=catalogue.id,
            budget_line_id=line.id,
            opens_on=opens_on,
            closes_on=closes_on,
            contents=contents,
        )

    def extend(self, act: Act, *, closes_on: date) -> None:
        """A later last day, by a document.

        Raises DocumentMissing, GrantCallCancelled and GrantCallShortened.
        """
        document_of(act)
        self._must_stand()
        if closes_on <= self.closes_on:
            raise GrantCallShortened("closes_on", closes_on=self.closes_on)
        self._extended(act=act, closes_on=closes_on)

    @recorded_by(Extended)
    def _extended(self, act: Act, closes_on: date) -> None:
        self.closes_on = closes_on

    def cancel(self, act: Act, *, reason: str) -> None:
        """No application is received any more; those received go their way.

        Raises DocumentMissing and GrantCallCancelled.
        """
        document_of(act)
        self._must_stand()
        self._cancelled(act=act, reason=reason)

    @recorded_by(Cancelled)
    def _cancelled(self, act: Act, reason: str) -> None:
        self.status = GrantCallStatus.CANCELLED
        self.document = act.document
        self.reason = reason

    def receive(
        self,
        act: Act,
        *,
        task_id: UUID,
        enterprise_id: UUID,
        lines: tuple[ParticipationLine, ...],
        papers: tuple[Paper, ...],
    ) -> None:
        """An enterprise's application in the window, with every paper of the checklists.

        Raises GrantCallCancelled, OutsideCallWindow, ContentOutsideGrantCall, EnterpriseAppliedBefore,
        GrantQuotaUsedUp, ChecklistIncomplete and PaperNotOnChecklist.
        """
        self._must_stand()
        if not self.opens_on <= act.effective_on <= self.closes_on:
            raise OutsideCallWindow(opens_on=self.opens_on, closes_on=self.closes_on)
        codes = tuple(line.content_code for line in lines)
        self.check_papers(codes, papers)
        applied = {
            code for task, codes in self.codes_of.items() if self.enterprise_of[task] == enterprise_id for code in codes
        }
        for code in codes:
            if code in applied:
                raise EnterpriseAppliedBefore(content_code=code)
            self._must_have_left(code, 1)
        self._application_received(
            act=act,
            task_id=task_id,
            enterprise_id=enterprise_id,
            content_codes=codes,
            receipt_number=self.received_count + 1,
        )

    @recorded_by(ApplicationReceived)
    def _application_received(
        self, act: Act, task_id: UUID, enterprise_id: UUID, content_codes: tuple[str, ...], receipt_number: int
    ) -> None:
        self.received_count = receipt_number
        self.enterprise_of[task_id] = enterprise_id
        self.codes_of[task_id] = content_codes

    def check_papers(self, codes: Iterable[str], papers: tuple[Paper, ...]) -> None:
        """Each content has every paper of its checklist once, and no paper is left over.

        Raises ContentOutsideGrantCall, ChecklistIncomplete and PaperNotOnChecklist.
        """
        named = tuple(codes)
        for code in named:
            if code not in self.content_of:
                raise ContentOutsideGrantCall(content_code=code)
        check_papers({code: content.checklist for code, content in self.content_of.items()}, named, papers)

    def grant(
        self, act: Act, *, task_id: UUID, grants: tuple[Grant, ...], waiting: frozenset[str] = frozenset()
    ) -> None:
        """What a decision grants counts against the quota; what it leaves out is free again, but for what waits.

        Raises GrantQuotaUsedUp.
        """
        for grant in grants:
            self._must_have_left(grant.content_code, grant.amount_vnd)
            self._content_granted(
                act=act, task_id=task_id, content_code=grant.content_code, amount_vnd=grant.amount_vnd
            )
        left_out = {code for code in self.codes_of[task_id] if task_id not in self.granted_vnd_of[code]}
        self.give_back(act, task_id=task_id, content_codes=left_out - waiting)

    @recorded_by(ContentGranted)
    def _content_granted(self, act: Act, task_id: UUID, content_code: str, amount_vnd: int) -> None:
        self.granted_vnd_of[content_code][task_id] = amount_vnd

    def is_bounded(self, content_code: str) -> bool:
        """Whether the call has so many places, or so much money, for a content and no more."""
        content = self.content_of[content_code]
        return content.most_grants is not None or content.most_vnd is not None

    def skip_order(
        self, act: Act, *, task_id: UUID, content_code: str, skipped_ids: tuple[UUID, ...], reason: str | None
    ) -> None:
        """A decision grants a content to who comes after the ``skipped_ids``, for a written reason.

        Raises CallOrderSkippedWithoutReason.
        """
        if reason is None:
            raise CallOrderSkippedWithoutReason("skip_reason", content_code=content_code, count=len(skipped_ids))
        self._order_skipped(act=act, task_id=task_id, content_code=content_code, skipped_ids=skipped_ids, reason=reason)

    @recorded_by(OrderSkipped)
    def _order_skipped(
        self, act: Act, task_id: UUID, content_code: str, skipped_ids: tuple[UUID, ...], reason: str
    ) -> None:
        """The order stays as it is."""

    def give_back(self, act: Act, *, task_id: UUID, content_codes: Iterable[str]) -> None:
        """These contents of an application came to nothing: they may be applied for anew, and their quota is free."""
        for code in sorted(content_codes):
            amount_vnd = self.granted_vnd_of[code].get(task_id, 0)
            self._content_freed(act=act, task_id=task_id, content_code=code, amount_vnd=amount_vnd)

    @recorded_by(ContentFreed)
    def _content_freed(self, act: Act, task_id: UUID, content_code: str, amount_vnd: int) -> None:
        self.granted_vnd_of[content_code].pop(task_id, None)
        self.codes_of[task_id] = tuple(code for code in self.codes_of[task_id] if code != content_code)

    def _must_stand(self) -> None:
        if self.status is GrantCallStatus.CANCELLED:
            raise GrantCallCancelled(document=self.document)

    def _must_have_left(self, code: str, amount_vnd: int) -> None:
        content, granted = self.content_of[code], self.granted_vnd_of[code]
        if content.most_grants is not None and len(granted) >= content.most_grants:
            raise GrantQuotaUsedUp(content_code=code, left="0 suất", wanted="1 suất")
        left_vnd = amount_vnd if content.most_vnd is None else content.most_vnd - sum(granted.values())
        if amount_vnd > left_vnd:
            raise GrantQuotaUsedUp(content_code=code, left=in_dong(left_vnd), wanted=in_dong(amount_vnd))
