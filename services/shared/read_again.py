"""What is read from files that others write while we run: keys, certificates, lists."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

T = TypeVar("T")

_log = logging.getLogger("nscl.files")


class ReadAgain(Generic[T]):
    """The content of files, read again whenever one of them was written.

    What cannot be read then, because it is wrong or only half there, leaves what was read before, and is tried again
    at the next look. At the start it raises whatever ``read`` does, and OSError.
    """

    def __init__(self, read: Callable[[], T], *files: Path) -> None:
        self._files = files
        self._read = read
        self._written_at = self._times()
        self._content = read()

    def current(self) -> T:
        """The content; the same object until it is read again."""
        try:
            written_at = self._times()
            if written_at != self._written_at:
                self._content = self._read()
                self._written_at = written_at
        except (OSError, ValueError) as error:
            _log.warning("%s stays as it was read before: %s", self._files[0], error)
        return self._content

    def _times(self) -> list[int]:
        return [file.stat().st_mtime_ns for file in self._files]
