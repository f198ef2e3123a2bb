"""A drawing of the pages on paper: the same SVG with the same style sheet, its colors those of the light theme."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

_CSS = Path(__file__).resolve().parents[1] / "static" / "chairside" / "css"
_TOKEN = re.compile(r"(--[\w-]+):\s*([^;]+);")
_LIGHT = re.compile(r"light-dark\(([^,]+),[^)]*\)")
_VARIABLE = re.compile(r"var\((--[\w-]+)\)")
_RULE = re.compile(r"^(\.chart[^{@]*)\{([^}]*)\}", re.M)
_TONE = re.compile(r"\.tone-(\w+)(?:, \.tone-(\w+))? \{([^}]*--tone-ink[^}]*)\}")
_FONT = '"Libertinus Serif"'


def svg_for_paper(picture: str) -> str:
    """A drawing (`web.charts`) as a file of its own: its name space and its style in it."""
    named = picture.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    return named.replace(">", f"><style>{chart_style()}</style>", 1)


@cache
def chart_style() -> str:
    """The rules of chart.css without variables: one for each tone where a color is the tone's."""
    tokens = {name: _LIGHT.sub(r"\1", value).strip() for name, value in _TOKEN.findall((_CSS / "tokens.css").read_text())}
    tones = _tones(tokens)
    rules = [f".chart text {{ font-family: {_FONT}; }}"]
    for selector, body in _RULE.findall((_CSS / "chart.css").read_text()):
        if "var(--tone-" in body:
            rules += [f"{_with(selector, tone)} {{{_resolved(body, tokens | own)}}}" for tone, own in tones.items()]
        else:
            rules.append(f"{selector.strip()} {{{_resolved(body, tokens)}}}")
    return "\n".join(rules)


def _tones(tokens: dict[str, str]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for first, second, body in _TONE.findall((_CSS / "state.css").read_text()):
        own = {name: _resolved(value, tokens) for name, value in _TOKEN.findall(body)}
        found |= {name: own for name in (first, second) if name}
    return found


def _with(selectors: str, tone: str) -> str:
    return ", ".join(f"{part.strip()}.tone-{tone}" for part in selectors.split(","))


def _resolved(body: str, values: dict[str, str]) -> str:
    """Every variable by its value; the font is that of the paper."""
    for _ in range(3):
        body = _VARIABLE.sub(lambda found: values.get(found[1], "inherit"), body)
    return re.sub(r"font-family:[^;]*;", "", body)
