"""What the bus guarantees, and how each guarantee could be broken by a small change."""

from __future__ import annotations

from tests.mutations.mutation import Mutation

_CODE = "services/shared/bus"
_TESTS = "tests/shared/bus"


def _mutation(guarantee: str, file: str, old: str, new: str, *tests: str) -> Mutation:
    return Mutation(guarantee, f"{_CODE}/{file}", old, new, tuple(f"{_TESTS}/{test}" for test in tests))


_ANNOUNCING = [
    _mutation(
        "An announcement names the one before it",
        "announcements.py",
        "            previous = recorded.position\n",
        "",
        "test_announcements.py",
    ),
    _mutation(
        "What no queue takes is given back",
        "publisher.py",
        "mandatory=True",
        "mandatory=False",
        "test_relay.py::test_an_announcement_nobody_has_a_queue_for_waits_and_is_never_dropped",
    ),
    _mutation(
        "The place waits for the broker's confirms",
        "publisher.py",
        "while self._unconfirmed:",
        "while False:",
        "test_relay.py::test_an_announcement_nobody_has_a_queue_for_waits_and_is_never_dropped",
    ),
    _mutation(
        "The place stays before what was not taken",
        "relay.py",
        "safe = publisher.publish(announcements)",
        "safe = max(publisher.publish(announcements), len(announcements))",
        "test_relay.py::test_an_announcement_nobody_has_a_queue_for_waits_and_is_never_dropped",
    ),
    _mutation(
        "Only one process relays",
        "leadership.py",
        'return bool(self._ask("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", (self._lock_name,)))',
        "return True",
        "test_leadership.py::test_one_leads_until_its_session_ends",
    ),
    _mutation(
        "A leader moves the place only from where it left it",
        "leadership.py",
        "AND notification_id = %s AND pg_backend_pid()",
        "AND notification_id >= 0 * %s AND pg_backend_pid()",
        "test_leadership.py::test_a_place_that_somebody_else_has_moved_is_left_alone",
    ),
    _mutation(
        "The place is moved on the session that holds the lock",
        "relay.py",
        "place = leadership.move(place, announcements[safe - 1].position)\n",
        "place = announcements[safe - 1].position\n"
        "                with self._log.pool.cursor() as cursor:\n"
        "                    cursor.execute(f\"UPDATE {self._log.factory.tables.named('tracking')}\"\n"
        "                        f\" SET notification_id = {place} WHERE application_name = 'relay'\")\n",
        "test_relay.py::test_the_place_only_goes_forward_and_only_by_the_holder_of_the_lock",
    ),
]

_TAKING_IN = [
    _mutation(
        "Messages are acknowledged after their effects are committed",
        "inbox.py",
        "                self._fire(connection, [announcement for _, announcement in batch])\n"
        "                last_message, _ = batch[-1]\n"
        "                last_message.ack(multiple=True)\n",
        "                last_message, _ = batch[-1]\n"
        "                last_message.ack(multiple=True)\n"
        "                self._fire(connection, [announcement for _, announcement in batch])\n",
        "test_cuts.py::test_effects_are_committed_before_their_messages_are_acknowledged",
    ),
    _mutation(
        "The place is moved with the effects",
        "stream.py",
        "                self._place.move(cursor, place)\n",
        "                pass\n",
        "test_stream.py::test_a_repeat_is_recognised_for_ever",
    ),
    _mutation(
        "A repeat is dropped",
        "stream.py",
        "if announcement.position <= place:",
        "if announcement.position < 0:",
        "test_stream.py::test_a_repeat_is_recognised_for_ever",
    ),
    _mutation(
        "A gap is noticed by the previous position",
        "stream.py",
        "elif announcement.previous_position <= place:",
        "elif announcement.previous_position >= 0:",
        "test_stream.py::test_a_gap_is_filled_by_asking_the_owner",
    ),
    _mutation(
        "A gap is filled from the owner's log",
        "stream.py",
        "                    break\n                done += 1\n",
        "                    place = announcement.position\n                done += 1\n",
        "test_stream.py::test_a_gap_is_filled_by_asking_the_owner",
    ),
    _mutation(
        "Two processes do not take in the same",
        "places.py",
        "WHERE application_name = %s FOR UPDATE",
        "WHERE application_name = %s",
        "test_stream.py::test_two_processes_that_take_in_the_same_do_it_once",
    ),
    _mutation(
        "A page does not jump over a place taken back",
        "stream.py",
        "            if place < asked_behind:\n",
        "            if place < 0:\n",
        "test_stream.py::test_a_place_taken_back_while_the_owner_is_asked_is_not_jumped_over",
    ),
    _mutation(
        "Nothing is asked for only when messages come",
        "inbox.py",
        "elif time.monotonic() >= ask_at:",
        "elif time.monotonic() < 0:",
        "test_losses.py::test_the_last_messages_lost_are_asked_for_when_nothing_more_comes",
    ),
    _mutation(
        "A queue that never again has a leader is made anew",
        "inbox.py",
        "if self._refusals >= REFUSALS:",
        "if self._refusals < 0:",
        "test_losses.py::test_a_queue_that_never_again_has_a_leader_is_made_anew",
    ),
    _mutation(
        "An owner answers soon after its line to the broker is back",
        "pages.py",
        '{"interval_start": 0.5, "interval_step": 0.5, "interval_max": LONGEST_DELAY_SECONDS}',
        '{"interval_start": 60}',
        "test_cuts.py::test_an_owner_answers_soon_after_its_line_to_the_broker_is_back",
    ),
]

_FAILING = [
    _mutation(
        "A stream is parked after some tries",
        "stream.py",
        "or tries >= self._most_tries:",
        "or tries >= 10 * self._most_tries:",
        "test_stream.py::test_after_some_tries_the_stream_is_parked_with_all_that_is_needed",
    ),
    _mutation(
        "An announcement that is not known is never skipped",
        "consumers.py",
        "            raise UnknownAnnouncement(announcement) from error\n",
        "            return\n",
        "test_stream.py::test_an_unknown_type_or_version_stops_the_stream_at_once",
    ),
    _mutation(
        "A handler that idles too long is its own fault",
        "stream.py",
        "and not is_sound(cursor.connection):",
        "and False:",
        "test_stream.py::test_a_handler_that_sleeps_for_longer_than_a_transaction_may_idle_is_parked",
    ),
    _mutation(
        "A handler that always meets a time limit of the database is parked",
        "stream.py",
        "except (QueryCanceled, LockNotAvailable) as error:",
        "except () as error:",
        "test_stream.py::test_a_handler_that_always_meets_a_time_limit_of_the_database_is_parked",
    ),
    _mutation(
        "An effect that meets a time limit among others is tried by itself",
        "stream.py",
        "                if is_outage(failure):\n",
        "                if isinstance(failure, (OperationalError, InterfaceError)):\n",
        "test_stream.py::test_a_handler_that_always_meets_a_time_limit_of_the_database_is_parked",
    ),
]

MUTATIONS = [*_ANNOUNCING, *_TAKING_IN, *_FAILING]
