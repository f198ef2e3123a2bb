"""What the operating system knows about a process number.

A number alone proves nothing: after a reboot it may belong to another program, and a zombie still answers to its number.
"""

import os
import subprocess
import sys
from pathlib import Path


def command_line(pid: int) -> str | None:
    """The command a live process runs; None when it is gone or a zombie."""
    return _from_proc(pid) if sys.platform == "linux" else _from_ps(pid)


def a_dead_pid() -> int:
    """A number that belonged to a child of ours a moment ago and belongs to nobody now."""
    child = subprocess.Popen([sys.executable, "-S", "-c", ""])
    child.wait()
    return child.pid


def send(pid: int, number: int) -> None:
    """Signal a process that may already have gone."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def _from_proc(pid: int) -> str | None:
    try:
        # The state follows the program's name, which is in brackets and may itself contain anything.
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        words = Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if state in "ZX" else os.fsdecode(words.replace(b"\0", b" ")).strip()


def _from_ps(pid: int) -> str | None:
    said = subprocess.run(["ps", "-o", "stat=", "-o", "command=", "-p", str(pid)], text=True, capture_output=True, check=False)
    state, _, command = said.stdout.strip().partition(" ")
    return None if not state or state.startswith("Z") else command.strip()
