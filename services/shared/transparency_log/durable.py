"""Files that are replaced whole, and are on the disk when that is said."""

from __future__ import annotations

import os
from pathlib import Path


def replace_durably(file: Path, content: bytes) -> None:
    """Put the content in place of the file, whole or not at all, and on the disk when this returns."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.new")
    with draft.open("wb") as writing:
        writing.write(content)
        writing.flush()
        os.fsync(writing.fileno())
    draft.replace(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
