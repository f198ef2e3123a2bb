"""A center with a database of its own and `chairside` commands as processes on it; and all that it holds, comparable.

Two databases hold the same when the same imports went into both, in whichever pieces, whoever was killed on the way.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import IO, Any
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

from chairside.cli.connection import connected_as
from chairside.embedded import Cluster

DAY = "2026-11-23"
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
# How often something was asked for, and the chain over the entries, which `chairside audit verify` walks.
_NOT_CONTENT = re.compile(r"django_|auth_|procrastinate_|interop_importrun|audit_auditlink|audit_auditpending|formulary_")


def prepare(cluster: Cluster) -> None:
    """Let databases be copies of this cluster's own, with one center in it."""
    from tests.apps.intake.cast import center as made

    with connected_as(cluster.url("app")), made():
        pass


@dataclass
class Center:
    """One database of a cluster; with `private` the commands find the cluster by its folder, and start it where it is down."""

    cluster: Cluster
    name: str = "chairside"
    private: bool = False
    children: list[subprocess.Popen[str]] = field(default_factory=list)

    def url(self, role: str = "superuser") -> str:
        return self.cluster.url(role, self.name)  # type: ignore[arg-type]

    def start(self, *words: object, stdin: int | IO[bytes] = subprocess.DEVNULL, **more: str) -> subprocess.Popen[str]:
        """`chairside words…` on this database."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("CHAIRSIDE_", "DJANGO_"))}
        mine = (
            {"CHAIRSIDE_DATA_DIR": str(self.cluster.folder)}
            if self.private
            else {
                "CHAIRSIDE_MODE": "demo",
                "CHAIRSIDE_DATABASE_URL": self.url("app"),
                "CHAIRSIDE_OWNER_DATABASE_URL": self.url("owner"),
                "CHAIRSIDE_SECRET_KEY": "x" * 40,
            }
        )
        child = subprocess.Popen(
            [sys.executable, "-m", "chairside.cli", *map(str, words)],
            env=kept | mine | more, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            errors="backslashreplace",
        )  # fmt: skip
        self.children.append(child)
        return child

    def import_(self, *words: object, **more: Any) -> subprocess.Popen[str]:
        return self.start("import", *words, "--as-of", DAY, "--json", **more)

    def imported(self, *words: object, **more: Any) -> dict[str, Any]:
        """The report of an import that must end well."""
        return report(self.import_(*words, **more))

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.url()) as direct:
            return direct.execute(query, values).fetchall()  # type: ignore[arg-type]

    def verified(self) -> None:
        """The audit chain is whole."""
        done = self.start("audit", "verify")
        said, complaint = done.communicate(timeout=60)
        assert done.returncode == 0, said + complaint

    def end(self) -> None:
        """Whatever still runs of it."""
        for child in self.children:
            if child.poll() is None:
                child.kill()
            child.communicate()


def report(child: subprocess.Popen[str], seconds: float = 300) -> dict[str, Any]:
    """What an import that must end well said at its end."""
    said, complaint = child.communicate(timeout=seconds)
    assert (child.returncode, complaint) == (0, ""), f"{child.returncode}: {complaint}"
    found: dict[str, Any] = json.loads(said)
    return found


@contextmanager
def center(cluster: Cluster, name: str) -> Iterator[Center]:
    """A new database with a center in it and nothing else; its processes are ended at the end."""
    cluster.create_database(name, template="chairside")
    made = Center(cluster, name)
    try:
        yield made
    finally:
        made.end()
        cluster.drop_database(name)


def state(place: Center, begun: datetime, without: tuple[str, ...] = ()) -> dict[str, Counter[str]]:
    """Every row of every table apart from its ids and the moments at which it came.

    An id stands for the row that has it: rows are named by what they hold and, in rounds, by what the rows hold that they name.

    begun      what is later than this is a moment of the import
    without    columns that may differ, as `table.column`
    """
    tables = _tables(place, begun, without)
    names = {str(row["id"]): "" for rows in tables.values() for row in rows if isinstance(row.get("id"), UUID)}
    for _ in range(4):
        found = {}
        for table, rows in tables.items():
            for row in rows:
                if isinstance(row.get("id"), UUID):
                    text = json.dumps(_plain(row, names), sort_keys=True, ensure_ascii=False, default=str)
                    found[str(row["id"])] = hashlib.sha256(f"{table} {text}".encode(errors="backslashreplace")).hexdigest()[:12]
        names = found
    return {
        table: Counter(json.dumps(_plain(row, names), sort_keys=True, ensure_ascii=False, default=str) for row in rows)
        for table, rows in tables.items()
    }


def _tables(place: Center, begun: datetime, without: tuple[str, ...]) -> dict[str, list[dict[str, Any]]]:
    found = {}
    with psycopg.connect(place.url(), row_factory=dict_row) as direct:
        rows = direct.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1").fetchall()
        for table in (row["tablename"] for row in rows):
            if _NOT_CONTENT.match(table):
                continue
            query = sql.SQL("SELECT * FROM {}").format(sql.Identifier(table))
            found[table] = [
                {name: _moment(value, begun) for name, value in row.items() if f"{table}.{name}" not in without}
                for row in direct.execute(query)
            ]
    return found


def _moment(value: Any, begun: datetime) -> Any:
    if isinstance(value, datetime) and value.tzinfo and value >= begun:
        return "during the import"
    return hashlib.sha256(value).hexdigest() if isinstance(value, bytes) else value


def _plain(row: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    """The row without its own id, the ids in it replaced by the names of the rows that have them."""
    return {
        name: _UUID.sub(lambda found: names.get(found[0], found[0]), str(value)) if isinstance(value, UUID | str) else value
        for name, value in row.items()
        if name not in ("id", "run_id", "pgh_id")  # who imported it, and numbers that a transaction used up which never was
    }


def same(found: dict[str, Counter[str]], expected: dict[str, Counter[str]]) -> None:
    """Both databases hold the same; else says by table what is missing or too much."""
    wrong = {
        table: {"missing": list((expected[table] - rows).items())[:2], "too much": list((rows - expected[table]).items())[:2]}
        for table, rows in found.items()
        if rows != expected[table]
    }
    assert not wrong, f"{', '.join(wrong)}: {json.dumps(wrong, indent=1, ensure_ascii=False)[:4000]}"


def now() -> datetime:
    return datetime.now(UTC)


def until(true: Callable[[], bool], seconds: float = 60) -> None:
    """Wait until it is true."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.002)
