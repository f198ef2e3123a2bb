"""Alerts: symptoms, change from baseline, NEWS2, open reactions. The highest wins; a score never calms a symptom (H-019)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from chairside.core.visit.baseline import baseline, changes
from chairside.core.visit.news2 import News2, news2
from chairside.core.visit.plan import VisitPlan
from chairside.core.visit.reactions.symptoms import CRITERIA, age_of, suspicion
from chairside.core.visit.state import VisitState, VitalsSet
from chairside.core.visit.values import Said
from chairside.core.visit.vitals import celsius, latest

NEWS2_YEARS = 16
_LOOKED_AT = 50  # incidents of one visit that are looked through


@dataclass(frozen=True, slots=True)
class Alert:
    """Something to look at (`watch`) or to act on now (`act`)."""

    level: str
    about: str
    message: str
    since: datetime | None = None
    source: str = ""


def alerts(state: VisitState, plan: VisitPlan) -> tuple[Alert, ...]:
    """All open alerts that do not depend on the time of day, those to act on first.

    Of a patient who has left only what was learned since: what was open then was handed over, or told.
    """
    found = [
        Alert("act", "reaction", f"Reaction open{_graded(item.worst)}.", item.since)
        for item in state.reactions.values()
        if item.open
    ]
    found += [Alert("act", "symptom", f"Symptom: {name}.", since) for name, since in state.symptoms.items()]
    found += alerts_from_vitals(state, plan)
    if (met := suspicion(state, plan)) is not None:
        found.insert(0, Alert("act", "anaphylaxis", f"{met.words}. Call the provider now.", met.since, CRITERIA))
    if (left := state.discharged_at) is not None:
        found = [alert for alert in found if alert.since is not None and alert.since > left]
    if any(region.running for region in state.infusions.values()):
        found += [
            Alert("act", "correction", "An entry that the running drug rests on was corrected. Look at it again.")
            for trigger, _ in state.incidents[-_LOOKED_AT:]
            if trigger == "corrected_after_start"
        ][:1]
    if state.unclaimed:
        found.append(Alert("watch", "device", "A device made an entry that no person has claimed yet."))
    return tuple(sorted(found, key=lambda alert: alert.level != "act"))


def alerts_from_vitals(state: VisitState, plan: VisitPlan) -> tuple[Alert, ...]:
    """What the newest value of each vital says, against this visit's baseline and by NEWS2.

    A set that leaves a vital out does not end its alert: only a newer reading of the same vital does (H-019).
    """
    newest = latest(state)
    if newest is None:
        return ()
    base = baseline(state, plan)
    found = []
    if base is not None and base is not newest:
        found += [
            Alert(change.level, change.vital, change.message, newest.at, "change from baseline")
            for change in changes(base, newest, plan.spo2_scale)
        ]
    score = score_of(newest, plan, state)
    if score.total is not None and score.total >= 5:
        how = "emergency review now" if score.total >= 7 else "urgent review"
        found.append(Alert("act", "news2", f"NEWS2 is {score.total}: {how}.", newest.at, "NEWS2 2017"))
    elif score.single_red:
        found.append(
            Alert(
                "act",
                "news2",
                f"One red value in NEWS2 ({', '.join(score.single_red)}): urgent review.",
                newest.at,
                "NEWS2 2017",
            )
        )
    return tuple(found)


def score_of(item: VitalsSet, plan: VisitPlan, state: VisitState) -> News2:
    """NEWS2 of one set. No total under 16 years, at an unknown age, or in pregnancy: single red values still alert."""
    recorded = item.recorded
    amounts = {code: value.amount for code in ("rr", "spo2", "sbp", "pulse") if (value := recorded.value(code)) is not None}
    temp = recorded.value("temp")
    return news2(
        rr=amounts.get("rr"),
        spo2=amounts.get("spo2"),
        on_oxygen=recorded.on_oxygen,
        sbp=amounts.get("sbp"),
        pulse=amounts.get("pulse"),
        consciousness=recorded.consciousness or None,
        temp=celsius(temp).amount if temp is not None else None,
        scale=plan.spo2_scale,
        applies=not_for(plan, state) == "",
    )


def not_for(plan: VisitPlan, state: VisitState) -> str:
    """Why NEWS2 gives no total for this patient; empty when it does. An unknown age is not an adult's."""
    age = age_of(plan)
    if age is None:
        return "the age is not known"
    if age < NEWS2_YEARS:
        return f"the patient is {age}"
    said_today = any(said is Said.YES for code, said in state.answers.items() if code.startswith("pregnan"))
    return "pregnancy" if plan.pregnant or said_today else ""


def _graded(grade: int | None) -> str:
    return f", worst grade {grade}" if grade is not None else ", not graded yet"
