"""An erasure on a real database: the key goes, for one person only, and for ever."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.registry.application.affiliations import Affiliations, LinkTerms
from services.registry.application.erasures import Erasures
from services.registry.application.registry import Registry
from services.registry.domain.affiliation import LinkKind
from services.registry.domain.data_subject import DataSubject
from services.registry.domain.person import PersonParticulars
from services.shared.erasure import (
    ErasureGround,
    ErasureRule,
    RetentionNotOver,
    SubjectErasedBefore,
    SubjectUnknown,
    Ties,
    TiesNotEnded,
)
from services.shared.erasure_requests import ErasureRequests
from services.shared.event_store import Call, EventLog
from services.shared.personal_data import ERASED, SubjectErased, SubjectKeys
from tests.registry.application.test_registry import call
from tests.registry.conftest import IDENTIFIER_SECRET
from tests.registry.examples import PREDECESSORS, UNITS, UNITS_DOCUMENT, UNITS_VALID_FROM, company, household

ENDED = LinkTerms(LinkKind.OWNER, 1_000, date(2015, 1, 1), date(2017, 6, 30))
RULE = ErasureRule(date(2021, 1, 1), "8/QĐ-SKHCN", retention_years=5, answer_within_days=20, sample=True)
OFFICER, LEAD = UUID(int=21), UUID(int=22)


def by(person_id: UUID, **changes: Any) -> Call:
    return call(person_id=person_id, document="8/QĐ-SKHCN", **changes)


@pytest.fixture(scope="module")
def affiliations(log: EventLog, subject_keys: SubjectKeys) -> Affiliations:
    return Affiliations(log, subject_keys, IDENTIFIER_SECRET)


@pytest.fixture(scope="module")
def erasures(log: EventLog, subject_keys: SubjectKeys) -> Erasures:
    erasures = Erasures(log, subject_keys)
    rule = {name: value for name, value in vars(RULE).items() if name != "legal_basis"}
    erasures.adopt_erasure_rule(by(LEAD), **rule)
    return erasures


@pytest.fixture(scope="module")
def enterprise_id(registry: Registry) -> UUID:
    registry.publish_units(
        call(document=UNITS_DOCUMENT, effective_on=UNITS_VALID_FROM),
        province_code="92",
        valid_from=UNITS_VALID_FROM,
        units=UNITS,
        predecessors=PREDECESSORS,
    )
    return registry.register_enterprise(call(), company()).record.id


def person(affiliations: Affiliations, enterprise_id: UUID, number: str, terms: LinkTerms = ENDED) -> UUID:
    told = PersonParticulars("Lê Văn Sao", number, 1970)
    linked = affiliations.record_person(by(OFFICER), enterprise_id=enterprise_id, particulars=told, terms=terms).record
    return linked.links[-1].from_id


def erased(erasures: Erasures, subject_id: UUID) -> DataSubject:
    erasures.request_erasure(by(OFFICER), subject_id=subject_id, ground=ErasureGround.PURPOSE_ENDED)
    return erasures.erase_person(by(LEAD), subject_id=subject_id).record


def test_one_person_is_erased_and_the_others_stay(
    affiliations: Affiliations, erasures: Erasures, subject_keys: SubjectKeys, enterprise_id: UUID
) -> None:
    gone, stays = (person(affiliations, enterprise_id, f"09207099000{digit}") for digit in (1, 2))
    assert erased(erasures, gone).erased_on is not None
    assert affiliations.get_person(gone) == PersonParticulars(ERASED, None, None)
    assert affiliations.get_person(stays).name == "Lê Văn Sao"
    with pytest.raises(SubjectErased):
        subject_keys.seal(gone, "again")
    with pytest.raises(SubjectErasedBefore):
        erasures.erase_person(by(LEAD), subject_id=gone)


def test_an_erased_person_is_still_recognised(
    affiliations: Affiliations, erasures: Erasures, registry: Registry, enterprise_id: UUID
) -> None:
    erased(erasures, first := person(affiliations, enterprise_id, "092070990004"))
    other = registry.register_enterprise(call(), company(identifier_code="1800000113")).record.id
    assert person(affiliations, other, "092070990004") == first


@pytest.mark.usefixtures("fed_views")
def test_an_erasure_that_was_cut_off_is_finished_by_the_view(
    affiliations: Affiliations, erasures: Erasures, log: EventLog, enterprise_id: UUID
) -> None:
    subject_id = person(affiliations, enterprise_id, "092070990003")
    erasures.request_erasure(by(OFFICER), subject_id=subject_id, ground=ErasureGround.ORDERED)
    subject = erasures.get_data_subject(subject_id)
    subject.erase(by(LEAD).act, RULE, Ties(date(2017, 6, 30), open=False))
    position = log.save_for(by(LEAD), subject).position  # and then the process died
    ErasureRequests(log).wait_for(position, timeout=10)
    assert affiliations.get_person(subject_id).name == ERASED


def test_who_still_owns_is_not_erased_and_who_did_only_after_years(
    affiliations: Affiliations, erasures: Erasures, enterprise_id: UUID
) -> None:
    owner = LinkTerms(LinkKind.OWNER, 1_000, date(2022, 1, 1), None)
    with pytest.raises(TiesNotEnded):
        erased(erasures, person(affiliations, enterprise_id, "092070990005", owner))
    lately = LinkTerms(LinkKind.OWNER, 1_000, date(2022, 1, 1), date(2023, 1, 1))
    with pytest.raises(RetentionNotOver):
        erased(erasures, person(affiliations, enterprise_id, "092070990006", lately))


def test_the_owner_of_a_household_business_goes_by_it(erasures: Erasures, registry: Registry) -> None:
    stall = registry.register_enterprise(call(), household()).record
    with pytest.raises(TiesNotEnded):
        erased(erasures, stall.id)


def test_there_is_nothing_to_erase_of_a_company_nor_of_nobody(erasures: Erasures, enterprise_id: UUID) -> None:
    for subject_id in (enterprise_id, uuid4()):
        with pytest.raises(SubjectUnknown):
            erasures.request_erasure(by(OFFICER), subject_id=subject_id, ground=ErasureGround.ORDERED)
