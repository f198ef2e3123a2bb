"""A site's layer as text: begun, with one value stated otherwise, and the places that there are to state."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from chairside.apps.formulary.models import ProtocolRelease
from chairside.apps.formulary.selectors import protocol_of
from chairside.formulary import loader
from chairside.formulary.reading import FormularyError, read_text
from chairside.formulary.site_follow import following
from chairside.formulary.site_layer import may_change
from chairside.formulary.site_place import places
from chairside.formulary.writing import write_text


@dataclass(frozen=True, slots=True)
class Choice:
    """A place to choose: by keys, with what stands there and whose word it is."""

    at: str
    says: str
    layer: str


def places_of(release: ProtocolRelease) -> list[Choice]:
    """Every place of a protocol that states something a site may state otherwise."""
    found = places(loader.content(release.text), protocol_of(release.sha256))
    return [Choice(at, says, layer.value) for at, says, layer in found if may_change(at)]


def started_text(site: str) -> str:
    """A layer that says nothing yet."""
    return write_text({"site": site, "version": "0", "changes": []})


def changed_text(text: str, *, base: ProtocolRelease, at: str, value: str, reason: str, by: str, on: date) -> str:
    """The text with one more change, instead of the one that named the same place, and with what follows from it.

    The value is read as a protocol file would read it. Raises FormularyError where it, or the text, cannot be read.
    """
    raw = read_text(text, "layer")
    if not isinstance(raw, dict):
        raise FormularyError("layer: a site's layer holds site, version, changes and approved")
    stated = read_text(f"value: {value}\n", "value")
    first = (at.strip(), stated["value"] if isinstance(stated, dict) else None)
    asked = [first, *following(protocol_of(base.sha256), *first)]
    places = {(base.protocol, place) for place, _ in asked}
    kept = [one for one in raw.get("changes") or [] if (one.get("protocol"), one.get("at")) not in places]
    why = {"reason": reason.strip()} if reason.strip() else {}
    made = [{"protocol": base.protocol, "at": place, "value": put, **why, "by": by, "on": on} for place, put in asked]
    return write_text({**raw, "version": _next(str(raw.get("version", "")), on), "changes": [*kept, *made]})


def _next(version: str, on: date) -> str:
    """The day, and a number where the day has had one."""
    day = on.strftime("%Y.%m.%d")
    if version == day or version.startswith(f"{day}-"):
        said = version.removeprefix(day).removeprefix("-")
        return f"{day}-{int(said) + 1 if said.isdigit() else 2}"
    return day
