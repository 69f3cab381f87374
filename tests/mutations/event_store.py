"""What the event log guarantees, and how each guarantee could be broken by a small change."""

from __future__ import annotations

from tests.mutations.mutation import Mutation

_CODE = "services/shared/event_store"
_TESTS = "tests/shared/event_store"
_SQL = f"{_CODE}/migrations/0001_event_log.sql"


def _mutation(guarantee: str, file: str, old: str, new: str, *tests: str) -> Mutation:
    return Mutation(guarantee, file, old, new, tuple(f"{_TESTS}/{test}" for test in tests))


_APPENDING = [
    _mutation(
        "A version of an aggregate is stored once",
        _SQL,
        "    UNIQUE (originator_id, originator_version)\n",
        "    CHECK (originator_version > -999)\n",
        "test_append.py::TestOneCommand",
    ),
    _mutation(
        "Positions are handed out under the lock of the counter",
        _SQL,
        "UPDATE {{position}} SET last = last + cardinality(ids) RETURNING last - cardinality(ids) INTO STRICT before;",
        "SELECT coalesce(max(position), 0) INTO before FROM {{events}};",
        "test_append.py::TestManyWriters",
        "test_following.py::TestSubscription",
    ),
    _mutation(
        "A conflict leaves no hole in the positions",
        _SQL,
        "UPDATE {{position}} SET last = before + moved;",
        "",
        "test_append.py::TestOneCommand",
    ),
    _mutation(
        "A conflict fails no neighbour in its batch",
        _SQL,
        "            ) THEN 'conflict'\n            ELSE 'appended'",
        "            ) THEN 'conflict'\n            ELSE 'conflict'",
        "test_append.py::TestBatch",
    ),
    _mutation(
        "A command does not lose to one that fails",
        _SQL,
        ") THEN 'later' ELSE o.outcome END",
        ") THEN 'conflict' ELSE o.outcome END",
        "test_append.py::TestBatch",
    ),
    _mutation(
        "The events of one command are all stored or none",
        _SQL,
        "WHERE outcomes[e.command] = 'appended';\n    GET",
        "WHERE outcomes[e.command] = 'appended'\n"
        "        OR NOT EXISTS (SELECT FROM {{events}} AS x"
        " WHERE x.originator_id = e.id AND x.originator_version = e.version);\n    GET",
        "test_log.py::TestSaving",
    ),
    _mutation(
        "Two events for one version in a command are refused",
        f"{_CODE}/append.py",
        "if len(events) > 1 and len({",
        "if len(events) > 99 and len({",
        "test_append.py::TestOneCommand",
        "test_bad_days.py::TestBadInput",
    ),
    _mutation(
        "An event over one mebibyte is refused",
        f"{_CODE}/append.py",
        "    if size > LARGEST_STATE_BYTES:",
        "    if size > 2 * LARGEST_STATE_BYTES:",
        "test_append.py::TestOneCommand",
    ),
    _mutation(
        "Commands that wait are committed together",
        f"{_CODE}/committer.py",
        "        while self._waiting:\n            events +=",
        "        while False:\n            events +=",
        "test_append.py::TestBatch::test_commands_that_wait_are_committed_in_one_transaction",
    ),
]

_REQUESTS = [
    _mutation(
        "A request id is remembered",
        _SQL,
        "WHERE c.request_id IS NOT NULL;\n        END IF;",
        "WHERE false;\n        END IF;",
        "test_append.py::TestRequests",
    ),
    _mutation(
        "A request id is remembered beside another command's conflict",
        _SQL,
        "WHERE c.request_id IS NOT NULL AND outcomes[c.n] = 'appended';",
        "WHERE false;",
        "test_append.py",
    ),
    _mutation(
        "A request id with another digest is refused",
        _SQL,
        "WHEN r.digest IS NOT NULL THEN 'other request'",
        "WHEN r.digest IS NOT NULL THEN 'repeated'",
        "test_append.py::TestRequests",
    ),
    _mutation(
        "A command that was refused does not use its request id up",
        _SQL,
        "WHERE c.request_id IS NOT NULL AND outcomes[c.n] = 'appended';",
        "WHERE c.request_id IS NOT NULL AND outcomes[c.n] IN ('appended', 'conflict');",
        "test_append.py::TestRequests",
    ),
]

_OUTCOMES = [
    _mutation(
        "A command is acknowledged after its commit",
        f"{_CODE}/committer.py",
        "            with at_least(max(patience, _LEAST_SECONDS)):\n                self._commit(batch)\n",
        "            for command in batch:\n"
        "                command.outcome = Appended(1, len(command.events))\n"
        "            with at_least(max(patience, _LEAST_SECONDS)):\n                self._commit(batch)\n",
        "test_lost_connections.py::TestServerAway",
    ),
    _mutation(
        "A commit is durable when it is acknowledged",
        f"{_CODE}/pool.py",
        'f"-c timezone=UTC -c lock_timeout',
        'f"-c timezone=UTC -c synchronous_commit=off -c lock_timeout',
        "test_append.py::TestOneCommand",
    ),
    _mutation(
        "A lost answer is never taken for a success",
        f"{_CODE}/append.py",
        "        if row is None or (len(row) == 3 and row[2] != len(command.events)):\n            return None",
        "        if row is None or row[0] is None:\n            return Appended(1, 1)",
        "test_lost_connections.py::TestLostQuestions",
        "test_lost_connections.py::TestTerminatedBackends",
    ),
    _mutation(
        "A lost answer is never taken for a failure",
        f"{_CODE}/committer.py",
        "                self._find_out(pending, error)\n",
        "",
        "test_lost_connections.py::TestLostAnswers",
    ),
    _mutation(
        "An outcome is looked for only after nobody can commit any more",
        f"{_CODE}/committer.py",
        '"SELECT pg_terminate_backend(pid, 1000) FROM pg_stat_activity"\n',
        '"SELECT true FROM pg_stat_activity"\n',
        "test_lost_connections.py::TestLateAnswers",
    ),
    _mutation(
        "A command is recognised by all of its events, to the byte",
        f"{_CODE}/append.py",
        '" AND x.topic = e.topic AND x.state = e.state"',
        '""',
        "test_lost_connections.py::TestLostAnswers",
    ),
    _mutation(
        "A caller that is killed while it waits takes nobody's turn with it",
        f"{_CODE}/committer.py",
        "            self._withdraw(command)\n            raise\n",
        "            raise\n",
        "test_eventlet.py",
    ),
    _mutation(
        "A connection that the server has closed is not used again",
        f"{_CODE}/pool.py",
        "    return not kept.notices",
        "    return True",
        "test_lost_connections.py::TestTerminatedBackends",
    ),
]

_READING = [
    _mutation(
        "A page begins with the very next event",
        f"{_CODE}/recorders.py",
        'conditions.append("position >= %s" if inclusive_of_start else "position > %s")',
        'conditions.append("position >= %s" if inclusive_of_start else "position > %s + 1")',
        "test_following.py",
    ),
    _mutation(
        "The bulk reader skips nothing between pages",
        f"{_CODE}/recorders.py",
        '"position > %s AND position <= %s ORDER BY position"',
        '"position > %s AND position < %s ORDER BY position"',
        "test_bulk.py",
    ),
    _mutation(
        "The bulk reader reads in the order of positions",
        f"{_CODE}/recorders.py",
        '"position > %s AND position <= %s ORDER BY position"',
        '"position > %s AND position <= %s ORDER BY position DESC"',
        "test_bulk.py",
    ),
    _mutation(
        "The bulk reader reads as far as the log reached when it began, whatever is asked",
        f"{_CODE}/recorders.py",
        "head if up_to is None else min(up_to, head)",
        "head if up_to is None else up_to + 1",
        "test_bulk.py",
    ),
    _mutation(
        "The bulk reader holds two pages ahead and no more",
        f"{_CODE}/bulk.py",
        "coming = deque(islice(pages, _PAGES_AHEAD))",
        "coming = deque(pages)",
        "test_bulk.py",
    ),
    _mutation(
        "A subscription does not pass over what is appended while it looks",
        f"{_CODE}/subscription.py",
        "looked_to = self._recorder.max_notification_id() if self._topics else None",
        "looked_to = (self._recorder.max_notification_id() or 0) + 1 if self._topics else None",
        "test_following.py::TestSubscription",
    ),
    _mutation(
        "A subscription looks once at what is not of its topics",
        f"{_CODE}/subscription.py",
        "        if not page and looked_to is not None:",
        "        if False:",
        "test_following.py::TestSubscription",
    ),
    _mutation(
        "Every batch is notified",
        _SQL,
        "PERFORM pg_notify('{{channel}}', '');",
        "",
        "test_following.py",
    ),
]

_TRACKING = [
    _mutation(
        "A position of an upstream is followed once",
        _SQL,
        "            WHEN t.notification_id >= c.position THEN 'tracked'\n",
        "",
        "test_append.py::TestOneCommand",
    ),
    _mutation(
        "A follower moves only from where the upstream stands",
        f"{_CODE}/recorders.py",
        "WHERE t.notification_id = %(previous)s",
        "WHERE true",
        "test_following.py::TestTracking",
    ),
    _mutation(
        "A view that always meets a time limit holds up no other",
        f"{_CODE}/views.py",
        "            if is_outage(error):\n",
        "            if isinstance(error, (InterfaceError, OperationalError)):\n",
        "test_views.py::test_a_view_that_always_meets_a_time_limit_of_the_database_stays_behind_alone",
    ),
    _mutation(
        "A view's place is stored together with its rows",
        f"{_CODE}/views.py",
        "                self._log.tracking.advance(cursor, ",
        "                with self._log.transaction() as other:\n"
        "                    self._log.tracking.advance(other, ",
        "test_views.py",
    ),
]

_KEEPING = [
    _mutation(
        "Nobody deletes an event",
        _SQL,
        "BEFORE UPDATE OR DELETE OR TRUNCATE ON {{events}}",
        "BEFORE UPDATE OR TRUNCATE ON {{events}}",
        "test_schema.py::TestImmutable",
    ),
    _mutation(
        "Nobody changes what was asked",
        _SQL,
        "BEFORE UPDATE OR DELETE OR TRUNCATE ON {{requests}}",
        "BEFORE DELETE OR TRUNCATE ON {{requests}}",
        "test_schema.py::TestImmutable",
    ),
    _mutation(
        "A service needs no right to the table in order to append",
        _SQL,
        "SECURITY DEFINER SET",
        "SET",
        "test_append.py::TestOneCommand",
    ),
    _mutation(
        "Strangers may not append",
        _SQL,
        "REVOKE ALL ON FUNCTION {{append}} FROM PUBLIC;",
        "",
        "test_schema.py::TestPrivileges",
    ),
    _mutation(
        "A service appends by the function only",
        f"{_CODE}/schema.py",
        'f"GRANT SELECT ON {log} TO {role}"',
        'f"GRANT SELECT, INSERT, UPDATE ON {log} TO {role}"',
        "test_schema.py::TestPrivileges",
    ),
    _mutation(
        "Code refuses a schema that it does not work with",
        f"{_CODE}/schema.py",
        "    if oldest is not None and oldest[0] > wanted:",
        "    if oldest is None:",
        "test_schema.py::TestMigrating",
    ),
]

_ENCODING = [
    _mutation(
        "Text is stored in NFC",
        f"{_CODE}/mapper.py",
        "    if encoded.isascii() or",
        "    if True or",
        "test_mapper.py",
    ),
    _mutation(
        "What would be read as something else is not written",
        f"{_CODE}/mapper.py",
        "        if encoded != read_again:",
        "        if False:",
        "test_mapper.py",
    ),
]

_REBUILDING = [
    _mutation(
        "Two rebuilds exclude each other",
        f"{_CODE}/rebuild.py",
        "if cursor.fetchone() != (True,):",
        "if not cursor.fetchone():",
        "test_rebuild.py::test_two_at_once_exclude_each_other",
    ),
    _mutation(
        "A rebuild switches on the session that holds the lock",
        f"{_CODE}/rebuild.py",
        "    def _put_in_place(self, session: Connection) -> None:\n        with _transaction(session) as cursor:",
        "    def _put_in_place(self, session: Connection) -> None:\n        with self._log.transaction() as cursor:",
        "test_rebuild.py::test_one_that_lost_the_session_with_the_lock_puts_nothing_in_place_and_takes_nothing_away",
    ),
    _mutation(
        "A view's place moves with the switch",
        f"{_CODE}/rebuild.py",
        "self._feed.move(cursor, upstream, place)",
        "pass",
        "test_rebuild.py::test_a_view_that_stands_still_is_compared_where_it_stands_and_goes_on_after_the_switch",
    ),
    _mutation(
        "The live view stands still until the rebuild has come there too",
        f"{_CODE}/rebuild.py",
        "application_name = %s FOR UPDATE",
        "application_name = %s",
        "test_rebuild.py::test_it_goes_on_being_written_fed_and_read_all_the_time",
    ),
    _mutation(
        "The live view is fed while it is compared with the one made anew",
        f"{_CODE}/rebuild.py",
        "            yield cursor\n\n    def _compare",
        "                yield cursor\n\n    def _compare",
        "test_rebuild.py::test_the_live_view_is_fed_on_while_the_two_are_compared",
    ),
    _mutation(
        "A switch lets readers past while it waits",
        f"{_CODE}/rebuild.py",
        "cursor.execute(f\"SET LOCAL lock_timeout = '{_SWITCH_WAIT}'\")",
        "pass",
        "test_rebuild.py::test_a_switch_lets_others_past_while_it_waits_for_a_long_reader",
    ),
    _mutation(
        "What a killed rebuild left is removed",
        f"{_CODE}/rebuild.py",
        "        with self._alone() as session:\n            self._drop_shadow(session)\n",
        "        with self._alone() as session:\n",
        "test_rebuild.py::test_one_that_lost_the_session_with_the_lock_puts_nothing_in_place_and_takes_nothing_away",
    ),
    _mutation(
        "A rebuild touches nothing that is live",
        f"{_CODE}/rebuild.py",
        """SET LOCAL search_path = "{tables.schema}";""",
        """SET LOCAL search_path = "{tables.schema}", public;""",
        "test_rebuild.py::test_a_projection_that_looks_at_what_is_not_its_own_fails_and_harms_nothing",
    ),
    _mutation(
        "A view that another release has made is not fed",
        f"{_CODE}/views.py",
        "if view in outdated:",
        "if False:",
        "test_rebuild.py::TestWithTablesOfAnotherRelease",
    ),
]

MUTATIONS = [*_APPENDING, *_REQUESTS, *_OUTCOMES, *_READING, *_TRACKING, *_REBUILDING, *_KEEPING, *_ENCODING]
