"""Save an announcement of each new kind, and of each new field: ``python -m tests.saved_announcements.save``.

To be run, with ``.:generated`` for PYTHONPATH, when the rule about saved announcements asks for it: an announcement or
a field of one was added, and ``played`` was made to say it. What is saved already stays as it is.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from services.shared.bus.announcements import Announcement
from tests.saved_announcements import played
from tests.saved_announcements.samples import DIGESTS, FOLDER, digest_line, fields_said, in_words, message_of, samples


def main() -> None:
    """Let everything happen that is announced, and save what says something new."""
    with DIGESTS.open("a", encoding="utf-8") as digests:
        for announcement in news([*played.registry(), *played.support(), *played.training()]):
            path = save(announcement)
            digests.write(digest_line(path))
            print(f"saved {path.relative_to(FOLDER)}")


def news(announcements: Iterable[Announcement]) -> Iterator[Announcement]:
    """Those that say what neither a saved one says nor one before them."""
    said = set().union(*(fields_said(sample.message) for sample in samples()))
    for announcement in announcements:
        says = fields_said(message_of(announcement))
        if not says <= said:
            said |= says
            yield announcement


def save(announcement: Announcement) -> Path:
    """Write an announcement to a file of its own."""
    _, service, version, name = announcement.type.split(".")
    folder = FOLDER / service / version
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-{len(list(folder.glob(f'{name}-*.json'))) + 1}.json"
    saved = {**announcement.to_json(), "message": in_words(message_of(announcement))}
    with path.open("x", encoding="utf-8") as file:
        json.dump(saved, file, ensure_ascii=False, indent=2)
        file.write("\n")
    return path


if __name__ == "__main__":
    main()
