"""What may stand in a text that people of this administration write and read."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_GENERAL_PUNCTUATION = range(0x2010, 0x203B)
_FURTHER_SIGNS = frozenset("°©®™²³₫–—…‰×÷±≤≥µ½¼¾§«»¿¡·€£")


def tidied(text: str) -> str:
    """The text in NFC, without white space at its ends, and with every kind of inner space a plain one."""
    if text.isascii():
        return text.strip()
    composed = unicodedata.normalize("NFC", text)
    return "".join(" " if unicodedata.category(sign) == "Zs" else sign for sign in composed).strip()


def has_controls(text: str, *, lines: bool) -> bool:
    """Whether invisible signs hide in the text: controls, direction marks, zero-width joiners, unassigned code points.

    With ``lines`` a line break or tab is as visible as any space.
    """
    if text.isascii() and text.isprintable():
        return False
    return any(unicodedata.category(sign)[0] == "C" and not (lines and sign in "\n\t") for sign in text)


def foreign_sign(text: str) -> str | None:
    """The first sign no Vietnamese text has (another script's letter, an emoji), or None.

    Vietnamese is written in Latin letters, all of them precomposed in NFC, so a lone combining mark is foreign too.
    """
    if text.isascii():
        return None
    return next((sign for sign in text if not _is_vietnamese(sign)), None)


@lru_cache(maxsize=4096)
def _is_vietnamese(sign: str) -> bool:
    if sign.isascii() or sign in _FURTHER_SIGNS:
        return True
    category = unicodedata.category(sign)
    if category[0] == "L":
        return unicodedata.name(sign, "").startswith("LATIN ")
    return category[0] == "P" and ord(sign) in _GENERAL_PUNCTUATION
