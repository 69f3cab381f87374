"""RabbitMQ as the bus uses it: how we connect, and what stands there for each service."""

from __future__ import annotations

import socket
import ssl
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import amqp
import eventlet
from amqp.connection import NEGOTIATE_CAPABILITIES
from amqp.exceptions import AMQPError
from kombu import Connection, Exchange, Queue
from kombu.exceptions import KombuError

from services.shared.bus.stream import stream_name

HEARTBEAT_SECONDS = 5
CONNECT_SECONDS = 5
ANSWER_SECONDS = 10
DELIVERY_LIMIT = 20
DEAD_LETTERS_KEPT = 10_000

BROKER_ERRORS = (AMQPError, KombuError, OSError)
"""What a lost, refusing or restarting broker raises."""

KEEPALIVE = {socket.TCP_KEEPIDLE: 5, socket.TCP_KEEPINTVL: 2, socket.TCP_KEEPCNT: 3, socket.TCP_USER_TIMEOUT: 10_000}

# With this capability py-amqp polls the socket before each publish without a time-out, and a frame cut off half-way
# would spin for ever and freeze every greenlet; nameko's connections do so too. A blocked broker shows by its silence.
amqp.Connection.negotiate_capabilities = {**NEGOTIATE_CAPABILITIES, "connection.blocked": False}


def connect(uri: str, name: str) -> Connection:
    """An open connection that notices a dead broker; ``name`` is what its operators see.

    Ours alone: nothing reopens it behind our back, because what was in flight must then be thought over.
    """
    options = {"socket_settings": KEEPALIVE, "client_properties": {"connection_name": name}}
    connection = Connection(
        uri,
        heartbeat=HEARTBEAT_SECONDS,
        connect_timeout=CONNECT_SECONDS,
        transport_options=options,
        ssl=encryption_of(uri) or False,
    )
    try:
        with in_time():
            # kombu's own connect() sleeps two seconds before a second try.
            connection.ensure_connection(max_retries=1, interval_start=0, interval_step=0)
    except BaseException:
        close_quietly(connection)
        raise
    return connection


def encryption_of(uri: str) -> dict[str, Any] | None:
    """How an ``amqps`` address is encrypted, None for ``amqp``: with a certificate for the host that is asked.

    Who may have signed it is OpenSSL's business (``SSL_CERT_FILE``). The library by itself would believe any host.
    """
    address = urlsplit(uri)
    if address.scheme != "amqps":
        return None
    return {"cert_reqs": ssl.CERT_REQUIRED, "server_hostname": address.hostname}


def in_time(seconds: float = ANSWER_SECONDS) -> eventlet.Timeout:
    """Bounds a question to the broker, which py-amqp would wait for without end; OSError when no answer comes."""
    return eventlet.Timeout(seconds, OSError("the broker does not answer"))


def close_quietly(connection: Connection) -> None:
    """Close without waiting long for a broker that may be gone."""
    with suppress(*BROKER_ERRORS), eventlet.Timeout(1, OSError("the broker does not say goodbye")):
        connection.release()


def keep_alive(connection: Connection, seconds: float) -> None:
    """Read what comes within so many seconds and send a heartbeat when one is due.

    ConnectionError of amqp when the broker has been silent for two heartbeats.
    """
    listen(connection, seconds)
    connection.heartbeat_check()


def listen(connection: Connection, seconds: float) -> bool:
    """Whether something came within so many seconds; never 0, with which py-amqp may spin for ever."""
    try:
        connection.drain_events(timeout=seconds)
    except TimeoutError:
        return False
    return True


def announcements_exchange(service: str) -> Exchange:
    """Where a service announces."""
    return Exchange(f"{service}.announcements", type="topic", durable=True)


def inbox_queue(consumer: str, owner: str) -> Queue:
    """What one service has yet to hear of another: a replicated queue whose messages go to one process at a time."""
    name = stream_name(consumer, owner)
    arguments = {
        "x-queue-type": "quorum",
        "x-single-active-consumer": True,
        "x-delivery-limit": DELIVERY_LIMIT,
        "x-dead-letter-exchange": dead_letters_exchange().name,
        "x-dead-letter-routing-key": name,
    }
    return Queue(name, announcements_exchange(owner), routing_key="#", durable=True, queue_arguments=arguments)


def dead_letters_exchange() -> Exchange:
    return Exchange("nscl.dead-letters", type="direct", durable=True)


def dead_letters_queue(consumer: str, owner: str) -> Queue:
    """Copies of messages delivered too often, for people to look at; the inbox asks the owner for them again."""
    name = stream_name(consumer, owner)
    arguments = {"x-queue-type": "quorum", "x-max-length": DEAD_LETTERS_KEPT, "x-overflow": "drop-head"}
    return Queue(
        f"{name}.dead-letters", dead_letters_exchange(), routing_key=name, durable=True, queue_arguments=arguments
    )
