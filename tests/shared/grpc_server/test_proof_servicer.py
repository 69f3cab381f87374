"""What the door shows of its log: checkpoints and proofs to everybody known, events to auditors, to the byte."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest
from nscl.common.v1 import proof_service_pb2 as pb
from nscl.common.v1.proof_service_pb2_grpc import ProofServiceStub

from deploy.local.tokens import Issuer
from services.shared.event_store import EventLog
from services.shared.grpc_server import Door
from services.shared.grpc_server.proof_servicer import ProofServicer
from services.shared.settings import LogSettings
from services.shared.transparency_log.checkpoints import Checkpoint
from services.shared.transparency_log.entries import entry_of
from services.shared.transparency_log.log_tree import LogTree
from services.shared.transparency_log.notes import Note, Signer
from services.shared.transparency_log.proofs import LogProof
from services.shared.transparency_log.signing import LogCutShort, Memory, Signing
from services.shared.transparency_log.tree import check_consistency, check_inclusion, leaf_hash
from tests.shared.grpc_server.conftest import Client, Refused
from tests.shared.grpc_server.notebooks import NotebookServicer
from tests.shared.transparency_log.stored import append, integrate_all

ORIGIN = "log.test/notebooks"
SIGNER = Signer.generate(ORIGIN)


class Asker:
    """Somebody who asks for proofs, in one capacity."""

    def __init__(self, door: Door, issuer: Issuer) -> None:
        self.channel = grpc.insecure_channel(door.address)
        self._stub, self._issuer = ProofServiceStub(self.channel), issuer

    def ask(self, method: str, capacity: str | None = "clerk", timeout: float = 10, **request: Any) -> Any:
        """The answer, or all of them; Refused where there is none."""
        metadata = (
            [("authorization", f"Bearer {self._issuer.issue(capacity=capacity, body='STC')}")] if capacity else []
        )
        message = getattr(pb, f"{method}Request")(**request)
        try:
            answer = getattr(self._stub, method)(message, timeout=timeout, metadata=metadata)
            return list(answer) if method == "ReadEvents" else answer
        except grpc.RpcError as error:
            raise Refused(error) from None


@pytest.fixture(scope="module")
def signing(tmp_path_factory: pytest.TempPathFactory) -> Signing:
    return Signing(ORIGIN, (SIGNER,), Memory(tmp_path_factory.mktemp("memory") / "signed", ORIGIN))


@pytest.fixture
def tree(log: EventLog, signing: Signing) -> LogTree:
    tree = LogTree(log)
    if log.head() < 300:
        append(log, 300)
    integrate_all(tree, signing)
    return tree


@pytest.fixture
def asker(opened: Callable[..., Door], servicer: NotebookServicer, tree: LogTree, issuer: Issuer) -> Iterator[Asker]:  # noqa: ARG001
    servicers: list[Any] = [servicer, ProofServicer(servicer.log, None)]
    asker = Asker(opened(servicers), issuer)
    yield asker
    asker.channel.close()


def test_the_checkpoint_is_signed_by_the_log(asker: Asker, log: EventLog) -> None:
    note = Note.parse(asker.ask("GetCheckpoint").checkpoint.encode())
    note.must_be_signed_by([SIGNER.verifier])
    assert Checkpoint.of_note(note, ORIGIN).size == log.head()


def test_an_event_is_shown_to_be_in_the_tree(asker: Asker, tree: LogTree) -> None:
    for position, size in ((1, 1), (3, 200), (257, 300), (300, 300)):
        answer = asker.ask("GetInclusionProof", position=position, tree_size=size)
        assert (answer.leaf_index, answer.tree_size) == (position - 1, size)
        check_inclusion(position - 1, size, leaf_hash(answer.entry.encode()), answer.hashes, tree.root(size))
    assert asker.ask("GetInclusionProof", position=3).tree_size == tree.size()


def test_one_tree_is_shown_to_be_the_beginning_of_another(asker: Asker, tree: LogTree) -> None:
    for first, second in ((1, 300), (128, 300), (255, 257), (300, 300)):
        answer = asker.ask("GetConsistencyProof", first_size=first, second_size=second)
        check_consistency(first, second, tree.root(first), tree.root(second), answer.hashes)


def test_what_was_recorded_is_proved_as_soon_as_it_is_signed(
    asker: Asker, client: Client, tree: LogTree, signing: Signing
) -> None:
    opened = client.open()

    def integrate_later() -> None:
        time.sleep(0.3)
        integrate_all(tree, signing)

    later = threading.Thread(target=integrate_later)
    later.start()
    answer = asker.ask("GetTlogProof", position=opened.recorded.position)
    later.join()
    LogProof.parse(answer.tlog_proof.encode()).check(answer.entry.encode(), ORIGIN, [SIGNER.verifier])
    assert f"\n{opened.notebook.notebook_id}\n" in answer.entry


def test_events_come_as_they_are_stored_from_where_one_was_cut_off(asker: Asker, log: EventLog) -> None:
    stored = list(log.recorder.read_all())
    for after, up_to in ((None, None), (250, None), (0, 3), (7, 9), (len(stored), None), (10**12, None), (9, 7)):
        answers = asker.ask("ReadEvents", capacity="auditor", after=after, up_to=up_to)
        events = [event for answer in answers for event in answer.events]
        wanted = stored[after or 0 : len(stored) if up_to is None else up_to]
        assert [event.position for event in events] == [event.id for event in wanted]
        assert [
            entry_of(event.position, event.stream, event.version, event.topic, event.state) for event in events
        ] == [
            entry_of(event.id, str(event.originator_id), event.originator_version, event.topic, event.state)
            for event in wanted
        ]


def test_many_events_come_in_many_answers(asker: Asker, log: EventLog) -> None:
    append(log, 2_500)
    answers = asker.ask("ReadEvents", capacity="auditor")
    assert len(answers) > 1
    assert max(len(answer.events) for answer in answers) == 2_000


@pytest.mark.parametrize(
    ("method", "request_", "field"),
    [
        ("GetInclusionProof", {}, "position"),
        ("GetInclusionProof", {"position": -1}, "position"),
        ("GetInclusionProof", {"position": 1, "tree_size": 0}, "tree_size"),
        ("GetConsistencyProof", {"second_size": 5}, "first_size"),
        ("GetConsistencyProof", {"first_size": 5}, "second_size"),
        ("GetConsistencyProof", {"first_size": 5, "second_size": 4}, "second_size"),
        ("GetTlogProof", {}, "position"),
        ("ReadEvents", {"after": -1}, "after"),
        ("ReadEvents", {"up_to": -1}, "up_to"),
    ],
)
def test_a_wrong_field_is_named(asker: Asker, method: str, request_: dict[str, int], field: str) -> None:
    with pytest.raises(Refused) as refused:
        asker.ask(method, capacity="auditor", **request_)
    assert refused.value.code is grpc.StatusCode.INVALID_ARGUMENT
    assert field in [violation.field for violation in refused.value.violations]


@pytest.mark.parametrize(
    ("method", "request_", "reason", "sentence"),
    [
        ("GetInclusionProof", {"position": 10**9, "tree_size": 10**9}, "POSITION_NOT_IN_TREE", "Cây băm"),
        ("GetInclusionProof", {"position": 9, "tree_size": 8}, "POSITION_NOT_IN_TREE", "chưa đến vị trí 9: hiện có 8"),
        ("GetConsistencyProof", {"first_size": 1, "second_size": 10**9}, "POSITION_NOT_IN_TREE", "Cây băm"),
        ("GetTlogProof", {"position": 10**9}, "POSITION_NOT_RECORDED", "Sổ sự kiện chưa có vị trí 1000000000"),
    ],
)
def test_what_is_not_there_is_not_found(
    asker: Asker, method: str, request_: dict[str, int], reason: str, sentence: str
) -> None:
    with pytest.raises(Refused) as refused:
        asker.ask(method, **request_)
    assert (refused.value.code, refused.value.info.reason) == (grpc.StatusCode.NOT_FOUND, reason)
    assert sentence in refused.value.told.message


def test_an_event_that_nobody_signs_is_not_waited_for_without_end(asker: Asker, log: EventLog) -> None:
    append(log, 1)
    began = time.monotonic()
    with pytest.raises(Refused) as refused:
        asker.ask("GetTlogProof", position=log.head(), timeout=1)
    assert (refused.value.code, refused.value.info.reason) == (grpc.StatusCode.UNAVAILABLE, "TREE_LAGGED")
    assert "chưa có điểm kiểm tra" in refused.value.told.message
    assert time.monotonic() - began < 5


def test_events_are_for_auditors_and_proofs_for_everybody_known(asker: Asker) -> None:
    for capacity in ("clerk", "programme_officer", "administrator"):
        with pytest.raises(Refused) as refused:
            asker.ask("ReadEvents", capacity=capacity)
        assert refused.value.info.reason == "CAPACITY_NOT_PERMITTED"
    for method in ("GetCheckpoint", "ReadEvents"):
        with pytest.raises(Refused) as refused:
            asker.ask(method, capacity=None)
        assert refused.value.code is grpc.StatusCode.UNAUTHENTICATED


def test_a_door_does_not_open_on_a_log_that_was_cut_short(log: EventLog, tree: LogTree, tmp_path: Path) -> None:
    settings = LogSettings(ORIGIN, tmp_path / "signed")
    ProofServicer(log, settings)  # nothing is remembered
    Signing(ORIGIN, (SIGNER,), Memory(settings.memory, ORIGIN)).sign(tree.size() + 10**6, lambda _: bytes(32))
    with pytest.raises(LogCutShort):
        ProofServicer(log, settings)
