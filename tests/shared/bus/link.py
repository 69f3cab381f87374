"""A line between a process and a server that can be cut, slow, or silent."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Self

from deploy.local.ports import LOOPBACK


class Link:
    """Forwards a port of its own to one of this machine, as long as the block runs, whether a server is there or not.

    A silent link takes in what is sent and passes it on only when it speaks again, as a network does that was parted.
    """

    def __init__(self, server_port: int) -> None:
        self._server = (LOOPBACK, server_port)
        self._listening = socket.create_server((LOOPBACK, 0))
        self.port: int = self._listening.getsockname()[1]
        self._open: set[socket.socket] = set()
        self._delay_seconds = 0.0
        self._speaks = threading.Event()
        self._speaks.set()

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)  # wakes the thread that accepts
        self._listening.close()
        self._speaks.set()
        self.cut()

    def cut(self) -> None:
        """Cut every connection; new ones are let through."""
        for end in list(self._open):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    @contextmanager
    def slow(self, seconds: float) -> Iterator[None]:
        """Within, everything arrives so much later."""
        self._delay_seconds = seconds
        yield
        self._delay_seconds = 0.0

    @contextmanager
    def silent(self) -> Iterator[None]:
        """Within, nothing arrives and nothing is refused."""
        self._speaks.clear()
        yield
        self._speaks.set()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                threading.Thread(target=self._connect, args=(client,), daemon=True).start()

    def _connect(self, client: socket.socket) -> None:
        try:
            server = socket.create_connection(self._server)
        except OSError:
            client.close()
            return
        ends = client, server
        self._open.update(ends)
        answers = threading.Thread(target=self._forward, args=(server, client), daemon=True)
        answers.start()
        self._forward(client, server)
        answers.join()
        self._open.difference_update(ends)
        for end in ends:
            end.close()

    def _forward(self, sender: socket.socket, receiver: socket.socket) -> None:
        with suppress(OSError):
            while data := sender.recv(65536):
                time.sleep(self._delay_seconds)
                self._speaks.wait()
                receiver.sendall(data)
        for end in (sender, receiver):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
