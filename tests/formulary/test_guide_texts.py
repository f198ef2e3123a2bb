"""Patient texts are plain: grade 8 at most in English; the Spanish ones by the Fernandez-Huerta scale."""

import pytest
import textstat

from chairside.core.protocols.schema.guide import Guide
from chairside.core.protocols.schema.terms import Words
from chairside.formulary.loader import load_all

# A therapy whose page is not written yet has none, and the patient is told so; what is written must be plain.
WITH_PAGE = [pytest.param(protocol, id=protocol.id) for protocol in load_all() if protocol.guide is not None]


def texts(guide: Guide) -> list[Words]:
    single = [guide.what_for, guide.how_long, guide.how_often, guide.feels, guide.driving, guide.emergency]
    return [*single, *guide.prepare, *guide.before, *guide.during, *guide.after, *guide.call_us, *guide.questions]


@pytest.mark.parametrize("protocol", WITH_PAGE)
def test_the_english_page_reads_at_grade_eight_or_below(protocol):
    page = " ".join(words.en for words in texts(protocol.guide))
    textstat.set_lang("en")
    assert textstat.flesch_kincaid_grade(page) <= 8


@pytest.mark.parametrize("protocol", WITH_PAGE)
def test_the_spanish_page_is_fairly_easy_or_easier(protocol):
    page = " ".join(words.es for words in texts(protocol.guide))
    textstat.set_lang("es")
    try:
        assert textstat.fernandez_huerta(page) >= 70
    finally:
        textstat.set_lang("en")


@pytest.mark.parametrize("protocol", WITH_PAGE)
def test_no_text_is_the_same_in_both_languages(protocol):
    assert not [words.en for words in texts(protocol.guide) if words.en == words.es]
