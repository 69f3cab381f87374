"""Group commit: commands that wait at the same time are appended together, in one transaction and one round trip.

The caller that finds nobody committing becomes the leader: it takes what waits, commits it, passes the lead to the
first caller that came meanwhile, and tells the others how their commands ended. There is no thread of its own.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterable, Sequence

import psycopg2
from eventsourcing.persistence import PersistenceError

from services.shared.deadline import at_least, remaining_seconds, within
from services.shared.event_store.append import Appended, AppendStatement, Command
from services.shared.event_store.errors import NotAppendedInTime, OutcomeUnknown, in_library_terms
from services.shared.event_store.metrics import APPENDED_TO, BATCH_COMMANDS, BATCH_SECONDS
from services.shared.event_store.pool import Connection, ConnectionSettings, is_sound
from services.shared.event_store.schema import LogTables

# A batch stays small enough for its transaction to be short; one larger command still goes, alone.
_LARGEST_BATCH_EVENTS = 2000
_LARGEST_BATCH_BYTES = 4 * 1024 * 1024
# How long a lost commit is asked after when the server does not come back.
_FIND_OUT_SECONDS = 5.0
# A batch has the time of its most patient command, and in any case this, so that a leader in a hurry harms nobody.
_LEAST_SECONDS = 1.0


class GroupCommitter:
    """Appends commands to one log over one connection of its own, which readers can therefore not use up."""

    def __init__(self, settings: ConnectionSettings, tables: LogTables) -> None:
        self._settings = settings
        self._statement = AppendStatement(tables)
        self._lock = threading.Lock()
        self._waiting: deque[Command] = deque()
        self._has_leader = False
        self._connection: Connection | None = None
        self._served_by: tuple[int, object] | None = None
        self._batch_commands = BATCH_COMMANDS.labels(tables.name)
        self._batch_seconds = BATCH_SECONDS.labels(tables.name)
        self._appended_to = APPENDED_TO.labels(tables.name)

    @property
    def waiting(self) -> int:
        """How many commands wait for the batch after the one that is being committed."""
        return len(self._waiting)

    @property
    def is_committing(self) -> bool:
        """Whether a batch is being committed just now."""
        return self._has_leader and not self._waiting

    def append(self, command: Command) -> Appended:
        """Store the command's events durably; return when they are, or raise why they are not.

        Raises VersionConflict, TrackingConflict, OtherRequestRecorded; at the call's deadline NotAppendedInTime, or
        OutcomeUnknown when the command is on its way; or another of the library's errors when the server refuses or is
        gone.
        """
        patience = remaining_seconds()
        if patience <= 0:
            raise NotAppendedInTime
        command.ends_at = time.monotonic() + patience
        with self._lock:
            self._waiting.append(command)
            if self._has_leader:
                command.done = threading.Lock()
                command.done.acquire()
            else:
                self._has_leader = command.leads = True
        if command.done is not None:
            self._wait(command, command.done, patience)
        if command.leads:
            self._lead()
        return command.result()

    def close(self) -> None:
        """Close the connection; a later append opens another."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _wait(self, command: Command, done: threading.Lock, patience: float) -> None:
        """Return when somebody has settled this command or passed the lead on; at the deadline raise why neither."""
        try:
            in_time = done.acquire(timeout=min(patience, threading.TIMEOUT_MAX))
        except BaseException:  # a greenlet that is killed while it waits
            self._withdraw(command)
            raise
        if not in_time:
            if self._withdraw(command):
                raise NotAppendedInTime
            if command.outcome is None:
                raise OutcomeUnknown("the deadline came before the answer")

    def _lead(self) -> None:
        """Commit one batch, whose first command is the leader's own, and pass the lead on."""
        with self._lock:
            batch = self._take_batch()
        started_at = time.monotonic()
        patience = max(command.ends_at for command in batch) - started_at
        try:
            with at_least(max(patience, _LEAST_SECONDS)):
                self._commit(batch)
            self._observe(batch, time.monotonic() - started_at)
        except PersistenceError as error:
            _fail(batch, error)
        except BaseException:  # such as GreenletExit: meant for the leader, while the others know nothing
            _fail(batch, OutcomeUnknown("the caller that was committing it was interrupted"))
            self.close()
            raise
        finally:
            self._pass_on([command for command in batch if command.outcome is None])
            for command in batch:
                done = command.done  # which a caller who gives up takes away
                if command.outcome is not None and done is not None and not command.leads:
                    done.release()

    def _take_batch(self) -> list[Command]:
        """What waits, oldest first, as far as it fits into one transaction."""
        batch = [self._waiting.popleft()]
        events, size_bytes = len(batch[0].events), batch[0].size_bytes
        while self._waiting:
            events += len(self._waiting[0].events)
            size_bytes += self._waiting[0].size_bytes
            if events > _LARGEST_BATCH_EVENTS or size_bytes > _LARGEST_BATCH_BYTES:
                break
            batch.append(self._waiting.popleft())
        return batch

    def _pass_on(self, unsettled: Sequence[Command] = ()) -> None:
        """Make the caller that has waited longest the leader; commands that must be sent again come first."""
        with self._lock:
            self._waiting.extendleft(command for command in reversed(unsettled) if command.done is not None)
            if self._waiting:
                heir = self._waiting[0]
                heir.leads = True
                assert heir.done is not None
                heir.done.release()
            else:
                self._has_leader = False

    def _withdraw(self, command: Command) -> bool:
        """Its caller waits no longer: whether the command was still waiting too, and is now in nobody's hands."""
        with self._lock:
            was_waiting = command in self._waiting
            if was_waiting:
                self._waiting.remove(command)
            else:
                command.done = None  # it is in a batch, from which it must not come back to lead
        if command.leads:
            self._pass_on()
        return was_waiting

    def _observe(self, batch: Sequence[Command], seconds: float) -> None:
        self._batch_commands.observe(len(batch))
        self._batch_seconds.observe(seconds)
        for command in reversed(batch):
            if isinstance(command.outcome, Appended) and not command.outcome.repeated:
                self._appended_to.set(command.outcome.last)
                return

    def _commit(self, batch: Sequence[Command]) -> None:
        """Commit the batch. Where the connection dies over it, look first, and send again what is not in the log."""
        pending = batch
        for last_attempt in (False, True):
            connection = self._connected()
            try:
                with connection.cursor() as cursor:
                    self._statement.run(cursor, pending)
                return
            except psycopg2.Error as error:
                if not connection.closed:  # the server has answered: it has rolled back
                    self.close()  # it may be a standby by now; the next batch looks for the server afresh
                    raise in_library_terms(error) from error
                self._find_out(pending, error)
                pending = [command for command in pending if command.outcome is None]
                if not pending:
                    return
                if last_attempt:
                    raise in_library_terms(error) from error

    def _connected(self) -> Connection:
        if self._connection is None or not is_sound(self._connection):
            self.close()
            try:
                self._connection = self._settings.connect()
                with self._connection.cursor() as cursor:
                    cursor.execute("SELECT pid, backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid()")
                    self._served_by = cursor.fetchone()
            except psycopg2.Error as error:
                raise in_library_terms(error) from error
        return self._connection

    def _find_out(self, batch: Sequence[Command], error: psycopg2.Error) -> None:
        """Note the outcome of each command that the lost connection has committed, as the server itself tells it.

        What was refused in a committed batch is not found, nor is anything of a batch that was rolled back; sent
        again, the first are refused as before. Raises OutcomeUnknown when the server cannot be asked.
        """
        lost_process = self._served_by
        with within(_FIND_OUT_SECONDS):
            while remaining_seconds() > 0:
                try:
                    with self._connected().cursor() as cursor:
                        # Until the process that served the lost connection is gone, it could still commit.
                        cursor.execute(
                            "SELECT pg_terminate_backend(pid, 1000) FROM pg_stat_activity"
                            " WHERE (pid, backend_start) = (%s, %s)",
                            lost_process,
                        )
                        if cursor.fetchone() in (None, (True,)):
                            for command in batch:
                                command.outcome = self._statement.find(cursor, command)
                            return
                except (psycopg2.Error, PersistenceError):
                    time.sleep(0.1)
        raise OutcomeUnknown(str(error).strip()) from error


def _fail(batch: Iterable[Command], error: PersistenceError) -> None:
    for command in batch:
        command.outcome = command.outcome or error
