"""What has this service heard, word for word, and up to which position of each owner's log?"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from services.reporting.domain.heard import OWNERS, Heard
from services.shared.event_store import Cursor, View, ViewLagged
from services.shared.record import Act

COLUMNS = (
    "service, position, type, record_id, record_version, sentence,"
    " person_id, body, capacity, effective_on, recorded_at, request_id, document, cause, concerns"
)
"""What a query selects for ``heard``."""

_LOOK_AGAIN_SECONDS = 0.02


def heard(row: Sequence[Any]) -> Heard:
    """The event that a row of ``COLUMNS`` holds."""
    *event, concerns = row
    fields = [*event[:6], Act(*event[6:]), tuple(concerns)]
    return Heard(*fields)


def row_of(event: Heard) -> Sequence[Any]:
    """What stands in ``COLUMNS`` of an event."""
    act = event.act
    return (
        event.service,
        event.position,
        event.type,
        event.record_id,
        event.record_version,
        event.sentence,
        act.person_id,
        act.body,
        act.capacity,
        act.effective_on,
        act.recorded_at,
        act.request_id,
        act.document,
        act.cause,
        list(event.concerns),
    )


def stream(owner: str) -> str:
    """The name under which the inbox tracks how far an owner has been heard; carved in stone with the queues' names."""
    return f"reporting.from.{owner}"


class HeardEvents(View):
    """Every announcement of every owner, as it was heard; the other read models point here."""

    name = "heard_events"
    table = """
        CREATE TABLE IF NOT EXISTS heard_events (
            service text NOT NULL,
            position bigint NOT NULL,
            type text NOT NULL,
            record_id uuid NOT NULL,
            record_version bigint NOT NULL,
            sentence text NOT NULL,
            person_id uuid NOT NULL,
            body text NOT NULL,
            capacity text NOT NULL,
            effective_on date NOT NULL,
            recorded_at timestamptz NOT NULL,
            request_id uuid NOT NULL,
            document text,
            cause text,
            concerns uuid[] NOT NULL,
            PRIMARY KEY (service, position)
        );
        CREATE INDEX IF NOT EXISTS heard_events_of_record ON heard_events (record_id, record_version);
        CREATE INDEX IF NOT EXISTS heard_events_of_type ON heard_events (type, record_id);
    """

    def keep(self, event: Heard, cursor: Cursor) -> None:
        """Keep an event, once; a second one at the same place is refused by the database."""
        cursor.execute(f"INSERT INTO heard_events ({COLUMNS}) VALUES ({'%s, ' * 14} %s::uuid[])", row_of(event))

    def as_of(self) -> dict[str, int]:
        """Up to which position each owner has been heard; read before a query, whose answer may then show more."""
        return {owner: self.log.tracking.position(stream(owner)) for owner in OWNERS}

    def wait_until_heard(self, positions: Mapping[str, int], timeout: float) -> None:
        """Return when each owner has been heard up to its position; ViewLagged when not within ``timeout`` seconds."""
        give_up_at = time.monotonic() + timeout
        for owner, wanted in positions.items():
            while (position := self.log.tracking.position(stream(owner))) < wanted:
                if time.monotonic() + _LOOK_AGAIN_SECONDS > give_up_at:
                    raise ViewLagged(view=stream(owner), position=position, wanted=wanted)
                time.sleep(_LOOK_AGAIN_SECONDS)
