"""The network between a browser and a server: a port that passes everything on, until it is pulled."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress

_CHUNK = 65536


class Wire:
    """While it is pulled, open connections are cut and new ones end at once: what was asked may have arrived, unanswered."""

    def __init__(self, to: int) -> None:
        self.to = to
        self._whole = True
        self._open: set[socket.socket] = set()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def pull(self) -> None:
        self._whole = False
        for end in list(self._open):
            _cut(end)

    def mend(self) -> None:
        self._whole = True

    def close(self) -> None:
        self.pull()
        self._listening.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listening.accept()
            except OSError:
                return
            try:
                if not self._whole:
                    raise OSError
                far = socket.create_connection(("127.0.0.1", self.to), timeout=5)
            except OSError:
                _cut(near)
                continue
            self._open |= {near, far}
            if not self._whole:  # pulled meanwhile
                _cut(near), _cut(far)
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=self._pass, args=(one, other), daemon=True).start()

    def _pass(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            one.settimeout(None)
            while data := one.recv(_CHUNK):
                other.sendall(data)
        for end in (one, other):
            _cut(end)
            self._open.discard(end)


def _cut(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    with suppress(OSError):
        end.close()
