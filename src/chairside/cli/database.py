"""Give a verb its database and Django: the server that the environment names, else this checkout's private one."""

import os
import secrets
from pathlib import Path

from chairside.config import environment
from chairside.config.environment import Environment
from chairside.embedded import Cluster, default_data_dir


def connect() -> Environment:
    """Start the private database when no other is named, then set Django up. Call it before importing any app."""
    if not os.environ.get("CHAIRSIDE_DATABASE_URL"):
        private = Cluster(default_data_dir())
        private.start()
        use_private(private)
    return set_up()


def set_up() -> Environment:
    """Read the environment, refuse what is unusable, and load Django."""
    found = environment.load(os.environ)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chairside.config.settings")
    import django

    django.setup()
    return found


def use_private(cluster: Cluster) -> None:
    """Make this process and its children use the running private database."""
    os.environ.update(
        CHAIRSIDE_MODE="demo",
        CHAIRSIDE_DATABASE_URL=cluster.url("app"),
        CHAIRSIDE_OWNER_DATABASE_URL=cluster.url("owner"),
        CHAIRSIDE_SECRET_KEY=_secret(cluster.folder / "secret_key"),
        CHAIRSIDE_DATA_DIR=str(cluster.folder),
    )


def _secret(file: Path) -> str:
    """Kept, so that a restart does not log everyone out."""
    if not file.exists():
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as stream:
            stream.write(secrets.token_urlsafe(48))
    return file.read_text()
