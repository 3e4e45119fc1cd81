"""A bridge that says what a test tells it: for dialects and accidents that the local phone does not have."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from types import TracebackType


@dataclass
class ScriptedBridge:
    """Answers each path with a status and a body; unknown paths with the plain 404 of the real one.

    ``first`` is said once before ``answers``; ``paths`` and ``bodies`` tell what was asked.
    """

    answers: dict[str, tuple[int, str]] = field(default_factory=dict)
    first: dict[str, tuple[int, str]] = field(default_factory=dict)
    paths: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    location: str = ""
    retry_after: str = ""

    def __enter__(self) -> Self:
        bridge = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                bridge.bodies.append(self.rfile.read(int(self.headers.get("content-length", 0))))
                bridge.paths.append(self.path)
                usual = bridge.answers.get(self.path, (404, "404 page not found\n"))
                status, text = bridge.first.pop(self.path, usual)
                self.send_response(status)
                if bridge.location:
                    self.send_header("location", bridge.location)
                if bridge.retry_after:
                    self.send_header("retry-after", bridge.retry_after)
                self.send_header("content-length", str(len(text.encode())))
                self.end_headers()
                self.wfile.write(text.encode())

            def do_POST(self) -> None:
                self.do_GET()

            def log_message(self, *_: object) -> None:
                """Says nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
