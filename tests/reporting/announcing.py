"""What the other services announce, and reporting's inboxes taking it in."""

from __future__ import annotations

from nscl.registry.v1 import registry_events_pb2
from nscl.support.v1 import support_events_pb2
from nscl.training.v1 import training_events_pb2

from services.reporting.bus.consumers import Listener, RegistryListener, SupportListener, TrainingListener
from services.reporting.read_models.budget_line_sources import BudgetLineSources
from services.reporting.read_models.heard_events import HeardEvents
from services.reporting.read_models.indicators import Indicators
from services.reporting.read_models.trail import Trail
from services.shared.bus.stream import Stream
from services.shared.event_store import EventLog
from tests.announcing import Messenger

LISTENERS: dict[str, type[Listener]] = {
    "registry": RegistryListener,
    "support": SupportListener,
    "training": TrainingListener,
}
EVENTS = {"registry": registry_events_pb2, "support": support_events_pb2, "training": training_events_pb2}


def announcement_names(owner: str) -> list[str]:
    """Every message by which an owner announces something."""
    messages = EVENTS[owner].DESCRIPTOR.message_types_by_name.values()
    return [message.name for message in messages if "announced" in message.fields_by_name]


def listener_to(owner: str, log: EventLog) -> Listener:
    """What takes in an owner's announcements, with the views that it feeds."""
    return LISTENERS[owner](HeardEvents(log), Trail(log), Indicators(log), BudgetLineSources(log))


class Ears(Messenger):
    """Reporting's three inboxes as the bus process holds them, without a broker: the test is the messenger."""

    def __init__(self, log: EventLog) -> None:
        super().__init__(
            {
                owner: Stream("reporting", listener_to(owner, log), log.pool, log.factory.tables, tries=1)
                for owner in LISTENERS
            }
        )
