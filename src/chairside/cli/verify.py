"""`chairside verify DIR|FILE...`: acceptance vectors against the engine. No database, no Django."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from chairside.cli.vectors import Row
    from chairside.exchange.questions.compare import Miss
    from chairside.exchange.questions.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class Result:
    """One row, run: what was missed, and why it could not be asked at all where the formulary lacks what it needs."""

    row: Row
    misses: tuple[Miss, ...] = ()
    not_encoded: str = ""


@dataclass(slots=True)
class Report:
    """All rows. What is not encoded is neither passed nor failed, unless it must be there (`strict`)."""

    strict: bool
    results: list[Result] = field(default_factory=list)

    @property
    def not_encoded(self) -> list[Result]:
        return [result for result in self.results if result.not_encoded]

    @property
    def failed(self) -> list[Result]:
        return [result for result in self.results if result.misses or (self.strict and result.not_encoded)]

    @property
    def counts(self) -> dict[str, int]:
        """How many passed, failed, and are not encoded."""
        left_out = 0 if self.strict else len(self.not_encoded)
        passed = len(self.results) - len(self.failed) - left_out
        return {"passed": passed, "failed": len(self.failed), "not_encoded": left_out}


@click.command(short_help="Run acceptance vectors.")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="DIR|FILE...")
@click.option("--layer", type=click.Path(path_type=Path), metavar="FILE", help="A site's layer over the protocols.")
@click.option("--strict", is_flag=True, help="What is not encoded counts as failed.")
@click.option("--json", "as_json", is_flag=True, help="The report as JSON.")
def command(paths: Sequence[Path], layer: Path | None, strict: bool, as_json: bool) -> None:
    """Run acceptance vectors (YAML) and print each miss with what was expected and what came. Exit 1 on a miss.

    A row that asks for a protocol or a question that is not there is reported as not encoded, never as passed.
    """
    from chairside.cli.rulebook import FormularyOnDisk
    from chairside.cli.vectors import rows

    rulebook, report = FormularyOnDisk(layer), Report(strict)
    with _progress(rows(paths)) as waiting:
        report.results.extend(verified(row, rulebook) for row in waiting)
    click.echo(_as_json(report) if as_json else "\n".join(_as_text(report)))
    if report.failed:
        raise click.exceptions.Exit(1)


def verified(row: Row, rulebook: Rulebook) -> Result:
    """Ask the engine one row's question and compare. A question that it cannot use is a miss; so is a defect."""
    from chairside.exchange.questions.compare import Miss, misses
    from chairside.exchange.questions.rulebook import UnknownProtocol
    from chairside.exchange.questions.table import NotBuilt, ask
    from chairside.exchange.questions.text import InputProblem

    try:
        answer = ask(row.op, row.question, rulebook)
    except UnknownProtocol:
        return Result(row, not_encoded=f"protocol {row.question['protocol']}")
    except NotBuilt as problem:
        return Result(row, not_encoded=str(problem))
    except InputProblem as problem:
        return Result(row, (Miss("question", "an answer", f"unusable: {problem}"),))
    except click.ClickException:
        raise
    except Exception as error:  # one defect must not hide what the other rows would say
        return Result(row, (Miss("question", "an answer", f"a defect: {type(error).__name__}: {error}"),))
    return Result(row, misses(row.expected, answer))


def _as_text(report: Report) -> Iterator[str]:
    """Each miss, then what is not encoded, then the counts."""
    for result in report.results:
        for miss in result.misses:
            yield f"{result.row.file}: {result.row.id}: {miss.key}"
            yield f"  expected  {_shown(miss.expected)}"
            yield f"  got       {_shown(miss.got)}"
    for why, count in sorted(Counter(result.not_encoded for result in report.not_encoded).items()):
        yield f"not encoded: {why} ({count} {'row' if count == 1 else 'rows'})"
    counts = report.counts
    told = f"{counts['passed']} passed, {counts['failed']} failed"
    yield f"{told}, {counts['not_encoded']} not encoded" if counts["not_encoded"] else told


def _as_json(report: Report) -> str:
    told: dict[str, Any] = dict(report.counts)
    told["misses"] = [
        {"file": result.row.file, "id": result.row.id, "key": miss.key, "expected": miss.expected, "got": miss.got}
        for result in report.results
        for miss in result.misses
    ]
    told["rows_not_encoded"] = [
        {"file": result.row.file, "id": result.row.id, "why": result.not_encoded} for result in report.not_encoded
    ]
    return json.dumps(told, ensure_ascii=False, indent=1, default=str)


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


@contextmanager
def _progress(rows: Sequence[Row]) -> Iterator[Iterable[Row]]:
    """A bar on a terminal; nothing at all in a pipe."""
    if not sys.stderr.isatty():
        yield rows
        return
    with click.progressbar(rows, label="Verifying", file=sys.stderr) as bar:
        yield bar
