"""From the log to its Merkle tree: each event is taken in within a second, the tree signed, by one process at a time.

Tiles, size and checkpoint commit together, and only where the tree still stands where it was read; so one that dies, or
that leads no longer without knowing, leaves nothing half done. What is published is remembered first.
"""

from __future__ import annotations

import logging
from contextlib import nullcontext

import psycopg2
from eventlet.event import Event
from eventsourcing.persistence import PersistenceError

from services.shared.bus import metrics
from services.shared.bus.leadership import SIGN_SECONDS, Leadership, LeadershipLost
from services.shared.bus.patience import Patience
from services.shared.bus.readiness import Part
from services.shared.bus.witnesses import Witnesses
from services.shared.event_store.log import EventLog
from services.shared.event_store.subscription import Listener
from services.shared.transparency_log.log_tree import MOST_AT_ONCE, TREE, HistoryLost, LogTree
from services.shared.transparency_log.signing import Signing

# What comes within this time is taken in together: a checkpoint costs a signature, two writes to the disk and a row.
BREATH_SECONDS = 0.2
STANDBY_SECONDS = 0.5
LONGEST_DELAY_SECONDS = 2.0

_USUAL_TROUBLE = (PersistenceError, psycopg2.Error, LeadershipLost)

_log = logging.getLogger(__name__)


class Integrator:
    """Takes the log into its tree and signs it, for as long as it runs."""

    def __init__(self, log: EventLog, signing: Signing) -> None:
        self.part = Part("proof")
        self.tree = LogTree(log, signing.counts)
        self._log = log
        self._signing = signing
        self._witnesses = Witnesses(self.tree, signing.policy) if signing.policy is not None else None
        self._stopping = Event()
        self._patience = Patience(longest_seconds=LONGEST_DELAY_SECONDS)

    def history_holds(self) -> bool:
        """Whether the log is the one that was signed; if not, says and counts why, and nothing may be done with it."""
        try:
            self._signing.memory.compare(self.tree, self._log.head())
        except HistoryLost as lost:
            self._tell(lost)
            return False
        return True

    def run(self) -> None:
        """Lead or stand by until stopped; raises HistoryLost when the log is no longer the one that was signed."""
        while not self._stopping.ready():
            try:
                with Leadership(self._log.pool.settings, self._log.factory.tables, TREE) as leadership:
                    if self._stand_by(leadership):
                        self._lead(leadership)
            except HistoryLost as lost:
                self._tell(lost)
                raise
            except Exception as problem:
                is_usual = isinstance(problem, _USUAL_TROUBLE)
                _log.warning("%s: integration begins again: %r", self._log.name, problem, exc_info=not is_usual)
                self.part.is_not_ready(repr(problem))
                self._pause(self._patience.next_seconds())

    def stop(self) -> None:
        """Finish the batch at hand and return from ``run``."""
        if not self._stopping.ready():
            self._stopping.send()

    def measure(self) -> None:
        """Set how far the tree is behind the log."""
        metrics.tree_lag_positions.set(max(0, self._log.head() - self.tree.size()))

    def _stand_by(self, leadership: Leadership) -> bool:
        """Wait until this process leads; False when it is to stop."""
        while not leadership.acquire():
            self.part.is_ready("standby")
            self._pause(STANDBY_SECONDS)
            if self._stopping.ready():
                return False
        return True

    def _lead(self, leadership: Leadership) -> None:
        metrics.tree_leader.set(1)
        try:
            self._sign_by_the_keys_of_today()
            with self._log.listen() as listener, self._witnesses or nullcontext():
                self._follow(leadership, listener)
        finally:
            metrics.tree_leader.set(0)

    def _sign_by_the_keys_of_today(self) -> None:
        note = self.tree.last_signed()
        if note is not None and not self._signing.has_signed(note):
            self.tree.sign_anew(self._signing.sign)

    def _follow(self, leadership: Leadership, listener: Listener) -> None:
        while not self._stopping.ready():
            leadership.check()
            taken_in = self.tree.integrate(self._signing.sign)
            self.part.is_ready("leader")
            self._patience.reset()
            if not taken_in:
                listener.wait(SIGN_SECONDS)
            elif taken_in < MOST_AT_ONCE:
                self._pause(BREATH_SECONDS)

    def _tell(self, lost: HistoryLost) -> None:
        _log.critical("%s: %s: %s", self._log.name, type(lost).__name__, lost)
        metrics.history_lost.labels(type(lost).__name__).inc()
        self.part.is_not_ready(f"{type(lost).__name__}: {lost}")

    def _pause(self, seconds: float) -> None:
        self._stopping.wait(timeout=seconds)
