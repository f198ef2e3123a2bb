"""The import end to end: `chairside import FOLDER` as a process of its own, on a fresh durable PostgreSQL of its own.

python -m tests.bench.importing [FOLDER] [--rounds 1]

The first import brings everything, each further round the same again. Wall time moves with what else the machine does,
processor seconds of the command and of the database hardly do: both are said, with the load before.
"""

from __future__ import annotations

import argparse
import json
import os
import pty
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chairside.embedded import Cluster
from tests.bench import figures
from tests.live.server import durable_cluster

_REFERRALS = Path(__file__).parents[1] / "data" / "infusion-referrals"
_STAGES = ("Looking through", "Importing", "Reading patients")
_TICK = os.sysconf("SC_CLK_TCK")
_DAY = "2026-11-23"


@dataclass
class Run:
    """One run of the command. Seconds; megabytes."""

    report: dict[str, Any]
    wall: float
    client: float
    peak: int
    server: float
    server_peak: int
    stages: dict[str, float] = field(default_factory=dict)

    def line(self, told: str) -> str:
        counts = self.report["resources"]
        total = sum(counts.values())
        parts = ", ".join(f"{name.lower()} {took:.1f}" for name, took in self.stages.items())
        return (
            f"{told:<18}{total:>7} resources{self.report['seconds']:>8.2f} s{total / self.report['seconds']:>7.0f}/s"
            f"   whole command {self.wall:.2f} s, its processor {self.client:.2f} s, the database's {self.server:.2f} s"
            f" = {total / (self.client + self.server):.0f} resources a processor second\n"
            f"{'':<18}peak {self.peak} MB, the database's process {self.server_peak} MB; by stages: {parts} s; "
            f"{counts['imported']} imported, {counts['unchanged']} unchanged, {counts['quarantined']} in quarantine, "
            f"{len(self.report['referrals'])} judged"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?", default=_REFERRALS)
    parser.add_argument("--rounds", type=int, default=1, help="how often it is imported again")
    asked = parser.parse_args()
    with durable_cluster() as cluster, tempfile.TemporaryDirectory() as folder:
        tiny = Path(folder) / "first.json"
        tiny.write_text('{"resourceType":"Basic","code":{"text":"makes the tables and the center"}}')
        run(cluster, tiny)
        print(figures.machine().removesuffix("; milliseconds"))
        for number in range(asked.rounds + 1):
            print(run(cluster, asked.folder).line("first" if number == 0 else "again, the same"))
    print("budget: > 1500/s and < 300 MB")


def run(cluster: Cluster, folder: Path) -> Run:
    """The command, watched from outside as a person would, who sees its line of progress."""
    command: list[str | Path] = [sys.executable, "-m", "chairside.cli", "import", str(folder), "--as-of", _DAY, "--json"]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CHAIRSIDE_", "DJANGO_"))}
    screen, terminal = pty.openpty()
    worked, begun = _worked(cluster), time.monotonic()
    with tempfile.TemporaryFile() as said, _watched(cluster) as peak:
        child = subprocess.Popen(
            command, env=kept | {"CHAIRSIDE_DATA_DIR": str(cluster.folder)}, stdout=said, stderr=terminal, text=True
        )
        os.close(terminal)
        stages = _stages(screen)
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        wall = time.monotonic() - begun
        said.seek(0)
        if child.returncode:
            raise SystemExit(f"the import ended with {child.returncode}")
        report = json.load(said)
    time.sleep(0.1)  # its connection ends, and the server counts what it used
    server = _worked(cluster) - worked
    return Run(report, wall, used.ru_utime + used.ru_stime, used.ru_maxrss >> 10, server, peak[0] >> 10, stages)


def _stages(screen: int) -> dict[str, float]:
    """How long each stage lasted, by when its name was first and last seen on the screen."""
    found: dict[str, float] = {}
    now, since = "", time.monotonic()
    while True:
        try:
            text = os.read(screen, 1 << 16).decode(errors="replace")
        except OSError:  # Linux: the other side is closed
            text = ""
        if not text:
            break
        for name in re.findall("|".join(_STAGES), text):
            if name != now:
                moment = time.monotonic()
                if now:
                    found[now] = found.get(now, 0.0) + moment - since
                now, since = name, moment
    os.close(screen)
    if now:
        found[now] = found.get(now, 0.0) + time.monotonic() - since
    return found


def _worked(cluster: Cluster) -> float:
    """Processor seconds of the server and all its processes, also of those that have ended (Linux)."""
    pid = cluster.pid()
    assert pid
    return (sum(_times(pid)[:4]) + sum(sum(_times(child)[:2]) for child in _children(pid))) / _TICK


def _times(pid: int) -> list[int]:
    try:
        return [int(word) for word in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:15]]
    except OSError:
        return [0, 0, 0, 0]


def _children(pid: int) -> list[int]:
    said = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], text=True, capture_output=True, check=False).stdout
    return [int(word) for word in said.split()]


@contextmanager
def _watched(cluster: Cluster) -> Iterator[list[int]]:
    """The most memory of its own, in kB, that any process of the server held; the shared buffers are not counted."""
    peak, enough = [0], threading.Event()
    pid = cluster.pid()
    assert pid

    def watch() -> None:
        while not enough.wait(0.2):
            for child in _children(pid):
                try:
                    found = re.search(r"RssAnon:\s+(\d+)", Path(f"/proc/{child}/status").read_text())
                except OSError:
                    continue
                peak[0] = max(peak[0], int(found[1]) if found else 0)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield peak
    finally:
        enough.set()
        watcher.join()


if __name__ == "__main__":
    main()
