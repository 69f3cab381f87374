"""The limit: pgbench, PostgreSQL's own load generator, with one statement per transaction and nothing around it."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from bench.event_log.rounds import Round
from deploy.local.postgres import BINARIES, PostgresServer

__all__ = ["Pgbench"]


@dataclass(frozen=True)
class Pgbench:
    """One statement against one database, prepared, by two threads of pgbench."""

    server: PostgresServer
    database: str
    script: Path
    variables: dict[str, str]

    def run(self, clients: int, seconds: int) -> Round:
        """Run the statement over and over by so many clients; the time to connect does not count."""
        settings = [f"--define={name}={value}" for name, value in self.variables.items()]
        command = [
            str(BINARIES / "pgbench"), "--no-vacuum", "--protocol=prepared", f"--client={clients}",
            f"--jobs={min(2, clients)}", f"--time={seconds}", f"--file={self.script}", *settings,
            self.server.dsn(self.database),
        ]  # fmt: skip
        said = subprocess.run(command, capture_output=True, text=True, check=False)
        transactions = re.search(r"transactions actually processed: (\d+)", said.stdout)
        rate = re.search(r"tps = ([\d.]+) \(without", said.stdout)
        if said.returncode or not transactions or not rate:
            raise SystemExit(f"pgbench failed ({said.returncode}): {said.stderr or said.stdout}")
        return Round(settled=int(transactions[1]), appended=int(transactions[1]), per_second=float(rate[1]))
