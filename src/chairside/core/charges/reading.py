"""Reads the engine's `charge` question: JSON or YAML values in, a `Day` and its drugs out. Times are of the day, 24 h."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from chairside.core.charges.units import DrugGiven
from chairside.core.charges.work import Day, Work
from chairside.core.kernel.quantity import decimal, quantity
from chairside.core.kernel.span import Span

_ANY_DAY = date(2000, 1, 1)  # only differences of times are used when no date of service is given


class ChargeInputError(ValueError):
    """The question cannot be read; the message names the field."""


def read_day(question: Mapping[str, Any]) -> Day:
    """The day of a question. Raises ChargeInputError naming what is wrong."""
    on = date.fromisoformat(str(question["dos"])) if question.get("dos") else None
    events = question.get("events", ())
    work = tuple(_work(event, n, on or _ANY_DAY) for n, event in enumerate(events, 1))
    if events and not question.get("setting"):
        raise ChargeInputError("setting: is missing (physician_office, hospital_outpatient …)")
    return Day(
        on,
        str(question.get("setting", "")),
        str(question.get("payer_profile", "")),
        work,
        tuple(str(code) for code in question.get("diagnosis", ())),
    )


def read_drugs(question: Mapping[str, Any]) -> tuple[DrugGiven, ...]:
    """The drugs of a question, as `drug` (one) or `drugs` (a list)."""
    rows = question.get("drugs") or ([question["drug"]] if question.get("drug") else [])
    return tuple(_drug(row) for row in rows)


def _work(event: Mapping[str, Any], n: int, on: date) -> Work:
    drugs = event.get("drug", ())
    number = str(event.get("n", n))
    family = str(event.get("class", ""))
    return Work(
        id=number,
        kind=str(event["kind"]),
        family="hydration" if family == "fluid" else family,
        drugs=(drugs,) if isinstance(drugs, str) else tuple(drugs),
        runs=_runs(event, on, number),
        minutes=None if event.get("minutes") is None else decimal(event["minutes"], f"events[{number}].minutes"),
        bag=str(event.get("bag", "")),
        site=str(event.get("site", "A")),
        site_reason=str(event.get("site_reason", "")),
        primary=event.get("purpose") == "primary",
        purpose=str(event.get("purpose", "")),
        level=str(event.get("level", "")),
        encounter=str(event.get("encounter", "")),
        sites=int(event.get("sites", 1)),
        separate=bool(event.get("separate", False)),
    )


def _runs(event: Mapping[str, Any], on: date, number: str) -> tuple[Span, ...]:
    """Segments, or start and stop. A stop earlier than the start is on the next day; no stop gives an empty run."""
    pairs = event.get("segments") or ([(event["start"], event.get("stop") or event["start"])] if event.get("start") else [])
    runs: list[Span] = []
    for start_text, stop_text in pairs:
        start, stop = _moment(on, start_text, number), _moment(on, stop_text, number)
        if runs and start < runs[-1].end:
            start, stop = start + timedelta(days=1), stop + timedelta(days=1)
        if stop < start:
            stop += timedelta(days=1)
        runs.append(Span(start, stop))
    return tuple(runs)


def _moment(on: date, text: object, number: str) -> datetime:
    try:
        return datetime.combine(on, time.fromisoformat(str(text)), tzinfo=UTC)
    except ValueError:
        raise ChargeInputError(f"events[{number}]: “{text}” is not a time of day") from None


def _drug(row: Mapping[str, Any]) -> DrugGiven:
    return DrugGiven(
        code=str(row["hcpcs"]),
        unit=quantity(_text(row["unit_mg"]), "mg", "drug.unit_mg"),
        dose=quantity(_text(row["dose_mg"]), "mg", "drug.dose_mg"),
        container=str(row.get("container", "")),
        vials=tuple(
            (quantity(_text(vial["mg"]), "mg", "drug.vials_used"), int(vial["count"])) for vial in row.get("vials_used", ())
        ),
        available=tuple(quantity(_text(size), "mg", "drug.vials_available_mg") for size in row.get("vials_available_mg", ())),
        bought=row.get("supply", "bought") == "bought",
    )


def _text(value: object) -> object:
    return value if isinstance(value, str | int) else str(value)
