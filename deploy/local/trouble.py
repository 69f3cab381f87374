"""What stops the platform from coming up, said in one sentence to the person who started it."""

from __future__ import annotations

__all__ = ["Trouble"]


class Trouble(Exception):
    """Something only a person can put right; the message says what it is and what to do."""
