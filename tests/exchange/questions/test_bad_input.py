"""What cannot be used: one sentence that names the field, for every kind of bad input and every question."""

from __future__ import annotations

import random
import re

import pytest

from chairside.exchange.questions.rulebook import UnknownProtocol
from chairside.exchange.questions.text import InputProblem
from chairside.formulary.loader import load_all
from tests.exchange.questions.asking import GONE, GOOD, answered, spoiled
from tests.exchange.questions.everyday import everyday

_LONG = "9" * 60
BAD = [
    # numbers
    ("dose", "patient.weight_kg", "82,4", "is not a number; write 82.4"),
    ("dose", "patient.weight_kg", "1,250", "write no thousands separators"),
    ("dose", "patient.weight_kg", "NaN", "is not a number"),
    ("dose", "patient.weight_kg", "Infinity", "is not a number"),
    ("dose", "patient.weight_kg", "-5", "must be above zero"),
    ("dose", "patient.weight_kg", "0", "must be above zero"),
    ("dose", "patient.weight_kg", "", "is empty"),
    ("dose", "patient.weight_kg", "82.4 kg", "is not a number"),
    ("dose", "patient.weight_kg", "1e3", "is not a number"),
    ("dose", "patient.weight_kg", "1_000", "is not a number"),
    ("dose", "patient.weight_kg", "٨٢", "is not a number"),
    ("dose", "patient.weight_kg", ".5", "write 0.5"),
    ("dose", "patient.weight_kg", _LONG, "cannot be right"),
    ("dose", "patient.weight_kg", "0." + _LONG, "cannot be right"),
    ("dose", "patient.weight_kg", "1000000000000", "cannot be right"),
    ("dose", "patient.weight_kg", True, "a number is expected"),
    ("dose", "patient.weight_kg", ["82"], "a number is expected"),
    ("dose", "patient.height_cm", "-170", "must be above zero"),
    ("dose", "order.dose.amount", "-412", "must be above zero"),
    ("dose", "policy.percent", "150", "must not be above 100"),
    ("dose", "dose_number", 0, "is not a whole number from 1"),
    ("dose", "dose_number", "1.5", "is not a whole number"),
    ("dose", "dose_number", "9" * 5000, "cannot be right"),
    ("dose", "facts[0].value", "0,9", "is not a number; write 0.9"),
    ("dose", "facts[0].value", "high", "is not a number"),
    ("dose", "facts[0].value", "-1", "below zero"),
    ("dose", "facts[0].value", "900", "cannot be right"),
    ("dose", "history[0].dose", "-1", "must not be below zero"),
    ("ladder", "volume_ml", "-250", "must be above zero"),
    ("ladder", "volume_ml", GONE, "is missing; give it or concentration_mg_ml"),
    ("ladder", "infusion_number", "x", "is not a number"),
    ("prepare", "minutes", "two hours", "is not a number"),
    ("prepare", "filter_micron", "-1", "must not be below zero"),
    ("restart", "reaction.grade", 6, "is not a whole number from 1 to 5"),
    ("restart", "reaction.rate_at_onset_ml_h", "-1", "must be above zero"),
    ("charge", "drugs[0].dose_mg", "-412", "must be above zero"),
    ("charge", "drugs[0].vials_used[0].count", "many", "is not a number"),
    ("charge", "events[0].minutes", "5,5", "write 5.5"),
    # units
    ("dose", "order.dose.unit", "mgs", "is not a unit known here"),
    ("dose", "order.dose.unit", GONE, "is missing"),
    ("dose", "facts[0].unit", "mL", "is measured in mg/dL"),
    ("dose", "facts[0].unit", "mg per dL", "is not a unit"),
    ("dose", "history[0].unit", "mL", "does not measure a dose of infliximab_iv"),
    ("dose", "history[0].unit", GONE, "is missing"),
    ("dose", "patient.weight_lb", "180", "is not a field of this question; did you mean weight_kg?"),
    ("ladder", "dose.unit", "milligram", "is not a unit"),
    # days
    ("dose", "date", "13.04.2026", "is not a day of the calendar; write YYYY-MM-DD"),
    ("dose", "date", "2026-02-30", "is not a day of the calendar"),
    ("dose", "date", "20260413", "is not a day of the calendar"),
    ("dose", "date", 20260413, "is not a day of the calendar"),
    ("dose", "date", GONE, "is missing"),
    ("dose", "patient.birth_date", "2031-05-01", "lies after 2026-04-13"),
    ("dose", "patient.birth_date", "1876-05-01", "cannot be right"),
    ("dose", "patient.birth_date", "0001-01-01", "cannot be right"),
    ("dose", "patient.age_y", 12, "is not the age on 2026-04-13 of a person born on 1976-05-01"),
    ("dose", "patient.age_y", 400, "is not a whole number from 0 to 130"),
    ("dose", "facts[0].date", "2026-04-14", "lies after 2026-04-13"),
    ("dose", "facts[0].date", "1970-04-10", "lies before the birth date"),
    ("dose", "facts[0].date", GONE, "is missing"),
    ("dose", "history[1].date", "2026-05-16", "lies after 2026-04-13"),
    ("dose", "history[1].date", "2026-02-16", "is out of order"),
    ("dose", "history[1].date", "1970-02-16", "lies before the birth date"),
    ("clear", "history[1].date", "2026-02-16", "is out of order"),
    ("clear", "patient.birth_date", "2031-05-01", "lies after 2026-04-13"),
    ("plan", "history[1].date", "2026-05-16", "lies after 2026-03-17"),
    ("plan", "as_of", "soon", "is not a day of the calendar"),
    ("ladder", "patient.birth_date", "2126-05-01", "lies after"),
    ("ladder", "patient.birth_date", "9026-05-01", "cannot be right"),
    ("plan", "start", "9999-12-31", "cannot be right"),
    ("prepare", "start_at", "9999-12-31T23:00:00+00:00", "cannot be right"),
    ("prepare", "minutes", "999999999999", "cannot be right"),
    ("prepare", "start_at", "2026-04-13T08:00:00-06:00", "lies before prepared_at"),
    ("prepare", "start_at", "2026-04-13T09:30:00", "has no zone"),
    ("prepare", "prepared_at", "2026-04-13", "is not a time"),
    ("charge", "dos", "2026-13-02", "is not a day of the calendar"),
    ("charge", "events[0].start", "25:00", "is not a time of day"),
    ("charge", "events[0].start", GONE, "a stop without a start"),
    # names and words
    ("dose", "protocol", "infliximab", "there is no protocol “infliximab”; did you mean infliximab_iv?"),
    ("dose", "protocol", "zzz", "there is no protocol “zzz”"),
    ("dose", "protocol", GONE, "is missing"),
    ("dose", "protocol", 7, "text is expected"),
    ("dose", "indication", GONE, "is missing"),
    ("dose", "indication", " ", "is empty"),
    ("dose", "patient.sex", "F", "is not one of female, male, other, unknown"),
    ("dose", "policy.rounding", "up", "is not one of none, nearest_vial, percent"),
    ("dose", "policy.bsa", "boyd", "is not one of mosteller"),
    ("dose", "facts[0].kind", "labs", "is not one of lab, vital"),
    ("dose", "facts[1].value", "fine", "is one of: negative"),
    ("dose", "history[0].route", "oral", "is not one of"),
    ("dose", "brand", "", "is empty"),
    ("prepare", "storage", "freezer", "is not one of room, refrigerated"),
    ("charge", "setting", "hospitl_outpatient", "is not one of physician_office"),
    ("charge", "setting", GONE, "is missing"),
    ("charge", "events[0].kind", GONE, "is missing"),
    # shapes
    ("dose", "patient", "82.4 kg", "an object with named fields is expected"),
    ("dose", "facts", {}, "a list is expected"),
    ("dose", "facts[0]", "anc", "an object with named fields is expected"),
    ("dose", "history", "none", "a list is expected"),
    ("dose", "history[0].tolerated", "yes", "true or false is expected"),
    ("dose", "history[0].reaction", {"grade": 2}, "is missing"),
    ("dose", "dose", "412", "is not a field of this question"),
    ("dose", "Patient", {}, "did you mean patient?"),
    ("dose", "facts[0].units", "mg/dL", "did you mean unit?"),
    ("ladder", "risks", "renal", "a list is expected"),
    ("ladder", "order", {"rate": "9"}, "is not a field of this question"),
    ("restart", "resolved", "yes", "true or false is expected"),
    ("charge", "events[0].segments", [["09:00"]], "is not a pair"),
    ("charge", "events", {}, "a list is expected"),
    # what no person, bag or pump could show
    ("dose", "patient.weight_kg", "100000", "cannot be right: 0.1 to 1,000"),
    ("dose", "patient.weight_kg", "0.01", "cannot be right"),
    ("dose", "patient.weight_kg", "0.0000000000001", "has a size that cannot be right"),
    ("dose", "patient.height_cm", "1.7", "cannot be right: 10 to 300"),
    ("ladder", "volume_ml", "250000", "cannot be right"),
    ("ladder", "volume_ml", "0.02", "412 mg cannot be in 0.02 mL"),
    ("ladder", "dose.amount", "412000000", "412,000,000 mg cannot be in 250 mL"),
    ("prepare", "dose.unit", "kg", "412 kg cannot be in 250 mL"),
    ("prepare", "filter_micron", "0.0001", "cannot be right"),
    ("prepare", "minutes", "0.0001", "cannot be right"),
    ("restart", "reaction.rate_at_onset_ml_h", "90000", "cannot be right"),
    ("dose", "history[0].unit", "kg", "412 kg cannot be right: more than 10,000 vials"),
    ("plan", "start", "1970-03-02", "lies before the birth date"),
    ("plan", "request", {"dose_number": 3}, "is missing"),
    # signs that nobody sees, and signs that look like others
    ("dose", "brand", "Inflectra\u200b", "holds a sign that cannot be seen (U+200B)"),
    ("dose", "facts[0].code", "\u202ecreatinine", "holds a sign that cannot be seen (U+202E)"),
    ("dose", "protocol", "infliximab_iv\u0000", "holds a sign that cannot be seen (U+0000)"),
    ("dose", "patient.weight_kg", "８２.４", "is not a number"),
    ("dose", "patient.weight_kg", "82.4\u200b", "is not a number"),
    ("dose", "patient.weight_kg", "-", "is not a number"),
    ("dose", "patient.weight_kg", "82.4.1", "is not a number"),
    ("dose", "date", "２０２６-04-13", "is not a day of the calendar"),
    ("dose", "date", "2026-4-13", "is not a day of the calendar"),
    ("dose", "date", "2027-02-29", "is not a day of the calendar"),
    ("dose", "date", "2026-04-13T00:00:00Z", "is not a day of the calendar"),
    ("dose", "facts[0].unit", "m" * 41, "is longer than 40 characters"),
    ("prepare", "start_at", "2026-04-13x09:30:00-06:00", "is not a time"),
    ("prepare", "start_at", "2026-04-13T24:00:00-06:00", "is not a time"),
    ("prepare", "start_at", "2026-04-13T09:30:60-06:00", "is not a time"),
    ("prepare", "start_at", "2026-04-13T09:30:00+25:00", "is not a time"),
    ("prepare", "start_at", "2026-04-13T14:00:00Z", "lies before prepared_at"),
    ("charge", "events[0].start", "0900", "is not a time of day"),
    ("charge", "events[0].start", "9:00", "is not a time of day"),
    # names that are nearly right
    ("dose", "indication", "k50.90", "is not a diagnosis code; write K50.90"),
    ("dose", "indication", "K50.９０", "is not a diagnosis code"),
    ("dose", "indication", "K50.9000000", "is not a diagnosis code"),
    ("clear", "indication", "K50,90", "is not a diagnosis code"),
    ("dose", "history[0].protocol", "infliximab", "did you mean infliximab_iv?"),
    ("ladder", "risks", ["renal_disease"], "did you mean renal?"),
    ("ladder", "risks", ["thromboses"], "did you mean thrombosis?"),
    ("ladder", "dose.unit", "mL", "does not measure a dose of infliximab_iv"),
    ("restart", "brand", "Tysabri", "is not a product of infliximab_iv"),
    ("restart", "reaction.term", "anaphylaxsis", "write anaphylaxis if it is meant"),
    ("clear", "history[1].reaction", {"grade": 2, "term": "Anaphylactic shock"}, "write anaphylaxis if it is meant"),
    ("charge", "drugs[0].hcpcs", "J17450", "is not a billing code"),
    ("charge", "drugs[0].container", "vial", "is not one of single_dose, multi_dose"),
    ("charge", "events[0].class", "chemo", "is not one of complex"),
    # the same dose twice
    ("dose", "history[1]", {**GOOD["dose"]["history"][0]}, "dose 1 of 2026-03-02 is listed twice"),
    ("plan", "history[1].dose_number", 0, "is not a whole number from 1"),
    ("dose", "facts", [{}] * 5001, "has more than 5,000 entries"),
    ("dose", "indication", "K" * 3000, "is longer than"),
]


@pytest.mark.parametrize(("op", "path", "value", "says"), BAD, ids=lambda part: str(part)[:30])
def test_bad_input_is_one_sentence_that_names_the_field(op, path, value, says):
    with pytest.raises(InputProblem) as raised:
        answered(op, spoiled(GOOD[op], path, value))
    sentence = str(raised.value)
    assert sentence.startswith(path.rpartition(".")[0]), sentence
    assert raised.value.field in sentence
    assert says in sentence
    assert "\n" not in sentence
    assert len(sentence) < 300


@pytest.mark.parametrize("path", [path for op, path, *_ in BAD if op == "dose" and "[" not in path][:20])
def test_the_field_that_is_named_is_the_one_that_is_wrong(path):
    value = next(value for op, place, value, _ in BAD if op == "dose" and place == path)
    with pytest.raises(InputProblem, match=f"^{re.escape(path)}: "):
        answered("dose", spoiled(GOOD["dose"], path, value))


@pytest.mark.parametrize("op", GOOD)
@pytest.mark.parametrize("question", [None, [], "dose", 5, [{}]], ids=repr)
def test_a_question_that_is_no_object_is_refused(op, question):
    with pytest.raises(InputProblem, match="an object with named fields is expected"):
        answered(op, question if question is not None else [None])


@pytest.mark.parametrize("op", sorted(GOOD))
@pytest.mark.parametrize(
    "odd", [None, "", "x", "-1", 0, -1, True, [], {}, [[]], [{}], {"a": 1}, "9" * 100], ids=lambda odd: repr(odd)[:9]
)
def test_no_field_of_a_question_can_make_it_break(op, odd):
    """Each field in turn becomes something odd: the question is answered, or refused by the name of that field."""
    for key in GOOD[op]:
        said = _outcome(op, spoiled(GOOD[op], key, odd))
        assert said in ("allowed", "review", "unknown", "refused") or key in said


_ODD = [
    None,
    "",
    "x",
    "-1",
    0,
    1.5,
    True,
    [],
    {},
    [[]],
    [{}],
    "9" * 100,
    "NaN",
    "82,4",
    "1e400",
    "٨٢",
    "\u202e8",
    "0.00001",
    "2026-02-30",
]


@pytest.mark.parametrize("protocol", load_all(), ids=lambda protocol: protocol.id)
def test_no_value_at_any_depth_breaks_a_question_about_any_protocol(protocol):
    """Seeded: some fields at every depth of one everyday question of each kind become something odd."""
    dice, asked = random.Random(protocol.id), {}
    for op, question in everyday(protocol):
        asked.setdefault(op, question)
    for op, question in asked.items():
        paths = list(_paths(question))
        for _ in range(8):
            said = _outcome(op, _put(question, dice.choice(paths), dice.choice(_ODD)))
            assert said in ("allowed", "review", "unknown", "refused") or ("\n" not in said and ": " in said)


def _paths(value, here=()):
    """The way to every value inside, as keys and positions."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in inside:
        yield (*here, key)
        yield from _paths(part, (*here, key))


def _put(value, path, new):
    if not path:
        return new
    made = value.copy()
    made[path[0]] = _put(value[path[0]], path[1:], new)
    return made


def _outcome(op, question):
    try:
        return answered(op, question)["outcome"]
    except InputProblem as problem:
        return str(problem)


def test_a_charge_of_nothing_at_all_is_refused():
    with pytest.raises(InputProblem, match=r"^events: is missing"):
        answered("charge", {"dos": "2026-03-02", "setting": "home"})


def test_an_unknown_protocol_can_be_told_from_other_problems():
    with pytest.raises(UnknownProtocol):
        answered("dose", spoiled(GOOD["dose"], "protocol", "zzz"))
