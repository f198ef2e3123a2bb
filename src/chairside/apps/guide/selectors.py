"""The patient's page of a therapy, read from its protocol. Public: it holds no person's data and needs no organization."""

from __future__ import annotations

from dataclasses import dataclass

from chairside.apps.formulary.selectors import current_release, current_releases, protocol_of
from chairside.apps.guide.texts import said
from chairside.core.protocols import Protocol
from chairside.core.protocols.schema.terms import Status


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the page: a sentence, or short points."""

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


def guide_page(therapy: str, language: str) -> GuidePage | None:
    """The page of a therapy, or None where there is no such therapy or its protocol has no patient's text."""
    release = current_release(therapy)
    if release is None:
        return None
    return page_of(protocol_of(release.sha256), language)


def guide_pages(language: str) -> list[GuidePage]:
    """Every page there is, by title."""
    pages = (page_of(protocol_of(release.sha256), language) for release in current_releases())
    return sorted((page for page in pages if page), key=lambda page: page.title.casefold())


def page_of(protocol: Protocol, language: str) -> GuidePage | None:
    """The parts in the order in which they are read. A part without text is left out, never filled in."""
    guide = protocol.guide
    if guide is None:
        return None
    parts = []
    for key in (
        "what_for",
        "how_long",
        "how_often",
        "feels",
        "prepare",
        "before",
        "during",
        "after",
        "driving",
        "call_us",
        "questions",
    ):
        value = getattr(guide, key)
        if isinstance(value, tuple):
            part = Part(key, points=tuple(said(words, language) for words in value))
        else:
            part = Part(key, said(value, language))
        if part.says or part.points:
            parts.append(part)
    return GuidePage(
        therapy=protocol.id,
        title=said(protocol.names, language),
        brands=tuple(product.brand for product in protocol.products),
        parts=tuple(parts),
        emergency=said(guide.emergency, language),
        reviewed=guide.reviewed.es if language.startswith("es") else guide.reviewed.en,
        draft=protocol.status is Status.DRAFT,
        sources=tuple(source.title for source in protocol.sources if source.tier.checked),
        version=protocol.version,
    )
