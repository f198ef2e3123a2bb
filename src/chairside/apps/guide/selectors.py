"""The patient's page of a therapy, as the rulebook makes it. Public: it holds no person's data and needs no organization."""

from __future__ import annotations

from dataclasses import dataclass

from chairside.apps.formulary.selectors import current_releases, protocol_of
from chairside.apps.formulary.standing import release_in_use
from chairside.apps.guide.texts import about_length, said
from chairside.apps.organizations.models import Site
from chairside.core.guide.page import Language, page
from chairside.core.protocols import Protocol
from chairside.core.protocols.schema.terms import Status

_SENTENCES = ("what_for", "how_long", "how_often", "feels")
_ORDER = (*_SENTENCES, "prepare", "before", "during", "after", "driving", "call_us", "questions")


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the page: sentences, or short points."""

    key: str
    says: str = ""
    points: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GuidePage:
    """A therapy's page in one language. `reviewed` names who checked the words; empty means nobody."""

    therapy: str
    title: str
    brands: tuple[str, ...]
    parts: tuple[Part, ...]
    emergency: str
    reviewed: str
    draft: bool
    sources: tuple[str, ...]
    version: str


def guide_page(therapy: str, language: str, site: Site | None = None) -> GuidePage | None:
    """The page of a therapy, or None where there is no such therapy or its protocol has no patient's text.

    Opened at a site, it tells the hours that hold there; for the public it rests on the release in use.
    """
    release = release_in_use(therapy, site)
    return None if release is None else page_of(protocol_of(release.sha256), language)


def guide_pages(language: str) -> list[GuidePage]:
    """Every page there is, by title."""
    pages = (page_of(protocol_of(release.sha256), language) for release in current_releases())
    return sorted((made for made in pages if made), key=lambda made: made.title.casefold())


def page_of(protocol: Protocol, language: str) -> GuidePage | None:
    """The parts in the order in which they are read. A part without text is left out, never filled in."""
    made = page(protocol, Language.SPANISH if language.startswith("es") else Language.ENGLISH)
    if made is None:
        return None
    points = {section.key: section.points for section in made.sections}
    says = {key: getattr(made, key) for key in (*_SENTENCES, "driving")}
    if made.length is not None:
        says["how_long"] += " " + about_length(made.length.shortest, made.length.longest, language)
    parts = (Part(key, says.get(key, ""), points.get(key, ())) for key in _ORDER)
    return GuidePage(
        therapy=protocol.id,
        title=said(protocol.names, language),
        brands=tuple(product.brand for product in protocol.products),
        parts=tuple(part for part in parts if part.says or part.points),
        emergency=made.emergency,
        reviewed=made.reviewer,
        draft=protocol.status is Status.DRAFT,
        sources=tuple(source.title for source in protocol.sources if source.tier.checked),
        version=protocol.version,
    )
