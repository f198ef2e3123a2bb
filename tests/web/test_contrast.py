"""Every pair of ink and ground keeps WCAG AA in both themes, computed from tokens.css itself."""

import re
from pathlib import Path

import pytest

from chairside import web

_CSS = (Path(web.__file__).parent / "static/chairside/css/tokens.css").read_text()
TOKENS = {
    name: {"light": light, "dark": dark}
    for name, light, dark in re.findall(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", _CSS)
}
STATES = ("plain", "now", "due", "act", "observe", "done")
GROUNDS = ("canvas", "surface", "sunken")
TEXT = [
    *((ink, ground) for ink in ("ink", "ink-soft", "accent", "accent-strong") for ground in GROUNDS),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    *((f"{state}-ink", f"{state}-fill") for state in STATES),
    *((f"{state}-ink", ground) for state in STATES for ground in GROUNDS),
    *(("ink", f"{state}-fill") for state in STATES),
    ("surface", "act-edge"),  # the time on the now-line
]
SHAPES = [
    *((f"{state}-edge", ground) for state in STATES for ground in ("canvas", "surface", f"{state}-fill")),
    *(("line-control", ground) for ground in GROUNDS),
    *(("focus", ground) for ground in GROUNDS),
]


def _luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_the_formula_knows_black_and_white():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_can_be_read(ink, ground, theme):
    assert contrast(TOKENS[ink][theme], TOKENS[ground][theme]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("edge", "ground"), SHAPES)
def test_edges_and_focus_can_be_seen(edge, ground, theme):
    assert contrast(TOKENS[edge][theme], TOKENS[ground][theme]) >= 3
