"""The page of facts: what each says, what is questioned, what was corrected, and where it came from."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chairside.apps.audit.models import AuditEntry
from chairside.apps.chart.facts import source_words
from chairside.apps.people.models import Contact, Document, Fact
from tests.apps.visit import cast as story

pytestmark = pytest.mark.django_db


def fact(cast, code, number="", **more):
    values = {
        "kind": "lab",
        "amount": number or None,
        "exact": number,
        "unit": "ng/mL" if number else "",
        "on": story.TODAY,
        "source": f"fhir:Observation/{code}",
        "recorded_at": story.NINE,
    }
    return Fact.objects.create(organization=cast.organization, patient=cast.patient, code=code, **values | more)


def page(browse, cast, **asked):
    return browse(cast, "nurse").get(reverse("chart:facts", args=[cast.patient.pk]), asked)


def test_each_fact_says_where_it_came_from_and_how_it_was_received(browse):
    with story.center() as cast:
        note = "received as 180 [lb_av]; taken standing"
        fact(cast, "weight_kg", "81.6466266", kind="vital", unit="kg", note=note, coded="http://loinc.org|29463-7")
        html = page(browse, cast).content.decode()
        for said in ("received as 180 [lb_av]", "taken standing", "29463-7", "LOINC", "Observation weight_kg", "Body weight"):
            assert said in html
        assert AuditEntry.objects.filter(action="chart.read", subject_type="facts", patient=cast.patient.pk).exists()


def test_a_questioned_value_says_so_in_words(browse):
    with story.center() as cast:
        why = "Body weight came as 82 without a unit. Ask for the unit."
        fact(cast, "weight_kg", "82", kind="vital", unit="", status="unit_unknown", note=f"Received as “final”. {why}")
        html = page(browse, cast, show="questioned").content.decode()
        assert "questioned: unit not known" in html
        assert why in html
        assert "Received as" not in html


def test_a_correction_is_crossed_out_with_what_corrected_it(browse):
    with story.center() as cast:
        old = fact(cast, "ferritin", "12")
        fact(cast, "ferritin", "21", source="fhir:Observation/ferritin v2", corrects=old)
        html = page(browse, cast).content.decode()
        assert "<del>Ferritin</del>" in html
        assert "Corrected to 21\N{NO-BREAK SPACE}ng/mL: Observation ferritin, version 2" in html
        assert "<del>" not in page(browse, cast, show="standing").content.decode()
        assert html.count("<tr") > page(browse, cast, show="corrected").content.decode().count("<tr")


def test_facts_are_filtered_and_exported(browse):
    with story.center() as cast:
        fact(cast, "ferritin", "12")
        fact(cast, "snomed:59621000", kind="condition", status="active", display="Hypertension", note='=HYPERLINK("x")')
        assert "Hypertension" not in page(browse, cast, kind="lab").content.decode()
        assert "Hypertension" in page(browse, cast, q="5962").content.decode()
        lines = b"".join(page(browse, cast, format="csv")).decode()
        assert "Where it came from" in lines
        assert "fhir:Observation/ferritin" in lines
        assert "'=HYPERLINK" in lines


def test_queries_do_not_grow_with_the_facts(browse):
    with story.center() as cast:

        def count() -> int:
            client, address = browse(cast, "nurse"), reverse("chart:facts", args=[cast.patient.pk])
            with CaptureQueriesContext(connection) as counted:
                assert client.get(address).status_code == 200
            return len(counted)

        fact(cast, "ferritin", "1")
        count()
        few = count()
        for number in range(20):
            fact(cast, f"loinc:{number}", "2")
        assert count() == few


def test_the_facts_of_another_organization_are_not_found(browse):
    with story.center("north") as north:
        patient = north.patient
    with story.center("south") as south:
        assert browse(south, "nurse").get(reverse("chart:facts", args=[patient.pk])).status_code == 404


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("fhir:Observation/obs-12", "Observation obs-12"),
        ("fhir:Observation/obs-12#2 v3", "Observation obs-12, part 2, version 3"),
        ("hl7v2:Result/A|1", "HL7 v2 Result A|1"),
        ("visit:x", "Visit"),
    ],
)
def test_a_source_is_told_in_words(source, words):
    assert source_words(source, {"visit:x": "visit"})[0] == words


def test_contacts_documents_and_a_death_stand_on_the_chart(browse):
    with story.center() as cast:
        common = {"organization": cast.organization, "patient": cast.patient, "recorded_at": story.NINE}
        Contact.objects.create(name="Wilma Vega", relationship="sister", phone="555 0100", source="a", **common)
        Document.objects.create(title="H&P of October", kind="Note", source="b", **common)
        fact(cast, "deceased", kind="answer", word="2026-01-02")
        html = browse(cast, "nurse").get(reverse("chart:patient", args=[cast.patient.pk])).content.decode()
        for said in ("Wilma Vega", "tel:555 0100", "H&amp;P of October", "reported to have died"):
            assert said in html


def test_an_allergy_that_was_an_error_is_none(browse):
    with story.center() as cast:
        Fact.objects.filter(patient=cast.patient, kind="allergy").delete()
        fact(cast, "penicillin", kind="allergy", status="entered-in-error", display="Penicillin")
        fact(cast, "no_known_allergy", kind="allergy", word="yes", status="active", display="No known allergy")
        html = browse(cast, "nurse").get(reverse("chart:patient", args=[cast.patient.pk])).content.decode()
        assert "no known allergies" in html
        assert 'tone-act"' not in html.split('class="banner"')[1].split("</div>")[0]
