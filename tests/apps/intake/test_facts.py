"""What a packet leaves on record: facts once and corrected by newer ones, contacts, documents, demographics, coverages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from chairside.apps.audit.models import AuditEntry
from chairside.apps.coverage.models import Coverage
from chairside.apps.intake.models import Finding
from chairside.apps.intake.services import referral_receive
from chairside.apps.interop.services.coverages import coverages_receive
from chairside.apps.people.models import Contact, Document, Fact, Patient
from chairside.apps.people.selectors import facts_for
from chairside.apps.people.services import fact_record
from chairside.core.intake import referral as core
from chairside.core.intake.referral import Packet, Person, Recorded, Request
from chairside.core.kernel import fact as kernel
from chairside.core.kernel.fact import FactKind
from tests.apps.intake.cast import AS_OF, NOW, Center, center

pytestmark = pytest.mark.django_db
PERSON = Person("fhir:Patient/p", "Vega", "Ana", "1970-01-01", date(1970, 1, 1), "female", (core.Identifier("urn:x", "1"),))


@pytest.fixture
def place() -> Iterator[Center]:
    with center() as made:
        yield made


def weight(value: str, source: str = "w", days: int = 0, unit: str = "kg", status: str = "final") -> Recorded:
    fact = kernel.Fact(FactKind.VITAL, "weight_kg", AS_OF - timedelta(days), Decimal(value), unit, status)
    return Recorded(fact, f"fhir:Observation/{source}", value, "Body weight", coded="http://loinc.org|29463-7")


def take(place: Center, *facts: Recorded, person: Person = PERSON, **more: object) -> Patient:
    packet = replace(Packet(person=person, facts=facts), **more)  # type: ignore[arg-type]
    done = referral_receive(site=place.site, packet=packet, source="s", actor=place.intake, at=NOW, as_of=AS_OF)
    assert done.value is not None, done.reasons
    return done.value.patient


def standing(patient: Patient) -> list[tuple[str, str, str]]:
    rows = Fact.objects.filter(patient=patient, corrected_by=None).order_by("source")
    return [(row.source, row.exact, row.status) for row in rows]


def test_a_fact_keeps_its_digits_and_the_senders_code(place: Center) -> None:
    row = Fact.objects.get(patient=take(place, weight("82.40")))
    assert (row.exact, row.unit, row.coded) == ("82.40", "kg", "http://loinc.org|29463-7")


def test_the_same_again_changes_nothing_and_a_changed_one_corrects(place: Center) -> None:
    patient = take(place, weight("82.4"))
    take(place, weight("82.4"))
    assert Fact.objects.count() == 1
    take(place, weight("83"))
    assert standing(patient) == [("fhir:Observation/w v2", "83", "final")]


def test_what_a_resource_says_no_longer_is_withdrawn_and_a_repeat_does_not_withdraw_it_again(place: Center) -> None:
    patient = take(place, weight("82.4"))
    height = replace(weight("170", unit="cm"), fact=kernel.Fact(FactKind.VITAL, "height_cm", AS_OF, Decimal(170), "cm"))
    for _ in range(2):
        take(place, height)
        found = Fact.objects.filter(patient=patient, corrected_by=None).order_by("code").values_list("code", "status")
        assert list(found) == [("height_cm", "final"), ("weight_kg", "entered-in-error")]
        assert Fact.objects.count() == 3


def test_a_persons_correction_stays_when_the_message_is_repeated(place: Center) -> None:
    patient = take(place, weight("82.4"))
    right = kernel.Fact(FactKind.VITAL, "weight_kg", AS_OF, Decimal("84.2"), "kg")
    done = fact_record(patient=patient, fact=right, today=AS_OF, actor=place.nurse, at=NOW, corrects=Fact.objects.get())
    assert done.allowed, done.reasons
    take(place, weight("82.4"))
    assert [fact.value for fact in facts_for(patient)] == [Decimal("84.2")]
    take(place, weight("85"))
    assert [fact.value for fact in facts_for(patient)] == [Decimal(85)]


def test_a_weight_in_pounds_taken_for_kilograms_is_questioned_against_the_one_on_record(place: Center) -> None:
    patient = take(place, weight("82", days=30))
    request = Request("fhir:ServiceRequest/r", "active", text="infliximab")
    take(place, weight("181", "x"), request=request)
    assert [status for _, _, status in standing(patient)] == ["final", "implausible"]
    assert Finding.objects.filter(code="weight_implausible", severity="hold").count() == 1


def test_a_doubt_is_raised_once(place: Center) -> None:
    patient = take(place, weight("181", "x"))
    take(place, weight("82", "w", days=30))
    take(place, weight("181", "x"))
    assert Fact.objects.count() == 2
    assert [status for _, _, status in standing(patient)] == ["final", "final"]


def test_what_no_database_can_hold_is_marked_and_no_error(place: Center) -> None:
    odd = replace(weight("82"), display="a\x00b\ud800", fact=replace(weight("82").fact, note="\x00"))
    row = Fact.objects.get(patient=take(place, odd))
    assert (row.display, row.note) == ("a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}", "\N{REPLACEMENT CHARACTER}")


def test_numbers_of_any_size_are_kept(place: Center) -> None:
    huge = Decimal("123456789012345678901234567890.5")
    fact = kernel.Fact(FactKind.LAB, "loinc:1", AS_OF, huge, "mg/dL", lower=huge, upper=huge)
    row = Fact.objects.get(patient=take(place, Recorded(fact, "fhir:Observation/h")))
    assert (row.amount, row.lower, row.exact) == (None, None, "123456789012345678901234567890.5")


def test_contacts_and_documents_are_kept_once_and_a_changed_one_with_its_history(place: Center) -> None:
    wilma = core.Contact("fhir:RelatedPerson/a", "Wilma Vega", "sister", "555 0100")
    note = core.Document("fhir:DocumentReference/d", "H&P", "Note", AS_OF, "application/pdf")
    for _ in range(2):
        patient = take(place, contacts=(wilma,), documents=(note,))
    assert (Contact.objects.count(), Document.objects.count()) == (1, 1)
    take(place, contacts=(replace(wilma, phone="555 0199"),), documents=(replace(note, title="H&P, signed"),))
    contact = Contact.objects.get(patient=patient)
    assert (contact.phone, contact.events.count()) == ("555 0199", 2)
    assert Document.objects.get(patient=patient).title == "H&P, signed"


def test_what_is_missing_is_filled_and_what_changed_is_replaced_with_its_history(place: Center) -> None:
    patient = take(place)
    moved = replace(
        PERSON, family="Vega Ruiz", phone="555 0100", address="1 New St", postal_code="60601", email="a@example.org"
    )
    take(place, person=moved)
    patient.refresh_from_db()
    assert (patient.family, patient.phone, patient.address, patient.email) == (
        "Vega Ruiz",
        "555 0100",
        "1 New St",
        "a@example.org",
    )
    assert "Vega" in patient.events.values_list("family", flat=True)
    entry = AuditEntry.objects.get(action="patient.update")
    assert entry.detail == "address, email, family, phone, postal code as sent"


def test_an_old_message_that_comes_again_brings_nothing_back(place: Center) -> None:
    first = replace(PERSON, phone="555 0100", address="1 Old St")
    patient = take(place, person=first)
    take(place, person=replace(PERSON, phone="555 0199", address="2 New St"))
    take(place, person=first)
    patient.refresh_from_db()
    assert (patient.phone, patient.address) == ("555 0199", "2 New St")


def test_a_missing_birth_date_is_filled_and_a_name_that_is_all_different_is_not_taken(place: Center) -> None:
    partial = replace(PERSON, birth_text="1970", born=None)
    patient = take(place, person=partial)
    take(place, person=replace(PERSON, family="Smith", given="Bob"))
    patient.refresh_from_db()
    assert (patient.birth_date, patient.birth_text) == (date(1970, 1, 1), "")
    assert patient.name == "Vega, Ana"


def test_an_order_for_someone_reported_dead_is_held(place: Center) -> None:
    request = Request("fhir:ServiceRequest/r", "active", text="infliximab")
    take(place, person=replace(PERSON, died="2026-01-02"), request=request)
    assert Finding.objects.filter(code="patient_deceased", severity="hold").count() == 1


def test_coverages_end_change_and_are_verified_again(place: Center) -> None:
    patient = take(place)
    plan = core.Coverage("fhir:Coverage/c", "Acme", member="1")
    assert coverages_receive(patient=patient, coverages=(plan,)) == 1
    assert coverages_receive(patient=patient, coverages=(plan,)) == 0
    Coverage.objects.update(verified_on=AS_OF, verified_note="by phone")
    assert coverages_receive(patient=patient, coverages=(replace(plan, member="2"),)) == 1
    row = Coverage.objects.get()
    assert (row.member, row.verified_on) == ("2", None)
    over = replace(plan, member="2", status="cancelled")
    assert coverages_receive(patient=patient, coverages=(), ended=(over,), today=AS_OF) == 1
    assert Coverage.objects.get().ends_on == AS_OF
    assert coverages_receive(patient=patient, coverages=(), ended=(over,), today=AS_OF + timedelta(9)) == 0
    wrong = replace(plan, source="fhir:Coverage/e", status="entered-in-error")
    assert coverages_receive(patient=patient, coverages=(), ended=(wrong,), today=AS_OF) == 0
