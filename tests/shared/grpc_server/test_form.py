from __future__ import annotations

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import pytest

from services.shared.grpc_server import Form
from services.shared.grpc_server.refusals import FormIncorrect
from tests.shared.grpc_server.notebooks import pb

ID = "0f1c6a52-7d5e-4a53-9f0e-2f4d6b1c8a01"


class CoverColour(StrEnum):
    RED = "red"
    DARK_BLUE = "dark blue"


def everything(**changes: Any) -> Any:
    """A request with nothing wrong in it, except what the test changes."""
    correct = {
        "name": "Hợp tác xã Ngọc Ánh",
        "id": ID,
        "day": {"year": 2024, "month": 2, "day": 29},
        "moment": {"seconds": 1_700_000_000},
        "seats": 30,
        "amount_vnd": 150_000_000,
        "colour": pb.COVER_COLOUR_DARK_BLUE,
        "agreed": True,
        "said": False,
        "line": {"code": "A1", "amount_vnd": 1},
        "lines": [{"code": "A1", "amount_vnd": 1}, {"code": "B2", "amount_vnd": 2}],
    }
    return pb.Everything(**{name: value for name, value in (correct | changes).items() if value is not None})


def read(message: Any) -> dict[str, Any]:
    """All the message's fields, read by one form."""
    form = Form(message)

    def line(part: Form) -> tuple[str, int]:
        return part.text("code", pattern=r"[A-Z]\d"), part.amount_vnd("amount_vnd")

    values = {
        "name": form.text("name", longest=30, shortest=3),
        "remark": form.optional_text("remark", longest=30, lines=True),
        "id": form.uuid("id"),
        "day": form.date("day", latest=date(2024, 12, 31)),
        "moment": form.timestamp("moment"),
        "seats": form.integer("seats", least=1, most=5000),
        "amount_vnd": form.amount_vnd("amount_vnd"),
        "colour": form.choice("colour", CoverColour),
        "agreed": form.boolean("agreed"),
        "said": form.boolean("said"),
        "line": form.nested("line", line),
        "lines": form.each("lines", line, least=1, most=3),
        "ids": form.uuids("ids", most=2),
        "words": form.texts("words", longest=5),
        "colours": form.choices("colours", CoverColour),
        "score": form.optional_integer("score", most=100),
    }
    form.check()
    return values


def test_a_correct_request_reads_as_plain_values() -> None:
    assert read(everything(ids=[ID], words=["một"], colours=[pb.COVER_COLOUR_RED], score=0)) == {
        "name": "Hợp tác xã Ngọc Ánh",
        "remark": None,
        "id": UUID(ID),
        "day": date(2024, 2, 29),
        "moment": datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC),
        "seats": 30,
        "amount_vnd": 150_000_000,
        "colour": CoverColour.DARK_BLUE,
        "agreed": True,
        "said": False,
        "line": ("A1", 1),
        "lines": (("A1", 1), ("B2", 2)),
        "ids": (UUID(ID),),
        "words": ("một",),
        "colours": (CoverColour.RED,),
        "score": 0,
    }


LINE = {"code": "A1", "amount_vnd": 1}
WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"name": ""}, "name", "FIELD_REQUIRED"),
    ({"name": " \u00a0\t"}, "name", "FIELD_REQUIRED"),
    ({"name": "x" * 31}, "name", "FIELD_TOO_LONG"),
    ({"name": "ab"}, "name", "FIELD_TOO_SHORT"),
    ({"name": "Công ty 公司"}, "name", "FIELD_WRONG_SCRIPT"),
    ({"name": "Cоng ty"}, "name", "FIELD_WRONG_SCRIPT"),
    ({"name": "Công ty 🚀"}, "name", "FIELD_WRONG_SCRIPT"),
    ({"name": "a\x00bc"}, "name", "FIELD_MALFORMED"),
    ({"name": "hai\ndòng"}, "name", "FIELD_MALFORMED"),
    ({"remark": "a\u202eb"}, "remark", "FIELD_MALFORMED"),
    ({"id": ""}, "id", "FIELD_REQUIRED"),
    ({"id": "42"}, "id", "FIELD_MALFORMED"),
    ({"id": ID.replace("-", "")}, "id", "FIELD_MALFORMED"),
    ({"id": f"{{{ID}}}"}, "id", "FIELD_MALFORMED"),
    ({"day": None}, "day", "FIELD_REQUIRED"),
    ({"day": {"year": 2023, "month": 2, "day": 29}}, "day", "FIELD_MALFORMED"),
    ({"day": {"year": 2023, "month": 2}}, "day", "FIELD_MALFORMED"),
    ({"day": {"year": -5, "month": 1, "day": 1}}, "day", "FIELD_MALFORMED"),
    ({"day": {"year": 2**31 - 1, "month": 1, "day": 1}}, "day", "FIELD_MALFORMED"),
    ({"day": {"year": 1899, "month": 12, "day": 31}}, "day", "FIELD_OUT_OF_RANGE"),
    ({"day": {"year": 2025, "month": 1, "day": 1}}, "day", "FIELD_OUT_OF_RANGE"),
    ({"moment": None}, "moment", "FIELD_REQUIRED"),
    ({"moment": {"seconds": 2**60}}, "moment", "FIELD_MALFORMED"),
    ({"moment": {"seconds": 1, "nanos": -1}}, "moment", "FIELD_MALFORMED"),
    ({"seats": 0}, "seats", "FIELD_REQUIRED"),
    ({"seats": -1}, "seats", "FIELD_OUT_OF_RANGE"),
    ({"seats": 5001}, "seats", "FIELD_OUT_OF_RANGE"),
    ({"amount_vnd": 0}, "amount_vnd", "FIELD_REQUIRED"),
    ({"amount_vnd": -1}, "amount_vnd", "FIELD_OUT_OF_RANGE"),
    ({"amount_vnd": 10**15 + 1}, "amount_vnd", "FIELD_OUT_OF_RANGE"),
    ({"amount_vnd": 2**63 - 1}, "amount_vnd", "FIELD_OUT_OF_RANGE"),
    ({"colour": 0}, "colour", "FIELD_REQUIRED"),
    ({"colour": 99}, "colour", "FIELD_UNKNOWN_CHOICE"),
    ({"colour": -1}, "colour", "FIELD_UNKNOWN_CHOICE"),
    ({"colour": 3}, "colour", "FIELD_UNKNOWN_CHOICE"),
    ({"said": None}, "said", "FIELD_REQUIRED"),
    ({"line": None}, "line", "FIELD_REQUIRED"),
    ({"line": {"code": "A1"}}, "line.amount_vnd", "FIELD_REQUIRED"),
    ({"lines": []}, "lines", "FIELD_REQUIRED"),
    ({"lines": [LINE] * 4}, "lines", "FIELD_TOO_MANY"),
    ({"lines": [LINE, LINE, {"code": "a1", "amount_vnd": 1}]}, "lines[2].code", "FIELD_MALFORMED"),
    ({"ids": [ID, "42"]}, "ids[1]", "FIELD_MALFORMED"),
    ({"ids": [""]}, "ids[0]", "FIELD_REQUIRED"),
    ({"words": ["một", ""]}, "words[1]", "FIELD_REQUIRED"),
    ({"words": ["một hai"]}, "words[0]", "FIELD_TOO_LONG"),
    ({"colours": [1, 0]}, "colours[1]", "FIELD_REQUIRED"),
    ({"colours": [1, 7]}, "colours[1]", "FIELD_UNKNOWN_CHOICE"),
    ({"score": 101}, "score", "FIELD_OUT_OF_RANGE"),
]


@pytest.mark.parametrize(("changes", "field", "reason"), WRONG, ids=lambda value: str(value)[:40])
def test_a_wrong_field_is_named_with_its_reason(changes: dict[str, Any], field: str, reason: str) -> None:
    with pytest.raises(FormIncorrect) as refused:
        read(everything(**changes))
    assert [(violation.field, violation.reason) for violation in refused.value.violations] == [(field, reason)]
    assert field in refused.value.violations[0].sentence


def test_everything_wrong_is_told_at_once() -> None:
    with pytest.raises(FormIncorrect) as refused:
        read(everything(name="", id="x", day=None, amount_vnd=-1, lines=[{}]))
    told = [violation.field for violation in refused.value.violations]
    assert told == ["name", "id", "day", "amount_vnd", "lines[0].code", "lines[0].amount_vnd"]
    assert refused.value.facts["count"] == 6


def test_an_absent_message_is_told_once_not_field_by_field() -> None:
    with pytest.raises(FormIncorrect) as refused:
        read(everything(line=None))
    assert [violation.field for violation in refused.value.violations] == ["line"]


def test_a_service_may_add_what_only_it_can_know() -> None:
    form = Form(everything())
    form.refuse("day", "FIELD_OUT_OF_RANGE", "Ngày kết thúc trước ngày bắt đầu.")
    with pytest.raises(FormIncorrect, match="1 chỗ chưa đúng: Ngày kết thúc"):
        form.check()


def test_optional_fields_read_as_none() -> None:
    form = Form(pb.Everything())
    assert form.optional_text("remark") is None
    assert form.optional_integer("score") is None
    assert form.uuids("ids") == ()
    form.check()


def test_a_form_that_contradicts_the_contract_is_a_fault() -> None:
    with pytest.raises(TypeError, match=r"Everything\.name is REQUIRED"):
        Form(pb.Everything()).optional_text("name")
    with pytest.raises(TypeError, match=r"Everything\.remark is OPTIONAL"):
        Form(pb.Everything()).text("remark")
    with pytest.raises(KeyError):
        Form(pb.Everything()).text("nmae")
