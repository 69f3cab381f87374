"""A service signs only what continues what it signed before, and knows a log that is not its own any more."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from services.shared.event_store import Cursor, EventLog, migrate
from services.shared.settings import LogSettings
from services.shared.transparency_log.errors import Malformed
from services.shared.transparency_log.log_tree import LogTree
from services.shared.transparency_log.notes import Note, Signer
from services.shared.transparency_log.signing import LogCutShort, LogReplaced, Memory, Signing
from tests.servers import Database
from tests.shared.transparency_log.conftest import ORIGIN, SIGNER
from tests.shared.transparency_log.stored import append, forge, integrate_all, stored


def test_what_was_signed_is_remembered(log: EventLog, tree: LogTree, signing: Signing) -> None:
    append(log, 5)
    integrate_all(tree, signing)
    remembered = signing.memory.recall()
    assert remembered is not None
    assert (remembered.size, remembered.root) == (5, tree.root(5))
    signing.memory.compare(tree, log.head())


def test_a_log_that_grew_is_the_same_log(log: EventLog, tree: LogTree, signing: Signing) -> None:
    append(log, 5)
    integrate_all(tree, signing)
    append(log, 300)
    signing.memory.compare(tree, log.head())
    integrate_all(tree, signing)
    signing.memory.compare(tree, log.head())


def test_a_tail_that_was_deleted_is_missed(log: EventLog, tree: LogTree, signing: Signing, owner: Cursor) -> None:
    append(log, 5)
    integrate_all(tree, signing)
    forge(owner, log, "DELETE FROM {events} WHERE position > 4")
    with pytest.raises(LogCutShort, match="has signed 5 events and holds 4"):
        signing.memory.compare(tree, log.head())


def test_a_second_log_under_the_same_name_is_known(
    log: EventLog, tree: LogTree, signing: Signing, module_database: Database
) -> None:
    append(log, 5)
    integrate_all(tree, signing)
    migrate(module_database.dsn_owner, "impostor", module_database.service.name)
    with EventLog("impostor", module_database.service_env) as impostor:
        second = LogTree(impostor)
        with pytest.raises(LogCutShort):
            signing.memory.compare(second, impostor.head())
        impostor.recorder.append([stored(number) for number in range(100, 120)])
        signing.memory.compare(second, impostor.head())  # its tree has yet to grow
        assert second.integrate(signing.sign, 3) == 3
        assert second.checkpoint() is None
        with pytest.raises(LogReplaced):
            second.integrate(signing.sign)
        second.integrate(lambda *_: b"by another key")
        with pytest.raises(LogReplaced):
            signing.memory.compare(second, impostor.head())


def test_nothing_is_signed_twice_at_one_size_with_two_roots(signing: Signing) -> None:
    signing.sign(3, lambda _: bytes(32))
    with pytest.raises(LogReplaced):
        signing.sign(3, lambda _: bytes([1]) * 32)
    with pytest.raises(LogReplaced):
        signing.sign(4, lambda _: bytes([1]) * 32)


def test_a_process_that_died_after_remembering_goes_on(log: EventLog, tree: LogTree, signing: Signing) -> None:
    append(log, 10)

    def dies_afterwards(size: int, root: Callable[[int], bytes]) -> bytes | None:
        signing.sign(size, root)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tree.integrate(dies_afterwards)
    assert (tree.size(), tree.checkpoint()) == (0, None)
    signing.memory.compare(tree, log.head())
    assert tree.integrate(signing.sign, 4) == 4
    assert tree.checkpoint() is None, "nothing shorter than what was signed is signed again"
    integrate_all(tree, signing)
    assert tree.checkpoint() is not None


def test_while_keys_change_both_sign(log: EventLog, tree: LogTree, signing: Signing, tmp_path: Path) -> None:
    append(log, 2)
    integrate_all(tree, signing)
    successor = Signer.generate(ORIGIN)
    both = Signing(ORIGIN, (SIGNER, successor), Memory(tmp_path / "signed", ORIGIN))
    note = tree.checkpoint() or b""
    assert signing.has_signed(note)
    assert not both.has_signed(note)
    tree.sign_anew(both.sign)
    note = tree.checkpoint() or b""
    assert both.has_signed(note)
    assert not signing.has_signed(note)
    Note.parse(note).must_be_signed_by([SIGNER.verifier, successor.verifier], at_least=2)


def test_a_log_is_signed_by_keys_of_its_own_name(tmp_path: Path) -> None:
    memory = Memory(tmp_path / "signed", ORIGIN)
    for signers in ((), (Signer.generate("log.test/market"),)):
        with pytest.raises(Malformed):
            Signing(ORIGIN, signers, memory)


def test_another_logs_memory_is_refused(signing: Signing, tmp_path: Path) -> None:
    Signing(
        "log.test/market", (Signer.generate("log.test/market"),), Memory(tmp_path / "signed", "log.test/market")
    ).sign(3, lambda _: bytes(32))
    with pytest.raises(Malformed, match="checkpoint of"):
        signing.memory.recall()


def test_settings_hold_keys_or_name_their_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "key").write_text(f"{SIGNER.secret_text()}\n")
    monkeypatch.setenv("ORCHARD_LOG_ORIGIN", ORIGIN)
    monkeypatch.setenv("ORCHARD_LOG_MEMORY_FILE", str(tmp_path / "signed"))
    for variable, value in (("KEY_FILES", str(tmp_path / "key")), ("KEYS", SIGNER.secret_text())):
        monkeypatch.setenv(f"ORCHARD_LOG_{variable}", value)
        settings = LogSettings.from_environment("orchard")
        assert Signing.by(settings).origin == ORIGIN
        assert SIGNER.secret_text() not in repr(settings)
        monkeypatch.delenv(f"ORCHARD_LOG_{variable}")
