"""The door for an enterprise's life: what is asked is recorded and shown, what is wrong is refused by its name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import grpc
import pytest
from google.protobuf.message import Message
from nscl.common.v1.act_pb2 import Basis
from nscl.registry.v1 import enterprise_resources_pb2 as resources
from nscl.registry.v1 import enterprise_service_pb2 as messages
from nscl.registry.v1 import registry_service_pb2 as registry

from tests.bad_input import Flaw, flaws
from tests.bad_input import told as refusal_of
from tests.registry.api.conftest import Known
from tests.registry.api.requests import basis, day, personal_id, record_other_funding, register_enterprise

INVALID, NOT_FOUND = grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.NOT_FOUND
EXISTS, FAILED, DENIED = (
    grpc.StatusCode.ALREADY_EXISTS,
    grpc.StatusCode.FAILED_PRECONDITION,
    grpc.StatusCode.PERMISSION_DENIED,
)
SOMETHING = "00000000-0000-4000-8000-000000000000"
REASON = "Đang thanh tra việc sử dụng kinh phí"
LADY, LINKS, RULE, FLAG = "Trần Thị Vịnh Xanh", "1/GCN", "59/2020/QH14", "15/CV-STC"


def record_person(**changes: Any) -> messages.RecordPersonRequest:
    usual = {
        "request_id": str(uuid4()),
        "basis": basis(LINKS),
        "enterprise_id": SOMETHING,
        "kind": resources.LINK_KIND_OWNER,
        "personal_id": personal_id(),
        "name": LADY,
        "birth_year": 1985,
        "share_basis_points": 6_000,
        "valid_from": day(2022, 1, 1),
        "valid_until": day(2027, 1, 1),
    }
    return messages.RecordPersonRequest(**(usual | changes))


def link_enterprises(**changes: Any) -> messages.LinkEnterprisesRequest:
    usual = {
        "request_id": str(uuid4()),
        "basis": basis(LINKS),
        "enterprise_id": SOMETHING,
        "from_enterprise_id": str(uuid4()),
        "kind": resources.LINK_KIND_PARENT,
        "share_basis_points": 6_000,
        "valid_from": day(2022, 1, 1),
    }
    return messages.LinkEnterprisesRequest(**(usual | changes))


def end_link(**changes: Any) -> messages.EndLinkRequest:
    usual = {"request_id": str(uuid4()), "basis": basis(LINKS), "enterprise_id": SOMETHING, "link_id": SOMETHING}
    return messages.EndLinkRequest(**(usual | {"last_day": day(2024, 5, 31)} | changes))


def erase_person(**changes: Any) -> messages.ErasePersonRequest:
    usual = {"request_id": str(uuid4()), "basis": basis("3/QĐ-SKHCN"), "person_id": SOMETHING}
    return messages.ErasePersonRequest(**(usual | changes))


def adopt_undertaking_rule(**changes: Any) -> messages.AdoptUndertakingRuleRequest:
    usual = {
        "request_id": str(uuid4()),
        "basis": basis(RULE),
        "valid_from": day(2090, 1, 1),
        "least_share_basis_points": 5_000,
        "joining_kinds": [resources.LINK_KIND_OWNER, resources.LINK_KIND_PARENT],
        "sample": True,
    }
    return messages.AdoptUndertakingRuleRequest(**(usual | changes))


def rename_enterprise(**changes: Any) -> messages.RenameEnterpriseRequest:
    usual = {"request_id": str(uuid4()), "basis": basis(LINKS), "enterprise_id": SOMETHING, "display_name": "Tên mới"}
    return messages.RenameEnterpriseRequest(**(usual | changes))


def record_succession(**changes: Any) -> messages.RecordSuccessionRequest:
    usual = {
        "request_id": str(uuid4()),
        "basis": basis("9/QĐ-SKH"),
        "enterprise_id": SOMETHING,
        "kind": resources.SUCCESSION_KIND_DIVISION,
        "successor_ids": [str(uuid4()), str(uuid4())],
    }
    return messages.RecordSuccessionRequest(**(usual | changes))


def dissolve_enterprise(**changes: Any) -> messages.DissolveEnterpriseRequest:
    usual = {"request_id": str(uuid4()), "basis": basis("9/QĐ-SKH"), "enterprise_id": SOMETHING}
    return messages.DissolveEnterpriseRequest(**(usual | changes))


def raise_stop_flag(**changes: Any) -> messages.RaiseStopFlagRequest:
    usual = {"request_id": str(uuid4()), "basis": basis(FLAG), "enterprise_id": SOMETHING, "reason": REASON}
    return messages.RaiseStopFlagRequest(**(usual | changes))


def lift_stop_flag(**changes: Any) -> messages.LiftStopFlagRequest:
    usual = {"request_id": str(uuid4()), "basis": basis(FLAG), "enterprise_id": SOMETHING, "stop_flag_id": SOMETHING}
    return messages.LiftStopFlagRequest(**(usual | {"reason": REASON} | changes))


def get_person(**changes: Any) -> messages.GetPersonRequest:
    return messages.GetPersonRequest(**({"person_id": SOMETHING} | changes))


def get_affiliation(**changes: Any) -> messages.GetAffiliationRequest:
    return messages.GetAffiliationRequest(**({"enterprise_id": SOMETHING} | changes))


def match_persons(**changes: Any) -> messages.MatchPersonsRequest:
    usual = {"person_ids": [SOMETHING], "party_ids": [SOMETHING], "on_date": day(2024, 7, 1)}
    return messages.MatchPersonsRequest(**(usual | changes))


def get_undertaking(**changes: Any) -> messages.GetUndertakingRequest:
    return messages.GetUndertakingRequest(**({"enterprise_id": SOMETHING, "on_date": day(2024, 7, 1)} | changes))


COMMANDS: dict[str, tuple[str, Callable[..., Message]]] = {
    "RecordPerson": ("programme_officer", record_person),
    "ErasePerson": ("programme_lead", erase_person),
    "LinkEnterprises": ("programme_officer", link_enterprises),
    "EndLink": ("programme_officer", end_link),
    "AdoptUndertakingRule": ("administrator", adopt_undertaking_rule),
    "RenameEnterprise": ("programme_officer", rename_enterprise),
    "RecordSuccession": ("programme_officer", record_succession),
    "DissolveEnterprise": ("programme_officer", dissolve_enterprise),
    "RaiseStopFlag": ("scheme_officer", raise_stop_flag),
    "LiftStopFlag": ("scheme_officer", lift_stop_flag),
}
QUERIES: dict[str, tuple[str, Callable[..., Message]]] = {
    "GetPerson": ("programme_officer", get_person),
    "GetAffiliation": ("auditor", get_affiliation),
    "GetUndertaking": ("service", get_undertaking),
    "MatchPersons": ("service", match_persons),
}
METHODS = COMMANDS | QUERIES


def test_every_method_is_tried() -> None:
    service = messages.DESCRIPTOR.services_by_name["EnterpriseService"]
    assert {method.name for method in service.methods} == METHODS.keys()


@dataclass(frozen=True)
class Scene:
    """A daughter, her mother and their owner, known at the door."""

    known: Known
    daughter: str
    mother: str
    person: str
    link: str

    def ask(self, method: str, **changes: Any) -> Any:
        capacity, request = METHODS[method]
        return self.known.counter.ask(method, request(**changes), capacity=capacity)


def newcomer(known: Known) -> str:
    answer = known.ask("RegisterEnterprise", register_enterprise())
    enterprise_id: str = answer.enterprise.enterprise_id
    return enterprise_id


@pytest.fixture(scope="module")
def scene(known: Known) -> Scene:
    daughter, mother = newcomer(known), newcomer(known)
    officer = {"capacity": "programme_officer"}
    owned = known.counter.ask("RecordPerson", record_person(enterprise_id=mother), **officer)
    held = known.counter.ask(
        "LinkEnterprises", link_enterprises(enterprise_id=daughter, from_enterprise_id=mother), **officer
    )
    owner, parent = owned.affiliation.links[0], held.affiliation.links[0]
    return Scene(known, daughter, mother, owner.from_id, parent.link_id)


class TestWhatIsRecordedIsShown:
    def test_links_are_shown_by_surrogate_ids(self, scene: Scene) -> None:
        owned, holds = scene.ask("GetAffiliation", enterprise_id=scene.mother).affiliation.links
        assert (owned.kind, owned.from_id, owned.to_id) == (resources.LINK_KIND_OWNER, scene.person, scene.mother)
        assert (owned.share_basis_points, owned.document) == (6_000, LINKS)
        assert (owned.valid_from, owned.valid_until) == (day(2022, 1, 1), day(2027, 1, 1))
        assert (holds.from_id, holds.to_id, holds.HasField("valid_until")) == (scene.mother, scene.daughter, False)

    def test_an_enterprise_without_links_shows_none(self, known: Known, scene: Scene) -> None:
        alone = newcomer(known)
        shown = scene.ask("GetAffiliation", enterprise_id=alone).affiliation
        assert shown == resources.Affiliation(enterprise_id=alone, etag="0")

    def test_a_person_is_shown_to_those_who_need_to_know(self, scene: Scene) -> None:
        person = scene.ask("GetPerson", person_id=scene.person).person
        assert (person.person_id, person.name, person.birth_year) == (scene.person, LADY, 1985)
        assert len(person.personal_id) == 12

    def test_an_undertaking_is_shown_with_its_reasons(self, scene: Scene) -> None:
        answer = scene.ask("GetUndertaking", enterprise_id=scene.daughter)
        itself, mother = answer.undertaking.members
        assert (itself.enterprise_id, itself.sentence) == (scene.daughter, "Là cơ sở được hỏi.")
        assert (mother.enterprise_id, mother.through_enterprise_id) == (scene.mother, scene.daughter)
        assert mother.link.link_id == scene.link
        assert mother.sentence.startswith("Được coi là một với cơ sở nêu kèm vì có quan hệ công ty mẹ - công ty con")
        assert answer.as_of_position >= 1
        assert not answer.undertaking.HasField("rule")

    def test_who_stands_behind_a_party_is_found_over_its_whole_undertaking(self, known: Known, scene: Scene) -> None:
        account, stranger = str(uuid4()), str(uuid4())
        number, enterprise_id = personal_id(), newcomer(known)
        represented = {"kind": resources.LINK_KIND_LEGAL_REPRESENTATIVE, "share_basis_points": 0}
        who = {"personal_id": number, "enterprise_id": scene.mother, **represented}
        scene.ask("RecordPerson", **who, account_id=account)
        asked = {"person_ids": [account, stranger], "party_ids": [scene.daughter, enterprise_id]}
        [match] = scene.ask("MatchPersons", **asked).matches
        assert (match.person_id, match.party_id) == (account, scene.mother)
        assert match.tie == resources.PERSON_TIE_LEGAL_REPRESENTATIVE
        assert not scene.ask("MatchPersons", **asked, on_date=day(2028, 1, 1)).matches
        elsewhere = {**who, "enterprise_id": enterprise_id, "account_id": stranger}
        answer = refusal_of(lambda: scene.ask("RecordPerson", **elsewhere))
        assert (answer.code, answer.reason) == (FAILED, "ACCOUNT_ALREADY_TIED")

    def test_a_rule_is_shown_with_what_it_judged(self, scene: Scene) -> None:
        adopted = scene.ask("AdoptUndertakingRule", valid_from=day(2080, 1, 1)).undertaking_rules.rules[-1]
        asked = {"enterprise_id": scene.daughter, "on_date": day(2080, 6, 1)}
        assert scene.ask("GetUndertaking", **asked).undertaking.rule == adopted
        assert (adopted.legal_basis, adopted.least_share_basis_points, adopted.sample) == (RULE, 5_000, True)

    def test_a_decision_is_told_of_the_whole_undertaking(self, known: Known, scene: Scene) -> None:
        funded = record_other_funding(enterprise_id=scene.mother, content_code="TOOL-KAIZEN")
        recorded = known.ask("RecordOtherFunding", funded)
        flagged = scene.ask("RaiseStopFlag", enterprise_id=scene.mother)
        asked = registry.GetEligibilityRequest(
            enterprise_id=scene.daughter, content_code="TOOL-KAIZEN", on_date=day(2024, 7, 1)
        )
        facts = known.ask("GetEligibility", asked).eligibility
        assert [member.enterprise_id for member in facts.undertaking_members] == [scene.daughter, scene.mother]
        (funding,) = facts.undertaking_fundings
        assert (funding.enterprise_id, funding.position) == (scene.mother, recorded.recorded.position)
        assert (funding.amount_vnd, funding.grantor) == (60_000_000, "Sở Công Thương")
        assert (funding.decided_on, funding.legal_basis) == (day(2024, 3, 1), funded.legal_basis)
        (flag,) = facts.stop_flags
        assert flag == flagged.enterprise.stop_flags[-1]
        assert (flag.enterprise_id, flag.reason, flag.document) == (scene.mother, REASON, FLAG)
        assert not facts.other_fundings

    def test_a_flag_that_somebody_else_lifts_stands_no_more(self, known: Known, scene: Scene) -> None:
        enterprise_id = newcomer(known)
        flag = raise_stop_flag(enterprise_id=enterprise_id)
        somebody = {"capacity": "scheme_officer", "person_id": uuid4()}
        raised = known.counter.ask("RaiseStopFlag", flag, **somebody).enterprise.stop_flags[0]
        lifted = scene.ask("LiftStopFlag", enterprise_id=enterprise_id, stop_flag_id=raised.stop_flag_id)
        assert lifted.enterprise.stop_flags[0].lifted_on == day(2024, 6, 28)
        asked = registry.GetEnterpriseRequest(enterprise_id=enterprise_id)
        assert known.ask("GetEnterprise", asked).enterprise.stop_flags == lifted.enterprise.stop_flags

    def test_a_new_name_is_shown(self, known: Known, scene: Scene) -> None:
        renamed = scene.ask("RenameEnterprise", enterprise_id=newcomer(known), display_name="Công ty Gió Mới")
        assert (renamed.enterprise.display_name, renamed.enterprise.etag) == ("Công ty Gió Mới", "2")

    def test_a_successor_is_shown_with_its_predecessor(self, known: Known, scene: Scene) -> None:
        old, new = newcomer(known), newcomer(known)
        merged = scene.ask("RecordSuccession", enterprise_id=old, kind=1, successor_ids=[new])
        assert merged.enterprise.ended_on == day(2024, 6, 28)
        for each in (old, new):
            (link,) = scene.ask("GetAffiliation", enterprise_id=each).affiliation.links
            assert (link.kind, link.from_id, link.to_id) == (resources.LINK_KIND_SUCCESSION, old, new)
        asked = registry.GetEligibilityRequest(enterprise_id=old, content_code="TOOL-5S", on_date=day(2024, 7, 1))
        assert known.ask("GetEligibility", asked).eligibility.ended_on == day(2024, 6, 28)
        late = refusal_of(lambda: known.ask("RecordOtherFunding", record_other_funding(enterprise_id=old, **LATE)))
        assert (late.code, late.reason) == (FAILED, "ENTERPRISE_ENDED")
        gone = refusal_of(lambda: scene.ask("DissolveEnterprise", enterprise_id=old))
        assert (gone.code, gone.reason) == (FAILED, "ENTERPRISE_ENDED")
        (link,) = scene.ask("GetAffiliation", enterprise_id=new).affiliation.links
        stays = refusal_of(lambda: scene.ask("EndLink", enterprise_id=new, link_id=link.link_id))
        assert (stays.code, stays.reason) == (FAILED, "SUCCESSION_ENDLESS")


LATE = {"decided_on": day(2024, 6, 28)}
REFUSED: list[tuple[str, dict[str, Any], grpc.StatusCode, str, str | None, str]] = [
    ("RecordPerson", {"enterprise_id": SOMETHING}, NOT_FOUND, "RECORD_NOT_FOUND", None, "Không tìm thấy hồ sơ"),
    ("RecordPerson", {"personal_id": "12"}, INVALID, "PERSONAL_ID_INCORRECT", "personal_id", "Số định danh cá nhân"),
    ("RecordPerson", {"share_basis_points": 0}, INVALID, "LINK_LACKS_SHARE", "share_basis_points", "Quan hệ chủ sở"),
    ("RecordPerson", {"kind": 2}, INVALID, "LINK_SHARE_UNEXPECTED", "share_basis_points", "Quan hệ người đại diện"),
    ("RecordPerson", {"kind": 3}, INVALID, "FORM_INCORRECT", "kind", "Trường kind"),
    ("RecordPerson", {"share_basis_points": 4_001}, FAILED, "OWNERS_EXCEED_WHOLE", None, "Tổng tỷ lệ vốn"),
    ("RecordPerson", {"valid_from": day(2024, 6, 29)}, INVALID, "LINK_BEGINS_IN_FUTURE", "valid_from", "Quan hệ liên"),
    ("RecordPerson", {"valid_until": day(2021, 1, 1)}, INVALID, "PERIOD_ENDS_BEFORE_IT_BEGINS", "valid_until", "Ngày"),
    ("RecordPerson", {"basis": Basis()}, INVALID, "FORM_INCORRECT", "basis.document", "Trường basis.document"),
    ("LinkEnterprises", {"from_enterprise_id": SOMETHING}, NOT_FOUND, "RECORD_NOT_FOUND", None, "Không tìm thấy"),
    ("LinkEnterprises", {"kind": 1}, INVALID, "FORM_INCORRECT", "kind", "Trường kind"),
    ("LinkEnterprises", {}, EXISTS, "LINK_ALREADY_RECORDED", None, "Quan hệ công ty mẹ - công ty con giữa hai bên"),
    ("EndLink", {"link_id": SOMETHING}, NOT_FOUND, "LINK_UNKNOWN", None, "Cơ sở không có quan hệ liên kết"),
    ("EndLink", {"last_day": day(2021, 1, 1)}, INVALID, "PERIOD_ENDS_BEFORE_IT_BEGINS", "last_day", "Ngày kết thúc"),
    ("EndLink", {"etag": "99"}, grpc.StatusCode.ABORTED, "RECORD_CHANGED", None, "Hồ sơ Affiliation"),
    ("ErasePerson", {"person_id": SOMETHING}, NOT_FOUND, "SUBJECT_UNKNOWN", None, "Không có dữ liệu cá nhân"),
    ("ErasePerson", {}, FAILED, "ERASURE_NOT_REQUESTED", None, "Không có yêu cầu xóa dữ liệu"),
    ("AdoptUndertakingRule", {"joining_kinds": [1, 1]}, INVALID, "LINK_KIND_REPEATED", "joining_kinds[1]", "Loại"),
    ("LinkEnterprises", {"kind": 8}, INVALID, "FORM_INCORRECT", "kind", "Trường kind"),
    ("RenameEnterprise", {"display_name": ""}, INVALID, "FORM_INCORRECT", "display_name", "Trường display_name"),
    ("RenameEnterprise", {"enterprise_id": SOMETHING}, NOT_FOUND, "RECORD_NOT_FOUND", None, "Không tìm thấy hồ sơ"),
    ("RecordSuccession", {"kind": 1}, INVALID, "SUCCESSORS_WRONG_IN_NUMBER", "successor_ids", "đúng một cơ sở kế thừa"),
    ("RecordSuccession", {"successor_ids": [SOMETHING]}, INVALID, "SUCCESSORS_WRONG_IN_NUMBER", "successor_ids", "hai"),
    (
        "RecordSuccession",
        {"successor_ids": [SOMETHING] * 2},
        INVALID,
        "SUCCESSOR_REPEATED",
        "successor_ids[1]",
        "trùng",
    ),
    ("RecordSuccession", {}, NOT_FOUND, "RECORD_NOT_FOUND", None, "Không tìm thấy hồ sơ Enterprise"),
    (
        "DissolveEnterprise",
        {"basis": basis("9/QĐ-SKH", day(2019, 3, 4))},
        INVALID,
        "END_BEFORE_REGISTRATION",
        "basis.effective_on",
        "không thể chấm dứt hoạt động trước",
    ),
    ("RaiseStopFlag", {"reason": "Vì thế"}, INVALID, "FORM_INCORRECT", "reason", "Trường reason ngắn hơn 10"),
    ("LiftStopFlag", {"stop_flag_id": SOMETHING}, NOT_FOUND, "STOP_FLAG_UNKNOWN", None, "Không có cảnh báo"),
    ("GetPerson", {"person_id": SOMETHING}, NOT_FOUND, "RECORD_NOT_FOUND", None, "Không tìm thấy hồ sơ"),
    ("GetAffiliation", {"enterprise_id": SOMETHING}, NOT_FOUND, "RECORD_NOT_FOUND", None, "Không tìm thấy hồ sơ"),
    ("GetUndertaking", {"enterprise_id": SOMETHING}, NOT_FOUND, "RECORD_NOT_FOUND", None, "Không tìm thấy hồ sơ"),
]


class TestRefusals:
    @pytest.mark.parametrize(
        ("method", "changes", "code", "reason", "field", "says"),
        REFUSED,
        ids=[f"{method} {reason} {field}" for method, _, _, reason, field, _ in REFUSED],
    )
    def test_what_cannot_be_is_refused_with_its_reason(
        self,
        scene: Scene,
        method: str,
        changes: dict[str, Any],
        code: grpc.StatusCode,
        reason: str,
        field: str | None,
        says: str,
    ) -> None:
        about = {
            "RecordPerson": {"enterprise_id": scene.mother},
            "LinkEnterprises": {"enterprise_id": scene.daughter, "from_enterprise_id": scene.mother},
            "EndLink": {"enterprise_id": scene.daughter, "link_id": scene.link},
            "ErasePerson": {"person_id": scene.person},
            "RenameEnterprise": {"enterprise_id": scene.daughter},
            "RecordSuccession": {"enterprise_id": scene.daughter},
            "DissolveEnterprise": {"enterprise_id": scene.daughter},
            "RaiseStopFlag": {"enterprise_id": scene.daughter},
            "LiftStopFlag": {"enterprise_id": scene.daughter},
        }.get(method, {})
        answer = refusal_of(lambda: scene.ask(method, **(about | changes)))
        assert (answer.code, answer.reason, answer.fields) == (code, reason, {field} if field else set())
        assert says in answer.sentence

    def test_who_raised_a_flag_does_not_lift_it(self, known: Known, scene: Scene) -> None:
        enterprise_id, clerk = newcomer(known), uuid4()
        who: dict[str, Any] = {"capacity": "scheme_officer", "person_id": clerk}
        raised = known.counter.ask("RaiseStopFlag", raise_stop_flag(enterprise_id=enterprise_id), **who)
        flag = {"enterprise_id": enterprise_id, "stop_flag_id": raised.enterprise.stop_flags[0].stop_flag_id}
        answer = refusal_of(lambda: known.counter.ask("LiftStopFlag", lift_stop_flag(**flag), **who))
        assert (answer.code, answer.reason) == (DENIED, "ACTED_BEFORE")
        scene.ask("LiftStopFlag", **flag)
        again = refusal_of(lambda: scene.ask("LiftStopFlag", **flag))
        assert (again.code, again.reason) == (FAILED, "STOP_FLAG_ALREADY_LIFTED")

    @pytest.mark.parametrize("flaw", [flaw for _, good in METHODS.values() for flaw in flaws(good())], ids=str)
    def test_a_spoilt_field_is_refused_by_its_name(self, known: Known, flaw: Flaw) -> None:
        method = type(flaw.request).__name__.removesuffix("Request")
        capacity, _ = METHODS[method]
        answer = refusal_of(lambda: known.counter.ask(method, flaw.request, capacity=capacity))
        assert (answer.code, answer.fields) == (INVALID, {flaw.field})

    @pytest.mark.parametrize("method", METHODS)
    def test_nobody_is_served_without_a_token(self, known: Known, method: str) -> None:
        answer = refusal_of(lambda: known.counter.ask(method, METHODS[method][1](), capacity=None))
        assert answer.code is grpc.StatusCode.UNAUTHENTICATED

    @pytest.mark.parametrize("method", METHODS)
    @pytest.mark.parametrize("capacity", ["host_representative", "enterprise_representative"])
    def test_nobody_is_served_in_another_capacity(self, known: Known, method: str, capacity: str) -> None:
        answer = refusal_of(lambda: known.counter.ask(method, METHODS[method][1](), capacity=capacity))
        assert (answer.code, answer.reason) == (DENIED, "CAPACITY_NOT_PERMITTED")

    @pytest.mark.parametrize("capacity", ["auditor", "service", "reporting_officer"])
    def test_who_a_person_is_is_not_for_everybody(self, known: Known, scene: Scene, capacity: str) -> None:
        asked = get_person(person_id=scene.person)
        answer = refusal_of(lambda: known.counter.ask("GetPerson", asked, capacity=capacity))
        assert (answer.code, answer.reason) == (DENIED, "CAPACITY_NOT_PERMITTED")
