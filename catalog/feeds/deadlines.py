"""How long fetching may take in all, whatever the other side does."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from catalog.feeds.sources import FetchFailed


class Deadline:
    """The moment at which everything must have come. Sockets that are watched are cut off then."""

    def __init__(self, total_s: float) -> None:
        self.total_s = total_s
        self.ends = time.monotonic() + total_s

    def left(self, most_s: float) -> float:
        """Seconds until the end, at most so many. Raises FetchFailed when there are none."""
        left = self.ends - time.monotonic()
        if left <= 0:
            raise self.passed()
        return min(left, most_s)

    def passed(self) -> FetchFailed:
        return FetchFailed(f"The file did not come within {self.total_s:g} seconds: the server is too slow.")

    @contextmanager
    def watch(self, sock: socket.socket) -> Iterator[None]:
        """A block whose socket dies at the end of time; what the block raises then is FetchFailed.

        A time-out of the socket begins again with every byte: a server that drips one at a time, in its
        headers too, would hold a worker for ever.
        """
        cut = threading.Event()

        def cut_off() -> None:
            cut.set()
            try:
                # of the class, not of the object: an SSL socket's own would pull the rug from under a reader
                socket.socket.shutdown(sock, socket.SHUT_RDWR)
            except OSError:
                return  # it is closed already

        timer = threading.Timer(max(self.ends - time.monotonic(), 0), cut_off)
        timer.daemon = True
        timer.start()
        try:
            yield
        except Exception:
            if cut.is_set():
                raise self.passed() from None
            raise
        finally:
            timer.cancel()
        if cut.is_set():
            raise self.passed()
