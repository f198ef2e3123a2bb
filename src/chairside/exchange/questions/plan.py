"""`plan`: the next dose, the doses of the course, and whether a wanted day will do."""

from __future__ import annotations

from datetime import date
from typing import Any

from chairside.core.plans.course_plan import CoursePlan, Requested, plan_course
from chairside.core.plans.dates.schedule import PlannedDose
from chairside.exchange.questions import given, recorded
from chairside.exchange.questions.envelope import envelope, present
from chairside.exchange.questions.reading import Fields
from chairside.exchange.questions.rulebook import Answer, Question, Rulebook, items_of, protocol_of


def answer(rulebook: Rulebook, question: Question) -> Answer:
    """Answer a `plan` question. Raises InputProblem naming the field that cannot be used."""
    fields = Fields(question)
    protocol = protocol_of(fields, rulebook)
    start, as_of, wanted = fields.day("start"), fields.day("as_of"), _request(fields.part("request"))
    known = as_of or (wanted.day if wanted is not None else None) or _newest(fields, start)
    until = known or rulebook.today
    who = recorded.patient(fields, until)
    if start is not None and who.born is not None and start < who.born:
        raise fields.problem("start", f"{start.isoformat()} lies before the birth date, {who.born.isoformat()}")
    asked: dict[str, Any] = {
        "indication": recorded.indication_of(fields),
        "regimen": fields.text("regimen") or "",
        "brand": recorded.brand_of(fields),
        "facts": recorded.facts(fields, until, who.born),
        "history": given.history(fields, (protocol,), until, who.born, rulebook.known_ids()),
        "protocols": items_of(protocol, rulebook),
        "patient": who,
        "start": start,
        "as_of": known,
        "request": wanted,
    }
    fields.close()
    decided = plan_course(protocol, **asked)
    return envelope(decided, None if decided.value is None else written(decided.value), protocol)


def written(made: CoursePlan) -> dict[str, Any]:
    """A plan as plain JSON; `next` is absent when the course is complete or nothing can be said of the next day yet."""
    return present(
        {
            "next": None if made.next is None else _dose(made.next),
            "doses": [_dose(item) for item in made.doses],
            "regimen": made.regimen or None,
            "interval_days": None if made.interval_days is None else str(made.interval_days),
        }
    )


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


def _newest(fields: Fields, start: date | None) -> date | None:
    """The last day on record, for a question that states neither the day of asking nor one that is wanted."""
    told = [part for part in fields.parts("facts") if part.text("status") != "planned"]
    days = [part.day("date") for part in (*fields.parts("history"), *told)]
    return max((day for day in (*days, start) if day is not None), default=None)
