"""Support's event log: what rests on a numbered document of ours stands in that document's register too."""

from __future__ import annotations

from typing import TypeVar

from services.shared.event_store import Call, EventLog, Saved
from services.shared.record import Record
from services.support.application.documents import cited_registers

R = TypeVar("R", bound=Record)


class SupportLog(EventLog):
    """The log through which every act of support is saved."""

    def save_for(self, call: Call, record: R, *others: Record) -> Saved[R]:
        """As the base class; an act on a document of an opened register cites it there, in the same append.

        Raises DocumentNotInRegister and DocumentVoided.
        """
        registers = cited_registers(self, call.act, (record, *others))
        return super().save_for(call, record, *others, *registers)
