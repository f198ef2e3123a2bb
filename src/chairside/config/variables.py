"""The rows of the one table of CHAIRSIDE_ variables: how each is read, the form it must have, what it is for.

A reader raises ValueError for what it cannot read; `environment` says so in a sentence. The reference page is made from this.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal, get_args
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import psycopg
from psycopg.conninfo import conninfo_to_dict

Mode = Literal["production", "demo", "test"]
LogFormat = Literal["text", "json"]


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


def _folders(value: str) -> tuple[Path, ...]:
    return tuple(_folder(part.strip()) for part in value.split(","))


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
    "DOWNTIME_DIRS": Row(
        _folders, "absolute paths with commas between", "where the downtime pack is put each night; default in DATA_DIR"
    ),
    "EMAIL_URL": Row(_mail, "smtp://, smtp+tls:// or smtps://user:password@host:port, or console:", "outgoing mail"),
    "LOG_FORMAT": Row(_one_of(*get_args(LogFormat)), "text or json", "default json in production"),
    "WORKERS": Row(_count, "a whole number from 1 to 64", "web processes of `chairside serve`"),
    "DEBUG": Row(_switch, "yes or no", "Django's debug pages; refused in production"),
    "CLOCK_OFFSET": Row(_seconds, "a whole number of seconds", "moves the clock of the demo; refused in production"),
    "DEMO_DAY": Row(_day, "a date such as 2026-11-20", "the demo's fixed day; refused in production"),
}
