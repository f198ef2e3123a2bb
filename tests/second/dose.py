"""The question `dose`, answered a second time."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from tests.second.amounts import Rule, cell_of, compute
from tests.second.choosing import Choice, choose_indication, choose_phase, choose_regimen, not_encoded
from tests.second.edges import edges_of
from tests.second.limits import against_order, caps, contraindications, earlier, formula_caps, levels, reduce, rounded
from tests.second.numbers import same
from tests.second.opinion import ALLOWED, REFUSED, REVIEW, UNKNOWN, Opinion
from tests.second.raw import Amount, named, protocols, quantity
from tests.second.truth import Case, holds, number_of, on_record


def case_of(question: dict[str, Any]) -> Case:
    """The facts of a question. A code that it states as the diagnosis is a condition of the patient."""
    protocol, day = protocols()[question["protocol"]], question.get("date", "2026-04-13")
    asked = question["indication"]
    stated = (
        [] if named(protocol["indications"], asked) else [{"kind": "condition", "code": asked, "date": day, "value": "yes"}]
    )
    return Case(
        protocol=protocol,
        day=date.fromisoformat(day),
        patient=question.get("patient", {}),
        facts=[*question.get("facts", []), *stated],
        history=question.get("history", []),
        number=question.get("dose_number"),
    )


def choose(case: Case, question: dict[str, Any], opinion: Opinion) -> Choice:
    """Indication, regimen and phase of a question."""
    choice = Choice(indication=choose_indication(case, question["indication"], opinion))
    if not choice.indication and not question.get("regimen"):
        return choice
    choice.regimen = choose_regimen(case, choice.indication, question.get("regimen", ""), opinion, question.get("brand", ""))
    if choice.regimen:
        choice.phase, choice.position = choose_phase(case.number or 1, choice.regimen, question.get("phase", ""), opinion)
    return choice


def products_for(case: Case, question: dict[str, Any], regimen: str) -> list[dict[str, Any]]:
    """The product of the brand asked for; without one, all that are for the regimen."""
    products, brand = case.protocol.get("products", []), question.get("brand", "").casefold()
    if brand:
        return [item for item in products if item["brand"].casefold() == brand]
    return [item for item in products if regimen in item.get("regimens", [regimen])]


def product_of(case: Case, question: dict[str, Any], regimen: str = "") -> dict[str, Any] | None:
    """The product of the brand asked for; without one, the only product for the regimen."""
    offered = products_for(case, question, regimen)
    return offered[0] if len(offered) == 1 else None


def sizes_of(case: Case, question: dict[str, Any], regimen: str, kind: tuple[tuple[str, int], ...]) -> list[Fraction]:
    """Strengths of whole vials of the product; none where the lot states the potency. Without a brand: of brands alike."""
    offered = products_for(case, question, regimen)
    sold = [
        [item.get("concentration"), *({**vial, "source": ""} for vial in item["vials"] if vial.get("potency_by_lot") != "true")]
        for item in offered
    ]
    if not sold or any(item != sold[0] for item in sold):
        return []
    strengths = [quantity(vial["strength"]) for vial in offered[0]["vials"] if vial.get("potency_by_lot") != "true"]
    return sorted({size.value for size in strengths if size.kind == kind})


def _answer(case: Case, question: dict[str, Any], opinion: Opinion, seen: Fraction | None) -> None:
    choice = choose(case, question, opinion)
    not_encoded(case, choice, {question.get("regimen", ""), question.get("phase", ""), question["indication"]}, opinion)
    _brand(case, question, choice, opinion)
    indication, day = choice.indication, case.day.isoformat()
    since = not indication.get("valid_from", day) <= day <= indication.get("valid_until", day)
    if since or indication.get("status") == "off_label" or choice.regimen.get("layer") == "practice":
        opinion.add("not on the label", "off_label", ALLOWED, REVIEW)  # whether that asks for a person is not stated
    today = number_of(case, "vital.weight_kg", "kg", within=0)
    if today is not None and today != case.weight:  # even a small change may carry the patient into another tier
        opinion.add("another tier by the weight of today", "weight_changed", ALLOWED, REVIEW)
        low, high = sorted((today, case.weight or today))
        if any(low <= edge <= high for edge in edges_of(case.protocol["regimens"], "patient.weight_kg")):
            opinion.add("another regimen by the weight of today", "wrong_population", ALLOWED, REFUSED)
            opinion.silent.update(("value", "outcome"))  # by which of the two weights a tier is entered is not stated
    if not choice.phase:
        return
    led_to = [key for regimen in case.protocol["regimens"] for item in regimen.get("choices", []) for key in item["regimens"]]
    if choice.regimen["key"] in led_to:  # whether the months before the choice are the dose question's gate is not stated
        opinion.add("a regimen that a later decision leads to", "too_early missing_fact", ALLOWED, REFUSED)
        opinion.add("a regimen that a later decision leads to", "too_early missing_fact", ALLOWED, UNKNOWN)
        opinion.add("a regimen that a later decision leads to", "too_early missing_fact", ALLOWED, REVIEW)
    opinion.rule = choice.phase["dose"]["rule"]
    rule = Rule(case, choice, question, opinion)
    _phase(rule)
    _weight_today(rule)
    computed = compute(rule)
    if computed is None:
        return
    if (computed := reduce(rule, computed)) is None:
        return
    computed = formula_caps(rule, computed)
    opinion.unit_kind = computed.kind
    (final,) = against_order(rule, computed)
    limits = _upper(rule, final)
    values = rounded(rule, final, sizes_of(case, question, choice.regimen["key"], final.kind), limits)
    opinion.amounts = values
    judged = Amount(next((value for value in values if seen is not None and same(seen, value)), max(values)), final.kind)
    for part in choice.phase.get("parts", []):
        if quantity(part["amount"]).value > judged.value:
            opinion.add("a part given first that is more than the dose", "below_minimum", ALLOWED, REFUSED)
    caps(rule, judged)
    contraindications(rule, judged)
    _gaps(case, opinion)
    opinion.interval = _interval(rule)


def dose(question: dict[str, Any], seen: Fraction | None = None) -> Opinion:
    """What the documents say that the answer to a dose question must be.

    seen   the amount that an answer gives: where several are acceptable, the limits are laid against that one
    """
    opinion, case = Opinion(), case_of(question)
    _answer(case, question, opinion, seen)
    if case.doubts:
        opinion.silent.add("freshness")
    return opinion


def _upper(rule: Rule, dose_: Amount) -> list[Fraction]:
    """Limits that rounding up may not cross."""
    found = [limit for limit, _, _ in levels(rule)]
    for cap in rule.choice.regimen.get("caps", []):
        limit = rule.scaled(cap["amount"])
        if limit and limit.kind == dose_.kind and holds(rule.case, cap.get("when")) is not False:
            found.append(limit.value - earlier(rule, cap, dose_)[0])
    return found


def _brand(case: Case, question: dict[str, Any], choice: Choice, opinion: Opinion) -> None:
    if not question.get("brand"):
        return
    product = product_of(case, question)
    if product is None:
        opinion.add("no such brand", "wrong_product mismatch not_encoded", REVIEW, REFUSED)
        return
    if product.get("indications") and choice.indication.get("key") not in product["indications"]:
        opinion.add("brand of another indication", "off_label wrong_indication wrong_product", REVIEW, REFUSED)
    if product.get("regimens") and choice.regimen.get("key") not in product["regimens"]:
        opinion.add("brand of another regimen", "wrong_product mismatch off_label", ALLOWED, REFUSED)
    for item in case.protocol.get("not_encoded", []):
        if item["scope"] == "product" and product["brand"] in item.get("applies_to", []):
            opinion.add("brand not encoded", "not_encoded", ALLOWED, REFUSED)


def _gaps(case: Case, opinion: Opinion) -> None:
    """Billing and products that the file leaves to a person for patients such as this one."""
    for item in case.protocol.get("not_encoded", []):
        if item["scope"] in ("billing", "product") and "when" in item and holds(case, item["when"]):
            opinion.add(f"not encoded: {item['key']}", "not_encoded", REVIEW)


def _phase(rule: Rule) -> None:
    phase, truth = rule.choice.phase, holds(rule.case, rule.choice.phase.get("when"))
    if truth is None:
        rule.opinion.missing("whether the phase is given")
    elif not truth:
        rule.opinion.add("the phase is not given now", "out_of_range course_complete", REVIEW, REFUSED)
    if phase["timing"]["timing"] == "triggered":
        if not on_record(rule.case, phase["timing"]["event"]):
            rule.opinion.missing("the event on record")
        # Hours cannot be told from days: a dose two days after the event is too late, one on the day may be either.
        rule.opinion.add("hours after the event", "too_late too_early missing_fact", ALLOWED, REFUSED)
    number, first = rule.case.number or 1, rule.choice.regimen["phases"][0]
    if number > 1 and any(item["action"] in ("ask", "give_phase") for item in phase.get("late", [])):
        # Whether the dose question judges a late dose is not stated; a loading dose again is another amount.
        rule.opinion.add("a late dose", "too_late", ALLOWED, REVIEW)
        rule.opinion.add("doses before a late one", "missing_fact", ALLOWED, UNKNOWN)
        if any(item["action"] == "give_phase" for item in phase["late"]):
            # An order is laid beside whichever of the two doses it is.
            rule.opinion.silent.update(("value", "outcome") if rule.question.get("order") else ("value",))
    if number > 1 and first["dose"]["rule"] in ("deficit", "replacement"):
        # The schema says how a deficit is computed, and not what of it is left for the second dose of a course.
        rule.opinion.silent.update(("value", "outcome"))
    gap = rule.choice.regimen.get("course_gap")
    if gap and (rule.case.number or 1) == 1 and rule.case.own:
        rule.opinion.add("an earlier course", "interval too_early", ALLOWED, REVIEW)


def _weight_today(rule: Rule) -> None:
    today, record = number_of(rule.case, "vital.weight_kg", "kg", within=0), rule.case.weight
    if any(weight is not None and not 2 <= weight <= 250 for weight in (today, record)):
        rule.opinion.add("a weight that is unusual", "out_of_range", ALLOWED, REVIEW)
    if today is None or record is None:
        return
    percent = abs(today - record) * 100 / record
    if percent >= Fraction(rule.case.protocol["tolerances"]["weight_percent"]):
        by_weight = rule.body["rule"] in ("per_kg", "per_m2", "wanted_rise", "deficit")
        by_weight |= rule.body["rule"] == "ordered" and "/kg" in rule.body["least"]
        frozen = rule.body.get("weight") == "frozen"
        rule.opinion.add("the weight changed", "weight_changed", REVIEW if by_weight and not frozen else ALLOWED, REVIEW)


def _interval(rule: Rule) -> Fraction | None:
    """Days to the next dose, where the timing states them plainly."""
    timing, place = rule.choice.phase["timing"], rule.choice.position
    if rule.body["rule"] == "table":
        cell = cell_of(rule)
        if cell and "every_days" in cell:
            return Fraction(cell["every_days"])
    if "position" in rule.opinion.silent:
        return None
    if timing["timing"] == "every":
        last = "doses" in rule.choice.phase and place >= int(rule.choice.phase["doses"])
        return None if last else Fraction(timing["days"])
    if timing["timing"] == "offsets" and place < len(timing["days"]):
        return Fraction(int(timing["days"][place]) - int(timing["days"][place - 1]))
    return None
