"""The pages of the pharmacy, used without any script."""

from datetime import date
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chairside.apps.clearance.models import Evaluation
from chairside.apps.organizations import clock
from chairside.apps.plans.models import DoseDecision
from chairside.apps.scheduling import services as scheduling
from chairside.apps.stock import selectors, services
from chairside.apps.stock.models import Lot, LotEntry
from chairside.core.access import Role
from chairside.core.kernel.quantity import quantity
from tests.apps.scheduling.center import DAY, NOW, Center, center, moment, open_center
from tests.apps.scheduling.test_pages import logged_in, text

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fixed_clock(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: moment("08:30"))


@pytest.fixture
def place():
    with open_center() as made:
        yield made


@pytest.fixture
def pharmacist(place: Center):
    return logged_in(place, Role.PHARMACIST)


def stocked(place: Center, number: str = "A1", vials: int = 10, expires: date = date(2027, 6, 30), **more) -> Lot:
    answer = services.lot_receive(
        site=place.site,
        protocol="infliximab_iv",
        brand="Remicade",
        strength=quantity("100", "mg"),
        number=number,
        expires_on=expires,
        vials=vials,
        actor=place.actor(Role.PHARMACIST),
        at=NOW,
        **more,
    )
    assert answer.value is not None, answer.reasons
    return answer.value


def today(place: Center, family: str = "Moreno", **where):
    """A dose with an appointment on the day of these tests."""
    dose = place.dose(family=family)
    given = {"chair": place.chairs[0], "nurse": place.nurses[0], "start": moment("09:00"), **where}
    answer = scheduling.appointment_book(planned_dose=dose, key=uuid4().hex, actor=place.actor(), at=NOW, **given)
    assert answer.value is not None, answer.reasons
    return dose


def carton(**changes) -> dict[str, str]:
    return {
        "product": "infliximab_iv|Remicade|100 mg",
        "number": "41k7",
        "expires_on": "2027-06-30",
        "vials": "12",
        "owner": "site",
        "key": uuid4().hex,
        **changes,
    }


def test_a_carton_is_received_on_its_page(place, pharmacist):
    assert "Remicade, 100 mg" in text(pharmacist.get("/pharmacy/lots/receive/"))
    answer = pharmacist.post("/pharmacy/lots/receive/", carton(), follow=True)
    assert "Received: 12 vials of lot 41K7." in text(answer)
    assert selectors.on_hand(Lot.objects.get()) == 12


def test_sending_a_carton_twice_is_one_carton(place, pharmacist):
    sent = carton()
    for _ in range(2):
        pharmacist.post("/pharmacy/lots/receive/", sent)
    assert LotEntry.objects.count() == 1
    assert pharmacist.post("/pharmacy/lots/receive/", {**sent, "vials": "13"}).status_code == 409


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"expires_on": "2026-11-01"}, "expired on"),
        ({"owner": "patient"}, "Say whose it is"),
        ({"vials": ""}, "This is needed"),
        ({"owner": "patient", "patient": "nobody"}, "Nobody has this record number"),
    ],
)
def test_a_carton_that_cannot_be_received_says_why(place, pharmacist, change, told):
    answer = pharmacist.post("/pharmacy/lots/receive/", carton(**change))
    assert answer.status_code == 409
    assert told in text(answer)
    assert not Lot.objects.exists()


def test_the_lots_are_filtered_and_exported(place, pharmacist):
    stocked(place, "SOON", expires=date(2026, 12, 10))
    stocked(place, "LATE")
    page = text(pharmacist.get("/pharmacy/lots/"))
    assert page.index("SOON") < page.index("LATE")
    assert "9 days left" in page
    assert "LATE" not in text(pharmacist.get("/pharmacy/lots/?state=expiring"))
    assert "SOON" not in text(pharmacist.get("/pharmacy/lots/?q=late"))
    exported = pharmacist.get("/pharmacy/lots/?format=csv").getvalue().decode()
    assert "SOON,Remicade,100 mg,2026-12-10,10,Bought by the site" in exported


def test_the_queue_shows_what_is_released_and_what_is_not(place, pharmacist):
    dose = today(place)
    page = text(pharmacist.get("/pharmacy/"))
    assert "Moreno, Jo" in page
    assert "Not evaluated" in page
    assert "Dose not decided" in page
    own = {"organization": place.organization, "planned_dose": dose, "protocol_sha256": "0" * 64}
    Evaluation.objects.create(**own, day=DAY, evaluated_at=NOW, outcome="cleared")
    DoseDecision.objects.create(
        **own, decided_at=NOW, decided_by="x", outcome="allowed", amount=412, unit="mg", vials="5 of 100 mg"
    )
    page = text(pharmacist.get("/pharmacy/"))
    assert "Cleared" in page
    assert "412\N{NO-BREAK SPACE}mg" in page
    assert "5 of 100 mg" in page


def test_vials_are_drawn_and_put_back_on_the_doses_page(place, pharmacist):
    dose, lot = today(place), stocked(place)
    page = text(pharmacist.get(f"/pharmacy/doses/{dose.pk}/"))
    assert "First to expire" in page
    sent = {"lot": str(lot.pk), "vials": "5", "used_amount": "412", "wasted_amount": "88", "key": "d1"}
    for _ in range(2):
        answer = pharmacist.post(f"/pharmacy/doses/{dose.pk}/draw/", sent, follow=True)
    assert "Drawn: 5 of lot A1." in text(answer)
    assert selectors.on_hand(lot) == 5
    pharmacist.post(f"/pharmacy/doses/{dose.pk}/return/", {"lot": str(lot.pk), "vials": "1"})
    assert selectors.on_hand(lot) == 6
    assert "vials" in text(pharmacist.get("/pharmacy/")).lower()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"vials": "11"}, "10 vial(s) on hand, 11 asked for"),
        ({"used_amount": "1,2"}, "without commas"),
        ({"vials": ""}, "This is needed"),
    ],
)
def test_a_draw_that_is_refused_says_why_and_takes_nothing(place, pharmacist, change, told):
    dose, lot = today(place), stocked(place)
    answer = pharmacist.post(f"/pharmacy/doses/{dose.pk}/draw/", {"lot": str(lot.pk), "vials": "1", "key": "d", **change})
    assert answer.status_code == 409
    assert told in text(answer)
    assert selectors.on_hand(lot) == 10


def test_a_lots_page_has_its_ledger_and_who_got_it(place, pharmacist):
    dose, lot = today(place), stocked(place)
    services.vials_draw(planned_dose=dose, lot=lot, vials=3, actor=place.actor(Role.NURSE), at=NOW)
    pharmacist.post(f"/pharmacy/lots/{lot.pk}/waste/", {"vials": "1", "reason": "dropped"})
    pharmacist.post(f"/pharmacy/lots/{lot.pk}/quarantine/", {"reason": "Recall 7"})
    page = text(pharmacist.get(f"/pharmacy/lots/{lot.pk}/"))
    for words in ("Who got this lot", "Moreno, Jo", "Thrown away", "dropped", "Recall 7", "Quarantine", "6 vials"):
        assert words in page
    assert pharmacist.post(f"/pharmacy/lots/{lot.pk}/quarantine/", {"reason": "again"}).status_code == 409
    pharmacist.post(f"/pharmacy/lots/{lot.pk}/release/", {"reason": "Not concerned"})
    assert not Lot.objects.get().quarantined


def test_who_may_not_receive_or_draw_is_refused(place):
    dose, lot = today(place), stocked(place)
    nurse, biller = logged_in(place, Role.NURSE), logged_in(place, Role.BILLER)
    assert nurse.get("/pharmacy/lots/receive/").status_code == 403
    assert nurse.post(f"/pharmacy/lots/{lot.pk}/quarantine/", {"reason": "x"}).status_code == 403
    assert biller.get("/pharmacy/").status_code == 200
    assert biller.post(f"/pharmacy/doses/{dose.pk}/draw/", {"lot": str(lot.pk), "vials": "1"}).status_code == 403
    assert "Put in quarantine" not in text(nurse.get(f"/pharmacy/lots/{lot.pk}/"))


def test_another_organizations_lot_and_dose_are_not_found(place):
    dose, lot = today(place), stocked(place)
    stranger = logged_in(center(name="South"), Role.PHARMACIST)
    assert stranger.get(f"/pharmacy/lots/{lot.pk}/").status_code == 404
    assert stranger.get(f"/pharmacy/doses/{dose.pk}/").status_code == 404


def test_queries_do_not_grow_with_the_rows(place, pharmacist):
    dose, lot = today(place), stocked(place)
    services.vials_draw(planned_dose=dose, lot=lot, vials=1, actor=place.actor(Role.NURSE), at=NOW)
    paths = ["/pharmacy/", "/pharmacy/lots/", f"/pharmacy/lots/{lot.pk}/", f"/pharmacy/doses/{dose.pk}/"]

    def asked() -> list[int]:
        counts = []
        for path in paths:
            with CaptureQueriesContext(connection) as queries:
                assert pharmacist.get(path).status_code == 200
            counts.append(len(queries))
        return counts

    few = asked()
    for number, hour in ((1, "08:45"), (2, "12:45")):
        other = today(place, f"Other {number}", chair=place.chairs[number], nurse=place.nurses[1], start=moment(hour))
        services.vials_draw(planned_dose=other, lot=lot, vials=1, actor=place.actor(Role.NURSE), at=NOW)
    for number in range(10):
        stocked(place, f"B{number}")
    assert asked() == few
    assert max(few) <= 25
