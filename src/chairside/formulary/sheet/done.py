"""The done list: for each therapy, which parts its file fills, on what tier of evidence they rest, and what it leaves out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from chairside.core.kernel.evidence import Tier
from chairside.core.protocols import Protocol
from chairside.formulary.sheet.evidence import by_tier, numbers
from chairside.formulary.sheet.numbers import SECTIONS

_TIERS = (
    (Tier.REGULATOR, "regulator"),
    (Tier.LABEL_COPY, "label copy"),
    (Tier.MANUFACTURER, "maker"),
    (Tier.LITERATURE, "literature"),
    (Tier.PAYER, "payer"),
    (Tier.PRACTICE, "proposal"),
    (Tier.RECALL, "recalled"),
)
_HEAD = """# The formulary: what is done

Written by `chairside protocols done`; `tests/formulary/sheet/test_done.py` holds it to the files. Numbers are counted by the
tier of the source that they cite: *proposal* is a planning value of ours, *recalled* was never looked up. No protocol is
released: each is a draft until a pharmacist has reviewed it and a medical director approved it for a site."""


def done_list(protocols: Iterable[Protocol]) -> str:
    """The list as Markdown: one line a therapy, then each with its parts."""
    known = sorted(protocols, key=lambda protocol: protocol.id)
    tiers = " | ".join(word for _, word in _TIERS)
    rows = [_row(protocol) for protocol in known]
    total = _cells(sum((Counter(by_tier(protocol)) for protocol in known), Counter()))
    head = [_HEAD, "", f"| therapy | numbers | {tiers} | left out |", f"|---|{'---|' * (len(_TIERS) + 2)}", *rows]
    left = sum(len(protocol.not_encoded) for protocol in known)
    lines = [*head, f"| **all {len(known)}** {total} {left} |"]
    for protocol in known:
        lines += ["", *_therapy(protocol)]
    return "\n".join(lines) + "\n"


def _row(protocol: Protocol) -> str:
    return f"| [{protocol.names.en}](#{protocol.id}) {_cells(by_tier(protocol))} {len(protocol.not_encoded) or ''} |"


def _cells(counted: dict[Tier, int]) -> str:
    return f"| {sum(counted.values())} |" + "".join(f" {counted.get(tier) or ''} |" for tier, _ in _TIERS)


def _therapy(protocol: Protocol) -> Iterator[str]:
    """Its parts, each with how many numbers rest on which tier; and what is left out, to be asked of a person."""
    yield f'## <a id="{protocol.id}"></a>{protocol.names.en}'
    yield ""
    routes = ", ".join(route.value for route in protocol.routes)
    yield f"`{protocol.id}`, version {protocol.version}, {protocol.kind.value}, {routes}."
    yield ""
    for key, title in SECTIONS:
        stated = getattr(protocol, key)
        if stated is None or stated == ():
            continue
        counted = _of_part(protocol, key)
        told = ", ".join(f"{counted[tier]} {word}" for tier, word in _TIERS if counted[tier])
        entries = f"{len(stated)} " if isinstance(stated, tuple) else ""
        yield f"- {title}: {entries}{f'({told})' if told else '(no numbers)'}"
    if protocol.guide is not None:
        yield "- The patient's page, in English and Spanish"
    for left in protocol.not_encoded:
        yield f"- Left out ({left.scope.value}): {left.names.en}"


def _of_part(protocol: Protocol, key: str) -> Counter[Tier]:
    tiers = {source.key: source.tier for source in protocol.sources}
    found: Counter[Tier] = Counter()
    for number in numbers(protocol):
        if number.place.partition(".")[0].partition("[")[0] == key:
            found[tiers.get(number.source, Tier.RECALL)] += 1
    return found
