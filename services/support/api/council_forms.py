"""Parts of requests about councils, read into support's own words."""

from __future__ import annotations

from services.shared.grpc_server import Form
from services.support.api import forms
from services.support.domain.council_supplement import SuppliedPaper
from services.support.domain.council_terms import (
    CouncilMember,
    CouncilProcedure,
    CouncilRole,
    CouncilRules,
    Criterion,
    MemberKind,
    Points,
    Share,
)


def member(line: Form) -> CouncilMember:
    return CouncilMember(
        person_id=line.uuid("person_id"),
        body=line.text("body", pattern=forms.BODY_CODE),
        role=line.choice("role", CouncilRole),
        kind=line.optional_choice("kind", MemberKind),
    )


def rules(rules: Form) -> CouncilRules:
    return CouncilRules(
        quorum_numerator=rules.integer("quorum_numerator", least=1, most=1_000),
        quorum_denominator=rules.integer("quorum_denominator", least=1, most=1_000),
        pass_mark_points=rules.integer("pass_mark_points", least=1, most=100),
        criteria=rules.each("criteria", criterion, least=1, most=100),
        sample=rules.boolean("sample"),
    )


def procedure(procedure: Form) -> CouncilProcedure:
    return CouncilProcedure(
        least_members=procedure.integer("least_members", least=3, most=100),
        most_members=procedure.integer("most_members", least=3, most=100),
        least_reviewers=procedure.optional_integer("least_reviewers", most=100) or 0,
        least_expert_share=procedure.optional_nested("least_expert_share", share),
        papers_working_days=procedure.optional_integer("papers_working_days", most=60) or 0,
        least_share_for=procedure.optional_nested("least_share_for", share),
    )


def share(share: Form) -> Share:
    return Share(
        numerator=share.integer("numerator", least=1, most=1_000),
        denominator=share.integer("denominator", least=1, most=1_000),
    )


def criterion(line: Form) -> Criterion:
    return Criterion(
        code=line.text("code", pattern=forms.CODE),
        name=line.text("name", longest=250),
        most_points=line.integer("most_points", least=1, most=100),
    )


def points(line: Form) -> Points:
    return Points(
        criterion_code=line.text("criterion_code", pattern=forms.CODE), points=line.integer("points", least=0, most=100)
    )


def supplied_paper(line: Form) -> SuppliedPaper:
    return SuppliedPaper(
        title=line.text("title", longest=250),
        reference=line.text("reference", longest=250),
        sha256=line.text("sha256", pattern=forms.SHA256),
    )
