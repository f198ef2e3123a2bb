"""The sheet as plain text of 100 columns, to be read against a label line by line: what is said, whose word, what source."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from chairside.core.kernel.evidence import Source, Tier
from chairside.core.protocols import Protocol
from chairside.core.protocols.schema.protocol import FactKey
from chairside.core.protocols.schema.terms import Layer, Status, Words
from chairside.core.protocols.words import declared
from chairside.formulary.sheet import words
from chairside.formulary.sheet.evidence import by_source
from chairside.formulary.sheet.parts import Row, Said
from chairside.formulary.sheet.sections import marks, sheet

WIDTH = 100
_BOX, _TEXT, _LAYER, _SOURCE, _INDENT = "[ ] ", 58, 8, 26, 4
_SHORT = {
    Tier.REGULATOR: "regulator",
    Tier.LABEL_COPY: "label copy",
    Tier.MANUFACTURER: "manufacturer",
    Tier.LITERATURE: "literature",
    Tier.PAYER: "payer",
    Tier.PRACTICE: "practice",
    Tier.RECALL: "recalled, unchecked",
}


def paper(protocol: Protocol) -> str:
    """The whole protocol as text: each statement with a box to tick, its layer, the short key of its source and the tier."""
    return "\n".join(line.rstrip() for line in _lines(protocol)) + "\n"


def _lines(protocol: Protocol) -> Iterator[str]:
    yield from _head(protocol)
    sources = {source.key: source for source in protocol.sources}
    for section in sheet(protocol):
        yield from _title(section.title)
        for number, row in enumerate(section.rows):
            if number:
                yield ""
            yield from _row(row, sources)
    yield from _title("Facts that this protocol declares")
    yield from _facts(protocol.facts)
    yield from _title("Not encoded: a question that meets one of these is refused")
    yield from _not_encoded(protocol)
    yield from _guide(protocol)
    yield from _title("Sources")
    yield from _sources(protocol)
    yield from _title("Signatures")
    signed = [f"{item.name}, {item.role}, {item.on.isoformat()}" for item in protocol.signatures]
    yield from _wrapped(signed or ["Nobody has signed this version."])


def _head(protocol: Protocol) -> Iterator[str]:
    yield from textwrap.wrap(protocol.names.en, WIDTH)
    yield "=" * WIDTH
    drug = protocol.tall_man if protocol.tall_man == protocol.generic else f"{protocol.tall_man} ({protocol.generic})"
    therapy = f", class {words.key(protocol.therapy_class)}" if protocol.therapy_class else ""
    kind = f"{protocol.kind.value}, family {words.key(protocol.family)}{therapy}"
    routes = words.listed([words.route(way) for way in protocol.routes], "or")
    version = f"version {protocol.version} · schema {protocol.schema} · {protocol.status.value.upper()}"
    yield from textwrap.wrap(f"{protocol.id} · {version}", WIDTH)
    yield from textwrap.wrap(f"{drug} · {kind} · route {routes} · {protocol.jurisdiction}", WIDTH)
    yield f"sha256 {protocol.sha256}" if protocol.sha256 else ""
    if protocol.status is not Status.APPROVED:
        yield "No pharmacist has approved this text. Compare every line with the current label."
    yield from _site(protocol)


def _site(protocol: Protocol) -> Iterator[str]:
    """What a site's layer changed: it stands before everything else."""
    site = protocol.site
    if site is None:
        return
    reviewed = f", reviewed by {site.reviewed_by}" if site.reviewed_by else ", reviewed by nobody"
    yield from _title(f"Changed by {site.name}")
    yield from _wrapped([f"Layer {site.version}{reviewed}; sha256 {site.sha256}"])
    for change in site.changes:
        whose = "THE LABEL SAYS OTHERWISE: " if change.layer is Layer.LABEL else ""
        why = "; ".join(filter(None, (change.reason, change.by, change.on.isoformat())))
        yield from _wrapped([f"{whose}{change.at}: {change.now} instead of {change.was} ({why})"])
    for approval in site.approved:
        yield from _wrapped([f"Approved here: {words.key(approval.ladder)} ({approval.by}, {approval.on.isoformat()})"])


def _title(title: str) -> Iterator[str]:
    yield from ("", title.upper(), "-" * WIDTH)


def _row(row: Row, sources: dict[str, Source]) -> Iterator[str]:
    heading = textwrap.wrap(row.item, WIDTH, break_on_hyphens=False)
    mark = f"[{row.key}]" if row.key else ""
    if len(heading[-1]) + len(mark) + 2 > WIDTH:
        heading.append("")
    yield from heading[:-1]
    yield f"{heading[-1]}{mark:>{WIDTH - len(heading[-1])}}"
    for said in row.says:
        yield from _said(said, said.layer or row.layer, sources.get(said.source))


def _said(said: Said, layer: str, source: Source | None) -> Iterator[str]:
    """The statement beside its layer and source, each wrapped in its own column."""
    left = textwrap.wrap(said.text, _TEXT, subsequent_indent="  ", break_on_hyphens=False)
    right = _cited(source) if source is not None or any(map(str.isdigit, said.text)) else []
    for number in range(max(len(left), len(right))):
        text = left[number] if number < len(left) else ""
        mark = right[number] if number < len(right) else ""
        box, whose = (_BOX, layer) if number == 0 else (" " * _INDENT, "")
        yield f"{box}{text:<{_TEXT}}  {whose:<{_LAYER}}  {mark}"


def _cited(source: Source | None) -> list[str]:
    if source is None:
        return ["no source"]
    tier = _SHORT[source.tier]
    one = f"{source.key}, {tier}"
    return [one] if len(one) <= _SOURCE else [f"{source.key},", tier]


def _facts(facts: tuple[FactKey, ...]) -> Iterator[str]:
    if not facts:
        yield from _wrapped(["None: it asks only for facts that are the same everywhere."])
    for fact in facts:
        told = words.listed([words.key(word) for word in fact.words or declared(fact.fact)], "or")
        answer = "; ".join(filter(None, (_kept_in(fact.unit), f"one of {told}" if told else ""))) or "any word"
        yield from _wrapped([f"{fact.fact}: {fact.names.en}; {answer}."])


def _kept_in(code: str) -> str:
    """The unit as it is spelled; what is only counted is a number."""
    return f"in {words.unit_text(code).strip()}" if words.unit_text(code) else "a number" if code else ""


def _not_encoded(protocol: Protocol) -> Iterator[str]:
    if not protocol.not_encoded:
        yield from _wrapped(["Nothing is left out knowingly."])
    for item in protocol.not_encoded:
        about = f" ({words.key(item.scope.value)}{': ' + words.keys(item.applies_to) if item.applies_to else ''})"
        yield from _wrapped([f"{words.started(words.key(item.key))}: {item.names.en}{about}{words.only(item.when, protocol)}."])


def _guide(protocol: Protocol) -> Iterator[str]:
    page = protocol.guide
    if page is None:
        return
    yield from _title("Patient's page, in English")
    told: list[Words] = [page.what_for, page.how_long, page.how_often, page.feels, *page.prepare, *page.before, *page.during]
    told += [*page.after, page.driving, *page.call_us, page.emergency, *page.questions]
    yield from _wrapped([text.en for text in told])
    english, spanish = page.reviewed.en or "nobody", page.reviewed.es or "nobody"
    yield from _wrapped([f"The English text was reviewed by: {english}; the Spanish one by: {spanish}."])
    yield from _wrapped([f"Its numbers rest on: {page.source}."] if page.source else [])


def _sources(protocol: Protocol) -> Iterator[str]:
    counted = by_source(protocol)
    for mark in marks(protocol).values():
        source = mark.source
        dates = [
            f"published {source.published.isoformat()}" if source.published else "",
            f"read {source.read:%Y-%m}" if source.read else "NOT LOOKED UP",
        ]
        much = words.counted(counted[source.key], "number")
        yield f"{' ' * _INDENT}{source.key}: {source.tier.words}; {'; '.join(filter(None, dates))}; {much}"
        yield from _wrapped([source.title], 6)


def _wrapped(texts: list[str], indent: int = _INDENT) -> Iterator[str]:
    for text in texts:
        yield from textwrap.wrap(
            text, WIDTH, initial_indent=" " * indent, subsequent_indent=" " * (indent + 2), break_on_hyphens=False
        )
