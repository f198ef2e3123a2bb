"""Filling the database, in the order of the journey, with a line of progress for each part."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date

import click
from django.db import connection

from chairside.apps.clearance.selectors import AHEAD
from chairside.apps.clearance.services import clearances_evaluate
from chairside.apps.organizations.context import signing_in
from chairside.apps.organizations.models import Organization
from chairside.apps.plans.models import PlannedDose
from chairside.apps.scheduling.services import book_first_opening
from chairside.cli.demo_center import harbor, journey, order_sets, shelf, today
from chairside.cli.demo_center.cast import CAST
from chairside.cli.demo_center.center import PASSWORD, Center, email, make, must
from chairside.cli.demo_center.northlight import NORTHLIGHT, SHOWN
from chairside.cli.demo_center.patients import OTHERS
from chairside.cli.demo_center.table import Person, Stage


def filled() -> bool:
    with signing_in():
        return Organization.objects.filter(slug=NORTHLIGHT.slug).exists()


def fill(day: date) -> None:
    """Both organizations, each in its own scope."""
    with _quick_commits():
        with make(NORTHLIGHT, day) as center:
            _center(center, (*CAST, *OTHERS), shelf.CARTONS, today.SLOTS)
        with make(harbor.HARBOR_POINT, day) as center:
            _center(center, harbor.PEOPLE, harbor.CARTONS, harbor.SLOTS)
    click.echo("\n  together ", nl=False)


def log_ins() -> list[str]:
    """The table that the terminal shows: whom to be, and the one password."""
    rows = [
        (email(place, staff), staff.role.replace("_", " "), f"{staff.name}{where}")
        for place, keys, where in ((NORTHLIGHT, SHOWN, ""), (harbor.HARBOR_POINT, ("nurse1",), ", of another organization"))
        for key in keys
        for staff in place.staff
        if staff.key == key
    ]
    widths = [max(len(row[place]) for row in rows) for place in (0, 1)]
    lines = [f"  {address:<{widths[0]}}  {role:<{widths[1]}}  {name}" for address, role, name in rows]
    return [f"Log in with the password “{PASSWORD}” as", *lines]


def _center(
    center: Center, people: tuple[Person, ...], cartons: tuple[shelf.Carton, ...], slots: tuple[today.Slot, ...]
) -> None:
    with _part(center, f"{len(people)} patients"):
        journeys = {person.mrn: journey.go(center, person) for person in people}
    with _part(center, "stock"):
        stocked = shelf.Shelf(center, cartons)
    with _part(center, "clearance"):
        _evaluate(center)
    with _part(center, "appointments"):
        booked = [(slot, today.book(center, slot, journeys[slot.mrn])) for slot in slots]
        _book_ahead(center, journeys.values())
    order_sets.sign(center)
    with _part(center, "today's visits"):
        for slot, appointment in booked:
            today.happen(center, stocked, slot, journeys[slot.mrn], appointment)


def _evaluate(center: Center) -> None:
    """What holds each dose of the next weeks, as the early job of this morning found it."""
    rows = PlannedDose.objects.filter(
        plan__status="active", status__in=["planned", "booked"], target_on__lte=center.day + AHEAD
    ).select_related("plan__order_version__order__site")
    clearances_evaluate(planned_doses=rows.order_by("target_on", "pk"), actor=center.system, at=center.at("05:30"))


def _book_ahead(center: Center, journeys: Iterable[journey.Journey]) -> None:
    scheduler, at = center.actors["scheduler"], center.at("14:30", -1)
    for item in journeys:
        if item.person.stage is Stage.BOOKED and item.dose:
            key = f"demo:{center.day}:{item.person.mrn}"
            must(book_first_opening(planned_dose=item.dose, site=center.site, key=key, actor=scheduler, at=at))


@contextmanager
def _part(center: Center, what: str) -> Iterator[None]:
    started = time.monotonic()
    yield
    click.echo(f"\n  {center.place.name}, {what}: {time.monotonic() - started:.1f} s", nl=False)


@contextmanager
def _quick_commits() -> Iterator[None]:
    """What is seeded can be seeded again, so no commit waits for the disk."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET synchronous_commit")
