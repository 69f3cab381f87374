from __future__ import annotations

from datetime import date

import pytest

from services.training.domain.expert import CertificateEndsBeforeItStarts, CertificateNotYetIssued, Expert
from tests.given import act, given, happened, sentences
from tests.training.examples import BRISK_HERON, QUIET_OTTER, SEALED_NAME, certification

ENROLLED = happened(Expert.Enrolled, person_id=BRISK_HERON)
CERTIFIED = happened(Expert.Certified, name=SEALED_NAME, certification=certification())


class TestBeforeTheFirstCertificate:
    def test_a_person_is_enrolled_under_an_id_found_again(self) -> None:
        expert = given().when(lambda: Expert.enrol(act(), person_id=BRISK_HERON)).then(ENROLLED)
        assert expert.id == Expert.create_id(BRISK_HERON)
        assert expert.id not in (BRISK_HERON, Expert.create_id(QUIET_OTTER))


class TestOnceEnrolled:
    def test_a_certificate_is_recorded(self) -> None:
        expert = (
            given(ENROLLED)
            .when(lambda expert: expert.certify(act(), name=SEALED_NAME, certification=certification()))
            .then(CERTIFIED)
        )
        assert expert.certifications == (certification(),)
        assert expert.name == SEALED_NAME

    def test_a_renewal_is_one_certificate_more_of_the_same_expert(self) -> None:
        renewal = certification(certificate_number="MAU-0099")
        expert = (
            given(ENROLLED, CERTIFIED)
            .when(lambda expert: expert.certify(act(), name=SEALED_NAME, certification=renewal))
            .then(happened(Expert.Certified, name=SEALED_NAME, certification=renewal))
        )
        assert expert.certifications == (certification(), renewal)

    def test_no_certificate_ends_before_it_starts(self) -> None:
        backwards = certification(valid_until=date(2024, 6, 19))
        given(ENROLLED).when(lambda expert: expert.certify(act(), name=SEALED_NAME, certification=backwards)).refused(
            CertificateEndsBeforeItStarts, field="valid_until"
        )

    def test_no_certificate_before_it_was_issued(self) -> None:
        eve = act(effective_on=date(2024, 6, 19))
        given(ENROLLED).when(
            lambda expert: expert.certify(eve, name=SEALED_NAME, certification=certification())
        ).refused(CertificateNotYetIssued)


class TestSentences:
    @pytest.mark.parametrize(
        ("changes", "ending"),
        [
            ({}, "theo APO-PS 101, bậc Chuyên gia, hiệu lực từ ngày 20/06/2024 đến ngày 19/06/2027."),
            ({"level": None, "valid_until": None}, "theo APO-PS 101, hiệu lực từ ngày 20/06/2024."),
        ],
    )
    def test_certified(self, changes: dict[str, None], ending: str) -> None:
        expert = given(ENROLLED).record()
        expert.certify(act(), name=SEALED_NAME, certification=certification(**changes))
        (sentence,) = sentences(expert)
        assert sentence == f"ViProCB (mẫu) chứng nhận một chuyên gia năng suất chất lượng {ending}"
        assert "MAU-0017" not in sentence


@pytest.mark.parametrize(
    ("day", "valid"),
    [
        (date(2024, 6, 19), False),
        (date(2024, 6, 20), True),
        (date(2027, 6, 19), True),
        (date(2027, 6, 20), False),
    ],
)
def test_whether_a_certificate_is_valid_follows_from_the_day_asked_about(day: date, valid: bool) -> None:
    assert certification().valid_on(day) is valid
    assert certification(valid_until=None).valid_on(day) is (day >= date(2024, 6, 20))
