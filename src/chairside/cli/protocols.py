"""`chairside protocols`: list, show, lint and compare the formulary; what its numbers rest on. No database, no Django."""

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

import click

from chairside.cli.problems import UsageProblem
from chairside.core.protocols import Protocol
from chairside.core.protocols.lint import Code, Finding, lint
from chairside.formulary import difference, loader
from chairside.formulary.kinetic_records import known_records, record
from chairside.formulary.reading import FormularyError, why_unread
from chairside.formulary.sheet import overview
from chairside.formulary.sheet.done import done_list
from chairside.formulary.sheet.level_checks import level_checks
from chairside.formulary.sheet.paper import paper
from chairside.formulary.site_layer import SiteLayer, layered, load_layer

Command = TypeVar("Command", bound=Callable[..., Any])
_LAYER = click.option("--layer", "layer_file", type=click.Path(path_type=Path), help="Apply a site's layer.")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def _shared(command: Command) -> Command:
    """The options of every verb here."""
    return _LAYER(_JSON(command))


@click.group(short_help="List, show, lint and compare the formulary.")
def command() -> None:
    """The formulary: what is in it, what it says, and on what its numbers rest."""


@command.command("list")
@_shared
def list_(layer_file: Path | None, as_json: bool) -> None:
    """Every protocol: version, status, kind, routes, regimens, and the share of its numbers by evidence tier."""
    layer = _layer(layer_file)
    rows = [overview.told(_protocol(protocol_id, layer)) for protocol_id in loader.known_ids()]
    _say(rows if as_json else overview.table(rows))


@command.command()
@click.argument("protocol_id", metavar="ID")
@_shared
def show(protocol_id: str, layer_file: Path | None, as_json: bool) -> None:
    """All that one protocol says, in the order in which a label is checked, each number with its source and tier."""
    protocol = _protocol(protocol_id, _layer(layer_file))
    _say(overview.whole(protocol) if as_json else paper(protocol).rstrip("\n"))


@command.command()
@click.argument("protocol_id", metavar="ID")
@_shared
def sources(protocol_id: str, layer_file: Path | None, as_json: bool) -> None:
    """On what the numbers of a protocol rest: each source with its tier, its dates and how many numbers cite it."""
    protocol = _protocol(protocol_id, _layer(layer_file))
    told = overview.sources(protocol)
    _say({"protocol": protocol.id, "sources": told} if as_json else overview.source_table(told))


@command.command()
def done() -> None:
    """The done list of the formulary as Markdown: parts filled by tier of evidence, and what is left out of each therapy."""
    click.echo(done_list(_protocol(protocol_id) for protocol_id in loader.known_ids()), nl=False)


@command.command()
def levels() -> None:
    """The records of levels over time as Markdown: use, half-life, and each check against a published value."""
    click.echo(level_checks(record(record_id) for record_id in known_records()), nl=False)


@command.command("lint")
@click.argument("ids", metavar="[ID]...", nargs=-1)
@_shared
def lint_(ids: tuple[str, ...], layer_file: Path | None, as_json: bool) -> None:
    """Faults of all protocols, or of those named. Exit 1 when there is one."""
    layer = _layer(layer_file)
    for protocol_id in ids:
        if protocol_id not in loader.known_ids():
            _protocol(protocol_id, layer)
    known, found = _read(layer)
    asked = ids or loader.known_ids()
    found += [(name, one) for name in asked if name in known for one in lint(known[name], known)]
    found = [(name, one) for name, one in found if name in asked and not _left_by(layer, name, one)]
    prose = sum(one.code == Code.PROSE for _, one in found)
    if as_json:
        findings = [{"protocol": name, **asdict(one)} for name, one in found]
        _say({"protocols": list(asked), "findings": findings, "prose_in_machine_fields": prose})
    else:
        for name, one in found:
            click.echo(f"{name}: {one}")
        click.echo(f"{len(asked)} protocols, {len(found)} findings; prose in machine fields: {prose}")
    if found:
        raise click.exceptions.Exit(1)


@command.command()
@click.argument("old", metavar="A")
@click.argument("new", metavar="[B]", required=False)
@_shared
def diff(old: str, new: str | None, layer_file: Path | None, as_json: bool) -> None:
    """What changed from A to B by meaning. Each is an id or a protocol file (a release's text); B may be a site's layer."""
    layer = _layer(layer_file)
    if new is None and layer is None:
        raise UsageProblem("B: name a second protocol, or a site's layer with --layer")
    before = _text_or_id(old, layer if new is not None else None)
    after = _text_or_id(new if new is not None else old, layer)
    found = difference.differences(before, after)
    if as_json:
        heads = [{"id": one.id, "version": one.version, "sha256": one.sha256} for one in (before, after)]
        _say({"from": heads[0], "to": heads[1], "differences": [{"kind": one.kind, **asdict(one)} for one in found]})
    else:
        _say(overview.difference_text(before, after, found))


def _left_by(layer: SiteLayer | None, protocol_id: str, finding: Finding) -> bool:
    """A source that nothing cites once the site has its own value is no fault of either."""
    return layer is not None and layer.touches(protocol_id) and finding.code == Code.UNUSED_SOURCE


def _read(layer: SiteLayer | None) -> tuple[dict[str, Protocol], list[tuple[str, Finding]]]:
    """Every protocol that can be read, and for each of the others why it cannot."""
    known: dict[str, Protocol] = {}
    found: list[tuple[str, Finding]] = []
    for protocol_id in loader.known_ids():
        try:
            known[protocol_id] = _protocol(protocol_id, layer)
        except FormularyError as problem:
            found += [(protocol_id, Finding("unreadable", "file", line)) for line in str(problem).splitlines()]
    return known, found


def _layer(path: Path | None) -> SiteLayer | None:
    try:
        return load_layer(path) if path is not None else None
    except FormularyError as problem:
        raise UsageProblem(f"--layer: {problem}") from None


def _protocol(protocol_id: str, layer: SiteLayer | None = None) -> Protocol:
    """Raises UsageProblem for an unknown id and for a layer that does not fit, FormularyError for a file that does not."""
    try:
        protocol = loader.load(protocol_id)
    except KeyError:
        raise UsageProblem(f"ID: {loader.no_protocol(protocol_id)}") from None
    return _with(protocol, layer)


def _text_or_id(named: str, layer: SiteLayer | None) -> Protocol:
    path = Path(named)
    if named in loader.known_ids() or not path.is_file():
        return _protocol(named, layer)
    try:
        text = path.read_text(encoding="utf-8")
        protocol = loader.parse(text, path.name)
    except (OSError, UnicodeDecodeError) as problem:
        raise UsageProblem(f"{path.name}: {why_unread(problem)}") from None
    except FormularyError as problem:
        raise UsageProblem(str(problem).splitlines()[0]) from None
    return _with(text if layer is not None else protocol, layer)


def _with(protocol: Protocol | str, layer: SiteLayer | None) -> Protocol:
    if layer is None:
        return protocol if isinstance(protocol, Protocol) else loader.parse(protocol)
    try:
        return layered(protocol, layer)
    except FormularyError as problem:
        raise UsageProblem(f"--layer: {problem}") from None


def _say(told: Any) -> None:
    click.echo(told if isinstance(told, str) else json.dumps(told, indent=2, ensure_ascii=False))
