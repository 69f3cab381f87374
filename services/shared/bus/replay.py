"""Views that other services' announcements feed, rebuilt: everything is heard again from its owners, by pages.

The streams are those of the inboxes, and so are the consumers; only their places and tables are the shadow's.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence

from nameko.exceptions import RpcTimeout
from nameko.standalone.rpc import ClusterRpcProxy

from services.shared.bus.broker import BROKER_ERRORS
from services.shared.bus.consumers import Consumer
from services.shared.bus.inbox import ASK_SECONDS, asking
from services.shared.bus.patience import Patience
from services.shared.bus.places import ParkedAnnouncements, Place
from services.shared.bus.run import nameko_settings
from services.shared.bus.stream import (
    Ask,
    OwnerLacksAnnouncements,
    OwnerSilent,
    Page,
    Parked,
    PlaceTakenBack,
    Stream,
    stream_name,
)
from services.shared.event_store.log import EventLog
from services.shared.event_store.pool import Cursor
from services.shared.event_store.rebuild import RebuildFailed, Shadow
from services.shared.event_store.views import View

# An owner that starts again answers within seconds; after these tries, about a minute, it is away.
TRIES = 12
# RuntimeError is nameko's word for a connection that broke before an answer came.
_SILENCE = (OwnerSilent, RpcTimeout, RuntimeError, *BROKER_ERRORS)


class Replay:
    """A ``Feed`` of views from the announcements of every owner that the service listens to."""

    def __init__(
        self,
        service: str,
        log: EventLog,
        views: Sequence[View],
        consumers: Sequence[Consumer],
        amqp_uri: str,
        tries: int = TRIES,
    ) -> None:
        """``tries`` is how often a silent owner is asked in a row, each time later."""
        self.views = tuple(views)
        self.upstreams = tuple(stream_name(service, consumer.owner) for consumer in consumers)
        self._service = service
        self._log = log
        self._consumers = consumers
        self._settings = nameko_settings(amqp_uri)
        self._tries = tries

    def fill(self, shadow: Shadow, up_to: Mapping[str, int] | None, went_to: Callable[[str, int], None]) -> None:
        """As ``Feed`` says; RebuildFailed when an owner stays silent, or what it announced cannot be taken in."""
        for consumer in self._consumers:
            stream = Stream(self._service, consumer, shadow.pool, shadow.tables, tries=1)
            stream.start()
            end = None if up_to is None else up_to[stream.name]
            if end is None or stream.place < end:
                self._catch_up(stream, end, went_to)
                went_to(stream.name, stream.place)

    def move(self, cursor: Cursor, upstream: str, place: int) -> None:
        """As ``Feed`` says; what a stream stood still at before its new place is settled."""
        Place(self._log.factory.tables, upstream).move(cursor, place)

    def _catch_up(self, stream: Stream, end: int | None, went_to: Callable[[str, int], None]) -> None:
        patience = Patience()
        while True:
            place = stream.place
            try:
                with ClusterRpcProxy(self._settings, timeout=ASK_SECONDS) as owners:
                    pages = asking(owners[f"{stream.consumer.owner}_announcements"].after)
                    stream.catch_up(_up_to(end, pages, lambda place: went_to(stream.name, place)))
            except _SILENCE as problem:
                if stream.place > place:
                    patience.reset()
                pause = patience.next_seconds()
                if patience.tries >= self._tries:
                    raise RebuildFailed(f"{stream.consumer.owner} does not answer: {problem!r}") from problem
                time.sleep(pause)
            except (OwnerLacksAnnouncements, PlaceTakenBack) as problem:
                raise RebuildFailed(f"{stream.name}: {problem}") from problem
            except Parked as problem:
                if not self._skip_again(stream):
                    raise RebuildFailed(f"{stream.name} stands still before {problem}") from problem
            else:
                return

    def _skip_again(self, stream: Stream) -> bool:
        """Pass over what the stream stands at where somebody has decided so about the live one."""
        (here,) = stream.parked.standing()
        for once in ParkedAnnouncements(self._log.pool, self._log.factory.tables).history():
            is_the_same = once.stream == stream.name and once.announcement.position == here.announcement.position
            if is_the_same and once.skipped_by and once.skip_reason:
                stream.parked.skip(stream.name, here.announcement.position, by=once.skipped_by, reason=once.skip_reason)
                return True
        return False


def _up_to(end: int | None, ask: Ask, went_to: Callable[[int], None]) -> Ask:
    """As if the owner's log ended there; ``went_to`` hears from where is asked."""

    def asked(position: int) -> Page:
        went_to(position)
        page = ask(position)
        if end is None:
            return page
        if page.head < end:
            raise OwnerLacksAnnouncements(f"the owner's log ends at {page.head}, and {end} has been heard")
        announcements = [announcement for announcement in page.announcements if announcement.position <= end]
        return Page(announcements, min(page.read_to, end), end)

    return asked
