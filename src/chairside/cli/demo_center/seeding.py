"""Filling the database, in the order of the journey, with a line of progress for each part."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import click
from django.db import connection

from chairside.apps.clearance.services import clearances_evaluate
from chairside.apps.organizations.context import signing_in
from chairside.apps.organizations.models import Organization
from chairside.apps.plans.models import PlannedDose
from chairside.apps.scheduling.services import book_first_opening
from chairside.cli.demo_center import journey, today
from chairside.cli.demo_center.cast import CAST
from chairside.cli.demo_center.center import PASSWORD, Center, email, make, must
from chairside.cli.demo_center.northlight import NORTHLIGHT, SHOWN
from chairside.cli.demo_center.patients import OTHERS
from chairside.cli.demo_center.shelf import Shelf
from chairside.cli.demo_center.table import Stage


def filled() -> bool:
    with signing_in():
        return Organization.objects.filter(slug=NORTHLIGHT.slug).exists()


def fill(day: date) -> None:
    with _quick_commits():
        with make(NORTHLIGHT, day) as center:
            _northlight(center)


def log_ins() -> list[str]:
    """The table that the terminal shows: whom to be, and the one password."""
    shown = [next(staff for staff in NORTHLIGHT.staff if staff.key == key) for key in SHOWN]
    rows = [(email(NORTHLIGHT, staff), staff.role.replace("_", " "), staff.name) for staff in shown]
    widths = [max(len(row[place]) for row in rows) for place in (0, 1)]
    lines = [f"{address:<{widths[0]}}  {role:<{widths[1]}}  {name}" for address, role, name in rows]
    return [f"Log in with the password “{PASSWORD}” as", *lines]


def _northlight(center: Center) -> None:
    with _part("patients, orders, plans"):
        journeys = {item.person.mrn: item for item in journey.all_of(center, (*CAST, *OTHERS))}
    with _part("stock"):
        shelf = Shelf(center)
    with _part("clearance"):
        doses = [item.dose.pk for item in journeys.values() if item.dose and item.person.stage is not Stage.STOPPED]
        rows = (
            PlannedDose.objects.filter(pk__in=doses)
            .select_related("plan__order_version__order__site")
            .order_by("target_on", "pk")
        )
        clearances_evaluate(planned_doses=rows, actor=center.system, at=center.at("05:30"))
    with _part("appointments"):
        booked = [(slot, today.book(center, slot, journeys[slot.mrn])) for slot in today.SLOTS]
        for item in journeys.values():
            if item.person.stage is Stage.BOOKED and item.dose:
                key = f"demo:{center.day}:{item.person.mrn}"
                must(
                    book_first_opening(
                        planned_dose=item.dose,
                        site=center.site,
                        key=key,
                        actor=center.actors["scheduler"],
                        at=center.at("14:30", -1),
                    )
                )
    with _part("today's visits"):
        for slot, appointment in booked:
            today.happen(center, shelf, slot, journeys[slot.mrn], appointment, today.second_for(slot.nurse))


@contextmanager
def _part(what: str) -> Iterator[None]:
    started = time.monotonic()
    yield
    click.echo(f"\n  {what}: {time.monotonic() - started:.1f} s", nl=False)


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
