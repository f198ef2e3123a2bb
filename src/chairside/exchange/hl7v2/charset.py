"""The character sets of MSH-18 that are read here. Any other is refused: a wrong guess would change names."""

from __future__ import annotations

from chairside.exchange.hl7v2.problem import Problem, whole

_KNOWN = {
    "": "ascii",  # the standard's own default
    "ASCII": "ascii",
    "ISO IR6": "ascii",
    "8859/1": "latin-1",
    "ISO 8859/1": "latin-1",
    "UTF-8": "utf-8",
    "UNICODE UTF-8": "utf-8",
}
_CALLED = {"ascii": "ASCII, as it does when it is empty", "latin-1": "8859/1", "utf-8": "UTF-8"}


def codec(named: str) -> str | Problem:
    """Python's codec for what MSH-18 says."""
    known = _KNOWN.get(named.strip().upper())
    if known is not None:
        return known
    sentence = f"The character set “{named}” is not read here. Send UNICODE UTF-8, ASCII or 8859/1."
    return Problem("MSH", 1, 18, "103", sentence)


def decoded(data: bytes, known: str) -> str | Problem:
    """The text of a message in the codec that its MSH-18 means; a Problem when the bytes do not fit it."""
    try:
        text = data.decode(known)
    except UnicodeDecodeError as problem:
        where = f"byte {problem.start + 1} of the message (hex {data[problem.start]:02X})"
        return Problem("MSH", 1, 18, "102", f"MSH-18 means {_CALLED[known]}, and {where} does not fit that.")
    if "\x00" in text:
        return whole("The message holds a zero byte, which is in no text.")
    return text
