"""How soon and how fast announcements have their effects, and how long it takes to go on after a death."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

from bench.bus.rig import Rig, wait_until
from bench.bus.sample import LISTENER, OWNER, some_body, some_call
from bench.event_log.rounds import Round, alternate
from bench.event_log.worker import Worker
from bench.figures import Figure, percentile
from deploy.local.environment import python

__all__ = ["catch_up_figures", "latency_figures", "rate_figures", "resume_figures"]

PER_SECOND = 300
LATENCY_SECONDS = 10
ROUND_EVENTS = 20_000
ROUNDS = 3
DEATHS = 3


def catch_up_figures(rig: Rig, events: int) -> list[Figure]:
    """An empty listener takes in what has all been announced before: page by page, from the owner's log."""
    rig.fill(events)
    rig.pass_over_all()
    rig.start(OWNER)
    listener = rig.start(LISTENER, wait=False)
    wait_until(rig.heard)
    began, before = time.perf_counter(), rig.heard()
    wait_until(lambda: rig.heard() > events / 10)
    early_mib = listener.memory_mib()
    rig.wait_until_all_is_heard()
    rate = (events - before) / (time.perf_counter() - began)
    late_mib = listener.memory_mib()
    rig.check()
    return [
        Figure(f"catch-up over {events:,} announcements", rate, "/s", "wanted", 10_000, at_least=1),
        Figure("memory of the listener after all of them", late_mib, "MiB", "a tenth", early_mib, at_most=1.1),
    ]


def latency_figures(rig: Rig) -> list[Figure]:
    """From an event's commit to that of its effect, at a steady rate of single commands."""
    before = rig.log.head()
    with ThreadPoolExecutor(8) as threads:
        began, appends = time.monotonic(), []
        for number in range(PER_SECOND * LATENCY_SECONDS):
            time.sleep(max(0.0, began + number / PER_SECOND - time.monotonic()))
            appends.append(threads.submit(append, rig))
    for each in appends:
        each.result()
    rig.wait_until_all_is_heard()
    rig.check()
    events, effects = rig.committed_at(OWNER, before), rig.committed_at(LISTENER, before)
    latencies_ms = [1000 * (effect - event) for event, effect in zip(events, effects, strict=True)]
    p50, p99 = percentile(latencies_ms, 50), percentile(latencies_ms, 99)
    return [
        Figure(f"commit to effect at {PER_SECOND} announcements/s: p50 / p99", (p50, p99), "ms"),
        Figure("the same: p99", p99, "ms", "wanted", 100, at_most=1),
    ]


def rate_figures(rig: Rig) -> list[Figure]:
    """From the log to the effects through relay, broker and one listener, in turns with the bare loop."""
    with ExitStack() as stack:
        workers = [Worker(python("bench.bus.bare_kombu"), {"AMQP_URI": rig.broker.uri}) for _ in range(2)]
        publisher, consumer = map(stack.enter_context, workers)

        def bare() -> None:
            consumer.start("consume", messages=ROUND_EVENTS)
            publisher.do("publish", messages=ROUND_EVENTS)
            consumer.result()

        def bus() -> None:
            rig.fill(ROUND_EVENTS)
            rig.wait_until_all_is_heard()

        sides = {"bus": timed(bus), "bare": timed(bare)}
        for warm_up in sides.values():
            warm_up()
        turns = alternate(sides, ROUNDS)
    rig.check()
    rate, bare_rate = turns["bus"].per_second, turns["bare"].per_second
    return [
        Figure("announcements and their effects", rate, "/s", "bare kombu", bare_rate, at_least=0.3),
        Figure("the same", rate, "/s", "wanted", 3000, at_least=1),
    ]


def resume_figures(rig: Rig) -> list[Figure]:
    """Until the next effect: after the relay's leader is killed, and after a killed broker answers again."""
    replaced = [seconds_after_death_of_leader(rig) for _ in range(DEATHS)]
    resumed = [seconds_after_restart_of_broker(rig) for _ in range(DEATHS)]
    rig.check()
    worst = f"the worst of {DEATHS}"
    return [
        Figure(f"an effect again after the leader's death, {worst}", max(replaced), "s", "wanted", 5, at_most=1),
        Figure(f"an effect again after the broker's restart, {worst}", max(resumed), "s"),
    ]


def seconds_after_death_of_leader(rig: Rig) -> float:
    """With a standby beside it, which then leads."""
    leader = rig.running(OWNER)
    rig.start(OWNER)
    leader.kill()
    began = time.perf_counter()
    append(rig)
    rig.wait_until_all_is_heard()
    return time.perf_counter() - began


def seconds_after_restart_of_broker(rig: Rig) -> float:
    """Of an event that was appended while the broker was down."""
    rig.broker.cut_power()
    append(rig)
    rig.broker.start()
    began = time.perf_counter()
    rig.wait_until_all_is_heard()
    return time.perf_counter() - began


def timed(turn: Callable[[], None]) -> Callable[[], Round]:
    """A side whose turn brings a round's announcements to their end."""

    def side() -> Round:
        began = time.perf_counter()
        turn()
        return Round(ROUND_EVENTS, ROUND_EVENTS, ROUND_EVENTS / (time.perf_counter() - began))

    return side


def append(rig: Rig) -> None:
    """One public event, by a command of its own."""
    rig.log.save_for(some_call(), some_body())
