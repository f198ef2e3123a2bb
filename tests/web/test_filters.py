"""Numbers and times as people must read them: exact, with units, in the site's zone, never guessed."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone, translation

from chairside.core.kernel.decision import Decision, refused, review, unknown
from chairside.core.kernel.quantity import quantity
from chairside.web.templatetags.chairside import amount, birth, clock, countdown, day, minutes, outcome, unit_word

SPACE = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("number", "unit", "text"),
    [
        (Decimal(".5"), "mg", f"0.5{SPACE}mg"),
        (Decimal("5.0"), "mg", f"5{SPACE}mg"),
        (Decimal(1200), "mL", f"1,200{SPACE}mL"),
        (Decimal("1E+3"), "[iU]", f"1,000{SPACE}international{SPACE}units"),
        (Decimal(90), "ug/min", f"90{SPACE}mcg/min"),
        (7, "vials of 100 mg", f"7{SPACE}vials{SPACE}of{SPACE}100{SPACE}mg"),
    ],
)
def test_an_amount_is_safe_text(number, unit, text):
    assert amount(number, unit) == text


def test_a_quantity_brings_its_own_unit():
    assert amount(quantity("82.40", "kg")) == f"82.4{SPACE}kg"


def test_a_missing_amount_is_a_word_and_never_zero():
    assert "not recorded" in amount(None, "mg")


@pytest.mark.parametrize("inexact", [0.1, True])
def test_an_inexact_number_is_refused(inexact):
    with pytest.raises(TypeError):
        amount(inexact, "mg")


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0 min"), (25, "25 min"), (60, "1 h"), (85, "1 h 25 min"), (timedelta(hours=2), "2 h"), (-6, "-6 min")],
)
def test_elapsed_time_is_said_as_people_say_it(value, text):
    assert minutes(value) == text.replace(" ", SPACE)


def test_a_time_is_shown_in_the_zone_of_the_site():
    with timezone.override("America/Chicago"):
        assert clock(datetime(2026, 11, 23, 16, 42, tzinfo=UTC)) == '<time datetime="2026-11-23T10:42:00-06:00">10:42</time>'


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="zone"):
        clock(datetime(2026, 11, 23, 16, 42))  # noqa: DTZ001 - the naive time is the point


def test_a_date_names_its_month():
    assert ">Mon, Nov 23, 2026<" in day(date(2026, 11, 23))
    assert ">Mar 4, 1968<" in birth(date(1968, 3, 4))


def test_a_date_in_spanish_is_spanish():
    with translation.override("es"):
        assert "23 de noviembre de 2026" in day(date(2026, 11, 23))


def test_a_countdown_carries_the_moment_for_the_script_and_the_time_for_those_without():
    with timezone.override("UTC"):
        text = countdown(datetime(2026, 11, 23, 10, 45, tzinfo=UTC))
    assert 'data-until="2026-11-23T10:45:00+00:00"' in text
    assert ">10:45<" in text


def test_a_unit_is_spelled_and_a_word_stays_a_word():
    assert unit_word("Cel") == "°C"
    assert unit_word("points") == "points"


@pytest.mark.parametrize(
    ("made", "shown"),
    [
        (None, ("done", "Allowed")),
        (review, ("due", "Needs review")),
        (unknown, ("unknown", "Missing")),
        (refused, ("act", "Refused")),
    ],
)
def test_an_outcome_has_one_tone_and_one_word(made, shown):
    decision = Decision(1, (made("missing_fact", "Why."),) if made else ())
    assert tuple(outcome(decision).values()) == shown
