"""A person behind an enterprise is entered sealed; that somebody was erased long ago is still read."""

from __future__ import annotations

from uuid import UUID

from services.registry.domain.person import Person
from services.shared.personal_data import Sealed
from tests.given import act, given, happened

SEALED = Sealed("c2VhbGVk")
RECORDED = happened(Person.Recorded, sealed_particulars=SEALED)


def test_a_person_is_recorded_sealed() -> None:
    given().when(lambda: Person.record(act(), UUID(int=1), SEALED)).then(RECORDED)


def test_who_was_erased_by_an_earlier_release_is_erased() -> None:
    person: Person = given(RECORDED, happened(Person.Erased)).record()
    assert person.erased
