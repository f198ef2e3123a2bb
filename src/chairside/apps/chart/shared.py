"""One drawing for many screens: the board is drawn once for each (site, version, view), and handed to all who may see it.

The version is what the database holds: the newest change of every row that the board reads, in one query. So every process
comes to the same name for the same board, and none has to have heard of a change to know of it.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID

from django.db import connection
from django.template.loader import render_to_string
from django.utils import timezone, translation

from chairside.apps.chart.board import today
from chairside.apps.chart.board_words import RUNNING
from chairside.apps.organizations.models import Site

_MOST = 128
_PATIENCE = 10.0
_lock = threading.Lock()
_kept: OrderedDict[Hashable, Future[str]] = OrderedDict()


@dataclass(frozen=True, slots=True)
class View:
    """How a board is looked at. Whoever shares a view sees the same text, so whatever changes the text is in here."""

    wall: bool = False
    nurse: UUID | None = None
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Drawing:
    """A board as text, and its name: the same name is the same text."""

    name: str
    text: str


def drawing(site: Site, view: View, at: datetime) -> Drawing:
    """The board of a site as this view shows it; drawn anew when a row of it changed, and each minute. In the site's scope.

    The version is read before the rows, so a change during the drawing makes the next one.
    """
    at = at.replace(second=0, microsecond=0)
    key = (site.pk, view, at, version(site, at))
    name = hashlib.sha256(repr(key).encode()).hexdigest()[:32]

    def draw() -> str:
        with timezone.override(site.zone), translation.override(view.language):
            found = today(site, at, view.wall, view.nurse)
            shown = {"today": found, "wall": view.wall, "mine": view.nurse is not None, "at": at, "seen": name}
            return render_to_string("chart/_board.html", shown)

    return Drawing(name, drawn_once(key, draw))


def drawn_once(key: Hashable, make: Callable[[], str]) -> str:
    """The text under this key; made by the first who asks, while the others wait for it."""
    with _lock:
        found = _kept.get(key)
        mine = Future[str]() if found is None else None
        if mine is not None:
            _kept[key] = mine
            while len(_kept) > _MOST:
                _kept.popitem(last=False)
    if found is not None:
        return found.result(_PATIENCE)
    assert mine is not None
    try:
        mine.set_result(make())
    except BaseException as problem:
        with _lock:
            _kept.pop(key, None)
        mine.set_exception(problem)
        raise
    return mine.result()


# A row's xmin is the transaction that last wrote it, so that a change of any column by anybody is another version.
_VERSION = """
SELECT md5(string_agg(row, ' ' ORDER BY row)) FROM (
  SELECT concat(id, xmin) AS row FROM organizations_site WHERE id = %(site)s
  UNION ALL SELECT concat(id, xmin) FROM scheduling_chair WHERE site_id = %(site)s
  UNION ALL SELECT concat(a.id, a.xmin, p.xmin, u.xmin)
    FROM scheduling_appointment a JOIN people_patient p ON p.id = a.patient_id JOIN people_user u ON u.id = a.nurse_id
    WHERE a.site_id = %(site)s AND lower(a.during) >= %(begin)s AND lower(a.during) < %(end)s
  UNION ALL SELECT concat(v.id, v.xmin, p.xmin)
    FROM visit_visit v JOIN people_patient p ON p.id = v.patient_id
    WHERE v.site_id = %(site)s AND (v.day = %(day)s OR (v.stage = ANY(%(running)s) AND NOT v.closed))
) AS board (row)
"""


def version(site: Site, at: datetime) -> str:
    """What the rows of a site's board are now, as one short word."""
    day = at.astimezone(site.zone).date()
    begin = datetime.combine(day, time.min, tzinfo=site.zone)
    with connection.cursor() as cursor:
        cursor.execute(
            _VERSION,
            {"site": site.pk, "day": day, "begin": begin, "end": begin + timedelta(days=1), "running": list(RUNNING)},
        )
        return str(cursor.fetchone()[0])
