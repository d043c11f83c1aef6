"""A reverse proxy that changes nothing and writes down what passed: it shows what an agent called and was answered."""

import http.client
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "host", "content-length", "date", "server"}


@dataclass(frozen=True)
class Passed:
    """One request and the head of its answer."""

    method: str
    path: str
    status: int
    dropped: tuple[str, ...]
    error: str


class Relay:
    """Where it listens, and what has passed, in the order of the answers' heads."""

    def __init__(self, port):
        self.url = f"http://127.0.0.1:{port}"
        self.passed = []


@contextmanager
def relay_to(base):
    """Runs a relay in front of `base` on a free port. Whatever else an agent wants from the network (it gets the relay
    as its proxy, too) is answered with 502."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.target, server.relay = urlsplit(base).netloc, Relay(server.server_port)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.relay
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Handler(BaseHTTPRequestHandler):
    """One connection of an agent."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        """Says nothing; the test shows what passed when it fails."""

    def handle_one_request(self):
        """An agent that has what it wanted, or is ended, just hangs up."""
        try:
            super().handle_one_request()
        except OSError:
            self.close_connection = True

    def do_CONNECT(self):
        """A way out of the machine: there is none."""
        self.send_error(502)
        self.close_connection = True

    def forward(self):
        """Passes the request on and its answer back, piece by piece."""
        if not self.path.startswith("/"):
            return self.do_CONNECT()
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        connection = http.client.HTTPConnection(self.server.target, timeout=60)
        try:
            heads = {name: value for name, value in self.headers.items() if name.lower() not in HOP_BY_HOP}
            connection.request(self.command, self.path, body or None, heads)
            self.answer(connection.getresponse())
        finally:
            connection.close()

    do_GET = do_POST = do_HEAD = do_DELETE = forward

    def answer(self, response):
        """Writes the answer down and hands it on."""
        whole = response.read() if response.status != 200 else None
        dropped = tuple(filter(None, (response.headers.get("x-turnpike-dropped") or "").split(", ")))
        error = (whole or b"")[:2000].decode(errors="replace")
        self.server.relay.passed.append(Passed(self.command, self.path, response.status, dropped, error))
        self.send_response_only(response.status)
        for name, value in response.headers.items():
            if name.lower() not in HOP_BY_HOP:
                self.send_header(name, value)
        self.send_header("connection", "close")  # the end of the body is the end of the connection
        self.end_headers()
        self.close_connection = True
        if whole is not None:
            self.wfile.write(whole)
        else:
            while piece := response.read1(65536):
                self.wfile.write(piece)
