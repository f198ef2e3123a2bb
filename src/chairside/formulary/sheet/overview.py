"""The formulary in a table, and one protocol as plain data for another program."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from chairside.core.kernel.evidence import Source, Tier
from chairside.core.protocols import Protocol
from chairside.formulary.difference import Difference
from chairside.formulary.sheet.evidence import by_source, by_tier
from chairside.formulary.sheet.sections import sheet

_HEADS = {
    Tier.REGULATOR: "REGUL",
    Tier.LABEL_COPY: "COPY",
    Tier.MANUFACTURER: "MAKER",
    Tier.LITERATURE: "LITER",
    Tier.PAYER: "PAYER",
    Tier.PRACTICE: "PROPO",
    Tier.RECALL: "RECAL",
}


def told(protocol: Protocol) -> dict[str, Any]:
    """One protocol as a row: what it is, and the count of its numbers by tier."""
    tiers = by_tier(protocol)
    return {
        "id": protocol.id,
        "version": protocol.version,
        "status": protocol.status.value,
        "family": protocol.family,
        "kind": protocol.kind.value,
        "routes": [route.value for route in protocol.routes],
        "regimens": len(protocol.regimens),
        "not_encoded": len(protocol.not_encoded),
        "numbers": sum(tiers.values()),
        "numbers_by_tier": {tier.value: count for tier, count in tiers.items()},
        "sha256": protocol.sha256,
    }


def table(rows: list[dict[str, Any]]) -> str:
    """The rows under their heads; tiers as a share of the protocol's numbers in percent."""
    heads = ["ID", "VERSION", "STATUS", "FAMILY", "KIND", "ROUTES", "REGIMENS", "NUMBERS"]
    lines = [[*heads, *(_HEADS[tier] for tier in Tier), "NOT ENCODED"]]
    for row in rows:
        own = [row["id"], row["version"], row["status"], row["family"], row["kind"], " ".join(row["routes"])]
        shares = [_share(row["numbers_by_tier"][tier.value], row["numbers"]) for tier in Tier]
        lines.append([*own, str(row["regimens"]), str(row["numbers"]), *shares, str(row["not_encoded"])])
    foot = (
        "REGUL to RECAL: percent of the numbers that rest on a regulator's text, a copy of the label, the manufacturer,\n"
        "literature, a payer, a proposal to be confirmed, and on recall that nobody has checked."
    )
    return f"{aligned(lines, left=6)}\n{foot}"


def aligned(lines: list[list[str]], left: int) -> str:
    """Columns of equal width: the first `left` ones begin flush, the others end flush."""
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    made = []
    for line in lines:
        cells = [
            f"{cell:<{widths[column]}}" if column < left else f"{cell:>{widths[column]}}" for column, cell in enumerate(line)
        ]
        made.append("  ".join(cells).rstrip())
    return "\n".join(made)


def _share(count: int, whole: int) -> str:
    return f"{100 * count / whole:.0f}" if count else "-"


def whole(protocol: Protocol) -> dict[str, Any]:
    """The sheet as data: each statement with its layer, source and tier."""
    tiers = {source.key: source.tier.value for source in protocol.sources}
    return {
        **told(protocol),
        "name": protocol.names.en,
        "generic": protocol.generic,
        "tall_man": protocol.tall_man,
        "jurisdiction": protocol.jurisdiction,
        "sections": [
            {
                "key": section.key,
                "title": section.title,
                "rows": [
                    {
                        "item": row.item,
                        "layer": row.layer or None,
                        "says": [
                            {
                                "text": said.text,
                                "layer": said.layer or row.layer or None,
                                "source": said.source or None,
                                "tier": tiers.get(said.source),
                            }
                            for said in row.says
                        ],
                    }
                    for row in section.rows
                ],
            }
            for section in sheet(protocol)
        ],
        "facts": [
            {"fact": fact.fact, "name": fact.names.en, "unit": fact.unit, "words": list(fact.words)} for fact in protocol.facts
        ],
        "not_encoded": [
            {"key": item.key, "scope": item.scope.value, "name": item.names.en, "applies_to": list(item.applies_to)}
            for item in protocol.not_encoded
        ],
        "sources": sources(protocol),
        "signatures": [{"name": item.name, "role": item.role, "on": item.on.isoformat()} for item in protocol.signatures],
    }


def sources(protocol: Protocol) -> list[dict[str, Any]]:
    """The table of sources, with how many numbers rest on each."""
    counted = by_source(protocol)
    return [_source(source, counted[source.key]) for source in protocol.sources]


def _source(source: Source, count: int) -> dict[str, Any]:
    return {
        "key": source.key,
        "title": source.title,
        "tier": source.tier.value,
        "published": source.published.isoformat() if source.published else None,
        "read": source.read.isoformat() if source.read else None,
        "numbers": count,
    }


def source_table(rows: list[dict[str, Any]]) -> str:
    """The sources under their heads, what was never looked up marked, titles last."""
    lines = [["SOURCE", "TIER", "PUBLISHED", "READ", "NUMBERS", "TITLE"]]
    for row in rows:
        tier = Tier(row["tier"]).words
        lines.append([row["key"], tier, row["published"] or "-", row["read"] or "never", str(row["numbers"]), row["title"]])
    widths = [max(len(line[column]) for line in lines) for column in range(4)]
    return "\n".join(
        "  ".join([*(f"{cell:<{width}}" for cell, width in zip(line[:4], widths, strict=True)), f"{line[4]:>7}", line[5]])
        for line in lines
    )


def difference_text(old: Protocol, new: Protocol, found: tuple[Difference, ...]) -> str:
    """The differences by group, one a line: + added, - removed, ~ changed with old and new."""
    lines = [f"from  {_head(old)}", f"to    {_head(new)}"]
    for group, members in groupby(found, lambda one: one.group):
        lines += ["", group.upper()]
        for one in members:
            sign, says = {
                "added": ("+", one.new),
                "removed": ("-", one.old),
                "changed": ("~", f"{one.old} -> {one.new}"),
            }[one.kind]
            lines.append(f"  {sign} {one.place}: {says}")
    lines += ["", f"{len(found)} differences" if found else "They say the same."]
    return "\n".join(lines)


def _head(protocol: Protocol) -> str:
    site = f", with the layer of {protocol.site.name}" if protocol.site is not None else ""
    return f"{protocol.id} {protocol.version} ({protocol.sha256[:12]}){site}"
