"""Before anything starts: nobody runs here already, nothing is left of an earlier start, disk and ports suffice."""

from __future__ import annotations

import fcntl
import os
import shutil
from contextlib import suppress
from pathlib import Path

from deploy.local.ports import Ports, holder_of, is_free
from deploy.local.trouble import Trouble

__all__ = ["LOCK_NAME", "FolderLock", "check_disk", "check_ports", "runner_of"]

LOCK_NAME = "run.lock"
LEAST_FREE_BYTES = 1 << 30


class FolderLock:
    """Only one platform runs in a folder: held as long as this process lives, so that it is never stale."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._descriptor: int | None = None

    def take(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._folder / LOCK_NAME, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            runner = runner_of(self._folder)
            raise Trouble(
                f"The platform runs already in {self._folder} (process {runner}): see it with 'make status',"
                " stop it with 'make stop'."
            ) from None
        os.truncate(descriptor, 0)
        os.write(descriptor, str(os.getpid()).encode())
        self._descriptor = descriptor

    @property
    def is_held(self) -> bool:
        return self._descriptor is not None

    def give_back(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def runner_of(folder: Path) -> int | None:
    """The process that runs the folder's platform now, if any."""
    with suppress(FileNotFoundError), (folder / LOCK_NAME).open("rb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return int(lock.read() or 0)
    return None


def check_disk(folder: Path) -> None:
    """``Trouble`` where the disk has too little room to begin with."""
    free = shutil.disk_usage(folder).free
    if free < LEAST_FREE_BYTES:
        raise Trouble(
            f"The disk of {folder} is nearly full ({free // (1 << 20)} MiB free): the platform needs"
            f" {LEAST_FREE_BYTES // (1 << 20)} MiB. Free some space and start again."
        )


def check_ports(ports: Ports) -> None:
    """``Trouble`` naming every port that somebody else holds, who that is, and the variable that changes it."""
    taken = [_taken(variable, port) for variable, port in ports.items() if not is_free(port)]
    if taken:
        raise Trouble("\n".join([*taken, "Stop what holds the port, or choose another by its variable."]))


def _taken(variable: str, port: int) -> str:
    holder = holder_of(port)
    by = f" by {holder.name()} (process {holder.pid})" if holder else ""
    return f"Port {port} is taken{by}; its variable is {variable}."
