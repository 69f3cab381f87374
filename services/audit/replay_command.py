"""``audit replay``: what the events come to, and whether the services say the same."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from services.audit.archive import HeldLog, Missing, opened, policy_of
from services.audit.export import service_of
from services.audit.history import position_on
from services.audit.live import LiveDoor
from services.audit.replay import Difference, Replay, differences_of_states, sentences
from services.audit.terminal import WRONG, by_origin, progress, told_when_not_done
from services.shared.record import Record
from services.shared.wire import choice_prefix
from services.support.domain.budget_line import BudgetLine
from services.support.domain.participation import Participation
from services.support.domain.task import Task

_BALANCES = (
    "allocated_vnd", "reserved_vnd", "committed_vnd", "advanced_vnd", "paid_vnd", "recovered_vnd", "available_vnd",
)  # fmt: skip
_LISTS: Mapping[str, tuple[type[Record], Sequence[str]]] = {
    "budget_lines": (BudgetLine, ("year", "source_code", "title", "status", *_BALANCES)),
    "tasks": (
        Task,
        (
            "title",
            "year",
            "budget_line_id",
            "status",
            "decision",
            "norms_id",
            "decided_vnd",
            "contracted_vnd",
            "paid_vnd",
        ),
    ),
    "participations": (Participation, ("task_id", "enterprise_id", "content_code", "status", "amount_vnd")),
}
"""Which lists are compared, the records that they show, and which of their fields."""
_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command("replay")
@click.argument("place", type=click.Path(path_type=Path))
@click.option(
    "--as-of", metavar="DATE|SERVICE=POSITION,…", help="What was recorded by the end of a day, or a position."
)
@click.option("--door", "doors", multiple=True, metavar="SERVICE=HOST:PORT", help="A service's door, to compare with.")
@click.option("--token", type=_FILE, help="The auditor's token for the doors.")
@click.option("--roots", type=_FILE, help="Certificates (PEM) by which the doors are known.")
@click.option("--json", "as_json", is_flag=True, help="Say it as JSON, with every budget line and payment.")
def replay_command(
    place: Path, as_of: str | None, doors: Sequence[str], token: Path | None, roots: Path | None, as_json: bool
) -> None:
    """Play a mirror or a whole bundle again, with the services' own rules of what an event makes of a record.

    Says the digest of all records, the indicators and the money as of a day or position. With doors, compares that with
    what the services say there: each difference is listed, exit code 1. Run verify first: replay believes the events.
    """
    began_at = time.monotonic()
    with told_when_not_done(), opened(place) as archive, ExitStack() as opened_doors:
        logs = [HeldLog(archive, origin) for origin in policy_of(archive).origins]
        day, ends = _ends(logs, as_of)
        replay = Replay(ends, day)
        with progress(sum(ends.values()), "replaying") as went_on:
            replay.run(logs, went_on)
        asked = {
            service: opened_doors.enter_context(closing(LiveDoor(service, address, _token(token), roots)))
            for service, address in by_origin(doors).items()
        }
        found = list(_differences(replay, asked, logs)) if asked else []
    if as_json:
        click.echo(json.dumps(_told(replay, found), ensure_ascii=False, indent=1, default=str))
    else:
        _tell(replay, found, bool(asked), time.monotonic() - began_at)
    if found:
        sys.exit(WRONG)


def _ends(logs: Sequence[HeldLog], as_of: str | None) -> tuple[date | None, dict[str, int]]:
    """The day, if one was named, and the position up to which each log is played. Raises UsageError."""
    sizes = {service_of(log.origin): log.checkpoint.size for log in logs}
    if as_of is None:
        return None, sizes
    try:
        if "=" in as_of:
            given = {service: int(position) for service, position in by_origin(as_of.split(",")).items()}
            if given.keys() - sizes or any(not 0 <= given[service] <= sizes[service] for service in given):
                raise click.UsageError(f"{as_of} names what is not held: {sizes}")
            return None, sizes | given
        day = datetime.strptime(as_of, "%Y-%m-%d").date()  # noqa: DTZ007 - a day, wherever it is one
    except ValueError:
        raise click.UsageError(f"--as-of is a day as 2024-12-31 or positions as support=120, not {as_of}") from None
    return day, {service_of(log.origin): position_on(log, day) for log in logs}


def _token(file: Path | None) -> str:
    if file is None:
        raise Missing("a door asks for a token: --token")
    return file.read_text().strip()


def _differences(replay: Replay, doors: Mapping[str, LiveDoor], logs: Sequence[HeldLog]) -> Iterator[Difference]:
    """What the services say otherwise: of every record as of the end, of views where they stand at the same place."""
    for service, door in doors.items():
        yield from differences_of_states(service, replay.states(service), door.states(replay.ends[service]))
    if "support" in doors:
        yield from _of_lists(replay, doors["support"])
    if "reporting" in doors:
        yield from _of_indicators(replay, doors["reporting"])
        yield from _of_trails(replay, doors["reporting"], {service_of(log.origin): log for log in logs})


def _of_lists(replay: Replay, door: LiveDoor) -> Iterator[Difference]:
    """What the lists of support show otherwise; a record that has moved on since is none of this replay's."""
    for what, (kind, names) in _LISTS.items():
        shown = door.listed(what)
        for record in replay.records["support"].values():
            if not isinstance(record, kind):
                continue
            subject = f"{kind.__name__} {record.id}"
            if record.id not in shown:
                yield Difference("support", subject, "list", "listed", None)
            elif int(shown[record.id].etag) == record.version:
                for name in names:
                    ours, theirs = _as_shown(getattr(record, name, None)), _plain(shown[record.id], name)
                    if ours != theirs:
                        yield Difference("support", subject, name, ours, theirs)


def _as_shown(value: object) -> object:
    """A record's field as a list shows it: nothing is the empty text, an id its text."""
    return "" if value is None else str(value) if isinstance(value, UUID | StrEnum) else value


def _plain(shown: Any, name: str) -> object:
    """A field of a list's entry, a choice by its own word."""
    field, value = shown.DESCRIPTOR.fields_by_name[name], getattr(shown, name)
    if field.enum_type is None:
        return value
    return field.enum_type.values_by_number[value].name.removeprefix(choice_prefix(field.enum_type))


def _of_indicators(replay: Replay, door: LiveDoor) -> Iterator[Difference]:
    values, heard = door.indicators()
    if replay.effective_on is not None or any(replay.ends.get(service) != place for service, place in heard.items()):
        return
    for code in sorted({*values, *replay.indicators}):
        ours, theirs = replay.indicators.get(code, 0), values.get(code, 0)
        if ours != theirs:
            yield Difference("reporting", f"indicator {code}", "value", ours, theirs)


def _of_trails(replay: Replay, door: LiveDoor, logs: Mapping[str, HeldLog]) -> Iterator[Difference]:
    """Every sentence in the story of every task, against that of the event it is told of."""
    for task in [record for record in replay.records.get("support", {}).values() if isinstance(record, Task)]:
        told = [entry for entry in door.trail(task.id) if entry.position <= replay.ends.get(entry.service, 0)]
        for entry in told:
            [sentence] = sentences(logs[entry.service], [entry.position])
            if sentence != entry.sentence:
                yield Difference(
                    "reporting", f"trail of {task.id}", f"{entry.service}:{entry.position}", sentence, entry.sentence
                )


def _told(replay: Replay, found: Sequence[Difference]) -> dict[str, Any]:
    return {
        "as_of": {"effective_on": replay.effective_on, "positions": dict(replay.ends)},
        "states": {
            service: {"records": len(records), "digest": replay.digest(service)}
            for service, records in replay.records.items()
        },
        "indicators": replay.indicators,
        "budget_lines": [
            {"budget_line_id": line.id, "year": line.year, "source_code": line.source_code, "title": line.title}
            | _balances(line)
            for line in replay.budget_lines
        ],
        "payments": [payment._asdict() for payment in replay.payments],
        "differences": [difference._asdict() for difference in found],
    }


def _balances(line: BudgetLine) -> dict[str, int]:
    return {name: getattr(line, name) for name in _BALANCES}


def _tell(replay: Replay, found: Sequence[Difference], compared: bool, seconds: float) -> None:
    for service, records in replay.records.items():
        click.echo(
            f"{service}: {replay.ends[service]:,} events, {len(records):,} records, state {replay.digest(service)}"
        )
    click.echo("indicators: " + ", ".join(f"{code} {value:,}" for code, value in replay.indicators.items()))
    for line in replay.budget_lines:
        amounts = ", ".join(f"{name.removesuffix('_vnd')} {amount:,}" for name, amount in _balances(line).items())
        click.echo(f"{line.year} {line.source_code} {line.title}: {amounts}")
    click.echo(f"payments: {len(replay.payments)}, {sum(payment.amount_vnd for payment in replay.payments):,} dong")
    for difference in found:
        click.secho(str(difference), fg="red")
    verdict = f"{len(found)} differences" if found else "The services say the same" if compared else "Nothing compared"
    click.secho(f"{verdict}, in {seconds:.1f} s.", fg="red" if found else "green")
