"""What an answer tells of files that the caller may not see is denied, and left out of lists."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from operator import attrgetter
from typing import Any, TypeVar
from uuid import UUID

from google.protobuf.message import Message

from services.shared.grpc_server import Caller
from services.support.application.files import Files

Q = TypeVar("Q", bound=Message)
A = TypeVar("A", bound=Message)


def of_files(path: str) -> Callable[[Callable[[Any, Q, Caller], A]], Callable[[Any, Q, Caller], A]]:
    """Declare which field of a query's answer tells of files, each message of it by its ``task_id``.

    It may lie within another: ``ranking.places``. Stands between ``query`` and the method, whose servicer has its
    ``Support`` as ``_support``. A single record is denied to the person, in whatever capacity they ask; of many those
    are left out that they may not see.
    """
    *outer, field = path.split(".")

    def declare(method: Callable[[Any, Q, Caller], A]) -> Callable[[Any, Q, Caller], A]:
        @wraps(method)
        def shown(self: Any, request: Q, caller: Caller) -> A:
            answer = method(self, request, caller)
            holder = attrgetter(".".join(outer))(answer) if outer else answer
            files: Files = self._support.files
            if isinstance(told := getattr(holder, field), Message):
                files.must_show(UUID(told.task_id), caller.person_id)  # type: ignore[attr-defined]  # by its declaration
            else:
                _leave_out(told, files, caller)
            return answer

        shown.path_of_files = path  # type: ignore[attr-defined]  # read by the test that walks every method
        return shown

    return declare


def _leave_out(rows: Any, files: Files, caller: Caller) -> None:
    hidden = files.hidden_from(caller.person_id, sorted({UUID(row.task_id) for row in rows if row.task_id}))
    kept = [row for row in rows if not row.task_id or UUID(row.task_id) not in hidden]
    del rows[:]
    rows.extend(kept)
