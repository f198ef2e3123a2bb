"""A resource's text for people: indented with every digit kept, and on which line of a text each element stands."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from chairside.exchange.fhir.text import canonical

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
_LAST = re.compile(r"(\.[^.\[\]]*|\[[0-9]+\])$")


def indented(value: Any, margin: str = "") -> str:
    """The value as text of several lines, members in the order in which it has them, numbers as they were written."""
    inner = f"{margin}  "
    if isinstance(value, dict) and value:
        lines = [f"{inner}{canonical(name)}: {indented(item, inner)}" for name, item in value.items()]
        return "{\n" + ",\n".join(lines) + f"\n{margin}}}"
    if isinstance(value, list) and value:
        lines = [f"{inner}{indented(item, inner)}" for item in value]
        return "[\n" + ",\n".join(lines) + f"\n{margin}]"
    return canonical(value)


def lines_of(text: str, root: str) -> dict[str, int]:
    """Path of each element (`Coverage.class[0].type.code`) -> the line of the text on which it begins, from 1.

    text    one JSON value that `parse` reads
    root    what its paths begin with: the resource's type
    """
    found = {root: 1}
    open_: list[tuple[str, str]] = []  # what is open, and its path
    counts: list[int] = []
    here, name_next, line, seen = root, False, 1, 0
    for match in _TOKEN.finditer(text):
        line += text.count("\n", seen, match.start())
        seen, mark = match.start(), match[0]
        if mark in "}]":
            open_.pop()
            counts.pop()
            name_next = False
        elif mark == ",":
            kind, path = open_[-1]
            counts[-1] += 1
            name_next = kind == "{"
            here = path if name_next else f"{path}[{counts[-1]}]"
        elif name_next and mark[0] == '"':
            here, name_next = f"{open_[-1][1]}.{json.loads(mark, strict=False)}", False
            found.setdefault(here, line)
        elif mark != ":":
            found.setdefault(here, line)
            if mark in "{[":
                open_.append((mark, here))
                counts.append(0)
                name_next = mark == "{"
                here = here if name_next else f"{here}[0]"
    return found


def line_for(path: str, lines: Mapping[str, int]) -> int | None:
    """The line of an element, or of the nearest thing around it that is there: what is missing stands nowhere itself.

    None when there is not even that, as for a path of another resource.
    """
    while path:
        if path in lines:
            return lines[path]
        chosen = (line for name, line in lines.items() if name.startswith(path) and name[len(path) :][:1].isupper())
        if (line := next(chosen, None)) is not None:  # `Observation.value` stands as `valueQuantity`
            return line
        path = _LAST.sub("", path) if _LAST.search(path) else ""
    return None
