"""``audit check``: what must hold of public money, judged from the events alone."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import click

from services.audit.archive import HeldLog, opened, policy_of
from services.audit.checks.certificates import PaidOnCertificates
from services.audit.checks.facts import Check, Fact, Finding, fact_of
from services.audit.checks.grants import GrantsWithinNorms
from services.audit.checks.hands import OtherHands
from services.audit.checks.money import NothingAboveGrant, NothingOverspent, NothingPaidTwice
from services.audit.checks.papers import NumbersWithoutGap, PaymentsTraced
from services.audit.checks.people import CouncilsUnbiased, FourEyes
from services.audit.export import service_of
from services.audit.terminal import WRONG, progress, told_when_not_done
from services.shared.transparency_log.tiles import TILE_WIDTH

CHECKS: tuple[type[Check], ...] = (
    NothingOverspent,
    GrantsWithinNorms,
    NothingAboveGrant,
    NothingPaidTwice,
    PaidOnCertificates,
    FourEyes,
    OtherHands,
    CouncilsUnbiased,
    PaymentsTraced,
    NumbersWithoutGap,
)


@click.command("check")
@click.argument("place", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Say it as JSON, for programs.")
def check_command(place: Path, as_json: bool) -> None:
    """Check a mirror or a whole bundle for what must never be with public money.

    Nothing overspent, above its grant or paid twice; four eyes; no vote in conflict; every payment traced; every number
    there. Written apart from the services' own rules, on the stored events alone. Run verify first.
    """
    began_at = time.monotonic()
    with told_when_not_done(), opened(place) as archive:
        logs = [HeldLog(archive, origin) for origin in policy_of(archive).origins]
        events = sum(log.checkpoint.size for log in logs)
        with progress(events, "checking") as went_on:
            found = list(findings(fact for log in logs for fact in facts_of(log, went_on)))
    if as_json:
        click.echo(json.dumps([finding._asdict() for finding in found], ensure_ascii=False, indent=1))
    else:
        for finding in found:
            click.secho(str(finding), fg="red")
        verdict = f"{len(found)} findings" if found else "Nothing is found"
        seconds = time.monotonic() - began_at
        told = f"{verdict}, by {len(CHECKS)} checks of {events:,} events in {seconds:.1f} s."
        click.secho(told, fg="red" if found else "green")
    if found:
        sys.exit(WRONG)


def facts_of(log: HeldLog, went_on: Callable[[int], None] = lambda _: None) -> Iterator[Fact]:
    """The events of a log as plain facts. Raises Missing or Malformed."""
    service = service_of(log.origin)
    for index in range(-(-log.checkpoint.size // TILE_WIDTH)):
        events = log.events(index)
        for stored in events:
            yield fact_of(service, stored)
        went_on(len(events))


def findings(facts: Iterable[Fact]) -> Iterator[Finding]:
    """What all checks find in the facts of each service, given in their order."""
    checks = [check() for check in CHECKS]
    for fact in facts:
        for check in checks:
            yield from check.findings(fact)
