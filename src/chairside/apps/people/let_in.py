"""What let somebody in, as the database holds it: the log-in, the person, their roles, the device, as one short word.

A stream that stays open asks again whether nothing of it has changed, for all its listeners in one query; where anything did,
the gate decides anew. Whatever a log-in carries (a chosen site, a shift) is part of the word.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

_MARKS = """
SELECT asked.place, md5(concat_ws(' ', kept.session_data, kept.expire_date, person.xmin,
    (SELECT string_agg(concat(held.id, held.xmin), ',' ORDER BY held.id)
     FROM people_membership held WHERE held.user_id = person.id),
    device.id, device.site_id, device.locked_at))
FROM unnest(%s::text[], %s::uuid[], %s::uuid[]) WITH ORDINALITY AS asked (session, person, device, place)
LEFT JOIN django_session kept ON kept.session_key = asked.session AND kept.expire_date > now()
LEFT JOIN people_user person ON person.id = asked.person AND person.is_active
LEFT JOIN people_device device ON device.id = asked.device AND device.revoked_at IS NULL
WHERE (asked.person IS NULL OR (kept.session_key IS NOT NULL AND person.id IS NOT NULL))
  AND (asked.device IS NULL OR device.id IS NOT NULL)
  AND (asked.person IS NOT NULL OR asked.device IS NOT NULL)
"""


@dataclass(frozen=True, slots=True)
class Login:
    """Who looks: a person by their session, at an enrolled device or not; or an enrolled device at which nobody is."""

    session: str = ""
    person: UUID | None = None
    device: UUID | None = None


def login_marks(logins: Iterable[Login]) -> dict[Login, str]:
    """The mark of each log-in that stands; none for one that ended. One query. Needs the organization's scope."""
    asked = list(dict.fromkeys(logins))
    columns: list[Any] = [[item.session for item in asked], [item.person for item in asked], [item.device for item in asked]]
    with connection.cursor() as cursor:
        cursor.execute(_MARKS, columns)
        return {asked[place - 1]: mark for place, mark in cursor.fetchall()}
