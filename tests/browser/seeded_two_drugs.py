"""Two orders of one day that one visit carries out: infliximab by the pump, ibandronate by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from chairside.apps.formulary.standing import release_in_use
from chairside.apps.intake.models import Order, OrderVersion
from chairside.apps.people.models import Patient
from chairside.apps.people.services import fact_record
from chairside.apps.plans.models import PlannedDose
from chairside.apps.plans.services import dose_decide
from chairside.apps.stock.services import lot_receive
from chairside.core.kernel.fact import Fact, FactKind
from chairside.core.kernel.quantity import quantity
from tests.browser import seeded
from tests.cast import MONDAY, NORA, THEO, TUESDAY, Center, moment, must
from tests.journeys import office

PUSH, SYRINGES = "ibandronate_iv", "IBA114"
BORN = date(1958, 3, 14)


def two_orders(center: Center) -> None:
    """The infliximab is booked; the ibandronate is due on the same day, and has no appointment of its own."""
    seeded.booked(center)
    patient = Patient.objects.get()
    patient.birth_date = BORN  # the bone drug is for women after menopause
    patient.save(update_fields=["birth_date"])
    told = moment("10:10")
    calcium = Fact(FactKind.LAB, "calcium", MONDAY, Decimal("9.4"), "mg/dL", lower=Decimal("8.5"), upper=Decimal("10.2"))
    must(fact_record(patient=patient, fact=calcium, today=MONDAY, actor=center.actor(NORA), at=told))
    office.recorded(center, patient, FactKind.LAB, "crcl", "71", told, unit="mL/min")
    version = must(office.signed(center, _drafted(center, patient), moment("10:15")))
    dose: PlannedDose = office.planned(center, version, TUESDAY, moment("10:20")).doses.get(number=1)
    must(dose_decide(planned_dose=dose, actor=center.actor(THEO), at=moment("10:25")))
    office.evaluated(center, dose, TUESDAY, moment("10:30"))
    syringes: dict[str, Any] = {
        "protocol": PUSH,
        "brand": "Boniva",
        "strength": quantity("3", "mg"),
        "number": SYRINGES,
        "vials": 4,
    }
    syringes |= {"expires_on": date(2027, 9, 30), "actor": center.actor(THEO), "at": moment("11:05")}
    must(lot_receive(site=center.site, **syringes))


def _drafted(center: Center, patient: Patient) -> OrderVersion:
    own: dict[str, Any] = {"organization": center.organization}
    order = Order.objects.create(**own, patient=patient, site=center.site)
    release = release_in_use(PUSH, center.site)
    assert release is not None
    dose: dict[str, Any] = {"dose_amount": Decimal(3), "dose_unit": "mg", "start_on": TUESDAY}
    return OrderVersion.objects.create(
        **own, order=order, number=1, release=release, brand="Boniva", indication="M81.0", **dose
    )
