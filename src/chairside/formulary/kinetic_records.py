"""Loads what is published about levels in the blood (`kinetics/`), one file a drug and route."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from pydantic import ConfigDict, TypeAdapter, ValidationError

from chairside.core.kinetics.schema import Record
from chairside.formulary.reading import FormularyError, read_file

FOLDER = Path(__file__).parent / "kinetics"


def known_records() -> tuple[str, ...]:
    """The ids of the records, in order."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))


@lru_cache(maxsize=128)
def record(record_id: str) -> Record:
    """The record of that id. Raises KeyError when there is none, FormularyError when its file does not fit."""
    path = FOLDER / f"{record_id}.yaml"
    if record_id not in known_records():
        raise KeyError(f"there is no record of levels “{record_id}”")
    return parse(path)


def parse(path: Path) -> Record:
    """Read one file. Raises FormularyError naming each field that does not fit."""
    raw = read_file(path)
    if not isinstance(raw, dict):
        raise FormularyError(f"{path.name}: a record holds one mapping")
    listed = {**raw, "sources": [{"key": key, **fields} for key, fields in (raw.get("sources") or {}).items()]}
    try:
        (read,) = _adapter().validate_python([listed])
    except ValidationError as problem:
        places = (f"{path.name}: {'.'.join(map(str, error['loc'][1:]))}: {error['msg']}" for error in problem.errors())
        raise FormularyError("\n".join(places)) from None
    if read.id != path.stem:
        raise FormularyError(f"{path.name}: the id “{read.id}” is not the name of the file")
    return read


@lru_cache(maxsize=1)
def by_protocol() -> dict[str, str]:
    """The record that a therapy's levels are drawn from, by protocol."""
    return {protocol: found for found in known_records() for protocol in record(found).protocols}


@lru_cache(maxsize=1)
def _adapter() -> TypeAdapter[list[Record]]:
    # A list, because pydantic takes no configuration beside a dataclass: the dataclasses inside inherit it (no unknown keys).
    return TypeAdapter(list[Record], config=ConfigDict(extra="forbid"))
