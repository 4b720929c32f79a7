"""A limit to the whole time of an exchange over the network."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress

__all__ = ["Limit"]


class Limit:
    """Ends an exchange by shutting its socket after so many seconds.

    A socket's own limit is for one read: a server that sends a byte now and then would hold us for ever.
    """

    def __init__(self, find_socket: Callable[[], socket.socket | None], seconds: float) -> None:
        self._find_socket, self._is_over = find_socket, False
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True

    def check(self) -> None:
        """TimeoutError once the limit is reached: what was cut off by us may look whole."""
        if self._is_over:
            raise TimeoutError

    def _end(self) -> None:
        self._is_over = True
        held = self._find_socket()
        if held is not None:
            with suppress(OSError):  # wakes whoever waits for it
                held.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> Limit:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
