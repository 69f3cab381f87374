"""The Grafana dashboard of the platform, as code: ``make dashboard`` writes ``dashboard.json`` to import as it is."""

from __future__ import annotations

from pathlib import Path

from grafana_foundation_sdk.builders.dashboard import Dashboard, Row
from grafana_foundation_sdk.builders.prometheus import Dataquery
from grafana_foundation_sdk.builders.timeseries import Panel
from grafana_foundation_sdk.cog.encoder import JSONEncoder

FILE = Path(__file__).with_name("dashboard.json")

ROWS: dict[str, list[tuple[str, str, str, str]]] = {
    "Doors": [
        ("Calls", "reqps", "sum by (service) (rate(nscl_calls_total[$__rate_interval]))", "{{service}}"),
        (
            "Latency, 99 of 100 calls",
            "s",
            "histogram_quantile(0.99, sum by (service, le) (rate(nscl_call_seconds_bucket[$__rate_interval])))",
            "{{service}}",
        ),
        (
            "Refusals by reason",
            "reqps",
            "topk(10, sum by (service, reason) (rate(nscl_refusals_total[$__rate_interval])))",
            "{{service}} {{reason}}",
        ),
        ("Calls in hand", "short", "sum by (service) (nscl_calls_in_flight)", "{{service}}"),
    ],
    "Logs": [
        ("Events", "short", "max by (service) (nscl_log_position)", "{{service}}"),
        ("Growth", "cps", "max by (service) (deriv(nscl_log_position[$__rate_interval]))", "{{service}}"),
        (
            "Errors",
            "cps",
            "sum by (log, error) (rate(nscl_event_log_errors_total[$__rate_interval]))",
            "{{error}}",
        ),
        ("Events not signed", "short", "max by (service) (nscl_bus_tree_lag_positions)", "{{service}}"),
    ],
    "Bus": [
        ("Relay behind the log", "s", "max by (service) (nscl_bus_relay_lag_seconds)", "{{service}}"),
        ("Inbox behind its owner", "s", "max by (stream) (nscl_bus_inbox_lag_seconds)", "{{stream}}"),
        ("Streams that stand still", "short", "max by (stream, reason) (nscl_bus_parked)", "{{stream}} {{reason}}"),
        (
            "Views behind the log",
            "short",
            "max by (service, view) (nscl_bus_view_lag_positions)",
            "{{view}}",
        ),
    ],
    "Programme": [
        (
            "Money by stage, this year and those before",
            "currencyVND",
            "sum by (stage) (max by (year, source, stage) (nscl_budget_vnd))",
            "{{stage}}",
        ),
        (
            "Money reserved and not yet paid, by source",
            "currencyVND",
            'sum by (source) (max by (year, source, stage) (nscl_budget_vnd{stage=~"reserved|committed|advanced"}))',
            "{{source}}",
        ),
        ("Steps waited for", "short", "max by (step) (nscl_waiting_steps)", "{{step}}"),
        ("Oldest step waited for", "d", "max by (step) (nscl_oldest_waiting_step_days)", "{{step}}"),
    ],
}
"""By row: a panel's title, its unit, its query and what each line is called."""


def dashboard() -> str:
    """The dashboard in Grafana's JSON."""
    drawn = Dashboard("NSCL").uid("nscl").refresh("30s").time("now-6h", "now").timezone("Asia/Ho_Chi_Minh").readonly()
    for row, panels in ROWS.items():
        drawn = drawn.with_row(Row(row))
        for title, unit, query, legend in panels:
            target = Dataquery().expr(query).legend_format(legend).ref_id("A")
            drawn = drawn.with_panel(Panel().title(title).unit(unit).with_target(target))
    return JSONEncoder(sort_keys=True, indent=2).encode(drawn.build()) + "\n"


if __name__ == "__main__":
    FILE.write_text(dashboard(), encoding="utf-8")
