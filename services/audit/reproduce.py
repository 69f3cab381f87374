"""A report's figures derived again, from the stored events up to the checkpoints that it was made at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from uuid import UUID

from services.audit.archive import HeldLog, Missing
from services.audit.figures import reported_by
from services.audit.history import recorded_events
from services.audit.replay import Difference
from services.reporting.domain.figures import Entry, Figure, figures_of
from services.reporting.domain.heard import OWNERS
from services.reporting.domain.indicators import UNITS
from services.reporting.domain.report import LogCheckpoint, Report
from services.shared.record import Record, folded
from services.shared.transparency_log.checkpoints import Checkpoint
from services.shared.transparency_log.notes import Note
from services.shared.transparency_log.tree import root


def report_of(log: HeldLog, named: str) -> Report:
    """The report with this id or document number in the log of reporting.

    Raises Missing when there is none, or several bear the number; Malformed when an event cannot be read.
    """
    records: dict[UUID, Record | None] = {}
    for _, event in recorded_events(log):
        records[event.originator_id] = folded(records.get(event.originator_id), [event])
    reports = [record for record in records.values() if isinstance(record, Report)]
    found = [report for report in reports if named in (str(report.id), report.document)]
    if len(found) != 1:
        which = ", ".join(str(report.id) for report in found or reports) or "none"
        raise Missing(f"{named} names {len(found)} reports; by their ids there are: {which}")
    return found[0]


def derived(
    report: Report, logs: Mapping[str, HeldLog], went_on: Callable[[int], None] = lambda _: None
) -> tuple[Figure, ...]:
    """The figures of a report, of the events up to its checkpoints and no others. Raises Missing or Malformed."""
    entries = chain.from_iterable(_entries(logs[each.service], each, went_on) for each in report.checkpoints)
    return figures_of(entries, report.period)


def _entries(log: HeldLog, frozen: LogCheckpoint, went_on: Callable[[int], None]) -> Iterator[Entry]:
    """What each event counts for."""
    records: dict[UUID, Record | None] = {}
    for position, event in recorded_events(log, frozen.size, went_on):
        record = records[event.originator_id] = folded(records.get(event.originator_id), [event])
        assert record is not None, "no event ends a record"
        for counted in reported_by(event, record, f"{frozen.service}:{position}"):
            yield Entry(counted, event.act.effective_on)


def differences(report: Report, figures: tuple[Figure, ...]) -> Iterator[Difference]:
    """The figures that the events make otherwise than the report says.

    What it does not report at all, because its release did not, is none; the indicators are in every report.
    """
    codes = {*UNITS, *(figure.code for figure in report.figures)}
    ours = {(figure.code, figure.part): figure for figure in figures if figure.code in codes}
    theirs = {(figure.code, figure.part): figure for figure in report.figures}
    for line in sorted({*ours, *theirs}):
        for field in ("total", "in_period"):
            made, said = (getattr(each.get(line), field, None) for each in (ours, theirs))
            if made != said:
                yield Difference("reporting", " ".join(filter(None, line)), field, made, said)


def differences_of_checkpoints(report: Report, logs: Mapping[str, HeldLog]) -> Iterator[Difference]:
    """What the checkpoints of a report say otherwise than the logs that are held, and those it was made without.

    Raises Missing when a log is not held as far as a checkpoint, Malformed for what is none.
    """
    for service in sorted({*OWNERS} - {each.service for each in report.checkpoints}):
        yield Difference(service, "checkpoint", "size", logs[service].checkpoint.size, None)
    for frozen in report.checkpoints:
        log = logs.get(frozen.service)
        if log is None or log.checkpoint.size < frozen.size:
            raise Missing(f"the first {frozen.size} events of {frozen.service} are not held: fetch them")
        signed = Checkpoint.parse(Note.parse(frozen.note.encode()).text)
        held = Checkpoint(log.origin, frozen.size, root(frozen.size, log.read_tile))
        for field, made, said in zip(Checkpoint._fields, held, signed, strict=True):
            if made != said:
                yield Difference(frozen.service, f"checkpoint of {frozen.size} events", field, made, said)
