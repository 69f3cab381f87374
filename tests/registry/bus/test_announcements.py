"""What the registry tells the others: every fact a decision rests on, and nothing about a person."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from google.protobuf.message import Message
from nscl.registry.v1 import registry_events_pb2 as messages
from nscl.registry.v1.funding_service_pb2 import ImportSource as ImportSourceMessage

from services.registry.bus.announcements import announce
from services.registry.domain.accreditation import Accreditations
from services.registry.domain.affiliation import Affiliation, Link, LinkKind
from services.registry.domain.body import Body
from services.registry.domain.branch import Branches
from services.registry.domain.delivering_organisation import Accreditation, DeliveringOrganisation, OfferedService
from services.registry.domain.duplicates import Duplicates
from services.registry.domain.enterprise import Enterprise
from services.registry.domain.funding_import import FundingImport, ImportCounts, ImportSource
from services.registry.domain.identifier import Identifier
from services.registry.domain.person import Person
from services.registry.domain.registration import LegalForm, Particulars
from services.registry.domain.representatives import PartyKind, Representatives
from services.registry.domain.size import SizeRules
from services.registry.domain.standing import StandingField, StandingVerdict
from services.registry.domain.succession import SuccessionKind
from services.registry.domain.undertaking import UndertakingRules
from services.registry.domain.unit_register import UnitRegister
from services.shared.personal_data import Sealed
from services.shared.record import Record
from services.shared.wire import date_message
from tests.given import act
from tests.registry.domain.test_particulars import LAST_OF_FISH, LIMITS, MOVED, NEW_LINE, RULE, YEAR
from tests.registry.examples import (
    BRANCH_TAX_CODE,
    OWNER_ID,
    OWNER_NAME,
    OWNER_STREET,
    PREDECESSORS,
    TAX_CODE,
    TAX_OFFICE,
    UNITS,
    UNITS_DOCUMENT,
    UNITS_VALID_FROM,
    company,
    funding,
    household,
)

ENTERPRISE_ID = UUID(int=1)


def body() -> Body:
    return Body.establish(act(), **TAX_OFFICE)


def enterprise(registration: Any = None) -> Enterprise:
    def seal(_particulars: Particulars) -> Sealed:
        return Sealed("c2VhbGVk")

    return Enterprise.register(act(), ENTERPRISE_ID, registration or company(), seal)


def attested() -> Enterprise:
    attested = enterprise()
    attestation = act(body="CUCTHUE", document="55/XN")
    year = date(2024, 1, 1), date(2024, 12, 31)
    attested.attest_standing(attestation, body(), StandingField.TAX, StandingVerdict.FULFILLED, *year)
    return attested


def funded() -> Enterprise:
    funded = enterprise()
    funded.record_other_funding(act(), funding(unit_keys=("PRODUCT:8934588012345",)))
    return funded


def corrected() -> Enterprise:
    corrected = funded()
    changed = funding(
        unit_keys=("PRODUCT:A",),
        content_code="TOOL-5S",
        amount_vnd=1,
        period_from=date(2024, 4, 1),
        period_to=date(2024, 5, 1),
    )
    corrected.correct_other_funding(act(), corrected.other_fundings[0].id, changed, WHY)
    return corrected


def revoked() -> Enterprise:
    revoked = funded()
    revoked.revoke_other_funding(act(), revoked.other_fundings[0].id, WHY)
    return revoked


def standing_revoked() -> Enterprise:
    revoked = attested()
    [standing] = revoked.standings
    revoked.revoke_standing(act(body="CUCTHUE", document="60/XN"), body(), standing.id_at(revoked.id), WHY)
    return revoked


def imported() -> FundingImport:
    imported = FundingImport.begin(act(), "Khuyến công", ImportSource.CSV, "5e" * 32)
    imported.finish(act(), ImportCounts(recorded=3, known=1, refused=2))
    return imported


WHY = "Ghi nhầm nội dung theo quyết định gốc"


def stopped() -> Enterprise:
    """An enterprise with a stop flag that was raised and lifted."""
    stopped = flagged()
    stopped.lift_stop_flag(act(person_id=UUID(int=5), document="30/CV-STC"), stopped.stop_flags[0].stop_flag_id, "Xong")
    return stopped


def flagged() -> Enterprise:
    flagged = enterprise()
    flagged.raise_stop_flag(act(document="15/CV-STC"), "Đang thanh tra")
    return flagged


def sized() -> Enterprise:
    sized = enterprise()
    sized.record_size(act(document="12/BCTC"), RULE, YEAR)
    return sized


def lines_changed() -> Enterprise:
    changed = enterprise()
    changed.change_business_lines(act(document="7/GCN-ĐKKD"), (NEW_LINE,), (LAST_OF_FISH,))
    return changed


def moved() -> Enterprise:
    moved = enterprise()
    moved.move(act(document="7/GCN-ĐKKD"), "31168", MOVED, lambda _: Sealed("c2VhbGVk"))
    return moved


def converted() -> Enterprise:
    converted = enterprise()
    converted.change_legal_form(act(document="7/GCN-ĐKKD"), LegalForm.JOINT_STOCK_COMPANY)
    return converted


def size_rules() -> SizeRules:
    rules = SizeRules.open(act())
    rules.adopt(act(document="80/2021/NĐ-CP"), valid_from=date(2021, 10, 15), limits=LIMITS, sample=True)
    return rules


def renamed() -> Enterprise:
    renamed = enterprise()
    renamed.rename(
        act(document="9/QĐ-SKH"), Particulars("Công ty Gió Mới", TAX_CODE, None), lambda _: Sealed("c2VhbGVk")
    )
    return renamed


def merged() -> Enterprise:
    merged = enterprise()
    merged.be_succeeded(act(document="9/QĐ-SKH"), SuccessionKind.MERGER, (UUID(int=12),))
    return merged


def dissolved() -> Enterprise:
    dissolved = enterprise()
    dissolved.dissolve(act(document="9/QĐ-SKH"))
    return dissolved


HOLDS = Link(
    link_id=UUID(int=21),
    kind=LinkKind.PARENT,
    from_id=UUID(int=12),
    to_id=ENTERPRISE_ID,
    share_basis_points=6_000,
    document="8/GCN-ĐKKD",
    valid_from=date(2022, 1, 1),
    valid_until=date(2027, 1, 1),
)
OWNS = replace(HOLDS, kind=LinkKind.OWNER, valid_until=None)


def linked(link: Link = HOLDS, *, party_id: UUID = ENTERPRISE_ID) -> Affiliation:
    """One party's side of a link."""
    linked = Affiliation.open(act(), party_id)
    linked.link(act(document="8/GCN-ĐKKD"), link)
    return linked


def unlinked(link: Link = HOLDS) -> Affiliation:
    unlinked = linked(replace(link, valid_until=None))
    unlinked.end_link(act(document="9/GCN-ĐKKD"), link.link_id, date(2024, 5, 31))
    return unlinked


def rules() -> UndertakingRules:
    rules = UndertakingRules.open(act())
    kinds = (LinkKind.OWNER, LinkKind.PARENT)
    share = {"least_share_basis_points": 5_000}
    rules.adopt(act(document="59/2020/QH14"), valid_from=date(2021, 1, 1), **share, joining_kinds=kinds, sample=True)
    return rules


def person() -> Person:
    """A person and their account."""
    person = Person.record(act(), UUID(int=14), Sealed("c2VhbGVk"))
    person.tie_account(act(), UUID(int=15))
    return person


def duplicates() -> tuple[Duplicates, Duplicates]:
    """A record that was merged into another, and the one into which it was."""
    record, kept = (Duplicates.open(act(), each) for each in (ENTERPRISE_ID, UUID(int=12)))
    record.suspect(act(), UUID(int=12))
    record.propose_merge(act(), kept, WHY)
    record.merge_into(act(person_id=UUID(int=5), document="5/BB-SKHCN"), kept)
    return record, kept


def branches(*, closed: bool = False) -> Branches:
    branches = Branches.open(act(), ENTERPRISE_ID)
    place = {"display_name": "Chi nhánh Phong Điền", "unit_code": "31299", "street": None}
    branches.open_branch(act(document="7/GCN"), enterprise(), number=BRANCH_TAX_CODE, **place)
    if closed:
        branches.close_branch(act(document="8/GCN", effective_on=date(2024, 9, 2)), BRANCH_TAX_CODE)
    return branches


def separated() -> Duplicates:
    record, kept = duplicates()
    record.separate_from(act(document="6/BB-SKHCN"), kept, WHY)
    return record


def accreditations() -> Accreditations:
    """Accreditations of which every kind of thing became."""
    held = Accreditations.open(act(), UUID(int=2), Accreditation("CŨ 1", date(2027, 1, 31)))
    decree = act(document="9/QĐ-VPCNCL")
    terms = {"issuer": "Văn phòng Công nhận", "field": "ISO/IEC 17065", "valid_from": date(2024, 1, 1)}
    held.grant(decree, number="VICAS 017", **terms, valid_until=date(2026, 12, 31))
    held.renew(decree, "VICAS 017", date(2029, 1, 1))
    held.suspend(decree, "VICAS 017", WHY)
    held.resume(decree, "VICAS 017")
    held.end(decree, "VICAS 017", WHY)
    return held


def changed_organisation() -> DeliveringOrganisation:
    """An organisation of which every kind of thing became."""
    changed, decree = organisation(), act(document="4/GCN-KHCN")
    changed.rename(decree, "Viện Sao Hôm")
    changed.change_services(decree, (OfferedService.CONSULTING,), "Thủy sản")
    changed.raise_stop_flag(decree, WHY)
    lifting = act(document="5/CV-STC", person_id=UUID(int=5))
    changed.lift_stop_flag(lifting, changed.stop_flags[0].stop_flag_id, WHY)
    changed.end(decree, WHY)
    return changed


ACCREDITATION = Accreditation("VICAS 999", date(2027, 1, 31))


def organisation(accreditation: Accreditation | None = ACCREDITATION) -> DeliveringOrganisation:
    return DeliveringOrganisation.register(
        act(),
        UUID(int=2),
        "Trung tâm Chứng nhận Sao Hôm",
        TAX_CODE,
        (OfferedService.CERTIFICATION,),
        "Thực phẩm",
        accreditation,
    )


def announcement_of(record: Record) -> Any:
    return announce(last_event(record), 7)


def last_event(record: Record) -> Any:
    return record.pending_events[-1]


@pytest.mark.parametrize(
    ("record", "message_class"),
    [
        (body(), messages.BodyEstablished),
        (enterprise(), messages.EnterpriseRegistered),
        (attested(), messages.StandingAttested),
        (standing_revoked(), messages.StandingRevoked),
        (funded(), messages.OtherFundingRecorded),
        (corrected(), messages.OtherFundingCorrected),
        (revoked(), messages.OtherFundingRevoked),
        (imported(), messages.FundingImportFinished),
        (organisation(), messages.DeliveringOrganisationRegistered),
        (flagged(), messages.StopFlagRaised),
        (stopped(), messages.StopFlagLifted),
        (renamed(), messages.EnterpriseRenamed),
        (sized(), messages.EnterpriseSizeRecorded),
        (lines_changed(), messages.BusinessLinesAmended),
        (moved(), messages.EnterpriseMoved),
        (converted(), messages.LegalFormConverted),
        (size_rules(), messages.SizeRuleAdopted),
        (merged(), messages.EnterpriseSucceeded),
        (dissolved(), messages.EnterpriseDissolved),
        (linked(), messages.LinkRecorded),
        (unlinked(), messages.LinkEnded),
        (rules(), messages.UndertakingRuleAdopted),
        (duplicates()[0], messages.EnterprisesMerged),
        (separated(), messages.EnterprisesSeparated),
        (branches(), messages.BranchOpened),
        (accreditations(), messages.AccreditationRecorded),
        (changed_organisation(), messages.DeliveringOrganisationEnded),
        (branches(closed=True), messages.BranchClosed),
    ],
)
def test_a_fact_is_announced_with_its_act_and_sentence(record: Record, message_class: type[Message]) -> None:
    event, message = last_event(record), announcement_of(record)
    told = message.announced
    assert message.DESCRIPTOR is message_class.DESCRIPTOR
    assert (told.record_id, told.record_version) == (str(record.id), event.originator_version)
    assert told.sentence == event.sentence()
    assert (told.act.person_id, told.act.document) == (str(event.act.person_id), event.act.document or "")


@pytest.mark.parametrize(
    "record",
    [
        Identifier.claim(act(), UUID(int=3), ENTERPRISE_ID),
        UnitRegister.publish(act(document=UNITS_DOCUMENT), "92", UNITS_VALID_FROM, UNITS, PREDECESSORS),
        Affiliation.open(act(), ENTERPRISE_ID),
        Branches.open(act(), ENTERPRISE_ID),
        Duplicates.open(act(), ENTERPRISE_ID),
        Representatives.open(act(), ENTERPRISE_ID, PartyKind.ENTERPRISE),
        person(),
    ],
)
def test_claims_units_persons_and_authorisations_stay_private(record: Record) -> None:
    assert announcement_of(record) is None


def test_an_enterprise_is_announced_by_group_name_and_place() -> None:
    message = announcement_of(enterprise())
    assert message.enterprise_id == str(ENTERPRISE_ID)
    assert (message.display_name, message.unit_code) == ("Công ty TNHH Cá Khô Mặt Trời", "31117")


def test_a_household_business_is_announced_without_its_owner() -> None:
    message = announcement_of(enterprise(household()))
    assert message.display_name == ""
    everything = message.SerializeToString()
    assert not any(clue.encode() in everything for clue in (OWNER_ID, OWNER_NAME, OWNER_STREET, "Bà Sáu"))


def test_funding_is_announced_in_full() -> None:
    message = announcement_of(funded())
    assert (message.content_code, message.amount_vnd, message.scheme) == ("SYS-ISO9001", 60_000_000, "Khuyến công")
    assert message.other_funding_id == str(funded().other_fundings[0].id)


def test_a_correction_is_announced_with_what_stood_before_it() -> None:
    message = announcement_of(corrected())
    assert (message.content_code, message.amount_vnd) == ("TOOL-5S", 1)
    assert (message.instead_of_content_code, message.instead_of_amount_vnd) == ("SYS-ISO9001", 60_000_000)
    assert message.instead_of_period_to == date_message(date(2024, 12, 31))


def test_a_revoked_funding_is_announced_in_full() -> None:
    message = announcement_of(revoked())
    assert (message.enterprise_id, message.content_code, message.amount_vnd) == (
        str(ENTERPRISE_ID),
        "SYS-ISO9001",
        60_000_000,
    )


def test_an_import_is_announced_from_its_beginning_to_its_counts() -> None:
    begun, finished = (announce(event, 7) for event in imported().pending_events)
    assert isinstance(begun, messages.FundingImportBegun)
    assert (begun.scheme, begun.source) == ("Khuyến công", ImportSourceMessage.IMPORT_SOURCE_CSV)
    assert isinstance(finished, messages.FundingImportFinished)
    assert (finished.recorded_count, finished.known_count, finished.refused_count) == (3, 1, 2)


def test_a_delivering_organisation_is_announced_with_its_accreditation() -> None:
    message = announcement_of(organisation())
    assert (message.scope, message.accreditation_number) == ("Thực phẩm", "VICAS 999")
    assert message.accreditation_expires_on == date_message(date(2027, 1, 31))


def test_a_delivering_organisation_without_accreditation_announces_none() -> None:
    message = announcement_of(organisation(accreditation=None))
    assert message.accreditation_number == ""
    assert not message.HasField("accreditation_expires_on")


def test_a_link_is_announced_once_by_the_enterprise_it_leads_to() -> None:
    assert announcement_of(linked(party_id=HOLDS.from_id)) is None
    message = announcement_of(linked())
    assert (message.from_enterprise_id, message.enterprise_id) == (str(HOLDS.from_id), str(ENTERPRISE_ID))
    assert {str(HOLDS.from_id), str(ENTERPRISE_ID)} <= set(message.announced.concerns)


@pytest.mark.parametrize("record", [linked(OWNS), unlinked(OWNS)])
def test_a_persons_link_is_announced_without_the_person(record: Record) -> None:
    message = announcement_of(record)
    assert message.from_enterprise_id == ""
    assert str(OWNS.from_id).encode() not in message.SerializeToString()
    assert str(ENTERPRISE_ID) in message.announced.concerns


def test_a_succession_concerns_the_successors() -> None:
    assert str(UUID(int=12)) in announcement_of(merged()).announced.concerns


def test_a_merge_is_announced_once_and_concerns_both() -> None:
    merged_away, kept = duplicates()
    assert announcement_of(kept) is None
    message = announcement_of(merged_away)
    assert (message.enterprise_id, message.kept_enterprise_id, message.reason) == (
        str(ENTERPRISE_ID),
        str(UUID(int=12)),
        WHY,
    )
    assert {message.enterprise_id, message.kept_enterprise_id} <= set(message.announced.concerns)


def test_what_becomes_of_accreditations_is_announced_of_their_organisation() -> None:
    told: list[Any] = [announce(event, 7) for event in accreditations().pending_events[1:]]
    assert {each.number for each in told} == {"VICAS 017"}
    assert {each.delivering_organisation_id for each in told} == {str(UUID(int=2))}
    assert all(str(UUID(int=2)) in each.announced.concerns for each in told)
    last_days = [each.valid_until.year for each in told if each.HasField("valid_until")]
    assert last_days == [2026, 2029]


def test_what_becomes_of_an_organisation_is_announced() -> None:
    told: list[Any] = [announce(event, 7) for event in changed_organisation().pending_events[1:]]
    assert [type(each).__name__ for each in told] == [
        "DeliveringOrganisationRenamed",
        "OfferedServicesAmended",
        "OrganisationStopFlagRaised",
        "OrganisationStopFlagLifted",
        "DeliveringOrganisationEnded",
    ]
    assert told[2].stop_flag_id == told[3].stop_flag_id
