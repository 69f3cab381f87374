"""The longer parts of requests, read as plain values; whoever reads one checks the whole form before using it."""

from __future__ import annotations

from services.registry.domain.body import PredecessorBody
from services.registry.domain.business_line import BusinessLine, VsicScheme
from services.registry.domain.delivering_organisation import Accreditation
from services.registry.domain.identifier import IdentifierKind
from services.registry.domain.other_funding import OtherFunding
from services.registry.domain.registration import LegalForm, Particulars, Registration, TargetGroup
from services.registry.domain.unit_register import MergerExtent, PublishedPredecessor, PublishedUnit, UnitKind
from services.shared.grpc_server import Form

BODY_CODE = r"[A-Z0-9-]{2,20}"
UNIT_CODE = r"[0-9]{5}"
PROVINCE_CODE = r"[0-9]{2}"
DISTRICT_CODE = r"[0-9]{3}"
BUSINESS_LINE_PREFIX = r"[0-9]{1,4}"
CONTENT_CODE = r"[A-Z]{2,4}-[A-Z0-9]{1,20}"
UNIT_KEY = r"PRODUCT:[0-9A-Z][0-9A-Z./-]{0,62}|SITE:[0-9]{5}(:[0-9A-Z][0-9A-Z./-]{0,30})?"
"""How support names a product or a site of an enterprise."""


def predecessor_body(form: Form) -> PredecessorBody:
    return PredecessorBody(
        code=form.text("code", pattern=BODY_CODE),
        name=form.text("name", longest=250),
        ended_on=form.date("ended_on"),
    )


def published_unit(form: Form) -> PublishedUnit:
    return PublishedUnit(
        code=form.text("code", pattern=UNIT_CODE),
        name=form.text("name", longest=100),
        kind=form.choice("kind", UnitKind),
    )


def published_predecessor(form: Form) -> PublishedPredecessor:
    return PublishedPredecessor(
        code=form.text("code", pattern=UNIT_CODE),
        old_code=form.text("old_code", pattern=UNIT_CODE),
        old_name=form.text("old_name", longest=100),
        old_district_code=form.text("old_district_code", pattern=DISTRICT_CODE),
        old_province_code=form.text("old_province_code", pattern=PROVINCE_CODE),
        extent=form.choice("extent", MergerExtent),
    )


def registration(form: Form) -> Registration:
    kind, code, reason = form.nested("identifier", _identifier)
    unit_code, street = form.nested("address", address)
    return Registration(
        target_group=form.choice("target_group", TargetGroup),
        legal_form=form.choice("legal_form", LegalForm),
        identifier_kind=kind,
        no_identifier_reason=reason,
        particulars=Particulars(form.text("display_name", longest=250), code, street),
        unit_code=unit_code,
        business_lines=form.each("business_lines", business_line, least=1, most=100),
        registered_on=form.date("registered_on"),
    )


def _identifier(form: Form) -> tuple[IdentifierKind, str | None, str | None]:
    return (
        form.choice("kind", IdentifierKind),
        form.optional_text("code", longest=60),
        form.optional_text("reason", longest=250),
    )


def address(form: Form) -> tuple[str, str | None]:
    return form.text("unit_code", pattern=UNIT_CODE), form.optional_text("street", longest=250)


def business_line(form: Form) -> BusinessLine:
    return BusinessLine(
        scheme=form.choice("scheme", VsicScheme),
        code=form.text("code", longest=10),
        valid_from=form.date("valid_from"),
        valid_until=form.optional_date("valid_until"),
    )


def other_funding(form: Form, scheme: str | None = None) -> OtherFunding:
    """A funding of ``scheme``, or where none is given of the scheme that the form names."""
    return OtherFunding(
        scheme=scheme or form.text("scheme", longest=250),
        grantor=form.text("grantor", longest=250),
        content_code=form.text("content_code", pattern=CONTENT_CODE),
        amount_vnd=form.amount_vnd("amount_vnd"),
        decided_on=form.date("decided_on"),
        period_from=form.date("period_from"),
        period_to=form.date("period_to"),
        legal_basis=form.text("legal_basis", longest=60),
        unit_keys=form.texts("unit_keys", pattern=UNIT_KEY, most=1_000),
    )


def reason(form: Form) -> str:
    """Why something that was recorded is changed: a sentence, not a word."""
    return form.text("reason", shortest=10, longest=500)


def accreditation(form: Form) -> Accreditation | None:
    """Number and last day, both or neither."""
    number = form.optional_text("accreditation_number", longest=60)
    expires_on = form.optional_date("accreditation_expires_on")
    if number is not None and expires_on is not None:
        return Accreditation(number, expires_on)
    if number is not None or expires_on is not None:
        missing = "accreditation_expires_on" if number is not None else "accreditation_number"
        form.refuse(missing, "FIELD_REQUIRED", "Số công nhận và ngày hết hạn phải được khai cùng nhau.")
    return None
