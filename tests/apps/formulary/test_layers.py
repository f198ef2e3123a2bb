"""A site's layer in the app: stored as text, reviewed and approved like a release, over the answers of its site alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction

from chairside.apps.formulary import selectors, services, standing
from chairside.apps.formulary.layer_text import changed_text, places_of, started_text
from chairside.apps.formulary.layers import LONGEST, preview_of
from chairside.apps.formulary.models import Approval, LayerVersion, ProtocolRelease
from chairside.core.access import Role
from chairside.core.scheduling.visit_shape import visit_shape
from chairside.formulary.site_layer import parse_layer
from tests.apps.formulary.story import DRUG, accepted, approve, approved, codes, layer, layer_text, new_version
from tests.apps.walk import NOW, TODAY, Center, center, must

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Iterator[Center]:
    with center(approved=False) as made:
        yield made


def orderable(place: Center) -> ProtocolRelease:
    found = standing.orderable_release(DRUG, place.site).value
    assert found is not None
    return found


def test_a_layer_holds_once_it_is_accepted_and_approved_by_two(place: Center) -> None:
    base = new_version()
    approved(place, base)
    made = layer(place)
    assert orderable(place) == base
    assert codes(approve(place, made)) == ["not_signed"]
    approved(place, made)
    release = orderable(place)
    assert (release.base, release.layer) == (base, made)
    told = selectors.protocol_of(release.sha256)
    assert told.sha256 == release.sha256
    assert told.observations[0].minutes == 60
    before, after = (visit_shape(selectors.protocol_of(row.sha256), 1).value for row in (base, release))
    assert before is not None
    assert after is not None
    assert (after.length - before.length).total_seconds() == 30 * 60


def test_a_release_approved_later_is_approved_with_the_layer(place: Center) -> None:
    made, base = layer(place), new_version()
    approved(place, made)
    accepted(place, base)
    assert codes(approve(place, base)) == ["mismatch"]
    with_layer = standing.at_site(base, place.site).value
    assert with_layer is not None
    must(approve(place, with_layer))
    assert orderable(place) == with_layer


def test_the_same_person_does_not_accept_and_approve_a_layer_nor_what_lies_under_it(place: Center) -> None:
    base, made = new_version(), layer(place)
    approved(place, base)
    accepted(place, made)
    reviewer = place.actor(Role.PHARMACIST)
    both = type(reviewer)(reviewer.id, reviewer.name, reviewer.organization, frozenset({Role.MEDICAL_DIRECTOR}))
    assert codes(approve(place, made, actor=both)) == ["not_independent", "not_independent"]
    assert orderable(place) == base


def test_a_withdrawn_layer_takes_along_what_was_approved_with_it(place: Center) -> None:
    base = new_version()
    approved(place, base)
    approval = approved(place, layer(place))
    told: dict[str, Any] = {"actor": place.actor(Role.MEDICAL_DIRECTOR), "at": NOW}
    must(services.approval_withdraw(approval=approval, reason="chairs are short", **told))
    assert standing.orderable_release(DRUG, place.site).value is None
    assert standing.layer_in_force(place.site) is None
    must(approve(place, base))
    assert orderable(place) == base


def test_a_layer_that_no_longer_names_a_protocol_puts_it_back(place: Center) -> None:
    base = new_version()
    approved(place, base)
    approved(place, layer(place))
    empty = started_text(place.site.name)
    second = must(services.layer_store(site=place.site, text=empty, actor=place.actor(Role.PHARMACIST), at=NOW))
    approved(place, second)
    assert orderable(place) == base


def test_every_refused_place_is_a_sentence_and_nothing_is_stored(place: Center) -> None:
    text = layer_text(place)
    text += f"- {{protocol: {DRUG}, at: id, value: x, by: A, on: 2026-11-02}}\n"
    text += f"- {{protocol: {DRUG}, at: observations.7.minutes, value: 9, by: A, on: 2026-11-02}}\n"
    text += f"- {{protocol: {DRUG}, at: regimens.crohns_adult.dose_per, value: 9 mg/kg, by: A, on: 2026-11-02}}\n"
    refusal = services.layer_store(site=place.site, text=text, actor=place.actor(Role.PHARMACIST), at=NOW)
    assert len(codes(refusal)) == 3
    assert not LayerVersion.objects.exists()
    said = " ".join(reason.message for reason in refusal.reasons)
    assert "this is not a site's to change" in said
    assert "there is no “7”" in said


def test_a_label_item_takes_a_reason_which_every_answer_tells(place: Center) -> None:
    head = f'site: {place.site.name}\nversion: "1"\nchanges:\n'
    base = selectors.current_release(DRUG)
    assert base is not None
    at = next(one.at for one in places_of(base) if one.layer == "label" and one.at.endswith("ask_days"))
    told = f"protocol: {DRUG}, at: {at}, value: 10, by: A, on: 2026-11-02"
    bare = preview_of(place.site, f"{head}- {{{told}}}\n")
    assert any("the label says this, so the change needs a reason" in reason.message for reason in bare.reasons)
    with_reason = preview_of(place.site, f"{head}- {{{told}, reason: Committee}}\n")
    assert with_reason.reasons == ()
    (part,) = with_reason.parts
    assert "departs from the label" in part.notes[0]


def test_a_layer_of_another_site_is_refused(place: Center) -> None:
    text = layer_text(place).replace(place.site.name, "Harbor Point")
    refusal = services.layer_store(site=place.site, text=text, actor=place.actor(Role.PHARMACIST), at=NOW)
    assert [reason.field for reason in refusal.reasons] == ["site"]


def test_the_same_text_is_the_same_version(place: Center) -> None:
    assert layer(place) == layer(place)
    assert layer(place, minutes=45).number == 2


def test_one_changed_value_carries_what_follows_from_it(place: Center) -> None:
    base = selectors.current_release(DRUG)
    assert base is not None
    text = changed_text(
        started_text(place.site.name), base=base, at="observations.0.minutes", value="60", reason="", by="T", on=TODAY
    )
    changes = {one.at: one.value for one in parse_layer(text).changes}
    assert changes["observations.0.minutes"] == 60
    assert changes["chair_times.standard.parts.observation.minutes"] == 60
    assert changes["chair_times.standard.total"] == 235
    again = changed_text(text, base=base, at="observations.0.minutes", value="45", reason="", by="T", on=TODAY)
    assert {one.value for one in parse_layer(again).changes if one.at == "observations.0.minutes"} == {45}
    assert preview_of(place.site, again).reasons == ()
    assert parse_layer(again).version != parse_layer(text).version


def test_another_organization_reads_neither_the_layer_nor_what_it_made(place: Center) -> None:
    approved(place, new_version())
    approved(place, layer(place))
    release = orderable(place)
    assert selectors.protocol_of(release.sha256).site is not None
    with center("other", (Role.PHARMACIST,)) as other:
        assert not LayerVersion.objects.exists()
        assert release not in selectors.releases_here()
        assert "layer" not in str(ProtocolRelease.objects.get(sha256=release.sha256))
        with pytest.raises(ProtocolRelease.DoesNotExist):
            selectors.protocol_of(release.sha256)
        page = other.client(Role.PHARMACIST).get(f"/formulary/{DRUG}/?sha256={release.sha256}")
        assert page.status_code == 404


def test_the_database_refuses_a_layer_approved_at_another_site(place: Center) -> None:
    from chairside.apps.organizations.models import Site

    made = layer(place)
    accepted(place, made)
    fields = {name: getattr(place.site, name) for name in ("time_zone", "opens_at", "closes_at")}
    other = Site.objects.create(organization=place.organization, name="Birch Hill", **fields)
    told = {"organization": place.organization, "by": place.users[Role.MEDICAL_DIRECTOR], "at": NOW, "number": 1, "layer": made}
    with pytest.raises(DatabaseError), transaction.atomic():
        Approval.objects.create(site=other, **told)
    Approval.objects.create(site=place.site, **told)


def test_a_layer_that_is_too_long_is_refused_and_never_cut(place: Center) -> None:
    text = layer_text(place)
    fits, longer = (text + "#" * (LONGEST - len(text) + more) for more in (0, 1))
    assert preview_of(place.site, fits).reasons == ()
    refusal = services.layer_store(site=place.site, text=longer, actor=place.actor(Role.PHARMACIST), at=NOW)
    assert codes(refusal) == ["above_maximum"]
    client = place.client(Role.PHARMACIST)
    for sent in ({"text": longer}, {"file": SimpleUploadedFile("layer.yaml", longer.encode())}):
        page = client.post("/formulary/layer/new/", {**sent, "do": "store"})
        assert page.status_code == 409
        assert "at most 200,000 characters" in page.content.decode()
    assert not LayerVersion.objects.exists()
