"""Read models: tables that follow the log, and what keeps them following."""

from __future__ import annotations

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Sequence
from contextlib import AbstractContextManager
from functools import singledispatchmethod
from typing import ClassVar

from eventsourcing.persistence import InterfaceError, OperationalError

from services.shared.event_store.errors import TrackingConflict, is_outage
from services.shared.event_store.log import EventLog, RecordedEvent
from services.shared.event_store.pool import Cursor
from services.shared.event_store.schema import views_to_rebuild
from services.shared.event_store.subscription import SAFETY_POLL_SECONDS
from services.shared.refusals import Refusal

logger = logging.getLogger(__name__)

_PAGE_EVENTS = 500
_RETRY_SECONDS = 1.0
_MADE_BY_ANOTHER_RELEASE = "another release's DDL has made its tables: rebuild it (run_rebuild VIEW --switch)"
# The first event is taken in at once; those that come meanwhile are taken in together after this long.
_BREATH_SECONDS = 0.02
# A reader that waits for its own write looks this often, at first and at last.
_FIRST_LOOK_SECONDS, _LAST_LOOK_SECONDS = 0.005, 0.05


class ViewLagged(Refusal):
    """The view has not come as far as the caller has seen (gRPC UNAVAILABLE: ask again)."""

    sentence = "Bảng tra cứu {view} mới cập nhật đến vị trí {position}, chưa đến {wanted}: xin thử lại sau."


class View:
    """One read model: its table, what each event does to it, and its queries, in one class.

    A subclass that is fed by its service's log defines ``project`` as a singledispatchmethod on the event, with a
    default that does nothing; one that is only fed by consumers leaves it out. ``name`` and table names are released
    for ever. A projection that changes what it makes of events says so in a comment of ``table``, as ``-- 2: paused
    tasks count``: the view then has to be rebuilt, as with every other change of the DDL.
    """

    name: ClassVar[str]
    table: ClassVar[str]
    project: singledispatchmethod[None]

    def __init__(self, log: EventLog) -> None:
        self.log = log

    @property
    def upstream(self) -> str:
        """The name under which the view's place in the log is tracked."""
        return f"view:{self.name}"

    @property
    def follows_log(self) -> bool:
        """Whether the service's own log feeds the view."""
        return hasattr(type(self), "project")

    def reading(self) -> AbstractContextManager[Cursor]:
        """A cursor for a query."""
        return self.log.pool.cursor()

    def position(self) -> int:
        """How far in the log the view has come; asked before a query, its answer is as of this position or later."""
        position: int = self.log.tracking.position(self.upstream)
        return position

    def wait_for(self, position: int, timeout: float) -> None:
        """Return when the view has come to ``position``; raises ViewLagged when ``timeout`` seconds do not do."""
        give_up_at = time.monotonic() + timeout
        pause = _FIRST_LOOK_SECONDS
        while (reached := self.position()) < position:
            if time.monotonic() + pause > give_up_at:
                raise ViewLagged(view=self.name, position=reached, wanted=position)
            time.sleep(pause)
            pause = min(pause * 2, _LAST_LOOK_SECONDS)


class ViewFeeder:
    """Brings events from the log to the views, in order, each effect once: a view's place moves with its rows.

    Views that stand at the same position move together, in one transaction. One whose projection fails stays behind,
    with its error, and is tried again; the others go on without it. So does one whose tables another release has made,
    which therefore never holds rows of two releases: as long as it is not rebuilt, the release that made it feeds it.
    """

    def __init__(self, log: EventLog, views: Sequence[View]) -> None:
        self._log = log
        self._views = [view for view in views if view.follows_log]
        self._positions: dict[str, int] = {}
        self._errors: dict[str, str] = {}
        self._has_caught_up: set[str] = set()
        self._head = 0
        self._listener = log.listen()
        self._stopped = threading.Event()

    def run(self) -> None:
        """Follow the log until ``stop``; for a thread or a greenlet."""
        with self._listener:
            while not self._stopped.is_set():
                try:
                    behind = self._step()
                except (InterfaceError, OperationalError) as error:
                    logger.warning("views cannot follow the log: %s", error)
                    self._stopped.wait(_RETRY_SECONDS)
                    continue
                if not behind:
                    self._listener.wait(_RETRY_SECONDS if self._errors else SAFETY_POLL_SECONDS)
                else:
                    self._stopped.wait(_BREATH_SECONDS)

    def stop(self) -> None:
        """Let ``run`` end after the page it is at."""
        self._stopped.set()
        self._listener.stop()

    def positions(self) -> dict[str, int]:
        """How far each view has come, as last seen."""
        return dict(self._positions)

    def lag(self) -> dict[str, int]:
        """How many events each view is behind the log, as last seen."""
        return {name: max(0, self._head - position) for name, position in self._positions.items()}

    def errors(self) -> dict[str, str]:
        """What keeps a view from following, by its name."""
        return dict(self._errors)

    def ready(self) -> bool:
        """Whether every view has come to the head of the log since the start, and nothing keeps one from following."""
        return len(self._has_caught_up) == len(self._views) and not self._errors

    def _step(self) -> bool:
        """Move every view by one page; True when some view may have more to read."""
        self._head = self._log.head()
        tracked = self._log.tracking.positions()
        with self._log.pool.cursor() as cursor:
            outdated = views_to_rebuild(cursor, self._log.factory.tables, self._views)
        together: dict[int, list[View]] = defaultdict(list)
        for view in self._views:
            self._positions[view.name] = position = tracked.get(view.upstream, 0)
            if view in outdated:
                self._errors[view.name] = _MADE_BY_ANOTHER_RELEASE
            elif position < self._head:
                together[position].append(view)
            else:
                self._has_caught_up.add(view.name)
                self._errors.pop(view.name, None)
        moved = [self._move(views, position) for position, views in together.items()]
        return any(moved)

    def _move(self, views: list[View], position: int) -> bool:
        """Bring the next page to the views, to all together or, when that fails, to each by itself."""
        try:
            page = self._log.recorded_events(position, _PAGE_EVENTS)
            self._apply(views, position, page)
        except TrackingConflict:
            return True  # another feeder has moved them: look again where they stand
        except Exception as error:
            if is_outage(error):
                raise
            if len(views) > 1:
                moved = [self._move([view], position) for view in views]
                return any(moved)
            logger.exception("view %s stays at position %d", views[0].name, position)
            self._errors[views[0].name] = f"{type(error).__name__}: {error}"
            return False
        for view in views:
            self._positions[view.name] = page[-1].position
            self._errors.pop(view.name, None)
            if page[-1].position >= self._head:
                self._has_caught_up.add(view.name)
        return True

    def _apply(self, views: list[View], position: int, page: Sequence[RecordedEvent]) -> None:
        with self._log.gathering() as cursor:
            # Effect and place are lost together if the server dies, and then simply made again.
            cursor.execute("SET LOCAL synchronous_commit = off")
            for view in views:
                self._log.tracking.advance(cursor, view.upstream, previous=position, position=page[-1].position)
                for recorded in page:
                    view.project(recorded.event, recorded.position, cursor)
