"""Every refusal is met: at a door of its service, or where it is decided, and then by the test that the list names."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest

from services.shared.refusals import Refusal
from tests.rules.code import PROJECT, SERVICES, module_name, sources

LIST = Path(__file__).with_name("refusals_met_below_the_door.txt")
AT_DOORS = ("tests/journeys", *(f"tests/{service}/api" for service in SERVICES))


def refusals(service: str) -> Iterator[type[Refusal]]:
    """The types that a service refuses by; those that only others derive from are none."""
    programs = {source for source in sources(f"services/{service}") if source.name.startswith("run_")}
    for name in map(module_name, set(sources(f"services/{service}")) - programs):
        own = (thing for thing in vars(import_module(name)).values() if getattr(thing, "__module__", None) == name)
        classes = (thing for thing in own if isinstance(thing, type) and issubclass(thing, Refusal))
        yield from (refusal for refusal in classes if not refusal.__subclasses__())


@cache
def said_at_doors() -> str:
    """Everything that tests of doors say."""
    return "\n".join(source.read_text(encoding="utf-8") for source in sources(*AT_DOORS))


def unmet_at_doors(service: str) -> set[str]:
    """The refusals that no test of a door names by their reason."""
    return {refusal.__name__ for refusal in refusals(service) if f'"{refusal.reason()}"' not in said_at_doors()}


def below_the_door() -> dict[str, str]:
    """The test that meets a refusal, by the refusal's name, of those that no test of a door meets."""
    lines = LIST.read_text(encoding="utf-8").splitlines()
    return dict(line.split() for line in lines if line and not line.startswith("#"))


@pytest.mark.parametrize("service", SERVICES)
def test_each_refusal_is_met_at_a_door_or_listed(service: str) -> None:
    assert unmet_at_doors(service) - below_the_door().keys() == set()


def test_the_list_names_nothing_that_is_met_at_a_door_or_is_gone() -> None:
    assert below_the_door().keys() - set().union(*map(unmet_at_doors, SERVICES)) == set()


@pytest.mark.parametrize(("name", "test"), below_the_door().items())
def test_what_is_listed_is_met_by_the_test_it_names(name: str, test: str) -> None:
    assert name in (PROJECT / test).read_text(encoding="utf-8")
