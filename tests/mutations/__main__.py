"""Break each guarantee in turn, in a copy, and see that its tests notice: ``python -m tests.mutations [words]``.

With words, only the guarantees that hold them all. Ends with 1 when one stays unnoticed. The tests run on the server
that ``NSCL_TEST_POSTGRES`` names, or on a private one.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

from deploy.local.ports import free_ports
from deploy.local.postgres import PrivatePostgres
from tests.mutations import MUTATIONS
from tests.mutations.mutation import PROJECT, Mutation
from tests.servers import running

COPIED = ("clients", "deploy", "proto", "services", "tests", "pyproject.toml")
LINKED = ("generated",)
PARALLEL = 2
TEST_SECONDS, RUN_SECONDS = 60, 300
# A program that is broken in these ways says nothing about the guarantee.
NO_NOTICE = ("NameError", "ImportError", "ModuleNotFoundError", "SyntaxError", "IndentationError")


class Verdict(NamedTuple):
    """Whether tests noticed a change, and what they said."""

    noticed: bool
    said: str


def main(words: Sequence[str]) -> int:
    chosen = [mutation for mutation in MUTATIONS if all(word in mutation.guarantee for word in words)]
    with tempfile.TemporaryDirectory() as folder, postgres(Path(folder)) as url:
        untouched = run_tests(Path(folder), url, sorted({test for mutation in chosen for test in mutation.tests}))
        if untouched.noticed or untouched.said:
            print(f"The tests have to pass before anything is broken: {untouched.said}")
            return 1
        with ThreadPoolExecutor(PARALLEL) as running_tests:
            verdicts = running_tests.map(lambda mutation: verdict_on(mutation, Path(folder), url), chosen)
            unnoticed = sum(told(mutation, verdict) for mutation, verdict in zip(chosen, verdicts, strict=True))
    print(f"\n{len(chosen) - unnoticed} of {len(chosen)} broken guarantees were noticed")
    return int(unnoticed > 0)


def told(mutation: Mutation, verdict: Verdict) -> bool:
    """Print a line of the table; True when nobody noticed."""
    print(f"{'red  ' if verdict.noticed else 'GREEN'}  {mutation.guarantee:<70}  {verdict.said}", flush=True)
    return not verdict.noticed


def verdict_on(mutation: Mutation, folder: Path, postgres_url: str) -> Verdict:
    """What the mutation's tests say when it has been made."""
    return run_tests(folder, postgres_url, mutation.tests, mutation)


def run_tests(folder: Path, postgres_url: str, tests: Sequence[str], mutation: Mutation | None = None) -> Verdict:
    """Run the tests in a fresh copy of the project; they notice where an assertion fails or the time runs out."""
    copy = Path(tempfile.mkdtemp(dir=folder))
    copy_project(copy)
    if mutation is not None:
        (copy / mutation.file).write_text(mutation.mutated(), encoding="utf-8")
    options = ["-x", "-q", f"--timeout={TEST_SECONDS}", "-p", "no:cacheprovider", "--junitxml=report.xml"]
    started_at = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "pytest", *options, *tests],
        cwd=copy,
        env={**os.environ, "NSCL_TEST_POSTGRES": postgres_url},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        code = process.wait(RUN_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return Verdict(True, f"did not end within {RUN_SECONDS} s")
    verdict = Verdict(False, "") if code == 0 else read_report(copy / "report.xml", code)
    shutil.rmtree(copy, ignore_errors=True)
    return verdict._replace(said=f"{verdict.said} ({time.monotonic() - started_at:.0f} s)") if mutation else verdict


def read_report(report: Path, code: int) -> Verdict:
    """A failed test is a notice; a test that could not even be collected or set up is none."""
    if not report.exists():
        return Verdict(False, f"pytest ended with {code} and without a report")
    for case in ElementTree.parse(report).iter("testcase"):
        for kind in ("failure", "error"):
            if (found := case.find(kind)) is not None:
                message = found.get("message", "").partition("\n")[0]
                noticed = kind == "failure" and not message.startswith(NO_NOTICE)
                return Verdict(noticed, case.get("name", "") if noticed else f"{case.get('name')}: {message}")
    return Verdict(False, f"pytest ended with {code} and without a failure")


def copy_project(folder: Path) -> None:
    """As much of the project as its tests need."""
    for name in COPIED:
        source = PROJECT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)
    for name in LINKED:
        (folder / name).symlink_to(PROJECT / name)


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """The URL of the given server, or of a private one that is there as long as the block runs."""
    if given := os.environ.get("NSCL_TEST_POSTGRES"):
        yield given
        return
    password = secrets.token_hex(16)
    private = PrivatePostgres(folder / "postgres", free_ports()["NSCL_POSTGRES_PORT"], password)
    private.prepare()
    with running(private.program(), folder):
        private.server.wait_until_ready()
        server = private.server
        yield f"postgresql://{server.superuser.name}:{password}@{server.host}:{server.port}/postgres"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
