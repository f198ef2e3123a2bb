"""What must hold for every protocol, whatever the answer: bags add up, caps hold, missing facts are never allowed."""

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise, product
from random import Random

import pytest

from chairside.exchange.questions.table import ask
from chairside.exchange.questions.text import InputProblem
from tests.second.asking import RULEBOOK, Question
from tests.second.choosing import choose_indication, choose_regimen
from tests.second.dose import case_of
from tests.second.making import IDS, RARE, dose_question, written
from tests.second.making_ladders import ladder_question
from tests.second.opinion import Opinion
from tests.second.raw import amount, named, over, protocols, quantity
from tests.second.scope import Run, least_minutes, rate_caps

TINY = Fraction(1, 10**18)


def ladders(seed: int, count: int) -> Iterator[tuple[Question, dict]]:
    """Ladder questions that are answered with steps."""
    rng = Random(seed)
    for _ in range(count):
        question = ladder_question(rng)
        try:
            answer = ask("ladder", question, RULEBOOK)
        except InputProblem:
            continue
        if answer["value"].get("steps"):
            yield question, answer


def run_of(question: Question) -> Run:
    case = case_of(question)
    case.facts = [{"kind": "risk", "code": risk, "value": "yes"} for risk in question.get("risks", [])]
    run, aside = Run(case, question, Opinion()), Opinion()
    indication = choose_indication(case, question["indication"], aside)
    run.indication = indication.get("key", "")
    run.regimen = choose_regimen(case, indication, question.get("regimen", ""), aside, question.get("brand", ""))
    return run


def test_the_steps_of_a_ladder_empty_the_bag_in_its_time() -> None:
    seen = 0
    for question, answer in ladders(31, 700):
        value = answer["value"]
        steps = [(Fraction(step["from_min"]), Fraction(step["rate_ml_h"])) for step in value["steps"]]
        ends = [minute for minute, _ in steps[1:]] + [Fraction(value["total_min"])]
        given = sum((end - minute) * rate / 60 for (minute, rate), end in zip(steps, ends, strict=True))
        volume = run_of(question).volume
        steps_written = Fraction(1, 1000) * Fraction(value["total_min"]) / 60 + Fraction(1, 100) * steps[-1][1] / 60
        assert abs(given - volume) <= TINY * volume + steps_written, question
        assert all(end > minute for (minute, _), end in zip(steps, ends, strict=True)), question
        assert Fraction(value["start_ml_h"]) == steps[0][1], question
        assert Fraction(value["max_ml_h"]) == max(rate for _, rate in steps), question
        seen += 1
    assert seen > 500


def test_no_step_is_above_a_cap_that_applies_and_no_infusion_shorter_than_it_may_be() -> None:
    capped = 0
    for question, answer in ladders(32, 700):
        run, value = run_of(question), answer["value"]
        ladder = named(run.case.protocol["ladders"], value["ladder"])
        assert ladder is not None
        for limit, applies, cap in rate_caps(run):
            if applies and limit is not None:
                capped += 1
                assert Fraction(value["max_ml_h"]) <= limit * (1 + TINY), (question, cap)
        assert Fraction(value["total_min"]) >= least_minutes(run, ladder) * (1 - TINY), question
        order = question.get("order", {})
        if "max_rate" in order and answer["outcome"] in ("allowed", "review"):
            stated = run.per_hour(amount(order["max_rate"]["amount"], order["max_rate"]["unit"]))
            assert stated is None or Fraction(value["max_ml_h"]) <= stated * (1 + TINY), question
        if "minutes" in order and answer["outcome"] == "allowed":
            assert Fraction(value["total_min"]) == Fraction(order["minutes"]), question
        for rung, step in zip(ladder.get("steps", []), value["steps"], strict=False):
            written_rate = run.per_hour(quantity(rung["rate"]))
            assert written_rate is None or Fraction(step["rate_ml_h"]) <= written_rate * (1 + TINY), question
    assert capped > 100


def test_rounding_never_crosses_a_cap() -> None:
    rng, rounded = Random(33), 0
    for protocol in IDS * 6:
        question = dose_question(rng, (protocol,))
        question["policy"] = {"rounding": "percent", "percent": "15"}
        question.pop("order", None)
        plain, answers = {**question, "policy": {"rounding": "none"}}, []
        try:
            answers = [ask("dose", asked, RULEBOOK) for asked in (plain, question)]
        except InputProblem:
            continue
        doses = [answer["value"].get("dose") for answer in answers]
        if None in doses:
            continue
        before, after = (amount(item["amount"], item["unit"]) for item in doses)
        if after.value != before.value:
            rounded += 1
        assert abs(after.value - before.value) * 100 <= before.value * 15, question
        case = case_of(question)
        regimen = named(case.protocol["regimens"], answers[1]["value"]["regimen"])
        for cap in (regimen or {}).get("caps", []):
            limit, by = quantity(cap["amount"]), Fraction(question["patient"].get("weight_kg", "0"))
            if over(limit.kind, "w") is not None:
                limit = limit.times(by)
            if cap["per"] == "dose" and over(limit.kind, "a") is None and before.value <= limit.value:
                assert after.value <= limit.value, (question, cap)
        worse = ("allowed", "review", "unknown", "refused")
        assert worse.index(answers[1]["outcome"]) <= worse.index(answers[0]["outcome"]), question
    assert rounded > 100


def needed(question: Question, answer: dict) -> Iterator[tuple[str, Question]]:
    """The same question without one fact that its dose rule is entered by."""
    case = case_of(question)
    regimen = named(case.protocol["regimens"], answer["value"]["regimen"])
    assert regimen is not None
    phase = named(regimen["phases"], answer["value"]["phase"])
    assert phase is not None
    body, keys, facts, order = phase["dose"], set(), set(), False
    kinds = {"per_kg": {"weight_kg"}, "per_m2": {"weight_kg", "height_cm"}, "wanted_rise": {"weight_kg"}}
    keys |= kinds.get(body["rule"], set())
    if body["rule"] == "ordered" and "/kg" in body["least"]:
        keys.add("weight_kg")
    if body["rule"] == "deficit":
        keys |= {"weight_kg", "height_cm", "sex"}
    if body.get("weight") == "actual" or body["rule"] in ("deficit", "wanted_rise"):
        facts.add("vital.weight_kg")
    for axis in body.get("axes", []):
        keys.add("weight_kg") if axis["fact"] == "patient.weight_kg" else facts.add(axis["fact"])
    facts |= {body[key] for key in ("gfr_fact", "level_fact", "loss_fact", "fraction_fact") if key in body}
    order = body["rule"] in ("ordered", "calvert", "wanted_rise")
    indication = named(case.protocol["indications"], answer["value"].get("indication", ""))
    if indication and indication.get("ages"):
        keys.add("birth_date")
    for key in keys & set(question["patient"]):
        patient = {name: value for name, value in question["patient"].items() if name != key}
        weights = [f for f in question["facts"] if key != "weight_kg" or f["code"] != "weight_kg"]
        yield key, {**question, "patient": patient, "facts": weights}
    for fact in facts - {"vital.weight_kg", "history.last_amount"}:
        yield fact, {**question, "facts": [f for f in question["facts"] if f"{f['kind']}.{f['code']}" != fact]}
    if order:
        yield "order", {**question, "order": {}}


def test_without_a_needed_fact_a_dose_is_unknown_and_never_allowed() -> None:
    rng, tried = Random(34), Counter[str]()
    for protocol in (IDS + RARE) * 5:
        question = dose_question(rng, (protocol,))
        try:
            answer = ask("dose", question, RULEBOOK)
        except InputProblem:
            continue
        if answer["outcome"] not in ("allowed", "review") or "dose" not in answer["value"]:
            continue
        for fact, less in needed(question, answer):
            outcome = ask("dose", less, RULEBOOK)["outcome"]
            assert outcome == "unknown", (fact, outcome, less)
            tried[fact] += 1
    assert {"weight_kg", "height_cm", "birth_date", "order", "lab.crcl"} <= set(tried)
    assert sum(tried.values()) > 300


def tables() -> Iterator[tuple[str, dict, dict]]:
    """Every table of the formulary that is entered by facts and the weight alone."""
    for name in IDS:
        for regimen in protocols()[name]["regimens"]:
            for phase in regimen["phases"]:
                facts = [axis["fact"] for axis in phase["dose"].get("axes", [])]
                if facts and "history.last_amount" not in facts:
                    yield name, regimen, phase


def looked_up(body: dict, point: list[Fraction]) -> dict | None:
    """The cell that holds a point, by the edges as they are written."""
    found = []
    for cell in body["cells"]:
        for step, value in zip(cell["at"], point, strict=True):
            low, high = step.get("low"), step.get("high")
            above = low is None or value > Fraction(low) or (value == Fraction(low) and step.get("low_included") != "false")
            below = high is None or value < Fraction(high) or (value == Fraction(high) and step.get("high_included") == "true")
            if not (above and below):
                break
        else:
            found.append(cell)
    assert len(found) < 2, (body, point)
    return found[0] if found else None


TABLES = [pytest.param(*table, id=f"{table[0]}-{table[1]['key']}-{table[2]['key']}") for table in tables()]


def around_every_edge(body: dict) -> Iterator[list[Fraction]]:
    """Points just below, at and just above each edge of one axis, with the other axis in the middle of each of its steps."""
    edges = []
    for place in range(len(body["axes"])):
        steps = [cell["at"][place] for cell in body["cells"]]
        edges.append(sorted({Fraction(step[side]) for step in steps for side in ("low", "high") if side in step}))
    middles = [[*((low + high) / 2 for low, high in pairwise(axis)), axis[-1] + 1] for axis in edges]
    for place, axis in enumerate(edges):
        beside = [value + shift for value in axis for shift in (Fraction(-1, 100), Fraction(0), Fraction(1, 100))]
        yield from (list(point) for point in product(*(beside if at == place else middles[at] for at in range(len(edges)))))


@pytest.mark.parametrize(("name", "regimen", "phase"), TABLES)
def test_both_sides_of_every_edge_are_as_the_table_says(name: str, regimen: dict, phase: dict) -> None:
    body, before = phase["dose"], 0
    for earlier in regimen["phases"]:
        if earlier is phase:
            break
        before += int(earlier["doses"])
    doses = set()
    for point in around_every_edge(body):
        question = at_point(name, regimen, phase, before + 1, point)
        value = ask("dose", question, RULEBOOK)["value"].get("dose")
        cell = looked_up(body, point)
        wanted = quantity(cell["amounts"][0]) if cell and cell.get("amounts") else None
        got = amount(value["amount"], value["unit"]) if value else None
        assert got == (wanted if wanted and wanted.value else None), (question, point)
        doses.add(got)
    assert len(doses) > 1


def at_point(name: str, regimen: dict, phase: dict, number: int, point: list[Fraction]) -> Question:
    """A question whose patient stands at a point of the table."""
    question: Question = {
        "protocol": name,
        "indication": regimen["indications"][0],
        "regimen": regimen["key"],
        "phase": phase["key"],
        "dose_number": number,
        "date": "2026-04-13",
        "patient": {"birth_date": "1980-01-01", "sex": "female", "height_cm": "170", "weight_kg": "80"},
        "facts": [],
        "history": [
            {"protocol": name, "dose_number": place, "date": "2026-04-01", "dose": "300", "unit": "mg"}
            for place in range(1, number)
        ],
    }
    for axis, value in zip(phase["dose"]["axes"], point, strict=True):
        if axis["fact"] == "patient.weight_kg":
            question["patient"]["weight_kg"] = written(value)
        else:
            kind, _, code = axis["fact"].partition(".")
            found = {"kind": kind, "code": code, "value": written(value), "unit": axis["unit"], "date": "2026-04-12"}
            question["facts"].append(found)
    return question


def test_the_protocols_that_are_asked_more_often_are_there() -> None:
    assert set(RARE) <= set(IDS)
