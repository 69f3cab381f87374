"""Each guarantee broken on purpose, so that its tests show that they notice; one list for each room."""

from __future__ import annotations

from tests.mutations import bus, clients, event_store, transparency_log

MUTATIONS = [*event_store.MUTATIONS, *bus.MUTATIONS, *transparency_log.MUTATIONS, *clients.MUTATIONS]
