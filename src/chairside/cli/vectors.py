"""Files of acceptance vectors (YAML): which question each row asks of the engine, and what it expects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chairside.cli.problems import UsageProblem

# What a row says about itself; the rest of a row without `inputs` is its question.
_ABOUT = frozenset("id title op inputs expected rules basis source source_status provenance note why layer".split())  # noqa: SIM905
# Kind of file: the engine's question when the rows name only the rule (`op` inside), or when they are flat.
_WITH_RULES = {"dosing": "calc", "safety": "safety"}
_FLAT = {"billing": "charge", "coverage_clocks": "clock", "payer_policy_cases": "policy"}
# What is compared in a way of its own, and so must have its shape.
_EXPECTED: Mapping[str, type] = dict.fromkeys(("at_least", "at_most"), dict) | dict.fromkeys(
    ("outcome_in", "reasons_include", "held_by", "held_by_any", "not_held_by"), list
)
_KINDS = ("protocol_cases", *_WITH_RULES, *_FLAT)


@dataclass(frozen=True, slots=True)
class Row:
    """One vector: its file and id, the engine's question, and what is expected of the answer."""

    file: str
    id: str
    op: str
    question: dict[str, Any]
    expected: Mapping[str, Any]


def rows(paths: Sequence[Path]) -> tuple[Row, ...]:
    """The rows of files, and of the YAML files in folders. Raises UsageProblem naming the file and row that cannot be used."""
    found = tuple(row for path in _files(paths) for row in _rows(path))
    if not found:
        raise UsageProblem(f"PATH: no vectors in {', '.join(map(str, paths))}")
    return found


def _files(paths: Iterable[Path]) -> Iterable[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(file for file in path.rglob("*") if file.suffix in (".yaml", ".yml"))
        elif path.is_file():
            yield path
        else:
            raise UsageProblem(f"PATH: there is no file or folder {path}")


def _rows(path: Path) -> Iterable[Row]:
    content = _content(path)
    kind, entries = content.get("kind"), content.get("vectors")
    if not isinstance(kind, str) or kind not in _KINDS:
        said = f"“{kind[:40]}”" if isinstance(kind, str) else "what is there"
        raise UsageProblem(f"{path}: kind: {said} is not one of {', '.join(_KINDS)}")
    if not isinstance(entries, list):
        raise UsageProblem(f"{path}: vectors: a list is expected")
    inputs: dict[str, Any] = {}
    for place, entry in enumerate(entries):
        row = _row(path, content, entry, f"{path}: vectors[{place}]", inputs)
        if row.id in inputs:
            raise UsageProblem(f"{path}: vectors[{place}].id: “{row.id}” is there twice")
        inputs[row.id] = entry.get("inputs")
        yield row


def _row(path: Path, content: Mapping[str, Any], entry: Any, place: str, earlier: Mapping[str, Any]) -> Row:
    if not isinstance(entry, Mapping):
        raise UsageProblem(f"{place}: an object with id, inputs and expected is expected")
    kind = content["kind"]
    needed = {"id": (str, int), "expected": (Mapping,)}
    needed |= {} if kind in _FLAT else {"op": (str,), "inputs": (Mapping,)}
    for key, types in needed.items():
        if not isinstance(entry.get(key), types):
            raise UsageProblem(f"{place}.{key}: {'has the wrong type' if entry.get(key) is not None else 'is missing'}")
    for key, part in (("", entry), (".inputs", entry.get("inputs")), (".expected", entry["expected"])):
        if isinstance(part, Mapping) and not all(isinstance(name, str) for name in part):
            raise UsageProblem(f"{place}{key}: a name of a field is not text")
    for key, shape in _EXPECTED.items():
        if key in entry["expected"] and not isinstance(entry["expected"][key], shape):
            raise UsageProblem(f"{place}.expected.{key}: has the wrong type")
    return Row(path.name, str(entry["id"]), *_question(kind, content, entry, earlier), entry["expected"])


def _question(
    kind: str, content: Mapping[str, Any], entry: Mapping[str, Any], earlier: Mapping[str, Any]
) -> tuple[str, dict[str, Any]]:
    """The engine's question and its fields."""
    if kind in _FLAT:
        shared = {"as_of": content["as_of"]} if "as_of" in content else {}
        return _FLAT[kind], shared | {key: value for key, value in entry.items() if key not in _ABOUT}
    inputs = dict(entry["inputs"])
    if kind not in _WITH_RULES:
        return entry["op"], inputs
    if isinstance(inputs.get("base"), str) and inputs["base"] in earlier:
        inputs["base"] = earlier[inputs["base"]]  # a row may build on an earlier one: the engine knows no rows
    return _WITH_RULES[kind], {"op": entry["op"], "inputs": inputs}


def _content(path: Path) -> Mapping[str, Any]:
    from chairside.formulary.reading import FormularyError, read_text

    try:
        content = read_text(path.read_text(encoding="utf-8"), str(path), plain=True)
    except OSError as problem:
        raise UsageProblem(f"{path}: cannot be read: {(problem.strerror or 'not a file').lower()}") from None
    except UnicodeDecodeError:
        raise UsageProblem(f"{path}: is not text in UTF-8") from None
    except RecursionError:
        raise UsageProblem(f"{path}: is nested too deeply") from None
    except FormularyError as problem:
        raise UsageProblem(" ".join(str(problem).split())) from None
    if not isinstance(content, Mapping):
        raise UsageProblem(f"{path}: a mapping with kind and vectors is expected")
    return content
