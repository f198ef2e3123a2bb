"""Reactions: facts, a grade with its criteria named, what a grade asks for, and when a drug may start again.

The protocol's own rule decides; the table here is only the fallback (safety reference 2.4). Nothing here names a medicine or a
dose: those come from the signed order set.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from chairside.core.kernel.decision import Decision, Reason, refused, review, unknown
from chairside.core.kernel.quantity import Quantity
from chairside.core.protocols.schema.ladder import Restart as Rule
from chairside.core.protocols.schema.ladder import RestartAction
from chairside.core.protocols.schema.terms import Layer
from chairside.core.visit.plan import VisitPlan
from chairside.core.visit.state import STARTS, Infusion, Reaction, VisitState

CRITERIA = "CTCAE 5.0"
ANAPHYLAXIS = "anaphylaxis"
_TABLE = "fallback reaction table"

# How a drug usually starts again where its own rule leaves it open: percent of the rate at onset, and minutes there.
USUAL_PERCENT, USUAL_HOLD = 50, 30
# A passing reaction of grade 1 may come back as often as it likes: nothing was slowed for it.
FALLBACK: tuple[Rule, ...] = (
    Rule((1,), RestartAction.CONTINUE, Layer.PRACTICE, times=99, source=_TABLE),
    Rule((2,), RestartAction.RESUME, Layer.PRACTICE, rate_percent=USUAL_PERCENT, hold_minutes=USUAL_HOLD, source=_TABLE),
    Rule((3,), RestartAction.NEW_ORDER, Layer.PRACTICE, source=_TABLE),
    Rule((4, 5), RestartAction.NEVER, Layer.PRACTICE, source=_TABLE),
)


def key_of(term: str) -> str:
    """A term as it is compared: “Infusion related reaction” and `infusion_related_reaction` are one."""
    return "_".join(term.casefold().replace("_", " ").replace("-", " ").split())


def severe(grade: int | None, term: str) -> bool:
    """Anaphylaxis or grade 4: never again at the chair, whatever any rule says."""
    return key_of(term).startswith("anaphyla") or (grade is not None and grade >= 4)


_STRICTNESS = (RestartAction.CONTINUE, RestartAction.RESUME, RestartAction.NEW_ORDER, RestartAction.NEVER)


def rule_for(rules: tuple[Rule, ...], grade: int, term: str, count: int = 1) -> Rule | None:
    """The rule for a grade and the how-manieth reaction of the visit: for this term, then in general, then of the table here.

    Where the label and a practice both speak, the stricter one: a practice never loosens a label.
    """
    said = key_of(term)
    fitting = [rule for rule in rules if grade in rule.grades and (not rule.terms or said in rule.terms)]
    for group in ([rule for rule in fitting if rule.terms], fitting):
        spoken = [one for layer in Layer if (one := _counted([rule for rule in group if rule.layer is layer], count))]
        if spoken:
            return max(spoken, key=lambda rule: _STRICTNESS.index(rule.action))
    return next((rule for rule in FALLBACK if grade in rule.grades), None)


def _counted(rules: list[Rule], count: int) -> Rule | None:
    """Of one layer's rules the first that still serves at this count, or ends it; beyond all of them the last."""
    serving = next((rule for rule in rules if count <= rule.times or _ends(rule)), None)
    return serving or next((rule for rule in reversed(rules)), None)


def _ends(rule: Rule) -> bool:
    return rule.action in (RestartAction.NEVER, RestartAction.NEW_ORDER)


@dataclass(frozen=True, slots=True)
class Action:
    """What to do now for a grade. `emergency` prompts the emergency order set and the emergency services."""

    infusion: str  # slow, pause, stop
    emergency: bool
    provider: str
    restart: str  # continue, when_resolved, forbidden
    blocked: bool = False  # the drug is not given again without a new decision of the prescriber


def act(grade: int | None, term: str, rules: tuple[Rule, ...]) -> Action:
    """What a grade asks for now. A reaction without a grade is paused and the provider is told."""
    if severe(grade, term):
        return Action("stop", True, "Emergency order set now. Call emergency services.", "forbidden", blocked=True)
    rule = rule_for(rules, grade, term) if grade is not None else None
    if rule is None:
        return Action("pause", False, "Tell the provider. Grade the reaction when its course is clear.", "when_resolved")
    if rule.action in (RestartAction.NEVER, RestartAction.NEW_ORDER):
        return Action(
            "stop",
            False,
            "Provider to the chair now. The prescriber decides before the next dose.",
            "forbidden",
            blocked=rule.action is RestartAction.NEVER,
        )
    if rule.action is RestartAction.RESUME:
        return Action("pause", False, "Tell the provider. Wait for grade 0-1 and baseline vitals.", "when_resolved")
    return Action("slow", False, "Vitals now and in 5 minutes.", "continue")


@dataclass(frozen=True, slots=True)
class Restart:
    """The highest rate at which the drug may start again; `hold_minutes` there before the ladder goes on, None for its own."""

    rate: Quantity
    hold_minutes: int | None = None


def restart(
    rules: tuple[Rule, ...],
    *,
    grade: int | None,
    term: str,
    rate_at_onset: Quantity | None,
    count: int,
    resolved: bool,
    order_rule: str = "",
    ordered: bool = False,
) -> Decision[Restart]:
    """Whether and how fast a drug may start again after a reaction (H-011, H-012).

    rules       the protocol's restart rules
    count       reactions to this drug in this visit, this one included; 2 means that it came back after a slowed restart
    order_rule  the rule that a prescriber's new order releases (`new_order_rule`); ordered: they wrote one. It never starts
                faster than at half of the rate at onset
    """
    if severe(grade, term):
        return Decision(
            None, (_no("After anaphylaxis or a grade 4 reaction the drug is not started again.", "never at the chair"),)
        )
    rule = rule_for(rules, grade, term, count) if grade is not None else None
    if grade is None or rule is None:
        return Decision(
            None,
            (
                unknown(
                    "missing_fact",
                    "The reaction has no grade from 1 to 5 yet. Grade it before starting again.",
                    field="reaction.grade",
                    source=CRITERIA,
                ),
            ),
        )
    if rule.action is RestartAction.NEVER:
        message = f"After a grade {grade} reaction the drug is stopped for good. A prescriber decides before any later dose."
        return Decision(None, (_no(message, rule.source),))
    if rule.action is RestartAction.NEW_ORDER and not ordered:
        message = f"After a grade {grade} reaction the drug is not started again today without a new order."
        return Decision(None, (_ordered_anew(message, rule.source, order_rule),))
    if rate_at_onset is None:
        return Decision(
            None, (unknown("missing_fact", "The rate when the reaction began is not on record.", field="reaction.rate"),)
        )
    reasons: list[Reason] = []
    if not resolved:
        reasons.append(
            refused(
                "wrong_state",
                "The reaction is still open. Wait until it has settled and vitals are at baseline.",
                field="reaction.resolved",
                source=rule.source,
            )
        )
    if count > rule.times and not ordered:
        message = "The reaction came back in this visit. It takes a new order to go on."
        reasons.append(_ordered_anew(message, rule.source, order_rule))
    if rule.action is RestartAction.CONTINUE and rule.rate_percent is None and not ordered:
        return Decision(Restart(rate_at_onset, rule.hold_minutes), tuple(reasons))
    if rule.rate_percent is None and not ordered:
        message = "The protocol does not say at which rate it starts again. Half the rate is usual; a prescriber decides."
        reasons.append(
            review(
                "rate_limit", message, field="reaction.rate", source=FALLBACK[1].source, override=rule.release or "prescriber"
            )
        )
    percent = USUAL_PERCENT if rule.rate_percent is None else rule.rate_percent
    percent = min(percent, USUAL_PERCENT) if ordered else percent
    hold = USUAL_HOLD if rule.hold_minutes is None else rule.hold_minutes
    rate = rate_at_onset * (Decimal(percent) / 100)
    return Decision(
        Restart(rate, hold),
        tuple(reasons),
        (f"{rate_at_onset.spelled()} at onset x {percent} % = {rate.spelled()}, hold {hold} min",),
    )


def _no(message: str, source: str) -> Reason:
    return refused("contraindicated", message, field="reaction.grade", source=source)


def _ordered_anew(message: str, source: str, order_rule: str) -> Reason:
    """Refused until a prescriber writes a new order, where there is a rule that they can release."""
    if not order_rule:
        return _no(message, source)
    return refused("contraindicated", message, field=order_rule, source=source, override="prescriber")


def new_order_rule(state: VisitState, drug: str) -> str:
    """The rule that a prescriber's new order releases. Another reaction makes another one: each needs its own order."""
    count = sum(1 for item in state.reactions.values() if item.drug in ("", drug))
    return f"reaction.new_order.{drug}.{count}"


def behind_pause(state: VisitState, region: Infusion) -> Reaction | None:
    """The reaction that a pause of this drug answers: the worst one since the drug last began to run.

    It began at its start or its last restart: another rate in between is not a beginning.
    """
    began = [change.at for change in region.timeline if change.cause in STARTS]
    ran = began[-1] if began else None
    mine = [
        item
        for item in state.reactions.values()
        if item.drug == region.drug and ran is not None and (item.open or item.since >= ran)
    ]
    return max(mine, key=lambda item: item.worst or 0, default=None)


def barred(state: VisitState, drug: str, rules: tuple[Rule, ...]) -> tuple[Reason, ...]:
    """Why this drug neither starts, rises nor runs again in this visit: a severe reaction, whatever came after it (H-011).

    A reaction that was recorded while no drug ran bars every drug of the visit. Where the rule leaves it open, a prescriber's
    new order ends it, never a correction.
    """
    mine = sorted(((grade, term) for of, grade, term in state.graded if of in ("", drug)), reverse=True)
    if any(severe(grade, term) for grade, term in mine):
        message = "After anaphylaxis or a grade 4 reaction the drug is not started again, and its rate never rises."
        return (_no(message, "never at the chair"),)
    ruled = [(grade, rule_for(rules, grade, term)) for grade, term in mine]
    for grade, rule in ruled:
        if rule is not None and rule.action is RestartAction.NEVER:
            message = (
                f"After a grade {grade} reaction the drug is stopped for good. A prescriber decides before any later dose."
            )
            return (_no(message, rule.source),)
    order = new_order_rule(state, drug)
    for grade, rule in ruled:
        if (grade >= 3 or (rule is not None and rule.action is RestartAction.NEW_ORDER)) and order not in state.overrides:
            message = f"After a grade {grade} reaction the drug does not go on today without a new order."
            return (_ordered_anew(message, rule.source if rule else _TABLE, order),)
    return ()


def ended_for_good(state: VisitState, plan: VisitPlan) -> tuple[tuple[str, int, str], ...]:
    """The drugs that a reaction of this visit ended for good, each with grade and term: grade 4, anaphylaxis, or by a rule.

    A reaction while no drug ran counts against every drug that had been started before. Grade 0: nobody graded it yet.
    """
    found: dict[str, tuple[str, int, str]] = {}
    for drug in plan.drugs:
        for of, grade, term in sorted(state.graded):
            if of != drug.key and (of or not state.infusions[drug.key].timeline):
                continue
            rule = rule_for(drug.restarts, grade, term)
            if severe(grade, term) or (rule is not None and rule.action is RestartAction.NEVER):
                found[drug.key] = (drug.key, grade, term)
    return tuple(found.values())


def no_rise(state: VisitState, drug: str) -> tuple[Reason, ...]:
    """A drug that was started again by a new order stays at its rate for the rest of this visit, or goes down."""
    if not any(rule.startswith(f"reaction.new_order.{drug}.") for rule in state.overrides):
        return ()
    return (_no("It was started again by a new order after a reaction: the rate is not raised today.", _TABLE),)


def count_for(state: VisitState, drug: str) -> int:
    """Reactions to a drug so far in this visit, grade 2 and above or not graded; a passing grade 1 is not counted."""
    return sum(1 for item in state.reactions.values() if item.drug == drug and (item.worst is None or item.worst >= 2))


_LOWEST_SBP = Decimal(90)


@dataclass(frozen=True, slots=True)
class Anaphylaxis:
    """Which of the two criteria are met, and whether the pressure counts as low."""

    criteria: tuple[int, ...]
    hypotension: bool


def anaphylaxis(
    *,
    skin_mucosal: bool,
    respiratory: bool,
    severe_gut: bool,
    laryngeal: bool,
    bronchospasm: bool,
    likely_trigger: bool,
    sbp: Decimal | None,
    baseline_sbp: Decimal | None,
    end_organ: bool = False,
    lowest_sbp: Decimal = _LOWEST_SBP,
) -> Anaphylaxis:
    """The World Allergy Organization's 2020 criteria. Sudden signs; low is below `lowest_sbp` or a fall of over 30 %.

    end_organ    signs of a failing circulation, such as fainting; lowest_sbp: 90 mmHg for adults, lower for a child
    """
    low = sbp is not None and (
        sbp < lowest_sbp or (baseline_sbp is not None and (baseline_sbp - sbp) * 100 > 30 * baseline_sbp)
    )
    met = []
    if skin_mucosal and (respiratory or bronchospasm or low or end_organ or severe_gut):
        met.append(1)
    if likely_trigger and (low or bronchospasm or laryngeal):
        met.append(2)
    return Anaphylaxis(tuple(met), low)
