"""What the function calls of AWS: Secrets Manager, and the endpoint by which connections are pushed to."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote


class Aws:
    def __init__(self) -> None:
        aws = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                answer = aws.pushed(unquote(self.path), body) if "@connections" in self.path else aws.asked(self.headers["x-amz-target"], json.loads(body))
                status, headers, content = answer
                data = json.dumps(content).encode()
                self.send_response(status)
                for name, value in {**headers, "content-length": str(len(data)), "content-type": "application/json"}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 64

            def handle_error(self, *_: object) -> None:
                # a client that did not wait for a slow answer
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.secret: str | None = None
        self.reset()

    def reset(self) -> None:
        self.reads = 0
        self.messages: list[tuple[str, Any]] = []
        self.gone: set[str] = set()
        self.failing: set[str] = set()
        self.slow: dict[str, float] = {}

    def asked(self, target: str, request: dict[str, Any]) -> tuple[int, dict[str, str], Any]:
        assert target == "secretsmanager.GetSecretValue"
        self.reads += 1
        if self.secret is None:
            return 400, {}, {"__type": "AccessDeniedException", "Message": "not authorized"}
        return 200, {}, {"ARN": request["SecretId"], "SecretString": self.secret}

    def pushed(self, path: str, body: bytes) -> tuple[int, dict[str, str], Any]:
        prefix, _, connection = path.partition("/@connections/")
        assert prefix == "/live"
        if connection in self.slow:
            time.sleep(self.slow[connection])
        if connection in self.gone:
            return 410, {"x-amzn-ErrorType": "GoneException"}, {}
        if connection in self.failing:
            return 500, {}, {}
        self.messages.append((connection, json.loads(body)))
        return 200, {}, {}

    def to(self, connection: str) -> list[Any]:
        """What a connection was sent, which then counts as read."""
        mine = [message for receiver, message in self.messages if receiver == connection]
        self.messages = [entry for entry in self.messages if entry[0] != connection]
        return mine
