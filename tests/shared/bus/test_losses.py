"""Messages lost, doubled or swapped on their way: the log has them, and a position tells them apart."""

from __future__ import annotations

import signal

from kombu import Connection, Queue

from services.shared.bus.broker import announcements_exchange, inbox_queue
from services.shared.event_store import EventLog
from tests.servers import Broker
from tests.shared.bus.conftest import Samples, eventually, weigh

STREAM = "market.from.orchard"


def test_messages_lost_from_the_queue_are_asked_for(samples: Samples, orchard_log: EventLog) -> None:
    orchard, market = samples.start_ready("orchard"), samples.start_ready("market")
    positions = weigh(orchard_log, baskets=5)
    eventually(lambda: samples.heard() == positions)
    market.process.send_signal(signal.SIGSTOP)
    with Connection(samples.amqp_uri) as connection:
        spy = Queue("spy", announcements_exchange("orchard"), routing_key="#")(connection.channel())
        spy.declare()
        positions += weigh(orchard_log, baskets=300)
        eventually(lambda: orchard.metric("nscl_bus_announced_total") >= 2 * len(positions))
        queue = inbox_queue("market", "orchard")(connection.channel())
        queue.delete()
    market.process.send_signal(signal.SIGCONT)
    eventually(lambda: len(samples.heard()) >= len(positions))
    assert samples.heard() == positions


def test_the_last_messages_lost_are_asked_for_when_nothing_more_comes(samples: Samples, orchard_log: EventLog) -> None:
    orchard = samples.start_ready("orchard")
    samples.start_ready("market", idle_seconds=0.5)
    with Connection(samples.amqp_uri) as connection:
        Queue("spy", announcements_exchange("orchard"), routing_key="#")(connection.channel()).declare()
        inbox_queue("market", "orchard")(connection.channel()).unbind_from(announcements_exchange("orchard"), "#")
    positions = weigh(orchard_log, baskets=5)
    eventually(lambda: orchard.metric("nscl_bus_announced_total") >= 10)
    eventually(lambda: samples.heard() == positions)


def test_doubled_and_swapped_messages_have_no_further_effect(samples: Samples, orchard_log: EventLog) -> None:
    samples.start_ready("orchard")
    # A quorum queue may lose what was sent just before its channel closes, unless the sender waits for the confirms.
    with Connection(samples.amqp_uri, transport_options={"confirm_publish": True}) as connection:
        channel = connection.channel()
        spy = Queue("spy", announcements_exchange("orchard"), routing_key="#")(channel)
        spy.declare()
        positions = weigh(orchard_log, baskets=20)
        copies = [eventually(lambda: spy.get(no_ack=True)) for _ in range(40)]
        market = samples.start_ready("market")
        producer = connection.Producer(channel)
        for copy in [*reversed(copies), *copies]:
            producer.publish(
                copy.body,
                routing_key=STREAM,
                headers=copy.headers,
                content_type=copy.content_type,
                content_encoding="binary",
            )
        producer.publish({"what": "is this"}, routing_key=STREAM)
    eventually(lambda: market.metric(f'nscl_bus_rejected_total{{stream="{STREAM}"}}') >= 1)
    eventually(lambda: market.metric(f'nscl_bus_repeats_total{{stream="{STREAM}"}}') >= 80)
    assert samples.heard() == positions


def test_a_queue_that_never_again_has_a_leader_is_made_anew(
    samples: Samples, orchard_log: EventLog, broker: Broker
) -> None:
    with Connection(samples.amqp_uri) as connection:
        inbox_queue("market", "orchard")(connection.channel()).declare()
    lose_its_leader(broker, samples.amqp_uri.rpartition("/")[2])
    samples.start_ready("market", consume_seconds=1.0)
    samples.start_ready("orchard")
    positions = weigh(orchard_log, baskets=5)
    eventually(lambda: len(samples.heard()) >= len(positions))
    assert samples.heard() == positions


def lose_its_leader(broker: Broker, vhost: str) -> None:
    """Leave the market's queue as a node finds it that was killed when it had just been made.

    The queue is known, its replica on disk is not: recovery then starts an empty one, which nobody ever elects.
    """
    broker.control(
        "eval",
        f"""
        {{ok, Queue}} = rabbit_amqqueue:lookup(rabbit_misc:r(<<"{vhost}">>, queue, <<"{STREAM}">>)),
        ok = ra:force_delete_server(quorum_queues, amqqueue:get_pid(Queue)),
        rabbit_quorum_queue:recover(<<"{vhost}">>, [Queue]).
        """,
    )
