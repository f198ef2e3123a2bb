"""What of a protocol is for one infusion: which ladders may be taken, and the limits of rate and time."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from tests.second.amounts import inside
from tests.second.edges import tests_in
from tests.second.opinion import Opinion
from tests.second.raw import Amount, amount, over, quantity
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
    for never in nevers_of(run):
        if never["bound"] == "most_rate":
            found.append((run.per_hour(quantity(never["limit"])), holds(run.case, never.get("when")), never))
    return [item for item in found if item[1] is not False]


def least_minutes(run: Run, ladder: Piece) -> Fraction:
    """The fewest minutes that the ladder and the limits of the chair allow."""
    found = [Fraction(ladder.get("least_minutes", 0)), _cell_minutes(run)]
    for never in nevers_of(run):
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


def nevers_of(run: Run) -> list[Piece]:
    """What is never done at the chair."""
    return list(run.case.protocol.get("nevers", []))


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
