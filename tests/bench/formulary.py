"""The whole formulary: read for the first time, read again from what was kept, its memory, and its linter.

python -m tests.bench.formulary
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.bench import figures

_LOAD = """
import sys, time
from pathlib import Path
from chairside.formulary import compiled, loader

def memory():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6

compiled._folder = lambda: Path(sys.argv[1])
before, begun = memory(), time.perf_counter()
protocols = loader.load_all()
print(len(protocols), (time.perf_counter() - begun) * 1000, memory() - before)
"""


def main() -> None:
    print(figures.machine())
    with tempfile.TemporaryDirectory() as folder:
        first = _loaded(folder)
        again = [_loaded(folder) for _ in range(5)]
    print(f"first start, from YAML     {first[1]:7.0f} ms  {first[2]:5.1f} MB  ({first[0]:.0f} protocols)")
    print(f"later starts, best of 5    {min(row[1] for row in again):7.0f} ms  {max(row[2] for row in again):5.1f} MB")
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-m", "chairside.cli", "protocols", "lint"], check=True, stdout=subprocess.DEVNULL)
    print(f"protocols lint, all        {time.perf_counter() - begun:7.1f} s")
    print("budget: < 150 ms after the first start, < 60 MB, lint < 5 s")


def _loaded(folder: str) -> Sequence[float]:
    """Protocols, milliseconds, megabytes, of a process of its own."""
    command = [sys.executable, "-c", _LOAD, folder]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=Path.cwd())
    return [float(word) for word in done.stdout.split()]


if __name__ == "__main__":
    main()
