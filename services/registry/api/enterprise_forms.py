"""The longer parts of requests about an enterprise's life, read as plain values."""

from __future__ import annotations

from services.registry.application.affiliations import LinkTerms
from services.registry.domain.affiliation import PERSONAL_KINDS, WHOLE_BASIS_POINTS, LinkKind
from services.registry.domain.person import PersonParticulars
from services.shared.grpc_server import Form

EARLIEST_BIRTH_YEAR = 1900


def person(form: Form) -> PersonParticulars:
    return PersonParticulars(
        name=form.text("name", longest=250),
        personal_id=form.text("personal_id", longest=20),
        birth_year=form.optional_integer("birth_year", least=EARLIEST_BIRTH_YEAR, most=2100),
    )


def link_terms(form: Form, *, personal: bool) -> LinkTerms:
    """A link of a kind whose first party is a person, or of one between enterprises; a succession is told otherwise."""
    kind = form.choice("kind", LinkKind)
    if (kind in PERSONAL_KINDS) is not personal or kind is LinkKind.SUCCESSION:
        form.refuse("kind", "FIELD_UNKNOWN_CHOICE", "Trường kind không thuộc các lựa chọn được chấp nhận.")
    return LinkTerms(
        kind=kind,
        share_basis_points=form.optional_integer("share_basis_points", least=1, most=WHOLE_BASIS_POINTS),
        valid_from=form.date("valid_from"),
        valid_until=form.optional_date("valid_until"),
    )
