"""``python -m bench [part …]``: take the figures of some parts, or of all that need nothing from outside."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from functools import partial

from rich.console import Console

from bench import audit, bus, event_log, funding, peers, proof, registry, spine
from bench.figures import Figure, save, show
from deploy.local.platform import PROJECT

RESULTS = PROJECT / ".run" / "bench.json"
TITLES = {
    "event_log": "The event log",
    "bus": "The bus",
    "spine": "The spine",
    "registry": "The registry",
    "funding": "Funding",
    "proof": "The signed log",
    "audit": "The auditors' tool",
    "peers": "The event log beside other event stores",
}
WITHOUT_DOWNLOADS = ("event_log", "bus", "spine", "registry", "funding", "proof", "audit")
EVENTS = {"event_log": 10_000_000, "bus": 200_000, "proof": 10_000_000, "audit": 1_000_000}
ENTERPRISES = 1_000_000


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="part", help=f"{', '.join(TITLES)}; by default all but peers")
    sizes = " and ".join(f"{events:,} for {part}" for part, events in EVENTS.items())
    parser.add_argument("--events", type=int, help=f"the size of the large log; by default {sizes}")
    arguments = parser.parse_args()
    console = Console(width=None if Console().is_terminal else 140)
    if unknown := set(arguments.parts) - TITLES.keys():
        parser.error(f"no such part: {', '.join(unknown)}")
    measures: dict[str, Callable[[Console], list[Figure]]] = {
        "event_log": partial(event_log.measure, events=arguments.events or EVENTS["event_log"]),
        "bus": partial(bus.measure, events=arguments.events or EVENTS["bus"]),
        "spine": spine.measure,
        "registry": lambda _: registry.measure(ENTERPRISES),
        "funding": lambda _: funding.measure(),
        "proof": partial(proof.measure, events=arguments.events or EVENTS["proof"]),
        "audit": lambda _: audit.measure(arguments.events or EVENTS["audit"]),
        "peers": peers.measure,
    }
    for part in arguments.parts or WITHOUT_DOWNLOADS:
        figures = measures[part](console)
        save(RESULTS, part, figures)
        show(console, TITLES[part], figures)
    console.print(f"Written to {RESULTS.relative_to(PROJECT)}")


if __name__ == "__main__":
    main()
