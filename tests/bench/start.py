"""From `chairside serve` to the first connection, and to the first page.

python -m tests.bench.start [--times 5] [--data FOLDER]
"""

from __future__ import annotations

import time

from tests.bench import figures
from tests.bench.demo import demo, words
from tests.live.visitor import Visitor


def main() -> None:
    asked = words("How long until the server answers.", times=(int, 5))
    ready, first = [], []
    with demo(asked.data) as running:
        print(figures.machine())
        for _ in range(asked.times):
            running.server.stop()
            begun = time.monotonic()
            ready.append(running.server.start())
            status, _ = Visitor(running.server.port).get("/accounts/login/")
            assert status == 200
            first.append(time.monotonic() - begun)
    print(figures.HEAD)
    print(figures.line("serve takes connections", ready, "< 4 s"))
    print(figures.line("serve answered its first page", first, "< 4 s"))


if __name__ == "__main__":
    main()
