"""What a process writes down for those who operate it: its own lines and its libraries', on standard error.

Under ``NSCL_LOG_FORMAT=json`` each line is one JSON object, otherwise text for a terminal. A line knows its service and
process, and what it was written for: the method and request id of the call, the announcement that caused it. Neither
personal data nor passwords are in it. So a trace tells where an exception was raised and of what kind it is, but not
what it says, which may be what a person typed; who knows that it is harmless puts it into the line.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
from enum import StrEnum
from types import TracebackType
from typing import Self

import msgspec
import structlog
from environs import Env
from structlog.typing import EventDict, ExcInfo, WrappedLogger

_PASSWORD = re.compile(r"(?<=://)[^/\s]*(?=@)|(?<=password=)[^\s&]*")


class LogFormat(StrEnum):
    """How lines are written: for a terminal, or for what gathers them from every container."""

    TEXT = "text"
    JSON = "json"

    @classmethod
    def from_environment(cls) -> Self:
        """``NSCL_LOG_FORMAT``; EnvError when it is neither."""
        wanted: Self = Env().enum("NSCL_LOG_FORMAT", cls.TEXT, enum=cls, by_value=True)
        return wanted


def log_as(service: str, process: str) -> None:
    """Write every line that is logged from here on as this process of this service, also the one it dies with.

    EnvError when the format asked for is not known.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter(LogFormat.from_environment(), service, process))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    logging.captureWarnings(True)
    sys.excepthook = _log_end


def formatter(wanted: LogFormat, service: str, process: str) -> logging.Formatter:
    """Renders what is logged by whatever library, with what is bound to the call or announcement at hand."""

    def as_json(_logger: WrappedLogger, _method: str, line: EventDict) -> str:
        always = {name: line.pop(name) for name in ("time", "level", "logger")}
        always |= {"service": service, "process": process, "message": line.pop("event")}
        return msgspec.json.encode({**always, **line}, enc_hook=str).decode()

    as_text = structlog.dev.ConsoleRenderer(timestamp_key="time", colors=sys.stderr.isatty())
    return _WithoutPasswords(
        foreign_pre_chain=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.ExtraAdder(),
            structlog.processors.TimeStamper(fmt="iso", key="time"),
            structlog.processors.ExceptionRenderer(_trace),
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            as_json if wanted is LogFormat.JSON else as_text,
        ],
    )


class _WithoutPasswords(structlog.stdlib.ProcessorFormatter):
    """Takes passwords out of addresses and settings, whoever wrote them into the line."""

    def format(self, record: logging.LogRecord) -> str:
        return _PASSWORD.sub("***", super().format(record))


def _trace(exc_info: ExcInfo) -> str:
    """Where an exception and those behind it were raised, the first one last; not what they say."""
    error: BaseException | None = exc_info[1]
    lines = []
    while error is not None:
        lines += [f"{type(error).__module__}.{type(error).__qualname__}\n", *traceback.format_tb(error.__traceback__)]
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "".join(lines).rstrip()


def _log_end(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """The last line of a process that dies: of its set-up or an outage, which say nothing about a person."""
    logging.getLogger("nscl").critical("ends: %s: %s", kind.__name__, error, exc_info=(kind, error, trace))
