"""The linter of protocols: what must hold in every file before a pharmacist is asked to read it. One module a subject."""

from __future__ import annotations

from chairside.core.protocols.lint import keys, ladders, numbers, tables, timing, units
from chairside.core.protocols.lint.finding import Finding
from chairside.core.protocols.schema.protocol import Protocol

__all__ = ["Finding", "lint"]


def lint(protocol: Protocol) -> tuple[Finding, ...]:
    """Every fault found, in the order of the subjects. An empty answer means that the file may go to its reviewer."""
    subjects = (keys.check, numbers.check, units.check, tables.check, timing.check, ladders.check)
    return tuple(finding for check in subjects for finding in check(protocol))
