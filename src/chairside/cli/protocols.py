"""`chairside protocols`: list, show, lint, compare the formulary, and say what its numbers rest on. No database, no Django."""

import json
from collections.abc import Callable
from typing import Any, TypeVar

import click

from chairside.cli.problems import UsageProblem
from chairside.core.protocols import Protocol
from chairside.core.protocols.lint import Finding, lint
from chairside.formulary import loader
from chairside.formulary.reading import FormularyError

Command = TypeVar("Command", bound=Callable[..., Any])


def _shared(command: Command) -> Command:
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(command)


@click.group(short_help="List, show, lint and compare the formulary.")
def command() -> None:
    """The formulary: what is in it, what it says, and on what its numbers rest."""


@command.command("list")
@_shared
def list_(as_json: bool) -> None:
    """Every protocol: version, status, kind, routes, regimens, and the share of its numbers by evidence tier."""
    from chairside.formulary.sheet import overview

    rows = [overview.told(protocol) for protocol in _protocols()]
    click.echo(_json(rows) if as_json else overview.table(rows))


@command.command()
@click.argument("protocol_id", metavar="ID")
@_shared
def show(protocol_id: str, as_json: bool) -> None:
    """All that one protocol says, in the order in which a label is checked, each number with its source and tier."""
    from chairside.formulary.sheet import overview, paper

    protocol = _protocol(protocol_id)
    click.echo(_json(overview.whole(protocol)) if as_json else paper.paper(protocol), nl=as_json)


@command.command("lint")
@click.argument("ids", metavar="[ID]...", nargs=-1)
@_shared
def lint_(ids: tuple[str, ...], as_json: bool) -> None:
    """Faults of all protocols, or of those named. Exit 1 when there is one."""
    asked = ids or loader.known_ids()
    found: list[tuple[str, Finding]] = []
    for protocol_id in asked:
        try:
            found += [(protocol_id, finding) for finding in lint(_protocol(protocol_id))]
        except FormularyError as problem:
            found.append((protocol_id, Finding("unreadable", "file", str(problem))))
    if as_json:
        told = [{"protocol": name, "code": one.code, "place": one.place, "message": one.message} for name, one in found]
        click.echo(_json({"protocols": list(asked), "findings": told}))
    else:
        for name, one in found:
            click.echo(f"{name}: {one}")
        click.echo(f"{len(asked)} protocols, {len(found)} findings")
    if found:
        raise click.exceptions.Exit(1)


def _protocol(protocol_id: str) -> Protocol:
    try:
        return loader.load(protocol_id)
    except KeyError as problem:
        raise UsageProblem(f"ID: {problem.args[0]}") from None


def _protocols() -> list[Protocol]:
    return [_protocol(protocol_id) for protocol_id in loader.known_ids()]


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)
