"""People, links and undertakings on a real database: saved with both parties, exact at a position, never in clear."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.registry.application.affiliations import Affiliations, LinkTerms
from services.registry.application.identifiers import PERSONS, claim_id
from services.registry.application.registry import Registry
from services.registry.application.stop_flags import StopFlags
from services.registry.application.successions import Successions
from services.registry.application.undertakings import Undertakings
from services.registry.domain.affiliation import Affiliation, LinkKind
from services.registry.domain.enterprise import EnterpriseEnded
from services.registry.domain.identifier import Identifier, IdentifierKind, PersonalIdIncorrect
from services.registry.domain.person import PersonParticulars
from services.registry.domain.succession import SuccessionKind
from services.registry.read_models.enterprises import Enterprises
from services.shared.event_store import Call, EventLog, RecordNotFound, VersionConflict
from services.shared.personal_data import SubjectKeys
from tests.registry.application.test_registry import call, everything_stored
from tests.registry.conftest import IDENTIFIER_SECRET
from tests.registry.examples import PREDECESSORS, UNITS, UNITS_DOCUMENT, UNITS_VALID_FROM, company, funding, household

DAY = date(2024, 6, 28)
LADY_BAY = PersonParticulars("Trần Thị Vịnh Xanh", "092085990123", 1985)
OWNS = LinkTerms(LinkKind.OWNER, 6_000, date(2022, 1, 1), None)
HOLDS = LinkTerms(LinkKind.PARENT, 6_000, date(2022, 1, 1), None)

Register = Callable[[], UUID]


def shown(**changes: Any) -> Call:
    """A call that rests on a document."""
    return call(**{"document": "8/GCN-ĐKKD", **changes})


@pytest.fixture(scope="module")
def affiliations(log: EventLog, subject_keys: SubjectKeys) -> Affiliations:
    return Affiliations(log, subject_keys, IDENTIFIER_SECRET)


@pytest.fixture(scope="module")
def undertakings(log: EventLog) -> Undertakings:
    return Undertakings(log)


@pytest.fixture(scope="module")
def register(registry: Registry) -> Register:
    """Registers one more enterprise, and answers its id."""
    order = call(document=UNITS_DOCUMENT, effective_on=UNITS_VALID_FROM)
    registry.publish_units(
        order, province_code="92", valid_from=UNITS_VALID_FROM, units=UNITS, predecessors=PREDECESSORS
    )
    codes = _tax_codes()
    return lambda: registry.register_enterprise(call(), company(identifier_code=next(codes))).record.id


def _tax_codes() -> Iterator[str]:
    weights = (31, 29, 23, 19, 17, 13, 7, 5, 3)
    for stem in (f"18{serial:07}" for serial in range(1, 999)):
        digit = 10 - sum(weight * int(sign) for weight, sign in zip(weights, stem, strict=True)) % 11
        if digit < 10:
            yield f"{stem}{digit}"


@pytest.fixture
def two(register: Register) -> tuple[UUID, UUID]:
    return register(), register()


@pytest.fixture(scope="module")
def owned(affiliations: Affiliations, register: Register) -> list[Affiliation]:
    """Two enterprises of the same person, whose name was written another way the second time."""
    again = PersonParticulars("TRẦN THỊ VỊNH XANH", LADY_BAY.personal_id, None)
    return [
        affiliations.record_person(shown(), enterprise_id=register(), particulars=told, terms=OWNS).record
        for told in (LADY_BAY, again)
    ]


class TestPeople:
    def test_the_same_person_in_two_enterprises_is_one(
        self, affiliations: Affiliations, owned: list[Affiliation]
    ) -> None:
        first, second = (affiliation.links[0].from_id for affiliation in owned)
        assert first == second
        assert affiliations.get_person(first) == LADY_BAY

    def test_nothing_of_a_person_is_stored_in_clear(self, log: EventLog, owned: list[Affiliation]) -> None:
        assert owned
        stored = everything_stored(log)
        assert not [clue for clue in ("092085990123", "Vịnh Xanh", "VỊNH XANH") if clue in stored]

    def test_a_number_that_can_be_nobodys_is_refused(self, affiliations: Affiliations, register: Register) -> None:
        told = PersonParticulars("Lê Thị Gió", "1", None)
        with pytest.raises(PersonalIdIncorrect):
            affiliations.record_person(shown(), enterprise_id=register(), particulars=told, terms=OWNS)


class TestHouseholds:
    """A household business and the person of the same number are one, whichever is known first."""

    def test_an_owner_known_before_is_linked_to_a_new_household(
        self, affiliations: Affiliations, registry: Registry, register: Register, undertakings: Undertakings
    ) -> None:
        bay, company_id = replace(LADY_BAY, personal_id="092085990201"), register()
        affiliations.record_person(shown(), enterprise_id=company_id, particulars=bay, terms=OWNS)
        home = registry.register_enterprise(call(), household(identifier_code=bay.personal_id)).record
        assert {each.enterprise_id for each in undertakings.get_undertaking(home.id, DAY).members} == {
            home.id,
            company_id,
        }

    def test_an_owner_recorded_later_is_linked_to_the_household_there_was(
        self, affiliations: Affiliations, registry: Registry, register: Register, undertakings: Undertakings
    ) -> None:
        bay, company_id = replace(LADY_BAY, personal_id="092085990202"), register()
        home = registry.register_enterprise(call(), household(identifier_code=bay.personal_id)).record
        assert affiliations.get_affiliation(home.id) is None
        earlier = shown(effective_on=home.registered_on)
        owned = affiliations.record_person(
            earlier, enterprise_id=company_id, particulars=bay, terms=replace(OWNS, valid_from=home.registered_on)
        ).record
        assert affiliations.get_person(owned.links[0].from_id) == bay
        held = affiliations.get_affiliation(home.id)
        assert held is not None
        [link] = held.links
        assert (link.kind, link.share_basis_points, link.valid_from) == (LinkKind.OWNER, 10_000, home.registered_on)
        assert link.document == "Giấy chứng nhận đăng ký hộ kinh doanh"
        members = undertakings.get_undertaking(company_id, DAY).members
        assert [each.enterprise_id for each in members] == [company_id, home.id]
        affiliations.record_person(shown(), enterprise_id=register(), particulars=bay, terms=OWNS)
        assert affiliations.get_affiliation(home.id) == held

    def test_who_is_recorded_as_owner_of_the_household_itself_is_linked_once(
        self, affiliations: Affiliations, registry: Registry
    ) -> None:
        bay = replace(LADY_BAY, personal_id="092085990203")
        home = registry.register_enterprise(call(), household(identifier_code=bay.personal_id)).record
        represents = LinkTerms(LinkKind.LEGAL_REPRESENTATIVE, None, date(2022, 1, 1), date(2023, 1, 1))
        told = {"enterprise_id": home.id, "particulars": bay}
        saved = affiliations.record_person(shown(), **told, terms=represents).record
        assert [link.kind for link in saved.links] == [LinkKind.LEGAL_REPRESENTATIVE, LinkKind.OWNER]
        again = affiliations.record_person(
            shown(), **told, terms=replace(represents, valid_from=date(2024, 1, 1), valid_until=None)
        )
        assert [link.kind for link in again.record.links].count(LinkKind.OWNER) == 1

    def test_two_who_record_household_and_owner_at_once_meet(
        self, affiliations: Affiliations, registry: Registry, register: Register, log: EventLog
    ) -> None:
        """Whoever comes second loses the claim on the number, and asks again."""
        bay = replace(LADY_BAY, personal_id="092085990204")
        claim = claim_id(IDENTIFIER_SECRET, PERSONS, IdentifierKind.PERSONAL_ID, str(bay.personal_id))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(affiliations, "_person_known_by", lambda _: None)
            registry.register_enterprise(call(), household(identifier_code=bay.personal_id))
            with pytest.raises(VersionConflict):
                affiliations.record_person(shown(), enterprise_id=register(), particulars=bay, terms=OWNS)
        assert log.find(Identifier, claim)


class TestLinks:
    def test_a_link_stands_with_both_and_ends_with_both(
        self, affiliations: Affiliations, two: tuple[UUID, UUID]
    ) -> None:
        daughter, mother = two
        made = affiliations.link_enterprises(shown(), enterprise_id=daughter, from_enterprise_id=mother, terms=HOLDS)
        (link,) = made.record.links
        affiliations.end_link(shown(), enterprise_id=mother, link_id=link.link_id, last_day=DAY)
        for each in two:
            affiliation = affiliations.get_affiliation(each)
            assert affiliation is not None
            assert [known.valid_until for known in affiliation.links] == [DAY]

    def test_an_enterprise_nobody_registered_has_no_links(
        self, affiliations: Affiliations, two: tuple[UUID, UUID]
    ) -> None:
        nobody = uuid4()
        with pytest.raises(RecordNotFound):
            affiliations.get_affiliation(nobody)
        for ids in ((nobody, two[0]), (two[0], nobody)):
            with pytest.raises(RecordNotFound):
                affiliations.link_enterprises(shown(), enterprise_id=ids[0], from_enterprise_id=ids[1], terms=HOLDS)
        assert affiliations.get_affiliation(two[0]) is None


class TestUndertaking:
    def test_an_answer_is_exact_at_its_position(
        self, affiliations: Affiliations, undertakings: Undertakings, two: tuple[UUID, UUID], log: EventLog
    ) -> None:
        daughter, mother = two
        before = log.head()
        made = affiliations.link_enterprises(shown(), enterprise_id=daughter, from_enterprise_id=mother, terms=HOLDS)
        affiliations.end_link(
            shown(), enterprise_id=daughter, link_id=made.record.links[0].link_id, last_day=date(2024, 6, 27)
        )
        at = {
            position: [member.enterprise_id for member in undertakings.undertaking_at(position, mother, DAY).members]
            for position in (before, made.position, log.head())
        }
        assert list(at.values()) == [[mother], [mother, daughter], [mother]]

    def test_a_rule_decides_from_its_day_on(
        self, affiliations: Affiliations, undertakings: Undertakings, two: tuple[UUID, UUID]
    ) -> None:
        daughter, mother = two
        affiliations.link_enterprises(shown(), enterprise_id=daughter, from_enterprise_id=mother, terms=HOLDS)
        rule: dict[str, Any] = {"joining_kinds": (LinkKind.PARENT,), "sample": True}
        for valid_from, share in ((date(2090, 1, 1), 6_001), (date(2091, 1, 1), 6_000)):
            undertakings.adopt_undertaking_rule(
                shown(document=f"{share}/QĐ"), valid_from=valid_from, least_share_basis_points=share, **rule
            )
        found = [undertakings.get_undertaking(mother, date(year, 6, 1)) for year in (2089, 2090, 2091)]
        assert [len(undertaking.members) for undertaking in found] == [2, 1, 2]
        assert [undertaking.rule and undertaking.rule.legal_basis for undertaking in found] == [
            None, "6001/QĐ", "6000/QĐ"
        ]  # fmt: skip

    def test_an_enterprise_nobody_registered_is_not_found(self, undertakings: Undertakings) -> None:
        with pytest.raises(RecordNotFound):
            undertakings.get_undertaking(uuid4(), DAY)

    def test_eligibility_tells_of_every_member(
        self, affiliations: Affiliations, registry: Registry, two: tuple[UUID, UUID], log: EventLog
    ) -> None:
        daughter, mother = two
        affiliations.link_enterprises(shown(), enterprise_id=daughter, from_enterprise_id=mother, terms=HOLDS)
        ended = funding(period_to=date(2024, 3, 31))
        recorded = registry.record_other_funding(shown(), enterprise_id=mother, funding=ended)
        registry.record_other_funding(shown(), enterprise_id=mother, funding=funding(content_code="TOOL-5S"))
        StopFlags(log).raise_stop_flag(shown(), enterprise_id=mother, reason="Đang thanh tra")
        facts = registry.get_eligibility(daughter, "SYS-ISO9001", DAY)
        assert [member.enterprise_id for member in facts.undertaking.members] == [daughter, mother]
        own, others = facts.members
        assert (own.other_fundings, own.stop_flags, facts.other_fundings) == ((), (), ())
        [held] = others.other_fundings
        assert (held.fact.funding, held.enterprise_id, held.position) == (ended, mother, recorded.position)
        assert [flag.reason for flag in others.stop_flags] == ["Đang thanh tra"]
        assert not registry.get_eligibility(daughter, "SYS-ISO9001", date(2021, 1, 1)).members[1:]


class TestSuccessions:
    @pytest.fixture
    def successions(
        self, log: EventLog, registry: Registry, affiliations: Affiliations, subject_keys: SubjectKeys
    ) -> Successions:
        return Successions(log, registry, affiliations, subject_keys)

    def test_successor_and_predecessor_are_one_and_find_each_other(
        self, successions: Successions, undertakings: Undertakings, two: tuple[UUID, UUID], registry: Registry
    ) -> None:
        old, new = two
        merged = SuccessionKind.MERGER
        registry.record_other_funding(shown(), enterprise_id=old, funding=funding())
        successions.record_succession(shown(), enterprise_id=old, kind=merged, successor_ids=(new,))
        for each in two:
            assert {member.enterprise_id for member in undertakings.get_undertaking(each, DAY).members} == set(two)
        assert len(undertakings.get_undertaking(new, date(2024, 6, 27)).members) == 1
        assert registry.get_eligibility(new, "SYS-ISO9001", DAY).members[1].other_fundings
        assert registry.get_eligibility(old, "SYS-ISO9001", DAY).ended_on == DAY
        with pytest.raises(EnterpriseEnded):
            successions.record_succession(shown(), enterprise_id=new, kind=merged, successor_ids=(old,))

    def test_nobody_unknown_succeeds(self, successions: Successions, two: tuple[UUID, UUID]) -> None:
        with pytest.raises(RecordNotFound):
            successions.record_succession(
                shown(), enterprise_id=two[0], kind=SuccessionKind.MERGER, successor_ids=(uuid4(),)
            )

    def test_what_has_ended_is_owned_by_nobody_new(
        self, successions: Successions, affiliations: Affiliations, two: tuple[UUID, UUID]
    ) -> None:
        old, other = two
        successions.dissolve_enterprise(shown(), enterprise_id=old)
        later = replace(HOLDS, valid_from=DAY)
        with pytest.raises(EnterpriseEnded):
            affiliations.link_enterprises(shown(), enterprise_id=old, from_enterprise_id=other, terms=later)
        with pytest.raises(EnterpriseEnded):
            affiliations.record_person(
                shown(), enterprise_id=old, particulars=LADY_BAY, terms=replace(OWNS, valid_from=DAY)
            )
        affiliations.link_enterprises(shown(), enterprise_id=old, from_enterprise_id=other, terms=HOLDS)

    def test_a_households_new_name_is_stored_sealed(
        self, successions: Successions, registry: Registry, log: EventLog, register: Register
    ) -> None:
        register()  # so that there are units
        household_id = registry.register_enterprise(call(), household(identifier_code="092085990777")).record.id
        successions.rename_enterprise(shown(), enterprise_id=household_id, display_name="Hộ kinh doanh Bảy Sao Mai")
        opened = registry.opened_particulars(registry.get_enterprise(household_id))
        assert (opened.display_name, opened.identifier_code) == ("Hộ kinh doanh Bảy Sao Mai", "092085990777")
        assert "Bảy Sao Mai" not in everything_stored(log)

    def test_a_new_name_is_found_in_lists(self, successions: Successions, register: Register, log: EventLog) -> None:
        renamed = successions.rename_enterprise(
            shown(), enterprise_id=register(), display_name="Công ty Tên Mới Lạ Lùng"
        )
        enterprises = Enterprises(log)
        enterprises.wait_for(renamed.position, 10)
        (listed,) = enterprises.list_enterprises(name="ten moi la lung", unit_code="31117", after=None, limit=5)
        assert (listed.id, listed.version) == (renamed.record.id, 2)
        former = enterprises.list_enterprises(name="ca kho mat troi", after=None, limit=500)
        assert listed.id not in [found.id for found in former]
