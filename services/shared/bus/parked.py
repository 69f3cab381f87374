"""Streams that stand still: list them, look at one, have it tried again, or skip what it stands at.

    python -m services.reporting.run_parked list
    python -m services.reporting.run_parked show reporting.from.support
    python -m services.reporting.run_parked retry reporting.from.support
    python -m services.reporting.run_parked skip reporting.from.support 4711 --by ops-7 --reason "twice, see INC-12"

Each service that listens to others has its own, for its own streams, to be run where its bus process runs; ``make
parked``, ``make retry-parked`` and ``make skip-parked`` do the same for all services of the platform on this machine.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from importlib import import_module

from eventsourcing.persistence import PersistenceError
from google.protobuf import json_format, message_factory
from google.protobuf.descriptor_pool import Default
from google.protobuf.message import DecodeError

from services.shared.bus.announcements import Announcement
from services.shared.bus.places import NotParked, ParkedAnnouncement, ParkedAnnouncements
from services.shared.event_store.log import EventLog

Databases = Mapping[str, Mapping[str, str]]
"""The ``POSTGRES_*`` variables of each service whose streams are asked about, by service."""

LONGEST_ACCOUNT = 200
_HEADINGS = ("STREAM", "POSITION", "TYPE", "REASON", "SINCE", "TRIES", "STATE")


def main(databases: Databases, arguments: Sequence[str] | None = None) -> int:
    """Do what the command line asks: 0 when done, 1 when it could not be; SystemExit 2 for a line that makes no sense.

    That streams stand still is no failure of ``list``.
    """
    chosen = _parser().parse_args(arguments)
    try:
        match chosen.action:
            case "list":
                _list(databases, everything=chosen.all)
            case "show":
                _show(databases, chosen.stream, chosen.position)
            case "retry":
                _retry(databases, chosen.stream)
            case "skip":
                _skip(databases, chosen.stream, chosen.position, by=chosen.by, reason=chosen.reason)
    except (NotParked, ServiceUnknown, PersistenceError, OSError) as problem:
        print(str(problem).strip(), file=sys.stderr)
        return 1
    return 0


class ServiceUnknown(Exception):
    """The stream belongs to a service that is not asked here."""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="parked", description="Streams that stand still, and what to do about them.")
    actions = parser.add_subparsers(dest="action", required=True, metavar="list | show | retry | skip")
    listing = actions.add_parser("list", help="one line for each stream that stands still")
    listing.add_argument("--all", action="store_true", help="also what was taken in at last, or skipped")
    show = actions.add_parser("show", help="headers, payload and trace of what a stream stands still at")
    retry = actions.add_parser("retry", help="have it tried once more, after what stopped it has been put right")
    skip = actions.add_parser("skip", help="let the stream pass over it, for ever, and record who decided so and why")
    for action in (show, retry, skip):
        action.add_argument("stream", type=_stream, help="as listed, such as reporting.from.support")
    show.add_argument("position", type=int, nargs="?", help="of something it stood still at before")
    skip.add_argument("position", type=int, help="of the announcement to skip, as listed; no other one is skipped")
    skip.add_argument(
        "--by",
        type=_account,
        required=True,
        help=f"account id of who decides, at most {LONGEST_ACCOUNT} characters; it is kept for ever: no person's name",
    )
    skip.add_argument(
        "--reason", type=_text, required=True, help="why nothing is lost; kept for ever: no personal data"
    )
    return parser


def _stream(text: str) -> str:
    if not re.fullmatch(r"[a-z_]+\.from\.[a-z_]+", text):
        raise argparse.ArgumentTypeError(f"{text!r} is no stream; one is called such as reporting.from.support")
    return text


def _text(text: str) -> str:
    if not (words := " ".join(text.split())):
        raise argparse.ArgumentTypeError("must not be blank")
    if not words.isprintable():
        raise argparse.ArgumentTypeError("must be plain text")
    return words


def _account(text: str) -> str:
    if len(account := _text(text)) > LONGEST_ACCOUNT:
        raise argparse.ArgumentTypeError(f"must not be longer than {LONGEST_ACCOUNT} characters")
    return account


def _list(databases: Databases, *, everything: bool) -> None:
    parked = []
    for service, postgres in databases.items():
        with _opened(service, postgres) as announcements:
            parked += announcements.history() if everything else announcements.standing()
    if not parked:
        print("No stream has ever stood still." if everything else "No stream stands still.")
        return
    lines = [_HEADINGS, *map(_cells, parked)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def _cells(parked: ParkedAnnouncement) -> tuple[str, ...]:
    announcement = parked.announcement
    since, tries = _minute(parked.parked_at), str(parked.tries)
    return parked.stream, str(announcement.position), announcement.type, parked.reason, since, tries, _state(parked)


def _state(parked: ParkedAnnouncement) -> str:
    if parked.skipped_by and parked.settled_at:
        return f"skipped {_minute(parked.settled_at)} by {parked.skipped_by}: {parked.skip_reason}"
    if parked.settled_at:
        return f"got past it {_minute(parked.settled_at)}"
    if parked.retry_wanted_at:
        return f"retry asked for {_minute(parked.retry_wanted_at)}"
    return "stands still"


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%MZ}"  # connections are set to UTC


def _show(databases: Databases, stream: str, position: int | None) -> None:
    with _of_stream(databases, stream) as announcements:
        known = announcements.standing() if position is None else announcements.history()
    found = [one for one in known if one.stream == stream and position in (None, one.announcement.position)]
    if not found:
        raise NotParked(
            f"{stream} does not stand still." if position is None else f"{stream} never stood at {position}."
        )
    parked = found[-1]
    print(f"{stream}, {_state(parked)}: since {_minute(parked.parked_at)}, after {parked.tries} tries\n\nHeaders")
    for name, value in parked.announcement.headers().items():
        print(f"  {name}: {value}")
    print(f"\nPayload\n{_payload(parked.announcement)}\n\nTrace\n{parked.trace}", end="")


def _payload(announcement: Announcement) -> str:
    """The message as JSON where this release knows its type, else its bytes."""
    if module := re.fullmatch(r"(nscl\.(\w+)\.v\d+)\.\w+", announcement.type):
        with suppress(ModuleNotFoundError):
            import_module(f"{module[1]}.{module[2]}_events_pb2")  # which makes its types known
    try:
        message_class = message_factory.GetMessageClass(Default().FindMessageTypeByName(announcement.type))
        message = message_class.FromString(announcement.data)
    except (KeyError, DecodeError):
        return f"{announcement.data.hex(' ')}\n(not a message this release can read)"
    return json_format.MessageToJson(message, ensure_ascii=False, preserving_proto_field_name=True)


def _retry(databases: Databases, stream: str) -> None:
    with _of_stream(databases, stream) as announcements:
        announcements.retry(stream)
    print(f"{stream} tries again within seconds.")


def _skip(databases: Databases, stream: str, position: int, *, by: str, reason: str) -> None:
    with _of_stream(databases, stream) as announcements:
        announcements.skip(stream, position, by=by, reason=reason)
    print(f"{stream} goes on behind {position} within seconds; skipped by {by}: {reason}")


@contextmanager
def _of_stream(databases: Databases, stream: str) -> Iterator[ParkedAnnouncements]:
    service = stream.partition(".from.")[0]
    if service not in databases:
        raise ServiceUnknown(f"{stream} is not a stream of {', '.join(databases)}.")
    with _opened(service, databases[service]) as announcements:
        yield announcements


@contextmanager
def _opened(service: str, postgres: Mapping[str, str]) -> Iterator[ParkedAnnouncements]:
    log = EventLog(service, postgres)
    try:
        yield ParkedAnnouncements(log.pool, log.factory.tables)
    finally:
        log.close()
