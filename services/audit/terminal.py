"""What all commands of the auditors' tool have in common on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import click

from services.shared.transparency_log.errors import TransparencyError

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


def by_origin(texts: Sequence[str]) -> dict[str, str]:
    """What is given as ORIGIN=PLACE, once or more. Raises UsageError for something else."""
    places = dict(text.partition("=")[::2] for text in texts)
    if not all(places.values()):
        raise click.UsageError("a place is given as ORIGIN=PLACE")
    return places
