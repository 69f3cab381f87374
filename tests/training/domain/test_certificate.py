from __future__ import annotations

import unicodedata
from typing import Any

from services.training.domain.certificate import Certificate
from services.training.domain.expert import Expert
from tests.given import act, given, happened, sentences
from tests.training.examples import BRISK_HERON

CLAIM: dict[str, Any] = {
    "certifier": "ViProCB (mẫu)",
    "certificate_number": "MAU-0017",
    "expert_id": Expert.create_id(BRISK_HERON),
}


def test_a_number_is_claimed_for_one_expert() -> None:
    given().when(lambda: Certificate(act=act(), **CLAIM)).then(happened(Certificate.Claimed, **CLAIM))


def test_the_same_number_of_the_same_certifier_is_the_same_claim_however_it_is_typed() -> None:
    claim = Certificate.create_id("ViProCB (mẫu)", "MAU-0017")
    assert Certificate.create_id(" VIPROCB (Mẫu)", "mau - 0017") == claim
    assert Certificate.create_id(unicodedata.normalize("NFD", "ViProCB (mẫu)"), "MAU-0017") == claim


def test_another_certifier_may_use_the_same_number() -> None:
    assert Certificate.create_id("ViProCB (mẫu)", "MAU-0017") != Certificate.create_id("QUACERT (mẫu)", "MAU-0017")


def test_the_sentence_holds_no_number() -> None:
    assert sentences(Certificate(act=act(), **CLAIM)) == [
        "Số chứng chỉ do ViProCB (mẫu) cấp được giữ cho một chuyên gia."
    ]
