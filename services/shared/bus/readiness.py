"""Whether this process does its work, and which part of it does not and why."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator

from prometheus_client import make_wsgi_app

StartResponse = Callable[[str, list[tuple[str, str]]], object]
Application = Callable[[dict[str, object], StartResponse], Iterable[bytes]]


class Part:
    """One thing this process does, as it last said about itself."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.ready = False
        self.says = "has not started"

    def is_ready(self, says: str) -> None:
        self.ready, self.says = True, says

    def is_not_ready(self, says: str) -> None:
        self.ready, self.says = False, says


Check = Callable[[], str]
"""Asks something outside right now: what it says when well; raises, with the reason, when not."""


class Readiness:
    """All parts of a process and what they depend on, over HTTP: ``/ready``, ``/live`` and ``/metrics``.

    Whatever else is asked for is looked for by ``beside``, an application of its own.
    """

    def __init__(
        self,
        parts: Iterable[Part],
        checks: dict[str, Check],
        before_metrics: Callable[[], None],
        beside: Application | None = None,
    ) -> None:
        self._parts = list(parts)
        self._checks = checks
        self._before_metrics = before_metrics
        self._metrics = make_wsgi_app()
        self._beside = beside

    def __call__(self, environ: dict[str, object], start_response: StartResponse) -> Iterable[bytes]:
        """The WSGI application."""
        path = environ.get("PATH_INFO")
        if path == "/metrics":
            self._before_metrics()
            lines: Iterable[bytes] = self._metrics(environ, start_response)
            return lines
        if path == "/ready":
            return self._answer(start_response, *self.report())
        if path == "/live":
            return self._answer(start_response, True, {})
        if self._beside is not None:
            return self._beside(environ, start_response)
        start_response("404 Not Found", [])
        return []

    def report(self) -> tuple[bool, dict[str, dict[str, object]]]:
        """Whether everything is ready, and each part with what it says."""
        parts = {part.name: {"ready": part.ready, "says": part.says} for part in self._parts}
        parts |= {name: {"ready": ready, "says": says} for name, ready, says in self._checked()}
        return all(part["ready"] for part in parts.values()), parts

    def _checked(self) -> Iterator[tuple[str, bool, str]]:
        for name, check in self._checks.items():
            try:
                yield name, True, check()
            except Exception as problem:
                yield name, False, f"{type(problem).__name__}: {problem}".strip()

    @staticmethod
    def _answer(start_response: StartResponse, ready: bool, parts: dict[str, dict[str, object]]) -> Iterable[bytes]:
        status = "200 OK" if ready else "503 Service Unavailable"
        start_response(status, [("Content-Type", "application/json; charset=utf-8")])
        return [json.dumps({"ready": ready, "parts": parts}, ensure_ascii=False).encode()]
