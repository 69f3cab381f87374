"""How the parts of support's requests are read: what each field may hold, said once."""

from __future__ import annotations

from uuid import UUID

from google.protobuf.message import Message

from services.shared.grpc_server import Form
from services.support.application.documents import NewDocument
from services.support.application.signatures import Signature
from services.support.domain.budget_rules import SourcePair
from services.support.domain.catalogue import Article, Content, ContentKind
from services.support.domain.claimed_units import UNIT_KEY
from services.support.domain.conditions import Condition, VsicPrefix
from services.support.domain.norm_terms import (
    EnterpriseSize,
    LimitScope,
    Norm,
    NormKind,
    SizeEvidence,
    SizeTier,
    YearlyLimit,
)
from services.support.domain.task_terms import ActualCost, ParticipationAmount, ParticipationLine
from services.support.domain.waitlist import Waiting
from services.support.domain.year_estimate import FigureOrigin, LineAppraisal, PastYear, WantedLine

CODE = r"[A-Z0-9][A-Z0-9_-]{0,29}"
CONTENT_CODE = r"[A-Z]{2,4}-[A-Z0-9]{1,20}"
BODY_CODE = r"[A-Z0-9][A-Z0-9_.-]{0,39}"
DOCUMENT_TYPE = r"[^\W\d_]{1,10}"
LONGEST_REASON = 2_000
SHA256 = r"[0-9a-f]{64}"
FIRST_YEAR, LAST_YEAR = 2021, 2100


def task_id(request: Message) -> UUID:
    form = Form(request)
    task_id = form.uuid("task_id")
    form.check()
    return task_id


def year(form: Form) -> int:
    return form.integer("year", least=FIRST_YEAR, most=LAST_YEAR)


def optional_year(form: Form) -> int | None:
    return form.optional_integer("year", least=FIRST_YEAR, most=LAST_YEAR)


def reason(form: Form) -> str:
    return form.text("reason", longest=LONGEST_REASON, lines=True)


def optional_reason(form: Form, field: str = "reason") -> str | None:
    return form.optional_text(field, longest=LONGEST_REASON, lines=True)


def waiting(line: Form) -> Waiting:
    return Waiting(participation_id=line.uuid("participation_id"), reason=optional_reason(line))


def summary(form: Form) -> str:
    return form.text("summary", longest=LONGEST_REASON, lines=True)


def content(line: Form) -> Content:
    return Content(
        code=line.text("code", pattern=CONTENT_CODE),
        name=line.text("name", longest=250),
        group=line.text("group", longest=100),
        kind=line.choice("kind", ContentKind),
        place=line.text("place", longest=40),
        vsic_prefixes=line.each("vsic_prefixes", vsic_prefix, most=100),
    )


def vsic_prefix(line: Form) -> VsicPrefix:
    return VsicPrefix(scheme=line.text("scheme", pattern=r"VSIC20\d\d"), prefix=line.text("prefix", pattern=r"\d{2,5}"))


def article(line: Form) -> Article:
    return Article(
        code=line.text("code", pattern=CODE),
        text=line.text("text", longest=500),
        place=line.text("place", longest=40),
    )


def condition(line: Form) -> Condition:
    return Condition(
        code=line.text("code", pattern=CODE),
        text=line.text("text", longest=500),
        place=line.text("place", longest=40),
        rule_version=line.integer("rule_version", least=1, most=10_000),
    )


def norm(line: Form) -> Norm:
    return Norm(
        content_code=line.text("content_code", pattern=CONTENT_CODE),
        kind=line.choice("kind", NormKind),
        rate_percent=line.optional_integer("rate_percent", most=100) or 0,
        cap_vnd=line.optional_amount_vnd("cap_vnd") or 0,
        pays_after_certificate=line.boolean("pays_after_certificate"),
        tiers=line.each("tiers", tier, most=10),
    )


def tier(line: Form) -> SizeTier:
    return SizeTier(
        size=line.choice("size", EnterpriseSize),
        rate_percent=line.integer("rate_percent", least=1, most=100),
        cap_vnd=line.amount_vnd("cap_vnd"),
    )


def limit(line: Form) -> YearlyLimit:
    return YearlyLimit(
        code=line.text("code", pattern=CODE),
        scope=line.choice("scope", LimitScope),
        content_codes=line.texts("content_codes", pattern=CONTENT_CODE, least=1, most=100),
        most_vnd=line.optional_amount_vnd("most_vnd"),
        most_grants=line.optional_integer("most_grants", least=1, most=1_000_000),
    )


def size_evidence(line: Form) -> SizeEvidence:
    return SizeEvidence(
        size=line.choice("size", EnterpriseSize),
        year=line.integer("year", least=FIRST_YEAR, most=LAST_YEAR),
        source=line.text("source", longest=250),
    )


def source_pair(line: Form) -> SourcePair:
    return SourcePair(
        from_source_code=line.text("from_source_code", pattern=CODE),
        to_source_code=line.text("to_source_code", pattern=CODE),
    )


def wanted_line(line: Form) -> WantedLine:
    return WantedLine(
        source_code=line.text("source_code", pattern=CODE),
        title=line.text("title", longest=300),
        planned_task_count=line.optional_integer("planned_task_count", least=1, most=1_000),
        amount_vnd=line.optional_amount_vnd("amount_vnd"),
        basis=line.optional_text("basis", longest=500),
    )


def stated_year(line: Form) -> PastYear:
    return PastYear(
        year=line.integer("year", least=2000, most=LAST_YEAR),
        task_count=line.integer("task_count", least=0, most=10_000),
        cost_vnd=line.integer("cost_vnd", least=0, most=10**15),
        origin=FigureOrigin.STATED,
        document=line.text("document", longest=60),
    )


def line_appraisal(line: Form) -> LineAppraisal:
    return LineAppraisal(
        budget_line_id=line.uuid("budget_line_id"),
        amount_vnd=line.integer("amount_vnd", least=0, most=10**15),
        reason=line.optional_text("reason", longest=LONGEST_REASON, lines=True),
    )


def new_document(document: Form) -> NewDocument:
    return NewDocument(
        issuer=document.text("issuer", pattern=BODY_CODE),
        document_type=document.optional_text("document_type", pattern=DOCUMENT_TYPE) or "",
        subject=document.text("subject", longest=500),
        drafting_unit=document.optional_text("drafting_unit", pattern=r"\w{1,20}"),
    )


def signature(form: Form) -> Signature:
    """How a decision is signed."""
    return Signature(
        delegation_id=form.optional_uuid("delegation_id"),
        new_document=form.optional_nested("new_document", new_document),
    )


def participation_line(line: Form) -> ParticipationLine:
    return ParticipationLine(
        enterprise_id=line.uuid("enterprise_id"),
        content_code=line.text("content_code", pattern=CONTENT_CODE),
        estimated_cost_vnd=line.amount_vnd("estimated_cost_vnd"),
        product_count=line.optional_integer("product_count", least=1, most=1_000) or 1,
        priority_codes=line.texts("priority_codes", pattern=CODE, most=20),
        unit_keys=unit_keys(line),
    )


def unit_keys(line: Form) -> tuple[str, ...]:
    """The products or sites that a content is for, each once."""
    return line.texts("unit_keys", pattern=UNIT_KEY, most=1_000)


def participation_amount(line: Form) -> ParticipationAmount:
    return ParticipationAmount(participation_id=line.uuid("participation_id"), amount_vnd=line.amount_vnd("amount_vnd"))


def actual_cost(line: Form) -> ActualCost:
    return ActualCost(
        participation_id=line.uuid("participation_id"),
        actual_cost_vnd=line.integer("actual_cost_vnd", least=0, most=10**15),
    )
