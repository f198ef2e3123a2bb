"""What frames every page: the places that this person may open, in the order of the journey, and the site's time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from chairside.core.access import Action, Actor

THEMES = ("light", "dark")


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the navigation."""

    label: str
    path: str
    action: Action
    current: bool = False


PLACES = (
    Place("Board", "/board/", Action.BOARD_READ),
    Place("Intake", "/intake/", Action.REFERRAL_READ),
    Place("Import", "/interop/", Action.REFERRAL_RECEIVE),
    Place("Coverage", "/coverage/", Action.COVERAGE_READ),
    Place("Clearance", "/clearance/", Action.CLEARANCE_READ),
    Place("Schedule", "/schedule/", Action.APPOINTMENT_READ),
    Place("Pharmacy", "/pharmacy/", Action.LOT_READ),
    Place("Visits", "/visits/", Action.VISIT_READ),
    Place("Charges", "/charges/", Action.CHARGE_READ),
    Place("Patients", "/patients/", Action.CHART_READ),
    Place("Duplicates", "/people/duplicates/", Action.PATIENT_MERGE),
    Place("Formulary", "/formulary/", Action.FORMULARY_READ),
    Place("Reports", "/reports/", Action.REPORT_READ),
    Place("Staff", "/people/", Action.STAFF_MANAGE),
    Place("Devices", "/people/devices/", Action.DEVICE_MANAGE),
    Place("Downtime", "/visits/downtime/", Action.DOWNTIME_PRINT),
)


def places_for(actor: Actor | None, path: str) -> tuple[Place, ...]:
    """The places that the actor's roles may open; the one that `path` lies in is current."""
    if actor is None:
        return ()
    within = max((place.path for place in PLACES if path.startswith(place.path)), key=len, default="")
    return tuple(
        Place(place.label, place.path, place.action, place.path == within)
        for place in PLACES
        if actor.may(place.action).allowed
    )


def page_context(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `navigation`, `actor`, `site_now`, `theme`, `wall`, `demo`.

    The middleware may leave `actor`, `site` (`name` and `zone`, which the base page reads from the request) and `break_glass`
    on the request; a page without them is a page for nobody in particular. The active time zone is the site's.
    """
    actor = getattr(request, "actor", None)
    theme = request.COOKIES.get("theme", "")
    return {
        "navigation": places_for(actor, request.path),
        "actor": actor,
        "site_now": site_now(),
        "theme": theme if theme in THEMES else "",
        "wall": request.GET.get("view") == "wall",
        "demo": bool(getattr(settings, "DEMO", False)),
        "break_glass": getattr(request, "break_glass", None),
    }


def site_now() -> datetime:
    """The shell's clock as the pages show it; the same offset as `organizations.clock`, which `web` may not import."""
    return datetime.now(UTC) + timedelta(seconds=getattr(settings, "CLOCK_OFFSET_SECONDS", 0))
