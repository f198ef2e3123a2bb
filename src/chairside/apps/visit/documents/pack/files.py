"""A pack on disk: made beside the old one, whole before it gets its name, and only then is the old one taken away.

`ROOT/<organization>/<site>/<day and time>/`, with `pack.json` in it that says when it was printed and the digest of each file.
It holds patients' data: the folders are open to their owner only.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.utils.text import slugify

from chairside.apps.organizations.models import Site

MANIFEST = "pack.json"


def place_of(root: Path, site: Site) -> Path:
    """Where the packs of a site lie under a root."""
    return root / site.organization.slug / f"{slugify(site.name) or 'site'}-{str(site.pk)[:8]}"


@dataclass
class Making:
    """A pack that is being made. `finish` gives it its name; until then nobody finds it, and `give_up` leaves nothing."""

    place: Path
    at: datetime
    files: list[dict[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.place.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.folder = self.place / f".making-{uuid4().hex}"
        self.folder.mkdir(mode=0o700)

    def add(self, name: str, content: bytes) -> None:
        with os.fdopen(os.open(self.folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        self.files.append({"name": name, "sha256": hashlib.sha256(content).hexdigest()})

    def finish(self, told: Mapping[str, Any]) -> Path:
        """Write the manifest, give the folder its name, remove the packs that are not newer. Raises OSError."""
        text = json.dumps({**told, "printed_at": self.at.isoformat(), "files": self.files}, ensure_ascii=False, indent=1)
        self.add(MANIFEST, text.encode())
        final = self.place / f"{self.at:%Y-%m-%d_%H%M%S}_{uuid4().hex[:4]}"
        os.replace(self.folder, final)
        for other, manifest in packs_in(self.place):
            if other != final and datetime.fromisoformat(manifest["printed_at"]) <= self.at:
                shutil.rmtree(other, ignore_errors=True)
        return final

    def give_up(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


def packs_in(place: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Every whole pack of a place with its manifest. What cannot be read is no pack."""
    for folder in sorted(place.glob("[0-9]*")) if place.is_dir() else ():
        try:
            manifest = json.loads((folder / MANIFEST).read_text())
            datetime.fromisoformat(manifest["printed_at"])
        except (OSError, ValueError, KeyError):
            continue
        yield folder, manifest


def newest(root: Path, site: Site) -> tuple[Path, dict[str, Any]] | None:
    """The newest whole pack of a site under a root, None where there is none."""
    return max(packs_in(place_of(root, site)), key=lambda found: datetime.fromisoformat(found[1]["printed_at"]), default=None)
