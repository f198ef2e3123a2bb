"""Each component says its state in words, names its roles, and holds nothing that the strict CSP would refuse."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django import forms
from django.utils import timezone

from chairside import web
from chairside.core.kernel.decision import Decision, refused, review, unknown
from chairside.web.charts.ladder import Rung
from chairside.web.forms import AmountField, Form

TEMPLATES = Path(web.__file__).parent / "templates"
ALL = sorted(TEMPLATES.rglob("*.html"))


@pytest.mark.parametrize("path", ALL, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_no_template_holds_inline_style_or_script(path):
    text = re.sub(r"\{% comment %\}.*?\{% endcomment %\}", "", path.read_text(), flags=re.S)
    assert not re.search(r"<[^>]*\sstyle\s*=", text)
    assert not re.search(r"<[^>]*\son\w+\s*=", text)
    assert "<style" not in text
    assert "hx-on" not in text
    scripts = [tag for tag in re.findall(r"<script[^>]*>", text) if "src=" not in tag and "application/json" not in tag]
    assert not scripts


@pytest.mark.parametrize("path", sorted((TEMPLATES / "cotton").glob("*.html")), ids=lambda path: path.stem)
def test_every_component_explains_its_use(path):
    assert path.read_text().startswith("{% comment %}")


def test_every_shape_that_a_component_names_is_in_the_sprite():
    sprite = set(re.findall(r'id="i-([\w-]+)"', (TEMPLATES / "web/_sprite.html").read_text()))
    named = {name for path in ALL for name in re.findall(r'{% icon "([\w-]+)"', path.read_text())}
    assert named <= sprite
    assert {"plain", "now", "due", "act", "observe", "done", "unknown", "locked"} <= sprite


@pytest.mark.parametrize("tone", ["plain", "now", "due", "act", "observe", "done", "unknown", "locked"])
def test_a_state_has_a_word_and_a_shape(render, tone):
    text = render("<c-state tone='{{ tone }}' word='Vitals due' />", tone=tone)
    assert "Vitals due" in text
    assert f'href="#i-{tone}"' in text


def test_reasons_stand_strongest_first_with_limit_source_and_who_may_release(render):
    decision = Decision(
        None,
        (
            review("weight_changed", "Weighs 10 % more.", override="pharmacist"),
            unknown("missing_fact", "No TB screening."),
            refused("above_maximum", "500 mg is above the maximum.", limit="400 mg", source="label"),
        ),
    )
    text = render("<c-reasons :of='decision' />", decision=decision)
    assert text.index("Refused:") < text.index("Missing:") < text.index("Needs review:")
    for part in ("400 mg", "label", "May be released by", "pharmacist"):
        assert part in text


def test_no_reasons_draw_nothing(render):
    assert render("<c-reasons :of='decision' />", decision=Decision(1)).strip() == ""


def test_a_reason_with_markup_in_it_is_shown_as_text(render):
    text = render("<c-reasons :of='decision' />", decision=Decision(None, (refused("mismatch", "<b>x</b>"),)))
    assert "<b>" not in text


def test_allergies_that_nobody_asked_about_are_not_shown_as_none(render):
    text = render("<c-safety name='A' :allergies='allergies' :reactions='None' />", allergies=None)
    assert "Not recorded: ask" in text
    assert "None known" not in text


def test_asked_and_none_is_said(render):
    text = render("<c-safety name='A' :allergies='none' :reactions='none' weight='80 kg' order='x' />", none=[])
    assert "None known" in text
    assert "None on record" in text
    assert "safety-missing" not in text


def test_the_safety_header_warns_of_allergies_and_past_reactions(render):
    text = render(
        "<c-safety name='Moreno, Alba' :born='born' :allergies='a' :reactions='r' weight='82.4 kg' :weight_on='born' />",
        born=date(1968, 3, 4),
        a=["Penicillin", {"text": "Latex", "note": "rash"}],
        r=["Grade 2"],
    )
    assert text.count("safety-alarm") == 2
    for part in ("Moreno, Alba", "Mar 4, 1968", "Penicillin", "Latex", "rash", "Grade 2", "82.4 kg", "No signed order"):
        assert part in text


class _Form(Form):
    dose = AmountField(label="Dose", unit="mg")
    arm = forms.ChoiceField(choices=[("l", "Left")], widget=forms.RadioSelect)


def test_a_field_is_described_by_its_unit_its_last_value_and_its_reason(render):
    form = _Form({"dose": "1,200", "arm": "l"})
    text = render("<c-field :field='form.dose' unit='mg' last='400 mg' />", form=form)
    described = re.search(r'aria-describedby="([^"]+)"', text)
    assert described
    assert set(described[1].split()) == {"id_dose_last", "id_dose_unit", "id_dose_error"}
    assert all(f'id="{name}"' in text for name in described[1].split())
    assert 'aria-invalid="true"' in text
    assert 'value="1,200"' in text  # what was typed is kept


def test_choices_are_a_group_with_a_legend(render):
    text = render("<c-field :field='form.arm' />", form=_Form())
    assert "<fieldset" in text
    assert "<legend>Arm" in text


def test_the_problems_of_a_form_are_counted_and_say_what_was_kept(render):
    text = render("<c-form-problems :form='form' />", form=_Form({"dose": "x"}))
    assert 'role="alert"' in text
    assert "2 answers need another look" in text
    assert "Nothing was saved. What you typed is kept below." in text
    assert 'href="#id_dose"' in text


def test_a_vital_is_never_prefilled_and_shows_the_last(render):
    text = render("<c-vital name='pulse' label='Pulse' unit='/min' last='72' last_at='09:40' />")
    assert 'inputmode="decimal"' in text
    assert 'value=""' in text
    assert "Last 72 · 09:40" in text


def test_the_ladder_says_what_is_locked_until_when_and_why(render):
    rungs = [
        Rung(1, Decimal(10), 15, "done"),
        Rung(2, Decimal(20), 15, "now"),
        Rung(3, Decimal(40), 15, "locked", "vitals first", datetime(2026, 11, 23, 10, 55, tzinfo=UTC)),
    ]
    with timezone.override("UTC"):
        text = render("<c-ladder :rungs='rungs' label='Rate ladder' />", rungs=rungs)
    assert text.count('aria-current="step"') == 1
    for part in ("Done", "Now", "Locked", "vitals first", "10:55", "40\N{NO-BREAK SPACE}mL/h"):
        assert part in text


def test_the_stop_bar_says_that_it_does_not_touch_the_pump(render):
    text = render("<c-stop-bar pause_url='/p' reaction_url='/r' pause_key='k1' reaction_key='k2' who='Moreno, Alba' />")
    for part in ("STOP / PAUSE", "REACTION", "do not touch the pump", 'value="k1"', 'value="k2"', "Moreno, Alba"):
        assert part in text


def test_a_blocked_button_stays_with_its_reason(render):
    text = render("<c-button kind='primary' blocked='Unlocks 10:55'>Step up</c-button>")
    assert "disabled" in text
    assert "Unlocks 10:55" in text


def test_an_empty_fact_says_so(render):
    assert "not recorded" in render("<c-fact label='Beyond use'></c-fact>")


def test_a_slot_of_one_component_does_not_leak_from_the_page(render):
    text = render("<c-action title='Start'></c-action>", evidence="LEAK", second="LEAK", reasons="LEAK")
    assert "LEAK" not in text


def test_a_repeated_post_carries_the_same_key(render):
    assert 'name="key" value="abc"' in render("<c-form key='abc'>x</c-form>")
