"""The linter of protocols: what must hold in every file before a pharmacist is asked to read it. One module a subject."""

from __future__ import annotations

from collections.abc import Mapping

from chairside.core.protocols.lint import (
    adjustments,
    amounts,
    dates,
    evaluable,
    grids,
    keys,
    ladders,
    numbers,
    references,
    tables,
    timing,
    units,
)
from chairside.core.protocols.lint.finding import Code, Finding
from chairside.core.protocols.schema.protocol import Protocol

__all__ = ["Code", "Finding", "lint"]

_SUBJECTS = (keys, numbers, evaluable, units, tables, grids, adjustments, timing, dates, ladders)


def lint(protocol: Protocol, known: Mapping[str, Protocol] | None = None) -> tuple[Finding, ...]:
    """Every fault found, in the order of the subjects. An empty answer means that the file may go to its reviewer.

    known   the protocols by id that menus, plans and doses from another product may name; without them those are not judged
    """
    found = [*references.check(protocol, known), *amounts.check(protocol, known)]
    return (*found, *(finding for subject in _SUBJECTS for finding in subject.check(protocol)))
