"""HL7 v2 messages come in: what each sample must cause, before and after the referrals that speak of the same people."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest

from chairside.apps.coverage.models import Coverage
from chairside.apps.intake.models import Finding, MissingItem, Referral, ReferredOrder
from chairside.apps.interop.models import ReceivedMessage
from chairside.apps.interop.services.messages import message_retry
from chairside.apps.people.models import Fact, Patient, PatientIdentifier
from chairside.apps.people.selectors import facts_for
from tests.apps.intake.cast import NOW, Center, center, take_in
from tests.apps.interop.messages import BUNDLES, STARTS, counts, sample, send, system

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Iterator[Center]:
    with center() as made:
        yield made


def found(number: str) -> Patient:
    return PatientIdentifier.objects.select_related("patient").get(value=number).patient


def codes(number: str) -> set[tuple[str, str]]:
    rows = Finding.objects.filter(referral__patient=found(number), solved_at=None)
    return set(rows.values_list("code", "severity"))


def test_a_registration_is_of_the_person_whom_the_referral_brought(place: Center) -> None:
    take_in(place, "s17")
    before = counts()
    done = send(place, sample("01"))
    after = counts()
    assert done.problem == ""
    assert "MSA|CA|SM17A040001" in done.answer
    assert {name for name in after if after[name] != before[name]} <= {
        "interop_receivedmessage", "interop_receiveddocument", "interop_documentpiece", "audit_auditentry",
        "audit_auditpending",
    }  # fmt: skip


def test_a_registration_that_comes_first_makes_the_person_with_diagnosis_and_plan(place: Center) -> None:
    send(place, sample("01"))
    patient = found("SM100117")
    assert (patient.name, patient.birth_date, patient.sex) == ("Mwangi, Ingrid", date(1995, 6, 16), "female")
    assert list(Fact.objects.filter(kind="condition").values_list("code", "word")) == [
        ("G35.A", "Relapsing-remitting multiple sclerosis")
    ]
    assert not Referral.objects.exists()
    take_in(place, "s17")
    assert Patient.objects.count() == 1
    assert Coverage.objects.filter(patient=patient).count() == 1
    assert Referral.objects.count() == 1
    assert [fact.code for fact in facts_for(patient) if fact.kind.value == "condition"] == ["G35.A"]


def test_an_order_that_a_referral_brought_is_a_repeat(place: Center) -> None:
    take_in(place, "s01")
    before = (Referral.objects.count(), ReferredOrder.objects.count(), Fact.objects.count(), Coverage.objects.count())
    done = send(place, sample("02"))
    assert done.problem == ""
    assert "the order RX-SM100101-1 is here already" in done.answer
    assert (Referral.objects.count(), ReferredOrder.objects.count(), Fact.objects.count(), Coverage.objects.count()) == before


def test_the_older_order_form_is_a_repeat_too(place: Center) -> None:
    take_in(place, "s29")
    before = (Referral.objects.count(), ReferredOrder.objects.count(), Fact.objects.count(), Coverage.objects.count())
    assert "is here already" in send(place, sample("03")).answer
    assert (Referral.objects.count(), ReferredOrder.objects.count(), Fact.objects.count(), Coverage.objects.count()) == before
    assert Referral.objects.get().status == "complete"


def test_an_order_that_comes_first_makes_a_referral_without_signature_and_the_resources_complete_it(place: Center) -> None:
    done = send(place, sample("03"))
    assert done.referral is not None
    referral = Referral.objects.get()
    assert (referral.status, referral.therapy_text) == ("incomplete", "iron sucrose (Venofer) intravenous")
    assert ("order_not_signed", "hold") in codes("SM100129")
    assert referral.source == "hl7v2:Order/https://ehr.synthetic.example.org/order|RX-SM100129-1"
    assert Coverage.objects.count() == 2
    take_in(place, "s29")
    referral = Referral.objects.get()
    assert (referral.status, referral.source[:20]) == ("complete", "fhir:ServiceRequest/")
    assert codes("SM100129") == set()
    assert not MissingItem.objects.filter(closed_at=None).exists()
    assert ReferredOrder.objects.get().signed_at is not None
    assert Coverage.objects.count() == 2
    again = counts()
    take_in(place, "s29")
    assert counts() == again
    other = sample("03").replace(b"SM29O010001", b"SM29O010002")
    assert "is here already" in send(place, other).answer
    assert Referral.objects.count() == 1


def test_an_update_replaces_address_and_phone_and_keeps_what_stood_there(place: Center) -> None:
    take_in(place, "s16")
    patient = found("SM100116")
    facts = Fact.objects.count()
    assert send(place, sample("04")).problem == ""
    patient.refresh_from_db()
    assert patient.address == "88 Harbor & Mill Lane\nUnit 4\nStillmarsh, MN"
    assert (patient.postal_code, patient.phone) == ("55109", "(651) 555-0177")
    assert patient.email == Patient.objects.get(pk=patient.pk).email
    stood = set(patient.events.values_list("phone", flat=True))
    assert stood == {"(651) 555-0192", "(651) 555-0177"}
    assert Fact.objects.count() == facts
    assert Coverage.objects.filter(patient=patient).count() == 2
    take_in(place, "s16")  # the older referral again
    patient.refresh_from_db()
    assert patient.phone == "(651) 555-0177"


def test_a_merge_brings_the_birth_date_and_clears_the_demographics(place: Center) -> None:
    take_in(place, "s35")
    assert ("demographics_incomplete", "hold") in codes("SM100135")
    done = send(place, sample("05"))
    assert done.problem == ""
    patient = found("SM100135")
    assert (patient.birth_date, patient.birth_text, patient.sex) == (date(1961, 7, 22), "", "male")
    assert patient.phone == "(651) 555-0142"
    assert found("SM990035") == patient
    assert "demographics_incomplete" not in {code for code, _ in codes("SM100135")}
    solved = Finding.objects.get(code="demographics_incomplete")
    assert solved.solved_by == "solved by message SM35A400001 of SMEHR, INFECTION"
    assert not MissingItem.objects.filter(closed_at=None).exists()
    assert Referral.objects.get().status == "complete"


def test_fresh_labs_clear_what_was_stale_and_the_review_stays(place: Center) -> None:
    take_in(place, "s28")
    assert codes("SM100128") == {("stale_lab", "hold"), ("prior_reaction_same_class", "review")}
    done = send(place, sample("06"))
    assert done.problem == ""
    rows = Fact.objects.filter(source__startswith="hl7v2:").order_by("code")
    assert [(row.code, row.exact, row.unit, row.on, row.status) for row in rows] == [
        ("ferritin", "6", "ng/mL", date(2026, 11, 20), "final"),
        ("hemoglobin", "8.4", "g/dL", date(2026, 11, 20), "final"),
        ("platelets", "418", "10*3/uL", date(2026, 11, 20), "final"),
        ("tsat", "5", "%", date(2026, 11, 20), "final"),
    ]
    assert codes("SM100128") == {("prior_reaction_same_class", "review")}
    item = MissingItem.objects.get()
    assert item.closed_by == "solved by message SM28R010001 of SMEHR, STILLMARSH"
    assert Referral.objects.get().status == "complete"
    assert "solved: stale lab" in done.answer
    assert next(fact for fact in facts_for(found("SM100128")) if fact.code == "tsat" and fact.value == 5).value == Decimal(5)


def test_all_six_come_before_the_referrals_and_what_was_refused_is_read_again(place: Center) -> None:
    refused = [start for start in STARTS if send(place, sample(start)).problem]
    assert refused == ["04", "05", "06"]  # nobody was known whom they could be about
    for start in BUNDLES.values():
        take_in(place, start)
    for row in ReceivedMessage.objects.filter(status="refused").order_by("received_at"):
        again = message_retry(message=row, actor=system(place), at=NOW)
        assert again.value is not None
        assert again.value.problem == ""
    assert set(ReceivedMessage.objects.values_list("status", "attempts")) == {("accepted", 1), ("accepted", 2)}
    assert (Patient.objects.count(), Referral.objects.count()) == (6, 6)
    assert found("SM100116").phone == "(651) 555-0177"
    assert found("SM100135").birth_date == date(1961, 7, 22)
    assert codes("SM100128") == {("prior_reaction_same_class", "review")}


def test_the_same_facts_stand_whichever_comes_first(place: Center) -> None:
    for start in BUNDLES.values():
        take_in(place, start)
    for start in STARTS:
        assert send(place, sample(start)).problem == ""
    assert (Patient.objects.count(), Referral.objects.count(), Coverage.objects.count()) == (6, 6, 8)


def test_a_repeat_changes_no_table_at_all(place: Center) -> None:
    for start in BUNDLES.values():
        take_in(place, start)
    first = [send(place, sample(start), f"{start}.hl7") for start in STARTS]
    before = counts()
    again = [send(place, sample(start), f"{start}.hl7") for start in STARTS]
    assert counts() == before
    assert [item.answer for item in again] == [item.answer for item in first]
    assert all(item.repeated for item in again)
