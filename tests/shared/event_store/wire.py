"""A wire between a service and its database that can be cut at a chosen moment."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from typing import Self

_APPEND = b"_append"


class Wire:
    """Forwards one port to the database at ``server``, which another one may take over.

    ``cut_question`` and ``cut_answer`` cut the wire at the next append: a question that is cut never reaches the
    server; after an answer is cut the server has carried out what was asked. While the wire ``is_silent`` it takes
    everything and passes nothing on; while it ``is_down`` it takes nobody's call.
    """

    def __init__(self, host: str, port: int) -> None:
        self.server = (host, port)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self.cut_question = self.cut_answer = False
        self.is_down = False
        self._may_speak = threading.Event()
        self._may_speak.set()
        self._open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._listening.close()
        self.is_silent = False
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

    def cut(self) -> None:
        """Cut every connection."""
        while self._open:
            end = self._open.pop()
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                if self.is_down:
                    client.close()
                    continue
                server = socket.create_connection(self.server)
                self._open += [client, server]
                self._answer_is_awaited = False
                threading.Thread(target=self._ask, args=(client, server), daemon=True).start()
                threading.Thread(target=self._answer, args=(server, client), daemon=True).start()

    def _ask(self, client: socket.socket, server: socket.socket) -> None:
        with suppress(OSError):
            while data := client.recv(65536):
                if _APPEND in data:
                    if self.cut_question:
                        self.cut_question = False
                        break
                    self._answer_is_awaited = self.cut_answer
                self._may_speak.wait()
                server.sendall(data)
        self._hang_up(client, server)

    def _answer(self, server: socket.socket, client: socket.socket) -> None:
        with suppress(OSError):
            while data := server.recv(65536):
                if self._answer_is_awaited:
                    self.cut_answer = self._answer_is_awaited = False
                    break
                self._may_speak.wait()
                client.sendall(data)
        self._hang_up(client, server)

    @staticmethod
    def _hang_up(*ends: socket.socket) -> None:
        for end in ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
