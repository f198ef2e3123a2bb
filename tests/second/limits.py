"""What changes or limits a computed dose: reductions, caps, contraindications above a level, the order, rounding."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from math import floor
from typing import Any

from tests.second.amounts import Rule
from tests.second.opinion import ALLOWED, REFUSED, REVIEW, UNKNOWN
from tests.second.raw import Amount, amount, over, quantity
from tests.second.truth import holds
from tests.second.vials import nearest_sums

ROUTES_OPEN = "the history does not say by which route a dose was given"


def reduce(rule: Rule, computed: Amount) -> Amount | None:
    """The computed dose after its reductions by facts; None where by a fact it is not given at all."""
    given = True
    for item in rule.choice.regimen.get("adjustments", []):
        if item.get("phases") and rule.choice.phase["key"] not in item["phases"]:
            continue
        days = rule.choice.phase["timing"].get("on_days") or [0] * rule.choice.position
        if item.get("positions") and str((rule.choice.position - 1) % len(days) + 1) not in item["positions"]:
            continue  # days of a cycle are counted anew in each
        truth = holds(rule.case, item["when"])
        if truth is None:
            rule.opinion.missing(f"reduction {item['key']}")
            rule.opinion.silent.add("value")
        elif truth and "reduce_by_percent" not in item:
            rule.opinion.add(f"do not give: {item['key']}", "out_of_range contraindicated requires_lab", REVIEW, REFUSED)
            given = False
        elif truth:
            if item.get("at_least") == "true":
                rule.opinion.add(f"reduced at least: {item['key']}", "", REVIEW, REFUSED)
            if rule.body["rule"] == "ordered":  # what a person ordered is not computed, and never lowered
                rule.opinion.silent.update(("value", "outcome"))
            else:
                computed = computed.times(1 - Fraction(item["reduce_by_percent"]) / 100)
    return computed if given else None


def formula_caps(rule: Rule, computed: Amount) -> Amount:
    """Caps that are part of the formula lower a computed dose; an ordered amount is never lowered."""
    if rule.body["rule"] == "ordered":
        return computed
    for cap in rule.choice.regimen.get("caps", []):
        if cap.get("part_of_formula") == "true" and cap["per"] == "dose" and holds(rule.case, cap.get("when")):
            limit = rule.scaled(cap["amount"])
            if limit and limit.kind == computed.kind:
                computed = min(computed, limit, key=lambda item: item.value)
    return computed


def caps(rule: Rule, dose: Amount) -> None:
    """Every other maximum: of a dose, a course, a lifetime, a rolling span, and what is never given at the chair."""
    for cap in rule.choice.regimen.get("caps", []):
        limit = rule.scaled(cap["amount"])
        if limit is None or limit.kind != dose.kind:
            continue
        truth = holds(rule.case, cap.get("when"))
        given, whole = earlier(rule, cap, dose)
        over = dose.value + given > limit.value
        if over and truth:
            # The routes of earlier doses are not on record, so a cap by route may count them or not.
            least = ALLOWED if cap.get("routes") else REFUSED
            rule.opinion.add(f"above {cap['amount']} ({cap['per']})", "above_maximum course_complete", least, REFUSED)
            if not whole:
                rule.opinion.add("earlier doses that would only add to it", "missing_fact", ALLOWED, UNKNOWN)
        elif over and truth is None:
            rule.opinion.add(
                f"perhaps above {cap['amount']}", "missing_fact stale_fact above_maximum course_complete", UNKNOWN, REFUSED
            )
        elif not over and not whole and truth is not False and cap.get("routes"):
            rule.opinion.add("earlier doses of a route", "missing_fact", ALLOWED, UNKNOWN)
        elif not over and not whole and truth is not False:
            rule.opinion.missing(f"earlier doses for the limit of {cap['amount']} ({cap['per']})")
    for never in rule.case.protocol.get("nevers", []):
        if never["bound"] == "most_dose" and "limit" in never:
            limit = rule.scaled(never["limit"])
            if limit and limit.kind == dose.kind and dose.value > limit.value and holds(rule.case, never.get("when")):
                rule.opinion.add(f"never above {never['limit']}", "above_maximum", REFUSED)


def earlier(rule: Rule, cap: dict[str, Any], dose: Amount) -> tuple[Fraction, bool]:
    """What was given before that counts for a cap, and whether the record of it is whole."""
    doses, number, day = rule.case.own, rule.case.number or 1, rule.case.day
    if cap["per"] == "dose":
        return Fraction(0), True
    if cap["per"] == "course":
        if number == 1:
            return Fraction(0), True
        counted = [item for item in doses if item["dose_number"] < number][-(number - 1) :]
        whole = {item["dose_number"] for item in counted} == set(range(1, number))
    elif cap["per"] == "rolling":
        # Whole days only are on record: a dose of the day that lies just the span before may be inside it or not.
        days = Fraction(int(cap["hours"]), 24)
        counted = [item for item in doses if date.fromisoformat(item["date"]) > day - timedelta(days=int(days))]
        edge = [item for item in doses if date.fromisoformat(item["date"]) == day - timedelta(days=int(days))]
        on_edge = sum((amount(item["dose"], item["unit"]).value for item in edge), Fraction(0))
        inside = sum((amount(item["dose"], item["unit"]).value for item in counted), Fraction(0))
        limit = rule.scaled(cap["amount"])
        assert limit is not None
        # Numbers rise with the days: before a dose that lies outside the span no other one can lie inside it.
        on = {item["dose_number"]: date.fromisoformat(item["date"]) for item in doses}
        outside = max((one for one, at in on.items() if one < number and at < day - timedelta(days=int(days))), default=0)
        missing = any(one not in on for one in range(outside + 1, number))
        return inside, not missing and not (on_edge and inside + on_edge + dose.value > limit.value)
    else:
        counted, whole = doses, True
        rule.opinion.silent.add("lifetime")
    return sum((amount(item["dose"], item["unit"]).value for item in counted), Fraction(0)), whole


def levels(rule: Rule) -> list[tuple[Fraction, bool | None, str]]:
    """Levels that a contraindication forbids to pass: the amount, whether it holds, its severity."""
    found = []
    for item in rule.case.protocol.get("contraindications", []):
        if "above" not in item or (item.get("regimens") and rule.choice.regimen["key"] not in item["regimens"]):
            continue
        limit, truth = rule.scaled(item["above"]), holds(rule.case, item["when"])
        if limit and truth is not False:
            found.append((limit.value, truth, item.get("severity", "hold")))
    return found


def contraindications(rule: Rule, dose: Amount) -> None:
    """Contraindications that count only above a level."""
    for limit, truth, severity in levels(rule):
        if dose.value > limit and truth is None:
            rule.opinion.missing("a contraindication above a level")
        elif dose.value > limit:
            rank = {"hold": REFUSED, "review": REVIEW, "advise": ALLOWED}[severity]
            rule.opinion.add("contraindicated above a level", "contraindicated above_maximum", rank)


def against_order(rule: Rule, computed: Amount) -> tuple[Amount, ...]:
    """The dose after the order is laid beside the computed one."""
    order = rule.question.get("order", {})
    stated = order.get("dose") or ({} if rule.body["rule"] in ("calvert", "wanted_rise") else order.get("level"))
    if not stated or rule.body["rule"] == "ordered":
        return (computed,)
    ordered = amount(stated["amount"], stated["unit"])
    if "dose" not in order:
        own, bases = rule.body.get("amount", ""), [base for base in "wa" if over(ordered.kind, base) is not None]
        if rule.body["rule"] in ("flat", "table") or not bases or (own and over(quantity(own).kind, bases[0]) is None):
            # A level by something else than what the rule goes by: whether it is turned into an amount is not stated.
            rule.opinion.silent.update(("outcome", "value"))
            return (computed,)
        scaled = rule.scaled(ordered)
        if scaled is None:
            return (computed,)
        ordered = scaled
    elif "level" in order:
        rule.opinion.silent.update(("outcome", "value"))
    if ordered.kind != computed.kind:
        rule.opinion.add("order in another unit", "mismatch", REVIEW, REFUSED)
        return (computed,)
    body, tolerance = rule.body, Fraction(rule.case.protocol["tolerances"]["order_percent"])
    if not computed.value / 10 < ordered.value < computed.value * 10:
        # No document says from where an order is absurd. Ten times as much is never merely allowed.
        rule.opinion.add("an absurd order", "out_of_range above_maximum below_minimum", REVIEW, REFUSED)
    away = (ordered.value - computed.value) * 100 / computed.value
    indication = rule.choice.indication.get("key", "")
    highest = rule.scaled(body["highest"]) if "highest" in body else None
    allowed_higher = highest and indication in body.get("highest_for", [indication])
    if highest and allowed_higher and ordered.value > highest.value:
        # Above the highest that may be ordered; the tolerance around the computed dose may still hold it.
        rule.opinion.add("above the highest", "above_maximum", REFUSED if away > tolerance else ALLOWED, REFUSED)
    elif away > tolerance and not allowed_higher:
        rule.opinion.add("order above the computed dose", "above_maximum", REVIEW)
    if away < -tolerance:
        rule.opinion.add("order below the computed dose", "below_minimum", REVIEW)
    if body["rule"] == "table" or (away and body["rule"] == "flat"):
        rule.opinion.add(
            "a table or a flat dose has no tolerance stated of its own", "above_maximum below_minimum mismatch", ALLOWED, REVIEW
        )
    return (ordered,)


def rounded(rule: Rule, dose: Amount, sizes: list[Fraction], limits: list[Fraction]) -> tuple[Fraction, ...]:
    """The acceptable amounts after the label's own rounding and the site's policy."""
    value, own = dose.value, rule.choice.regimen.get("rounding")
    order = rule.question.get("order", {})
    compared = not any(item.why == "order in another unit" for item in rule.opinion.findings)
    if compared and (order.get("dose") or (order.get("level") and rule.body["rule"] not in ("calvert", "wanted_rise"))):
        if own and value % quantity(own["multiple_of"]).value:
            rule.opinion.add("not a multiple", "mismatch", ALLOWED, REVIEW)
        return (value,)
    if own:
        step = quantity(own["multiple_of"]).value
        value = floor(value / step + Fraction(1, 2)) * step
    policy = rule.question.get("policy", {})
    if policy.get("rounding", "none") == "none" or not sizes:
        return (value,)
    percent, top = Fraction(policy.get("percent", 10)), min(limits, default=None)
    near = nearest_sums(sizes, value, percent)
    under = [total for total in near if top is None or total <= top]
    if own or rule.body["rule"] in ("calvert", "wanted_rise"):
        # Not stated: which of two roundings wins; whether a dose from an ordered level is the site's to round.
        return (value, *under)
    if top is not None and value > top:  # refused in any case; whether it is rounded before that is not stated
        # Not stated: whether the site's rounding may bring a dose that is above a limit back under it.
        rule.opinion.silent.update(("value", "outcome") if nearest_sums(sizes, value, percent, top) else ("value",))
        return (value, *near, *under)
    if near and under != near:  # not stated: whether the next nearest is taken, or none
        return (value, *under, *nearest_sums(sizes, value, percent, top))
    return tuple(near) or (value,)
