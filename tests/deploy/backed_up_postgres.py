"""A private PostgreSQL that is backed up as a cluster's databases are: a base backup, and each segment of its log."""

from __future__ import annotations

import shutil
import subprocess
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2

from deploy.local.postgres import BINARIES
from tests.mortal_postgres import MortalPostgres


class BackedUpPostgres(MortalPostgres):
    """What it writes ahead goes to an archive, segment by segment; from there and a backup it is made again."""

    def __init__(self, folder: Path) -> None:
        archive = folder / "archive"
        archive.mkdir()
        super().__init__(
            folder,
            archive_mode="on",
            archive_command=f"test ! -f {archive}/%f && cp %p {archive}/%f",
            restore_command=f"cp {archive}/%f %p",
        )
        self._backup = folder / "backup"

    def back_up(self) -> None:
        """Take a base backup beside all that goes on, and verify it as PostgreSQL does."""
        _run("pg_basebackup", "--dbname", self.server.dsn(), "--pgdata", self._backup, "--checkpoint", "fast")
        _run("pg_verifybackup", self._backup)

    def archive(self) -> None:
        """Close the segment that is written to; returns when the archive has it."""
        segment = self._ask("SELECT pg_walfile_name(pg_switch_wal())")
        while self._ask("SELECT coalesce(last_archived_wal, '') FROM pg_stat_archiver") < segment:
            time.sleep(0.05)

    def restore(self) -> None:
        """Make it again in an empty folder, as far as the archive goes; returns when it takes commands."""
        shutil.rmtree(self.data)
        shutil.copytree(self._backup, self.data)
        (self.data / "recovery.signal").touch()
        self.start()
        while self._ask("SELECT pg_is_in_recovery()"):
            time.sleep(0.05)

    def _ask(self, question: str) -> Any:
        with closing(psycopg2.connect(self.server.dsn())) as connection, connection.cursor() as cursor:
            connection.autocommit = True
            cursor.execute(question)
            ((answer,),) = cursor.fetchall()
        return answer


def _run(program: str, *arguments: str | Path) -> None:
    subprocess.run([BINARIES / program, *arguments], check=True, capture_output=True)
