"""Sums about a rate that rises: row by row, with a pause, over a change of bag, in two parts, and the shortest time."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeVar

from chairside.core.kernel.decision import Decision
from chairside.core.visit.reactions.reaction import USUAL_HOLD, USUAL_PERCENT
from chairside.core.visit.run import titration as rates
from chairside.exchange.questions.reading import Fields
from chairside.exchange.questions.sums import Sum, above_zero, rounded, summed
from chairside.exchange.questions.text import InputProblem

Made = TypeVar("Made")

_HUNDREDTH = "0.01"


def titration(inputs: Fields) -> Sum:
    rows = _tried(inputs, lambda: rates.titration(**_ladder(inputs)))
    return summed(Decision(rows), rows=[_row(row) for row in rows], infusing_min=_text(rows[-1].ends))


def titration_with_pause(inputs: Fields) -> Sum:
    base = inputs.needed("base", inputs.part("base"))
    ladder = _ladder(base)
    base.close()
    inputs.text("restart_rule")  # words for the reader; the numbers of the rule have fields of their own
    percent, hold = inputs.number("restart_percent", above=0), inputs.number("restart_hold_min", above=0)
    pause_at, pause = above_zero(inputs, "pause_at_min"), above_zero(inputs, "pause_min")
    found = _tried(
        inputs,
        lambda: rates.titration_with_pause(
            **ladder,
            pause_at=pause_at,
            pause=pause,
            percent=percent or Decimal(USUAL_PERCENT),
            hold=hold or Decimal(USUAL_HOLD),
        ),
    )
    return summed(
        Decision(found),
        delivered_at_pause_mg=_text(found.delivered),
        rate_at_pause_mg_h=_text(found.rate),
        restart_mg_h=_text(found.restart),
        rows_after_restart=[_row(row) for row in found.rows],
        infusing_min=_text(found.infusing),
        elapsed_min=_text(found.elapsed),
    )


def titration_across_bag_change(inputs: Fields) -> Sum:
    inputs.text("rule")
    steps, bags = inputs.numbers("steps_ml_h"), inputs.numbers("bags_ml")
    every, change = above_zero(inputs, "every_min"), inputs.needed("change_min", inputs.number("change_min"))
    found = _tried(inputs, lambda: rates.titration_across_bag_change(steps, every, bags, change))
    empty = {f"bag{place}_empty_at_min": _text(at) for place, at in enumerate(found.empty_at, 1)}
    return summed(
        Decision(found),
        **empty,
        step_minutes_left_at_change=_text(found.left_of_step[0]) if found.left_of_step else None,
        finish_at_min=_text(found.finish),
        infusing_min=_text(found.infusing),
        total_ml=_text(found.total),
    )


def two_phase_rate(inputs: Fields) -> Sum:
    inputs.number("total_mg", above=0)
    bag = above_zero(inputs, "bag_ml")
    phases = []
    for fields in inputs.parts("phases"):
        phases.append((above_zero(fields, "fraction_percent"), above_zero(fields, "minutes")))
        fields.close()
    parts, minutes = _tried(inputs, lambda: rates.two_phase_rate(bag, phases))
    written = [{"ml": _text(part.ml), "ml_h": _text(part.ml_h)} for part in parts]
    return summed(Decision(parts), phases=written, infusing_min=_text(minutes))


def min_infusion_time(inputs: Fields) -> Sum:
    dose, most = above_zero(inputs, "dose_mg"), above_zero(inputs, "max_mg_min")
    floor, strongest = inputs.needed("floor_min", inputs.number("floor_min")), above_zero(inputs, "max_mg_ml")
    found = _tried(inputs, lambda: rates.min_infusion_time(dose, most, floor, strongest))
    return summed(
        Decision(found),
        minutes=_text(found.minutes),
        min_volume_ml=_text(found.ml),
        ml_h_at_min_volume=rounded(found.ml_h, "0.1"),
    )


def _ladder(fields: Fields) -> dict[str, Decimal]:
    return {
        "total": above_zero(fields, "total_mg"),
        "start": above_zero(fields, "start_mg_h"),
        "step": above_zero(fields, "step_mg_h"),
        "every": above_zero(fields, "every_min"),
        "most": above_zero(fields, "max_mg_h"),
    }


def _tried(inputs: Fields, compute: Callable[[], Made]) -> Made:
    """What is computed; numbers that no infusion can have are the question's fault."""
    try:
        return compute()
    except ValueError as problem:
        field, colon, sentence = str(problem).partition(": ")
        raise InputProblem(inputs.place(field) if colon else inputs.path, sentence or field) from None


def _row(row: rates.Row) -> dict[str, Any]:
    return {
        "rate": _text(row.rate),
        "minutes": _text(row.minutes),
        "delivered": _text(row.delivered),
        "cumulative": _text(row.cumulative),
        "t_end": _text(row.ends),
    }


def _text(value: Decimal) -> str:
    return rounded(value, _HUNDREDTH)
