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
from services.audit.history import event_classes
from services.reporting.domain.figures import Figure, Period
from services.reporting.domain.indicators import UNITS
from services.reporting.domain.report import LogCheckpoint, Report, ReportKind
from services.reporting.domain.reported import ACTS
from services.shared.record import Record
from services.shared.transparency_log.notes import Signer
from services.support.domain.award import Award
from services.training.domain.dissemination import Dissemination
from tests.audit.saved_world import LOGS, saved_events
from tests.audit.world import World
from tests.given import act
from tests.saved_histories import rare
from tests.saved_histories.histories import MAPPER
from tests.training.examples import PRODUCTIVITY_DAY

NUMBER = "901/BC-SKHCN"
COUNTED = {
    ("K3", ""): (2, 2),  # one of them is supported, too
    ("K4", ""): (1, 1),
    ("K6", ""): (3, 2),
    ("DISSEMINATIONS_HELD", ""): (1, 1),
    ("GRANTED_VND", "TOOL-5S"): (40_000_000, 40_000_000),
    ("RECOVERED_VND", "F1"): (7_000_000, 7_000_000),
    ("SPENT_VND", "F1"): (97_000_000, 97_000_000),
}
"""What the events count, in all and in 2024."""
NOTHING = {(code, ""): (0, 0) for code in (*UNITS, *ACTS.values())}
RIGHT = tuple(Figure(*line, *counts) for line, counts in sorted({**NOTHING, **COUNTED}.items()))


def stored(records: Iterable[Record], after: int = 0) -> list[StoredEvent]:
    """The events of the records, one after the other, as a log stores them behind a position."""
    events = (MAPPER.to_stored_event(event) for record in records for event in record.collect_events())
    return [
        StoredEvent(position, str(event.originator_id), event.originator_version, event.topic, bytes(event.state))
        for position, event in enumerate(events, after + 1)
    ]


def entrants(*years: int) -> list[Award]:
    """An enterprise nominated in June of each year."""
    acts = (act(document="7/TTr-SKHCN", effective_on=date(year, 6, 1)) for year in years)
    return [Award.nominate(by, enterprise_id=uuid4(), year=by.effective_on.year) for by in acts]


def supported() -> list[StoredEvent]:
    """What support recorded until the report was drafted."""
    lines = rare.advanced_line(), rare.released_line()
    return stored([*entrants(2023, 2024, 2024, 2025), *lines, rare.selected_by_size()])


class Mirror:
    """A mirror with a report on the year 2024; support's log has gone on behind its checkpoint."""

    def __init__(self, folder: Path) -> None:
        self.world = World(folder, {origin: Signer.generate(origin) for origin in LOGS.values()})
        (folder / "policy").write_text(self.world.policy_text)
        self.events = {
            "registry": saved_events()["registry"][:1],
            "support": supported(),
            "training": stored([Dissemination.hold(act(document="12/BC-SKHCN"), **PRODUCTIVITY_DAY)]),
        }
        self.checkpoints = tuple(
            LogCheckpoint(service, len(events), bytes(self.world.publish(LOGS[service], events)).decode())
            for service, events in self.events.items()
        )
        before = self.events["support"]
        self.world.publish(LOGS["support"], [*before, *stored(entrants(2024), after=len(before))])

    def drafted(self, kind: ReportKind = ReportKind.YEARLY_TO_CITY, **changes: Any) -> Report:
        """The report as it is drafted, changed where the test says so."""
        facts = {"figures": RIGHT, "checkpoints": self.checkpoints, **changes}
        period = Period(date(2024, 1, 1), date(2024, 12, 31))
        return Report.draft(act(), plan_id=UUID(int=1), kind=kind, period=period, **facts)

    def report(self, **changes: Any) -> Report:
        """The report published, in the log of reporting."""
        report = self.drafted(**changes)
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
@pytest.mark.parametrize("figure", RIGHT, ids=lambda figure: f"{figure.code} {figure.part}".rstrip())
def test_each_figure_that_the_events_do_not_make_is_named(mirror: Mirror, figure: Figure, field: str) -> None:
    made, name = getattr(figure, field), " ".join(filter(None, (figure.code, figure.part)))
    doctored = replace(figure, **{field: made + 1})
    mirror.report(figures=tuple(doctored if each is figure else each for each in RIGHT))
    assert mirror.differences() == [("reporting", name, field)]
    assert f"{name}, {field}: the events make {made}, it says {made + 1}" in mirror.reproduce().stdout


def test_an_indicator_that_is_left_out_is_named(mirror: Mirror) -> None:
    mirror.report(figures=tuple(figure for figure in RIGHT if figure.code != "K6"))
    assert mirror.differences() == [("reporting", "K6", "total"), ("reporting", "K6", "in_period")]


def test_a_log_that_is_left_out_is_named(mirror: Mirror) -> None:
    mirror.report(checkpoints=mirror.checkpoints[:2])
    assert mirror.differences()[0] == ("training", "checkpoint", "size")


def test_a_checkpoint_that_is_not_of_the_log_held_is_named(mirror: Mirror) -> None:
    mirror.report()
    mirror.world.publish(LOGS["support"], supported())  # of other enterprises than were reported
    held = len(mirror.events["support"])
    assert mirror.differences() == [("support", f"checkpoint of {held} events", "root")]


def test_a_checkpoint_says_how_many_events_were_counted(mirror: Mirror) -> None:
    registry, support, training = mirror.checkpoints
    mirror.report(checkpoints=(registry, replace(support, size=3), training))
    assert ("support", "checkpoint of 3 events", "size") in mirror.differences()


def test_a_log_that_is_not_held_so_far_is_to_be_fetched(mirror: Mirror) -> None:
    mirror.report()
    mirror.world.publish(LOGS["support"], mirror.events["support"][:-1])
    told = mirror.reproduce()
    assert (told.exit_code, "events of support are not held: fetch them" in told.stderr) == (2, True)


def test_a_report_that_is_not_there_is_not_guessed(mirror: Mirror) -> None:
    report = mirror.report()
    told = mirror.reproduce("902/BC-SKHCN")
    assert (told.exit_code, str(report.id) in told.stderr) == (2, True)


def test_a_number_that_was_given_again_in_another_year_is_told_apart_by_the_id(mirror: Mirror) -> None:
    publication = act(person_id=uuid4(), document=NUMBER)
    reports = [mirror.drafted(kind) for kind in (ReportKind.YEARLY_TO_CITY, ReportKind.YEARLY_TO_MINISTRY)]
    for report in reports:
        report.publish(publication)
    mirror.world.publish(LOGS["reporting"], stored(reports))
    told = mirror.reproduce()
    assert (told.exit_code, "names 2 reports" in told.stderr) == (2, True)
    assert all(str(report.id) in told.stderr and mirror.reproduce(report.id).exit_code == 0 for report in reports)


def test_a_note_that_is_no_checkpoint_is_said(mirror: Mirror) -> None:
    registry, support, training = mirror.checkpoints
    mirror.report(checkpoints=(registry, replace(support, note="?"), training))
    assert mirror.reproduce().exit_code == 2


def test_each_act_that_is_counted_is_an_event() -> None:
    assert {*ACTS} <= {topic.partition(":")[2].replace(".", "") for topic in event_classes()}
