"""What a bus process counts; every name begins with ``nscl_bus_``.

Lags are asked for when somebody looks, so that they grow even while nothing moves.
"""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

announced = Counter("nscl_bus_announced", "Announcements that every queue has")
returned = Counter("nscl_bus_returned", "Announcements given back by the broker because no queue was bound")
refused = Counter("nscl_bus_refused", "Announcements the broker refused to take")
confirms_timed_out = Counter("nscl_bus_confirms_timed_out", "Batches whose confirms did not come in time")
leader = Gauge("nscl_bus_leader", "1 while this process relays its service's log")
relay_lag_positions = Gauge("nscl_bus_relay_lag_positions", "Events of the log that the leader has not dealt with")
relay_lag_seconds = Gauge("nscl_bus_relay_lag_seconds", "Age of the oldest event the leader has not dealt with")

heard = Counter("nscl_bus_heard", "Announcements taken in, ignored ones among them", ["stream"])
repeats = Counter("nscl_bus_repeats", "Announcements dropped because they had been taken in before", ["stream"])
redelivered = Counter("nscl_bus_redelivered", "Messages the broker delivered again", ["stream"])
rejected = Counter("nscl_bus_rejected", "Messages that are no announcement of the owner", ["stream"])
gaps = Counter("nscl_bus_gaps", "Gaps filled by asking the owner", ["stream"])
retries = Counter("nscl_bus_retries", "Announcements whose handler failed and was tried again", ["stream"])
parked = Gauge("nscl_bus_parked", "1 while the stream stands still, by reason", ["stream", "reason"])
skipped = Gauge("nscl_bus_skipped", "Announcements that somebody let the stream pass over, ever", ["stream"])
inbox_lag_positions = Gauge("nscl_bus_inbox_lag_positions", "Positions known of and not taken in", ["stream"])
inbox_lag_seconds = Gauge("nscl_bus_inbox_lag_seconds", "Age of the oldest announcement not taken in", ["stream"])
delay_seconds = Histogram(
    "nscl_bus_delay_seconds",
    "From an event's entry into its owner's log to its effect here",
    ["stream"],
    buckets=(0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 60, 600),
)

tree_leader = Gauge("nscl_bus_tree_leader", "1 while this process integrates its service's log into its tree")
tree_lag_positions = Gauge("nscl_bus_tree_lag_positions", "Events of the log that are not in its tree")
history_lost = Counter("nscl_bus_history_lost", "Times the log was found not to be the one that was signed", ["error"])
witness_refusals = Counter("nscl_bus_witness_refusals", "Times that a witness did not cosign a checkpoint")

view_errors = Gauge("nscl_bus_view_errors", "1 while something keeps a view from following its log", ["view"])
view_lag_positions = Gauge("nscl_bus_view_lag_positions", "Events of the own log that a view has not seen", ["view"])
