"""The one table of CHAIRSIDE_ variables, and the only place that reads them.

A variable that is unknown or malformed stops the program with one sentence that names it: a misspelt setting that is silently
ignored is worse than a refusal. Secrets and database addresses are never repeated in a message.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal, get_args
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import psycopg
from psycopg.conninfo import conninfo_to_dict

from chairside.embedded import SOCKET_MARKER, default_data_dir

Mode = Literal["production", "demo", "test"]
LogFormat = Literal["text", "json"]

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
    found = Environment(
        mode=mode,
        debug=told.get("DEBUG", False),
        database_url=database_url,
        owner_database_url=told.get("OWNER_DATABASE_URL", database_url),
        secret_key=told.get("SECRET_KEY", "only the tests may use this one" if mode == "test" else ""),
        allowed_hosts=told.get("ALLOWED_HOSTS") or (urlsplit(base_url).hostname or "",),
        base_url=base_url,
        time_zone=told.get("TIME_ZONE", "America/New_York"),
        data_dir=told.get("DATA_DIR") or default_data_dir(),
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


def _text(value: str) -> str:
    return value


def _one_of(*words: str) -> Callable[[str], str]:
    def read(value: str) -> str:
        if value not in words:
            raise ValueError
        return value

    return read


def _switch(value: str) -> bool:
    return {"yes": True, "no": False}[_one_of("yes", "no")(value)]


def _postgresql(value: str) -> str:
    try:
        known = conninfo_to_dict(value)
    except psycopg.ProgrammingError:
        raise ValueError from None
    if not value.startswith(("postgresql://", "postgres://")) or not known.get("dbname"):
        raise ValueError
    return value


def _web_address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path not in ("", "/"):
        raise ValueError
    return value.rstrip("/")


def _hosts(value: str) -> tuple[str, ...]:
    hosts = tuple(host.strip() for host in value.split(","))
    if not all(hosts) or any("/" in host or host == "*" for host in hosts):
        raise ValueError
    return hosts


def _zone(value: str) -> str:
    try:
        return ZoneInfo(value).key
    except (KeyError, OSError):
        raise ValueError from None


def _folder(value: str) -> Path:
    path = Path(value)
    if not path.is_absolute():
        raise ValueError
    return path


def _mail(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme in ("smtp", "smtps", "smtp+tls") and parts.hostname and parts.port is not None:
        return value
    return _one_of("console:")(value)


def _count(value: str) -> int:
    if not value.isascii() or not value.isdigit() or not 1 <= int(value) <= 64:
        raise ValueError
    return int(value)


def _seconds(value: str) -> int:
    return int(value)


def _day(value: str) -> date:
    return date.fromisoformat(value)


@dataclass(frozen=True)
class Row:
    """One variable: how it is read, the form it must have, and what it is for (the documentation prints these)."""

    read: Callable[[str], object]
    form: str
    use: str


TABLE: Mapping[str, Row] = {
    "MODE": Row(_one_of(*get_args(Mode)), "production, demo or test", "set by the demo and the tests; default production"),
    "DATABASE_URL": Row(_postgresql, "a URL such as postgresql://user:password@host/name", "the app role's connection"),
    "OWNER_DATABASE_URL": Row(_postgresql, "a URL such as postgresql://user:password@host/name", "used by migrations"),
    "SECRET_KEY": Row(_text, "text", "signs sessions and links; at least 32 characters"),
    "ALLOWED_HOSTS": Row(_hosts, "host names with commas between", "names the site answers to; default that of BASE_URL"),
    "BASE_URL": Row(_web_address, "an address such as https://chairside.example.org", "begins every link in a message"),
    "TIME_ZONE": Row(_zone, "a zone such as America/New_York", "offered for new sites only"),
    "DATA_DIR": Row(_folder, "an absolute path", "files of the private database; default a folder for each checkout"),
    "EMAIL_URL": Row(_mail, "smtp://, smtp+tls:// or smtps://user:password@host:port, or console:", "outgoing mail"),
    "LOG_FORMAT": Row(_one_of(*get_args(LogFormat)), "text or json", "default json in production"),
    "WORKERS": Row(_count, "a whole number from 1 to 64", "web processes of `chairside serve`"),
    "DEBUG": Row(_switch, "yes or no", "Django's debug pages; refused in production"),
    "CLOCK_OFFSET": Row(_seconds, "a whole number of seconds", "moves the clock of the demo; refused in production"),
    "DEMO_DAY": Row(_day, "a date such as 2026-11-20", "the demo's fixed day; refused in production"),
}
