"""The plain book's word on the live entries of care, leaving and the record. As in `model_entries`, it asks no guard."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from chairside.core.access import Role
from tests.core.visit.model import BEDSIDE, ENDS, STARTS
from tests.core.visit.model_regions import begun, by_pump, gone_home, left, over, runs

BY_A_NURSE = {"premedication.wait_short", "access.blood_return", "stopped.volume", "given.why"}
NEVER_CORRECTED = {"corrected", "check_compared", "incident_opened", "signed", "claimed", "replanned"}
PROTECTS = {"reaction_recorded", "symptom_reported", "paused", "held", *STARTS, *ENDS}


def _site(book, drug, command, actor, at, need) -> None:
    need(not command.stopped or not any(runs(book, one) and not by_pump(one) for one in book.plan.drugs), "a drug runs there")


def _treated(book, drug, command, actor, at, need) -> None:
    orders = book.plan.order_set
    item = orders.item(command.item) if orders is not None and orders.signed_on else None
    need(item is not None and command.order_set == orders.id, "not of a signed set")
    need(command.reaction in {one.payload.reaction or one.id for one in book.of("reaction_recorded")}, "no reaction")
    if item is not None:
        need(item.dose is None or command.dose.same(item.dose), "not the dose of the set")
        ordered = book.of("provider_notified")
        given = [one for one in book.of("treatment_given") if one.payload.item == item.key]
        need(item.times is None or len(given) < item.times or ordered or book.of("overridden"), "more often than the set says")


def _told(book, drug, command, actor, at, need) -> None:
    need(command.about.strip(), "about what")
    need(not command.orders.strip() or (command.who.strip() and command.read_back), "an order that was not read back")


def _observed(book, drug, command, actor, at, need) -> None:
    had = [one for one in book.plan.drugs if begun(book, one)]
    need(had and all(over(book, one) or gone_home(book, one) for one in had), "a drug is not over")


def _access_out(book, drug, command, actor, at, need) -> None:
    need(book.of("access_placed"), "no access")
    need(not any(runs(book, one) for one in book.plan.drugs), "a drug runs")


def _discharged(book, drug, command, actor, at, need) -> None:
    need(not left(book), "left already")
    here = [one for one in book.plan.drugs if begun(book, one) and not gone_home(book, one)]
    if command.against_advice:
        need(command.advised.strip() and command.form_signed is not None, "what was advised, and the form")
        need(not any(runs(book, one) for one in here), "a drug runs")
        return
    need(all(over(book, one) for one in here), "a drug is not over")
    need(command.advice_given and command.teach_back and command.walking_steady, "advice, or unsteady")
    present = {item.payload.symptom: item.payload.present for item in book.of("symptom_reported")}
    need(not any(present.values()), "an open symptom")
    open_now = {item.payload.reaction or item.id: not item.payload.resolved for item in book.of("reaction_recorded")}
    need(not any(open_now.values()), "an open reaction")
    lines = book.of("access_placed", "access_removed")
    stays = any(gone_home(book, one) and not over(book, one) for one in book.plan.drugs)
    placed = any(item.kind == "access_placed" and item.payload.placed for item in lines)
    need(stays or not placed or lines[-1].kind == "access_removed", "the access is in")
    sedated = {item.payload.premedication for item in book.of("premedication_given")}
    escorted = command.escort.strip() or not any(one.sedating and one.code in sedated for one in book.plan.premedications)
    need(escorted, "sedated and alone")
    watched = [item.at for item in book.of("observation_started")]
    minutes = timedelta(minutes=book.plan.observation_minutes)
    shortened = any(item.payload.rule == "observation.minutes" for item in book.of("overridden"))
    if minutes and not shortened and book.of(*STARTS):
        need(any(at - moment >= minutes for moment in watched), "not observed for long enough")


def _signed(book, drug, command, actor, at, need) -> None:
    need(left(book), "not discharged")
    need(not book.of("signed"), "signed already")
    need(all(over(book, one) for one in book.plan.drugs if begun(book, one)), "a drug is not over")
    graded = {item.payload.reaction or item.id for item in book.all if item.kind == "reaction_recorded" and item.payload.grade}
    need({item.id for item in book.of("reaction_recorded") if not item.payload.reaction} <= graded, "a reaction has no grade")
    claimed = {item.payload.event for item in book.all if item.kind == "claimed"}
    devices = {item.id for item in book.of("paused", "reaction_recorded") if item.actor.roles == {Role.DEVICE}}
    need(devices <= claimed, "an entry of a device that nobody claimed")


def _claimed(book, drug, command, actor, at, need) -> None:
    need(any(item.id == command.event and item.actor.roles == {Role.DEVICE} for item in book.all), "not a device's")
    need(all(item.payload.event != command.event for item in book.all if item.kind == "claimed"), "claimed already")
    need(actor.roles - {Role.DEVICE, Role.SYSTEM}, "not by a person")


def _corrected(book, drug, command, actor, at, need) -> None:
    old = next((item for item in book.all if item.id == command.event), None)
    if old is None or not command.reason.strip():
        need(False, "no such entry, or no reason")
        return
    need(old.kind not in NEVER_CORRECTED, "a kind that is not corrected")
    need(not command.replacement or old.kind not in ("check_entered", "overridden"), "a check or a release rewritten")
    need(old.kind != "held" or Role.PRESCRIBER in actor.roles, "a hold taken back by another")
    need(old.kind not in PROTECTS or actor.roles & (BEDSIDE | {Role.PRESCRIBER}), "protection erased by another")
    signer = next((item.actor.id for item in book.all if item.kind == "signed"), actor.id)
    need(actor.id == signer or Role.PRESCRIBER in actor.roles, "signed by another")


def _released(book, drug, command, actor, at, need) -> None:
    need(command.why.strip(), "no reason")
    need(command.rule in BY_A_NURSE or Role.PRESCRIBER in actor.roles, "a release that a prescriber gives")
    if command.rule == "premedication.wait_short":
        waits = {item.code: item.wait_minutes for item in book.plan.premedications}
        left = [
            timedelta(minutes=waits[item.payload.premedication]) - (at - item.at)
            for item in book.of("premedication_given")
            if item.payload.premedication in waits
        ]
        most = timedelta(minutes=book.plan.policy.premedication_short_minutes)
        need(any(timedelta() < one <= most for one in left), "no wait is a little short")


def _signed_from_afar(book, drug, command, actor, at, need) -> None:
    there = [item.actor for item in book.all if item.kind != "remotely_signed" and item.actor.session]
    need(book.plan.home is not None and command.statement.strip(), "not at home, or nothing said")
    need(all(actor.id != one.id and actor.session != one.session for one in there), "who is at the bedside")
    need(book.of("checked_in") and book.of("questions_answered"), "before the assessment")


def _set_out(book, drug, command, actor, at, need) -> None:
    kits = book.of("kit_checked")
    need(kits and not set(kits[-1].payload.missing) & book.plan.home.critical, "the kit")
    need(not book.of("set_out", "checked_in"), "there already")


def _kit(book, drug, command, actor, at, need) -> None:
    told = (*command.present, *command.missing)
    need(sorted(told) == sorted(item.key for item in book.plan.home.kit), "an item left out, or told twice")


def _put_off(book, drug, command, actor, at, need) -> None:
    need(command.reason.strip(), "no reason")
    concerned = [one for one in book.plan.drugs if command.drug in ("", one.key)]
    need(concerned and all(over(book, one) or not begun(book, one) for one in concerned), "it has been begun")


def _handed_over(book, drug, command, actor, at, need) -> None:
    need(command.to.strip() and command.reason.strip(), "to whom, and why")
    need(not left(book), "left already")


def _called(book, drug, command, actor, at, need) -> None:
    need(left(book), "the visit is not over")


def _incident(book, drug, command, actor, at, need) -> None:
    need(any(item.id == command.incident and item.kind == "incident_opened" for item in book.all), "no such incident")
    need(command.harm in tuple("ABCDEFGHI") and command.what.strip(), "harm, or what happened")


OF_LEAVING: dict[str, Callable[..., None]] = {
    "site_assessed": _site,
    "treatment_given": _treated,
    "provider_notified": _told,
    "observation_started": _observed,
    "access_removed": _access_out,
    "discharged": _discharged,
    "signed": _signed,
    "claimed": _claimed,
    "corrected": _corrected,
    "overridden": _released,
    "remotely_signed": _signed_from_afar,
    "set_out": _set_out,
    "kit_checked": _kit,
    "deferred": _put_off,
    "transferred": _handed_over,
    "call_made": _called,
    "incident_reported": _incident,
}
