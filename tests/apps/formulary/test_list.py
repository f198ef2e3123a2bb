"""The list of protocols filters, sorts and exports, and asks the database no more for many than for two."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chairside.apps.formulary.services import release_load, releases_sync
from chairside.core.access import Role
from chairside.formulary import loader
from tests.apps.walk import NOW, Center, center

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Iterator[Center]:
    releases_sync()
    with center() as made:
        yield made


def test_it_is_filtered_sorted_and_exported(place: Center) -> None:
    client = place.client(Role.PHARMACIST)
    assert "ferric carboxymaltose" not in client.get("/formulary/", {"q": "inflix"}).content.decode()
    assert client.get("/formulary/", {"status": "approved"}).context["listing"].count == 0
    page = client.get("/formulary/", {"q": "remicaid", "sort": "therapy"})
    assert [row.protocol for row in page.context["listing"].rows][:1] == ["infliximab_iv"]
    assert "brand Remicade" in page.content.decode()
    assert client.get("/formulary/", {"q": "xyzzy"}).context["listing"].count == 0
    assert client.get("/formulary/", {"route": "venesection"}).context["listing"].count == 1
    names = [row.name for row in client.get("/formulary/", {"sort": "-therapy"}).context["listing"].rows]
    assert names == sorted(names, reverse=True)
    text = b"".join(client.get("/formulary/", {"format": "csv"}).streaming_content).decode()  # type: ignore[attr-defined]
    assert "infliximab_iv" in text


def test_queries_do_not_grow_with_the_protocols(place: Center) -> None:
    client = place.client(Role.PHARMACIST)
    client.get("/formulary/")
    with CaptureQueriesContext(connection) as few:
        client.get("/formulary/")
    text = loader.path_of("infliximab_iv").read_text(encoding="utf-8")
    for number in range(5):
        release_load(text=text.replace("id: infliximab_iv", f"id: copy_{number}", 1), name="copy", at=NOW)
    client.get("/formulary/")
    with CaptureQueriesContext(connection) as many:
        assert client.get("/formulary/").context["listing"].count == len(loader.known_ids()) + 5
    assert len(many) == len(few) <= 15
