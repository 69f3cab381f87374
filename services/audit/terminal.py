"""What all commands of the auditors' tool have in common on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from services.shared.transparency_log.errors import TransparencyError
from services.shared.transparency_log.policy import MAX_POLICY_BYTES, Policy

WRONG = 1
NOT_DONE = 2


class NotDone(click.ClickException):
    """Why it could not be done."""

    exit_code = NOT_DONE


@contextmanager
def told_when_not_done() -> Iterator[None]:
    """What could not be done is said, with exit code 2."""
    try:
        yield
    except (TransparencyError, OSError) as error:
        raise NotDone(str(error)) from error


@contextmanager
def progress(length: int, label: str) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal, nothing elsewhere."""
    with click.progressbar(length=length, label=label, file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
        yield bar.update


def policy_in(file: Path) -> Policy:
    """The policy in a file. Raises Malformed."""
    return Policy.parse(file.read_bytes()[:MAX_POLICY_BYTES].decode(errors="replace"))


def by_origin(texts: Sequence[str]) -> dict[str, str]:
    """What is given as ORIGIN=PLACE, once or more. Raises UsageError for something else."""
    places = dict(text.partition("=")[::2] for text in texts)
    if not all(places.values()):
        raise click.UsageError("a place is given as ORIGIN=PLACE")
    return places
