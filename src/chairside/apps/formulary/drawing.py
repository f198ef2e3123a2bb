"""What of a therapy is drawn: its ladders, its doses on a line, its chair time, its preparation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.safestring import SafeString

from chairside.core.protocols import Protocol
from chairside.core.protocols.schema.ladder import Ladder
from chairside.core.protocols.schema.visit import ChairPart
from chairside.formulary.sheet import words
from chairside.formulary.sheet.dose_line import DoseLine, dose_line
from chairside.formulary.sheet.parts import Said
from chairside.formulary.sheet.preparing import preparations, steps
from chairside.web.charts.parts_bar import parts_bar
from chairside.web.charts.stairs import Stair, stairs_drawing

_TONES = {
    ChairPart.PREMEDICATION: "due",
    ChairPart.INFUSION: "now",
    ChairPart.OBSERVATION: "observe",
}


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture with the words that say the same, whose word it is, and the key of its source."""

    title: str
    picture: SafeString
    says: tuple[str, ...]
    layer: str
    source: str


@dataclass(frozen=True, slots=True)
class Card:
    """How one preparation is made, step by step, and for which brands."""

    brands: str
    steps: tuple[tuple[str, tuple[Said, ...]], ...]


@dataclass(frozen=True, slots=True)
class Drawn:
    """Everything that is drawn of a therapy."""

    ladders: tuple[Figure, ...]
    line: DoseLine
    chairs: tuple[Figure, ...]
    cards: tuple[Card, ...]


def drawn(protocol: Protocol, on: date) -> Drawn:
    """The pictures of a therapy, with what stands on a day."""
    cards = (Card(brands, tuple(steps(made, protocol))) for made, brands in preparations(protocol))
    return Drawn(
        tuple(_ladder(ladder) for ladder in protocol.ladders if ladder.steps or ladder.least_minutes),
        dose_line(protocol, on),
        tuple(_chairs(protocol)),
        tuple(card for card in cards if card.steps),
    )


def _ladder(ladder: Ladder) -> Figure:
    title = f"{ladder.names.en}{words.for_infusions(ladder.infusions)}"
    stairs = [Stair(rung.rate, rung.minutes) for rung in ladder.steps] or [Stair(None, ladder.least_minutes)]
    says = (
        f"rates in {words.unit_text(ladder.steps[0].rate.unit.code)}" if ladder.steps else "",
        f"never in less than {ladder.least_minutes} min" if ladder.least_minutes is not None else "",
        "only where the site has approved it" if ladder.needs_approval else "",
    )
    return Figure(title, stairs_drawing(stairs, title), tuple(filter(None, says)), ladder.layer.value, ladder.source)


def _chairs(protocol: Protocol) -> Sequence[Figure]:
    figures = []
    for chair in protocol.chair_times:
        ladder = protocol.ladder(chair.ladder)
        title = ladder.names.en if ladder is not None else words.started(words.key(chair.key))
        parts = [(words.started(words.key(one.part.value)), one.minutes, _TONES.get(one.part, "plain")) for one in chair.parts]
        says = (*(f"{name} {minutes} min" for name, minutes, _ in parts), f"{chair.total} min in all")
        figures.append(Figure(title, parts_bar(parts, title), says, chair.layer.value, chair.source))
    return figures
