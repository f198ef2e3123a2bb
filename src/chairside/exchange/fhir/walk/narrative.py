"""The narrative: well-formed XHTML in a div, without what FHIR forbids, and not empty (txt-1, txt-2)."""

from __future__ import annotations

import html.entities
import re
from xml.parsers import expat

_XHTML = "http://www.w3.org/1999/xhtml"
_FORBIDDEN = frozenset(
    ("head", "body", "base", "link", "script", "style", "meta", "form", "input", "button", "select", "textarea", "frame")
) | {"frameset", "iframe", "object", "embed", "applet"}
_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]*);")
_XML_ENTITIES = frozenset(("amp", "lt", "gt", "quot", "apos"))


class _Refused(Exception):  # it ends the parse, and is not a failure of ours
    pass


def narrative_fault(text: str) -> str:
    """What is wrong with a `div`; "" when nothing is."""
    if "&" in text:
        text = _ENTITY.sub(_plain, text)
    content = False
    depth = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal content, depth
        space, _, tag = name.rpartition(" ")
        if depth == 0 and (tag != "div" or space != _XHTML):
            raise _Refused(f"the narrative is a div in the namespace {_XHTML}")
        if tag in _FORBIDDEN:
            raise _Refused(f"the narrative holds <{tag}>, which FHIR does not allow (txt-1)")
        event = next((key for key in attributes if key.lower().startswith("on")), "")
        if event:
            raise _Refused(f"the narrative has the script attribute {event[:30]}, which FHIR does not allow (txt-1)")
        content = content or tag == "img"
        depth += 1

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1

    def data(words: str) -> None:
        nonlocal content
        content = content or not words.isspace()

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, data
    try:
        parser.Parse(text, True)
    except expat.ExpatError as problem:
        place = f"line {problem.lineno}, column {problem.offset + 1}"
        return f"the narrative is not well-formed XHTML: {expat.errors.messages[problem.code]} at {place}"
    except _Refused as refused:
        return str(refused)
    return "" if content else "the narrative has no content (txt-2)"


def _plain(found: re.Match[str]) -> str:
    """HTML's own entities, which XML does not know, as the character that they stand for."""
    name = found[1]
    known = name not in _XML_ENTITIES and html.entities.html5.get(f"{name};")
    return known or found[0]
