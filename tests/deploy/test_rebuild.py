from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


def test_a_platform_that_does_not_run_and_a_service_that_is_not_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NSCL_RUN_FOLDER", str(tmp_path))
    for arguments, status, said in ((["registry", "--all"], 3, "does not run"), ([], 2, "Which service?")):
        command = [sys.executable, "-m", "deploy.local.rebuild", *arguments]
        ended = subprocess.run(command, check=False, capture_output=True, text=True)
        assert ended.returncode == status
        assert said in ended.stderr
