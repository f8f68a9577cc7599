"""A stub of an HTTP API on this machine, for the tests in which real clients ask one."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Stub(BaseHTTPRequestHandler):
    """Answers each request by its subclass's `answer`, and logs nothing."""

    def answer(self) -> None:
        """Read what was asked, and `send` the answer."""
        raise NotImplementedError

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.answer()

    do_POST = do_PUT = do_DELETE = do_GET

    def send(self, status: int, header: str, value: str, body: bytes) -> None:
        """Send the whole answer, with one header of its own."""
        self.send_response(status)
        self.send_header(header, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Be quiet."""


@contextlib.contextmanager
def listening(stub: type[Stub]) -> Iterator[str]:
    """The address at which the stub answers until the block is left."""
    with ThreadingHTTPServer(("127.0.0.1", 0), stub) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
