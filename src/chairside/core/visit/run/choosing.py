"""Which ladder is for this infusion: of those that are for it, the slowest. A faster one must be named or ordered.

After an infusion that was not tolerated the ladder for that, where there is one. Of practice ladders that a site must approve,
only approved ones, and only by name or by an order that they fit.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil

from chairside.core.kernel.decision import Decision, Reason, refused, review, unknown
from chairside.core.kernel.quantity import plain
from chairside.core.protocols.schema.safety import NotEncoded
from chairside.core.protocols.schema.safety import Scope as Gap
from chairside.core.protocols.schema.terms import Layer
from chairside.core.protocols.truth import Truth, evaluate
from chairside.core.protocols.vocabulary import name_of
from chairside.core.visit.run.asked import Asked
from chairside.core.visit.run.candidates import Limits, Made, limits_of, made
from chairside.core.visit.run.limits import Limit
from chairside.core.visit.run.rates import Course, as_decimal


@dataclass(frozen=True, slots=True)
class Wish:
    """What the order asks for: a highest rate in mL/h, the minutes, a ladder by its key. None and "" ask for nothing."""

    most: Fraction | None = None
    minutes: Fraction | None = None
    ladder: str = ""

    def met_by(self, one: Made) -> bool:
        """The ladder need not be run faster than it may, to do what the order says."""
        return (self.minutes is None or one.minutes <= self.minutes) and (self.most is None or self.most <= one.top)


def choose_ladder(asked: Asked, wish: Wish = Wish(), limits: Limits | None = None) -> Decision[Made]:
    """The ladder for this infusion, made out for the bag. All reasons that speak against it stand beside it."""
    limits = limits or limits_of(asked)
    found = _candidates(asked, limits, wish)
    if wish.ladder:
        return _named(asked, wish, found)
    usual = [one for one in found if not one.ladder.needs_approval]
    default = _default(usual)
    if default is None:
        return (_after_approval(asked, found) or _nothing_fits(asked, wish, limits, usual)).because(*gaps(asked))
    working = _unearned(found, default)
    slower = [one for one in usual if one.scope.truth is Truth.UNKNOWN and (not one.runs or one.minutes > default.minutes)]
    if slower:
        one = max((item for item in slower if item.runs), key=lambda item: item.minutes, default=default)
        return Decision(one, (_which(slower), *one.reasons, *gaps(asked, one)), working)
    unclear = tuple(reason for one in usual if one.scope.truth is Truth.TRUE and not one.runs for reason in one.reasons)
    unclear = tuple(reason for reason in unclear if reason.code == "missing_fact")
    if wish.met_by(default) or unclear:
        return Decision(default, (*default.reasons, *unclear, *gaps(asked, default)), working)
    return _by_order(asked, wish, found, default, working)


def _candidates(asked: Asked, limits: Limits, wish: Wish) -> list[Made]:
    over = None
    if wish.minutes is not None:
        over = Limit(wish.minutes, f"the order's {plain(as_decimal(wish.minutes))} min", Layer.PRACTICE, "order")
    scopes = ((ladder, asked.for_ladder(ladder)) for ladder in asked.protocol.ladders)
    return [made(ladder, asked, scope, limits, over) for ladder, scope in scopes if scope.truth is not Truth.FALSE]


def _default(usual: list[Made]) -> Made | None:
    """The slowest; the label's of two alike; after a reaction the one for it."""
    fitting = [one for one in usual if one.fits]
    after = [one for one in fitting if one.ladder.infusions.after_reaction]
    return max(after or fitting, key=lambda one: (one.minutes, one.ladder.layer is Layer.LABEL), default=None)


def _named(asked: Asked, wish: Wish, found: list[Made]) -> Decision[Made]:
    ladder = asked.protocol.ladder(wish.ladder)
    if ladder is None:
        keys = ", ".join(item.key for item in asked.protocol.ladders)
        message = f"There is no ladder “{wish.ladder}” here ({keys})."
        return Decision(None, (refused("not_encoded", message, field="ladder", limit=keys),))
    one = next((item for item in found if item.ladder is ladder), None)
    if one is None:
        message = "That ladder is not for this infusion: its conditions are not met."
        return Decision(None, (refused("rate_limit", message, field="ladder", limit=wish.ladder, source=ladder.source),))
    reasons = [*one.reasons, *gaps(asked, one)]
    if one.scope.truth is Truth.UNKNOWN:
        reasons.append(_which([one]))
    if ladder.needs_approval and wish.ladder not in asked.approved:
        message = "This site has not approved that ladder."
        detail = {"field": "ladder", "limit": wish.ladder, "source": ladder.source, "override": "medical_director"}
        reasons.append(refused("rate_limit", message, **detail))
    return Decision(one if one.runs else None, tuple(reasons))


def _after_approval(asked: Asked, found: list[Made]) -> Decision[Made] | None:
    """Only ladders that a site must approve are for this infusion: the slowest approved one, else one for a person to judge."""
    waiting = [one for one in found if one.ladder.needs_approval and one.fits]
    approved = _default([one for one in waiting if one.ladder.key in asked.approved])
    if approved is not None:
        return Decision(approved, (*approved.reasons, *gaps(asked, approved)))
    one = _default(waiting)
    if one is None:
        return None
    message = f"“{one.ladder.names.en}” is the only ladder for this infusion, and this site has not approved it."
    detail = {"field": "ladder", "limit": one.ladder.key, "source": one.ladder.source, "override": "medical_director"}
    return Decision(one, (*one.reasons, *gaps(asked, one), review("rate_limit", message, **detail)))


def _nothing_fits(asked: Asked, wish: Wish, limits: Limits, usual: list[Made]) -> Decision[Made]:
    """No ladder can be chosen: say why, with the slowest that can be computed beside it."""
    for_it = [one for one in usual if one.scope.truth is Truth.TRUE]
    if for_it:
        one = next((item for item in for_it if item.runs), for_it[0])
        return Decision(one if one.runs else None, one.reasons)
    unclear = [one for one in usual if set(one.scope.missing) != {"tolerated"}]
    if unclear:
        one = max(unclear, key=lambda item: item.minutes)
        return Decision(one if one.runs else None, (_which(unclear), *one.reasons))
    if (asked.course.number > 1 or asked.course.had_reaction) and (usual or _earned(asked, limits, wish)):
        again = _default([one for one in _candidates(asked.first_again(), limits, wish) if not one.ladder.needs_approval])
        if again is not None:
            return Decision(again, (*again.reasons, _not_earned(asked, again)))
    return Decision(None, (unknown("not_encoded", "The protocol has no ladder for this infusion.", field="ladder"),))


def _earned(asked: Asked, limits: Limits, wish: Wish) -> bool:
    """Whether some ladder would be for this infusion if all earlier ones had been tolerated."""
    earned = replace(asked, course=Course(asked.course.number, max(0, asked.course.number - 1)))
    return any(not one.ladder.needs_approval for one in _candidates(earned, limits, wish))


def _not_earned(asked: Asked, again: Made) -> Reason:
    shown = f"The ladder of a first infusion is shown (“{again.ladder.names.en}”)."
    if not asked.course.known:
        message = f"It is not on record whether the earlier infusions were tolerated. {shown}"
        return unknown("missing_fact", message, field="tolerated", source=again.ladder.source)
    message = f"The protocol has no ladder for this infusion after those that were not tolerated. {shown}"
    return review("rate_limit", message, field="tolerated", source=again.ladder.source, override="prescriber")


def _by_order(asked: Asked, wish: Wish, found: list[Made], default: Made, working: tuple[str, ...]) -> Decision[Made]:
    """The order asks for more than the slowest ladder gives: the slowest that gives it, if the label or the site has one."""
    open_too = [
        one
        for one in found
        if one.fits and (one.ladder.key in asked.approved if one.ladder.needs_approval else one.ladder.layer is Layer.LABEL)
    ]
    if default.ladder.layer is Layer.PRACTICE:
        open_too += [one for one in found if one.fits and one not in open_too and not one.ladder.needs_approval]
    meeting = [one for one in open_too if wish.met_by(one)]
    if meeting:
        one = max(meeting, key=lambda item: item.minutes)
        reasons = [*one.reasons, *gaps(asked, one)]
        if default.ladder.layer is Layer.PRACTICE and one.ladder.layer is Layer.LABEL:
            reasons.append(_past_practice(default))
        return Decision(one, tuple(reasons), (*working, f"ladder by the order: {one.ladder.names.en}"))
    # A ladder that the site has not approved is not open whatever is still told of the patient.
    free = [one for one in found if not one.ladder.needs_approval or one.ladder.key in asked.approved]
    untold = [one for one in free if one.scope.truth is Truth.UNKNOWN and one.runs and wish.met_by(one)]
    if untold:
        return Decision(replace(default, waits=True), (*default.reasons, _which(untold)), working)
    fastest = min(open_too or [default], key=lambda item: (item.minutes, -item.top))
    return Decision(fastest, (*fastest.reasons, *gaps(asked, fastest)), working)


def _past_practice(default: Made) -> Reason:
    message = f"“{default.ladder.names.en}” is the practice here; the order is faster, within the label."
    limit = f"{ceil(default.minutes)} min"
    return review("duration_limit", message, field="order", limit=limit, source=default.ladder.source, override="prescriber")


def _which(unclear: list[Made]) -> Reason:
    missing = tuple(dict.fromkeys(fact for one in unclear for fact in one.scope.missing))
    names = ", ".join(name_of(fact) for fact in missing)
    message = f"Not on record: {names}. It is needed to choose the ladder."
    return unknown("missing_fact", message, field=missing[0] if missing else "ladder", source=unclear[0].ladder.source)


def _unearned(found: list[Made], default: Made) -> tuple[str, ...]:
    """A faster ladder that waits to be earned is not taken while tolerance is not on record, and the working says so."""
    faster = [one for one in found if "tolerated" in one.scope.missing and one.minutes < default.minutes]
    return tuple(f"not taken while tolerance is not on record: {one.ladder.names.en}" for one in faster)


def gaps(asked: Asked, one: Made | None = None) -> tuple[Reason, ...]:
    """What the file says that it does not say about this ladder, or about any of this question where none fits.

    A rate that is left to the prescriber for some patients is for review once the order says it.
    """
    keys = {
        one.ladder.key if one is not None else "",
        asked.indication,
        *(item.key for item in asked.regimens if len(asked.regimens) == 1),
    }
    return tuple(
        _gap(item, asked)
        for item in asked.protocol.not_encoded
        if item.scope is Gap.LADDER
        and (keys & set(item.applies_to) or (not item.applies_to and item.when is not None))
        and (item.when is None or asked.known is None or evaluate(item.when, asked.known).truth is not Truth.FALSE)
    )


def _gap(item: NotEncoded, asked: Asked) -> Reason:
    message = f"Not encoded here: {item.names.en}."
    if item.when is None:
        return refused("not_encoded", message, field="ladder")
    if asked.paced:
        return review("not_encoded", f"{message} The order sets the pace.", field="ladder", override="prescriber")
    return refused("not_encoded", f"{message} Write the highest rate in the order.", field="ladder")
