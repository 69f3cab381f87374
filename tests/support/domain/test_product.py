"""A certified product: its certificate must be right."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from services.support.domain.product import (
    CertificateEndsBeforeItStarts,
    CertificateNotYetValid,
    ConformityKind,
    Product,
)
from tests.given import act, given, happened
from tests.support.examples import LOTUS_MILL

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


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"valid_until": date(2024, 4, 30)}, CertificateEndsBeforeItStarts),
        ({"valid_from": date(2024, 6, 29)}, CertificateNotYetValid),
    ],
)
def test_a_certificate_that_cannot_be_right(changes: dict[str, Any], refusal: type) -> None:
    given().when(lambda: Product.certify(act(), **{**PRODUCT, **changes})).refused(refusal)
