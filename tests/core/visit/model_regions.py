"""Where each drug stands by the plain book: begun, running, over, gone home with its pump; and whether the patient has left."""

from __future__ import annotations

from chairside.core.visit.plan import DrugPlan, Manner
from tests.core.visit.model import ENDS, STARTS, Book

RATES = ("infusion_started", "step_changed", "resumed", "bag_changed", "pump_connected")


def begun(book: Book, drug: DrugPlan) -> bool:
    return bool(book.of(*STARTS, *ENDS, *RATES, drug=drug.key))


def over(book: Book, drug: DrugPlan) -> bool:
    """Its end is on record, and nothing of it ran afterwards."""
    last = book.of(*RATES, *STARTS, *ENDS, drug=drug.key)
    return bool(last) and last[-1].kind in ENDS


def gone_home(book: Book, drug: DrugPlan) -> bool:
    return bool(book.of("pump_connected", drug=drug.key))


def left(book: Book) -> bool:
    """Gone, and not back to have a pump taken off."""
    if book.of("transferred"):
        return True
    gone = sorted(book.of("discharged", "pump_disconnected"), key=lambda item: item.sequence)
    went = [item for item in gone if item.kind == "discharged" or book.of("pump_connected", drug=item.payload.drug)]
    return bool(went) and went[-1].kind == "discharged"


def runs(book: Book, drug: DrugPlan) -> bool:
    last = book.of(*RATES, "push_started", "draw_started", "paused", drug=drug.key) + [
        item for item in book.of("paused") if not item.payload.drug
    ]
    newest = max(last, key=lambda item: (item.at, item.sequence), default=None)
    return newest is not None and newest.kind != "paused" and begun(book, drug) and not over(book, drug)


def by_pump(drug: DrugPlan) -> bool:
    return drug.manner is Manner.PUMP
