"""What the client package and the doors' watching guarantee to other departments, and how each could be broken."""

from __future__ import annotations

from tests.mutations.mutation import Mutation

_CODE = "clients/python/src/nscl_client"
_TESTS = "tests/clients"


def _mutation(guarantee: str, file: str, old: str, new: str, test: str) -> Mutation:
    return Mutation(guarantee, f"{_CODE}/{file}", old, new, (f"{_TESTS}/{test}",))


_CALLS = [
    _mutation(
        "All tries of an act bear one request id",
        "calls.py",
        """        request = _with_request_id(request)
        was_sent = False
        for pause in self._retries.pauses():
""",
        """        was_sent, given = False, request
        for pause in self._retries.pauses():
            request = _with_request_id(given)
""",
        "test_calls.py::test_an_act_is_tried_again_under_one_request_id_until_it_is_answered",
    ),
    _mutation(
        "A request id that is given is kept",
        "calls.py",
        "if not _is_act(request) or request.request_id:",
        "if not _is_act(request):",
        "test_calls.py::test_a_request_id_that_is_given_is_kept_and_another_act_has_another",
    ),
    _mutation(
        "Nothing but silence is tried again",
        "retries.py",
        "frozenset({grpc.StatusCode.UNAVAILABLE})",
        "frozenset({grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.ABORTED})",
        "test_calls.py::test_nothing_else_is_tried_again",
    ),
    _mutation(
        "All tries together end by the deadline",
        "calls.py",
        "_within(call, max(0.0, remaining_seconds(until)))",
        "_within(call, call.timeout or self._deadline_seconds)",
        "test_calls.py::test_whoever_is_never_answered_is_told_by_the_deadline_and_has_the_request",
    ),
    _mutation(
        "Refused is said of nothing that may have been recorded",
        "failures.py",
        "status is not None and error.code() in noes",
        "status is not None",
        "test_calls.py::test_what_the_platform_says_without_a_no_leaves_open_whether_it_recorded",
    ),
    _mutation(
        "A no at the door does not speak for the try before",
        "calls.py",
        "was_sent = _is_act(request)",
        "was_sent = False",
        "test_calls.py::test_a_no_at_the_door_says_nothing_about_an_earlier_try",
    ),
]

_CONNECTIONS = [
    _mutation(
        "A door that was long away is found again soon",
        "connection.py",
        '("grpc.max_reconnect_backoff_ms", round(1000 * retries.longest_seconds))',
        '("grpc.max_reconnect_backoff_ms", 120_000)',
        "test_connections.py::test_a_door_that_is_away_is_looked_for_as_often_as_calls_are_tried_again",
    ),
    _mutation(
        "A connection that the network forgot is given up in time",
        "connection.py",
        '("grpc.http2.ping_timeout_ms", 5_000)',
        '("grpc.http2.ping_timeout_ms", 60_000)',
        "test_connections.py::test_a_connection_that_the_network_forgot_costs_a_call_time_and_nothing_else",
    ),
]

_WATCHING = [
    _mutation(
        "Announcements go on behind what was read",
        "watching.py",
        "                asked.after_position = answer.read_to_position\n",
        "",
        "test_watching.py::test_announcements_go_on_behind_the_last_one_over_streams_that_end_and_break",
    ),
    _mutation(
        "A watcher whose place is still taken waits for it",
        "watching.py",
        "if pause is None and failure.code() not in _RESUMED:",
        "if failure.code() not in _RESUMED:",
        "test_watching.py::test_announcements_go_on_behind_the_last_one_over_streams_that_end_and_break",
    ),
    Mutation(
        "No answer of announcements is too large to be taken",
        "services/shared/grpc_server/watch_servicer.py",
        "if size_bytes >= _ANSWER_BYTES:",
        "if False:",
        ("tests/shared/grpc_server/test_watch_servicer.py::test_no_answer_is_larger_than_a_caller_takes",),
    ),
]

MUTATIONS = [*_CALLS, *_CONNECTIONS, *_WATCHING]
