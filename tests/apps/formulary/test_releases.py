"""Releases are immutable and pinned by hash; a page shows each number's source and says what was never looked up (H-040)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from chairside.apps.formulary import selectors
from chairside.apps.formulary.models import ProtocolRelease
from chairside.apps.formulary.services import release_load, releases_sync
from chairside.core.access import Role
from chairside.formulary import loader
from chairside.formulary.sheet import numbers
from tests.apps.walk import NOW, Center, center

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Iterator[Center]:
    with center() as made:
        yield made


def text_of(protocol: str) -> str:
    return loader.path_of(protocol).read_text(encoding="utf-8")


def test_loading_again_changes_nothing() -> None:
    releases_sync()
    before = list(ProtocolRelease.objects.order_by("sha256").values_list("sha256", "loaded_at"))
    releases_sync()
    assert list(ProtocolRelease.objects.order_by("sha256").values_list("sha256", "loaded_at")) == before
    assert len(before) == len(loader.known_ids())


def test_a_changed_file_is_another_release_and_the_pinned_one_stays() -> None:
    releases_sync()
    old = selectors.current_release("infliximab_iv")
    assert old is not None
    changed = release_load(text=text_of("infliximab_iv") + "\n# a word more\n", name="x.yaml", at=NOW)
    assert changed.sha256 != old.sha256
    assert selectors.current_release("infliximab_iv") == old
    assert selectors.protocol_of(changed.sha256).id == "infliximab_iv"


def test_a_file_that_does_not_fit_the_schema_is_never_stored() -> None:
    with pytest.raises(loader.FormularyError):
        release_load(text="schema: 1\nid: broken\n", name="broken.yaml", at=NOW)
    assert not ProtocolRelease.objects.filter(protocol="broken").exists()


def test_the_database_refuses_to_change_a_release() -> None:
    releases_sync()
    with pytest.raises(DatabaseError), transaction.atomic():
        ProtocolRelease.objects.update(text="other")


def test_an_approved_release_goes_before_a_newer_draft_for_every_asker() -> None:
    releases_sync()
    approved = text_of("infliximab_iv").replace("status: draft", "status: approved", 1)
    signed = release_load(text=approved, name="x.yaml", at=NOW - timedelta(days=400))
    assert selectors.current_release("infliximab_iv") == signed
    assert signed in selectors.current_releases()
    reviewed = text_of("infliximab_iv").replace("status: draft", "status: reviewed", 1)
    release_load(text=reviewed, name="x.yaml", at=NOW)
    assert selectors.current_release("infliximab_iv") == signed
    assert [release.protocol for release in selectors.current_releases()].count("infliximab_iv") == 1


def test_a_release_that_cannot_be_read_answers_with_a_page_that_says_so(place: Center) -> None:
    text = text_of("infliximab_iv").replace("schema: 3", "schema: 99", 1)
    sha256 = loader.canonical_sha256(text)
    ProtocolRelease.objects.create(
        sha256=sha256, protocol="infliximab_iv", version="9", status="draft", name="Infliximab", text=text, loaded_at=NOW
    )
    answer = place.client(Role.PHARMACIST).get(f"/formulary/infliximab_iv/?sha256={sha256}")
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "This protocol cannot be read" in page
    assert "version 9" in page
    assert place.client(Role.PHARMACIST).get("/formulary/").status_code == 200


def test_every_number_of_the_protocol_is_a_line_with_its_source() -> None:
    for protocol in loader.load_all():
        lines = [line for section in numbers.sections(protocol) for line in section.lines]
        assert all(line.source is not None for line in lines if line.part != "brand" and any(map(str.isdigit, line.says))), (
            protocol.id
        )
        said = {line.says for line in lines}
        strengths = {vial.strength.spelled() for product in protocol.products for vial in product.vials}
        assert strengths <= said


def test_the_page_says_draft_what_was_not_looked_up_and_what_is_not_encoded(place: Center) -> None:
    page = place.client(Role.PHARMACIST).get("/formulary/infliximab_iv/").content.decode()
    assert "Draft: no pharmacist has approved this protocol" in page
    assert "recalled, unchecked" in page
    assert "mark mark-doubt" in page
    assert "Not encoded" in page
    protocol = loader.load("infliximab_iv")
    assert all(source.title.replace("&", "&amp;") in page for source in protocol.sources)


def test_the_lines_are_exported(place: Center) -> None:
    answer = place.client(Role.NURSE).get("/formulary/ferric_carboxymaltose/?format=csv")
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    assert "Section,Item,What,Says,Layer,Source,Tier,Published,Read" in text
    assert "750 mg" in text
