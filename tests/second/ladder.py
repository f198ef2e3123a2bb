"""The question `ladder`, answered a second time.

Which of several ladders is taken is stated nowhere, so the one that the answer names is laid beside those that may be taken,
and everything after that is computed anew: rates, times, caps and limits.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from tests.second.choosing import choose_indication, choose_regimen
from tests.second.dose import case_of
from tests.second.opinion import ALLOWED, REFUSED, REVIEW, UNKNOWN, Opinion
from tests.second.raw import amount, named, quantity
from tests.second.scope import (
    Piece,
    Run,
    Truth,
    at_risk,
    infusions,
    least_minutes,
    may_run,
    nevers_of,
    rate_caps,
    shown_as_first,
)
from tests.second.truth import holds


@dataclass
class Way:
    """How an infusion runs: rates from their minutes, and the whole time."""

    steps: list[tuple[Fraction, Fraction]]
    total: Fraction


def walk(volume: Fraction, rungs: list[tuple[Fraction, Fraction | None]], top: Fraction | None) -> Way:
    """Run a bag through rungs (mL an hour, minutes; the last until it is empty), no rate above `top`."""
    steps, left, minute = list[tuple[Fraction, Fraction]](), volume, Fraction(0)
    for rate, minutes in rungs:
        pace = rate if top is None else min(rate, top)
        if not steps or steps[-1][1] != pace:
            steps.append((minute, pace))
        needed = left * 60 / pace
        if minutes is None or needed <= minutes:
            return Way(steps, minute + needed)
        minute, left = minute + minutes, left - pace * minutes / 60
    return Way(steps, minute + left * 60 / steps[-1][1])


def slowed(volume: Fraction, rungs: list[tuple[Fraction, Fraction | None]], top: Fraction | None, minutes: Fraction) -> Way:
    """The same, with the highest rates cut just so far that the whole takes these minutes at least."""
    way = walk(volume, rungs, top)
    if way.total >= minutes:
        return way
    paces = sorted({rate for rate, _ in rungs}, reverse=True)
    for low in [*paces, Fraction(0)]:
        if low and walk(volume, rungs, low).total < minutes:
            continue
        # The cut lies between this pace and the one above: before it the steps are as written, after it one even pace.
        before, spent = Fraction(0), Fraction(0)
        for rate, span in rungs:
            if rate > low or span is None:
                break
            before, spent = before + rate * span / 60, spent + span
        pace = (volume - before) * 60 / (minutes - spent)
        return walk(volume, rungs, pace)
    return way


def judge(question: Piece, chosen: str) -> tuple[Opinion, Way | None, dict[str, Truth]]:
    """What the documents say of a ladder question, given the ladder that the answer names."""
    opinion, case = Opinion(), case_of(question)
    at_risk(case, question)
    run, aside = Run(case, question, opinion), Opinion()
    run.indication = choose_indication(case, question["indication"], aside).get("key", "")
    indication = named(case.protocol["indications"], run.indication) or {}
    if run.indication or question.get("regimen"):
        run.regimen = choose_regimen(case, indication, question.get("regimen", ""), aside, question.get("brand", ""))
    brand = question.get("brand", "").casefold()
    for product in case.protocol.get("products", []):
        only = product.get("regimens") if product["brand"].casefold() == brand else None
        if only and run.regimen and run.regimen["key"] not in only:
            opinion.add("brand of another regimen", "wrong_product", REFUSED)
    opinion.silent |= aside.silent
    for item in case.protocol.get("not_encoded", []):
        if item["scope"] == "ladder" and "when" in item and holds(case, item["when"]):
            # A rate left to the prescriber: refused until the order says how fast, then for a person to confirm.
            paced = {"max_rate", "minutes"} & set(question.get("order", {}))
            opinion.add(f"not encoded: {item['key']}", "not_encoded", REVIEW if paced else REFUSED)
        elif item["scope"] == "ladder" and run.regimen.get("key", "-") in item.get("applies_to", []):
            opinion.add(f"not encoded: {item['key']}", "not_encoded", ALLOWED, REFUSED)
    may = {item["key"]: may_run(run, item) for item in case.protocol.get("ladders", [])}
    run.others = [
        item for item in case.protocol.get("ladders", []) if may[item["key"]] is None and item.get("needs_approval") != "true"
    ]
    certain = [key for key, truth in may.items() if truth]
    if chosen in shown_as_first(run, may):
        if question.get("tolerated") is None:
            opinion.missing("how the earlier infusions were tolerated; the first one's ladder is shown")
        else:
            opinion.add("no ladder after a reaction; the first one's is shown", "rate_limit", REVIEW)
        may = {**may, chosen: True}
    if not chosen and (not certain or len(certain) < len([truth for truth in may.values() if truth is not False])):
        opinion.add("no ladder is certain to be the one", "not_encoded missing_fact", ALLOWED, UNKNOWN)
        opinion.add("no ladder is certain to be the one", "not_encoded missing_fact", ALLOWED, REFUSED)
    if None in may.values():
        opinion.add("another ladder might be the one", "missing_fact", ALLOWED, UNKNOWN)
    if not chosen and len(certain) == 1:
        chosen = certain[0]
    if not chosen and certain and any(rate is None for rate, _, _ in rate_caps(run)):
        opinion.missing("the weight for a rate")
    ladder = named(case.protocol.get("ladders", []), chosen) if chosen else None
    if ladder and ladder.get("needs_approval") == "true":
        opinion.add("not approved by the site", "rate_limit not_encoded off_label", REVIEW, REFUSED)
    return opinion, _follow(run, ladder) if ladder else None, may


def _follow(run: Run, ladder: Piece) -> Way | None:
    if "bag" in ladder and quantity(ladder["bag"]).value != run.volume:
        run.opinion.add("a bag of another volume", "wrong_concentration mismatch", ALLOWED, REFUSED)
    limits = [(rate, truth) for rate, truth, _ in rate_caps(run)]
    if any(rate is None for rate, _ in limits):
        run.opinion.missing("the weight for a rate")
        return None
    if any(truth is None for _, truth in limits):
        run.opinion.silent.add("value")
    top = min((rate for rate, _ in limits if rate is not None), default=None)
    rungs = _rungs(run, ladder)
    if rungs is None:
        run.opinion.missing("the weight for a rate")
        return None
    least = least_minutes(run, ladder)
    if any(never["bound"] == "least_minutes" and holds(run.case, never.get("when")) is None for never in nevers_of(run)):
        run.opinion.add("a least time that may hold", "missing_fact", ALLOWED, UNKNOWN)
        run.opinion.silent.add("value")
    fastest = slowed(run.volume, rungs, top, least) if rungs else _even(run, top, least)
    return _ordered(run, ladder, rungs, top, fastest)


def _even(run: Run, top: Fraction | None, minutes: Fraction) -> Way:
    at_top = run.volume * 60 / top if top else Fraction(0)
    total = max(minutes, at_top)
    return Way([(Fraction(0), run.volume * 60 / total)], total)


def _rungs(run: Run, ladder: Piece) -> list[tuple[Fraction, Fraction | None]] | None:
    made = list[tuple[Fraction, Fraction | None]]()
    for rung in ladder.get("steps", []):
        rate = run.per_hour(quantity(rung["rate"]))
        if rate is None:
            return None
        made.append((rate, Fraction(rung["minutes"]) if "minutes" in rung else None))
    for site in ladder.get("sites", []):
        if infusions(run, site):
            volume, rate = quantity(site["volume"]).value, quantity(site["rate"]).value * 60
            count = min(-(-run.volume // volume), int(site["sites"]))
            if run.volume > volume * int(site["sites"]):
                run.opinion.add("more than the sites hold", "out_of_range rate_limit above_maximum", REVIEW, REFUSED)
            made.append((rate * count, None))
    return made


def _ordered(run: Run, ladder: Piece, rungs: list[tuple[Fraction, Fraction | None]], top: Fraction | None, fastest: Way) -> Way:
    order, way = run.question.get("order", {}), fastest
    if order and any(item["layer"] == "practice" and may_run(run, item) for item in run.case.protocol["ladders"]):
        run.opinion.add("perhaps faster than a practice", "duration_limit", ALLOWED, REVIEW)
    minutes = Fraction(order["minutes"]) if "minutes" in order else None
    if "max_rate" in order:
        stated = run.per_hour(amount(order["max_rate"]["amount"], order["max_rate"]["unit"]))
        if stated is None:
            run.opinion.silent.update(("value", "outcome"))
            return way
        if top is not None and stated > top:
            run.opinion.add("ordered above a cap", "rate_limit", REFUSED)
        elif stated > max(rate for _, rate in fastest.steps):
            # Faster than the ladder goes: not faster than its own rates, and whether that is refused is not stated.
            run.opinion.add("ordered above the ladder", "rate_limit duration_limit", ALLOWED, REFUSED)
            run.opinion.add("ordered above a practice", "rate_limit duration_limit", ALLOWED, REVIEW)
        elif not rungs and way.total * stated < run.volume * 60:
            run.opinion.add("perhaps faster than a practice", "duration_limit", ALLOWED, REVIEW)
        lower = stated if top is None else min(stated, top)
        least = least_minutes(run, ladder)
        way = slowed(run.volume, rungs, lower, least) if rungs else _even(run, lower, least)
    if minutes is not None:
        if minutes < least_minutes(run, ladder):
            label = ladder["layer"] == "label" or minutes < least_minutes(run, {})
            if any(minutes >= least_minutes(run, item) for item in run.others):
                for most in (REVIEW, REFUSED):
                    run.opinion.add("too short, unless another is the one", "duration_limit missing_fact", ALLOWED, most)
            else:
                run.opinion.add(
                    "ordered shorter than the least", "duration_limit rate_limit", REFUSED if label else REVIEW, REFUSED
                )
        elif minutes < fastest.total:
            run.opinion.add("ordered shorter than the ladder", "duration_limit rate_limit", REVIEW, REFUSED)
        else:
            run.opinion.add("perhaps faster than a practice", "duration_limit", ALLOWED, REVIEW)
            if minutes > way.total:
                lower = max(rate for _, rate in way.steps)
                way = slowed(run.volume, rungs, lower, minutes) if rungs else _even(run, lower, minutes)
            elif minutes < way.total:
                run.opinion.add("the order's two limits do not meet", "duration_limit rate_limit mismatch", ALLOWED, REFUSED)
                run.opinion.silent.add("value")
    if "most_minutes" in ladder and max(way.total, minutes or 0) > Fraction(ladder["most_minutes"]):
        run.opinion.add("longer than the most", "duration_limit", REVIEW, REFUSED)
    return way
