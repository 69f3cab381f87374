"""A wire between a process and a server that can be cut, slow, silent or down, or cut at a chosen moment."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Self

from deploy.local.ports import LOOPBACK

_APPEND = b"_append"


class Wire:
    """Forwards a port of its own to ``server``, which another one may take over, whether one is there or not.

    While the wire ``is_silent`` it takes everything and passes it on only afterwards, as a network does that was
    parted; while it ``is_down`` it takes nobody's call. ``cut_question`` and ``cut_answer`` cut it at the next append
    to a log: a question that is cut never reaches the database; after an answer is cut the database has carried out
    what was asked.
    """

    def __init__(self, host: str, port: int) -> None:
        self.server = (host, port)
        self.is_down = self.cut_question = self.cut_answer = False
        self._delay_seconds = 0.0
        self._may_speak = threading.Event()
        self._may_speak.set()
        self._open: set[socket.socket] = set()
        self._forgotten: set[socket.socket] = set()
        self._has_ended = threading.Event()
        self._listening = socket.create_server((LOOPBACK, 0))
        self.port: int = self._listening.getsockname()[1]

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)  # wakes the thread that accepts
        self._listening.close()
        self.is_silent = False
        self._has_ended.set()
        self.cut()

    @property
    def is_silent(self) -> bool:
        return not self._may_speak.is_set()

    @is_silent.setter
    def is_silent(self, silent: bool) -> None:
        if silent:
            self._may_speak.clear()
        else:
            self._may_speak.set()

    @contextmanager
    def silent(self) -> Iterator[None]:
        """Within, nothing arrives and nothing is refused."""
        self.is_silent = True
        try:
            yield
        finally:
            self.is_silent = False

    @contextmanager
    def slow(self, seconds: float) -> Iterator[None]:
        """Within, everything arrives so much later."""
        self._delay_seconds = seconds
        try:
            yield
        finally:
            self._delay_seconds = 0.0

    def cut(self) -> None:
        """Cut every connection; new ones are let through."""
        for end in list(self._open):
            _hang_up(end)

    def forget(self) -> None:
        """Pass nothing on any more over what is open, and tell nobody, as a firewall does; new ones are let through."""
        self._forgotten |= self._open

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                threading.Thread(target=self._connect, args=(client,), daemon=True).start()

    def _connect(self, client: socket.socket) -> None:
        try:
            if self.is_down:
                raise ConnectionRefusedError
            server = socket.create_connection(self.server)
        except OSError:
            client.close()
            return
        ends = {client, server}
        self._open |= ends
        answer_is_due = threading.Event()
        answers = threading.Thread(
            target=_forward,
            args=(server, client, lambda data: self._knows(client) and self._lets_answer(data, answer_is_due)),
            daemon=True,
        )
        answers.start()
        _forward(client, server, lambda data: self._knows(client) and self._lets_question(data, answer_is_due))
        answers.join()
        self._open -= ends
        for end in ends:
            end.close()

    def _knows(self, end: socket.socket) -> bool:
        if end in self._forgotten:
            self._has_ended.wait()
            return False
        return True

    def _lets_question(self, data: bytes, answer_is_due: threading.Event) -> bool:
        if _APPEND in data:
            if self.cut_question:
                self.cut_question = False
                return False
            if self.cut_answer:
                answer_is_due.set()
        return self._lets_pass()

    def _lets_answer(self, _data: bytes, answer_is_due: threading.Event) -> bool:
        if answer_is_due.is_set():
            self.cut_answer = False
            return False
        return self._lets_pass()

    def _lets_pass(self) -> bool:
        time.sleep(self._delay_seconds)
        return self._may_speak.wait()


def _forward(sender: socket.socket, receiver: socket.socket, lets_pass: Callable[[bytes], bool]) -> None:
    with suppress(OSError):
        while (data := sender.recv(65536)) and lets_pass(data):
            receiver.sendall(data)
    for end in (sender, receiver):
        _hang_up(end)


def _hang_up(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
