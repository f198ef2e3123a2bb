"""`dev.py lock`, for maintainers: resolve again and write the lists, with hashes and markers and without addresses."""

from collections.abc import Sequence

from devtools.environment import ROOT, quietly
from devtools.problems import Problem

_EXPORT = ("export", "--frozen", "--no-default-groups", "--no-emit-project", "--no-header", "--no-annotate")
_LISTS = {
    "app": (),
    "test": ("--group", "test"),
    "bootstrap": ("--only-group", "bootstrap"),
    "build": ("--only-group", "build"),
    "browser": ("--only-group", "browser"),
    "bench": ("--only-group", "bench"),
}


def write(words: Sequence[str]) -> None:
    """Write every list. `words` go to `uv lock`, such as `--upgrade-package django`."""
    uv = ROOT / ".uv" / "bin" / "uv"
    # uv.lock itself stays out of the repository: it records where the packages came from on this machine.
    quietly([uv, "lock", "-q", *words])
    for name, which in _LISTS.items():
        text = quietly([uv, *_EXPORT, *which])
        if "http" in text or "@ file" in text:
            raise Problem(f"locks/{name}.lock would carry an address: look for a dependency that names one in pyproject.toml.")
        (ROOT / "locks" / f"{name}.lock").write_text(text)
        print(f"locks/{name}.lock: {text.count('==')} packages")
