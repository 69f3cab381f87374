"""How the parts of requests about contracts are read."""

from __future__ import annotations

from services.shared.grpc_server import Form
from services.support.api import forms
from services.support.domain.contract_terms import AdvanceTerms, Milestone
from services.support.domain.participation import Voucher

MOST_MILESTONES = 100


def milestone_number(form: Form) -> int:
    return form.integer("milestone_number", least=1, most=MOST_MILESTONES)


def case_number(form: Form) -> str:
    return form.text("case_number", longest=60)


def milestone(line: Form) -> Milestone:
    return Milestone(
        number=line.integer("number", least=1, most=MOST_MILESTONES),
        title=line.text("title", longest=300),
        due_on=line.date("due_on"),
        shares=line.each("shares", forms.participation_amount, least=1),
    )


def voucher(paper: Form) -> Voucher:
    return Voucher(
        title=paper.text("title", longest=200),
        number=paper.text("number", longest=60),
        issued_on=paper.date("issued_on"),
        amount_vnd=paper.amount_vnd("amount_vnd"),
    )


def advance(terms: Form) -> AdvanceTerms:
    return AdvanceTerms(
        amount_vnd=terms.amount_vnd("amount_vnd"),
        most_percent=terms.integer("most_percent", least=1, most=100),
        clear_percent=terms.integer("clear_percent", least=1, most=100),
        legal_basis=terms.text("legal_basis", longest=500),
        sample=terms.boolean("sample"),
    )
