"""The tree in the database is the tree of the log, however it came about, and says so when the log is not."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from eventsourcing.persistence import Notification, ProgrammingError

from services.shared.event_store import Cursor, EventLog
from services.shared.event_store.errors import TrackingConflict
from services.shared.transparency_log.checkpoints import Checkpoint
from services.shared.transparency_log.entries import Entry, entry_of
from services.shared.transparency_log.log_tree import LogNotDense, LogTree, TreeDiffers
from services.shared.transparency_log.notes import Note
from services.shared.transparency_log.signing import Signing
from services.shared.transparency_log.tiles import Tile, bundle_of
from services.shared.transparency_log.tree import EMPTY_ROOT, leaf_hash
from tests.shared.transparency_log import naive_tree
from tests.shared.transparency_log.conftest import ORIGIN, SIGNER
from tests.shared.transparency_log.stored import append, forge, integrate_all


def signed(tree: LogTree) -> Checkpoint:
    note = Note.parse(tree.checkpoint() or b"")
    note.must_be_signed_by([SIGNER.verifier])
    return Checkpoint.of_note(note, ORIGIN)


def entry(event: Notification) -> bytes:
    return entry_of(event.id, str(event.originator_id), event.originator_version, event.topic, event.state)


def rows(log: EventLog) -> list[tuple[int, int, bytes]]:
    with log.pool.cursor() as cursor:
        cursor.execute(f"SELECT level, index, hashes FROM {log.factory.tables.named('tiles')} ORDER BY level, index")
        return [(level, index, bytes(hashes)) for level, index, hashes in cursor.fetchall()]


def test_an_empty_log_is_signed_too(tree: LogTree, signing: Signing) -> None:
    assert tree.integrate(signing.sign) == 0
    assert signed(tree) == Checkpoint(ORIGIN, 0, EMPTY_ROOT)


@pytest.mark.parametrize("at_once", [1, 7, 256, 4_000])
def test_the_tree_is_that_of_the_log_however_it_came_about(
    log: EventLog, tree: LogTree, signing: Signing, at_once: int
) -> None:
    append(log, 600 if at_once > 1 else 20)
    integrate_all(tree, signing, at_once)
    entries = [entry(event) for event in log.recorder.read_all()]
    assert signed(tree) == Checkpoint(ORIGIN, len(entries), naive_tree.root([leaf_hash(each) for each in entries]))
    assert Entry.parse(entries[4]).position == 5


def test_what_is_published_is_there_to_its_width_and_no_further(log: EventLog, tree: LogTree, signing: Signing) -> None:
    append(log, 300)
    integrate_all(tree, signing)
    append(log, 1)
    entries = [entry(event) for event in log.recorder.read_all()]
    assert tree.published(Tile(None, 1, 44)) == bundle_of(entries[256:300])
    assert tree.published(Tile(None, 1, 3)) == bundle_of(entries[256:259])
    assert len(tree.published(Tile(0, 1, 44)) or b"") == 44 * 32
    assert len(tree.published(Tile(1, 0, 1)) or b"") == 32
    for absent in (Tile(None, 1, 45), Tile(None, 2, 1), Tile(0, 1, 45), Tile(0, 1), Tile(1, 0, 2), Tile(2, 0, 1)):
        assert tree.published(absent) is None


def test_of_two_that_integrate_one_wins_and_nothing_is_half_done(
    log: EventLog, tree: LogTree, signing: Signing
) -> None:
    append(log, 10)

    def sign_while_another_is_faster(size: int, root: Callable[[int], bytes]) -> bytes | None:
        integrate_all(LogTree(log), signing)
        return signing.sign(size, root)

    with pytest.raises(TrackingConflict):
        tree.integrate(sign_while_another_is_faster, 3)
    assert tree.size() == 10
    tree.check(10, tree.root(10))


def test_tiles_made_anew_are_equal(log: EventLog, tree: LogTree, signing: Signing) -> None:
    append(log, 66_000)
    integrate_all(tree, signing)
    before = rows(log)
    assert tree.rebuild() == 66_000
    assert rows(log) == before
    tree.check(66_000, signed(tree).root)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE {events} SET state = state || ' ' WHERE position = 3",
        "UPDATE {events} SET topic = 'orchard:Basket.Sold' WHERE position = 3",
        "UPDATE {events} SET originator_version = 2 WHERE position = 3",
        "UPDATE {events} SET originator_id = gen_random_uuid() WHERE position = 3",
        "UPDATE {events} SET position = position + 1000000 WHERE position = 3",
        "DELETE FROM {events} WHERE position = 3",
        "DELETE FROM {events} WHERE position = 20",
    ],
)
def test_a_changed_event_gives_another_tree(
    log: EventLog, tree: LogTree, signing: Signing, owner: Cursor, change: str
) -> None:
    append(log, 20)
    integrate_all(tree, signing)
    before = rows(log)
    forge(owner, log, change)
    with pytest.raises((TreeDiffers, LogNotDense)):
        tree.check(20, tree.root(20))
    with pytest.raises((TreeDiffers, LogNotDense)):
        tree.rebuild()
    assert rows(log) == before


def test_an_event_that_is_missing_is_not_passed_over(
    log: EventLog, tree: LogTree, signing: Signing, owner: Cursor
) -> None:
    append(log, 20)
    forge(owner, log, "DELETE FROM {events} WHERE position = 7")
    with pytest.raises(LogNotDense, match="position 7"):
        tree.integrate(signing.sign)
    assert tree.size() == 0


def test_the_service_may_forget_a_tile_and_never_what_it_signed(log: EventLog, tree: LogTree, signing: Signing) -> None:
    append(log, 3)
    integrate_all(tree, signing)
    with pytest.raises(ProgrammingError, match="permission denied"), log.pool.cursor() as cursor:
        cursor.execute(f"DELETE FROM {log.factory.tables.named('checkpoints')}")
    with log.pool.cursor() as cursor:
        cursor.execute(f"DELETE FROM {log.factory.tables.named('tiles')}")
