"""The plain book's word on every other live entry: arrival, preparation, ends, restarts, leaving and the record.

As in `model`: written from the reference, read from the log alone, and it asks no guard.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

from chairside.core.access import Actor, Role
from chairside.core.visit import events as e
from chairside.core.visit.plan import DrugPlan, Manner
from tests.core.visit.model import ENDS, Book
from tests.core.visit.model_leaving import OF_LEAVING
from tests.core.visit.model_regions import RATES, begun, by_pump, gone_home, over, runs

Need = Callable[[object, str], None]
AT_THE_DOOR = ("seated", "vitals_recorded", "allergies_reviewed", "questions_answered", "cleared", "held", "access_placed")
AFTER_GO = ("released_to_prepare", "premedication_given", "preparation_recorded", "unit_received")
TOLD = {"symptom_reported", "reaction_recorded", "note_added", "claimed", "incident_opened", "incident_reported"}
OF_CLINICIANS = TOLD | {"provider_notified", "paused", "overridden", "corrected", "remotely_signed"}
# Who does not work at the bedside, and all that they may do.
MAY = {
    Role.FRONT_DESK: {"checked_in", "seated"},
    Role.PHARMACIST: OF_CLINICIANS | {"preparation_recorded", "unit_received", "check_entered"},
    Role.PRESCRIBER: OF_CLINICIANS | {"cleared", "held", "acknowledged", "deferred"},
}


def problems_of_an_entry(book: Book, drug: DrugPlan | None, command: e.Payload, actor: Actor, at: datetime) -> list[str]:
    """What a live entry lacked, in plain words. Empty for a sound one."""
    found: list[str] = []

    def need(fact: object, words: str) -> None:
        if not fact:
            found.append(words)

    said = getattr(command, "identifiers", None)
    if said is not None and command.kind != "check_entered":
        need((said.name.strip(), said.born) == (book.plan.subject.name, book.plan.subject.born), "another person")
    for role, kinds in MAY.items():
        need(role not in actor.roles or command.kind in kinds, f"not for the {role.value}")
    if command.kind in AT_THE_DOOR:
        need(book.of("checked_in"), "nobody was identified")
    if command.kind in AFTER_GO:
        decided = book.of("cleared", "held", "replanned")
        need(decided and "cleared" in {decided[-1].kind, max(decided, key=lambda item: item.sequence).kind}, "no go")
    judge = _OF.get(command.kind)
    if judge is not None:
        judge(book, drug, command, actor, at, need)
    return found


def _charted(book: Book, drug: DrugPlan, at: datetime) -> Decimal:
    """Millilitres by the rates on record, the pauses left out."""
    changes = sorted(
        (
            item
            for item in (*book.of(*RATES, drug=drug.key), *book.of("paused"))
            if getattr(item.payload, "drug", "") in ("", drug.key)
        ),
        key=lambda item: (item.at, item.sequence),
    )
    total, rate, since = Decimal(0), Decimal(0), at
    for item in changes:
        total += rate * Decimal((item.at - since).total_seconds()) / 3600 if rate else 0
        begins = rate or item.kind != "paused"
        rate, since = (item.payload.rate.to("mL/h").amount if item.kind != "paused" else Decimal(0)), item.at
        assert begins or not rate
    return total + (rate * Decimal((at - since).total_seconds()) / 3600 if rate else 0)


def _cleared(book, drug, command, actor, at, need) -> None:
    plan, released = book.plan, {item.payload.rule for item in book.of("overridden")}
    sets = book.of("vitals_recorded")
    weights = [reading.value for item in sets for reading in item.payload.readings if reading.code == "weight_kg"]
    need(plan.dosing_weight is None or any(weights), "not weighed")
    weighed = [value.to("kg").amount for value in weights if value is not None]
    if plan.dosing_weight is not None and len(set(weighed)) == 1 and "weight.change" not in released:
        dosed = plan.dosing_weight.to("kg").amount
        need(abs(weighed[0] - dosed) * 10 < dosed, "another weight than the dose is for")
    need(any(item.payload.medicines_reviewed for item in book.of("allergies_reviewed")), "allergies or medicines")
    book.answers(need)
    needed = set(plan.vitals_needed)
    spared = [reading for item in sets for reading in item.payload.readings if reading.unobtainable]
    taken = [{one.code for one in item.payload.readings if one.value is not None} for item in sets]
    need(spared or any(needed <= codes for codes in taken), "no whole set of vitals")
    decided = sorted(book.of("cleared", "held"), key=lambda item: item.sequence)
    need(not decided or decided[-1].kind == "cleared" or Role.PRESCRIBER in actor.roles, "a hold released by another")


def _premedicated(book, drug, command, actor, at, need) -> None:
    item = next((one for one in book.plan.premedications if one.code == command.premedication), None)
    need(item is not None and item.dose == command.dose and item.route == command.route.casefold(), "not as ordered")
    need(all(one.payload.premedication != command.premedication for one in book.of("premedication_given")), "given twice")


def _access(book, drug, command, actor, at, need) -> None:
    tried = sum(item.payload.attempts for item in book.of("access_placed") if item.actor.id == actor.id)
    need(command.site.strip(), "no site")
    need(command.attempts >= 1 and tried + command.attempts <= book.plan.policy.attempts_each, "too many attempts")
    need(command.blood_return or not command.placed or command.device == "subcutaneous needle", "no blood return")


def _prepared(book, drug, command, actor, at, need) -> None:
    need(book.of("released_to_prepare", drug=command.drug), "not released to prepare")
    need(command.draws and all(one.product in drug.products and one.lot.strip() for one in command.draws), "another product")
    need(
        sum(one.drawn.to(drug.prepared_dose.unit).amount for one in command.draws) == drug.prepared_dose.amount, "another dose"
    )
    need(not drug.volume_stated or command.volume.same(drug.prepared_volume), "another volume")
    need(command.prepared_at <= at < command.use_by, "made later, or past its use-by time")
    hours = drug.usable_hours or (None if by_pump(drug) else book.plan.policy.usable_hours)
    need(hours is None or command.use_by - command.prepared_at <= timedelta(hours=float(hours)), "used for too long")


def _received(book, drug, command, actor, at, need) -> None:
    need(book.of("released_to_prepare", drug=command.drug), "not asked for")
    need(not begun(book, drug), "one runs already")
    need(command.expires > at and command.volume.amount > 0, "not what was asked for")
    need(
        command.crossmatched and command.intact and command.group.strip() in ("O-", command.patient_group.strip()),
        "not for this patient",
    )


def _checked(book, drug, command, actor, at, need) -> None:
    need(drug is not None and not begun(book, drug), "a check after the start")


def _ended(book, drug, command, actor, at, need) -> None:
    need(begun(book, drug) and not over(book, drug), "nothing of it runs or is paused")


def _stopped(book, drug, command, actor, at, need) -> None:
    """Given and left are the bag, and what the rates come to, or the nurse says why not."""
    _ended(book, drug, command, actor, at, need)
    if command.pump_volume is None or command.residual is None:
        need(False, "the pump was not read")
        return
    given, left = (value.to("mL").amount for value in (command.pump_volume, command.residual))
    whole, policy = drug.prepared_volume.to("mL").amount, book.plan.policy
    before = [item.payload.pump_volume for item in book.of("resumed", "bag_changed", drug=drug.key)]
    need(all(value is None or value.to("mL").amount <= given for value in before), "a reading that falls")
    if not command.variance_reason.strip():
        allowed = max(policy.volume_tolerance_ml, drug.volume.to("mL").amount * policy.volume_tolerance_percent / 100)
        need(abs(given + left - whole) <= allowed, "given and left are not the bag")
        charted = min(_charted(book, drug, at), drug.volume.to("mL").amount)
        need(abs(given - charted) <= allowed, "given is not what the rates come to")


def _off_the_pump(book, drug, command, actor, at, need) -> None:
    need(gone_home(book, drug), "no pump")
    need(command.spilled is not None, "nobody asked about a leak")
    _stopped(book, drug, command, actor, at, need)


def _pushed(book, drug, command, actor, at, need) -> None:
    need(drug.manner is Manner.PUSH, "not given by push")
    _ended(book, drug, command, actor, at, need)
    given, whole = command.given.to("mL").amount, drug.volume.to("mL").amount
    begins = book.of("push_started", drug=drug.key)
    if drug.min_minutes and begins and not command.why.strip():
        least = timedelta(minutes=float(drug.min_minutes * given / whole))
        need(at - begins[0].at >= least, "too fast without why")
    need(0 < given <= whole and (given == whole or command.why.strip()), "more than there was, or a part without why")


def _drawn(book, drug, command, actor, at, need) -> None:
    need(drug.manner is Manner.DRAW, "no blood is let")
    _ended(book, drug, command, actor, at, need)
    taken, whole = command.taken.to("mL").amount, drug.volume.to("mL").amount
    need(taken > 0 and (command.why.strip() or abs(taken - whole) * 10 <= whole), "another volume without why")


def _resumed(book, drug, command, actor, at, need) -> None:
    need(begun(book, drug) and not runs(book, drug) and not over(book, drug), "not paused")
    before = book.of(*RATES, drug=drug.key)
    need(before and command.rate.amount > 0 and command.rate <= before[-1].payload.rate, "above the rate before")
    book.access(need)
    present = {item.payload.symptom: item.payload.present for item in book.of("symptom_reported")}
    need(not any(present.values()), "an open symptom")
    need(command.reason_closed.strip(), "the reason of the pause was not settled")
    pauses = [item for item in book.of("paused") if item.payload.drug in ("", drug.key)]
    read = command.pump_volume is not None or any(item.payload.pump_volume is not None for item in pauses)
    need(read, "the pump was not read")
    need(not book.severe(drug.key), "after what ends the drug")
    reactions = [item for item in book.of("reaction_recorded") if item.payload.drug == drug.key]
    open_now = {item.payload.reaction or item.id: not item.payload.resolved for item in reactions}
    since = before[0].at if before else at
    mine = [key for key in open_now if any(item.id == key and item.at >= since for item in reactions)]
    need(not any(open_now[key] for key in mine), "an open reaction")


def _flushed(book, drug, command, actor, at, need) -> None:
    need(book.of(*ENDS, drug=command.drug), "flushed before its end")


def _bag(book, drug, command, actor, at, need) -> None:
    _ended(book, drug, command, actor, at, need)
    lots = {draw.lot for item in book.of("preparation_recorded", drug=drug.key) for draw in item.payload.draws}
    need(command.lots and {lot.strip() for lot in command.lots} - {""} <= lots, "a lot that nobody prepared")
    need(command.pump_volume is not None, "the pump was not read")
    first = next((step.rate for step in drug.ladder if step.bag == command.bag), None) if drug.bags else None
    most = first or book.of(*RATES, drug=drug.key)[-1].payload.rate
    need(command.rate.amount > 0 and command.rate <= most, "a rise by way of the next bag")
    book.access(need)


_OF: dict[str, Callable[..., None]] = OF_LEAVING | {
    "cleared": _cleared,
    "premedication_given": _premedicated,
    "access_placed": _access,
    "preparation_recorded": _prepared,
    "unit_received": _received,
    "check_entered": _checked,
    "stopped": _stopped,
    "pump_disconnected": _off_the_pump,
    "push_ended": _pushed,
    "draw_ended": _drawn,
    "resumed": _resumed,
    "flushed": _flushed,
    "bag_changed": _bag,
}
