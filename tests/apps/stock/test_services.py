from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from chairside.apps.audit.models import AuditEntry
from chairside.apps.organizations.context import organization_scope
from chairside.apps.plans.models import PlannedDose
from chairside.apps.stock import selectors, services
from chairside.apps.stock.models import Lot, LotEntry
from chairside.core.access import Role
from chairside.core.kernel.quantity import quantity
from tests.apps.scheduling.center import NOW, Center, open_center
from tests.apps.scheduling.center import center as make_center
from tests.locking.racing import count, race

TODAY = date(2026, 11, 23)


@pytest.fixture
def center(db):
    with open_center() as made:
        yield made


def receive(center: Center, number: str = "A1", vials: int = 10, *, expires: date = date(2027, 6, 30), **changes):
    given = {"protocol": "infliximab_iv", "brand": "Remicade", "strength": quantity("100", "mg"), "number": number,
             "expires_on": expires, "vials": vials, "actor": center.actor(Role.PHARMACIST), "at": NOW, **changes}  # fmt: skip
    return services.lot_receive(site=center.site, **given)


def lot(center: Center, *args, **changes) -> Lot:
    answer = receive(center, *args, **changes)
    assert answer.value is not None, answer.reasons
    return answer.value


def draw(center: Center, dose: PlannedDose, of: Lot, vials: int = 4, **changes):
    given = {"actor": center.actor(Role.NURSE), "at": NOW, "key": uuid4().hex, **changes}
    return services.vials_draw(planned_dose=dose, lot=of, vials=vials, **given)


def codes(answer) -> list[str]:
    return [reason.code for reason in answer.reasons]


def test_received_vials_are_on_hand_and_more_of_the_lot_adds_to_it(center):
    first, second = lot(center), lot(center, "a1 ", 5)
    assert first == second
    assert selectors.on_hand(first) == 15
    assert AuditEntry.objects.filter(action="lot.receive").count() == 2


def test_two_expiry_dates_on_one_lot_number_are_refused(center):
    lot(center)
    assert codes(receive(center, expires=date(2027, 7, 31))) == ["mismatch"]
    assert LotEntry.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"expires": date(2026, 11, 22)}, "preparation_expired"),
        ({"strength": quantity("10", "mg")}, "wrong_product"),
        ({"brand": "Nosuch"}, "wrong_product"),
        ({"protocol": "nosuch"}, "wrong_product"),
        ({"number": "  "}, "missing_fact"),
        ({"owner": "patient"}, "missing_fact"),
        ({"vials": 0}, "out_of_range"),
    ],
)
def test_what_cannot_be_taken_onto_the_shelf(center, change, code):
    assert codes(receive(center, **change)) == [code]
    assert not Lot.objects.exists()


def test_a_nurse_does_not_receive_and_a_biller_does_not_draw(center):
    assert codes(receive(center, actor=center.actor(Role.NURSE))) == ["not_permitted"]
    assert codes(draw(center, center.dose(), lot(center), actor=center.actor(Role.BILLER))) == ["not_permitted"]


def test_drawn_vials_leave_the_shelf_for_a_dose(center):
    dose, shelf = center.dose(), lot(center)
    answer = draw(center, dose, shelf, 5, used_amount=Decimal("412"), wasted_amount=Decimal("88"))
    assert answer.allowed
    assert (selectors.on_hand(shelf), answer.value.vials, answer.value.unit) == (5, -5, "mg")
    entry = AuditEntry.objects.get(action="vials.draw")
    assert entry.patient == dose.plan.patient_id


def test_what_was_used_and_wasted_is_what_the_vials_held(center):
    answer = draw(center, center.dose(), lot(center), 5, used_amount=Decimal("412"), wasted_amount=Decimal("80"))
    assert codes(answer) == ["mismatch"]
    assert LotEntry.objects.filter(kind="drawn").count() == 0


def test_expired_quarantined_and_insufficient_stock_is_not_issued(center):
    dose = center.dose()
    old = lot(center, "OLD", expires=TODAY + timedelta(days=1))
    assert draw(center, dose, old, 1, at=NOW + timedelta(days=1)).allowed
    assert codes(draw(center, dose, old, 1, at=NOW + timedelta(days=2))) == ["preparation_expired"]
    held = lot(center, "HELD")
    services.lot_quarantine(lot=held, reason="Recall 7", actor=center.actor(Role.PHARMACIST), at=NOW)
    refused = draw(center, dose, held)
    assert codes(refused) == ["not_available"]
    assert "Recall 7" in refused.reasons[0].message
    services.lot_release(lot=held, reason="Not concerned", actor=center.actor(Role.PHARMACIST), at=NOW)
    assert codes(draw(center, dose, held, 11)) == ["not_available"]
    assert draw(center, dose, held, 10).allowed


def test_another_brand_or_another_patients_vials_are_not_drawn(center):
    mine, other = center.dose(), center.dose()
    own = lot(center, "OWN", owner="patient", patient=other.plan.patient)
    assert codes(draw(center, mine, own)) == ["wrong_person"]
    assert draw(center, other, own).allowed
    order = mine.plan.order_version
    order.brand = "Inflectra"
    order.save()
    assert codes(draw(center, mine, lot(center))) == ["wrong_product"]


def test_a_repeated_draw_is_one_draw(center):
    dose, shelf = center.dose(), lot(center)
    first, again = draw(center, dose, shelf, key="d1"), draw(center, dose, shelf, key="d1")
    assert first.value == again.value
    assert selectors.on_hand(shelf) == 6


def test_only_vials_that_are_out_for_the_dose_come_back(center):
    dose, shelf = center.dose(), lot(center)
    draw(center, dose, shelf, 4)
    nurse = center.actor(Role.NURSE)
    assert codes(services.vials_return(planned_dose=dose, lot=shelf, vials=5, actor=nurse, at=NOW)) == ["out_of_range"]
    assert codes(services.vials_return(planned_dose=center.dose(), lot=shelf, vials=1, actor=nurse, at=NOW)) == ["out_of_range"]
    assert services.vials_return(planned_dose=dose, lot=shelf, vials=4, actor=nurse, at=NOW).allowed
    assert selectors.on_hand(shelf) == 10
    assert selectors.recipients_of("A1") == []


def test_waste_of_a_vial_and_of_an_amount(center):
    shelf, nurse = lot(center), center.actor(Role.NURSE)
    assert services.waste_record(lot=shelf, vials=1, reason="dropped", actor=nurse, at=NOW).allowed
    answer = services.waste_record(
        lot=shelf, amount=Decimal("12.5"), reason="rest", planned_dose=center.dose(), actor=nurse, at=NOW
    )
    assert answer.value is not None
    assert (answer.value.vials, answer.value.wasted_amount, answer.value.unit) == (0, Decimal("12.5"), "mg")
    assert selectors.on_hand(shelf) == 9
    assert codes(services.waste_record(lot=shelf, vials=1, reason=" ", actor=nurse, at=NOW)) == ["missing_fact"]


def test_usable_lots_are_first_to_expire_first_and_only_what_may_be_drawn(center):
    patient = center.dose().plan.patient
    late, soon = lot(center, "LATE", expires=date(2028, 1, 1)), lot(center, "SOON", expires=date(2027, 1, 1))
    own = lot(center, "OWN", expires=date(2026, 12, 31), owner="free_drug", patient=patient)
    lot(center, "GONE", expires=TODAY)
    held = lot(center, "HELD")
    services.lot_quarantine(lot=held, reason="x", actor=center.actor(Role.PHARMACIST), at=NOW)
    empty = lot(center, "EMPTY", 1)
    draw(center, center.dose(), empty, 1)
    day = TODAY + timedelta(days=1)
    assert list(selectors.usable_lots(center.site, ["Remicade"], day)) == [soon, late]
    assert list(selectors.usable_lots(center.site, ["Remicade"], day, patient=patient.pk)) == [own, soon, late]
    assert list(selectors.usable_lots(center.site, ["Inflectra"], day)) == []


def test_a_recall_finds_everyone_who_got_the_lot(center, django_assert_num_queries):
    shelf = lot(center, "41K7")
    first, second, third = (center.dose(family=name) for name in ("Abel", "Baker", "Chen"))
    draw(center, first, shelf, 3)
    draw(center, second, shelf, 2)
    draw(center, third, shelf, 2)
    services.vials_return(planned_dose=third, lot=shelf, vials=2, actor=center.actor(Role.NURSE), at=NOW)
    with django_assert_num_queries(3):
        found = selectors.recipients_of("41k7", "Remicade")
    assert {(one.patient.family, one.vials) for one in found} == {("Abel", 3), ("Baker", 2)}


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_never_draw_more_than_there_is():
    made = make_center()
    with organization_scope(made.organization.pk):
        shelf = lot(made, vials=10)
        doses = [made.dose() for _ in range(8)]
        results = race(made.organization.pk, [lambda dose=dose: draw(made, dose, shelf, 3) for dose in doses])
        assert [r for r in results if isinstance(r, Exception)] == []
        assert sum(r.allowed for r in results) == 3
        assert selectors.on_hand(shelf) == 1
        assert count("SELECT count(*) FROM stock_lotentry WHERE kind = 'drawn'") == 3
