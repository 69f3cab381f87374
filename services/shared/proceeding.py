"""What has a course of its own: its acts follow each other in time, whenever they are recorded."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from eventsourcing.domain import CanMutateAggregate

from services.shared.record import Record
from services.shared.refusals import Refusal

__all__ = ["Proceeding"]


class ActedInThePast(Refusal):
    """An act counts from no day before that of the act it follows."""

    sentence = "Ngày có hiệu lực không được trước ngày của bước trước đó, {last_acted_on:%d/%m/%Y}."


class Proceeding(Record):
    """A record whose acts count from days that never run backwards (hồ sơ theo trình tự).

    Acts recorded before this was asked for may lie in any order: the latest of their days is what counts.
    """

    last_acted_on: date

    class Event(Record.Event):
        """A step of a proceeding (bước của hồ sơ)."""

        def mutate(self, record: Any) -> Any:
            record = super().mutate(record)
            record.last_acted_on = max(getattr(record, "last_acted_on", date.min), self.act.effective_on)
            return record

    class Created(Event, Record.Created):
        """A proceeding began (bắt đầu hồ sơ)."""

    def trigger_event(self, event_class: type[CanMutateAggregate[UUID]], **kwargs: Any) -> None:
        """Raises ActedInThePast."""
        if kwargs["act"].effective_on < self.last_acted_on:
            raise ActedInThePast(last_acted_on=self.last_acted_on)
        super().trigger_event(event_class, **kwargs)
