"""Somebody with all rights in the database changes history: whoever fetches the log is told which event is wrong."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg2
import pytest

from services.audit.archive import Folder, HeldLog, HistoryChanged, Missing
from services.audit.events import StoredEvent
from services.audit.fetch import Fetch
from services.audit.verify import Finding, Verification
from services.shared.event_store import Cursor, EventLog, migrate
from services.shared.transparency_log.checkpoints import Checkpoint
from services.shared.transparency_log.log_tree import LogTree
from services.shared.transparency_log.notes import Algorithm, Signer
from services.shared.transparency_log.policy import KnownLog, KnownWitness, Policy
from services.shared.transparency_log.publication import PublishedLog
from services.shared.transparency_log.signing import Memory, Signing
from tests.servers import Database
from tests.shared.transparency_log.stored import append, forge, integrate_all

ORIGIN = "log.test/orchard"
SIGNER = Signer.generate(ORIGIN)
POLICY = Policy(logs=[KnownLog(SIGNER.verifier)], quorum="none")

SWAP = """
    UPDATE {events} SET position = -position WHERE position IN (17, 20);
    UPDATE {events} SET position = 37 + position WHERE position < 0
"""
INSERT = """
    DELETE FROM {events} WHERE position = 300;
    UPDATE {events} SET position = -position WHERE position >= 200;
    UPDATE {events} SET position = 1 - position WHERE position < 0;
    INSERT INTO {events} SELECT 200, 1, gen_random_uuid(), topic, state FROM {events} WHERE position = 5
"""


@dataclass(frozen=True)
class Orchard:
    """A log of 300 events that is signed and published, and its owner's rights."""

    log: EventLog
    owner: Cursor
    folder: Path

    @property
    def tree(self) -> LogTree:
        return LogTree(self.log)

    def integrate(self, memory: str = "signed") -> None:
        integrate_all(self.tree, Signing(ORIGIN, (SIGNER,), Memory(self.folder / memory, ORIGIN)))

    def tamper(self, statement: str) -> None:
        forge(self.owner, self.log, statement)

    def read(self, path: str, limit: int) -> bytes:
        """As ``HttpLog``, without the network between."""
        content = PublishedLog(self.tree).read(path)
        if content is None or len(content) > limit:
            raise Missing(path)
        return content

    def events(self, after: int, up_to: int) -> Iterator[StoredEvent]:
        """As ``DoorEvents``, without the network between."""
        for event in self.log.recorder.read_all(after, up_to):
            stream = str(event.originator_id)
            yield StoredEvent(event.id, stream, event.originator_version, event.topic, event.state)

    def fetch(self, mirror: str = "mirror") -> Checkpoint:
        return Fetch(ORIGIN, self, self, self.folder / mirror, POLICY).run()

    def findings(self, mirror: str = "mirror", trusted: Checkpoint | None = None) -> list[Finding]:
        log = HeldLog(Folder(self.folder / mirror), ORIGIN)
        return list(Verification(log, POLICY, {"orchard": log}, trusted=trusted).findings())


@pytest.fixture
def orchard(module_database: Database, tmp_path: Path) -> Iterator[Orchard]:
    name = f"orchard_{secrets.token_hex(4)}"
    migrate(module_database.dsn_owner, name, module_database.service.name)
    connection = psycopg2.connect(module_database.dsn_owner)
    connection.autocommit = True
    with EventLog(name, module_database.service_env) as log, connection.cursor() as owner:
        orchard = Orchard(log, owner, tmp_path)
        append(log, 300)
        orchard.integrate()
        yield orchard
    connection.close()


def test_nothing_is_found_in_an_untouched_log(orchard: Orchard) -> None:
    assert orchard.fetch().size == 300
    assert orchard.findings() == []


@pytest.mark.parametrize(
    ("statement", "first"),
    [
        ("UPDATE {events} SET state = set_byte(state, octet_length(state) - 2, 57) WHERE position = 17", 17),
        ("UPDATE {events} SET state = set_byte(state, 0, 0) WHERE position = 280", 280),
        ("UPDATE {events} SET topic = 'orchard:Basket.Weighee' WHERE position = 17", 17),
        ("UPDATE {events} SET originator_version = 2 WHERE position = 17", 17),
        ("UPDATE {events} SET originator_id = '00000000-0000-0000-0000-00000000ffff' WHERE position = 17", 17),
        ("UPDATE {events} SET position = 100017 WHERE position = 17", 17),
        ("DELETE FROM {events} WHERE position = 17", 17),
        ("DELETE FROM {events} WHERE position > 290", 291),
        (SWAP, 17),
        (INSERT, 200),
    ],
    ids=[
        "state",
        "state unreadable",
        "topic",
        "version",
        "stream",
        "position",
        "deleted",
        "tail cut",
        "swapped",
        "inserted",
    ],
)
def test_the_first_event_that_was_tampered_with_is_named(orchard: Orchard, statement: str, first: int) -> None:
    orchard.tamper(statement)
    orchard.fetch()
    assert orchard.findings()[0].position == first


def test_a_whole_consistent_rewrite_is_seen_only_by_who_has_an_earlier_checkpoint(orchard: Orchard) -> None:
    trusted = orchard.fetch()
    orchard.tamper("UPDATE {events} SET state = set_byte(state, octet_length(state) - 2, 57) WHERE position = 17")
    for table in ("tiles", "checkpoints"):
        orchard.owner.execute(f"DELETE FROM {orchard.log.factory.tables.named(table)}")
    tracking = orchard.log.factory.tables.named("tracking")
    orchard.owner.execute(f"DELETE FROM {tracking} WHERE application_name = 'tree'")
    orchard.integrate(memory="nothing was signed before")

    assert orchard.fetch("newcomer").size == 300
    assert orchard.findings("newcomer") == []
    assert [finding.kind for finding in orchard.findings("newcomer", trusted)] == ["HistoryChanged"]
    with pytest.raises(HistoryChanged):
        orchard.fetch()
    assert orchard.findings(trusted=trusted) == []  # the mirror still has what was


def test_a_witness_that_must_have_cosigned_keeps_a_rewrite_from_counting(orchard: Orchard) -> None:
    witness = Signer.generate("stc.example.vn", Algorithm.COSIGNATURE)
    policy = Policy([KnownLog(SIGNER.verifier)], [KnownWitness("STC", witness.verifier)], quorum="STC")
    orchard.fetch()
    log = HeldLog(Folder(orchard.folder / "mirror"), ORIGIN)
    [finding] = Verification(log, policy, {"orchard": log}).findings()
    assert finding.kind == "Unsigned"
