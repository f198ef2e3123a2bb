"""Every small change (mutant) that mutmut would make in the engine, which of them are only wording, and a sample of the rest.

A change is *only wording* when it alters nothing but the text of a string literal that has a space in it, so a part of a
sentence or what stands between its words, or of a literal that stands inside an f-string. Keys, codes, units and field paths
have no space and stay. A message that is left out, or made None, is no wording either. mutmut itself leaves docstrings alone.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider
from mutmut.mutation.file_mutation import Mutation, create_mutations, group_by_top_level_node
from mutmut.mutation.trampoline_templates import mangle_function_name
from mutmut.utils.format_utils import get_mutant_name

CORE = "src/chairside/core"
ENGINE = (
    *(f"{CORE}/{folder}/*.py" for folder in ("plans", "plans/*", "clearance")),
    f"{CORE}/kernel/kidney.py",
    *(f"{CORE}/protocols/{name}.py" for name in ("truth", "standing", "stretch")),
    # The ladder: which one, at what rate, how fast, until when, and what may be resumed.
    f"{CORE}/visit/run/*.py",
    *(f"{CORE}/visit/{name}.py" for name in ("from_protocol", "ladder")),
    # Safety at the chair.
    f"{CORE}/visit/reactions/*.py",
    f"{CORE}/visit/news2.py",
)


@dataclass(frozen=True)
class Change:
    """One mutant: its name for mutmut, where it is and what it does."""

    name: str
    path: str
    line: int
    before: str
    after: str
    wording: bool

    def __str__(self) -> str:
        function = (
            self.name.rpartition(".")[2].partition("__mutmut_")[0].removeprefix("x_").removeprefix("xǁ").replace("ǁ", ".")
        )
        return f"{self.path.removeprefix(CORE + '/')}:{self.line} {function}: {self.before}  ->  {self.after}"


def engine_files(root: Path) -> list[Path]:
    """The files of the engine; a pattern that meets none is an error, so that a renamed file is not left out unseen."""
    found = {pattern: sorted(root.glob(pattern)) for pattern in ENGINE}
    absent = [pattern for pattern, files in found.items() if not files]
    if absent:
        raise FileNotFoundError(f"No file for {', '.join(absent)}: mend ENGINE in {__name__}.")
    return sorted({file for files in found.values() for file in files})


def every_change(root: Path) -> list[Change]:
    return [change for file in engine_files(root) for change in changes_in(root, file)]


def sample(changes: Sequence[Change], size: int, seed: int) -> list[Change]:
    """So many changes that are more than wording: the same ones for the same source and seed."""
    meant = sorted((change for change in changes if not change.wording), key=lambda change: change.name)
    return random.Random(seed).sample(meant, min(size, len(meant)))


def changes_in(root: Path, file: Path) -> list[Change]:
    """The changes of one file, numbered within each function as mutmut numbers them."""
    path = file.relative_to(root)
    source = file.read_text()
    module, mutations, _, _ = create_mutations(str(path), source)
    within = group_by_top_level_node(mutations)
    lines = {
        node: place.start.line
        for node, place in MetadataWrapper(module, unsafe_skip_copy=True).resolve(PositionProvider).items()
    }
    inside_f_strings = _literals_inside_f_strings(module)
    return [
        Change(
            get_mutant_name(path, f"{mangle_function_name(name=function.name.value, class_name=kind)}__mutmut_{number}"),
            str(path),
            lines.get(one.original_node, lines[function]),
            _shown(module, one.original_node),
            _shown(module, one.mutated_node),
            _only_wording(one, inside_f_strings),
        )
        for function, kind in _functions(module)
        for number, one in enumerate(within.get(function, ()), 1)
    ]


def _functions(module: cst.Module) -> Iterator[tuple[cst.FunctionDef, str | None]]:
    """What mutmut takes for the place of a change: functions of the module, and methods of its classes."""
    for statement in module.body:
        if isinstance(statement, cst.FunctionDef):
            yield statement, None
        elif isinstance(statement, cst.ClassDef) and isinstance(statement.body, cst.IndentedBlock):
            for inner in statement.body.body:
                if isinstance(inner, cst.FunctionDef):
                    yield inner, statement.name.value


def _only_wording(one: Mutation, inside_f_strings: set[cst.CSTNode]) -> bool:
    literal, changed = one.original_node, one.mutated_node
    if not isinstance(literal, cst.SimpleString) or not isinstance(changed, cst.SimpleString):
        return False
    return " " in literal.value or literal in inside_f_strings


def _literals_inside_f_strings(module: cst.Module) -> set[cst.CSTNode]:
    """`"was" if one else "were"` within braces; a key between brackets (`limits["mL/h"]`) is none."""
    found: set[cst.CSTNode] = set()
    for expression in _below(module, cst.FormattedStringExpression):
        keys = {key for subscript in _below(expression, cst.Subscript) for key in _below(subscript, cst.SimpleString)}
        found |= set(_below(expression, cst.SimpleString)) - keys
    return found


def _below(node: cst.CSTNode, kind: type[cst.CSTNode]) -> Iterator[cst.CSTNode]:
    for child in node.children:
        if isinstance(child, kind):
            yield child
        yield from _below(child, kind)


def _shown(module: cst.Module, node: cst.CSTNode) -> str:
    return " ".join(module.code_for_node(node).split())
