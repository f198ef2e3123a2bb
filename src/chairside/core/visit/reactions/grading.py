"""From facts to a grade: what the record already says, the questions of a term, the derived grade, and the grades as a series.

The clinician chooses the term, and may choose another grade than the derived one, with a reason. The term changes the grade: an
allergic reaction that an infusion causes is coded as infusion related reaction, never as both (CTCAE 5.0, navigational note).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from chairside.core.kernel.decision import Decision, Reason, refused, unknown
from chairside.core.visit.events import ReactionRecorded
from chairside.core.visit.reactions import ctcae
from chairside.core.visit.reactions.order_set import BY_MOUTH
from chairside.core.visit.reactions.reaction import CRITERIA, key_of
from chairside.core.visit.reactions.symptoms import present_signs
from chairside.core.visit.state import Reaction, VisitState
from chairside.core.visit.values import Answer, Said
from chairside.core.visit.vitals import celsius

IRR, ALLERGIC = "infusion_related_reaction", "allergic_reaction"
NEVER_BOTH = (
    "An allergic reaction that the infusion caused is coded as infusion related reaction, never as both "
    "(CTCAE 5.0, navigational note)."
)
TITLES = {
    "infusion_related_reaction": "infusion related reaction",
    "anaphylaxis": "anaphylaxis",
    "cytokine_release_syndrome": "cytokine release syndrome",
    "bronchospasm": "bronchospasm",
    "hypotension": "low blood pressure",
    "urticaria": "hives",
    "fever": "fever",
    "chills": "chills",
    "infusion_site_extravasation": "extravasation at the site",
    "allergic_reaction": "allergic reaction",
}
# What is asked of each fact, in the words of a nurse. One that no question stands for would be asked as its key.
ASKS = {
    "prolonged": "It goes on, or does not answer promptly to treatment",
    "recurred_after_improvement": "It came back after it had got better",
    "hospitalized": "Goes to the hospital, or stays there, because of it",
    "infusion_interrupted": "The infusion was paused or stopped for it",
    "treated": "It was treated with a medicine or fluid",
    "preventive_drugs": "Medicines to prevent it are needed, for up to a day",
    "bronchospasm": "Wheeze or tight airways",
    "iv_treatment": "Treated through the vein",
    "oral_treatment": "Treated by mouth",
    "one_vasopressor": "Needs one medicine to hold the blood pressure",
    "oxygen_from_40_percent": "Needs 40 % oxygen or more",
    "hypotension_answers_fluids": "Low blood pressure that answers to fluid",
    "oxygen_below_40_percent": "Needs oxygen, less than 40 %",
    "ulcer": "The skin is open",
    "necrosis": "Tissue has died",
    "surgery": "Needs surgery",
    "erythema": "Redness",
    "edema": "Swelling",
    "pain": "Pain",
    "induration": "Hardening",
    "phlebitis": "An inflamed vein",
    "oxygen": "Needs oxygen",
    "limits_self_care": "Cannot care for themselves because of it",
    "not_answering_opioid": "An opioid does not help",
    "whole_body_tremor": "The whole body shakes",
    "opioid": "An opioid was needed",
    "skin_over_30_percent": "Over 30 % of the skin",
    "skin_from_10_percent": "10 % of the skin or more",
    "life_threatening": "Life is in danger",
    "death": "The patient has died",
}


def facts_asked(term: str) -> tuple[str, ...]:
    """The facts that a term is graded by, those of the lower grades first."""
    return ctcae.facts_by_grade(key_of(term)) if key_of(term) in ctcae.TERMS else ()


def known_facts(state: VisitState, reaction: Reaction, term: str) -> tuple[Answer, ...]:
    """What the record already says of the facts of a term. Only what is there; nothing is taken for a no."""
    said = {answer.question: answer for answer in reaction.latest.facts}
    found = dict.fromkeys(_on_record(state, reaction), Said.YES)
    asked = facts_asked(term)
    return tuple(said.get(fact) or Answer(fact, found[fact]) for fact in asked if fact in said or fact in found)


def _on_record(state: VisitState, reaction: Reaction) -> set[str]:
    region = state.infusions.get(reaction.drug)
    found: set[str] = set()
    if region and any(change.rate is None and not change.by_hand and change.at >= reaction.since for change in region.timeline):
        found.add("infusion_interrupted")
    given = [item.entry for item in state.treatments if item.entry.reaction == reaction.key]
    if given:
        found.add("treated")
    for entry in given:
        found.add("oral_treatment" if entry.route.split()[0].casefold() in BY_MOUTH else "parenteral")
        if entry.route.upper().startswith("IV"):
            found.add("iv_treatment")
    signs = present_signs((*state.symptoms, *(name for _, entry in reaction.course for name in entry.symptoms)))
    found |= {"bronchospasm"} if "wheeze" in signs else set()
    found |= {"pain"} if "pain at the site" in state.symptoms else set()
    settled = [n for n, (_, entry) in enumerate(reaction.course) if entry.resolved]
    if settled and settled[0] < len(reaction.course) - 1 and not reaction.latest.resolved:
        found.add("recurred_after_improvement")
    return found


def derive(state: VisitState, since: datetime, term: str, facts: Iterable[Answer]) -> Decision[ctcae.Grade]:
    """The grade that the facts support. Unknown facts are left out, which is not a "no"; a fever is graded as measured.

    since   when the reaction began
    """
    if key_of(term) not in ctcae.TERMS:
        message = f"“{term}” is not a term that is graded here." if term else "Choose what it is."
        return Decision(None, (unknown("missing_fact", message, field="reaction.term", source=CRITERIA),))
    stated = {answer.question: answer.said is Said.YES for answer in facts if answer.said is not Said.UNKNOWN}
    return ctcae.grade(key_of(term), stated, temp_c=_hottest(state, since))


def _hottest(state: VisitState, since: datetime) -> Decimal | None:
    temps = [celsius(value).amount for item in state.vitals if item.at >= since and (value := item.recorded.value("temp"))]
    return max(temps, default=None)


def told(grade: ctcae.Grade) -> tuple[str, str]:
    """What makes a grade, and what would raise it, in words."""
    made = ", ".join(_spelled(fact) for fact in grade.criteria) or "none of what makes a higher one"
    return made, ", ".join(_spelled(fact) for fact in grade.may_rise_by)


def _spelled(fact: str) -> str:
    return "what was measured" if fact == "measurement" else (ASKS.get(fact) or fact.replace("_", " ")).lower()


def reasons_against(state: VisitState, command: ReactionRecorded) -> tuple[Reason, ...]:
    """Why a term or grade with facts is not recorded as it stands. Without facts a grade is the clinician's own word."""
    found: list[Reason] = []
    known = state.reactions.get(command.reaction)
    drug = known.drug if known else command.drug
    caused = drug in state.infusions and bool(state.infusions[drug].timeline)
    if key_of(command.term) == ALLERGIC and caused and not command.other.strip():
        found.append(refused("mismatch", NEVER_BOTH, field="reaction.term", source=CRITERIA))
    strangers = [answer.question for answer in command.facts if answer.question not in facts_asked(command.term)]
    found += [
        refused("out_of_range", f"“{name}” is not a fact of this term.", field="reaction.facts", source=CRITERIA)
        for name in strangers
    ]
    if not command.facts or strangers:
        return tuple(found)
    since = known.since if known else None
    made = derive(state, since, command.term, command.facts).value if since else None
    if made is not None and command.derived is not None and made.grade != command.derived:
        message = f"These facts make grade {made.grade}, not {command.derived}. Look again."
        found.append(refused("mismatch", message, field="reaction.derived", limit=str(made.grade), source=CRITERIA))
    if made is not None and command.grade is not None and command.grade != made.grade and not command.other.strip():
        message = f"The facts make grade {made.grade}; you chose {command.grade}. Say why."
        found.append(unknown("missing_fact", message, field="reaction.other", source=CRITERIA))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Graded:
    """One entry of the series: when, which term and grade, by which criteria, why another than derived."""

    at: datetime
    term: str
    grade: int | None
    derived: int | None
    criteria: str
    other: str
    resolved: bool


def series(reaction: Reaction) -> tuple[Graded, ...]:
    """The grades of a reaction as they were recorded, oldest first. The worst of them is what rules ask."""
    return tuple(
        Graded(at, entry.term, entry.grade, entry.derived, entry.criteria, entry.other, entry.resolved)
        for at, entry in reaction.course
    )
