"""The question `ladder`, answered a second time.

Which of several ladders is taken is stated nowhere, so the one that the answer names is laid beside those that may be taken,
and everything after that is computed anew: rates, times, caps and limits.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from tests.second.amounts import inside
from tests.second.choosing import choose_indication, choose_regimen
from tests.second.dose import case_of
from tests.second.edges import tests_in
from tests.second.opinion import ALLOWED, REFUSED, REVIEW, UNKNOWN, Opinion
from tests.second.raw import Amount, amount, named, over, quantity
from tests.second.truth import Case, holds

Piece = dict[str, Any]
Truth = bool | None


@dataclass
class Run:
    """An infusion: what is in the bag, for whom, and what limits it."""

    case: Case
    question: Piece
    opinion: Opinion
    indication: str = ""
    regimen: Piece = field(default_factory=dict)
    others: list[Piece] = field(default_factory=list)  # ladders that might be the one if more were known

    @property
    def number(self) -> int:
        return int(self.question["infusion_number"])

    @property
    def dose(self) -> Amount:
        return amount(self.question["dose"]["amount"], self.question["dose"]["unit"])

    @property
    def volume(self) -> Fraction:
        if "volume_ml" in self.question:
            return Fraction(self.question["volume_ml"])
        return self.dose.value / Fraction(self.question["concentration_mg_ml"])

    def per_hour(self, rate: Amount) -> Fraction | None:
        """A rate as mL an hour; None when the weight is missing or it cannot be one."""
        value, powers = rate.value, dict(rate.kind)
        if powers.pop("w", 0) == -1:
            if self.case.weight is None:
                return None
            value *= self.case.weight
        powers.pop("t")
        if powers == {"v": 1}:
            return value * 60
        if tuple(sorted(powers.items())) == self.dose.kind:
            return value * 60 * self.volume / self.dose.value
        return None


def both(*truths: Truth) -> Truth:
    """And, in three values."""
    return False if False in truths else (None if None in truths else True)


def infusions(run: Run, piece: Piece) -> Truth:
    """Whether an item is for this infusion, by its number and how earlier ones were tolerated."""
    wanted, told = piece.get("infusions") or {}, run.question.get("tolerated")
    if run.number < int(wanted.get("first", 1)) or run.number > int(wanted.get("last", run.number)):
        return False
    after = int(wanted.get("after_tolerated", 0))
    if after and (run.number <= after or told is False):
        return False
    if wanted.get("after_reaction") == "true":
        return None if run.number == 1 or told is None else not told
    return None if after and told is None else True


def listed(found: str, allowed: list[str]) -> Truth:
    """Whether a key is among those that an item is for."""
    return True if not allowed else (found in allowed if found else None)


def by_route(run: Run, ladder: Piece) -> Truth:
    """Whether a ladder is for the route. What is pushed is the drug as it comes: a diluted bag is not."""
    routes = ladder.get("routes", [])
    if routes == ["iv_push"]:
        named_ = run.question.get("brand", "").casefold()
        sold = [item for item in run.case.protocol.get("products", []) if not named_ or item["brand"].casefold() == named_]
        strengths = {
            quantity(item["concentration"])
            for item in sold
            if item.get("preparation", {}).get("undiluted_push") == "true" and "concentration" in item
        }
        if len(strengths) == 1:
            (strength,) = strengths
            if over(strength.kind, "v") == run.dose.kind and run.dose.value / strength.value != run.volume:
                return False
    return True if not routes or routes == run.case.protocol["routes"] else None


def may_run(run: Run, ladder: Piece) -> Truth:
    """Whether a ladder may be taken."""
    found: list[Truth] = [
        None if ladder.get("needs_approval") == "true" else True,  # nothing in a question says that a site has approved it
        infusions(run, ladder),
        listed(run.indication, ladder.get("indications", [])),
        listed(run.regimen.get("key", ""), ladder.get("regimens", [])),
        holds(run.case, ladder.get("when")),
        None if ladder.get("phases") else True,
        by_route(run, ladder),
    ]
    for side in ("dose_from", "dose_up_to"):
        if side in ladder:
            limit = quantity(ladder[side])
            if (level := over(limit.kind, "w")) is not None:
                limit = None if run.case.weight is None else Amount(limit.value * run.case.weight, level)
            if limit is None or limit.kind != run.dose.kind:
                found.append(None)
            else:
                found.append(run.dose.value >= limit.value if side == "dose_from" else run.dose.value <= limit.value)
    return both(*found)


def rate_caps(run: Run) -> list[tuple[Fraction | None, Truth, Piece]]:
    """Highest rates that apply: mL an hour (None without a weight), whether it applies."""
    found = []
    for cap in run.case.protocol.get("rate_caps", []):
        risks = {item["code"] for item in run.case.facts if item["kind"] == "risk"}
        truth = both(
            infusions(run, cap),
            listed(run.indication, cap.get("indications", [])),
            listed(run.regimen.get("key", ""), cap.get("regimens", [])),
            not cap.get("risks") or bool(set(cap["risks"]) & risks),
            holds(run.case, cap.get("when")),
        )
        found.append((run.per_hour(quantity(cap["rate"])), truth, cap))
    for never in _nevers(run):
        if never["bound"] == "most_rate":
            found.append((run.per_hour(quantity(never["limit"])), holds(run.case, never.get("when")), never))
    return [item for item in found if item[1] is not False]


def least_minutes(run: Run, ladder: Piece) -> Fraction:
    """The fewest minutes that the ladder and the limits of the chair allow."""
    found = [Fraction(ladder.get("least_minutes", 0)), _cell_minutes(run)]
    for never in _nevers(run):
        if never["bound"] == "least_minutes" and holds(run.case, never.get("when")):
            found.append(quantity(never["limit"]).value)
    return max(found)


def _cell_minutes(run: Run) -> Fraction:
    """The fewest minutes by the cells of dose tables that give this dose at this weight."""
    found = [Fraction(0)]
    mine = [item for item in run.case.protocol["regimens"] if run.indication in item["indications"]]
    for phase in (phase for regimen in ([run.regimen] if run.regimen else mine) for phase in regimen["phases"]):
        body = phase["dose"]
        if [axis["fact"] for axis in body.get("axes", [])] != ["patient.weight_kg"]:
            continue
        for cell in body["cells"]:
            if "least_minutes" not in cell or run.dose not in [quantity(text) for text in cell.get("amounts", [])]:
                continue
            if run.case.weight is None:  # which cell it is cannot be told, nor is it stated what then counts
                run.opinion.silent.update(("value", "outcome"))
            elif inside(cell["at"][0], run.case.weight):
                found.append(Fraction(cell["least_minutes"]))
    return max(found)


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


def at_risk(case: Case, question: Piece) -> None:
    """Take the risks of the question for facts, and an age that is reached for the risk that is named after it."""
    risks = set(question.get("risks", []))
    named_ = {test["fact"].removeprefix("risk.") for test in tests_in(case.protocol)}
    named_ |= {risk for cap in case.protocol.get("rate_caps", []) for risk in cap.get("risks", [])}
    for risk in named_:
        years = risk.removeprefix("age_over_")
        if years != risk and case.age_years is not None and case.age_years >= int(years):
            risks.add(risk)
    case.facts = [*case.facts, *({"kind": "risk", "code": risk, "value": "yes"} for risk in sorted(risks))]


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


def shown_as_first(run: Run, may: dict[str, Truth]) -> list[str]:
    """Ladders of a first infusion, which may be shown while none is earned: tolerance is not on record or was not good."""
    told = run.question.get("tolerated")
    if run.number == 1 or told or any(may.values()):
        return []
    tolerated = Run(run.case, {**run.question, "tolerated": True}, Opinion(), run.indication, run.regimen)
    first = Run(run.case, {**run.question, "infusion_number": 1}, Opinion(), run.indication, run.regimen)
    ladders = run.case.protocol.get("ladders", [])
    if all(may_run(tolerated, item) is False and may[item["key"]] is False for item in ladders):
        return []  # not for want of tolerance
    return [item["key"] for item in ladders if may[item["key"]] is False and may_run(first, item)]


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
    if any(never["bound"] == "least_minutes" and holds(run.case, never.get("when")) is None for never in _nevers(run)):
        run.opinion.add("a least time that may hold", "missing_fact", ALLOWED, UNKNOWN)
        run.opinion.silent.add("value")
    fastest = slowed(run.volume, rungs, top, least) if rungs else _even(run, top, least)
    return _ordered(run, ladder, rungs, top, fastest)


def _nevers(run: Run) -> list[Piece]:
    return list(run.case.protocol.get("nevers", []))


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
