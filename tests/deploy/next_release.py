"""The next release as a tree of its own: this one, with a change of each kind that an upgrade brings."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from services.shared.event_store.schema import latest_version
from tests.rules.code import PROJECT

_COURSE = "services/training/domain/course.py"
_COURSES = "services/training/read_models/courses.py"
_ANNOUNCEMENTS = "services/training/bus/announcements.py"
_PROTO = "proto/nscl/training/v1/training_events.proto"

_UPCAST = """\
        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            state["language"] = "vi"

"""
# What training's next release adds, and behind what: an event tells more, its view shows it, its announcement says it.
_ADDED = [
    (_COURSE, "from typing import ", "Any, ClassVar, "),
    (_COURSE, "    seats: int\n    organiser: str\n", "    language: str\n"),
    (_COURSE, 'TOPIC = "training:Course.Scheduled"\n', "        class_version: ClassVar[int] = 2\n"),
    (_COURSE, "        organiser: str\n\n", _UPCAST),
    (_COURSE, "        seats: int\n        organiser: str\n", "        language: str\n"),
    (_COURSE, "        organiser: str,\n", "        language: str,\n"),
    (_COURSE, "    ) -> None:\n", "        self.language = language\n"),
    (_COURSE, "            organiser=organiser,\n", '            language="en",\n'),
    (_COURSES, "    version: int\n", "    language: str\n"),
    (_COURSES, "            version bigint NOT NULL", ",\n            language text NOT NULL"),
    (_COURSES, "0, 0, NULL, NULL, %s", ", %s"),
    (
        _COURSES,
        "CourseState.SCHEDULED,\n                event.originator_version,\n",
        "                event.language,\n",
    ),
    (_ANNOUNCEMENTS, "        seats=event.seats,\n", "        language=event.language,\n"),
    (_PROTO, "  int32 seats = 9;\n", "  string language = 10;\n"),
]


def make_next_release(folder: Path) -> Path:
    """Write it to a folder; AssertionError when a line that it changes is no longer there."""
    for part in ("services", "proto", "generated"):
        shutil.copytree(PROJECT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    for name, behind, added in _ADDED:
        before, found, after = (folder / name).read_text(encoding="utf-8").partition(behind)
        assert found, f"{name} has no {behind!r}"
        (folder / name).write_text(before + behind + added + after, encoding="utf-8")
    steps = folder / "services" / "shared" / "event_store" / "migrations"
    now = latest_version()
    step = f"-- works with {now}\nALTER TABLE {{{{parked}}}} ADD COLUMN told_at timestamptz;\n"
    (steps / f"{now + 1:04}_told.sql").write_text(step, encoding="utf-8")
    libraries = sysconfig.get_path("purelib")
    protoc = [sys.executable, "-m", "grpc_tools.protoc", "--proto_path=proto", f"--proto_path={libraries}"]
    stub = _PROTO.removeprefix("proto/")
    subprocess.run([*protoc, "--python_out=generated", stub], cwd=folder, check=True)
    return folder
