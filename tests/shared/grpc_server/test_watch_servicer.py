"""Announcements are answered however large they are together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import grpc
from nscl.common.v1 import watch_service_pb2 as pb
from nscl.common.v1.watch_service_pb2_grpc import WatchServiceStub
from nscl.training.v1.training_events_pb2 import CourseHeld

from deploy.local.tokens import Issuer
from services.shared.event_store import EventLog
from services.shared.grpc_server import Door
from services.shared.grpc_server.watch_servicer import WatchServicer
from tests.announcing import told
from tests.shared.grpc_server.conftest import Client
from tests.shared.grpc_server.notebooks import NotebookServicer


def test_no_answer_is_larger_than_a_caller_takes(opened: Callable[..., Door], log: EventLog, issuer: Issuer) -> None:
    large: Any = WatchServicer(log, lambda _event, _position: told(CourseHeld, sentence="x" * 1_000_000))
    door = opened([NotebookServicer(log), large])
    client = Client(door, issuer.issue(capacity="clerk", body="SKHCN"))
    opened_at = [client.open().recorded.position for _ in range(8)]
    metadata = [("authorization", f"Bearer {issuer.issue(capacity='auditor', body='STC')}")]
    with grpc.insecure_channel(door.address) as channel:
        asked = pb.WatchRequest(after_position=opened_at[0] - 1)
        answers = list(WatchServiceStub(channel).Watch(asked, timeout=30, metadata=metadata))
    assert [each.position for answer in answers for each in answer.announcements] == opened_at
    assert answers[-1].read_to_position == opened_at[-1]
    client.channel.close()
