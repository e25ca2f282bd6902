"""A network between a browser and the server that is cut, silent, halting, or answers in its place."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import Enum, auto
from urllib.parse import urlsplit


class State(Enum):
    """What it does with whoever connects."""

    THERE = auto()
    SILENT = auto()
    HALTING = auto()
    CUT = auto()
    PORTAL = auto()


#: Bytes of an answer that a network which halts lets through: its head, and the beginning of a page.
BEGINNING = 1500


class Network:
    """Forwards what comes to its own port. `asked` are the request lines that came; what the server answers is changed
    by `changes`, pairs of equal length; `portal` is what a hall's own page for guests answers in its place."""

    def __init__(self, server: str) -> None:
        self.server = ("127.0.0.1", urlsplit(server).port)
        self.state = State.THERE
        self.asked: list[str] = []
        self.changes: dict[bytes, bytes] = {}
        self.portal = b""
        self._held = ""
        self._let_go = threading.Event()
        self._open: set[socket.socket] = set()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.base_url = f"http://localhost:{self._listening.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def become(self, state: State) -> None:
        """From now on; what is under way ends, so that no open connection outlives it."""
        self.state = state
        for one in list(self._open):
            _close(one)
        self._open.clear()

    @contextmanager
    def holding(self, path: str) -> Iterator[None]:
        """Requests that name this path reach the server when the context ends, and no sooner."""
        self._held = path
        self._let_go.clear()
        try:
            yield
        finally:
            self._held = ""
            self._let_go.set()

    def close(self) -> None:
        self.become(State.CUT)
        _close(self._listening)

    def _accept(self) -> None:
        with suppress(OSError):  # closed
            while True:
                near, _address = self._listening.accept()
                self._open.add(near)
                if self.state is State.CUT:
                    _close(near)
                elif self.state in (State.THERE, State.HALTING):
                    threading.Thread(target=self._join, args=(near,), daemon=True).start()
                elif self.state is State.PORTAL:
                    threading.Thread(target=self._refer, args=(near,), daemon=True).start()

    def _refer(self, near: socket.socket) -> None:
        with suppress(OSError):
            near.recv(65536)
            near.sendall(self.portal)
        _close(near)

    def _join(self, near: socket.socket) -> None:
        try:
            far = socket.create_connection(self.server)
        except OSError:
            _close(near)
            return
        self._open.add(far)
        threading.Thread(target=self._carry, args=(far, near), kwargs={"up": False}, daemon=True).start()
        self._carry(near, far, up=True)

    def _carry(self, one: socket.socket, other: socket.socket, *, up: bool) -> None:
        with suppress(OSError):
            while some := one.recv(BEGINNING if self.state is State.HALTING and not up else 65536):
                if up:
                    lines = [line for line in some.decode("latin-1").splitlines() if line.endswith(" HTTP/1.1")]
                    self.asked += lines
                    if self._held and any(self._held in line for line in lines):
                        self._let_go.wait()
                else:
                    for old, new in self.changes.items():
                        some = some.replace(old, new)
                other.sendall(some)
                if self.state is State.HALTING and not up:
                    return  # nothing more comes, and nobody says so
        _close(one)
        _close(other)


@contextmanager
def network_to(server: str) -> Iterator[Network]:
    """One to this server, until the end of the context."""
    network = Network(server)
    try:
        yield network
    finally:
        network.close()


def _close(one: socket.socket) -> None:
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()
