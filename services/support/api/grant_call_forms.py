"""How the parts of requests about calls for direct grants and their applications are read."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from services.shared.grpc_server import Form
from services.support.api import forms
from services.support.domain.checklist import ChecklistItem, ContentChecklist
from services.support.domain.grant_call import CalledContent
from services.support.domain.task_terms import Paper, PaperFault, ParticipationLine


@dataclass(frozen=True)
class WantedContent:
    """A content as an enterprise asks for it."""

    content_code: str
    estimated_cost_vnd: int
    product_count: int
    priority_codes: tuple[str, ...]
    unit_keys: tuple[str, ...]

    def of(self, enterprise_id: UUID) -> ParticipationLine:
        """The same as a line of an application."""
        return ParticipationLine(enterprise_id=enterprise_id, **vars(self))


def called_content(line: Form) -> CalledContent:
    return CalledContent(
        content_code=line.text("content_code", pattern=forms.CONTENT_CODE),
        most_grants=line.optional_integer("most_grants", least=1, most=1_000_000),
        most_vnd=line.optional_amount_vnd("most_vnd"),
        checklist=line.each("checklist", checklist_item, least=1, most=100),
    )


def content_checklist(line: Form) -> ContentChecklist:
    return ContentChecklist(
        content_code=line.text("content_code", pattern=forms.CONTENT_CODE),
        items=line.each("items", checklist_item, least=1, most=100),
    )


def checklist_item(line: Form) -> ChecklistItem:
    return ChecklistItem(
        code=line.text("code", pattern=forms.CODE),
        title=line.text("title", longest=300),
        legal_basis=line.text("legal_basis", longest=500),
        sample=line.boolean("sample"),
    )


def wanted_content(line: Form) -> WantedContent:
    return WantedContent(
        content_code=line.text("content_code", pattern=forms.CONTENT_CODE),
        estimated_cost_vnd=line.amount_vnd("estimated_cost_vnd"),
        product_count=line.optional_integer("product_count", least=1, most=1_000) or 1,
        priority_codes=line.texts("priority_codes", pattern=forms.CODE, most=20),
        unit_keys=forms.unit_keys(line),
    )


def paper(line: Form) -> Paper:
    return Paper(
        content_code=line.text("content_code", pattern=forms.CONTENT_CODE),
        item_code=line.text("item_code", pattern=forms.CODE),
        reference=line.text("reference", longest=300),
    )


def fault(line: Form) -> PaperFault:
    return PaperFault(
        content_code=line.text("content_code", pattern=forms.CONTENT_CODE),
        item_code=line.text("item_code", pattern=forms.CODE),
        reason=line.text("reason", longest=500),
    )
