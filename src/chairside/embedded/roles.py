"""Roles and databases inside a running cluster.

The app role can neither skip row-level security nor change tables; the read role cannot write. What each may touch is granted
by the migrations, which own the tables.
"""

from collections.abc import Mapping

import psycopg
from psycopg import sql

from chairside.embedded.passwords import ROLE_NAMES, Role

_DATABASE_ROLES: tuple[Role, ...] = ("owner", "app", "read")


def ensure_roles(superuser_url: str, passwords: Mapping[Role, str]) -> None:
    """Create whichever of the three roles is missing."""
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        present = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles")}
        for role in _DATABASE_ROLES:
            if ROLE_NAMES[role] not in present:
                # Transactional, so that an interruption never leaves a read role that can write.
                with connection.transaction():
                    _create_role(connection, role, passwords[role])


def create_database(superuser_url: str, name: str, template: str | None) -> None:
    """A database owned by the owner role, closed to everyone but the three roles."""
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(ROLE_NAMES["owner"]), sql.Identifier(template or "template1")
            )
        )
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name)))
        connection.execute(
            sql.SQL("GRANT CONNECT ON DATABASE {} TO {}, {}").format(
                sql.Identifier(name), sql.Identifier(ROLE_NAMES["app"]), sql.Identifier(ROLE_NAMES["read"])
            )
        )


def database_exists(superuser_url: str, name: str) -> bool:
    """Whether the cluster has this database."""
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        return connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None


def drop_database(superuser_url: str, name: str) -> None:
    """Drop a database, ending whatever is still connected to it."""
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _create_role(connection: psycopg.Connection, role: Role, password: str) -> None:
    name = sql.Identifier(ROLE_NAMES[role])
    connection.execute(
        sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD {}").format(
            name, sql.Literal(password)
        )
    )
    if role == "read":
        connection.execute(sql.SQL("ALTER ROLE {} SET default_transaction_read_only = on").format(name))
