"""Names and numbers as they are compared: people write the same one in several ways."""

from __future__ import annotations

import unicodedata


def plain(name: str) -> str:
    """The name without what makes no difference: case, spacing and Unicode form."""
    return "".join(unicodedata.normalize("NFC", name).casefold().split())
