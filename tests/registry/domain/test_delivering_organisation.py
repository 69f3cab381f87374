"""Rules of delivering organisations."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from services.registry.domain.delivering_organisation import (
    Accreditation,
    AccreditationExpired,
    DeliveringOrganisation,
    OfferedService,
    ServiceRepeated,
)
from services.registry.domain.identifier import TaxCodeIncorrect
from tests.given import act, given, happened
from tests.registry.examples import TAX_CODE

CERTIFIER: dict[str, Any] = {
    "name": "Trung tâm Chứng nhận Sao Hôm",
    "tax_code": TAX_CODE,
    "services": (OfferedService.CERTIFICATION, OfferedService.TESTING),
    "scope": "Thực phẩm, thủy sản chế biến",
    "accreditation": Accreditation("VICAS 999", date(2027, 1, 31)),
}


def register(**changes: Any) -> DeliveringOrganisation:
    return DeliveringOrganisation.register(act(), UUID(int=9), **(CERTIFIER | changes))


def test_an_organisation_is_registered_with_what_it_offers() -> None:
    given().when(register).then(happened(DeliveringOrganisation.Registered, **CERTIFIER))


def test_an_organisation_without_accreditation_is_registered() -> None:
    given().when(lambda: register(accreditation=None)).then(
        happened(DeliveringOrganisation.Registered, **CERTIFIER | {"accreditation": None})
    )


def test_a_wrong_tax_code_is_refused() -> None:
    given().when(lambda: register(tax_code="1809990018")).refused(TaxCodeIncorrect, field="tax_code")


def test_a_service_is_named_once() -> None:
    given().when(lambda: register(services=(OfferedService.TESTING,) * 2)).refused(ServiceRepeated, field="services")


def test_an_expired_accreditation_is_refused() -> None:
    expired = Accreditation("VICAS 999", date(2024, 6, 27))
    given().when(lambda: register(accreditation=expired)).refused(AccreditationExpired)
