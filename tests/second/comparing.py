"""The answer of the program laid beside the opinion of the second engine."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import ceil
from typing import Any

from tests.second.dose import case_of, product_of, products_for
from tests.second.ladder import Way
from tests.second.numbers import same
from tests.second.opinion import Opinion
from tests.second.raw import amount, quantity
from tests.second.vials import fewest_vials

Answer = Mapping[str, Any]


def outcome(answer: Answer, opinion: Opinion) -> list[str]:
    """Disagreements about the outcome and the reasons."""
    if "outcome" in opinion.silent or "freshness" in opinion.silent:
        return []
    found = []
    if answer["outcome"] not in opinion.outcomes and "indication" not in opinion.silent:
        found.append(f"outcome {answer['outcome']}, expected {' or '.join(opinion.outcomes)}")
    codes = {reason["code"] for reason in answer["reasons"]}
    for item in opinion.findings:
        if item.least == item.most and item.codes and not codes & set(item.codes) and "indication" not in opinion.silent:
            found.append(f"no reason among {'/'.join(item.codes)} for: {item.why}")
    known = {code for item in opinion.findings for code in item.codes}
    anything = any(not item.codes for item in opinion.findings)
    for code in sorted(codes - known):
        if not anything and "indication" not in opinion.silent:
            found.append(f"reason {code}, which nothing explains")
    return found


def dose_values(question: dict[str, Any], answer: Answer, opinion: Opinion) -> list[str]:
    """Disagreements about amount, interval, vials and waste."""
    value, found = answer["value"], list[str]()
    if opinion.silent & {"value", "indication", "freshness"}:
        return found
    if opinion.amounts and "dose" not in value:
        return ["no dose, expected " + " or ".join(str(float(item)) for item in opinion.amounts)]
    if "dose" not in value:
        return found
    got = amount(value["dose"]["amount"], value["dose"]["unit"])
    if not opinion.amounts:
        return [f"dose {value['dose']}, expected none"]
    if got.kind != opinion.unit_kind or not any(same(got.value, item) for item in opinion.amounts):
        found.append(f"dose {value['dose']}, expected {' or '.join(str(float(item)) for item in opinion.amounts)}")
    if "dose_mg" in value and not same(Fraction(value["dose_mg"]), got.value):
        found.append(f"dose_mg {value['dose_mg']} beside {value['dose']}")
    interval = value.get("interval_days")
    if opinion.interval is not None and interval is not None and Fraction(interval) != opinion.interval:
        found.append(f"interval {interval}, expected {opinion.interval}")
    if opinion.interval is not None and interval is None:
        found.append(f"no interval, expected {opinion.interval}")
    return found + _vials(question, value, got.value)


def _vials(question: dict[str, Any], value: dict[str, Any], dose: Fraction) -> list[str]:
    case = case_of(question)
    regimen = value["regimen"]
    product = product_of(case, question, regimen)
    if "vials" not in value:
        usable = product and product["vials"] and all(vial.get("potency_by_lot") != "true" for vial in product["vials"])
        return ["no vials"] if usable and question.get("brand") else []
    choices = products_for(case, question, regimen)
    sizes = {quantity(vial["strength"]).value for item in choices for vial in item["vials"]}
    drawn = sum(Fraction(size) * count for size, count in value["vials"].items())
    total, count = fewest_vials(sizes, dose)
    found = []
    if not {Fraction(size) for size in value["vials"]} <= sizes:
        found.append(f"vials {value['vials']} that are not sold")
    if (drawn, sum(value["vials"].values())) != (total, count):
        found.append(f"vials {value['vials']}, expected {float(total)} in {count}")
    if "waste" in value:
        waste = amount(value["waste"]["amount"], value["waste"]["unit"]).value
        if abs(waste - (drawn - dose)) > dose / 10**20:
            found.append(f"waste {value['waste']}, expected {float(drawn - dose)}")
    if "billing" in value and product:
        found += _billing(value["billing"], product, question["date"], dose)
    if "draw_ml" in value and product and "concentration" in product:
        volume = dose / quantity(product["concentration"]).value
        if abs(Fraction(value["draw_ml"]) - volume) > volume / 10**20:
            found.append(f"draw {value['draw_ml']} mL, expected {float(volume)}")
    return found


def _billing(billing: dict[str, Any], product: dict[str, Any], day: str, dose: Fraction) -> list[str]:
    codes = [item for item in product.get("billing", []) if item.get("valid_from", day) <= day <= item.get("valid_until", day)]
    code = next((item for item in codes if item["code"] == billing["code"]), None)
    if code is None:
        return [f"billing code {billing['code']} that is not valid on the day"]
    units = ceil(dose / quantity(code["unit"]).value)
    return [] if Fraction(billing["units"]) == units else [f"billing units {billing['units']}, expected {units}"]


def ladder_values(
    question: dict[str, Any], answer: Answer, opinion: Opinion, way: Way | None, may: dict[str, bool | None]
) -> list[str]:
    """Disagreements about the choice of ladder, its steps, start, highest rate and time."""
    value = answer["value"]
    certain = [key for key, truth in may.items() if truth]
    possible = [key for key, truth in may.items() if truth is not False]
    chosen = value.get("ladder", "")
    if not chosen:
        return [f"no ladder, and {certain[0]} is the only one that may run"] if len(possible) == 1 and certain and way else []
    if chosen not in possible:
        return [f"ladder {chosen} may not run, only {' or '.join(possible) or 'none'}"]
    if opinion.silent & {"value", "indication"}:
        return []
    if way is None:
        return ["steps that cannot be computed"] if value.get("steps") else []
    found = []
    steps = [(Fraction(step["from_min"]), Fraction(step["rate_ml_h"])) for step in value["steps"]]
    if len(steps) != len(way.steps) or not all(
        _minutes(a, c) and _rate(b, d) for (a, b), (c, d) in zip(steps, way.steps, strict=True)
    ):
        found.append(f"steps {_shown(steps)}, expected {_shown(way.steps)}")
    for key, wanted, alike in (
        ("start_ml_h", way.steps[0][1], _rate),
        ("max_ml_h", max(rate for _, rate in way.steps), _rate),
        ("total_min", way.total, _minutes),
    ):
        if not alike(Fraction(value[key]), wanted):
            found.append(f"{key} {value[key]}, expected {float(wanted)}")
    return found


def _rate(got: Fraction, wanted: Fraction) -> bool:
    """A rate is exact within six places or cut to 0.001 mL/h; it is never above."""
    return same(got, wanted) or (0 < wanted - got < Fraction(1, 1000) and wanted * 10**6 % 1 != 0)


def _minutes(got: Fraction, wanted: Fraction) -> bool:
    """Minutes are exact within six places or rounded up to 0.01."""
    return same(got, wanted) or (0 < got - wanted < Fraction(1, 100) and wanted * 10**6 % 1 != 0)


def _shown(steps: list[tuple[Fraction, Fraction]]) -> str:
    return ", ".join(f"{float(rate):g} from {float(minute):g}" for minute, rate in steps)
