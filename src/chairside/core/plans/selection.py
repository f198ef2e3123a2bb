"""Which indication, regimen and phase a question is about: from the codes, the patient and the dose number, or refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from chairside.core.kernel.decision import Decision, Reason, refused, review, unknown
from chairside.core.kernel.span import in_force
from chairside.core.plans.dates.phases import count_of, last_number, numbered
from chairside.core.plans.people import age_reason
from chairside.core.plans.stated import regimens_by_brand
from chairside.core.protocols.schema.indication import Indication, LabelStatus
from chairside.core.protocols.schema.protocol import Protocol
from chairside.core.protocols.schema.regimen import Phase, Regimen
from chairside.core.protocols.schema.safety import Scope
from chairside.core.protocols.schema.terms import Kind, Layer
from chairside.core.protocols.truth import Finding, Known, Truth, evaluate


@dataclass(frozen=True, slots=True)
class Place:
    """A phase, and the position of the dose in it (from 1)."""

    phase: Phase
    position: int


def indication_for(protocol: Protocol, asked: str, known: Known) -> Decision[Indication]:
    """The indication of a key or an ICD-10-CM code on that day, for a patient of that age and sex."""
    named = protocol.indication(asked)
    candidates = (named,) if named else indications_by_code(protocol, asked, known.day)
    if not candidates:
        return Decision(None, (_no_indication(protocol, asked, known.day),))
    judged = [(item, _fits(item, known)) for item in candidates]
    fitting = [item for item, reasons in judged if not reasons]
    if fitting:
        item = fitting[0]
        working = (f"indication {asked}: {item.names.en}",) if named is None else ()
        against = _not_encoded(protocol, Scope.INDICATION, item.key, known)
        return Decision(item, (*against, *_off_label(item, known.day)), working)
    # Nothing fits: say why for the one that fails least (a missing fact before a refusal), and go on computing for it.
    item, reasons = min(judged, key=lambda pair: max(reason.outcome for reason in pair[1]))
    return Decision(item, (*reasons, *_not_encoded(protocol, Scope.INDICATION, item.key, known)))


def _off_label(indication: Indication, day: date) -> tuple[Reason, ...]:
    """A use that no label holds (on that day) is common practice at most: a named person decides it for each patient."""
    if indication.status is not LabelStatus.OFF_LABEL and in_force(indication, day):
        return ()
    on = "" if indication.status is LabelStatus.OFF_LABEL else f" on {day.isoformat()}"
    message = f"{indication.names.en} is not in the label{on}. The prescriber decides and says why."
    return (review("off_label", message, field="indication", source=indication.source, override="prescriber"),)


def regimen_for(
    protocol: Protocol, indication: Indication | None, asked: str, known: Known, brand: str = ""
) -> Decision[Regimen]:
    """The regimen that was named, else the first that applies to the indication, the patient and the brand."""
    if asked:
        return _named_regimen(protocol, indication, asked, known)
    if indication is None:
        return Decision()
    missing: list[str] = []
    candidates = regimens_by_brand(protocol, brand, indication.key)
    if any(regimen.named_only for regimen in candidates):
        return _of_brand(protocol, indication, candidates, brand, known)
    for regimen in candidates:
        found = evaluate(regimen.applies, known) if regimen.applies else Finding(Truth.TRUE)
        if found.truth is Truth.TRUE:
            return Decision(regimen, _not_encoded(protocol, Scope.REGIMEN, regimen.key, known))
        if found.truth is Truth.UNKNOWN:
            missing += found.missing
    if missing:
        return Decision(None, (_missing(missing, "choose the regimen", known),))
    if protocol.menu is not None:
        return Decision(None, (_not_chosen(protocol, indication),))
    message = f"No regimen of {protocol.names.en} is stated for this patient with {indication.names.en}."
    return Decision(
        None, (refused("wrong_population", message, field="regimen", source=indication.source, override="prescriber"),)
    )


def _of_brand(
    protocol: Protocol, indication: Indication, candidates: tuple[Regimen, ...], brand: str, known: Known
) -> Decision[Regimen]:
    """Regimens for orders that name them: a brand that has only one names it, of several none is guessed."""
    if len(candidates) == 1:
        return _named_regimen(protocol, indication, candidates[0].key, known)
    names = ", ".join(item.key for item in candidates)
    message = f"{brand} is given by more than one regimen: the order names which ({names})."
    return Decision(None, (unknown("missing_fact", message, field="regimen", source=indication.source),))


def _not_chosen(protocol: Protocol, indication: Indication) -> Reason:
    """Of a menu nothing is chosen by itself: the order names the component."""
    offered = (item for item in protocol.regimens if indication.key in item.indications)
    names = ", ".join(item.key for item in offered)
    message = f"{protocol.names.en} is a menu: the order names what is given ({names})."
    return unknown("missing_fact", message, field="regimen", source=indication.source)


def phase_for(regimen: Regimen, dose_number: int, asked: str = "") -> Decision[Place]:
    """The phase that the dose number falls into. A phase that was named and is another one asks for a person."""
    place = _by_number(regimen, dose_number)
    named = next((phase for phase in regimen.phases if phase.key == asked), None)
    if asked and named is None:
        known = ", ".join(phase.key for phase in regimen.phases)
        return Decision(place, (refused("not_encoded", f"There is no phase “{asked}” here ({known}).", field="phase"),))
    if place is None:
        counts = last_number(regimen) or 0
        message = f"Dose {dose_number} is beyond the {counts} doses of this course."
        return Decision(
            None,
            (
                refused(
                    "course_complete",
                    message,
                    field="dose_number",
                    limit=f"{counts} doses",
                    source=regimen.source,
                    override="prescriber",
                ),
            ),
        )
    if named is not None and named is not place.phase:
        message = f"Dose {dose_number} belongs to the phase “{place.phase.key}”, not to “{asked}”."
        return Decision(
            Place(named, 1), (review("mismatch", message, field="phase", source=regimen.source, override="prescriber"),)
        )
    return Decision(place)


def without_double(reasons: tuple[Reason, ...], regimen: Decision[Regimen]) -> tuple[Reason, ...]:
    """A regimen named against the diagnosis says so itself (off label): the refusal of the diagnosis makes way for it."""
    if regimen.value is not None and any(reason.code == "off_label" for reason in regimen.reasons):
        return tuple(reason for reason in reasons if reason.code != "wrong_indication")
    return reasons


def _by_number(regimen: Regimen, dose_number: int) -> Place | None:
    left = dose_number
    for phase in numbered(regimen):
        count = count_of(phase)
        if count is None or left <= count:
            return Place(phase, left)
        left -= count
    return None


def indications_by_code(protocol: Protocol, code: str, day: date | None) -> tuple[Indication, ...]:
    """Indications with the longest prefix of the code that counts on the day, or ever without one; several may share it."""
    found = [
        (len(prefix.prefix), item)
        for item in protocol.indications
        for prefix in item.codes
        if not prefix.supporting and code.startswith(prefix.prefix) and (day is None or in_force(prefix, day))
    ]
    longest = max((length for length, _ in found), default=0)
    return tuple(item for length, item in found if length == longest)


def _no_indication(protocol: Protocol, asked: str, day: date) -> Reason:
    matching = [prefix for item in protocol.indications for prefix in item.codes if asked and asked.startswith(prefix.prefix)]
    if any(not prefix.supporting for prefix in matching):
        message = (
            f"{asked} may not be used on {day.isoformat()} for {protocol.names.en}. Ask for the code that is valid on that day."
        )
    elif matching:
        message = f"{asked} explains a diagnosis but does not establish it. Name the diagnosis that {protocol.generic} is for."
    else:
        message = (
            f"{asked or 'No diagnosis'} is not an indication of {protocol.names.en} here. A prescriber may name the regimen."
        )
    return refused(
        "wrong_indication",
        message,
        field="indication",
        limit=", ".join(item.key for item in protocol.indications),
        source=protocol.source,
        override="prescriber",
    )


def _fits(item: Indication, known: Known) -> tuple[Reason, ...]:
    reasons = list(age_reason(item, known))
    if item.sex and known.patient.sex != item.sex:
        told = known.patient.sex in ("female", "male")
        message = f"{item.names.en} is stated for {item.sex} patients{'.' if told else '; the sex is not on record.'}"
        wrong = refused if told else unknown
        code = "wrong_population" if told else "missing_fact"
        reasons.append(wrong(code, message, field="patient.sex", source=item.source))
    if item.needs is not None:
        found = evaluate(item.needs, known)
        if found.truth is Truth.UNKNOWN:
            reasons.append(_missing(found.missing, f"confirm the indication: {item.names.en}", known))
        elif found.truth is Truth.FALSE:
            message = f"The facts on record do not fit the indication: {item.names.en}."
            reasons.append(refused("wrong_indication", message, field="indication", source=item.source, override="prescriber"))
    return tuple(reasons)


def _named_regimen(protocol: Protocol, indication: Indication | None, asked: str, known: Known) -> Decision[Regimen]:
    regimen = protocol.regimen(asked)
    if regimen is None:
        names = ", ".join(item.key for item in protocol.regimens)
        return Decision(
            None, (refused("not_encoded", f"There is no regimen “{asked}” here ({names}).", field="regimen", limit=names),)
        )
    reasons = list(_not_encoded(protocol, Scope.REGIMEN, regimen.key, known))
    if indication is None or indication.key not in regimen.indications:
        message = f"The regimen “{regimen.names.en}” is not stated for this diagnosis."
        reasons.append(review("off_label", message, field="regimen", source=regimen.source, override="prescriber"))
    elif regimen.layer is Layer.PRACTICE and regimen.named_only and indication.status is LabelStatus.LABEL:
        beside = "" if protocol.kind is Kind.PROCEDURE else " beside the label"
        message = f"“{regimen.names.en}” is a practice{beside}. The prescriber decides and says why."
        reasons.append(review("off_label", message, field="regimen", source=regimen.source, override="prescriber"))
    found = evaluate(regimen.applies, known) if regimen.applies else Finding(Truth.TRUE)
    if found.truth is Truth.UNKNOWN:
        reasons.append(_missing(found.missing, "say whether the regimen applies", known))
    elif found.truth is Truth.FALSE:
        message = f"The regimen “{regimen.names.en}” is not for this patient."
        reasons.append(refused("wrong_population", message, field="regimen", source=regimen.source, override="prescriber"))
    return Decision(regimen, tuple(reasons))


def _not_encoded(protocol: Protocol, scope: Scope, key: str, known: Known) -> tuple[Reason, ...]:
    """Stated gaps that this question meets. Where it cannot be told whether a gap applies, it does.

    A gap of regimens may name the indications for which none is stated.
    """
    scopes = {scope, Scope.REGIMEN} if scope is Scope.INDICATION else {scope}
    return tuple(
        refused("not_encoded", f"Not encoded here: {item.names.en}.", field=scope.value, override="none")
        for item in protocol.not_encoded
        if item.scope in scopes
        and key in item.applies_to
        and (item.when is None or evaluate(item.when, known).truth is not Truth.FALSE)
    )


def _missing(facts: tuple[str, ...] | list[str], purpose: str, known: Known) -> Reason:
    names = ", ".join(dict.fromkeys(map(known.called, facts)))
    return unknown("missing_fact", f"Not on record: {names}. It is needed to {purpose}.", field=facts[0])
