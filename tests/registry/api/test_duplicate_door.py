"""The door to duplicates: two records of one enterprise are found, merged by two persons, and answer as one."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import uuid4

import grpc
import pytest
from nscl.registry.v1 import duplicate_service_pb2 as messages
from nscl.registry.v1 import enterprise_service_pb2 as enterprises
from nscl.registry.v1 import registry_service_pb2 as registry

from tests.bad_input import told as refusal_of
from tests.registry.api.conftest import Known
from tests.registry.api.duplicate_requests import METHODS, SOMETHING
from tests.registry.api.lists import cells, csv_file, imported
from tests.registry.api.requests import (
    address,
    attest_standing,
    basis,
    day,
    identifier,
    publish_units,
    record_other_funding,
    register_enterprise,
    tax_code,
)
from tests.registry.api.test_enterprise_door import raise_stop_flag

INVALID, NOT_FOUND = grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.NOT_FOUND
EXISTS, FAILED = grpc.StatusCode.ALREADY_EXISTS, grpc.StatusCode.FAILED_PRECONDITION
ABORTED, DENIED = grpc.StatusCode.ABORTED, grpc.StatusCode.PERMISSION_DENIED
FIVE_S = "TOOL-5S"


def ask(known: Known, method: str, **changes: Any) -> Any:
    """Each time somebody else asks."""
    capacity, request = METHODS[method]
    return known.counter.ask(method, request(**changes), capacity=capacity, person_id=uuid4())


def registered(known: Known, **changes: Any) -> str:
    answer = known.ask("RegisterEnterprise", register_enterprise(**changes))
    enterprise_id: str = answer.enterprise.enterprise_id
    return enterprise_id


def twins(known: Known, **changes: Any) -> tuple[str, str]:
    """Two records of the same name at the same place, the earlier first."""
    alike = {"display_name": f"Công ty Hoa Súng {uuid4().hex}", "address": address(street=uuid4().hex), **changes}
    return registered(known, **alike), registered(known, **alike)


def merged(known: Known, kept: str, record: str) -> Any:
    both = {"enterprise_id": record, "kept_enterprise_id": kept}
    ask(known, "ProposeMerge", **both)
    return ask(known, "MergeEnterprises", **both)


def eligibility(known: Known, enterprise_id: str) -> registry.Eligibility:
    asked = registry.GetEligibilityRequest(enterprise_id=enterprise_id, content_code=FIVE_S, on_date=day(2024, 7, 1))
    answer: registry.Eligibility = known.ask("GetEligibility", asked).eligibility
    return answer


def likely(known: Known, position: int) -> dict[tuple[str, str], list[int]]:
    """All likely duplicates, page by page."""
    found, token = {}, ""
    while True:
        page = ask(known, "ListLikelyDuplicates", page_size=3, page_token=token, min_position=position)
        found |= {(row.enterprise_id, row.earlier_enterprise_id): list(row.grounds) for row in page.likely_duplicates}
        if not (token := page.next_page_token):
            return found


def test_likely_duplicates_are_listed_until_they_are_merged(known: Known) -> None:
    kept, record = twins(known)
    grounds = [messages.DUPLICATE_GROUND_NAME, messages.DUPLICATE_GROUND_PREMISES]
    position = known.counter.ask("PublishUnits", publish_units()).recorded.position
    assert likely(known, position)[record, kept] == grounds
    position = merged(known, kept, record).recorded.position
    assert (record, kept) not in likely(known, position)
    position = ask(known, "SeparateEnterprises", enterprise_id=record).recorded.position
    assert likely(known, position)[record, kept] == grounds


def test_the_same_number_under_another_kind_is_suspected(known: Known) -> None:
    code = tax_code()
    cooperative = {
        "target_group": registry.TARGET_GROUP_COOPERATIVE,
        "legal_form": registry.LEGAL_FORM_COOPERATIVE,
        "address": address(street=""),
    }
    earlier = registered(known, **cooperative, display_name="Hợp tác xã Bông Lau", identifier=identifier(code=code))
    number = identifier(kind=registry.IDENTIFIER_KIND_COOPERATIVE_NUMBER, code=code)
    answer = known.ask(
        "RegisterEnterprise", register_enterprise(**cooperative, display_name="HTX Bông Lau", identifier=number)
    )
    found = likely(known, answer.recorded.position)
    assert found[answer.enterprise.enterprise_id, earlier] == [messages.DUPLICATE_GROUND_NUMBER]


@pytest.fixture(scope="module")
def pair(known: Known) -> tuple[str, str]:
    """The kept record, which is stopped and stands well, and the merged one, which has money and stands badly."""
    kept, record = twins(known)
    known.ask("RecordOtherFunding", record_other_funding(enterprise_id=record, content_code=FIVE_S))
    known.counter.ask("RaiseStopFlag", raise_stop_flag(enterprise_id=kept), capacity="scheme_officer")
    well, badly = registry.STANDING_VERDICT_FULFILLED, registry.STANDING_VERDICT_NOT_FULFILLED
    for each, verdict in ((kept, well), (record, badly)):
        known.ask("AttestStanding", attest_standing(enterprise_id=each, verdict=verdict))
    position = merged(known, kept, record).recorded.position
    known.ask("ListEnterprises", registry.ListEnterprisesRequest(min_position=position))  # the lists have come so far
    return kept, record


class TestMerged:
    def test_a_decision_is_told_the_same_of_either_record(self, known: Known, pair: tuple[str, str]) -> None:
        kept, record = pair
        for each in pair:
            facts = eligibility(known, each)
            assert facts.enterprise_id == each
            assert {member.enterprise_id for member in facts.undertaking_members} == set(pair)
            assert [funding.enterprise_id for funding in facts.other_fundings] == [record]
            assert [funding.enterprise_id for funding in facts.undertaking_fundings] == [record]
            assert [flag.enterprise_id for flag in facts.stop_flags] == [kept]
            tax = facts.standings[0]
            assert tax.verdict == registry.STANDING_VERDICT_NOT_FULFILLED  # the last word, whichever record has it
            assert tax.position > 0

    def test_a_member_tells_by_which_merge_it_belongs(self, known: Known, pair: tuple[str, str]) -> None:
        kept, record = pair
        asked = enterprises.GetUndertakingRequest(enterprise_id=kept, on_date=day(2020, 1, 1))
        _, other = known.counter.ask("GetUndertaking", asked, capacity="service").undertaking.members
        assert (other.merge.merged_id, other.merge.kept_id, other.merge.document) == (record, kept, "5/BB-SKHCN")
        assert other.sentence.startswith("Là hồ sơ của cùng một cơ sở")

    def test_every_id_keeps_working_and_tells_where_it_went(self, known: Known, pair: tuple[str, str]) -> None:
        kept, record = pair
        old, new = (
            known.ask("GetEnterprise", registry.GetEnterpriseRequest(enterprise_id=each)).enterprise
            for each in (record, kept)
        )
        assert (old.enterprise_id, old.merged_into_enterprise_id, len(old.other_fundings)) == (record, kept, 1)
        assert (new.merged_into_enterprise_id, list(new.merged_enterprise_ids)) == ("", [record])
        duplicates = ask(known, "GetDuplicates", enterprise_id=record).duplicates
        assert (duplicates.kept_id, duplicates.merges[0].reason) == (kept, "Cùng một công ty, đăng ký hai lần")

    def test_lists_show_all_under_the_kept_record(self, known: Known, pair: tuple[str, str]) -> None:
        kept, record = pair
        for each in pair:
            asked = registry.ListOtherFundingsRequest(enterprise_id=each)
            assert [row.enterprise_id for row in known.ask("ListOtherFundings", asked).other_fundings] == [record]
        name = known.ask("GetEnterprise", registry.GetEnterpriseRequest(enterprise_id=kept)).enterprise.display_name
        found = known.ask("ListEnterprises", registry.ListEnterprisesRequest(name=name)).enterprises
        assert [row.enterprise_id for row in found] == [kept]
        everybody = known.ask("ListEnterprises", registry.ListEnterprisesRequest(page_size=500)).enterprises
        assert {kept, record} & {row.enterprise_id for row in everybody} == {kept}

    def test_one_decision_is_recorded_once_for_all_records(self, known: Known, pair: tuple[str, str]) -> None:
        kept, record = pair
        decision = record_other_funding(enterprise_id=record, legal_basis="3/QĐ-HS")
        known.ask("RecordOtherFunding", decision)
        again = record_other_funding(enterprise_id=kept, legal_basis="3/QĐ-HS")
        answer = refusal_of(lambda: known.ask("RecordOtherFunding", again))
        assert (answer.code, answer.reason) == (EXISTS, "OTHER_FUNDING_ALREADY_RECORDED")


def test_a_list_that_names_a_merged_record_is_recorded_with_the_kept_one(known: Known) -> None:
    code = tax_code()
    kept, record = registered(known), registered(known, identifier=identifier(code=code))
    first, second = cells(code), cells(code)
    assert imported(known.counter, "CSV", csv_file(first)).counts == (1, 0, 0)
    merged(known, kept, record)
    assert imported(known.counter, "CSV", csv_file(first, second)).counts == (1, 1, 0)
    told = known.ask("GetEnterprise", registry.GetEnterpriseRequest(enterprise_id=kept)).enterprise.other_fundings
    assert [funding.legal_basis for funding in told] == [second[7]]


def test_who_is_separated_answers_for_itself_again(known: Known) -> None:
    kept, record = twins(known)
    known.ask("RecordOtherFunding", record_other_funding(enterprise_id=record, content_code=FIVE_S))
    merged(known, kept, record)
    separated = ask(known, "SeparateEnterprises", enterprise_id=record)
    assert (separated.duplicates.kept_id, len(separated.duplicates.merges)) == ("", 0)
    assert not eligibility(known, kept).undertaking_fundings
    assert len(eligibility(known, record).undertaking_members) == 1


# which records are named, in which order; what is refused before the merge, and after it
BEFORE: list[tuple[str, tuple[str, ...], grpc.StatusCode, str, str]] = [
    ("ProposeMerge", ("record", "nobody"), NOT_FOUND, "RECORD_NOT_FOUND", "Không tìm thấy hồ sơ"),
    ("ProposeMerge", ("nobody", "kept"), NOT_FOUND, "RECORD_NOT_FOUND", "Không tìm thấy hồ sơ"),
    ("ProposeMerge", ("record", "record"), INVALID, "MERGE_WITH_ITSELF", "chính hồ sơ đó"),
    ("MergeEnterprises", ("record", "kept"), FAILED, "MERGE_NOT_PROPOSED", "Chưa có đề nghị gộp"),
    ("SeparateEnterprises", ("record",), FAILED, "NOT_MERGED_AWAY", "không được gộp vào"),
    ("GetDuplicates", ("nobody",), NOT_FOUND, "RECORD_NOT_FOUND", "Không tìm thấy hồ sơ"),
]
AFTER = [
    ("ProposeMerge", ("record", "kept"), FAILED, "RECORD_MERGED_AWAY", "đã được gộp vào hồ sơ"),
    ("MergeEnterprises", ("record", "kept"), FAILED, "RECORD_MERGED_AWAY", "xin dùng hồ sơ được giữ lại"),
    ("SeparateEnterprises", ("kept",), FAILED, "NOT_MERGED_AWAY", "không được gộp vào"),
]


def test_what_cannot_be_is_refused_with_its_reason(known: Known) -> None:
    kept, record = twins(known)
    ids = {"kept": kept, "record": record, "nobody": SOMETHING}
    for rows in (BEFORE, AFTER):
        for method, about, code, reason, says in rows:
            named = dict(zip(("enterprise_id", "kept_enterprise_id"), map(ids.__getitem__, about), strict=False))
            answer = refusal_of(partial(ask, known, method, **named))
            assert (answer.code, answer.reason) == (code, reason)
            assert says in answer.sentence
        if rows is BEFORE:
            merged(known, kept, record)
    answer = refusal_of(partial(ask, known, "SeparateEnterprises", enterprise_id=record, etag="99"))
    assert (answer.code, answer.reason) == (ABORTED, "RECORD_CHANGED")


@pytest.mark.parametrize("method", ["MergeEnterprises", "SeparateEnterprises"])
def test_nobody_confirms_or_takes_back_what_they_did_themselves(known: Known, method: str) -> None:
    kept, record = twins(known)
    both, clerk = {"enterprise_id": record, "kept_enterprise_id": kept}, uuid4()
    earlier = {"MergeEnterprises": "ProposeMerge", "SeparateEnterprises": "MergeEnterprises"}[method]
    if earlier == "MergeEnterprises":
        ask(known, "ProposeMerge", **both)
    who: dict[str, Any] = {"capacity": "programme_officer", "person_id": clerk}
    known.counter.ask(earlier, METHODS[earlier][1](**both), **who)
    about = both if method == "MergeEnterprises" else {"enterprise_id": record}
    answer = refusal_of(lambda: known.counter.ask(method, METHODS[method][1](**about), **who))
    assert (answer.code, answer.reason) == (DENIED, "ACTED_BEFORE")
    basisless = METHODS[method][1](**{**about, "basis": basis(document="")})
    answer = refusal_of(lambda: known.counter.ask(method, basisless, capacity="programme_lead"))
    assert (answer.code, answer.fields) == (INVALID, {"basis.document"})
