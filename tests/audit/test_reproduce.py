"""A report is derived again from the logs that it was made of, and a figure that they do not make is named."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from click.testing import CliRunner, Result

from services.audit.command import main
from services.audit.events import StoredEvent
from services.reporting.domain.figures import Figure, Period
from services.reporting.domain.report import LogCheckpoint, Report, ReportKind
from services.shared.record import Record
from services.shared.transparency_log.notes import Signer
from services.support.domain.award import Award
from services.training.domain.course import Course
from tests.audit.saved_world import LOGS, saved_events
from tests.audit.world import World
from tests.given import act
from tests.saved_histories.histories import MAPPER
from tests.training.examples import FIVE_S

NUMBER = "901/BC-SKHCN"
RIGHT = tuple(
    Figure(code, "", 3, 2) if code == "K6" else Figure(code, "", 0, 0) for code in ("K1", "K2", "K3", "K4", "K5", "K6")
)
COUNTED = {"registry": 1, "support": 4, "training": 1}
"""How many events of each log the report is made of; support goes on behind them."""


def stored(records: Iterable[Record]) -> list[StoredEvent]:
    """The events of the records, one after the other, as a log stores them."""
    events = (MAPPER.to_stored_event(event) for record in records for event in record.collect_events())
    return [
        StoredEvent(position, str(event.originator_id), event.originator_version, event.topic, bytes(event.state))
        for position, event in enumerate(events, 1)
    ]


def entrants(*years: int) -> list[Award]:
    """An enterprise nominated in June of each year."""
    acts = (act(document="7/TTr-SKHCN", effective_on=date(year, 6, 1)) for year in years)
    return [Award.nominate(by, enterprise_id=uuid4(), year=by.effective_on.year) for by in acts]


class Mirror:
    """A mirror with a report on the year 2024, up to the first four nominations."""

    def __init__(self, folder: Path) -> None:
        self.world = World(folder, {origin: Signer.generate(origin) for origin in LOGS.values()})
        (folder / "policy").write_text(self.world.policy_text)
        self.events = {
            "registry": saved_events()["registry"][:1],
            "support": stored(entrants(2023, 2024, 2024, 2025)),
            "training": stored([Course.schedule(act(), **FIVE_S)]),
        }
        self.checkpoints = tuple(
            LogCheckpoint(service, len(events), bytes(self.world.publish(LOGS[service], events)).decode())
            for service, events in self.events.items()
        )
        later = [replace_position(event, 4 + n) for n, event in enumerate(stored(entrants(2024)), 1)]
        self.world.publish(LOGS["support"], [*self.events["support"], *later])

    def report(self, **changes: Any) -> Report:
        """Publish the report, changed where the test says so, in the log of reporting."""
        facts = {"figures": RIGHT, "checkpoints": self.checkpoints, **changes}
        period = Period(date(2024, 1, 1), date(2024, 12, 31))
        report = Report.draft(act(), plan_id=UUID(int=1), kind=ReportKind.YEARLY_TO_CITY, period=period, **facts)
        report.publish(act(person_id=uuid4(), document=NUMBER))
        self.world.publish(LOGS["reporting"], stored([report]))
        return report

    def reproduce(self, named: object = NUMBER, *options: str) -> Result:
        return CliRunner().invoke(main, ["reproduce", str(self.world.folder), str(named), *options])

    def differences(self) -> list[tuple[str, str, str]]:
        told = self.reproduce(NUMBER, "--json")
        found = [(each["service"], each["subject"], each["field"]) for each in json.loads(told.stdout)["differences"]]
        assert told.exit_code == (1 if found else 0)
        return found


def replace_position(event: StoredEvent, position: int) -> StoredEvent:
    return StoredEvent(position, event.stream, event.version, event.topic, event.state)


@pytest.fixture
def mirror(tmp_path: Path) -> Mirror:
    return Mirror(tmp_path)


def test_a_report_made_before_later_events_is_derived_again(mirror: Mirror) -> None:
    report = mirror.report()
    assert mirror.differences() == []
    told = mirror.reproduce(report.id)
    assert (told.exit_code, "K6: 3, 2 in the period" in told.stdout) == (0, True)
    assert "The events make the same figures" in told.stdout


@pytest.mark.parametrize("field", ["total", "in_period"])
@pytest.mark.parametrize("index", range(6))
def test_each_figure_that_the_events_do_not_make_is_named(mirror: Mirror, index: int, field: str) -> None:
    figure = RIGHT[index]
    doctored = replace(figure, **{field: getattr(figure, field) + 1})
    mirror.report(figures=(*RIGHT[:index], doctored, *RIGHT[index + 1 :]))
    assert mirror.differences() == [("reporting", figure.code, field)]
    assert f"{figure.code}, {field}: the events make {getattr(figure, field)}" in mirror.reproduce().stdout


def test_an_indicator_that_is_left_out_is_named(mirror: Mirror) -> None:
    mirror.report(figures=RIGHT[:5])
    assert mirror.differences() == [("reporting", "K6", "total"), ("reporting", "K6", "in_period")]


def test_a_log_that_is_left_out_is_named(mirror: Mirror) -> None:
    mirror.report(checkpoints=mirror.checkpoints[:2])
    assert mirror.differences() == [("training", "checkpoint", "size")]


def test_a_checkpoint_that_is_not_of_the_log_held_is_named(mirror: Mirror) -> None:
    mirror.report()
    mirror.world.publish(LOGS["support"], stored(entrants(2023, 2024, 2024, 2025)))  # others than were reported
    assert mirror.differences() == [("support", "checkpoint of 4 events", "root")]


def test_a_checkpoint_says_how_many_events_were_counted(mirror: Mirror) -> None:
    registry, support, training = mirror.checkpoints
    mirror.report(checkpoints=(registry, replace(support, size=3), training), figures=RIGHT)
    found = mirror.differences()
    assert ("support", "checkpoint of 3 events", "size") in found


def test_a_log_that_is_not_held_so_far_is_to_be_fetched(mirror: Mirror) -> None:
    mirror.report()
    mirror.world.publish(LOGS["support"], mirror.events["support"][:3])
    told = mirror.reproduce()
    assert (told.exit_code, "the first 4 events of support are not held" in told.stderr) == (2, True)


def test_a_report_that_is_not_there_is_not_guessed(mirror: Mirror) -> None:
    report = mirror.report()
    told = mirror.reproduce("902/BC-SKHCN")
    assert (told.exit_code, str(report.id) in told.stderr) == (2, True)


def test_a_note_that_is_no_checkpoint_is_said(mirror: Mirror) -> None:
    registry, support, training = mirror.checkpoints
    mirror.report(checkpoints=(registry, replace(support, note="?"), training))
    assert mirror.reproduce().exit_code == 2
