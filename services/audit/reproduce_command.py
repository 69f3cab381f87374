"""``audit reproduce``: a report derived again from the logs, and compared figure by figure."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click

from services.audit.archive import HeldLog, Missing, opened, policy_of
from services.audit.export import selection_of, service_of
from services.audit.replay import Difference
from services.audit.reproduce import derived, differences, differences_of_checkpoints, report_of
from services.audit.terminal import WRONG, progress, told_when_not_done
from services.reporting.domain.figures import Figure
from services.reporting.domain.report import Report
from services.shared.transparency_log.errors import Malformed


@click.command("reproduce")
@click.argument("place", type=click.Path(path_type=Path))
@click.argument("named", metavar="REPORT")
@click.option("--json", "as_json", is_flag=True, help="Say it as JSON, with every figure.")
def reproduce_command(place: Path, named: str, as_json: bool) -> None:
    """Derive a report again from a mirror or a whole bundle, by its document's number or its id.

    The events up to the report's checkpoints make its figures, by the services' own rules of what counts; what came
    later makes no difference. Each figure that the report says otherwise is listed, and each checkpoint that is not of
    the log held: exit code 1. Run verify first: reproduce believes the events.
    """
    with told_when_not_done(), opened(place) as archive:
        if selection_of(archive) is not None:
            raise Malformed("a bundle of a period or a case does not have all that a report counts")
        logs = {service_of(origin): HeldLog(archive, origin) for origin in policy_of(archive).origins}
        if "reporting" not in logs:
            raise Missing("no log of reporting is held")
        report = report_of(logs["reporting"], named)
        found = list(differences_of_checkpoints(report, logs))
        with progress(sum(each.size for each in report.checkpoints), "reproducing") as went_on:
            figures = derived(report, logs, went_on)
        found += differences(report, figures)
    (_tell_as_json if as_json else _tell)(report, figures, found)
    if found:
        sys.exit(WRONG)


def _tell_as_json(report: Report, figures: Sequence[Figure], found: Sequence[Difference]) -> None:
    told = {
        "report": {"report_id": report.id, "kind": report.kind, "document": report.document, **asdict(report.period)},
        "checkpoints": {each.service: each.size for each in report.checkpoints},
        "figures": [asdict(figure) for figure in figures],
        "differences": [difference._asdict() for difference in found],
    }
    click.echo(json.dumps(told, ensure_ascii=False, indent=1, default=str))


def _tell(report: Report, figures: Sequence[Figure], found: Sequence[Difference]) -> None:
    period = report.period
    click.echo(f"{report.kind} {report.document or 'draft'}, {period.begins_on} to {period.cut_off_on}")
    click.echo("made of: " + ", ".join(f"{each.service} {each.size:,} events" for each in report.checkpoints))
    for figure in figures:
        click.echo(f"{figure.code} {figure.part}".rstrip() + f": {figure.total:,}, {figure.in_period:,} in the period")
    for difference in found:
        click.secho(str(difference), fg="red")
    verdict = f"{len(found)} differences" if found else "The events make the same figures"
    click.secho(f"{verdict}.", fg="red" if found else "green")
