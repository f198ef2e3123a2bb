"""`safety`: scores, grades and criteria from what was observed, `{"op": …, "inputs": {…}}`."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from chairside.core.kernel.decision import Decision, Outcome
from chairside.core.kernel.quantity import quantity
from chairside.core.protocols.schema.ladder import Restart, RestartAction
from chairside.core.protocols.schema.terms import Layer
from chairside.core.visit.news2 import news2 as score
from chairside.core.visit.reactions import ctcae, site_scale
from chairside.core.visit.reactions.emergency import EPINEPHRINE_IM, emergency_dose
from chairside.core.visit.reactions.reaction import act, restart
from chairside.core.visit.reactions.reaction import anaphylaxis as criteria
from chairside.exchange.questions.envelope import envelope, in_unit, number
from chairside.exchange.questions.reading import Fields
from chairside.exchange.questions.rulebook import Answer, Question, Rulebook
from chairside.exchange.questions.sums import Sum, summed

_SIGNS = ("skin_mucosal", "respiratory", "severe_gut", "laryngeal", "bronchospasm", "likely_allergen")
_RESTART_TODAY = {"when_resolved": "allowed_when_resolved"}
_NEXT = {
    "stop": "provider to the chair now; prescriber decision before the next dose",
    "pause": "provider told; resolved to grade 0-1 and vitals at baseline first",
    "slow": "vitals now and in 5 minutes",
}
_NEXT_EMERGENCY = "emergency order set now; call emergency services"


def answer(rulebook: Rulebook, question: Question) -> Answer:
    """Answer a `safety` question. Raises InputProblem naming the field that cannot be used."""
    fields = Fields(question)
    op = fields.needed("op", fields.word("op", _OPS))
    inputs = fields.needed("inputs", fields.part("inputs"))
    fields.close()
    made = _OPS[op](inputs)
    inputs.close()
    return envelope(made.decision, made.value)


def _news2(inputs: Fields) -> Sum:
    found = score(
        rr=inputs.number("rr"),
        spo2=inputs.number("spo2"),
        on_oxygen=inputs.flag("on_oxygen"),
        sbp=inputs.number("sbp"),
        pulse=inputs.number("pulse"),
        consciousness=inputs.word("acvpu", ("A", "C", "V", "P", "U")),
        temp=inputs.number("temp_c"),
        scale=inputs.whole("scale", most=2) or 1,
    )
    value = {"total": found.total, "parts": found.parts, "single_red": list(found.single_red), "band": found.band}
    if found.missing:
        value |= {"status": "incomplete", "missing": list(found.missing)}
    return Sum(Decision(found), value)


def _ctcae_grade(inputs: Fields) -> Sum:
    term = inputs.needed("term", inputs.word("term", ctcae.TERMS))
    decided = ctcae.grade(
        term,
        _stated(inputs, ctcae.facts_of(term)),
        temp_c=inputs.number("temp_c"),
        hours=inputs.number("hours"),
        skin_percent=inputs.number("skin_percent"),
    )
    if decided.value is None:
        return summed(decided)
    found = decided.value
    return summed(
        decided, grade=found.grade, criteria=list(found.criteria), may_rise_by=list(found.may_rise_by), version=ctcae.SOURCE
    )


def _anaphylaxis_criteria(inputs: Fields) -> Sum:
    stated = _stated(inputs, _SIGNS)
    found = criteria(
        skin_mucosal=stated.get("skin_mucosal", False),
        respiratory=stated.get("respiratory", False),
        severe_gut=stated.get("severe_gut", False),
        laryngeal=stated.get("laryngeal", False),
        bronchospasm=stated.get("bronchospasm", False),
        likely_trigger=stated.get("likely_allergen", False),
        sbp=inputs.number("sbp"),
        baseline_sbp=inputs.number("baseline_sbp"),
    )
    # Signs that nobody spoke of are named: "not met" is then only what was stated so far.
    unanswered = [] if found.criteria else [sign for sign in _SIGNS if sign not in stated]
    return summed(
        Decision(found),
        meets=bool(found.criteria),
        criteria=list(found.criteria),
        hypotension=found.hypotension,
        unanswered=unanswered,
    )


def _reaction_action(inputs: Fields) -> Sum:
    inputs.text("drug")
    term = inputs.needed("term", inputs.text("term"))
    grade = inputs.whole("grade", most=5)
    rate = inputs.number("rate_ml_h", least=None, above=0)
    rules = _rules(inputs.part("drug_rule"))
    action = act(grade, term, rules)
    again = restart(
        rules,
        grade=grade,
        term=term,
        rate_at_onset=None if rate is None else quantity(rate, "mL/h"),
        count=inputs.whole("count_this_visit") or 1,
        resolved=True,
    )
    never = action.restart == "forbidden" or again.outcome is Outcome.REFUSED
    return summed(
        Decision(action),
        infusion=action.infusion,
        epinephrine_prompt=action.emergency,
        emergency_services=action.emergency,
        restart_today="forbidden" if never else _RESTART_TODAY.get(action.restart, action.restart),
        restart_rate_ml_h=None if never or again.value is None else in_unit(again.value.rate, "mL/h"),
        permanent_block=action.blocked,
        next=_NEXT_EMERGENCY if action.emergency else _NEXT[action.infusion],
    )


def _rules(fields: Fields | None) -> tuple[Restart, ...]:
    """The rule of a drug as the question states it; without one the fallback table decides."""
    if fields is None:
        return ()
    fraction = fields.number("restart_fraction", least=None, above=0)
    grades = fields.wholes("permanent_discontinue_grades", most=5)
    fields.close()
    rules: list[Restart] = []
    if grades:
        rules.append(Restart(grades, RestartAction.NEVER, Layer.LABEL, release="none", source="drug rule"))
    if fraction is not None:
        if fraction > 1:
            raise fields.problem("restart_fraction", "is more than 1; a drug never starts again faster than it ran")
        percent = int(fraction * 100)
        rules.append(Restart((2,), RestartAction.RESUME, Layer.LABEL, rate_percent=percent, source="drug rule"))
    return tuple(rules)


def _epinephrine_im(inputs: Fields) -> Sum:
    weight = inputs.number("weight_kg", least=None, above=0)
    decided = emergency_dose(EPINEPHRINE_IM, None if weight is None else quantity(weight, "kg"))
    if decided.value is None:
        return summed(decided)
    return summed(
        decided,
        dose_mg=number(decided.value.dose.amount),
        volume_ml_of_1_mg_ml=number(decided.value.volume.amount),
        route=EPINEPHRINE_IM.route,
        repeat_min=" to ".join(map(str, EPINEPHRINE_IM.repeat_minutes)),
    )


def _infiltration_grade(inputs: Fields) -> Sum:
    decided = site_scale.infiltration(_stated(inputs, site_scale.SEEN), inputs.number("edema_cm"))
    return summed(decided, grade=decided.value, scale=site_scale.INFILTRATION)


def _phlebitis_grade(inputs: Fields) -> Sum:
    decided = site_scale.phlebitis(_stated(inputs, site_scale.SEEN_VEIN), inputs.number("cord_cm"))
    return summed(decided, grade=decided.value, scale=site_scale.PHLEBITIS)


def _stated(inputs: Fields, facts: Iterable[str]) -> dict[str, bool]:
    """The facts that the question states, yes or no. One that it leaves out was not stated."""
    return {fact: said for fact in facts if (said := inputs.flag(fact)) is not None}


_OPS: dict[str, Callable[[Fields], Sum]] = {
    "news2": _news2,
    "ctcae_grade": _ctcae_grade,
    "anaphylaxis_criteria": _anaphylaxis_criteria,
    "reaction_action": _reaction_action,
    "epinephrine_im": _epinephrine_im,
    "infiltration_grade": _infiltration_grade,
    "phlebitis_grade": _phlebitis_grade,
}
