"""A document of any size -> its resources one by one, each with the place of its bytes. Memory holds one resource at a time.

A resource that cannot be read is an entry with a problem, whole, and the next one is read all the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import IO, Any

from chairside.exchange.fhir.bundle import Entry
from chairside.exchange.fhir.text import MAX_BYTES, JsonProblem, decode_at
from chairside.exchange.fhir.window import BOM, NOT_JSON, DocumentProblem, Window

_BEHIND = "something stands behind its end, so it is not one JSON value"
_NOTHING: Any = object()


def split_lines(stream: IO[bytes]) -> Iterator[Entry]:
    """The resources of NDJSON, one a line. Empty lines are passed over. Raises DocumentProblem for a line without end."""
    start = 0
    index = 0
    while line := stream.readline(MAX_BYTES + 1):
        if len(line) > MAX_BYTES:
            raise DocumentProblem(f"line {index + 1} is longer than {MAX_BYTES:,} bytes, so nothing of the file is used")
        begin, body = start, line
        start += len(line)
        if index == 0 and body.startswith(BOM):
            body, begin = body[3:], begin + 3
        inner = body.strip(b" \t\r\n")
        if inner:
            yield _line(index, begin + body.index(inner), inner)
        index += 1


def _line(index: int, start: int, inner: bytes) -> Entry:
    try:
        text = inner.decode("utf-8")
        value, end = decode_at(text, 0)
        if end != len(text):
            raise JsonProblem("something stands behind the resource on its line")
    except UnicodeDecodeError as problem:
        return _found(index, None, start, inner, f"it is not UTF-8 text (byte {problem.start + 1})", called="line")
    except JsonProblem as problem:
        return _found(index, None, start, inner, str(problem), called="line")
    return _found(index, value, start, inner, called="line")


def _found(
    index: int,
    value: Any,
    start: int,
    original: bytes,
    problem: str = "",
    full_url: str = "",
    condition: str = "",
    called: str = "entry",
) -> Entry:
    mark = hashlib.sha256(original).hexdigest()
    return Entry(index, full_url, value, condition, start, len(original), mark, problem, called)


def split_bundle(stream: IO[bytes]) -> Iterator[Entry]:
    """The resources of a bundle, in order; a document that is one resource is its own single entry. Raises DocumentProblem."""
    return split_document(stream)[1]


def split_document(stream: IO[bytes]) -> tuple[bool, Iterator[Entry]]:
    """(whether it is a bundle, its resources in order). What goes on reading raises DocumentProblem, as this does:

    the document breaks off, is not UTF-8, or is not one JSON object.
    """
    window = Window(stream)
    if window.peek() != "{":
        raise DocumentProblem(f"{NOT_JSON}: it begins with {window.peek()!r}" if window.peek() else "it is empty")
    bundle = window.top_type() == "Bundle"
    return bundle, _of_bundle(window) if bundle else iter([_whole(window)])


def _of_bundle(window: Window) -> Iterator[Entry]:
    try:
        for name in _members(window):
            if name == "entry" and window.peek() == "[":
                yield from _entries(window)
            else:
                window.value()
    except JsonProblem as problem:
        raise DocumentProblem(str(problem)) from None
    if window.peek():
        raise DocumentProblem(_BEHIND)


def _whole(window: Window) -> Entry:
    window.skip_space()
    start, begin = window.place(), window.at
    try:
        value = window.value()
    except JsonProblem as problem:
        window.pass_over()
        value, why = None, str(problem)
    else:
        why = ""
    original = window.bytes_from(begin)
    if window.peek():
        raise DocumentProblem(_BEHIND)
    return _found(0, value, start, original, why)


def _members(window: Window) -> Iterator[str]:
    """The names of an object's members, the window standing at each one's value in turn; whoever asks must pass it."""
    window.expect("{")
    if window.peek() == "}":
        window.expect("}")
        return
    while True:
        window.skip_space()
        name = window.value()
        if not isinstance(name, str):
            raise JsonProblem(f"{NOT_JSON}: the name of a member is expected at byte {window.place() + 1}")
        window.expect(":")
        yield name
        if window.peek() == "}":
            window.expect("}")
            return
        window.expect(",")


def _entries(window: Window) -> Iterator[Entry]:
    window.expect("[")
    index = 0
    while window.peek() != "]":
        yield _entry(window, index)
        window.drop()
        index += 1
        if window.peek() == ",":
            window.expect(",")
        elif window.peek() != "]":
            raise JsonProblem(f"{NOT_JSON}: it breaks off, or a comma is missing, at byte {window.place() + 1}")
    window.expect("]")


def _entry(window: Window, index: int) -> Entry:
    """One entry. Its resource is read by itself, so that its bytes are known."""
    window.skip_space()
    start, begin = window.place(), window.at
    if window.peek() != "{":
        value, why = _tried(window)
        return _found(index, value, start, window.bytes_from(begin), why)
    full_url, condition, resource, why = "", "", _NOTHING, ""
    place, original = 0, b""
    try:
        for name in _members(window):
            window.skip_space()
            here, at = window.place(), window.at
            if name == "resource":
                resource, why = _tried(window)
                place, original = here, window.bytes_from(at)
            elif name == "fullUrl":
                value = window.value()
                full_url = value if isinstance(value, str) else ""
            elif name == "request":
                value = window.value()
                condition = str(value.get("ifNoneExist", "")) if isinstance(value, dict) else ""
            else:
                window.value()
    except JsonProblem as problem:
        window.at = begin
        window.pass_over()
        return _found(index, None, start, window.bytes_from(begin), str(problem), full_url)
    if resource is _NOTHING:  # a DELETE, say: it stands for itself, to be reported
        return _found(index, None, start, window.bytes_from(begin), "the entry holds no resource", full_url)
    return _found(index, resource, place, original, why, full_url, condition)


def _tried(window: Window) -> tuple[Any, str]:
    """The value here, or why it cannot be read; either way the window stands behind it."""
    try:
        return window.value(), ""
    except JsonProblem as problem:
        window.pass_over()
        return None, str(problem)
