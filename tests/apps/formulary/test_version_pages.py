"""The pages of versions, review, approval and layers: what a person sees, presses, and is refused."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from chairside.apps.formulary import standing
from chairside.apps.formulary.models import LayerVersion, ReviewEntry
from chairside.core.access import Role
from tests.apps.formulary.story import DRUG, approved, layer, layer_text, new_version
from tests.apps.walk import Center, center

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Iterator[Center]:
    with center(approved=False) as made:
        yield made


def test_the_story_is_walked_by_its_pages(place: Center) -> None:
    release = new_version()
    theo, diana = place.client(Role.PHARMACIST), place.client(Role.MEDICAL_DIRECTOR)
    here = f"/formulary/{DRUG}/versions/{release.sha256}/"
    assert "Nobody has reviewed it yet" in theo.get(here).content.decode()
    assert theo.post(f"{here}query/", {"place": "Rates: label_even", "text": "Two hours?"}).status_code == 302
    query = ReviewEntry.objects.get()
    page = theo.get(here).content.decode()
    assert "Every query is answered first" in page
    assert "Query 1: Rates: label_even" in page
    refused = theo.post(f"{here}accept/", {"note": "read"})
    assert refused.status_code == 409
    assert "Answer it first" in refused.content.decode()
    assert diana.post(f"{here}answer/", {"of": query.id, "text": "Yes."}).status_code == 302
    assert theo.post(f"{here}accept/", {"note": "Compared with the label."}).status_code == 302
    assert theo.post(f"{here}approve/", {"of": release.sha256, "note": "x"}).status_code == 409
    assert diana.post(f"{here}approve/", {"of": release.sha256, "note": "Read."}).status_code == 302
    assert standing.orderable_release(DRUG, place.site).value == release
    page = place.client(Role.NURSE).get(f"/formulary/{DRUG}/versions/").content.decode()
    assert f"Orders here are signed by {release}" in page
    approval = standing.approval_in_force(place.site, DRUG)
    assert approval is not None
    assert diana.post(f"{here}withdraw/", {"of": approval.id, "reason": ""}).status_code == 409
    assert diana.post(f"{here}withdraw/", {"of": approval.id, "reason": "wrong vial"}).status_code == 302
    assert "wrong vial" in diana.get(f"/formulary/{DRUG}/versions/").content.decode()


def test_a_layer_is_tried_stored_reviewed_approved_and_exported(place: Center) -> None:
    approved(place, new_version())
    theo, diana = place.client(Role.PHARMACIST), place.client(Role.MEDICAL_DIRECTOR)
    assert "This site states nothing of its own" in theo.get("/formulary/layer/").content.decode()
    text = layer_text(place)
    tried = theo.post("/formulary/layer/new/", {"text": text})
    assert "It fits every protocol that it names" in tried.content.decode()
    assert not LayerVersion.objects.exists()
    assert theo.post("/formulary/layer/new/", {"text": text, "do": "store"}).status_code == 302
    assert theo.get("/formulary/layer/1/file/").content.decode() == text
    assert theo.post("/formulary/layer/1/accept/", {"note": ""}).status_code == 302
    assert diana.post("/formulary/layer/1/approve/", {"note": ""}).status_code == 302
    assert "In force" in diana.get("/formulary/layer/1/").content.decode()
    release = standing.orderable_release(DRUG, place.site).value
    assert release is not None
    assert release.layer is not None
    page = theo.get(f"/formulary/{DRUG}/changes/?to={release.sha256}").content.decode()
    assert "observations[1].minutes" in page


def test_a_value_is_changed_without_writing_the_file(place: Center) -> None:
    theo = place.client(Role.PHARMACIST)
    assert "Choose a therapy first" in theo.get("/formulary/layer/change/").content.decode()
    page = theo.get(f"/formulary/layer/change/?protocol={DRUG}").content.decode()
    assert '<option value="observations.0.minutes">' in page
    told = {"at": "observations.0.minutes", "value": "60", "reason": "Committee"}
    tried = theo.post(f"/formulary/layer/change/?protocol={DRUG}", told).content.decode()
    assert "Store this version" in tried
    assert "chair_times.standard.total" in tried
    wrong = theo.post(f"/formulary/layer/change/?protocol={DRUG}", told | {"at": "observations.7.minutes"})
    assert wrong.status_code == 409
    assert "there is no “7”" in wrong.content.decode()


def test_a_broken_file_says_where(place: Center) -> None:
    answer = place.client(Role.PHARMACIST).post("/formulary/layer/new/", {"text": "site: [\n"})
    assert answer.status_code == 409
    assert "line 2" in answer.content.decode()


def test_a_nurse_reads_and_does_not_write(place: Center) -> None:
    made = layer(place)
    nurse = place.client(Role.NURSE)
    assert nurse.get(f"/formulary/layer/{made.number}/").status_code == 200
    assert nurse.get("/formulary/layer/new/").status_code == 403
    assert nurse.post(f"/formulary/layer/{made.number}/accept/", {"note": ""}).status_code == 409
    assert not ReviewEntry.objects.exists()


def test_lists_are_exported(place: Center) -> None:
    new_version()
    layer(place)
    for address in (f"/formulary/{DRUG}/versions/?format=csv", "/formulary/layer/?format=csv"):
        answer = place.client(Role.NURSE).get(address)
        assert b"SHA-256" in b"".join(answer.streaming_content)  # type: ignore[attr-defined]
