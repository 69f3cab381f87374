"""Manners of all code: short functions, speaking names, each room knowing only what it may."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.rules.code import PROJECT, SERVICES, functions, imported, place, sources

LONGEST_FUNCTION_LINES = 70
NO_NAMES_FOR_A_ROOM = {"util", "utils", "helper", "helpers", "common", "misc"}
DOMAIN_MAY_IMPORT = (
    "eventsourcing.domain",
    "services.shared.erasure",
    "services.shared.proceeding",
    "services.shared.record",
    "services.shared.refusals",
    "services.shared.personal_data",
    "services.shared.spelling",
    "stdnum",
)


def test_a_function_fits_on_a_screen() -> None:
    too_long = [
        f"{place(source, function)} {function.name}"
        for source in sources()
        for function in functions(source)
        if (function.end_lineno or 0) - function.lineno >= LONGEST_FUNCTION_LINES
    ]
    assert not too_long


def test_no_module_is_a_drawer_for_odds_and_ends() -> None:
    names = {source for source in sources() if {source.stem, source.parent.name} & NO_NAMES_FOR_A_ROOM}
    assert not names


@pytest.mark.parametrize("service", SERVICES)
def test_the_domain_imports_nothing_but_what_facts_and_rules_need(service: str) -> None:
    own = f"services.{service}.domain"
    allowed = (own, *DOMAIN_MAY_IMPORT, *sys.stdlib_module_names)
    strangers = [
        f"{source.relative_to(PROJECT)}: {name}"
        for source in sources(f"services/{service}/domain")
        for name in imported(source)
        if not any(name == module or name.startswith(f"{module}.") for module in allowed)
    ]
    assert not strangers


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize(
    ("process", "strangers"),
    [
        ("run_api", {"eventlet", "nameko", "opentelemetry"}),
        ("run_bus", {"grpc", "opentelemetry"}),
        ("run_migrate", {"nameko", "opentelemetry"}),
    ],
)
def test_a_process_never_loads_what_breaks_it(service: str, process: str, strangers: set[str]) -> None:
    if not (PROJECT / "services" / service / f"{process}.py").exists():
        pytest.skip(f"{service} has no {process} yet")
    looking = f"import sys, services.{service}.{process}; print(*({strangers} & sys.modules.keys()))"
    loaded = subprocess.run(
        [sys.executable, "-c", looking],
        env={**os.environ, "PYTHONPATH": f"{PROJECT}:{PROJECT / 'generated'}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert loaded.returncode == 0, loaded.stderr
    assert loaded.stdout.split() == []
