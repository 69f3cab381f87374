# ruff: noqa: N802, ARG002 - the methods bear the names of their rpcs, and every query is told who asks
"""A notebook service, small enough to show every way through the door, with its stubs made on the fly."""

from __future__ import annotations

import sys
import tempfile
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import singledispatch
from importlib import import_module
from pathlib import Path
from sysconfig import get_path
from typing import Any
from uuid import UUID, uuid4

from eventsourcing.persistence import IntegrityError, OperationalError
from google.protobuf.message import Message
from grpc_tools import protoc

from services.shared.deadline import remaining_seconds
from services.shared.event_store.log import Call, EventLog, Saved
from services.shared.grpc_server import (
    ANY_CAPACITY,
    Caller,
    Form,
    Page,
    bulk_command,
    caught_up,
    command,
    query,
)
from services.shared.record import Act, Record, recorded_by
from services.shared.refusals import Forbidden, Invalid, Missing, Refusal, Stale, Taken

MOST_NOTES = 10


def _make_stubs() -> tuple[Any, Any]:
    here, name = Path(__file__).parent, "notebook/v1/notebook"
    sources = (here / "proto", here.parents[2] / "proto", get_path("purelib"), Path(protoc.__file__).parent / "_proto")
    with tempfile.TemporaryDirectory() as made:
        paths = [f"--proto_path={path}" for path in sources]
        outcome = protoc.main(["protoc", *paths, f"--python_out={made}", f"--grpc_python_out={made}", f"{name}.proto"])
        assert outcome == 0, "the notebook proto does not compile"
        sys.path.insert(0, made)
        try:
            return import_module("notebook.v1.notebook_pb2"), import_module("notebook.v1.notebook_pb2_grpc")
        finally:
            sys.path.remove(made)


pb, pb_grpc = _make_stubs()


class NotebookFull(Refusal):
    sentence = "Sổ đã đủ {most} ghi chép."


class Notebook(Record):
    """A notebook with room for a few notes."""

    TOPIC = "notebooks:Notebook"

    class Event(Record.Event):
        """Something that happened to a notebook (sự kiện của sổ)."""

    class Opened(Event, Record.Created):
        """A notebook was opened (mở sổ)."""

        TOPIC = "notebooks:Notebook.Opened"
        title: str

        def sentence(self) -> str:
            return f"Mở sổ “{self.title}”."

    class NoteWritten(Event):
        """A note was written (ghi chép)."""

        TOPIC = "notebooks:Notebook.NoteWritten"
        note: str

        def sentence(self) -> str:
            return f"Ghi: {self.note}."

    Created = Opened

    @recorded_by(Opened)
    def __init__(self, act: Act, title: str) -> None:
        self.title = title
        self.opened_by = act
        self.notes: tuple[str, ...] = ()

    def write(self, act: Act, note: str) -> None:
        if len(self.notes) >= MOST_NOTES:
            raise NotebookFull(most=MOST_NOTES)
        self._note_written(act=act, note=note)

    @recorded_by(NoteWritten)
    def _note_written(self, act: Act, note: str) -> None:
        self.written_by = act
        self.notes += (note,)


@singledispatch
def to_message(record: Record) -> Message:
    raise NotImplementedError(type(record))


@to_message.register
def _(record: Notebook) -> Any:
    return pb.Notebook(
        notebook_id=str(record.id), title=record.title, notes=len(record.notes), etag=str(record.version)
    )


class Sample(Refusal):
    sentence = "Không được, vì {why}."


class SampleInvalid(Invalid):
    sentence = "Trường {field_name} sai."


class SampleMissing(Missing):
    sentence = "Không có."


class SampleTaken(Taken):
    sentence = "Đã có."


class SampleStale(Stale):
    sentence = "Đã cũ."


class SampleForbidden(Forbidden):
    sentence = "Không được phép."


TROUBLES: dict[str, Exception] = {
    "refusal": Sample(why="x" * 500),
    "invalid": SampleInvalid("lines[2].code", field_name="code"),
    "missing": SampleMissing(),
    "taken": SampleTaken(),
    "stale": SampleStale(),
    "forbidden": SampleForbidden(),
    "conflict": IntegrityError("duplicate key"),
    "database": OperationalError("connection refused at 10.0.0.7"),
    "fault": RuntimeError("secret of Nguyễn Văn A"),
}


class NotebookServicer(pb_grpc.NotebookServiceServicer):  # type: ignore[misc, name-defined]  # stubs made on the fly
    """The notebook service's door; ``before_saving`` lets a test act between a command's load and its save."""

    def __init__(self, log: EventLog) -> None:
        self.log = log
        self.before_saving: Callable[[], None] = lambda: None
        self.titles: Sequence[tuple[str, UUID]] = ()
        self.waited: list[tuple[int, float]] = []

    @command("clerk", resource="notebook")
    def OpenNotebook(self, request: Any, call: Call) -> Saved[Notebook]:
        form = Form(request)
        title = form.text("title", longest=20)
        form.check()
        return self.log.save_for(call, Notebook(act=call.act, title=title))

    @command("clerk", "head_clerk", resource="notebook")
    def WriteNote(self, request: Any, call: Call) -> Saved[Notebook]:
        form = Form(request)
        notebook_id, note = form.uuid("notebook_id"), form.text("note")
        form.check()
        notebook = self.log.load(Notebook, notebook_id, etag=call.etag)
        self.before_saving()
        notebook.write(call.act, note)
        return self.log.save_for(call, notebook)

    @bulk_command("clerk", resource="notebook")
    def WriteNotes(self, first: Any, following: Iterator[Any], call: Call) -> Any:
        saved = deque(self._written(first, following, call), maxlen=1).pop()
        return pb.WriteNotesResponse(notebook=to_message(saved.record), recorded={"position": saved.position})

    @bulk_command("clerk", resource="notebook")
    def CopyNotes(self, first: Any, following: Iterator[Any], call: Call) -> Iterator[Any]:
        for saved in self._written(first, following, call):
            yield pb.CopyNotesResponse(notebook=to_message(saved.record))

    def _written(self, first: Any, following: Iterator[Any], call: Call) -> Iterator[Saved[Notebook]]:
        notebook = self.log.load(Notebook, UUID(first.notebook_id))
        for message in following:
            notebook.write(call.act, message.note)
            yield self.log.save_for(replace(call, act=replace(call.act, request_id=uuid4())), notebook)

    @query(ANY_CAPACITY)
    def GetNotebook(self, request: Any, caller: Caller) -> Any:
        form = Form(request)
        notebook_id = form.uuid("notebook_id")
        form.check()
        return pb.GetNotebookResponse(notebook=to_message(self.log.load(Notebook, notebook_id)))

    @query("clerk")
    def ListNotebooks(self, request: Any, caller: Caller) -> Any:
        page = Page.read(request, tuple[str, UUID], usual=2, most=3)
        caught_up(self, request.min_position)
        found = sorted(row for row in self.titles if row[0].startswith(request.title_begins_with))
        rows = [row for row in found if page.after is None or row > page.after][: page.size + 1]
        shown, next_page_token = page.cut(rows, key=lambda row: row)
        return pb.ListNotebooksResponse(
            notebooks=[pb.Notebook(title=title, notebook_id=str(notebook_id)) for title, notebook_id in shown],
            next_page_token=next_page_token,
        )

    @query("clerk", "auditor", "service")
    def ProvokeTrouble(self, request: Any, caller: Caller) -> Any:
        if request.trouble in TROUBLES:
            raise TROUBLES[request.trouble]
        return pb.ProvokeTroubleResponse(remaining_seconds=remaining_seconds())

    def wait_for(self, position: int, timeout: float) -> None:
        self.waited.append((position, timeout))
