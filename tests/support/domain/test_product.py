"""A certified product: its certificate must be right, and is followed as its body's papers say."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from services.shared.proceeding import ActedInThePast
from services.shared.record import Act, ActedBefore, DocumentMissing
from services.support.domain.certificate_life import CertificateStatus, Surveillance, SurveillanceResult
from services.support.domain.certificate_refusals import CertificateLapsed, CertificateNotInStep, RenewalEndsNoLater
from services.support.domain.product import (
    CertificateEndsBeforeItStarts,
    CertificateNotYetValid,
    ConformityKind,
    Product,
)
from tests.given import act, given, happened
from tests.support.domain.test_task import by
from tests.support.examples import DAY, LOTUS_MILL, OFFICER, SECOND_OFFICER

PRODUCT: dict[str, Any] = {
    "enterprise_id": LOTUS_MILL,
    "product_group_code": "GAO",
    "product_name": "Gạo thơm Mẫu",
    "conformity_kind": ConformityKind.CONFORMITY_TO_STANDARD,
    "certificate_number": "HC-5",
    "certification_body": "Chứng nhận Mẫu",
    "valid_from": date(2024, 5, 1),
    "valid_until": date(2027, 4, 30),
    "participation_id": None,
}


def test_a_product_is_certified() -> None:
    product = given().when(lambda: Product.certify(act(), **PRODUCT)).then(happened(Product.Certified, **PRODUCT))
    assert product.id == Product.create_id(LOTUS_MILL, "GAO", "HC-5", "Chứng nhận Mẫu")


def test_a_certificate_counts_once_however_it_is_spelt() -> None:
    spelt = unicodedata.normalize("NFD", " CHỨNG  NHẬN mẫu")
    assert Product.create_id(LOTUS_MILL, "GAO", "hc-5", spelt) == Product.create_id(
        LOTUS_MILL, "GAO", "HC-5", "Chứng nhận Mẫu"
    )


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"valid_until": date(2024, 4, 30)}, CertificateEndsBeforeItStarts),
        ({"valid_from": date(2024, 6, 29)}, CertificateNotYetValid),
    ],
)
def test_a_certificate_that_cannot_be_right(changes: dict[str, Any], refusal: type) -> None:
    given().when(lambda: Product.certify(act(), **{**PRODUCT, **changes})).refused(refusal)


NAMED = {"enterprise_id": LOTUS_MILL, "product_name": "Gạo thơm Mẫu", "certificate_number": "HC-5"}
CERTIFIED = happened(Product.Certified, **PRODUCT)
PAPER = by(OFFICER, "32/QĐ-CN")
BY_ANOTHER = by(SECOND_OFFICER, "33/QĐ-CN")
SUSPENDED = happened(Product.Suspended, act=PAPER, **NAMED, reason="Độ ẩm")
REINSTATED = happened(Product.Reinstated, act=BY_ANOTHER, **NAMED, reason="Đã khắc phục")
WITHDRAWN = happened(Product.Withdrawn, act=PAPER, **NAMED, reason="Không khắc phục")
ANEW: dict[str, Any] = {"certificate_number": "HC-6", "valid_from": DAY, "valid_until": date(2027, 6, 27)}
RENEWED_ID = Product.create_id(LOTUS_MILL, "GAO", "HC-6", "Chứng nhận Mẫu")
RENEWED = happened(Product.Renewed, act=PAPER, **NAMED, renewed_id=RENEWED_ID, renewed_number="HC-6")
AUDIT: dict[str, Any] = {
    "result": SurveillanceResult.PASSED,
    "auditor": "Chứng nhận Mẫu",
    "audited_on": DAY,
    "findings": "Đạt yêu cầu",
}

Acting = Callable[[Product, Act], object]


def surveil(product: Product, act: Act) -> None:
    product.surveil(act, **AUDIT)


def suspend(product: Product, act: Act) -> None:
    product.suspend(act, reason="Độ ẩm")


def reinstate(product: Product, act: Act) -> None:
    product.reinstate(act, reason="Đã khắc phục")


def withdraw(product: Product, act: Act) -> None:
    product.withdraw(act, reason="Không khắc phục")


def renew(product: Product, act: Act) -> Product:
    return product.renew(act, **ANEW)


EVERY_ACT: tuple[Acting, ...] = (surveil, suspend, reinstate, withdraw, renew)


@pytest.mark.parametrize(
    ("history", "acting", "event", "status"),
    [
        ([CERTIFIED], suspend, SUSPENDED, CertificateStatus.SUSPENDED),
        ([CERTIFIED, SUSPENDED], reinstate, REINSTATED, CertificateStatus.VALID),
        ([CERTIFIED, SUSPENDED], withdraw, WITHDRAWN, CertificateStatus.WITHDRAWN),
        ([CERTIFIED, SUSPENDED, REINSTATED], renew, RENEWED, CertificateStatus.RENEWED),
    ],
)
def test_its_certificate_becomes_what_the_body_makes_of_it(
    history: list[Any], acting: Acting, event: Any, status: CertificateStatus
) -> None:
    product = given(*history).when(lambda product: acting(product, event.facts["act"])).then(event)
    assert product.status is status


def test_it_is_looked_at_again() -> None:
    seen = happened(Product.Surveilled, act=PAPER, **NAMED, **AUDIT)
    product = given(CERTIFIED).when(lambda product: surveil(product, PAPER)).then(seen)
    assert product.surveillances == (Surveillance(**AUDIT, document="32/QĐ-CN"),)


def test_certified_anew_it_is_the_same_product_under_another_number() -> None:
    renewed = renew(given(CERTIFIED).record(), PAPER)
    given().when(lambda: renewed).then(happened(Product.Certified, **PRODUCT | ANEW))
    assert renewed.id == RENEWED_ID


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"valid_until": PRODUCT["valid_until"]}, RenewalEndsNoLater),
        ({"valid_from": DAY + timedelta(days=1)}, CertificateNotYetValid),
        ({"valid_from": date(2027, 6, 28)}, CertificateEndsBeforeItStarts),
    ],
)
def test_a_renewal_that_cannot_be_right(changes: dict[str, Any], refusal: type) -> None:
    given(CERTIFIED).when(lambda product: product.renew(PAPER, **ANEW | changes)).refused(refusal)


@pytest.mark.parametrize("end", [[WITHDRAWN], [RENEWED]])
@pytest.mark.parametrize("acting", EVERY_ACT)
def test_nothing_follows_the_end(end: list[Any], acting: Acting) -> None:
    given(CERTIFIED, *end).when(lambda product: acting(product, BY_ANOTHER)).refused(CertificateNotInStep)


@pytest.mark.parametrize("acting", [surveil, suspend, withdraw, renew])
def test_every_act_rests_on_the_bodys_paper(acting: Acting) -> None:
    given(CERTIFIED).when(lambda product: acting(product, by(OFFICER))).refused(DocumentMissing)


def test_who_recorded_the_suspension_does_not_lift_it() -> None:
    given(CERTIFIED, SUSPENDED).when(lambda product: reinstate(product, PAPER)).refused(ActedBefore)


def test_after_its_last_day_it_can_only_be_certified_anew() -> None:
    later = by(OFFICER, "32/QĐ-CN", on=PRODUCT["valid_until"] + timedelta(days=1))
    given(CERTIFIED).when(lambda product: withdraw(product, later)).refused(CertificateLapsed)
    given(CERTIFIED).when(lambda product: renew(product, later)).then(
        happened(Product.Renewed, act=later, **NAMED, renewed_id=RENEWED_ID, renewed_number="HC-6")
    )


def test_its_days_never_run_backwards() -> None:
    early = by(OFFICER, "32/QĐ-CN", on=DAY - timedelta(days=1))
    given(CERTIFIED).when(lambda product: suspend(product, early)).refused(ActedInThePast)
