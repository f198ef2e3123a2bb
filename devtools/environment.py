"""The private environment: `.uv` holds the installer, `.venv` the product and its tools, both from hash-locked lists.

The lists carry no addresses; where packages come from is the machine's business.
"""

import fcntl
import hashlib
import importlib.util
import os
import shutil
import ssl
import subprocess
import sys
import time
import venv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from devtools.problems import Problem, meaning

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
_UV = ROOT / ".uv"
_LOCKS = ROOT / "locks"
_STAMP = VENV / "chairside.stamp"
_NEEDED_BYTES = 1_500_000_000

LISTS = {"app": ("app", "build"), "test": ("test", "build")}
"""What each kind of environment is made of. `test` contains everything of `app`."""


def ready(kind: str) -> None:
    """Make `.venv` hold at least what `kind` needs; quick when nothing changed."""
    wanted = {kind: digest(kind) for kind in LISTS}
    with _alone():
        have = _STAMP.read_text().split() if _STAMP.exists() else []
        if _fits(have, kind, wanted) and (VENV / "bin" / "chairside").exists():
            return
        # An environment that once held the test tools keeps them, so that demo and test do not undo each other.
        kind = "test" if have[:1] == ["test"] else kind
        _check_disk()
        with step("Preparing the installer"):
            uv = _installer()
        with step("Installing the locked packages"):
            _sync(uv, kind)
        _STAMP.write_text(f"{kind} {wanted[kind]}\n")


def digest(kind: str, root: Path = ROOT, python: str = "") -> str:
    """Changes when a lock, the project's table, the Python or the place of the checkout changes."""
    parts = [str(root), python or base_python()]
    whole = hashlib.sha256("\0".join(parts).encode())
    for file in [*(root / "locks" / f"{name}.lock" for name in LISTS[kind]), root / "pyproject.toml"]:
        whole.update(hashlib.sha256(file.read_bytes()).digest())
    return whole.hexdigest()


def warm() -> None:
    """Compile the day search and the bound, so that nobody who asks for them waits for that; quick when it was done."""
    with step("Compiling the day search"):
        for engine in ("day", "bounds"):
            quietly([VENV / "bin" / "python", "-m", f"chairside.engines.{engine}.warm"])


def program(name: str) -> str:
    """A program of the private environment."""
    return str(VENV / "bin" / name)


def base_python() -> str:
    """The real interpreter, also when dev.py itself runs inside an environment."""
    return str(getattr(sys, "_base_executable", None) or sys.executable)


def tool_settings() -> dict[str, str]:
    """The environment for uv and pip: never search for another Python, and have a cache even without a home."""
    settings = {**os.environ, "UV_PYTHON": base_python(), "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    settings.pop("VIRTUAL_ENV", None)
    # Companies put their own certificate into the system's store, where pip is told to look and uv does not by itself.
    if os.path.exists(ssl.get_default_verify_paths().openssl_cafile) or Path("/etc/ssl/certs/ca-certificates.crt").exists():
        settings.setdefault("UV_SYSTEM_CERTS", "1")
    home = os.environ.get("HOME", "")
    if not home or not os.access(home, os.W_OK):
        settings |= {"HOME": str(ROOT / ".cache"), "UV_CACHE_DIR": str(ROOT / ".cache" / "uv")}
    return settings


def quietly(command: Sequence[str | Path], **extra: str) -> str:
    """Run an installer's command; its noise is shown only when it fails and nothing plainer can be said."""
    words = [str(word) for word in command]
    said = subprocess.run(words, cwd=ROOT, env=tool_settings() | extra, text=True, capture_output=True, check=False)
    if said.returncode == 0:
        return said.stdout
    output = f"{said.stdout}\n{said.stderr}".strip()
    known = meaning(output)
    if known:
        raise Problem(known)
    raise Problem(f"`{Path(words[0]).name} {' '.join(words[1:4])}` failed:\n{output[-2000:]}")


@contextmanager
def step(what: str) -> Iterator[None]:
    """Say what is being done and how long it took."""
    print(f"{what} … ", end="", flush=True)
    started = time.monotonic()
    try:
        yield
    except BaseException:
        print(flush=True)
        raise
    print(f"{time.monotonic() - started:.1f} s", flush=True)


def _installer() -> Path:
    uv = _UV / "bin" / "uv"
    lock = _LOCKS / "bootstrap.lock"
    stamp = _UV / "chairside.stamp"
    wanted = hashlib.sha256(lock.read_bytes() + base_python().encode() + bytes(ROOT)).hexdigest()
    if uv.exists() and stamp.exists() and stamp.read_text() == wanted:
        return uv
    if importlib.util.find_spec("ensurepip") is None:
        raise Problem(meaning("ensurepip") or "")
    try:
        venv.EnvBuilder(with_pip=True, clear=True, symlinks=True).create(_UV)
    except subprocess.CalledProcessError as error:
        raise Problem(meaning("ensurepip") or "") from error
    # An environment of its own: system pip refuses on machines that manage Python themselves.
    python = _UV / "bin" / "python"
    quietly([python, "-m", "pip", "install", "-q", "--no-deps", "--only-binary=:all:", "--require-hashes", "-r", lock])
    stamp.write_text(wanted)
    return uv


def _sync(uv: Path, kind: str) -> None:
    python = VENV / "bin" / "python"
    if not _same_python(VENV / "pyvenv.cfg"):
        shutil.rmtree(VENV, ignore_errors=True)
        quietly([uv, "venv", "-q", VENV])
    locks = [_LOCKS / f"{name}.lock" for name in LISTS[kind]]
    try:
        quietly([uv, "pip", "sync", "-q", "--require-hashes", "--python", python, *locks])
    except Problem:
        # Slower, but where only pip was told of the way out (a mirror, a proxy, a certificate) it is the one that gets through.
        lists: list[str | Path] = [word for lock in locks for word in ("-r", lock)]
        pip: list[str | Path] = [_UV / "bin" / "python", "-m", "pip", "--python", python, "install", "-q"]
        quietly([*pip, "--no-deps", "--only-binary=:all:", "--require-hashes", *lists])
    # The build backend is one of the locked packages: nothing is fetched by the way.
    quietly([uv, "pip", "install", "-q", "--no-deps", "--no-build-isolation", "--python", python, "-e", ROOT])


def _same_python(config: Path) -> bool:
    if not config.exists() or not (VENV / "bin" / "python").exists():
        return False
    home = next((line.partition("=")[2].strip() for line in config.read_text().splitlines() if line.startswith("home")), "")
    return Path(home) == Path(base_python()).parent


def _fits(have: list[str], kind: str, wanted: dict[str, str]) -> bool:
    return len(have) == 2 and have[0] in (kind, "test") and have[1] == wanted[have[0]]


def _check_disk() -> None:
    free = shutil.disk_usage(ROOT).free
    if free < _NEEDED_BYTES and not _STAMP.exists():
        raise Problem(
            f"Only {free // 1_000_000} MB are free here and 1500 MB are needed: make room, then run the command again."
        )


@contextmanager
def _alone() -> Iterator[None]:
    """Two commands started at once must not install into one environment at the same time."""
    cache = ROOT / ".cache"
    try:
        cache.mkdir(exist_ok=True)
        handle = (cache / "dev.lock").open("w")
    except OSError as error:
        raise Problem(meaning(str(error)) or f"Nothing can be written in {ROOT}: {error.strerror}.") from error
    with handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
