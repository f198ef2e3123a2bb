"""The list to review, the comparison and the undoing as staff meet them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chairside.apps.audit.models import AuditEntry
from chairside.apps.people.models import LikelyDuplicate, PatientMerge
from chairside.core.access import Role
from tests.apps.people.two_records import merged, pair, patient
from tests.apps.walk import Center, center

pytestmark = pytest.mark.django_db
QUEUE = "/people/duplicates/"


@pytest.fixture
def place() -> Iterator[Center]:
    with center() as made:
        yield made


@pytest.fixture
def asked(place: Center) -> LikelyDuplicate:
    one, other = patient(place, "A-1", phone="555-123-4567"), patient(place, "B-2", given="Ana")
    return pair(place, one, other, 66, "agrees: family name\ndiffers: The recorded sex is different.")


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.INTAKE, 200), (Role.MANAGER, 200), (Role.MEDICAL_DIRECTOR, 200), (Role.NURSE, 403), (Role.FRONT_DESK, 403)],
)
def test_who_may_open_it_and_finds_it_in_the_navigation(place: Center, asked: LikelyDuplicate, role: Role, status: int) -> None:
    client = place.client(role)
    answer = client.get(QUEUE)
    assert answer.status_code == status
    assert client.get(f"{QUEUE}{asked.pk}/").status_code == status
    if status == 200:
        (current,) = [item.label for item in answer.context["navigation"] if item.current]
        assert current == "Duplicates"
    else:
        for action in ("same", "different"):
            assert client.post(f"{QUEUE}{asked.pk}/{action}/", {"reason": "x"}).status_code == 403
        assert QUEUE not in client.get("/formulary/").content.decode()


def test_the_list_says_what_agrees_and_what_differs_and_finds_by_name_and_number(place: Center, asked: LikelyDuplicate) -> None:
    client = place.client(Role.INTAKE)
    page = client.get(QUEUE).content.decode()
    assert "66 of 100" in page
    assert "The recorded sex is different." in page
    assert "To decide" in page
    for words, found in (("moreno b-2", 1), ("ana", 1), ("okafor", 0)):
        assert client.get(QUEUE, {"q": words}).context["listing"].count == found
    assert client.get(QUEUE, {"state": "different"}).context["listing"].count == 0
    text = b"".join(client.get(QUEUE, {"format": "csv"}).streaming_content).decode()  # type: ignore[attr-defined]
    assert "Moreno, Ana, 1961-03-04, B-2" in text


def test_an_empty_list_teaches_what_comes_here(place: Center) -> None:
    page = place.client(Role.INTAKE).get(QUEUE).content.decode()
    assert "No pair waits for a decision" in page
    assert "When a new patient comes in who looks like one who is known" in page


def test_queries_do_not_grow_with_the_list(place: Center, asked: LikelyDuplicate) -> None:
    client = place.client(Role.INTAKE)
    client.get(QUEUE)
    with CaptureQueriesContext(connection) as few:
        client.get(QUEUE)
    for number in range(8):
        pair(place, patient(place, f"C{number}"), patient(place, f"D{number}"))
    with CaptureQueriesContext(connection) as many:
        assert client.get(QUEUE).context["listing"].count == 9
    assert len(many) == len(few) <= 12


def test_side_by_side_each_difference_is_a_word_and_reading_is_recorded_under_both(
    place: Center, asked: LikelyDuplicate
) -> None:
    client = place.client(Role.INTAKE)
    page = client.get(f"{QUEUE}{asked.pk}/").content.decode()
    for text in ("One person, or two?", "A-1", "B-2", "Agrees", "Nearly agrees", "Not known", "Stored here"):
        assert text in page
    read = AuditEntry.objects.filter(action="chart.read", subject_type="likely_duplicate")
    assert {entry.patient for entry in read} == {asked.one_id, asked.other_id}
    with CaptureQueriesContext(connection) as queries:
        client.get(f"{QUEUE}{asked.pk}/")
    assert len(queries) <= 30


def test_the_same_person_is_merged_seen_and_undone_again(place: Center, asked: LikelyDuplicate) -> None:
    client = place.client(Role.INTAKE)
    answer = client.post(f"{QUEUE}{asked.pk}/same/", {"keep": str(asked.one_id), "reason": "both cards seen"}, follow=True)
    page = answer.content.decode()
    assert "The two records are one person now." in page
    merge = PatientMerge.objects.get()
    assert reverse("people:merge", args=[merge.pk]) in page
    chart = client.get(f"/patients/{asked.other_id}/", follow=True)
    assert chart.redirect_chain == [(f"/patients/{asked.one_id}/", 302)]
    text = chart.content.decode()
    assert "The record B-2 is merged into A-1." in text
    assert "Merged records" in text
    assert "both cards seen" in text
    undone = client.post(reverse("people:unmerge", args=[merge.pk]), {"reason": "two cards"}, follow=True).content.decode()
    assert "Undone" in undone
    assert "two cards" in undone
    assert client.get(f"/patients/{asked.other_id}/").status_code == 200


def test_nothing_is_done_without_a_reason_and_what_was_typed_is_kept(place: Center, asked: LikelyDuplicate) -> None:
    client = place.client(Role.INTAKE)
    answer = client.post(f"{QUEUE}{asked.pk}/same/", {"keep": str(asked.one_id), "reason": " "})
    assert answer.status_code == 409
    assert "Nothing was saved" in answer.content.decode()
    assert not PatientMerge.objects.exists()


def test_two_birth_dates_ask_for_the_right_one(place: Center) -> None:
    row = pair(place, patient(place, "A-1"), patient(place, "B-2", birth_date=date(1961, 4, 3)))
    client = place.client(Role.INTAKE)
    told = {"keep": str(row.one_id), "reason": "passport"}
    answer = client.post(f"{QUEUE}{row.pk}/same/", told)
    assert answer.status_code == 409
    assert "The right birth date, read from a document" in answer.content.decode()
    assert client.post(f"{QUEUE}{row.pk}/same/", {**told, "birth_date": "1961-03-04"}).status_code == 302


def test_two_different_people_leave_the_list_for_good(place: Center, asked: LikelyDuplicate) -> None:
    client = place.client(Role.MANAGER)
    assert client.post(f"{QUEUE}{asked.pk}/different/", {"reason": "met both"}).status_code == 302
    assert client.get(QUEUE).context["listing"].count == 0
    page = client.get(QUEUE, {"state": "different"}).content.decode()
    assert "Two different people" in page
    assert client.post(f"{QUEUE}{asked.pk}/same/", {"keep": str(asked.one_id), "reason": "x"}).status_code == 409


def test_possible_twins_are_called_so(place: Center) -> None:
    home = {"phone": "555-123-4567", "address": "12 Elm St"}
    one, other = patient(place, "A", given="Jayden", **home), patient(place, "B", given="Hayden", **home)
    row = pair(place, one, other, 84, "possible twins: x")
    client = place.client(Role.INTAKE)
    assert "Possible twins" in client.get(QUEUE).content.decode()
    assert "Possible twins" in client.get(f"{QUEUE}{row.pk}/").content.decode()


def test_a_merged_record_is_found_by_its_old_number_and_shown_as_the_kept_one(place: Center) -> None:
    kept, other = patient(place, "A-1"), patient(place, "B-2", "Diaz", "Ana")
    merged(place, kept, other)
    client = place.client(Role.NURSE)
    assert [row.pk for row in client.get("/patients/").context["listing"].rows] == [kept.pk]
    for words in ("B-2", "diaz", "A-1"):
        page = client.get("/patients/", {"q": words})
        assert [row.pk for row in page.context["listing"].rows] == [kept.pk]
        assert "also B-2" in page.content.decode()
    chart = client.get(f"/patients/{kept.pk}/").content.decode()
    assert "Merged into A-1" in chart
    assert "Undo the merge" not in chart, "a nurse may see it, and not undo it"


def test_a_pair_of_another_organization_is_not_found(place: Center) -> None:
    with center("other", (Role.INTAKE,)) as elsewhere:
        row = pair(elsewhere, patient(elsewhere, "A"), patient(elsewhere, "B"))
        merge = merged(elsewhere, row.one, row.other)
    client = place.client(Role.INTAKE)
    assert client.get(f"{QUEUE}{row.pk}/").status_code == 404
    assert client.post(reverse("people:unmerge", args=[merge.pk]), {"reason": "x"}).status_code == 404
