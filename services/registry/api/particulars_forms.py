"""The longer parts of requests about what changes with time, read as plain values."""

from __future__ import annotations

from services.registry.domain.business_line import EndedLine, VsicScheme
from services.registry.domain.size import EnterpriseSize, SizeLimit, SizeSector, YearFigures
from services.shared.grpc_server import Form

FIRST_YEAR, LAST_YEAR = 1990, 2100
MOST_EMPLOYEES = 1_000_000
MOST_VND = 10**15


def year_figures(form: Form) -> YearFigures:
    return YearFigures(
        year=form.integer("year", least=FIRST_YEAR, most=LAST_YEAR),
        sector=form.choice("sector", SizeSector),
        employees=form.integer("employees", most=MOST_EMPLOYEES),
        revenue_vnd=form.integer("revenue_vnd", most=MOST_VND),
        capital_vnd=form.optional_integer("capital_vnd", most=MOST_VND),
    )


def size_limit(form: Form) -> SizeLimit:
    return SizeLimit(
        sector=form.choice("sector", SizeSector),
        size=form.choice("size", EnterpriseSize),
        most_employees=form.integer("most_employees", least=1, most=MOST_EMPLOYEES),
        most_revenue_vnd=form.amount_vnd("most_revenue_vnd"),
        most_capital_vnd=form.amount_vnd("most_capital_vnd"),
    )


def ended_line(form: Form) -> EndedLine:
    return EndedLine(
        scheme=form.choice("scheme", VsicScheme),
        code=form.text("code", longest=10),
        last_day=form.date("last_day"),
    )
