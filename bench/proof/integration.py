"""What it costs the appends that each event is signed for, and how soon it is."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from bench.event_log.appends import appending
from bench.event_log.rounds import Round, alternate
from bench.event_log.server import Log
from bench.event_log.worker import Worker
from bench.figures import Figure
from deploy.local.environment import python
from deploy.local.postgres import PostgresServer

__all__ = ["integration_figures"]

# By its file, for the package would load what must come after the patching of eventlet.
INTEGRATOR = [sys.executable, str(Path(__file__).with_name("integrator.py"))]
IN_FLIGHT = 64
ROUNDS = 5
SECONDS = 5
# From the entry into the log, as the event says it, to the checkpoint's row; of every hundredth event.
LAGS_MS = """
SELECT percentile_cont(ARRAY[0.5, 0.99]) WITHIN GROUP (ORDER BY extract(epoch FROM (
    SELECT signed_at FROM bench_checkpoints WHERE size >= e.position ORDER BY size LIMIT 1
) - (convert_from(e.state, 'UTF8')::jsonb #>> '{act,recorded_at}')::timestamptz) * 1000)
FROM bench_events AS e
WHERE e.position %% 100 = 0 AND e.position > %(after)s AND e.position <= %(up_to)s
"""


def integration_figures(server: PostgresServer) -> list[Figure]:
    """The rate of appends with and without integration, in turns on two logs, and the lag."""
    plain, signed = Log.create(server, "plain"), Log.create(server, "signed")
    with ExitStack() as stack:
        memory = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "signed"
        writers = [
            stack.enter_context(Worker(python("bench.proof.writer"), log.environment())) for log in (plain, signed)
        ]
        integrator = stack.enter_context(Worker(INTEGRATOR, signed.environment()))
        integrated = integrating(integrator, memory, appending(writers[1:], IN_FLIGHT, SECONDS))
        sides = {"plain": appending(writers[:1], IN_FLIGHT, SECONDS), "integrated": integrated}
        for side in sides.values():
            side()
        warm = signed.head()
        turns = alternate(sides, ROUNDS)
        [lag_ms] = signed.ask(LAGS_MS, after=warm, up_to=signed.ask("SELECT max(size) FROM bench_checkpoints")[0])
    rate = {side: rounds.per_second for side, rounds in turns.items()}
    return [
        Figure("appends, 64 in flight, integrated", rate["integrated"], "/s", "not", rate["plain"], at_least=0.9),
        Figure("from the log to a checkpoint: p50 / p99", tuple(lag_ms), "ms"),
        Figure("p99 of that", lag_ms[1], "ms", "aim", 1000, at_most=1),
    ]


def integrating(integrator: Worker, memory: Path, append: Callable[[], Round]) -> Callable[[], Round]:
    """A side that appends while the log is integrated, and a second longer, so that everything is signed for."""

    def turn() -> Round:
        integrator.start("integrate", seconds=SECONDS + 1, memory=str(memory))
        appended = append()
        integrator.result()
        return appended

    return turn
