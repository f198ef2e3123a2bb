"""The patient's page: public, in two languages, honest about who checked it, and easy to read."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from chairside.apps.formulary.services import releases_sync
from chairside.apps.guide import selectors
from chairside.apps.guide.texts import TEXTS
from chairside.core.protocols import Protocol
from chairside.formulary import loader

PARTS = (
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
)
ENGLISH_CEILING = 8.0  # grade; the aim is 6
SPANISH_FLOOR = 60.0  # Fernández Huerta: 60 to 70 is the reading of a pupil of 13 or 14; higher is easier


@pytest.fixture
def client(db: None) -> Client:
    releases_sync()
    return Client(HTTP_HOST="127.0.0.1")


def sentences(protocol: Protocol, language: str) -> list[str]:
    page = selectors.page_of(protocol, language)
    assert page is not None
    return [text for part in page.parts for text in (part.says, *part.points) if text] + [page.emergency]


def plain(protocol: Protocol, language: str, word: str) -> str:
    """The page's text with the names of drugs replaced: a name is long in every language and says nothing about the text."""
    text = "\n".join(
        sentence if sentence.endswith((".", "?", "!")) else f"{sentence}." for sentence in sentences(protocol, language)
    )
    names = {protocol.generic, *protocol.generic.split(), *(product.brand for product in protocol.products)}
    return re.sub("|".join(re.escape(name) for name in sorted(names, key=len, reverse=True)), word, text, flags=re.IGNORECASE)


@pytest.mark.parametrize("protocol", loader.load_all(), ids=lambda protocol: protocol.id)
def test_english_is_written_for_the_eighth_grade_or_below(protocol: Protocol) -> None:
    import textstat

    assert textstat.textstat.flesch_kincaid_grade(plain(protocol, "en", "drug")) <= ENGLISH_CEILING


@pytest.mark.parametrize("protocol", loader.load_all(), ids=lambda protocol: protocol.id)
def test_spanish_reads_as_easily(protocol: Protocol) -> None:
    assert fernandez_huerta(plain(protocol, "es", "droga")) >= SPANISH_FLOOR


def fernandez_huerta(text: str) -> float:
    """206.84 - 60 x syllables a word - 1.02 x words a sentence (Fernández Huerta 1959, with the corrected sentence term)."""
    words = re.findall(r"[^\W\d_]+", text)
    count = len(re.findall(r"[.!?]+", text))
    return 206.84 - 60 * sum(map(syllables, words)) / len(words) - 1.02 * len(words) / count


def syllables(word: str) -> int:
    """Vowel groups; a strong vowel beside a strong or an accented weak one begins a new syllable."""
    word = word.lower()
    groups = re.findall(r"[aeiouáéíóúü]+", re.sub(r"(?<=[gq])u(?=[eiéí])", "", word))
    split = sum(max(0, len(re.findall(r"[aeoáéóíú]", group)) - 1) for group in groups)
    return max(1, len(groups) + split)


@pytest.mark.parametrize("protocol", loader.load_all(), ids=lambda protocol: protocol.id)
def test_every_part_stands_in_both_languages(protocol: Protocol) -> None:
    english, spanish = selectors.page_of(protocol, "en"), selectors.page_of(protocol, "es")
    assert english is not None
    assert spanish is not None
    assert [(part.key, len(part.points)) for part in english.parts] == [(part.key, len(part.points)) for part in spanish.parts]
    assert {part.key for part in english.parts} == set(PARTS)
    assert english.title != spanish.title


def test_every_fixed_text_stands_in_both_languages() -> None:
    assert all(words.en and words.es and words.en != words.es for words in TEXTS.values())


def test_anyone_may_read_it_without_a_log_in(client: Client) -> None:
    page = client.get("/guide/infliximab_iv/")
    assert page.status_code == 200
    assert "Before your visit" in page.content.decode()


def test_a_link_with_a_language_is_remembered_and_can_be_changed_back(client: Client) -> None:
    answer = client.get("/guide/infliximab_iv/?lang=es", follow=True)
    text = answer.content.decode()
    assert answer.request["PATH_INFO"] == "/guide/infliximab_iv/"
    assert '<html lang="es"' in text
    assert "Antes de su visita" in text
    assert '<html lang="en"' in client.get("/guide/infliximab_iv/?lang=en", follow=True).content.decode()


def test_it_says_that_nobody_has_checked_it(client: Client) -> None:
    english = client.get("/guide/ferric_carboxymaltose/?lang=en", follow=True).content.decode()
    assert "No pharmacist has checked this page yet" in english
    spanish = client.get("/guide/ferric_carboxymaltose/?lang=es", follow=True).content.decode()
    assert "Ningún traductor calificado" in spanish


def test_the_list_names_every_therapy(client: Client) -> None:
    page = client.get("/guide/").content.decode()
    assert all(protocol.names.en in page for protocol in loader.load_all())


def test_an_unknown_therapy_is_not_found(client: Client) -> None:
    assert client.get("/guide/nothing/").status_code == 404


def test_a_page_without_brands_has_no_empty_line_of_other_names(client: Client) -> None:
    page = client.get("/guide/therapeutic_phlebotomy/").content.decode()
    assert "Therapeutic phlebotomy" in page
    assert "Also called" not in page
    assert "Also called" in client.get("/guide/ravulizumab/").content.decode()
