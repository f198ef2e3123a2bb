"""Which organization the database connection may see. Nothing set means that nothing is seen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from django.db import connection


@dataclass(frozen=True, slots=True)
class Scope:
    """What a connection may see: one organization's rows, and log-ins while someone signs in."""

    organization: str = ""
    signing_in: bool = False


_NOTHING = Scope()


def current() -> Scope:
    """The scope that was last put on this thread's connection."""
    return getattr(connection, "chairside_scope", _NOTHING)


@contextmanager
def organization_scope(organization: UUID | str) -> Iterator[None]:
    """Let this connection see the rows of one organization, and nothing else, until the block ends."""
    with _scope(Scope(str(organization))):
        yield


def organization_enter(organization: UUID | str) -> None:
    """Go from `signing_in` over into an organization, for the rest of that block; its end closes both.

    For the one place where a request learns who it is from: it saves every request the way back and forth.
    """
    if not current().signing_in:
        raise RuntimeError("organization_enter is for inside signing_in; everywhere else use organization_scope")
    _put(Scope(str(organization)))


@contextmanager
def signing_in() -> Iterator[None]:
    """Let this connection find a log-in or an organization that is not known yet, and no other row, until the block ends."""
    with _scope(Scope("", signing_in=True)):
        yield


@contextmanager
def _scope(scope: Scope) -> Iterator[None]:
    before = current()
    _put(scope)
    try:
        yield
    finally:
        _restore(before)


def _put(scope: Scope) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('chairside.organization', %s, false), set_config('chairside.signing_in', %s, false)",
            [scope.organization, "on" if scope.signing_in else ""],
        )
    connection.chairside_scope = scope  # type: ignore[attr-defined]


def _restore(scope: Scope) -> None:
    """Put a scope back. A connection on which that fails is not reused, so no scope outlives its block."""
    try:
        _put(scope)
    except Exception:
        connection.chairside_scope = _NOTHING  # type: ignore[attr-defined]
        if connection.in_atomic_block:
            connection.needs_rollback = True
        else:
            connection.close()
