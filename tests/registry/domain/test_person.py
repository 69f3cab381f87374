"""A person behind an enterprise is entered sealed, and erased once."""

from __future__ import annotations

from uuid import UUID

from services.registry.domain.person import Person, PersonAlreadyErased
from services.shared.personal_data import Sealed
from tests.given import act, given, happened

SEALED = Sealed("c2VhbGVk")
RECORDED = happened(Person.Recorded, sealed_particulars=SEALED)


def test_a_person_is_recorded_sealed() -> None:
    given().when(lambda: Person.record(act(), UUID(int=1), SEALED)).then(RECORDED)


def test_a_persons_data_are_erased_once() -> None:
    erased = given(RECORDED).when(lambda person: person.erase(act())).then(happened(Person.Erased))
    assert erased.erased
    given(RECORDED, happened(Person.Erased)).when(lambda person: person.erase(act())).refused(PersonAlreadyErased)
