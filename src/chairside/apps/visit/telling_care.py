"""Entries of care around the drug and of the other ways out, in a few plain words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils import timezone

from chairside.core.visit import events as e

Said = tuple[str, str, str]


def _joined(*parts: str, by: str = ", ") -> str:
    return by.join(part for part in parts if part)


def _site(payload: e.SiteAssessed, name: str) -> Said:
    size = f"{payload.edema_cm.normalize():f} cm" if payload.edema_cm is not None else ""
    cord = f"cord {payload.cord_cm.normalize():f} cm" if payload.cord_cm is not None else ""
    drawn = f"{payload.aspirated.spelled()} drawn back" if payload.aspirated is not None else ""
    seen = ", ".join(payload.seen).replace("_", " ")
    end = "not used any more" if payload.stopped else "stays in use"
    return f"Site: {payload.scale}", _joined(seen, size, cord, drawn, end, payload.note), "act" if payload.stopped else "due"


def _provider(payload: e.ProviderNotified, name: str) -> Said:
    title = "Provider told: details" if payload.follows else "Provider told"
    ordered = (
        f"ordered: {payload.orders}" + (", read back" if payload.read_back else ", not read back") if payload.orders else ""
    )
    return title, _joined(f"about: {payload.about}", payload.who, payload.how, ordered), "due" if payload.orders else "plain"


def _transferred(payload: e.Transferred, name: str) -> Said:
    return "Transferred", _joined(f"to: {payload.to}", payload.reason, payload.handover, by="; "), "act"


def left(payload: e.Discharged, name: str) -> Said:
    """The patient left, with advice or against it."""
    escort = f"escort: {payload.escort}" if payload.escort else ""
    site = "advice for the site given" if payload.site_advice else ""
    back = ""
    if payload.returns_at is not None:
        day = timezone.localtime(payload.returns_at)
        back = f"comes back {day:%b} {day.day}, {day:%H:%M}, to have the pump taken off"
    if not payload.against_advice:
        return "Discharged", _joined(back, escort, site), "done"
    signed = {True: "signed", False: "refused to sign", None: ""}[payload.form_signed]
    return (
        "Left against advice",
        _joined(f"advised: {payload.advised}" if payload.advised else "", signed, escort, by="; "),
        "due",
    )


CARE: dict[str, Callable[[Any, str], Said]] = {
    "site_assessed": _site,
    "provider_notified": _provider,
    "treatment_given": lambda p, d: (
        f"Given: {d or p.item.replace('_', ' ')}",
        _joined(f"{p.dose.spelled()} {p.route}", p.note),
        "act",
    ),
    "acknowledged": lambda p, d: ("Signed afterwards", p.note, "done"),
    "deferred": lambda p, d: (f"{d} not given today" if d else "Not given today", p.reason, "due"),
    "transferred": _transferred,
    "discharged": left,
}
