"""Manners of contracts: what was released stays as it is, and what was announced is understood for ever."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from google.api import field_behavior_pb2  # noqa: F401 - the option that fields of the doors bear
from google.protobuf import text_format
from google.protobuf.descriptor_pb2 import FieldDescriptorProto, FileDescriptorSet

from tests.rules.code import PROJECT, SERVICES
from tests.saved_announcements.samples import (
    DIGESTS,
    Sample,
    announcement_classes,
    digest_line,
    fields_of,
    fields_said,
    in_words,
    paths,
    samples,
)

BUF = Path(sys.executable).with_name("buf")
RELEASED = PROJECT / "proto" / "released.txtpb"
CURRENT = PROJECT / "generated" / "descriptors.binpb"
ANNOUNCEMENTS = "nscl/support/v1/support_events.proto"
RESOURCES = "nscl/support/v1/support_resources.proto"
DOOR = "nscl/support/v1/support_service.proto"

_FOUND_SOMETHING = 100  # buf's exit status

Change = Callable[["Protos"], object]


class Protos:
    """The files of proto/ as this tree has them, to be changed by a test."""

    def __init__(self) -> None:
        self.files = FileDescriptorSet.FromString(CURRENT.read_bytes())
        for file in self.files.file:
            file.ClearField("source_code_info")

    def file(self, path: str) -> Any:
        return _named(self.files.file, path)

    def announcement(self, name: str = "TaskPaid") -> Any:
        return _named(self.file(ANNOUNCEMENTS).message_type, name)

    def field(self, name: str = "amount_vnd") -> Any:
        return _named(self.announcement().field, name)

    def content_kind(self, name: str) -> Any:
        return _named(_named(self.file(RESOURCES).enum_type, "ContentKind").value, name)

    def methods(self) -> Any:
        return self.file(DOOR).service[0].method

    def breaks_what_is_released(self, folder: Path) -> str:
        """What ``make check`` says about these files; nothing when they break nothing."""
        changed = folder / "changed.binpb"
        changed.write_bytes(self.files.SerializeToString())
        command = [str(BUF), "breaking", str(changed), "--against", str(RELEASED)]
        said = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
        assert (said.returncode, said.stderr) == (_FOUND_SOMETHING if said.stdout else 0, "")
        return said.stdout


def _named(things: Any, name: str) -> Any:
    return next(thing for thing in things if thing.name == name)


def test_what_proto_says_is_released() -> None:
    released = text_format.Parse(RELEASED.read_text(encoding="utf-8"), FileDescriptorSet())
    assert Protos().files == released, "make release-proto"


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda protos: setattr(protos.announcement(), "name", "TaskRemunerated"), '"TaskPaid" was deleted'),
        (
            lambda protos: protos.file(ANNOUNCEMENTS).message_type.remove(protos.announcement()),
            '"TaskPaid" was deleted',
        ),
        (lambda protos: setattr(protos.field(), "name", "sum_vnd"), 'from "amount_vnd" to "sum_vnd"'),
        (lambda protos: protos.announcement().field.remove(protos.field()), 'name "amount_vnd" on message "TaskPaid"'),
        (lambda protos: setattr(protos.field(), "number", 77), 'name "amount_vnd" on message "TaskPaid" was deleted'),
        (lambda protos: setattr(protos.field(), "type", FieldDescriptorProto.TYPE_INT32), 'from "int64" to "int32"'),
        (lambda protos: setattr(protos.content_kind("CONTENT_KIND_TOOL"), "number", 77), "was deleted"),
        (lambda protos: setattr(protos.content_kind("CONTENT_KIND_TOOL"), "name", "CONTENT_KIND_KIT"), "CONTENT_KIND"),
        (lambda protos: protos.methods().pop(), "was deleted"),
    ],
)
def test_what_is_released_is_neither_renamed_nor_removed_nor_renumbered(
    change: Change, complaint: str, tmp_path: Path
) -> None:
    protos = Protos()
    change(protos)
    assert complaint in protos.breaks_what_is_released(tmp_path)


@pytest.mark.parametrize(
    "change",
    [
        lambda _: None,
        lambda protos: protos.file(ANNOUNCEMENTS).message_type.add(name="TaskForgotten"),
        lambda protos: protos.announcement().field.add(
            name="note",
            json_name="note",
            number=77,
            type=FieldDescriptorProto.TYPE_STRING,
            label=FieldDescriptorProto.LABEL_OPTIONAL,
        ),
    ],
)
def test_something_new_breaks_nothing(change: Change, tmp_path: Path) -> None:
    protos = Protos()
    change(protos)
    assert not protos.breaks_what_is_released(tmp_path)


def test_whatever_can_be_announced_is_said_by_a_saved_announcement() -> None:
    can_be_said = set().union(*(fields_of(announcement.DESCRIPTOR) for announcement in announcement_classes().values()))
    unsaid = can_be_said.difference(*(fields_said(sample.message) for sample in samples()))
    assert not unsaid, "python -m tests.saved_announcements.save, for\n" + "\n".join(sorted(unsaid))


@pytest.mark.parametrize("sample", samples(), ids=lambda sample: sample.name)
def test_a_saved_announcement_is_read_as_it_was_when_it_was_saved(sample: Sample) -> None:
    assert in_words(sample.message) == sample.in_words


def test_a_saved_announcement_stays_as_it_was_saved() -> None:
    noted = DIGESTS.read_text(encoding="utf-8").splitlines(keepends=True)
    assert sorted(noted) == sorted(map(digest_line, paths()))


@pytest.mark.parametrize("service", SERVICES)
def test_whoever_listens_is_tested_with_what_was_saved(service: str) -> None:
    listens = (PROJECT / "services" / service / "bus" / "consumers.py").exists()
    assert listens == (PROJECT / "tests" / service / "bus" / "test_saved_announcements.py").exists()
