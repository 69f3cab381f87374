"""What a process tells of an act: under the act's own id, from whichever process; nothing about anybody."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from typing import Any
from uuid import UUID, uuid4

import pytest
from opentelemetry.trace import SpanKind, StatusCode

from services.shared.bus.announcements import Announcement
from services.shared.sent_traces import SENDING_SECONDS
from services.shared.traces import Traces, traces
from tests.collector import Told
from tests.rules.code import PROJECT

METHOD = "/nscl.training.v1.TrainingService/ScheduleCourse"
ACT = UUID("a2c4e6f8-1b3d-4f5a-8c7e-9d0b1f2e3a4c")
OF_ACT = "00-a2c4e6f81b3d4f5a8c7e9d0b1f2e3a4c-8c7e9d0b1f2e3a4c-01"
CALLERS = "00-11111111111111111111111111111111-2222222222222222-01"
ANNOUNCED = ("training:7", "nscl.training.v1.CourseScheduled")


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    told = Told()
    monkeypatch.setattr(Traces, "present", told.traces)
    return told


def answer(request_id: UUID | None, traceparent: str = "", outcome: dict[str, str] | None = None) -> Any:
    return traces().answering(METHOD, request_id, traceparent, outcome or {"code": "OK"})


def ids(span: Any) -> tuple[int, int]:
    return span.context.trace_id, span.context.span_id


def test_an_act_is_traced_under_its_request_id(told: Told) -> None:
    with answer(ACT):
        traces().appended(ACT, 7, 0)
    door, append = told.span(METHOD), told.span("append")
    assert (door.context.trace_id, door.kind, door.parent) == (ACT.int, SpanKind.SERVER, None)
    assert ids(append) == (ACT.int, ACT.int % 2**64)
    assert append.parent == door.context
    assert append.attributes == {"nscl.position": 7}


def test_whoever_reads_an_event_goes_on_behind_its_append(told: Told) -> None:
    assert traces().of_act(ACT) == OF_ACT
    with traces().processing("reporting.from.training", OF_ACT, ANNOUNCED):
        pass
    span = told.span("process reporting.from.training")
    assert (span.context.trace_id, span.parent.span_id, span.kind) == (ACT.int, ACT.int % 2**64, SpanKind.CONSUMER)
    assert list(span.attributes.values()) == list(ANNOUNCED)


def test_a_command_links_the_trace_its_caller_has_begun_and_a_question_goes_on_in_it(told: Told) -> None:
    with answer(ACT, CALLERS):
        pass
    command = told.span(METHOD)
    assert (command.context.trace_id, command.parent) == (ACT.int, None)
    assert [f"{link.context.trace_id:x}" for link in command.links] == ["1" * 32]
    with answer(None, CALLERS):
        pass
    question = told.span(METHOD)
    assert (f"{question.context.trace_id:x}", f"{question.parent.span_id:x}") == ("1" * 32, "2" * 16)


@pytest.mark.parametrize("traceparent", ["", "nonsense", "00-" + "0" * 32 + "-" + "0" * 16 + "-01"])
def test_what_is_no_traceparent_begins_a_trace(told: Told, traceparent: str) -> None:
    with answer(None, traceparent):
        pass
    assert told.span(METHOD).parent is None


def test_an_act_that_another_one_causes_has_a_trace_of_its_own_linked_to_it(told: Told) -> None:
    caused = uuid4()
    with traces().processing("reporting.from.training", OF_ACT, ANNOUNCED):
        traces().appended(caused, 8, 0)
    append = told.span("append")
    assert (append.context.trace_id, append.parent) == (caused.int, None)
    assert [link.context.trace_id for link in append.links] == [ACT.int]


def test_who_is_asked_by_the_way_is_told_the_trace(told: Told) -> None:
    with answer(ACT):
        ((name, traceparent),) = traces().carried()
    assert name == "traceparent"
    assert traceparent.startswith(f"00-{ACT.hex}-{told.span(METHOD).context.span_id:016x}-")


def test_a_handler_that_fails_is_told_by_its_kind_of_error_alone(told: Told) -> None:
    with pytest.raises(ValueError, match="Sáu"), traces().processing("stream", OF_ACT, ANNOUNCED):
        raise ValueError("Bà Sáu")
    span = told.span("process stream")
    assert (span.status.status_code, span.status.description) == (StatusCode.ERROR, "ValueError")
    assert not span.events


@pytest.mark.parametrize(
    ("code", "status"), [("NOT_FOUND", StatusCode.UNSET), ("INTERNAL", StatusCode.ERROR), ("OK", StatusCode.UNSET)]
)
def test_a_refusal_is_no_error_of_the_door_and_a_fault_is(told: Told, code: str, status: StatusCode) -> None:
    with answer(ACT, outcome={"code": code, "reason": "SOME_REASON"}):
        pass
    assert told.span(METHOD).status.status_code is status


def test_all_processes_choose_the_same_traces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_TRACES_SAMPLER", "parentbased_traceidratio")
    monkeypatch.setenv("OTEL_TRACES_SAMPLER_ARG", "0.5")
    told = Told()
    monkeypatch.setattr(Traces, "present", told.traces)
    acts = [uuid4() for _ in range(40)]
    for act in acts:
        with answer(act):
            pass
    chosen = {span.context.trace_id for span in told.all}
    assert {act.int for act in acts if traces().of_act(act).endswith("-01")} == chosen
    assert 0 < len(chosen) < len(acts)


def test_an_announcement_bears_its_trace_and_without_one_no_header() -> None:
    plain = Announcement("training", 7, 0, ANNOUNCED[1], "2025-03-01T00:00:00+00:00", str(ACT), b"")
    traced = Announcement("training", 7, 0, ANNOUNCED[1], "2025-03-01T00:00:00+00:00", str(ACT), b"", OF_ACT)
    assert traced.headers() == plain.headers() | {"cloudEvents_traceparent": OF_ACT}
    assert Announcement.heard(traced.headers(), b"") == traced
    assert Announcement.heard(plain.headers(), b"") == plain


def said_by(program: str, endpoint: str) -> str:
    """What a process says that traces to this collector, having run its program to the end."""
    begun = "from uuid import UUID; from services.shared.traces import trace_as, traces; trace_as('training', 'api'); "
    variables = {**os.environ, "PYTHONPATH": str(PROJECT), "OTEL_EXPORTER_OTLP_ENDPOINT": endpoint}
    command = [sys.executable, "-c", begun + program]
    return subprocess.run(command, env=variables, capture_output=True, text=True, timeout=60, check=True).stdout


def loaded_by(endpoint: str) -> set[str]:
    return set(said_by("import sys; print(*sys.modules)", endpoint).split())


def test_nothing_is_loaded_for_traces_that_nobody_collects() -> None:
    assert "opentelemetry" not in loaded_by("")


def test_traces_are_sent_without_grpc_and_eventlet() -> None:
    loaded = loaded_by("http://127.0.0.1:1")
    assert "opentelemetry" in loaded
    assert not loaded & {"grpc", "eventlet"}


def test_a_collector_that_does_not_answer_holds_up_no_end_for_long() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        began = time.monotonic()
        said_by("traces().appended(UUID(int=7), 1, 1)", f"http://127.0.0.1:{silent.getsockname()[1]}")
    assert time.monotonic() - began < 3 * SENDING_SECONDS
