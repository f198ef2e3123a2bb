"""Northlight's day: who sits where with whom from when, and what has happened by ten past ten."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import NAMESPACE_URL, uuid5

from chairside.apps.charges.services import charges_make
from chairside.apps.clearance.models import RequirementResult
from chairside.apps.clearance.services import hold_release
from chairside.apps.plans.models import PlannedDose
from chairside.apps.scheduling import services as scheduling
from chairside.apps.scheduling.models import Appointment
from chairside.cli.demo_center.center import Center, must
from chairside.cli.demo_center.journey import Journey
from chairside.cli.demo_center.script import play
from chairside.cli.demo_center.shelf import Shelf


@dataclass(frozen=True, slots=True)
class Slot:
    """An appointment today. `script` is what happened so far; "no show" when nobody came.

    billed     when the charges were made
    released   why the prescriber released this morning what clearance held
    """

    mrn: str
    chair: str
    nurse: str
    start: str
    script: str = ""
    billed: str = ""
    released: str = ""


def _iron(hour: int, minute: int, sign: int) -> str:
    """A whole iron visit from its start: minutes after it for each line, signed `sign` minutes after it."""
    lines = (("arrive", 0), ("assess", 3), ("clear", 7), ("access", 9), ("prepare", 10), ("check", 12), ("verify", 14),
             ("start", 17), ("vitals", 22), ("end", 32), ("leave", 64), ("sign", sign))  # fmt: skip
    spelled = []
    for verb, after in lines:
        total = hour * 60 + minute + after
        spelled.append(f"{total // 60:02}:{total % 60:02} {verb}")
    return "; ".join(spelled)


_READY = "{} arrive; {} assess; {} clear; {} access; {} prepare; {} check; {} verify; {} start"


def _running(*clocks: str) -> str:
    return _READY.format(*clocks)


SLOTS: tuple[Slot, ...] = (
    # done this morning
    Slot("NL-10254", "Chair 2", "nurse2", "07:30", _iron(7, 30, 72), "09:05"),
    Slot("NL-10255", "Chair 3", "nurse3", "07:45", _iron(7, 45, 71), "09:20"),
    Slot("NL-10101", "Chair 4", "nurse4", "08:00", _iron(8, 0, 72), "09:40"),
    Slot("NL-10258", "Bed 1", "nurse2", "08:15", _iron(8, 15, 75)),
    Slot("NL-10263", "Bed 2", "charge", "08:45", "no show"),
    # in a chair now
    Slot("NL-10112", "Chair 1", "nurse1", "07:30",
         _running("07:30", "07:33", "07:38", "07:40", "07:46", "07:48", "07:50", "07:52")
         + "; 08:07 vitals; 08:37 vitals; 09:07 vitals; 09:37 vitals; 09:52 end"),
    Slot("NL-10160", "Chair 5", "nurse1", "08:00",
         _running("08:01", "08:06", "08:12", "08:15", "08:28", "08:31", "08:36", "08:41")
         + "; 08:56 vitals; 09:26 vitals; 09:55 vitals"),
    Slot("NL-10231", "Chair 6", "nurse3", "08:15",
         _running("08:14", "08:20", "08:27", "08:31", "08:46", "08:50", "08:54", "09:00")
         + "; 09:15 rise; 09:30 rise; 09:45 rise"),
    Slot("NL-10144", "Chair 7", "nurse4", "08:15",
         _running("08:17", "08:22", "08:28", "08:32", "08:40", "08:43", "08:46", "08:51") + "; 09:06 vitals; 09:25 vitals"),
    Slot("NL-10187", "Chair 8", "nurse1", "08:30",
         _running("08:33", "08:38", "08:45", "08:49", "08:54", "08:57", "09:01", "09:05") + "; 09:20 vitals; 09:50 vitals; "
         "09:57 symptom itching; 09:57 pause 108 itching on both forearms; 10:02 vitals pulse=96",
         released="Hives settled at half the rate; seen in clinic last week, to go on with close watch."),
    Slot("NL-10271", "Chair 9", "nurse2", "09:00",
         _running("08:58", "09:03", "09:09", "09:14", "09:20", "09:23", "09:26", "09:31") + "; 09:46 rise; 10:01 rise"),
    Slot("NL-10209", "Chair 2", "nurse4", "09:15",
         "09:16 arrive; 09:20 assess; 09:26 hold ALT 214, above five times the limit: prescriber called"),
    Slot("NL-10198", "Chair 3", "nurse3", "09:15",
         "09:19 arrive; 09:24 assess; 09:32 clear; 09:38 access; 09:58 prepare; 10:04 check"),
    Slot("NL-10133", "Chair 4", "charge", "09:30",
         "09:27 arrive; 09:33 assess; 09:40 clear; 09:45 access; 09:58 prepare; 10:02 check; 10:06 verify"),
    Slot("NL-10259", "Bed 1", "nurse2", "09:45",
         _running("09:40", "09:43", "09:48", "09:50", "09:52", "09:54", "09:56", "10:00") + "; 10:05 vitals"),
    Slot("NL-10266", "Bed 2", "charge", "10:00", "10:02 arrive; 10:07 weigh"),
    # should be here, or soon will
    Slot("NL-10104", "Isolation", "nurse3", "09:55"),
    Slot("NL-10228", "Chair 1", "nurse1", "11:00"),
    Slot("NL-10275", "Bed 1", "nurse2", "11:10"),
    Slot("NL-10107", "Chair 5", "nurse1", "11:30"),
    # this afternoon
    Slot("NL-10279", "Chair 6", "charge", "12:00"),
    Slot("NL-10151", "Chair 7", "nurse4", "12:30"),
    Slot("NL-10301", "Chair 8", "nurse3", "13:00"),
    Slot("NL-10118", "Bed 1", "nurse2", "14:00"),
    Slot("NL-10109", "Chair 2", "charge", "14:15"),
)  # fmt: skip


def book(center: Center, slot: Slot, journey: Journey) -> Appointment:
    """Book it as the scheduler did in the days before."""
    key = str(uuid5(NAMESPACE_URL, f"demo:{center.day}:{slot.mrn}"))
    return must(
        scheduling.appointment_book(
            planned_dose=_dose_of(journey), chair=center.chairs[slot.chair], nurse=center.users[slot.nurse],
            start=center.at(slot.start), key=key, actor=center.actors["scheduler"],
            at=center.at("13:25", -1 - journey.person.number % 3),
        )
    )  # fmt: skip


def happen(center: Center, shelf: Shelf, slot: Slot, journey: Journey, appointment: Appointment) -> None:
    """What has become of the appointment by now."""
    if slot.released:
        _release(center, slot, journey)
    if slot.script == "no show":
        must(scheduling.appointment_no_show(appointment=appointment, actor=center.actors["desk"], at=center.at("09:15")))
    elif slot.script:
        visit = play(center, shelf, journey.person, appointment, slot.nurse, _second_for(slot.nurse), slot.script)
        if slot.billed:
            must(charges_make(visit=visit, actor=center.actors["biller"], at=center.at(slot.billed)))


def _release(center: Center, slot: Slot, journey: Journey) -> None:
    """The prescriber releases each thing that holds the dose today, with a reason."""
    held = RequirementResult.objects.filter(
        evaluation__planned_dose=journey.dose, evaluation__day=center.day, state__in=["held", "review"], advice=False
    )
    for requirement in sorted(set(held.values_list("requirement", flat=True))):
        must(
            hold_release(
                planned_dose=_dose_of(journey), requirement=requirement, day=center.day, reason=slot.released,
                actor=center.actors["prescriber"], at=center.at("07:50"),
            )
        )  # fmt: skip


def _dose_of(journey: Journey) -> PlannedDose:
    if journey.dose is None:
        raise AssertionError(f"{journey.person.mrn} has no planned dose")
    return journey.dose


def _second_for(nurse: str) -> str:
    """Who checks independently: another nurse."""
    order = ("nurse1", "nurse2", "nurse3", "nurse4", "charge")
    return order[(order.index(nurse) + 1) % len(order)]
