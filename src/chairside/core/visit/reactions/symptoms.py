"""What a tap stands for: the symptoms that are offered, and the signs of anaphylaxis that each is.

The mapping is a proposal of ours, on the sensitive side: it shows which criterion is met and what makes it, never a diagnosis.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from chairside.core.kernel.span import age_on
from chairside.core.visit.baseline import baseline
from chairside.core.visit.plan import VisitPlan
from chairside.core.visit.reactions.reaction import Anaphylaxis, anaphylaxis
from chairside.core.visit.state import VisitState
from chairside.core.visit.values import Said
from chairside.core.visit.vitals import latest

CRITERIA = "WAO 2020"
SYMPTOMS = (
    "itching", "hives", "flushing", "swelling of face or lips", "chills", "fever", "headache", "nausea", "repeated vomiting",
    "severe belly pain", "back pain", "chest tightness", "short of breath", "wheeze", "throat tightness", "hoarse voice",
    "dizziness", "fainting", "pain at the site",
)  # fmt: skip
SIGNS: dict[str, frozenset[str]] = {
    "skin": frozenset({"itching", "hives", "flushing", "swelling of face or lips"}),
    "breathing": frozenset({"short of breath", "chest tightness"}),
    "wheeze": frozenset({"wheeze"}),
    "throat": frozenset({"throat tightness", "hoarse voice"}),
    "gut": frozenset({"repeated vomiting", "severe belly pain"}),
    "fainting": frozenset({"fainting"}),
}
_LOW_OXYGEN = Decimal(92)


@dataclass(frozen=True, slots=True)
class Suspicion:
    """Criteria of anaphylaxis that are met now, what makes them, and since when."""

    criteria: tuple[int, ...]
    made_of: tuple[str, ...]
    since: datetime | None

    @property
    def words(self) -> str:
        which = " and ".join(str(number) for number in self.criteria)
        return f"{'Criteria' if len(self.criteria) > 1 else 'Criterion'} {which} of anaphylaxis: {', '.join(self.made_of)}"


def present_signs(symptoms: Collection[str]) -> dict[str, tuple[str, ...]]:
    """By sign, the tapped symptoms that are it."""
    by_sign = {sign: tuple(name for name in symptoms if name.strip().casefold() in of) for sign, of in SIGNS.items()}
    return {sign: found for sign, found in by_sign.items() if found}


def suspicion(state: VisitState, plan: VisitPlan) -> Suspicion | None:
    """Whether the symptoms that are present and the newest vitals meet a criterion (WAO 2020); None when none is met.

    The trigger is likely once anything of today was given: a drug or a premedication.
    """
    newest, base = latest(state), baseline(state, plan)
    sbp = newest.recorded.value("sbp") if newest else None
    at_baseline = base.recorded.value("sbp") if base and base is not newest else None
    spo2 = newest.recorded.value("spo2") if newest else None
    signs = present_signs(state.symptoms)
    if not signs and sbp is None:
        return None
    hypoxia = spo2 is not None and spo2.amount < _LOW_OXYGEN and plan.spo2_scale == 1
    stated = {
        answer.question
        for item in state.reactions.values()
        if item.open
        for answer in item.latest.facts
        if answer.said is Said.YES
    }
    found: Anaphylaxis = anaphylaxis(
        skin_mucosal="skin" in signs,
        respiratory="breathing" in signs or hypoxia,
        severe_gut="gut" in signs,
        laryngeal="throat" in signs,
        bronchospasm="wheeze" in signs or "bronchospasm" in stated,
        likely_trigger=state.any_started or bool(state.premedications),
        sbp=sbp.amount if sbp is not None else None,
        baseline_sbp=at_baseline.amount if at_baseline is not None else None,
        end_organ="fainting" in signs,
        lowest_sbp=lowest_sbp(age_of(plan)),
    )
    if not found.criteria:
        return None
    made = [name for names in signs.values() for name in names]
    if found.hypotension and sbp is not None:
        made.append(f"systolic {sbp.amount:f}" + (f", baseline {at_baseline.amount:f}" if at_baseline is not None else ""))
    if hypoxia and spo2 is not None:
        made.append(f"oxygen {spo2.amount:f} %")
    if "bronchospasm" in stated and "wheeze" not in signs:
        made.append("bronchospasm")
    since = [state.symptoms[name] for names in signs.values() for name in names]
    if found.hypotension and newest is not None:
        since.append(newest.at)
    return Suspicion(found.criteria, tuple(made), max(since, default=None))


def age_of(plan: VisitPlan) -> int | None:
    """Whole years on the day of the visit; None where birth or day is not known."""
    return age_on(plan.subject.born, plan.day) if plan.subject.born is not None and plan.day is not None else None


def lowest_sbp(age: int | None) -> Decimal:
    """The systolic pressure below which it is low: 90 mmHg; under 11 years 70 and twice the age, under 1 year 70 (WAO 2020)."""
    return Decimal(90) if age is None or age > 10 else Decimal(70 + 2 * age)
