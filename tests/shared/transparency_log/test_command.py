"""The command line copies, checks and rebuilds, and its exit status says what came of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from services.shared.event_store import Cursor, EventLog
from services.shared.settings import LogSettings, ProofSettings
from services.shared.transparency_log import command
from services.shared.transparency_log.log_tree import LogTree
from services.shared.transparency_log.signing import Signing
from tests.servers import Database
from tests.shared.transparency_log.conftest import ORIGIN
from tests.shared.transparency_log.stored import append, forge, integrate_all

Run = Callable[..., int]


@pytest.fixture
def run(log: EventLog, module_database: Database, tmp_path: Path) -> Run:
    """What the service's run_proof ends with."""
    settings = ProofSettings(module_database.service_env, LogSettings(ORIGIN, tmp_path / "signed"))
    return lambda *arguments: command.main(log.name, settings, [str(argument) for argument in arguments])


@pytest.fixture
def signed(log: EventLog, tree: LogTree, signing: Signing) -> None:
    append(log, 300)
    integrate_all(tree, signing)


@pytest.mark.usefixtures("signed")
def test_a_log_is_copied_checked_and_made_anew(run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert [run("publish", tmp_path / "public"), run("check"), run("rebuild")] == [0, 0, 0]
    assert capsys.readouterr().out.split("\n")[1:] == ["300 events as signed", "300 events", ""]
    assert (tmp_path / "public/tile/entries/001.p/44").exists()


@pytest.mark.usefixtures("signed")
def test_history_that_was_changed_is_named(
    run: Run, log: EventLog, owner: Cursor, capsys: pytest.CaptureFixture[str]
) -> None:
    forge(owner, log, "UPDATE {events} SET state = state || ' ' WHERE position = 3")
    assert [run("check"), run("rebuild")] == [1, 1]
    assert capsys.readouterr().err.count("TreeDiffers: the first 300 events") == 2
    forge(owner, log, "DELETE FROM {events} WHERE position > 200")
    assert run("check") == 1
    assert "LogCutShort" in capsys.readouterr().err


def test_before_anything_was_signed_there_is_nothing_to_copy_or_check(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert [run("publish", tmp_path / "public"), run("check"), run("rebuild")] == [2, 2, 0]
    assert capsys.readouterr().err.count("the bus process") == 2
