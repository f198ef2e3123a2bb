"""The generated passwords of the four roles: one file, readable by its owner only."""

import json
import os
import secrets
from pathlib import Path
from typing import Literal, get_args

Role = Literal["superuser", "owner", "app", "read"]

ROLE_NAMES: dict[Role, str] = {
    "superuser": "postgres",
    "owner": "chairside_owner",
    "app": "chairside_app",
    "read": "chairside_read",
}


def make(file: Path) -> None:
    """Write new passwords unless the file is there already."""
    if file.exists():
        return
    half = file.with_suffix(".half")
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as stream:
        json.dump({role: secrets.token_urlsafe(24) for role in get_args(Role)}, stream)
    half.rename(file)


def read(file: Path) -> dict[Role, str]:
    """The passwords as they were made."""
    found: dict[Role, str] = json.loads(file.read_text())
    return found
