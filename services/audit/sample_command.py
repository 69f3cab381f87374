"""``audit sample``: decisions or payments drawn from a public seed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from unicodedata import normalize

import click

from services.audit.archive import HeldLog, Missing, opened, policy_of
from services.audit.export import selection_of, service_of
from services.audit.sampling import (
    POPULATIONS,
    Chosen,
    Item,
    Period,
    interval_of,
    monetary_unit_sample,
    population,
    random_sample,
)
from services.audit.terminal import progress, told_when_not_done
from services.shared.transparency_log.errors import Malformed

_DAY = click.DateTime(["%Y-%m-%d"])


@click.command("sample")
@click.argument("place", type=click.Path(path_type=Path))
@click.option("--seed", required=True, help="Any text, drawn in public after the log was fetched.")
@click.option("--size", type=click.IntRange(min=1), required=True, help="How many to draw.")
@click.option("--of", "name", type=click.Choice([*POPULATIONS]), default="decisions", show_default=True)
@click.option("--monetary-unit", is_flag=True, help="Each dong is as likely as any other, not each item.")
@click.option("--from", "begins_on", type=_DAY, help="First day on which it counts.")
@click.option("--to", "ends_before", type=_DAY, help="The day after the last.")
@click.option("--json", "as_json", is_flag=True, help="Say it as JSON, for programs.")
def sample_command(
    place: Path,
    seed: str,
    size: int,
    name: str,
    monetary_unit: bool,
    begins_on: datetime | None,
    ends_before: datetime | None,
    as_json: bool,
) -> None:
    """Draw a sample from support's log in a mirror or a whole bundle.

    The same seed and the same checkpoint give the same sample on any machine; docs/proof.md tells how it is drawn
    without this program. Run verify first: sample believes the events.
    """
    seed = normalize("NFC", seed)  # however the terminal writes its letters
    if not seed.strip():
        raise click.UsageError("--seed is empty")
    with told_when_not_done(), opened(place) as archive:
        if selection_of(archive) is not None:
            raise Malformed("a bundle of a period or a case is no whole to draw a sample from")
        logs = [HeldLog(archive, origin) for origin in policy_of(archive).origins if service_of(origin) == "support"]
        if not logs:
            raise Missing("no log of support is held")
        [log] = logs
        with progress(log.checkpoint.size, "reading") as went_on:
            items = population(log, name, Period(_day(begins_on), _day(ends_before)), went_on)
    chosen = (monetary_unit_sample if monetary_unit else random_sample)(items, seed, size)
    told = {
        "log": {"origin": log.origin, "size": log.checkpoint.size, "root": log.checkpoint.root.hex()},
        "of": name,
        "seed": seed,
        "population": {"items": len(items), "amount_vnd": _total(items)},
        "interval": interval_of(_total(items), seed, size)._asdict() if monetary_unit else None,
        "sample": [each.item._asdict() | {"hits": each.hits} for each in chosen],
    }
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False, indent=1, default=str))
    else:
        _tell(log, items, chosen)


def _tell(log: HeldLog, items: Sequence[Item], chosen: Sequence[Chosen]) -> None:
    click.echo(f"{log.origin}: {log.checkpoint.size:,} events, root {log.checkpoint.root.hex()}")
    for item, hits in chosen:
        often = f", hit {hits} times" if hits > 1 else ""
        paper = item.document or "-"
        click.echo(f"{item.event} {item.effective_on} {item.record_id} {paper}: {item.amount_vnd:,} dong{often}")
    of_all = f"{len(items):,}, {_total([each.item for each in chosen]):,} of {_total(items):,} dong"
    click.secho(f"{len(chosen):,} of {of_all}.", fg="green")


def _total(items: Sequence[Item]) -> int:
    return sum(item.amount_vnd for item in items)


def _day(given: datetime | None) -> date | None:
    return None if given is None else given.date()
