"""A template and its data become one PDF: tagged (PDF/UA-1), kept for long (PDF/A-2a), the same bytes for the same input."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import segno
import typst

ROOT = Path(__file__).resolve().parents[2]
"""Templates lie in the package and import each other by their path in it: `#import "/web/paper/frame.typ": *`."""

_STANDARDS: list[typst.PDFStandard] = ["a-2a", "ua-1"]
_UNSHOWN = re.compile(r'the text `"(.+?)"` could not be displayed')
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
_TRIES = 4


class PaperProblem(RuntimeError):
    """A template that typst cannot set: a defect of the template, never of what a person wrote."""


def typeset(template: Path, data: Mapping[str, Any], *, at: datetime) -> bytes:
    """The PDF of a template in this package. `data` is plain JSON values (the frame needs `title`, see frame.typ).

    at    the moment that the file says it was made
    A letter that no font of the wheel has stands as its number, such as [U+D55C]: never left out, never an empty box.
    Raises PaperProblem when the template itself is wrong.
    """
    text = json.dumps(data, ensure_ascii=False, sort_keys=True)
    for _ in range(_TRIES):
        try:
            made = typst.compile(
                str(template),
                root=str(ROOT),
                font_paths=_fonts(),
                sys_inputs={"data": text},
                pdf_standards=_STANDARDS,
                timestamp=int(at.timestamp()),
            )
        except typst.TypstError as problem:
            unshown = _unshown(problem.diagnostic)
            if not unshown:
                raise PaperProblem(f"{template.name}: {problem}") from problem
            text = json.dumps(_spelled_out(json.loads(text), unshown), ensure_ascii=False, sort_keys=True)
        else:
            assert isinstance(made, bytes)
            return made
    raise PaperProblem(f"{template.name}: letters stay that no font has")


@cache
def _fonts() -> typst.Fonts:
    """The fonts of the wheel and no others, so that every machine makes the same page."""
    return typst.Fonts(include_system_fonts=False)


def _unshown(diagnostic: str) -> frozenset[str]:
    found = (_ESCAPED.sub(lambda code: chr(int(code[1], 16)), text) for text in _UNSHOWN.findall(diagnostic))
    return frozenset(letter for text in found for letter in text if not letter.isascii() or not letter.isprintable())


def _spelled_out(value: Any, unshown: frozenset[str]) -> Any:
    if isinstance(value, str):
        return "".join(f"[U+{ord(letter):04X}]" if letter in unshown else letter for letter in value)
    if isinstance(value, list):
        return [_spelled_out(item, unshown) for item in value]
    if isinstance(value, dict):
        return {key: _spelled_out(item, unshown) for key, item in value.items()}
    return value


def qr(text: str) -> list[str]:
    """A QR code as rows of 0 and 1; the frame draws it."""
    return ["".join("1" if dark else "0" for dark in row) for row in segno.make(text, error="m", micro=False).matrix]
