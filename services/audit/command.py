"""The command line of the auditors' tool.

Exit codes: 0, done, and everything was right; 1, something is wrong with a log, and is said; 2, it could not be done:
a wrong command, a file or server that is not there or does not hold what it should.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path
from urllib.parse import quote

import click
from waitress.server import create_server

from services.audit.archive import (
    POLICY_PATH,
    Archive,
    Bundle,
    Folder,
    HeldLog,
    HistoryChanged,
    Missing,
    opened,
    policy_of,
)
from services.audit.check_command import check_command
from services.audit.door import DoorEvents
from services.audit.explain_command import explain_command
from services.audit.export import Choice, check_bundle, chosen, export, selection_of, service_of
from services.audit.fetch import EventSource, Fetch, HeldEvents, HttpLog
from services.audit.replay_command import replay_command
from services.audit.reproduce_command import reproduce_command
from services.audit.sample_command import sample_command
from services.audit.schemas import schemas
from services.audit.terminal import WRONG, by_origin, policy_in, progress, told_when_not_done
from services.audit.verify import Finding, Verification
from services.audit.witness import Witness, WitnessDoor, only_one
from services.shared.record import LOCAL_TIME
from services.shared.transparency_log.checkpoints import Checkpoint
from services.shared.transparency_log.durable import replace_durably
from services.shared.transparency_log.errors import Malformed, TransparencyError
from services.shared.transparency_log.notes import MAX_NOTE_BYTES, Algorithm, Note, Signer
from services.shared.transparency_log.policy import Policy
from services.shared.transparency_log.tiles import CHECKPOINT_PATH
from services.shared.transparency_log.witnessing import MAX_REQUEST_BYTES

MOST_FINDINGS = 1_000
_TRUSTED_FOLDER = "trusted"

_PLACE = click.Path(path_type=Path)
_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
_POLICY = click.option("--policy", "policy_file", type=_FILE, help="Logs, witnesses and quorum that you trust.")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Check the published logs of NSCL without trusting whoever runs it.

    Exit codes: 0 done and right; 1 something is wrong with a log; 2 it could not be done.
    """


@main.command("fetch")
@click.argument("mirror", type=_PLACE)
@_POLICY
@click.option("--log", "logs", multiple=True, metavar="ORIGIN=PLACE", help="A URL or folder, where not the policy's.")
@click.option("--events", multiple=True, metavar="ORIGIN=PLACE", help="A service's door, as host:port, or a mirror.")
@click.option("--token", type=_FILE, help="The auditor's token for the doors.")
@click.option("--roots", type=_FILE, help="Certificates (PEM) by which the doors are known.")
def fetch_command(
    mirror: Path,
    policy_file: Path | None,
    logs: Sequence[str],
    events: Sequence[str],
    token: Path | None,
    roots: Path | None,
) -> None:
    """Bring MIRROR, a folder, up to date with all logs of the policy.

    A stopped fetch goes on where it was. A log that does not continue what the mirror has is refused, and the signed
    checkpoint kept as evidence: exit code 1.
    """
    changed = False
    with told_when_not_done():
        if policy_file is not None:
            replace_durably(mirror / POLICY_PATH, policy_file.read_bytes())
        policy = policy_of(Folder(mirror))
        places, event_places = by_origin(logs), by_origin(events)
        for origin in policy.origins:
            source = _source(places.get(origin) or policy.url_of(origin), origin)
            event_source = _event_source(event_places.get(origin), origin, token, roots)
            try:
                checkpoint = Fetch(origin, source, event_source, mirror, policy).run()
                click.echo(f"{origin}: {checkpoint.size:,} events")
            except HistoryChanged as error:
                changed = True
                click.secho(f"{origin}: {error}; its checkpoint is kept beside the mirror's", fg="red", err=True)
    if changed:
        sys.exit(WRONG)


@main.command("verify")
@click.argument("place", type=_PLACE)
@_POLICY
@click.option("--trusted", type=_PLACE, help="Folder of what you found right before; of a mirror, its own by default.")
@click.option("--json", "as_json", is_flag=True, help="Say it as JSON, for programs.")
def verify_command(place: Path, policy_file: Path | None, trusted: Path | None, as_json: bool) -> None:
    """Check a mirror or a bundle, offline.

    Signatures and cosignatures, the continuation of what was found right before, every tile, entry and event, dense
    positions, versions of each record, causes that exist and precede. What was found right is remembered.
    """
    began_at = time.monotonic()
    with told_when_not_done(), opened(place) as archive:
        policy = policy_in(policy_file) if policy_file else policy_of(archive)
        if trusted is None and place.is_dir():
            trusted = place / _TRUSTED_FOLDER
        selection = selection_of(archive)
        logs, findings = _held(archive, policy)
        if isinstance(archive, Bundle):
            findings += _of_bundle(archive)
        events = sum(log.checkpoint.size for log in logs)
        with progress(events, "verifying") as went_on:
            for log in logs:
                found = list(islice(_findings(log, policy, logs, selection, trusted, went_on), MOST_FINDINGS))
                if not found and trusted is not None and selection is None:
                    replace_durably(_trusted_file(trusted, log.origin), bytes(log.note))
                findings += found
    _tell(logs, findings, time.monotonic() - began_at, policy_file is None, as_json)
    if findings:
        sys.exit(WRONG)


main.add_command(replay_command)
main.add_command(reproduce_command)
main.add_command(sample_command)
main.add_command(check_command)
main.add_command(explain_command)


@main.command("export")
@click.argument("mirror", type=_PLACE)
@click.argument("bundle", type=_PLACE)
@click.option("--from", "begins_on", type=click.DateTime(["%Y-%m-%d"]), help="First day, in Vietnam.")
@click.option("--to", "ends_before", type=click.DateTime(["%Y-%m-%d"]), help="The day after the last.")
@click.option("--record", "records", type=click.UUID, multiple=True, help="Events of this record, or that name it.")
def export_command(
    mirror: Path,
    bundle: Path,
    begins_on: datetime | None,
    ends_before: datetime | None,
    records: Sequence[object],
) -> None:
    """Write BUNDLE, one file with all it takes to verify it: everything, a period, or a case.

    The causes of the chosen events come with them, from all logs.
    """
    with told_when_not_done(), opened(mirror) as archive:
        policy = policy_of(archive)
        logs = [HeldLog(archive, origin) for origin in policy.origins]
        choice = Choice(_in_vietnam(begins_on), _in_vietnam(ends_before), tuple(map(str, records)))
        with progress(sum(log.checkpoint.size for log in logs), "choosing") as went_on:
            positions = None if choice.is_all else chosen(logs, choice, went_on)
        export(archive, logs, positions, schemas(), bundle)
        sizes = {
            log.origin: log.checkpoint.size if positions is None else len(positions.get(log.origin, ())) for log in logs
        }
        for origin, size in sizes.items():
            click.echo(f"{origin}: {size:,} events")


@main.command("new-key")
@click.argument("name")
@click.argument("file", type=_PLACE)
@click.option("--witness", is_flag=True, help="A key that cosigns, of a witness.")
def new_key_command(name: str, file: Path, witness: bool) -> None:
    """Make a key called NAME in FILE, which only its owner may read, and print its public half."""
    with told_when_not_done():
        signer = Signer.generate(name, Algorithm.COSIGNATURE if witness else Algorithm.ED25519)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as keeping:
            keeping.write(f"{signer.secret_text()}\n")
        click.echo(signer.verifier)


@main.command("witness")
@click.option("--key", type=_FILE, required=True, help="The witness's key, made by new-key --witness.")
@click.option("--policy", "policy_file", type=_FILE, required=True, help="The logs that it witnesses.")
@click.option("--folder", type=_PLACE, required=True, help="Where it keeps what it cosigned; never lose it.")
@click.option("--listen", default="127.0.0.1:8134", show_default=True, metavar="HOST:PORT")
def witness_command(key: Path, policy_file: Path, folder: Path, listen: str) -> None:
    """Cosign the checkpoints of logs that continue what was cosigned before, and refuse a fork."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    with told_when_not_done(), only_one(folder):
        signer = Signer.parse(key.read_text().strip())
        if signer.verifier.algorithm is not Algorithm.COSIGNATURE:
            raise Malformed("a witness needs a key made by new-key --witness")
        witness = Witness(signer, policy_in(policy_file), folder, lambda: int(time.time()))
        server = create_server(
            WitnessDoor(witness), listen=listen, max_request_body_size=MAX_REQUEST_BYTES + 1, channel_timeout=30
        )
        click.echo(f"{signer.verifier} at {listen}")
        server.run()


def _held(archive: Archive, policy: Policy) -> tuple[list[HeldLog], list[Finding]]:
    """The logs that are held, and what is wrong with those that should be."""
    logs, findings = [], []
    for origin in policy.origins:
        try:
            logs.append(HeldLog(archive, origin))
        except TransparencyError as error:
            findings.append(Finding(origin, None, type(error).__name__, str(error)))
    return logs, findings


def _of_bundle(bundle: Bundle) -> list[Finding]:
    try:
        check_bundle(bundle)
    except TransparencyError as error:
        return [Finding("bundle", None, type(error).__name__, str(error))]
    return []


def _findings(
    log: HeldLog,
    policy: Policy,
    logs: Iterable[HeldLog],
    selection: dict[str, list[int]] | None,
    trusted: Path | None,
    went_on: Callable[[int], None],
) -> Iterator[Finding]:
    return Verification(
        log,
        policy,
        {service_of(other.origin): other for other in logs},
        trusted=_trusted(trusted, log.origin) if trusted is not None else None,
        positions=None if selection is None else selection.get(log.origin, []),
        went_on=went_on,
    ).findings()


def _tell(
    logs: Sequence[HeldLog], findings: Sequence[Finding], seconds: float, own_policy: bool, as_json: bool
) -> None:
    if as_json:
        told = {
            "right": not findings,
            "logs": [
                {"origin": log.origin, "size": log.checkpoint.size, "root": log.checkpoint.root.hex()} for log in logs
            ],
            "findings": [vars(finding) for finding in findings],
        }
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
        return
    if own_policy:
        click.secho(
            "Checked with the policy that lies beside the logs: name one that you trust.", fg="yellow", err=True
        )
    for finding in findings:
        click.secho(str(finding), fg="red")
    for log in logs:
        click.echo(f"{log.origin}: {log.checkpoint.size:,} events, root {log.checkpoint.root.hex()}")
    verdict = f"{len(findings)} findings" if findings else "Everything is right"
    click.secho(f"{verdict}, in {seconds:.1f} s.", fg="red" if findings else "green")


def _source(place: str | None, origin: str) -> Archive:
    if place is None:
        raise Missing(f"neither the policy nor --log says where {origin} is published")
    return HttpLog(place) if place.startswith(("http://", "https://")) else Folder(Path(place))


def _event_source(place: str | None, origin: str, token: Path | None, roots: Path | None) -> EventSource:
    if place is None:
        raise Missing(f"--events does not say where the events of {origin} are")
    if Path(place).is_dir():
        return HeldEvents(HeldLog(Folder(Path(place)), origin))
    if token is None:
        raise Missing("a door asks for a token: --token")
    return DoorEvents(place, token.read_text().strip(), roots)


def _trusted(folder: Path, origin: str) -> Checkpoint | None:
    try:
        return Checkpoint.of_note(Note.parse(_trusted_file(folder, origin).read_bytes()[: MAX_NOTE_BYTES + 1]), origin)
    except FileNotFoundError:
        return None


def _trusted_file(folder: Path, origin: str) -> Path:
    return folder / quote(origin, safe="") / CHECKPOINT_PATH


def _in_vietnam(day: datetime | None) -> datetime | None:
    return None if day is None else day.replace(tzinfo=LOCAL_TIME)
