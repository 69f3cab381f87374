"""What can be wrong with a published log, each with a sentence that names it."""

from __future__ import annotations


class TransparencyError(Exception):
    """Something of a transparency log is not as it must be."""


class Malformed(TransparencyError, ValueError):
    """Bytes that are not in the form they claim to be in."""


class SignatureInvalid(TransparencyError):
    """A signature that bears the name of a known key was not made by that key."""


class Unsigned(TransparencyError):
    """None of the known keys has signed, or too few of them."""


class ProofInvalid(TransparencyError):
    """A proof does not lead to the root it was made for."""
