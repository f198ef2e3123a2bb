"""`plan`: the next dose, the doses of the course, and whether a wanted day will do."""

from __future__ import annotations

from datetime import date
from typing import Any

from chairside.core.plans.course_plan import CoursePlan, Requested, plan_course
from chairside.core.plans.schedule import PlannedDose
from chairside.exchange.questions import recorded
from chairside.exchange.questions.envelope import envelope, present
from chairside.exchange.questions.reading import Fields
from chairside.exchange.questions.rulebook import Answer, Question, Rulebook, protocol_of


def answer(rulebook: Rulebook, question: Question) -> Answer:
    """Answer a `plan` question. Raises InputProblem naming the field that cannot be used."""
    fields = Fields(question)
    protocol = protocol_of(fields, rulebook)
    start, wanted = fields.day("start"), _request(fields.part("request"))
    as_of = _as_of(fields, start, wanted)
    who = recorded.patient(fields, as_of)
    asked: dict[str, Any] = {
        "indication": fields.needed("indication", fields.text("indication")),
        "regimen": fields.text("regimen") or "",
        "brand": recorded.brand_of(fields),
        "facts": recorded.facts(fields, as_of, who.born),
        "history": recorded.history(fields, protocol, as_of, who.born),
        "patient": who,
        "start": start,
        "as_of": as_of,
        "request": wanted,
    }
    fields.close()
    decided = plan_course(protocol, **asked)
    return envelope(decided, None if decided.value is None else written(decided.value), protocol)


def written(made: CoursePlan) -> dict[str, Any]:
    """A plan as plain JSON; `next` is absent when the course is complete or a person sets the next day."""
    return present({"next": None if made.next is None else _dose(made.next), "doses": [_dose(item) for item in made.doses]})


def _dose(item: PlannedDose) -> dict[str, Any]:
    return present(
        {
            "dose_number": item.number,
            "phase": item.phase or None,
            "target": item.target.isoformat(),
            "earliest": item.window.first.isoformat(),
            "latest": item.window.last.isoformat(),
            "given_on": item.given_on and item.given_on.isoformat(),
        }
    )


def _request(part: Fields | None) -> Requested | None:
    if part is None:
        return None
    made = Requested(
        part.needed("dose_number", part.whole("dose_number")),
        part.needed("date", part.day("date")),
    )
    part.close()
    return made


def _as_of(fields: Fields, start: date | None, wanted: Requested | None) -> date:
    """The day up to which things are known: as stated, else the wanted day, the last dose or the start, whichever is there."""
    stated = fields.day("as_of")
    given = [day for part in fields.parts("history") if (day := part.day("date")) is not None]
    known = stated or (wanted and wanted.day) or max([*given, *([start] if start and not given else [])], default=None)
    if known is None:
        raise fields.problem("start", "is missing; no dose has been given yet, so the day of the first one is needed")
    return known
