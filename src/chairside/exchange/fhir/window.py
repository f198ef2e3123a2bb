"""A run of decoded text that moves along a stream of bytes and reads JSON values from it, however long the stream is."""

from __future__ import annotations

import codecs
import json
import re
from typing import IO, Any

from chairside.exchange.fhir.text import MAX_BYTES, JsonProblem, decode_at

NOT_JSON = "it is not JSON"
BOM = b"\xef\xbb\xbf"
_CHUNK = 1 << 20
_NEAR_END = 24  # an error this near to the end of what was read may be mended by reading on
_SPACE = re.compile(r"[ \t\r\n]*")
# A string, also one that the end of the text cuts short; what opens or closes stands outside of strings.
_STRING = r'"([^"\\]*(?:\\.[^"\\]*)*)(?:"|\\?\Z)'
_BRACES = re.compile(rf"{_STRING}|[{{}}\[\]]", re.DOTALL)
_NAMES = re.compile(rf"{_STRING}\s*(:)?|[{{}}\[\]]", re.DOTALL)


class DocumentProblem(ValueError):
    """A document that cannot be read at all: one sentence."""


class Window:
    """Where the reading of a document is. It knows which byte of the document each character was."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder("utf-8")("strict")
        self._before = 0  # bytes ahead of the text
        self._counted = (0, 0)  # a character of the text, and the bytes ahead of it in the text
        self._step = _CHUNK
        self.text = ""
        self.at = 0
        self.ended = False
        first = stream.read(3)
        if first == BOM:
            self._before = 3
        else:
            self._take(first)

    def more(self) -> bool:
        """Read on, each time twice as far; False when there is nothing more."""
        if self.ended:
            return False
        if len(self.text) > MAX_BYTES:
            raise DocumentProblem(
                f"one value in it, from byte {self.place() + 1}, is longer than {MAX_BYTES:,} bytes, so nothing of it is used"
            )
        self._take(self._stream.read(self._step))
        self._step = min(self._step * 2, MAX_BYTES)
        return not self.ended

    def _take(self, data: bytes) -> None:
        try:
            self.text += self._decoder.decode(data, final=not data)
        except UnicodeDecodeError:
            raise DocumentProblem("it is not UTF-8 text, so nothing of it is used") from None
        self.ended = not data

    def drop(self) -> None:
        """Forget what lies behind, once it is worth it."""
        if self.at > _CHUNK:
            self._before = self.place()
            self.text = self.text[self.at :]
            self.at, self._counted, self._step = 0, (0, 0), _CHUNK

    def place(self) -> int:
        """The byte of the document at which the window stands."""
        at, counted = self._counted
        if at > self.at:
            at, counted = 0, 0
        counted += len(self.text[at : self.at].encode())
        self._counted = (self.at, counted)
        return self._before + counted

    def bytes_from(self, begin: int) -> bytes:
        """The bytes between a character behind and the window's place."""
        return self.text[begin : self.at].encode()

    def skip_space(self) -> None:
        if self.at < len(self.text) and self.text[self.at] > " ":
            return
        while True:
            found = _SPACE.match(self.text, self.at)
            self.at = found.end() if found else self.at
            if self.at < len(self.text) or not self.more():
                return

    def peek(self) -> str:
        """The next character that is not space, "" at the end."""
        self.skip_space()
        return self.text[self.at : self.at + 1]

    def expect(self, mark: str) -> None:
        if self.peek() != mark:
            found = self.peek()
            what = f"{found!r} stands where {mark!r} is expected" if found else "it breaks off"
            raise JsonProblem(f"{NOT_JSON}: {what} (byte {self.place() + 1})")
        self.at += 1

    def value(self) -> Any:
        """The JSON value here. Raises JsonProblem with the window where it was."""
        self.skip_space()
        while True:
            try:
                value, end = decode_at(self.text, self.at)
            except JsonProblem as problem:
                if not self._cut_short(problem):
                    raise
                if not self.more():
                    raise
                continue
            if end == len(self.text) and self.more():  # a number may go on
                continue
            self.at = end
            return value

    def _cut_short(self, problem: JsonProblem) -> bool:
        """Whether reading on may mend it."""
        cause = problem.__cause__
        if not isinstance(cause, json.JSONDecodeError):
            return False
        return cause.msg.startswith("Unterminated string") or cause.pos >= len(self.text) - _NEAR_END

    def pass_over(self) -> None:
        """Go behind the object, list or string here without reading it. Raises DocumentProblem when it has no end."""
        self.skip_space()
        depth, at = 0, self.at
        while True:
            for found in _BRACES.finditer(self.text, at):
                mark = found[0][0]
                depth += 1 if mark in "{[" else -1 if mark in "}]" else 0
                if depth <= 0:
                    self.at = found.end()
                    return
            depth, at = 0, self.at  # from the start again, with more of it
            if not self.more():
                raise DocumentProblem(f"{NOT_JSON}: what begins at byte {self.place() + 1} has no end")

    def top_type(self) -> str:
        """The `resourceType` of the object here, "" when it has none. The window does not move, but may read on."""
        while True:
            kind = self._top_type()
            if kind is not None:
                return kind
            if not self.more():
                return ""

    def _top_type(self) -> str | None:
        depth, named = 0, False
        for found in _NAMES.finditer(self.text, self.at):
            mark = found[0][0]
            if mark == '"' and found.end() == len(self.text):
                return None  # it may go on, or be a name whose colon is still to come
            if mark in "{[":
                depth += 1
            elif mark in "}]":
                depth -= 1
                if depth == 0:
                    return ""
            elif depth == 1 and found[2] and _unescaped(found[1]) == "resourceType":
                named = True
            elif named:
                return _unescaped(found[1])
        return None


def _unescaped(text: str) -> str:
    """What stands between the quotes of a JSON string, as it is meant: a name may be written with escapes too."""
    if "\\" not in text:
        return text
    try:
        return str(json.loads(f'"{text}"'))
    except json.JSONDecodeError:
        return text
