"""Grades of reactions derived from recorded facts, after NCI CTCAE 5.0 (27 November 2017), in our own words.

A grade says what the facts support so far. It is never final while facts that could raise it were not stated, and a reaction
that comes back is graded again: keep the grades as a series. The term chosen changes the grade, so a clinician chooses it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from chairside.core.kernel.decision import Decision, unknown

SOURCE = "CTCAE 5.0"
Criteria = tuple[tuple[int, tuple[str, ...]], ...]  # grade, and the facts that together make it

_LIFE = ("life_threatening",)
_DEATH = (5, ("death",))
_TERMS: dict[str, Criteria] = {
    "infusion_related_reaction": (
        *((3, (fact,)) for fact in ("prolonged", "recurred_after_improvement", "hospitalized")),
        *((2, (fact,)) for fact in ("infusion_interrupted", "treated", "preventive_drugs")),
    ),
    "allergic_reaction": (
        *((3, (fact,)) for fact in ("bronchospasm", "hospitalized", "iv_treatment")),
        (2, ("oral_treatment",)),
    ),
    "anaphylaxis": (),
    "cytokine_release_syndrome": (
        *((3, (fact,)) for fact in ("one_vasopressor", "oxygen_from_40_percent")),
        *((2, (fact,)) for fact in ("hypotension_answers_fluids", "oxygen_below_40_percent")),
    ),
    "infusion_site_extravasation": (
        *((3, (fact,)) for fact in ("ulcer", "necrosis", "surgery")),
        *((2, ("erythema", fact)) for fact in ("edema", "pain", "induration", "phlebitis")),
    ),
    "hypotension": ((3, ("treated", "hospitalized")), (2, ("treated",))),
    "bronchospasm": (
        *((3, (fact,)) for fact in ("oxygen", "limits_self_care")),
        (2, ("treated",)),
    ),
    "chills": (
        (3, ("not_answering_opioid",)),
        *((2, (fact,)) for fact in ("whole_body_tremor", "opioid")),
    ),
}
_LOWEST = {"anaphylaxis": 3}
_NO_FOUR = frozenset(("urticaria", "chills"))
_MEASURED = ("fever", "urticaria")
TERMS = (*_TERMS, *_MEASURED)


@dataclass(frozen=True, slots=True)
class Grade:
    """The highest grade that the facts support, the facts that make it, and those not stated that could raise it."""

    grade: int
    criteria: tuple[str, ...]
    may_rise_by: tuple[str, ...] = ()


def facts_of(term: str) -> tuple[str, ...]:
    """The yes-or-no facts that a term is graded by."""
    return tuple(dict.fromkeys(fact for _, facts in _criteria(term) for fact in facts))


def facts_by_grade(term: str) -> tuple[str, ...]:
    """The same facts in the order in which they are asked: those of the lowest grade first, they are known soonest."""
    return tuple(dict.fromkeys(fact for _, facts in sorted(_criteria(term), key=lambda item: item[0]) for fact in facts))


def grade(term: str, facts: Mapping[str, bool], *, temp_c: Decimal | None = None, hours: Decimal | None = None,
          skin_percent: Decimal | None = None) -> Decision[Grade]:  # fmt: skip
    """The grade of one term by what was stated of it.

    facts         yes or no by fact; a fact left out was not stated, which is not a "no"
    temp_c        for fever, in degrees Celsius; hours: how long it was above 40
    skin_percent  for urticaria, percent of the body's surface
    Raises KeyError for a term that is not graded here.
    """
    if term not in TERMS:
        raise KeyError(term)
    met = {level: facts_met for level, facts_met in sorted(_criteria(term)) if all(facts.get(fact) for fact in facts_met)}
    measured = _measured(term, temp_c, hours, skin_percent)
    if not facts and measured is None:
        message = "Nothing that this term is graded by has been stated yet."
        return Decision(None, (unknown("missing_fact", message, field="reaction", source=SOURCE),))
    stated = max(met, default=0 if measured is not None else _LOWEST.get(term, 1))
    found = max(stated, measured or 0)
    made = met.get(found, ()) if found in met else (("measurement",) if measured == found else ())
    may_rise = tuple(
        dict.fromkeys(
            fact
            for level, wanted in _criteria(term)
            if level > found
            for fact in wanted
            if facts.get(fact) is None and not (skin_percent is not None and fact.startswith("skin_"))
        )
    )
    return Decision(
        Grade(found, made, may_rise), working=(f"{term}: grade {found} by {', '.join(made) or 'none of the higher criteria'}",)
    )


def _criteria(term: str) -> Criteria:
    life: Criteria = () if term in _NO_FOUR else ((4, _LIFE),)
    return (_DEATH, *life, *_TERMS.get(term, ()), *(_TREATED_SKIN if term == "urticaria" else ()))


_TREATED_SKIN: Criteria = (
    *((3, (fact,)) for fact in ("iv_treatment", "skin_over_30_percent")),
    *((2, (fact,)) for fact in ("oral_treatment", "skin_from_10_percent")),
)


def _measured(term: str, temp_c: Decimal | None, hours: Decimal | None, skin: Decimal | None) -> int | None:
    if term == "fever" and temp_c is not None:
        if temp_c > 40:
            return 4 if hours is not None and hours > 24 else 3
        return 2 if temp_c > 39 else 1 if temp_c >= 38 else 0
    if term == "urticaria" and skin is not None:
        return 3 if skin > 30 else 2 if skin >= 10 else 1
    return None
