"""What a checker reports: nothing, or faults whose paths grow on the way up, so that a sound resource pays for no path."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeAlias

from chairside.core.intake.issue import Issue, Severity


class Fault(NamedTuple):
    """One thing that is wrong. `path` starts where the checker that found it stands (`.status`, `[2].code`, "")."""

    kind: str
    path: str
    sentence: str
    mendable: bool = False
    severity: Severity = Severity.ERROR


Faults: TypeAlias = "list[Fault] | None"


class Context:
    """What a checker must know beyond the value itself."""

    __slots__ = ("ids", "linked", "pointed")

    def __init__(self, linked: Mapping[str, str]) -> None:
        self.linked = linked  # resource type by full URL of the other entries of the bundle
        self.ids: Mapping[str, str] = {}  # resource type by id of the contained resources around
        self.pointed: set[str] = set()  # local references met so far


Check: TypeAlias = Callable[[Any, Context], Faults]


def under(prefix: str, faults: list[Fault]) -> list[Fault]:
    """The same faults seen from one level higher."""
    return [Fault(fault.kind, prefix + fault.path, *fault[2:]) for fault in faults]


def issue(fault: Fault, root: str) -> Issue:
    """A fault as it is told, with its path from the root."""
    path = root + fault.path
    return Issue(fault.kind, path, f"{path or 'It'}: {fault.sentence}.", fault.severity, fault.mendable)
