"""The HTTP server: werkzeug's threads, with connections that stay open and answers in one write."""

from __future__ import annotations

import io
from typing import Any

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from .faults import DropConnectionError

MAX_BODY = 1_048_576
IDLE_S = 75


class Connection(WSGIRequestHandler):
    """One client's connection. Werkzeug's own closes after every answer; this one stays open."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = IDLE_S

    def run_wsgi(self) -> None:
        """Answers one request; the body is read to its end first, so the next request starts clean."""
        body = self._read_body()
        if body is None:
            return
        try:
            environ = self.make_environ()
        except ValueError:  # an address such as http://[
            self._refuse("400 Bad Request")
            return
        environ["wsgi.input"] = io.BytesIO(body)
        environ["CONTENT_LENGTH"] = str(len(body))
        self.environ = environ
        try:
            status, headers, content = self._ask(environ)
        except DropConnectionError:
            self.close_connection = True
            return
        self._send(status, headers, content)

    def _read_body(self) -> bytes | None:
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            self._refuse("411 Length Required")
            return None
        lengths = set(self.headers.get_all("Content-Length", ["0"]))
        text = lengths.pop().strip()
        if lengths or not (text.isascii() and text.isdigit()) or len(text) > 12:
            self._refuse("400 Bad Request")
            return None
        if int(text) > MAX_BODY:
            self._refuse("413 Content Too Large")
            return None
        if self.headers.get("Expect", "").lower().strip() == "100-continue":
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        body = self.rfile.read(int(text))
        if len(body) < int(text):
            self.close_connection = True
            return None
        return body

    def _refuse(self, status: str) -> None:
        """Answers that the request cannot be read, and closes."""
        self.close_connection = True
        said = b'{"error": {"type": "invalid_request_error", "message": "%s"}}' % status.encode()
        self._send(status, [("Content-Type", "application/json")], said)
        # What still comes is read and thrown away for a moment, or the client sees a reset, not the answer.
        self.connection.settimeout(0.5)
        try:
            for _ in range(256):
                if not self.rfile.read(65536):
                    return
        except OSError:
            return

    def _ask(self, environ: dict[str, Any]) -> tuple[str, list[tuple[str, str]], bytes]:
        answered: list[Any] = ["500 Internal Server Error", []]

        def start_response(status: str, headers: list[tuple[str, str]], _: Any = None) -> Any:
            answered[:] = [status, headers]

        content = b"".join(self.server.app(environ, start_response))
        return answered[0], answered[1], content

    def _send(self, status: str, headers: list[tuple[str, str]], content: bytes) -> None:
        lines = [
            f"HTTP/1.1 {status}",
            *(f"{name}: {value}" for name, value in headers if name != "Content-Length"),
        ]
        lines.append(f"Content-Length: {len(content)}")
        lines.append("Connection: close" if self.close_connection else "Connection: keep-alive")
        head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")
        self.wfile.write(head if self.command == "HEAD" else head + content)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing: the API log is at /_sandbox/requests."""


class Server(ThreadedWSGIServer):
    """Listens, and does not wait for open connections when it ends."""

    block_on_close = False
    daemon_threads = True
    request_queue_size = 128
