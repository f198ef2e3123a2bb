"""Turns protocol files into the core's dataclasses, with the exact place of anything that does not fit."""

from __future__ import annotations

import gc
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import ConfigDict, TypeAdapter, ValidationError

from chairside.core.protocols.cited import cited
from chairside.core.protocols.schema.protocol import Protocol
from chairside.formulary.compiled import kept, uncollected
from chairside.formulary.reading import FormularyError, read_text
from chairside.formulary.upgrade import upgraded

HERE = Path(__file__).parent
_LOOSE = re.compile(r"[^\S\n](?:\n|\Z)")  # space at the end of a line
_NOT_PROTOCOLS = {"code_tables", "kinetics"}


def load(protocol_id: str) -> Protocol:
    """The protocol of that id. Raises KeyError when there is none, FormularyError when its file does not fit the schema."""
    path = _files().get(protocol_id)
    if path is None:
        raise KeyError(f"there is no protocol “{protocol_id}”; known: {', '.join(known_ids()) or 'none'}")
    return _load(path)


def load_all() -> tuple[Protocol, ...]:
    """Every protocol of the formulary, by id."""
    with uncollected():
        protocols = tuple(load(protocol_id) for protocol_id in known_ids())
        _settle()
    return protocols


@lru_cache(maxsize=1)
def _settle() -> None:
    """Once, with all of them loaded: they live as long as the process, so the collector need not walk them again and again."""
    gc.freeze()


def known_ids() -> tuple[str, ...]:
    """The ids of the protocols that the formulary holds, in order."""
    return tuple(sorted(_files()))


def no_protocol(wanted: str) -> str:
    """The sentence that there is none of that id, with the nearest ids."""
    from difflib import get_close_matches

    said = " ".join(wanted.split())[:40]
    begun = [known for known in known_ids() if known.startswith(f"{said.casefold()}_")]
    near = begun[:3] or get_close_matches(said.casefold(), known_ids(), 3, 0.6)
    hint = f"did you mean {' or '.join(near)}?" if near else "`chairside protocols list` shows those that there are"
    return f"there is no protocol “{said}”; {hint}"


def path_of(protocol_id: str) -> Path:
    """The file that a protocol is read from."""
    return _files()[protocol_id]


def parse(text: str, name: str = "protocol") -> Protocol:
    """Read one protocol from YAML text. Raises FormularyError naming each field that does not fit."""
    return replace(typed(content(text, name), name), sha256=canonical_sha256(text))


def parse_kept(text: str, name: str = "protocol") -> Protocol:
    """The same for a text that is read again and again: it is kept as it was read (`compiled`)."""
    return kept(canonical_sha256(text), lambda: parse(text, name))


def content(text: str, name: str = "protocol") -> dict[str, Any]:
    """What the YAML text holds, brought up to the present schema, and not yet typed. Raises FormularyError."""
    raw = read_text(text, name)
    if not isinstance(raw, dict):
        raise FormularyError(f"{name}: a protocol file holds one mapping")
    for own in ("sha256", "site"):
        if own in raw:
            raise FormularyError(f"{name}: {own}: a protocol file does not state it")
    return upgraded(raw, name)


def typed(raw: Mapping[str, Any], name: str = "protocol") -> Protocol:
    """The content as a protocol, without a hash. Raises FormularyError naming each field that does not fit."""
    listed = {**raw, "sources": [{"key": key, **fields} for key, fields in (raw.get("sources") or {}).items()]}
    try:
        (protocol,) = _adapter().validate_python([listed])
    except ValidationError as problem:
        raise FormularyError("\n".join(_places(problem, listed, name))) from None
    return cited(protocol)


def canonical_sha256(text: str) -> str:
    """SHA-256 of the file with line ends as LF and no space at the ends of lines, so that a checkout cannot change it."""
    if "\r" in text or _LOOSE.search(text):
        lines = [line.rstrip() for line in text.replace("\r\n", "\n").split("\n")]
        text = "\n".join(lines)
    return hashlib.sha256((text.rstrip("\n") + "\n").encode()).hexdigest()


@lru_cache(maxsize=1)
def _adapter() -> TypeAdapter[list[Protocol]]:
    # A list, because pydantic takes no configuration beside a dataclass: the dataclasses inside inherit it (no unknown keys).
    return TypeAdapter(list[Protocol], config=ConfigDict(extra="forbid"))


@lru_cache(maxsize=1)
def _files() -> Mapping[str, Path]:
    return {path.stem: path for path in HERE.glob("*/*.yaml") if path.parent.name not in _NOT_PROTOCOLS}


@lru_cache(maxsize=1024)
def _load(path: Path) -> Protocol:
    protocol = parse_kept(path.read_text(encoding="utf-8"), path.name)
    if protocol.id != path.stem:
        raise FormularyError(f"{path.name}: the id “{protocol.id}” is not the name of the file")
    return protocol


def _places(problem: ValidationError, raw: Mapping[str, Any], name: str) -> list[str]:
    """One line an error: the path into the file and what is wrong. Errors of union arms not meant are left out."""
    errors = problem.errors(include_url=False, include_input=False)
    wrong_arms = {error["loc"][:-1] for error in errors if error["type"] == "literal_error"}
    lines = []
    for error in errors:
        place = error["loc"]
        if any(place[: len(arm)] == arm for arm in wrong_arms):
            continue
        lines.append(f"{name}: {_path(place[1:], raw)}: {error['msg'][0].lower()}{error['msg'][1:]}")
    return lines or [f"{name}: {_path(error['loc'][1:], raw)}: {error['msg']}" for error in errors]


def _path(place: Sequence[int | str], raw: Any) -> str:
    """The path as a reader of the file would write it: keys and positions that exist, without pydantic's own steps."""
    parts: list[str] = []
    here = raw
    for step in place:
        if isinstance(step, int):
            parts.append(f"[{step}]")
            here = here[step] if isinstance(here, list) and step < len(here) else None
        elif isinstance(here, dict) and step in here:
            parts.append(f".{step}")
            here = here[step]
        elif step == place[-1]:
            parts.append(f".{step}")
    return "".join(parts).lstrip(".") or "protocol"
