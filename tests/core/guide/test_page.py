"""The patient's page: from the protocol alone, in two languages, with computed length and driving."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chairside.core.guide.page import Drive, Language, page, visit_length
from chairside.formulary.loader import known_ids, load
from tests.core.visit.walk import PLAN


@pytest.mark.parametrize("protocol_id", ["infliximab_iv", "ferric_carboxymaltose"])
@pytest.mark.parametrize("language", list(Language))
def test_every_text_is_there_in_both_languages(protocol_id, language):
    assert protocol_id in known_ids()
    made = page(load(protocol_id), language)
    assert made is not None
    texts = [made.title, made.what_for, made.how_long, made.how_often, made.feels, made.driving, made.emergency]
    assert all(text.strip() for text in texts)
    assert {section.key for section in made.sections if section.points} >= {"before", "during", "after", "call_us"}
    assert made.length is not None
    assert 0 < made.length.shortest <= made.length.longest


def test_the_two_languages_differ():
    english, spanish = (page(load("infliximab_iv"), language) for language in Language)
    assert english is not None
    assert spanish is not None
    assert english.what_for != spanish.what_for


def test_the_length_of_a_visit_is_the_sum_of_its_parts_in_quarter_hours():
    length = visit_length(PLAN)
    assert dict(length.parts) == {"check_in": 20, "premedication": 30, "infusion": 131, "observation": 30, "leaving": 10}
    assert (length.shortest, length.longest) == (225, 225)
    optional = replace(PLAN, premedications=(replace(PLAN.premedications[0], required=False),))
    assert (visit_length(optional).shortest, visit_length(optional).longest) == (195, 225)


def test_a_sedating_premedication_means_no_driving():
    protocol = load("infliximab_iv")

    def drives(plan):
        made = page(protocol, Language.ENGLISH, plan=plan)
        assert made is not None
        return made.drive

    assert drives(PLAN) is Drive.NO
    assert drives(replace(PLAN, premedications=())) is Drive.YES
    assert drives(None) is Drive.ASK


def test_of_a_menu_it_is_never_said_that_the_patient_may_drive():
    protocol = load("migraine_rescue_infusions")
    for plan in (None, replace(PLAN, premedications=())):
        made = page(protocol, Language.ENGLISH, plan=plan)
        assert made is not None
        assert made.drive is Drive.ASK


def test_a_protocol_without_a_guide_has_no_page():
    assert page(replace(load("infliximab_iv"), guide=None), Language.ENGLISH) is None
