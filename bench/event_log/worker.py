"""A process of its own for one side of a measurement: it stays up between rounds, and takes one job a line, as JSON."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from typing import Any, Self

from deploy.local.environment import common_environment, python
from deploy.local.platform import PROJECT

__all__ = ["Worker", "reader", "take_jobs", "writer"]


class Worker:
    """The parent's end: a command that runs as long as the ``with`` block does."""

    def __init__(self, command: list[str], environment: Mapping[str, str]) -> None:
        self._command = command
        self._environment = {**common_environment(os.environ, PROJECT), **environment}

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            self._command, env=self._environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()

    def start(self, job: str, **arguments: Any) -> None:
        """Let the worker begin."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"job": job, **arguments}) + "\n")
        self._process.stdin.flush()

    def result(self) -> Any:
        """What the job that was started came to."""
        assert self._process.stdout is not None
        answer = self._process.stdout.readline()
        if not answer:
            raise SystemExit(f"{' '.join(self._command)} ended with status {self._process.wait()}")
        return json.loads(answer)

    def do(self, job: str, **arguments: Any) -> Any:
        """Start a job and wait for its result."""
        self.start(job, **arguments)
        return self.result()


def reader(environment: Mapping[str, str]) -> Worker:
    """A process that reads the log which the environment names."""
    return Worker(python("bench.event_log.reader"), environment)


def writer(environment: Mapping[str, str]) -> Worker:
    """A process that appends to the log which the environment names."""
    return Worker(python("bench.event_log.writer"), environment)


def take_jobs(jobs: Mapping[str, Callable[..., Any]]) -> None:
    """The worker's end: do what each line of standard input names, until it is closed."""
    for line in sys.stdin:
        arguments = json.loads(line)
        print(json.dumps(jobs[arguments.pop("job")](**arguments)), flush=True)
