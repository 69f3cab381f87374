"""Somebody who asks for each step as a careful and as a careless caller would."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from google.protobuf.message import Message
from grpc import StatusCode

from tests.bad_input import told
from tests.support.api import requests
from tests.support.conftest import Counter
from tests.support.examples import LEAD, OFFICER, Person


@dataclass(frozen=True)
class Clerk:
    """Asks for each step as a careful and as a careless caller would."""

    counter: Counter

    def ask(self, method: str, request: Any, person: Person) -> Any:
        """The answer to a step that is first refused to who saw an older state, and then asked for three times."""
        if "etag" in request.DESCRIPTOR.fields_by_name:
            stale = _changed(request, request_id=str(uuid4()), etag="0")
            answer = told(lambda: self.counter.ask(method, stale, person))
            assert (answer.code, answer.reason) == (StatusCode.ABORTED, "RECORD_CHANGED"), method
        response = self.counter.ask(method, request, person)
        assert response.recorded.service == "support"
        assert self.counter.ask(method, request, person) == response, f"{method}, repeated"
        other = _changed(request)
        other.basis.cause = "registry:1"
        answer = told(lambda: self.counter.ask(method, other, person))
        assert (answer.code, answer.reason) == (StatusCode.INVALID_ARGUMENT, "REQUEST_ID_REUSED"), method
        return response


def open_task(clerk: Clerk, plan: tuple[str, str], line_id: str, **changes: Any) -> str:
    task_id: str = clerk.ask("ProposeTask", requests.propose_task(line_id, plan[0], **changes), OFFICER).task.task_id
    clerk.ask("EnlistTask", requests.enlist_task(task_id), LEAD)
    clerk.ask("OpenTaskCall", requests.open_task_call(task_id), OFFICER)
    return task_id


def _changed(request: Message, **changes: Any) -> Any:
    copy = type(request).FromString(request.SerializeToString())
    for name, value in changes.items():
        setattr(copy, name, value)
    return copy
