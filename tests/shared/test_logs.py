"""The lines that operators read: one JSON object each, or text, and nothing in them that is nobody's business."""

from __future__ import annotations

import json
import logging
import subprocess
import sys

import pytest
from structlog.contextvars import bound_contextvars

from services.shared.logs import LogFormat, formatter
from tests.rules.code import PROJECT

SECRETS = {
    "amqp://support:geheim@broker:5672/nscl": "amqp://***@broker:5672/nscl",
    "amqps://support:ge@heim@broker//": "amqps://***@broker//",
    "host=database password=geheim user=support": "host=database password=*** user=support",
    "postgresql://support@database/nscl?password=geheim&sslmode=require": (
        "postgresql://***@database/nscl?password=***&sslmode=require"
    ),
}


def line(message: str, *, form: LogFormat = LogFormat.JSON, **record: object) -> str:
    """What is written of a record of some library."""
    made = logging.makeLogRecord({"name": "some.library", "levelname": "WARNING", "msg": message, **record})
    return formatter(form, "support", "bus").format(made)


def test_a_line_is_one_json_object_that_says_when_where_and_what_for() -> None:
    with bound_contextvars(cause="registry:7"):
        told = json.loads(line("hai\ndòng", tries=2))
    assert told.pop("time").endswith("Z")
    assert told == {
        "level": "warning",
        "logger": "some.library",
        "service": "support",
        "process": "bus",
        "message": "hai\ndòng",
        "cause": "registry:7",
        "tries": 2,
    }


def test_what_json_does_not_know_is_written_as_text() -> None:
    assert json.loads(line("odd", thing=ValueError("lạ")))["thing"] == "lạ"


@pytest.mark.parametrize("form", LogFormat)
def test_a_trace_says_where_and_of_what_kind_but_not_what_somebody_typed(form: LogFormat) -> None:
    try:
        try:
            int("Bà " + "Sáu")
        except ValueError as error:
            raise LookupError("Trời " + "Xanh") from error
    except LookupError as error:
        written = line("failed", form=form, exc_info=(type(error), error, error.__traceback__))
    assert written.index("builtins.LookupError") < written.index("builtins.ValueError")
    assert "test_logs.py" in written
    assert "Bà Sáu" not in written
    assert "Trời Xanh" not in written


@pytest.mark.parametrize("form", LogFormat)
@pytest.mark.parametrize("secret", SECRETS)
def test_no_password_is_written_down_whoever_says_it(secret: str, form: LogFormat) -> None:
    written = line(f"cannot reach {secret}, again", form=form)
    assert SECRETS[secret] in written
    assert "heim" not in written


def ended(log_format: str) -> subprocess.CompletedProcess[str]:
    """A process that warns, and dies."""
    program = """
import warnings
from services.shared.logs import log_as
log_as("support", "bus")
warnings.warn("old")
raise LookupError("no amqp://support:geheim@broker")
"""
    variables = {"NSCL_LOG_FORMAT": log_format, "PYTHONPATH": str(PROJECT)}
    return subprocess.run(
        [sys.executable, "-c", program], env=variables, capture_output=True, text=True, timeout=60, check=False
    )


def test_a_process_that_dies_says_so_in_a_line_as_every_other() -> None:
    process = ended("json")
    warned, died = map(json.loads, process.stderr.splitlines())
    assert (process.returncode, process.stdout) == (1, "")
    assert (warned["level"], warned["logger"]) == ("warning", "py.warnings")
    assert (died["level"], died["message"]) == ("critical", "ends: LookupError: no amqp://***@broker")


def test_a_format_that_nobody_knows_stops_the_process_at_once() -> None:
    assert "NSCL_LOG_FORMAT" in ended("xml").stderr
