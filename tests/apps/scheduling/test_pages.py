"""The pages of the schedule, as a scheduler uses them without any script."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from chairside.apps.organizations import clock
from chairside.apps.organizations.context import organization_scope
from chairside.apps.people.models import Membership
from chairside.apps.plans.models import PlannedDose
from chairside.apps.scheduling import services
from chairside.apps.scheduling.models import Appointment
from chairside.core.access import Role
from tests.apps.scheduling.center import DAY, NOW, Center, center, moment, open_center, user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fixed_clock(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def place():
    with open_center(days=(DAY, DAY + timedelta(days=1))) as made:
        yield made


@pytest.fixture
def client(place: Center) -> Client:
    return logged_in(place)


def logged_in(place: Center, role: Role = Role.SCHEDULER) -> Client:
    browser = Client()
    with organization_scope(place.organization.pk):
        person = place.scheduler
        if role is not Role.SCHEDULER:
            person = user(place.organization, role.title)
            Membership.objects.create(organization=place.organization, user=person, site=place.site, role=role)
        browser.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return browser


def book(place: Center, dose: PlannedDose, *, chair=0, nurse=0, start="09:00", day=DAY) -> Appointment:
    answer = services.appointment_book(
        planned_dose=dose, chair=place.chairs[chair], nurse=place.nurses[nurse], start=moment(start, day), key=uuid4().hex,
        actor=place.actor(), at=NOW,
    )  # fmt: skip
    assert answer.value is not None, answer.reasons
    return answer.value


def chosen(place: Center, *, chair=0, nurse=0, start="09:00", day=DAY, **more) -> dict[str, str]:
    shown = {
        "chair": place.chairs[chair].pk,
        "nurse": place.nurses[nurse].pk,
        "day": day.isoformat(),
        "start": start,
        "key": uuid4().hex,
    }
    return {name: str(value) for name, value in {**shown, **more}.items()}


def text(answer) -> str:
    return answer.content.decode()


@pytest.mark.parametrize("path", ["/schedule/?day=2026-12-01", "/schedule/week/?day=2026-12-01"])
def test_the_day_and_the_week_show_who_is_booked(place, client, path):
    book(place, place.dose(family="Moreno"))
    page = text(client.get(path))
    assert "Moreno, Jo" in page
    assert "Nurse 1" in page
    assert "09:00" in page


def test_an_empty_day_teaches_the_next_step(client):
    assert "Doses to book" in text(client.get("/schedule/?day=2026-12-01"))


def test_an_unusable_day_in_the_address_is_today(client):
    assert "November 23" in text(client.get("/schedule/?day=nonsense"))


def test_the_queue_has_the_dose_whose_window_closes_first_on_top(place, client):
    place.dose(family="Later", target=DAY + timedelta(days=9))
    place.dose(family="Sooner")
    place.dose(family="Passed", target=DAY - timedelta(days=20))
    page = text(client.get("/schedule/to-book/"))
    assert page.index("Passed, Jo") < page.index("Sooner, Jo") < page.index("Later, Jo")
    assert "Window has passed" in page
    assert "Sooner" in client.get("/schedule/to-book/?format=csv").getvalue().decode()
    assert "Later, Jo" not in text(client.get("/schedule/to-book/?q=soon"))


def test_the_queue_begins_with_windows_of_the_next_30_days_and_counts_the_rest(place, client):
    today = NOW.date()
    for family, ahead in (("Soon", 32), ("Quarter", 60), ("Spring", 200)):  # the window opens two days before
        place.dose(family=family, target=today + timedelta(days=ahead))
    page = text(client.get("/schedule/to-book/"))
    assert "Soon, Jo" in page
    assert "Quarter, Jo" not in page
    assert "2 more doses with a window that begins later" in page
    assert "Begins within 30 days (1)" in page
    assert "Closes within 7 days (0)" in page
    assert "Begins within 90 days (2)" in page
    assert "All (3)" in page
    quarter = text(client.get("/schedule/to-book/?reach=next_90"))
    assert "Quarter, Jo" in quarter
    assert "Spring, Jo" not in quarter
    assert "Spring, Jo" in text(client.get("/schedule/to-book/?reach=all"))
    assert "Spring" in client.get("/schedule/to-book/?reach=all&format=csv").getvalue().decode()


def test_a_patient_whose_window_begins_later_is_not_said_to_be_booked(place, client):
    place.dose(family="Spring", target=NOW.date() + timedelta(days=200))
    page = text(client.get("/schedule/to-book/"))
    assert "Every dose has its appointment" not in page
    assert "1 dose waits with a window that begins later" in page
    assert '<a href="?reach=all&amp;q=spring">' in text(client.get("/schedule/to-book/?q=spring"))


def test_of_the_next_30_days_the_one_whose_window_closes_first_is_on_top(place, client):
    place.dose(family="Begins", target=DAY, early=9, late=20)
    place.dose(family="Closes", target=DAY, early=0, late=0)
    page = text(client.get("/schedule/to-book/"))
    assert page.index("Closes, Jo") < page.index("Begins, Jo")


def test_a_booked_dose_leaves_the_queue(place, client):
    book(place, place.dose(family="Moreno"))
    assert "Moreno" not in text(client.get("/schedule/to-book/"))


def test_the_booking_page_offers_openings_with_one_click(place, client):
    dose = place.dose()
    page = text(client.get(f"/schedule/doses/{dose.pk}/"))
    assert "Book the best opening" in page
    assert "on the day" in page
    answer = client.post(f"/schedule/doses/{dose.pk}/first/", {"key": "k1"}, follow=True)
    assert "Booked: Tue, Dec 1, 08:00." in text(answer)
    assert Appointment.objects.get().planned_dose == dose


def test_a_place_chosen_by_hand_is_booked(place, client):
    dose = place.dose()
    answer = client.post(f"/schedule/doses/{dose.pk}/book/", chosen(place, start="10:30"))
    row = Appointment.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/schedule/appointments/{row.pk}/")
    assert row.during.lower == moment("10:30")


def test_sending_the_form_twice_is_one_appointment(place, client):
    dose, sent = place.dose(), chosen(place)
    first, again = (client.post(f"/schedule/doses/{dose.pk}/book/", sent) for _ in range(2))
    assert first["Location"] == again["Location"]
    other = client.post(f"/schedule/doses/{place.dose().pk}/book/", sent)
    assert other.status_code == 409
    assert "already used to book something else" in text(other)


def test_a_refusal_shows_the_reasons_and_what_is_free_instead(place, client):
    book(place, place.dose())
    dose = place.dose()
    answer = client.post(f"/schedule/doses/{dose.pk}/book/", chosen(place))
    assert answer.status_code == 409
    page = text(answer)
    assert "Not booked" in page
    assert "Chair 1 is taken from 09:00" in page
    assert "Free instead" in page
    assert Appointment.objects.count() == 1


def test_only_check_explains_and_books_nothing(place, client):
    book(place, place.dose())
    dose = place.dose()
    page = text(client.post(f"/schedule/doses/{dose.pk}/book/", chosen(place, do="check")))
    assert "Chair 1 is taken from 09:00" in page
    assert "This place is free" in text(client.post(f"/schedule/doses/{dose.pk}/check/", chosen(place, chair=1, nurse=1)))
    assert "Choose a chair" in text(client.post(f"/schedule/doses/{dose.pk}/check/", {"chair": ""}))
    assert Appointment.objects.count() == 1


def test_an_incomplete_form_says_what_is_needed(place, client):
    answer = client.post(f"/schedule/doses/{place.dose().pk}/book/", {"key": "k"})
    assert answer.status_code == 409
    assert "This is needed" in text(answer)


def test_an_appointment_is_moved_and_cancelled_on_its_page(place, client):
    row = book(place, place.dose(family="Moreno"))
    page = text(client.get(f"/schedule/appointments/{row.pk}/"))
    assert "Cancel the appointment" in page
    assert "Move to an opening" in page
    assert "did not come" not in page
    client.post(f"/schedule/appointments/{row.pk}/move/", chosen(place, chair=1, start="11:00"))
    row.refresh_from_db()
    assert (row.chair, row.during.lower) == (place.chairs[1], moment("11:00"))
    without = client.post(f"/schedule/appointments/{row.pk}/cancel/", {"reason": ""})
    assert without.status_code == 409
    assert "Say why the appointment is cancelled" in text(without)
    client.post(f"/schedule/appointments/{row.pk}/cancel/", {"reason": "Has a cold"})
    row.refresh_from_db()
    assert row.status == "cancelled"


def test_a_patient_who_did_not_come_goes_back_to_the_queue(place, client, monkeypatch):
    row = book(place, place.dose(family="Moreno"))
    assert client.post(f"/schedule/appointments/{row.pk}/no-show/").status_code == 409
    monkeypatch.setattr(clock, "now", lambda: moment("09:40"))
    assert "did not come" in text(client.get(f"/schedule/appointments/{row.pk}/"))
    client.post(f"/schedule/appointments/{row.pk}/no-show/")
    assert "Moreno" in text(client.get("/schedule/to-book/"))


def test_who_may_not_book_sees_no_button_and_is_refused(place):
    dose, biller = place.dose(), logged_in(place, Role.BILLER)
    page = biller.get(f"/schedule/doses/{dose.pk}/")
    assert page.status_code == 200
    assert "Book the best opening" not in text(page)
    assert biller.post(f"/schedule/doses/{dose.pk}/book/", chosen(place)).status_code == 403
    assert logged_in(place, Role.AUDITOR).get("/schedule/").status_code == 403


def test_another_organizations_dose_and_appointment_are_not_found(place):
    dose = place.dose()
    row = book(place, dose)
    stranger = logged_in(center(name="South"))
    assert stranger.get(f"/schedule/doses/{dose.pk}/").status_code == 404
    assert stranger.get(f"/schedule/appointments/{row.pk}/").status_code == 404
    assert stranger.post(f"/schedule/appointments/{row.pk}/cancel/", {"reason": "x"}).status_code == 404


PATHS = ["/schedule/?day=2026-12-01", "/schedule/week/?day=2026-12-01", "/schedule/to-book/", "/schedule/doses/{}/"]


def test_queries_do_not_grow_with_the_rows(place, client):
    """One appointment and one dose to book, then many more: each page asks the database as often as before."""

    def asked() -> list[int]:
        counts = []
        for path in PATHS:
            with CaptureQueriesContext(
                connection,
            ) as queries:
                assert client.get(path.format(dose.pk)).status_code == 200
            counts.append(len(queries))
        return counts

    dose = place.dose()
    book(place, place.dose())
    few = asked()
    for number in range(2):
        book(place, place.dose(), chair=number + 1, nurse=1, start=["08:00", "12:00"][number])
    for _ in range(12):
        place.dose()
    assert asked() == few
    assert max(few) <= 30
