"""Escape sequences: `\\T\\` is the character between subcomponents, `\\X0D\\` a byte, `\\.br\\` a new line."""

from __future__ import annotations

import re
from dataclasses import dataclass

_LINES = re.compile(r"\.(br|sp|ce|sk)\+?(\d{0,3})")
_SILENT = re.compile(r"\.(?:fi|nf|in[+-]?\d*|ti[+-]?\d*)|[HN]")


@dataclass(frozen=True, slots=True)
class Marks:
    """The delimiters of one message, as MSH-1 and MSH-2 give them, and its codec."""

    field: str = "|"
    component: str = "^"
    repetition: str = "~"
    escape: str = "\\"
    subcomponent: str = "&"
    cut: str = ""  # the truncation character of version 2.7, where one is given
    codec: str = "utf-8"

    @property
    def msh2(self) -> str:
        return f"{self.component}{self.repetition}{self.escape}{self.subcomponent}{self.cut}"

    @property
    def names(self) -> dict[str, str]:
        """What each sequence of one letter stands for."""
        known = {"F": self.field, "S": self.component, "R": self.repetition, "E": self.escape, "T": self.subcomponent}
        return known | ({"P": self.cut} if self.cut else {})


def unescaped(text: str, marks: Marks) -> str:
    """The text as it was meant. A sequence that is not known stays as it was sent: nothing is dropped."""
    if marks.escape not in text:
        return text
    mark = re.escape(marks.escape)
    return re.sub(f"{mark}([^{mark}]{{0,2000}}){mark}", lambda found: _meant(found[1], found[0], marks), text)


def _meant(name: str, sent: str, marks: Marks) -> str:
    if name in marks.names:
        return marks.names[name]
    if name[:1] == "X" and len(name) > 1:
        try:
            meant = bytes.fromhex(name[1:]).decode(marks.codec)
        except ValueError:
            return sent
        return sent if "\x00" in meant else meant  # a zero byte is in no text
    if _SILENT.fullmatch(name):
        return ""
    line = _LINES.fullmatch(name)
    if line:
        times = min(int(line[2] or 1), 100)
        return (" " if line[1] == "sk" else "\n") * times
    return sent


def escaped(text: str, marks: Marks) -> str:
    """The text so that `unescaped` gives it back: delimiters by their letter, what is no plain character as bytes.

    A character that the message's character set does not hold becomes a question mark.
    """
    letters = {mark: name for name, mark in marks.names.items()}
    if text == '""':  # alone it would mean: delete
        return "".join(_as_bytes(item, marks) for item in text)
    shown = []
    for place, item in enumerate(text):
        edge = item == " " and place in (0, len(text) - 1)
        if item in letters:
            shown.append(f"{marks.escape}{letters[item]}{marks.escape}")
        elif edge or not item.isprintable():
            shown.append(_as_bytes(item, marks))
        else:
            shown.append(item.encode(marks.codec, "replace").decode(marks.codec))
    return "".join(shown)


def _as_bytes(item: str, marks: Marks) -> str:
    return f"{marks.escape}X{item.encode(marks.codec, 'replace').hex().upper()}{marks.escape}"
