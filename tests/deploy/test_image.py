"""The image holds everything that runs, and nothing that only makes it."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable
from importlib.metadata import packages_distributions
from pathlib import Path

import grimp

from tests.rules.code import PROJECT

CONTAINERFILE = (PROJECT / "Containerfile").read_text(encoding="utf-8")
BUILT, SHIPPED = CONTAINERFILE.split("\nFROM ")[1:]


def distributions(names: Iterable[str]) -> set[str]:
    """Names as package registries compare them."""
    return {re.sub(r"[-_.]+", "-", name).lower() for name in names}


def test_what_the_services_import_is_pinned_for_the_image() -> None:
    lock = (PROJECT / "requirements" / "runtime.txt").read_text(encoding="utf-8")
    pinned = distributions(re.findall(r"^([^\s=]+)==", lock, re.MULTILINE))
    graph = grimp.build_graph("services", include_external_packages=True, cache_dir=None)
    imported = (
        {module.partition(".")[0] for module in graph.modules} - set(sys.stdlib_module_names) - {"services", "nscl"}
    )
    assert "grpc" in imported
    providers = packages_distributions()
    assert {name for name in imported if not distributions(providers.get(name, [name])) & pinned} == set()


def test_the_image_is_made_by_the_steps_of_make_setup() -> None:
    steps = re.findall(r"^RUN (deploy/local/\S+)$", BUILT, re.MULTILINE)
    assert steps == ["deploy/local/setup.sh", "deploy/local/stubs.sh"]


def test_nothing_is_installed_in_what_is_shipped() -> None:
    assert "RUN" not in SHIPPED
    assert {line.split()[2] for line in SHIPPED.splitlines() if line.startswith("COPY")} == {
        "/opt/nscl/",
        "/nscl/generated/",
        "/nscl/services/",
    }


def test_the_image_runs_as_a_user_by_number_who_is_not_root() -> None:
    user = re.search(r"^USER (\d+):(\d+)$", SHIPPED, re.MULTILINE)
    assert user is not None
    assert 0 not in map(int, user.groups())


def test_both_stages_stand_on_the_same_pinned_base() -> None:
    bases = re.findall(r"^FROM (\S+)", CONTAINERFILE, re.MULTILINE)
    assert len(set(bases)) == 1
    assert re.fullmatch(r"\S+:\d+\.\d+\.\d+-slim-\w+", bases[0])


def test_the_linter_finds_nothing() -> None:
    hadolint = Path(sys.executable).with_name("hadolint")
    subprocess.run([hadolint, PROJECT / "Containerfile"], check=True)
