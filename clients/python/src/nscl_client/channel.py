"""The channel beneath a connection."""

from __future__ import annotations

from typing import Any

import grpc


class Channel(grpc.Channel):
    """Calls each method by its name, never by the handle that a stub asks for.

    An interceptor asks for the handle at every call, in whatever thread. grpcio's way to it is not meant for threads,
    and where the channel is closed meanwhile it ends the whole process (grpcio 1.85).
    """

    def __init__(self, channel: grpc.Channel) -> None:
        self._channel = channel

    def unary_unary(self, method: str, writes: Any = None, reads: Any = None, _by_handle: bool = False) -> Any:
        return self._channel.unary_unary(method, writes, reads)

    def unary_stream(self, method: str, writes: Any = None, reads: Any = None, _by_handle: bool = False) -> Any:
        return self._channel.unary_stream(method, writes, reads)

    def stream_unary(self, method: str, writes: Any = None, reads: Any = None, _by_handle: bool = False) -> Any:
        return self._channel.stream_unary(method, writes, reads)

    def stream_stream(self, method: str, writes: Any = None, reads: Any = None, _by_handle: bool = False) -> Any:
        return self._channel.stream_stream(method, writes, reads)

    def subscribe(self, callback: Any, try_to_connect: bool = False) -> None:
        self._channel.subscribe(callback, try_to_connect)

    def unsubscribe(self, callback: Any) -> None:
        self._channel.unsubscribe(callback)

    def close(self) -> None:
        self._channel.close()
