"""Rules of delivering organisations."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.registry.domain.delivering_organisation import (
    Accreditation,
    AccreditationExpired,
    DeliveringOrganisation,
    OfferedService,
    OrganisationChangedBefore,
    OrganisationEnded,
    OrganisationUnchanged,
    ServiceRepeated,
)
from services.registry.domain.identifier import TaxCodeIncorrect
from services.registry.domain.stop_flag import StopFlagUnknown
from services.shared.record import ActedBefore, DocumentMissing
from services.shared.refusals import Refusal
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


MAY, JULY = date(2024, 5, 2), date(2024, 7, 1)
REGISTERED = happened(DeliveringOrganisation.Registered, **CERTIFIER)
PAPER = {"document": "4/GCN-KHCN"}
RENAMED = happened(DeliveringOrganisation.Renamed, name="Viện Sao Hôm", act=act(**PAPER, effective_on=JULY))
ENDED = happened(DeliveringOrganisation.Ended, reason="Giải thể", act=act(**PAPER, effective_on=JULY))


def by(day: date = JULY, **changes: Any) -> Any:
    return act(**(PAPER | {"effective_on": day} | changes))


def test_what_it_is_called_and_offers_is_known_for_each_day() -> None:
    organisation = given(REGISTERED, RENAMED).record()
    organisation.change_services(by(date(2025, 1, 1)), (OfferedService.TESTING,), "Thủy sản")
    told = {
        day: (profile.name, profile.services, profile.scope)
        for day in (MAY, JULY, date(2025, 1, 1))
        for profile in [organisation.profile_on(day)]
    }
    both, scope = CERTIFIER["services"], CERTIFIER["scope"]
    assert told[MAY] == ("Trung tâm Chứng nhận Sao Hôm", both, scope)
    assert told[JULY] == ("Viện Sao Hôm", both, scope)
    assert told[date(2025, 1, 1)] == ("Viện Sao Hôm", (OfferedService.TESTING,), "Thủy sản")
    assert organisation.name == "Viện Sao Hôm"


def test_an_organisation_is_stopped_and_let_go_by_two_persons() -> None:
    organisation = given(REGISTERED).when(lambda known: known.raise_stop_flag(by(), "Bị tố cáo")).record
    assert organisation is not None
    [flag] = organisation.stop_flags
    assert flag.stands_on(JULY)
    with pytest.raises(ActedBefore):
        organisation.lift_stop_flag(by(), flag.stop_flag_id, "Không có căn cứ")
    organisation.lift_stop_flag(by(person_id=UUID(int=5)), flag.stop_flag_id, "Không có căn cứ")
    assert not organisation.stop_flags[0].stands_on(JULY)


@pytest.mark.parametrize(
    ("history", "refused", "refusal"),
    [
        ((), lambda known: known.rename(by(document=None), "Viện Sao Mai"), DocumentMissing),
        ((), lambda known: known.rename(by(), CERTIFIER["name"]), OrganisationUnchanged),
        ((RENAMED,), lambda known: known.rename(by(MAY), "Viện Sao Mai"), OrganisationChangedBefore),
        ((ENDED,), lambda known: known.rename(by(), "Viện Sao Mai"), OrganisationEnded),
        ((), lambda known: known.change_services(by(), (OfferedService.TESTING,) * 2, "Cá"), ServiceRepeated),
        ((), lambda known: known.change_services(by(document=None), (OfferedService.TESTING,), "Cá"), DocumentMissing),
        ((), lambda known: known.raise_stop_flag(by(document=None), "Bị tố cáo"), DocumentMissing),
        ((), lambda known: known.lift_stop_flag(by(), UUID(int=1), "Không có căn cứ"), StopFlagUnknown),
        ((), lambda known: known.end(by(document=None), "Giải thể"), DocumentMissing),
        ((ENDED,), lambda known: known.end(by(), "Giải thể"), OrganisationEnded),
        ((RENAMED,), lambda known: known.end(by(MAY), "Giải thể"), OrganisationChangedBefore),
    ],
)
def test_what_cannot_become_of_it_is_refused(history: Any, refused: Any, refusal: type[Refusal]) -> None:
    given(REGISTERED, *history).when(refused).refused(refusal)
