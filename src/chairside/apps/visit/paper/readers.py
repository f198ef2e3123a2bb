"""One reader a kind of line: the words of the paper become the payload of an event, or `Unread` says what is missing."""

from __future__ import annotations

import re

from chairside.apps.visit.paper.words import Around, Parts, Unread, amount, measured, whole
from chairside.core.kernel.quantity import quantity
from chairside.core.visit import events as e
from chairside.core.visit.reactions.reaction import CRITERIA
from chairside.core.visit.values import Answer, Reading, Said

_NUMBER = r"(\d+(?:\.\d+)?)"
# Each vital by its letter; the letter is what keeps a pulse from being read as a breath.
_VITALS = (
    ("pulse", re.compile(rf"\b(?:p|hr|pulse)\s*{_NUMBER}\b", re.I), "/min"),
    ("rr", re.compile(rf"\b(?:rr|r)\s*{_NUMBER}\b", re.I), "/min"),
    ("spo2", re.compile(rf"\b(?:spo2|o2)\s+{_NUMBER}\s*%?", re.I), "%"),
    ("weight_kg", re.compile(rf"\b(?:wt|w)\s*{_NUMBER}\b(?:\s*kg\b)?", re.I), "kg"),
    ("pain", re.compile(rf"\bpain\s*{_NUMBER}\b", re.I), "{score}"),
)
_PRESSURE = re.compile(r"\b(?:bp\s*)?(\d{2,3})\s*/\s*(\d{2,3})\b", re.I)
_TEMPERATURE = re.compile(rf"\b(?:temp|t)\s*{_NUMBER}\s*°?\s*([cf])?\b", re.I)
_SITE = re.compile(r"\bsite\s+(not\s+)?ok\b", re.I)
_STOPS = ("complete", "reaction", "order", "infiltration", "patient", "other")


def checked_in(text: str, around: Around) -> e.Payload:
    parts = Parts(text)
    consent = parts.yes_no("consent")
    said = parts.identifiers(name_alone=True)
    parts.done()
    return e.CheckedIn(said, consent)


def seated(text: str, around: Around) -> e.Payload:
    return e.Seated(Parts(text).first("the chair"))


def vitals(text: str, around: Around) -> e.Payload:
    left, readings = text, []

    def take(pattern: re.Pattern[str]) -> re.Match[str] | None:
        nonlocal left
        found = pattern.search(left)
        if found:
            left = f"{left[: found.start()]} {left[found.end() :]}"
        return found

    if found := take(_PRESSURE):
        readings += [Reading("sbp", quantity(found[1], "mm[Hg]")), Reading("dbp", quantity(found[2], "mm[Hg]"))]
    for code, pattern, unit in _VITALS:
        if found := take(pattern):
            readings.append(Reading(code, quantity(found[1], unit)))
    if found := take(_TEMPERATURE):
        readings.append(Reading("temp", quantity(found[1], "[degF]" if (found[2] or "c").casefold() == "f" else "Cel")))
    site = take(_SITE)
    if rest := left.strip(" ,;."):
        raise Unread(f"“{' '.join(rest.split())}” is not understood. Write BP 124/78 P 72 T 36.8 R 14 O2 98 W 82.4 site ok.")
    if not readings and site is None:
        raise Unread("Write at least one value, each with its letter: BP 124/78 P 72 T 36.8 R 14 O2 98.")
    return e.VitalsRecorded(tuple(readings), site_ok=None if site is None else not site[1])


def allergies(text: str, around: Around) -> e.Payload:
    parts = Parts(text)
    medicines = parts.flag("medicines too", "medicines")
    parts.flag("none", "no allergies")
    names, parts.left = tuple(parts.left), []
    return e.AllergiesReviewed(names, medicines)


def questions(text: str, around: Around) -> e.Payload:
    """`1 no; 2 yes`: the numbers are those of the printed questions."""
    asked, answers = around.plan.questions, []
    for part in Parts(text).left:
        number, _, word = part.partition(" ")
        place = whole(number, "The number of the question", max(len(asked), 1))
        if place > len(asked) or word.strip().casefold() not in set(Said):
            raise Unread(f"“{part}”: write the number of the question and yes, no or unknown.")
        answers.append(Answer(asked[place - 1].code, Said(word.strip().casefold())))
    if not answers:
        raise Unread("Write the number of each question and its answer: 1 no; 2 no.")
    return e.QuestionsAnswered(tuple(answers))


def go(text: str, around: Around) -> e.Payload:
    return e.Cleared(text.strip())


def held(text: str, around: Around) -> e.Payload:
    return e.Held(Parts(text).first("why it was held"))


def access(text: str, around: Around) -> e.Payload:
    parts = Parts(text)
    placed = not parts.flag("not placed")
    attempts = whole(parts.after("attempts", "attempt") or "", "Write how many attempts: attempts 1", 9)
    returned = parts.yes_no("blood return")
    gauge = next((part for part in parts.left if re.fullmatch(r"\d{2}\s*[gG]", part)), "")
    if gauge:
        parts.left.remove(gauge)
    where = parts.first("where the access is")
    side, _, site = where.partition(" ")
    if side.casefold() not in ("left", "right"):
        side, site = "", where
    device = parts.left.pop(0) if parts.left else ""
    parts.done()
    return e.AccessPlaced(site, side.casefold(), device, gauge.upper(), attempts, returned, placed)


def premedication(text: str, around: Around) -> e.Payload:
    """By name, dose and route; by name alone when it was given as ordered."""
    parts = Parts(text)
    name = parts.first("what was given")
    ordered = next((p for p in around.plan.premedications if name.casefold() in (p.code.casefold(), p.title.casefold())), None)
    if not parts.left:
        if ordered is None:
            raise Unread(f"“{name}” is not on the order. Write its dose and route too: {name}; 650 mg; oral.")
        return e.PremedicationGiven(ordered.code, ordered.dose, ordered.route)
    dose = amount(parts.first("the dose"))
    route = parts.first("the route")
    parts.done()
    return e.PremedicationGiven(ordered.code if ordered else name, dose, route)


def start(text: str, around: Around) -> e.Payload:
    parts = Parts(text)
    rate = measured(parts.first("the rate: 60 mL/h"), "mL/h")
    traced, ready = parts.flag("line traced"), parts.flag("emergency ready")
    said = parts.identifiers()
    parts.done()
    return e.InfusionStarted(around.drug_key(), said, rate, traced or None, ready or None)


def rate(text: str, around: Around) -> e.Payload:
    parts = Parts(text)
    return e.StepChanged(around.drug_key(), measured(parts.first("the rate: 120 mL/h"), "mL/h"), parts.rest())


def pause(text: str, around: Around) -> e.Payload:
    parts = Parts(text)
    pump = parts.after("pump")
    return e.Paused(around.drug.key if around.drug else "", parts.rest(), measured(pump, "mL") if pump else None)


def resume(text: str, around: Around) -> e.Payload:
    parts = Parts(text)
    pump = parts.after("pump")
    again = measured(parts.first("the rate: 60 mL/h"), "mL/h")
    return e.Resumed(around.drug_key(), again, parts.rest(), measured(pump, "mL") if pump else None)


def stop(text: str, around: Around) -> e.Payload:
    parts = Parts(text)
    pump, left = parts.after("pump"), parts.after("left")
    why = parts.first(f"why it was stopped: {', '.join(_STOPS)}").casefold()
    if why not in _STOPS:
        raise Unread(f"“{why}”: write one of {', '.join(_STOPS)} first.")
    pumped = measured(pump, "mL") if pump else None
    return e.Stopped(around.drug_key(), why, pumped, measured(left, "mL") if left else None, parts.rest())


def flush(text: str, around: Around) -> e.Payload:
    return e.Flushed(around.drug_key(), measured(Parts(text).first("how much: 20 mL"), "mL"))


def symptom(text: str, around: Around) -> e.Payload:
    parts = Parts(text)
    return e.SymptomReported(parts.first("the symptom"), True, parts.rest())


def symptom_gone(text: str, around: Around) -> e.Payload:
    parts = Parts(text)
    return e.SymptomReported(parts.first("the symptom"), False, parts.rest())


def reaction(text: str, around: Around) -> e.Payload:
    return _reaction(text, around, "")


def reaction_course(text: str, around: Around) -> e.Payload:
    opened = around.state.open_reaction
    if opened is None:
        raise Unread("No reaction is open at that place. Enter it as “Reaction”.")
    return _reaction(text, around, opened.key)


def _reaction(text: str, around: Around, key: str) -> e.Payload:
    parts = Parts(text)
    settled = parts.flag("settled")
    graded = parts.after("grade")
    grade = whole(graded, "Grade", 5) if graded else None
    term = parts.left.pop(0) if parts.left else ""
    treatments, parts.left = tuple(parts.left), []
    drug = around.drug.key if around.drug else ""
    return e.ReactionRecorded(
        key, drug, term, grade, CRITERIA if grade else "", tuple(around.state.symptoms), treatments, settled
    )


def observation(text: str, around: Around) -> e.Payload:
    Parts(text).done()
    return e.ObservationStarted()


def access_out(text: str, around: Around) -> e.Payload:
    parts = Parts(text)
    secured = parts.flag("stays in")
    bleeds, stopped = parts.flag("still bleeding"), parts.flag("bleeding stopped")
    parts.done()
    if bleeds == stopped:
        raise Unread("Write “bleeding stopped” or “still bleeding”; and “stays in” where it does.")
    return e.AccessRemoved(stopped, secured)


def discharge(text: str, around: Around) -> e.Payload:
    parts = Parts(text)
    against = parts.flag("against advice")
    advice, back = parts.flag("advice given"), parts.flag("said back")
    walks = True if parts.flag("walks") else False if parts.flag("does not walk") else None
    escort = parts.after("escort") or ""
    parts.done()
    return e.Discharged(advice, back, walks, escort, against)


def note(text: str, around: Around) -> e.Payload:
    if not text.strip():
        raise Unread("Write the note.")
    return e.NoteAdded(text.strip())
