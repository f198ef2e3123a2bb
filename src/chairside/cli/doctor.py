"""`chairside doctor`: look at this machine from the bottom up, and say how to mend what is wrong."""

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from chairside.config.environment import Environment, EnvironmentProblem
from chairside.embedded import Cluster, ClusterProblem, default_data_dir


@dataclass(frozen=True)
class Finding:
    """One thing looked at. `mend` says what to do when it is wrong."""

    what: str
    sound: bool
    seen: str
    mend: str = ""


@click.command(short_help="Say what is wrong on this machine and how to mend it.")
@click.option("--stop", is_flag=True, help="Stop the private database.")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def command(stop: bool, as_json: bool) -> None:
    """Say what is wrong on this machine and how to mend it."""
    if stop:
        Cluster(default_data_dir()).stop()
        click.echo("The private database is stopped.")
        return
    findings = list(examine())
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in findings], indent=2))
    else:
        for finding in findings:
            click.echo(f"{'ok   ' if finding.sound else 'WRONG'}  {finding.what}: {finding.seen}")
            if not finding.sound:
                click.echo(f"       {finding.mend}")
    if not all(finding.sound for finding in findings):
        raise click.exceptions.Exit(1)


def examine() -> Iterator[Finding]:
    """The findings, in the order in which one would mend them. What rests on something broken is not looked at."""
    yield _disk(default_data_dir())
    private = not os.environ.get("CHAIRSIDE_DATABASE_URL")
    if private:
        cluster = Cluster(default_data_dir())
        if not cluster.running():
            mend = "`chairside demo` starts it. For production set CHAIRSIDE_DATABASE_URL."
            # Not wrong: it runs only while somebody uses it.
            yield Finding("private database", True, f"not running ({cluster.folder}). {mend}")
            return
        yield Finding("private database", True, f"process {cluster.pid()} in {cluster.folder}")
    try:
        found = _environment(private)
    except (EnvironmentProblem, ClusterProblem) as problem:
        yield Finding("settings", False, str(problem), "Correct it where the service is configured, then look again.")
        return
    yield Finding("settings", True, f"{found.mode}, links begin with {found.base_url}")
    yield from _database(found)


def _environment(private: bool) -> Environment:
    from chairside.cli.database import set_up, use_private

    if private:
        use_private(Cluster(default_data_dir()))
    return set_up()


def _disk(folder: Path) -> Finding:
    while not os.path.exists(folder):
        folder = folder.parent
    free = shutil.disk_usage(folder).free // 1_000_000
    return Finding("disk", free > 500, f"{free} MB free at {folder}", "Make room: the database stops when the disk is full.")


def _database(found: Environment) -> Iterator[Finding]:
    from django.db import OperationalError, connection

    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user, rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
            role, free_of_policies = cursor.fetchone()
            cursor.execute("SELECT current_setting('server_version_num')::int / 10000")
            (version,) = cursor.fetchone()
    except OperationalError as error:
        seen = str(error).strip().splitlines()[0]
        yield Finding("database", False, seen, "Check CHAIRSIDE_DATABASE_URL and that the server is up.")
        return
    yield Finding("database", version >= 15, f"PostgreSQL {version}", "Chairside needs PostgreSQL 15 or newer.")
    mend = "Give CHAIRSIDE_DATABASE_URL a role without SUPERUSER and BYPASSRLS: it can see every organization."
    yield Finding("role", not free_of_policies, f"the app connects as {role}", mend)
    yield _migrations(found)


def _migrations(found: Environment) -> Finding:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    from chairside.cli.connection import connected_as

    with connected_as(found.owner_database_url):
        executor = MigrationExecutor(connection)
        waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    return Finding("tables", not waiting, f"{waiting} migrations are waiting", "Run `chairside migrate`.")
