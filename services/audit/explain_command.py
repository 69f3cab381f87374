"""``audit explain``: why money was granted, and what came of it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import click

from services.audit.archive import HeldLog, opened, policy_of
from services.audit.explain import Explanation, Story, Told
from services.audit.export import selection_of
from services.audit.story_forms import as_html, as_json, as_markdown, as_text
from services.audit.terminal import WRONG, policy_in, progress, told_when_not_done
from services.shared.transparency_log.errors import ProofInvalid

_PASSES = 3
_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command("explain")
@click.argument("place", type=click.Path(path_type=Path))
@click.argument("decision")
@click.option("--policy", "policy_file", type=_FILE, help="Logs, witnesses and quorum that you trust.")
@click.option("--markdown", "form", flag_value=as_markdown, type=click.UNPROCESSED, help="As Markdown.")
@click.option("--html", "form", flag_value=as_html, type=click.UNPROCESSED, help="As a page to be read or printed.")
@click.option("--json", "form", flag_value=as_json, type=click.UNPROCESSED, help="As JSON, with all that was recorded.")
@click.option("--proofs", type=_FOLDER, help="Put a .tlog-proof of each event there.")
def explain_command(
    place: Path, decision: str, policy_file: Path | None, form: Callable[[Story], str] | None, proofs: Path | None
) -> None:
    """Tell the story of DECISION from a mirror or bundle: from budget line and call to payment and recovery.

    DECISION is a document's number (12/QĐ-UBND), a claim's code (TL-7F3K-9QWX-24MN), or the id of a task, participation
    or other record. Every event that is told is shown to be in its log; one that is not ends it with exit code 1.
    """
    with told_when_not_done(), opened(place) as archive:
        policy = policy_in(policy_file) if policy_file else policy_of(archive)
        logs = [HeldLog(archive, origin) for origin in policy.origins]
        length = _PASSES * sum(log.checkpoint.size for log in logs)
        with progress(length, "reading") as went_on:
            try:
                story = Explanation(logs, policy, selection_of(archive), went_on).story(decision)
            except ProofInvalid as error:
                click.secho(f"an event is not in its log: {error}", fg="red", err=True)
                sys.exit(WRONG)
        if proofs is not None:
            _keep_proofs(proofs, story.events)
    click.echo((form or as_text)(story))


def _keep_proofs(folder: Path, events: Iterable[Told]) -> None:
    """What shows each event offline: its proof, and the entry that the proof is of."""
    folder.mkdir(parents=True, exist_ok=True)
    for told in events:
        name = f"{told.service}-{told.position}"
        (folder / f"{name}.tlog-proof").write_bytes(bytes(told.proof))
        (folder / f"{name}.entry").write_bytes(told.entry)
