"""`chairside engine OP [FILE|-]`: one question to the rulebook, JSON in, JSON out. No database, no Django."""

import sys
from pathlib import Path

import click

from chairside.cli.problems import UsageProblem


@click.command(short_help="Ask the rulebook one question: JSON in, JSON out.")
@click.argument("op", metavar="OP")
@click.argument("source", metavar="[FILE|-]", default="-")
@click.option("--layer", type=click.Path(path_type=Path), metavar="FILE", help="A site's layer over the protocols.")
def command(op: str, source: str, layer: Path | None) -> None:
    """Ask the rulebook one question. OP is one of dose, ladder, plan, clear, prepare, restart, charge, clock, policy, calc,
    safety, red_flags; the question is JSON in FILE or on standard input.

    A refusal is an answer (exit 0). A question that cannot be used exits 2 with one sentence that names the field.
    """
    from chairside.cli.rulebook import FormularyOnDisk
    from chairside.exchange.questions.table import ask
    from chairside.exchange.questions.text import InputProblem, parse, write

    try:
        answer = ask(op, parse(_text(source)), FormularyOnDisk(layer))
    except InputProblem as problem:
        raise UsageProblem(str(problem)) from None
    click.echo(write(answer))


def _text(source: str) -> str:
    """The question as text. Raises UsageProblem when it cannot be read."""
    if source == "-" and sys.stdin is None:  # a caller that closed it
        raise UsageProblem("FILE: standard input is closed")
    try:
        raw = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
    except OSError as problem:
        raise UsageProblem(f"FILE: {source} cannot be read: {(problem.strerror or 'not a file').lower()}") from None
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        raise UsageProblem(f"FILE: {source} is not text in UTF-8") from None
