"""A TCP relay in front of the database: cutting it is what clients see of a database that went away."""

import contextlib
import socket
import threading


class Relay:
    def __init__(self, host: str, port: int) -> None:
        self.target = (host, port)
        self.pairs: set[tuple[socket.socket, socket.socket]] = set()
        self.listener: socket.socket | None = None
        self.port = 0
        self.swallows = False
        self.open()

    def open(self) -> None:
        """Accept connections, on the same port as before; does nothing while it is open."""
        self.swallows = False
        if self.listener is not None:
            return
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self.port))
        listener.listen()
        self.listener, self.port = listener, listener.getsockname()[1]
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def close(self) -> None:
        """Break all connections and refuse new ones."""
        if self.listener is not None:
            with contextlib.suppress(OSError):
                self.listener.shutdown(socket.SHUT_RDWR)
            self.listener.close()
            self.listener = None
        for pair in list(self.pairs):
            self._break(pair)

    def swallow(self) -> None:
        """Let through what clients send, and break a connection instead of the answer."""
        self.swallows = True

    def _accept(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = listener.accept()
                pair = (client, socket.create_connection(self.target))
                self.pairs.add(pair)
                for source, sink in (pair, pair[::-1]):
                    threading.Thread(target=self._copy, args=(source, sink, pair), daemon=True).start()

    def _copy(self, source: socket.socket, sink: socket.socket, pair: tuple[socket.socket, socket.socket]) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if self.swallows and source is pair[1]:
                    break
                sink.sendall(data)
        self._break(pair)

    def _break(self, pair: tuple[socket.socket, socket.socket]) -> None:
        self.pairs.discard(pair)
        for end in pair:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
