"""A developer elsewhere installs the client package with nothing else of ours and does what docs/clients.md shows."""

from __future__ import annotations

import re
import shutil
import subprocess
import sysconfig
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path
from venv import EnvBuilder

import pytest
from nscl.training.v1.training_service_pb2 import ListCoursesRequest

from deploy.local.certificates import Certificates
from programme.people import TRAINER
from tests.journeys.conftest import Played
from tests.rules.code import PROJECT
from tests.servers import RunningPlatform

PAGE = (PROJECT / "docs" / "clients.md").read_text(encoding="utf-8")
SHOWN = "".join(re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL))
COURSES = 40
MANY_COURSES = f"""
from threading import Thread

def listen():
    for position, announcement in training_door.watch(recorded.position, types=["nscl.training.v1.CourseScheduled"]):
        print("heard", position, flush=True)
        if announcement.title.endswith("{COURSES - 1}"):
            return

listening = Thread(target=listen)
listening.start()
for number in range({COURSES}):
    planned.title = f"Khóa không ai mất {{number}}"
    print("scheduled", training.ScheduleCourse(planned).recorded.position, flush=True)
listening.join()
"""
NAMED = re.compile(r"[\w-]+")


def needed(name: str) -> Iterator[str]:
    """A distribution and those that it cannot do without."""
    yield name
    for requirement in distribution(name).requires or ():
        if "extra ==" not in requirement:
            [other] = NAMED.findall(requirement)[:1]
            yield from needed(other)


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python that has the wheel and what that says it needs, and nothing else."""
    folder = tmp_path_factory.mktemp("department")
    subprocess.run([PROJECT / "clients" / "python" / "build.sh", folder], check=True, capture_output=True)
    EnvBuilder(symlinks=True).create(folder / "environment")
    python = folder / "environment" / "bin" / "python"
    site = Path(sysconfig.get_path("purelib", vars={"base": str(folder / "environment")}))
    for name in {name for direct in ("grpcio", "protobuf", "googleapis-common-protos") for name in needed(direct)}:
        copied = distribution(name)
        for file in copied.files or ():
            if ".." not in file.parts:
                (site / file).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(str(copied.locate_file(file)), site / file)
    pip: list[str | Path] = [
        PROJECT / ".venv" / "bin" / "python",
        "-m",
        "pip",
        "--disable-pip-version-check",
        "--python",
        python,
    ]
    [wheel] = folder.glob("*.whl")
    subprocess.run([*pip, "install", "--quiet", "--no-index", wheel], check=True)
    return python


@pytest.fixture(scope="module")
def desk(platform: RunningPlatform, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with what the operators handed over."""
    folder = tmp_path_factory.mktemp("desk")
    certificates = Certificates.in_directory(Path(platform.endpoints["keys"]))
    files = certificates.register("import.sct.example", "SCT", "scheme_officer")
    shutil.copy(files.certificate, folder / "tls.crt")
    shutil.copy(files.key, folder / "tls.key")
    shutil.copy(platform.endpoints["authority"], folder / "doors.pem")
    (folder / "token").write_text(platform.token(TRAINER.capacity, TRAINER.body, TRAINER.person_id))
    return folder


def program(platform: RunningPlatform, desk: Path, code: str) -> Path:
    """The code of the page and some more as a program, with the addresses of a running platform."""
    services = platform.endpoints["services"]
    code = (SHOWN + code).replace("registry.cantho.example:443", services["registry"]["systems"])
    written = desk / "program.py"
    written.write_text(code.replace("training.cantho.example:443", services["training"]["grpc"]), encoding="utf-8")
    return written


def run(python: Path, program: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """The program, run in a folder, by a Python that looks nowhere but in its own environment."""
    return subprocess.run([python, "-I", program], check=False, cwd=folder, capture_output=True, text=True, timeout=60)


@pytest.mark.usefixtures("played")
def test_the_page_holds_what_it_promises(platform: RunningPlatform, python: Path, desk: Path) -> None:
    shown = run(python, program(platform, desk, ""), desk)
    assert shown.returncode == 0, shown.stderr
    found, no, sentence, violation, position, announced = shown.stdout.splitlines()
    assert "Sóng Biếc" in found
    assert no == "StatusCode.INVALID_ARGUMENT FORM_INCORRECT"
    assert "enterprise_id" in violation
    assert not sentence.isascii()
    assert int(position) > 0
    assert int(announced.split()[0]) > 0
    (stranger := desk / "stranger.py").write_text("import services")
    assert "No module named 'services'" in run(python, stranger, PROJECT).stderr


def test_nothing_that_is_recorded_or_announced_is_lost_or_doubled_while_the_door_is_away(
    played: Played, platform: RunningPlatform, python: Path, desk: Path
) -> None:
    many = subprocess.Popen(
        [python, "-I", program(platform, desk, MANY_COURSES)], cwd=desk, stdout=subprocess.PIPE, text=True
    )
    assert many.stdout is not None
    told: dict[str, list[int]] = {"scheduled": [], "heard": []}
    for line in many.stdout:
        what, *rest = line.split()
        if what in told:
            told[what].append(int(rest[0]))
        if what == "scheduled" and len(told[what]) in (COURSES // 4, COURSES // 2):
            platform.kill("training_api")
    assert many.wait() == 0
    assert told["heard"] == sorted(told["scheduled"])
    asked = ListCoursesRequest(page_size=500, min_position=max(told["heard"]))
    listed = played.doors.ask(TRAINER, played.doors.training.ListCourses, asked).courses
    titles = [course.title for course in listed if course.title.startswith("Khóa không ai mất")]
    assert sorted(titles) == sorted(f"Khóa không ai mất {number}" for number in range(COURSES))
