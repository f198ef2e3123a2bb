"""The one table of CHAIRSIDE_ variables, and the only place that reads them.

A variable that is unknown or malformed stops the program with one sentence that names it: a misspelt setting that is silently
ignored is worse than a refusal. Secrets and database addresses are never repeated in a message.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from psycopg.conninfo import conninfo_to_dict

from chairside.config.variables import TABLE, LogFormat, Mode
from chairside.embedded import SOCKET_MARKER, default_data_dir

PREFIX = "CHAIRSIDE_"
_SHORTEST_SECRET = 32


class EnvironmentProblem(Exception):
    """One sentence: which variable, what is wrong with it."""


@dataclass(frozen=True)
class Environment:
    """Everything the process was told by its environment, read once at the start."""

    mode: Mode
    debug: bool
    database_url: str
    owner_database_url: str
    secret_key: str
    allowed_hosts: tuple[str, ...]
    base_url: str
    time_zone: str
    data_dir: Path
    downtime_dirs: tuple[Path, ...]
    email_url: str
    log_format: LogFormat
    workers: int
    demo_day: date | None
    clock_offset: int


def load(variables: Mapping[str, str]) -> Environment:
    """Read the table from `variables` (pass `os.environ`). Refuses with EnvironmentProblem."""
    told = _parsed(variables)
    mode: Mode = told.get("MODE", "production")
    base_url: str = told.get("BASE_URL", "http://127.0.0.1:8000")
    database_url: str = told.get("DATABASE_URL", "postgresql:///chairside" if mode == "test" else "")
    data_dir: Path = told.get("DATA_DIR") or default_data_dir()
    found = Environment(
        mode=mode,
        debug=told.get("DEBUG", False),
        database_url=database_url,
        owner_database_url=told.get("OWNER_DATABASE_URL", database_url),
        secret_key=told.get("SECRET_KEY", "only the tests may use this one" if mode == "test" else ""),
        allowed_hosts=told.get("ALLOWED_HOSTS") or (urlsplit(base_url).hostname or "",),
        base_url=base_url,
        time_zone=told.get("TIME_ZONE", "America/New_York"),
        data_dir=data_dir,
        downtime_dirs=told.get("DOWNTIME_DIRS") or (data_dir / "downtime",),
        email_url=told.get("EMAIL_URL", "console:"),
        log_format=told.get("LOG_FORMAT", "json" if mode == "production" else "text"),
        workers=told.get("WORKERS", 1),
        demo_day=told.get("DEMO_DAY"),
        clock_offset=told.get("CLOCK_OFFSET", 0),
    )
    _refuse_what_is_unsafe(found)
    return found


def _parsed(variables: Mapping[str, str]) -> dict[str, Any]:
    told = {}
    for name in sorted(variables):
        if not name.startswith(PREFIX):
            continue
        short = name.removeprefix(PREFIX)
        if short not in TABLE:
            raise EnvironmentProblem(f"{name} is not a Chairside setting. Those are: {', '.join(TABLE)}.")
        row = TABLE[short]
        if variables[name] == "":
            continue  # an empty line in a file of settings means "not set"
        try:
            told[short] = row.read(variables[name])
        except ValueError as why:
            raise EnvironmentProblem(f"{name} must be {row.form}{f': {why}' if str(why) else ''}.") from None
    return told


def _refuse_what_is_unsafe(found: Environment) -> None:
    if not found.database_url:
        raise EnvironmentProblem("CHAIRSIDE_DATABASE_URL is not set: name the PostgreSQL server.")
    if not found.secret_key:
        raise EnvironmentProblem("CHAIRSIDE_SECRET_KEY is not set: make one of at least 32 random characters.")
    if found.mode != "production":
        return
    if found.debug:
        raise EnvironmentProblem("CHAIRSIDE_DEBUG is on: production never shows its insides.")
    if found.clock_offset:
        raise EnvironmentProblem("CHAIRSIDE_CLOCK_OFFSET is set: production keeps the real time.")
    if found.demo_day:
        raise EnvironmentProblem("CHAIRSIDE_DEMO_DAY is set: production keeps the real day.")
    if len(found.secret_key) < _SHORTEST_SECRET:
        raise EnvironmentProblem(f"CHAIRSIDE_SECRET_KEY is shorter than {_SHORTEST_SECRET} characters.")
    for name, url in (("DATABASE_URL", found.database_url), ("OWNER_DATABASE_URL", found.owner_database_url)):
        if SOCKET_MARKER in str(conninfo_to_dict(url).get("host", "")):
            raise EnvironmentProblem(f"{PREFIX}{name} names the private database, which is for the demo and tests only.")
