"""The public keys of those who may issue tokens: a JWKS, read from a file or an address, and again when it changes."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

import jwt
import urllib3

from services.shared.channel import is_on_this_machine
from services.shared.read_again import ReadAgain

FRESH_SECONDS = 300.0
# A token may name any key it likes: what it can make us ask for is bounded.
ASKED_AGAIN_AFTER_SECONDS = 10.0
ANSWERED_WITHIN_SECONDS = 5.0

_log = logging.getLogger("nscl.identity")
Keys = Mapping[str, jwt.PyJWK]


class PublishedKeys(Protocol):
    """Where keys are read from; both answers are the same object for as long as the keys are the same."""

    def current(self) -> Keys:
        """The keys by their ids."""

    def again(self) -> Keys:
        """The keys, for a token that names one which was not among them."""


def published_keys(source: str | Path) -> PublishedKeys:
    """The keys in a file, or at an ``https`` address (``http`` only on this machine).

    OSError where they cannot be read, ValueError where what is read is no JWKS, and for another address.
    """
    address = str(source)
    if "://" not in address:
        return KeysInFile(Path(source))
    scheme, _, rest = address.partition("://")
    if scheme != "https" and not (scheme == "http" and is_on_this_machine(rest.partition("/")[0])):
        raise ValueError(f"keys are fetched over https, not from {address}")
    return KeysAtAddress(address)


class KeysInFile:
    """Keys in a file, which is read again whenever it was written."""

    def __init__(self, path: Path) -> None:
        self._published = ReadAgain(lambda: _usable(path.read_text(encoding="utf-8")), path)

    def current(self) -> Keys:
        return self._published.current()

    again = current


class KeysAtAddress:
    """Keys at an address, asked for every five minutes; while it does not answer, the keys known so far hold."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._pool = urllib3.PoolManager(timeout=ANSWERED_WITHIN_SECONDS, retries=False)
        self._asking = threading.Lock()
        self._text = self._fetch()
        self._keys = _usable(self._text)
        self._asked_at = time.monotonic()

    def current(self) -> Keys:
        return self._known_since(FRESH_SECONDS)

    def again(self) -> Keys:
        return self._known_since(ASKED_AGAIN_AFTER_SECONDS)

    def _known_since(self, seconds: float) -> Keys:
        """The keys, asked for anew by one caller when that is longer ago; the others do not wait for the answer."""
        if time.monotonic() - self._asked_at > seconds and self._asking.acquire(blocking=False):
            try:
                text = self._fetch()
                if text != self._text:
                    self._keys, self._text = _usable(text), text
            except (OSError, ValueError) as error:
                _log.warning("the token keys are as they were: %s", error)
            finally:
                self._asked_at = time.monotonic()
                self._asking.release()
        return self._keys

    def _fetch(self) -> str:
        """The JWKS as it is published now; OSError when there is no answer."""
        try:
            answer = self._pool.request("GET", self._address)
        except urllib3.exceptions.HTTPError as error:
            raise OSError(f"{self._address} does not answer: {error}") from error
        if answer.status != 200:
            raise OSError(f"{self._address} answers {answer.status}")
        return answer.data.decode("utf-8")


def _usable(published: str) -> Keys:
    """The keys of a JWKS by their ids, those that can sign tokens; ValueError where it is none."""
    try:
        keys = jwt.PyJWKSet.from_json(published).keys
    except (jwt.PyJWTError, KeyError, TypeError) as error:
        raise ValueError(f"that is no JWKS: {error}") from error
    return {key.key_id: key for key in keys if key.key_id and key.key_type == "OKP"}
