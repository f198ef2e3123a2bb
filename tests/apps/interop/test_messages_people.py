"""Messages about who somebody is, and about orders and results, beyond the six samples."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from chairside.apps.intake.models import Finding, Referral
from chairside.apps.intake.services import order_draft_from_referral
from chairside.apps.interop.services.messages import message_retry
from chairside.apps.people.merging import patient_unmerge
from chairside.apps.people.models import Fact, Patient, PatientIdentifier, PatientMerge
from chairside.apps.people.selectors import facts_for
from tests.apps.intake.cast import NOW, Center, center, take_in
from tests.apps.interop.messages import changed, sample, send, system

pytestmark = pytest.mark.django_db
OTHER = ("SM100135^^^", "SM990035^^^")


@pytest.fixture
def place() -> Iterator[Center]:
    with center() as made:
        yield made


def found(number: str) -> Patient:
    return PatientIdentifier.objects.select_related("patient").get(value=number).patient


def registered(place: Center, number: str, born: str = "19610722") -> Patient:
    """The person of the merge, registered under another number."""
    names = ("Mwangi^Ingrid^^^^^L", "Blackfeather^Jordan^^^^^L")
    text = changed("01", ("SM100117^^^", f"{number}^^^"), names, ("19950616", born), control=f"A-{number}")
    assert send(place, text).problem == ""
    return found(number)


def test_a_merge_of_two_records_is_undone_exactly(place: Center) -> None:
    take_in(place, "s35")
    kept, prior = found("SM100135"), registered(place, "SM990035")
    theirs = {
        row.pk: list(Fact.objects.filter(patient=row).values_list("pk", flat=True).order_by("pk")) for row in (kept, prior)
    }
    standing = Patient.objects.filter(pk=prior.pk).values().get()
    done = send(place, sample("05"))
    assert done.problem == ""
    assert "SM990035 was merged into SM100135" in done.answer
    prior.refresh_from_db()
    assert prior.merged_into == kept
    merge = PatientMerge.objects.get()
    assert merge.by == "message SM35A400001 of SMEHR, INFECTION"
    assert {fact.code for fact in facts_for(kept)} >= {"G35.A"}
    undone = patient_unmerge(merge=merge, reason="they are two", actor=place.intake, at=NOW)
    assert undone.value is not None
    assert Patient.objects.filter(pk=prior.pk).values().get() == standing
    assert {
        row.pk: list(Fact.objects.filter(patient=row).values_list("pk", flat=True).order_by("pk")) for row in (kept, prior)
    } == theirs
    assert done.row is not None
    done.row.refresh_from_db()
    assert done.row.status == "accepted"
    assert send(place, sample("05")).repeated
    prior.refresh_from_db()
    assert prior.merged_into is None


def test_people_with_different_birth_dates_are_not_merged_by_a_message(place: Center) -> None:
    take_in(place, "s35")
    registered(place, "SM990035", born="19610723")
    done = send(place, sample("05"))
    assert "The birth dates differ" in done.problem
    assert found("SM100135").birth_text == "1961"  # nothing of the message was used
    assert not PatientMerge.objects.exists()


def test_the_number_that_nobody_had_finds_the_person_later(place: Center) -> None:
    take_in(place, "s35")
    send(place, sample("05"))
    late = changed("04", ("SM100116^^^", "SM990035^^^"), ("O'Halloran-D'Souza^Philippa^^^^^L", "Blackfeather^Jordan^^^^^L"),
                   ("19900131", "19610722"), ("|F||2028-9", "|M||2028-9"),
                   ("20261120090500", "20261121090500"), control="LATE1")  # fmt: skip
    assert send(place, late).problem == ""
    assert Patient.objects.count() == 1
    assert found("SM100135").phone == "(651) 555-0177"


def test_a_merge_finds_the_prior_alone_and_makes_the_kept_one(place: Center) -> None:
    prior = registered(place, "SM990035")
    assert send(place, sample("05")).problem == ""
    prior.refresh_from_db()
    assert prior.merged_into is not None
    assert prior.merged_into.mrn == "SM100135"


@pytest.mark.parametrize(
    ("pairs", "says"),
    [
        ([("19900131", "19900201")], "another date of birth"),
        ([("O'Halloran-D'Souza^Philippa^^^^^L", "Smith^Sue^^^^^L")], "wholly different name"),
        ([("O'Halloran-D'Souza^Philippa^^^^^L", '""')], "deletes the name"),
        ([("|19900131|", '|""|')], "deletes the date of birth"),
    ],
)
def test_an_update_that_touches_who_it_is_goes_to_a_person(place: Center, pairs: list[tuple[str, str]], says: str) -> None:
    take_in(place, "s16")
    before = Patient.objects.values().get()
    assert says in send(place, changed("04", *pairs, control="U1")).problem
    assert Patient.objects.values().get() == before


def test_an_update_deletes_what_it_says_and_a_partial_birth_date_overwrites_no_whole_one(place: Center) -> None:
    take_in(place, "s16")
    assert send(place, changed("04", ("(651) 555-0177^PRN^CP", '""'), ("|19900131|", "|1990|"), control="U2")).problem == ""
    patient = found("SM100116")
    assert (patient.phone, patient.birth_date) == ("", date(1990, 1, 31))


def test_an_older_update_that_comes_late_does_not_undo_a_newer_one(place: Center) -> None:
    take_in(place, "s16")
    send(place, sample("04"))
    older = changed(
        "04", ("(651) 555-0177", "(651) 555-0100"), ("20261120090500-0600||ADT", "20261119090500-0600||ADT"), control="U3"
    )
    done = send(place, older)
    assert done.problem == ""
    assert "a newer message about this patient has been here" in done.answer
    assert found("SM100116").phone == "(651) 555-0177"


def test_a_corrected_result_takes_the_place_of_the_first(place: Center) -> None:
    take_in(place, "s28")
    send(place, changed("06", ("|8.4|g/dL^g/dL^UCUM|12.0-16.0|L|||F", "|8.4|g/dL^g/dL^UCUM|12.0-16.0|L|||P")))
    send(place, changed("06", control="FINAL1"))
    send(place, changed("06", ("|8.4|g/dL^g/dL^UCUM|12.0-16.0|L|||F", "|9.1|g/dL^g/dL^UCUM|12.0-16.0|L|||C"), control="CORR1"))
    rows = Fact.objects.filter(code="hemoglobin", source__startswith="hl7v2:").order_by("recorded_at", "source")
    assert [(row.exact, row.status) for row in rows] == [("8.4", "preliminary"), ("8.4", "final"), ("9.1", "corrected")]
    stands = [fact for fact in facts_for(found("SM100128")) if fact.code == "hemoglobin" and fact.on == date(2026, 11, 20)]
    assert [str(fact.value) for fact in stands] == ["9.1"]
    assert Fact.objects.filter(code="ferritin", source__startswith="hl7v2:").count() == 1


def test_a_result_that_resources_brought_is_not_stored_twice_and_its_correction_corrects_it(place: Center) -> None:
    take_in(place, "s28")
    known = Fact.objects.filter(code="hemoglobin", source__startswith="fhir:").latest("on")
    assert known.at is not None
    moment = known.at.strftime("%Y%m%d%H%M%S+0000")
    same = [("8.4|g/dL", f"{known.exact}|g/dL"), ("20261120081000-0600", moment)]
    before = Fact.objects.filter(code="hemoglobin").count()
    send(place, changed("06", *same, control="R1"))
    assert Fact.objects.filter(code="hemoglobin").count() == before
    corrected = [("8.4|g/dL^g/dL^UCUM|12.0-16.0|L|||F", "9.9|g/dL^g/dL^UCUM|12.0-16.0|L|||C"), ("20261120081000-0600", moment)]
    send(place, changed("06", *corrected, control="R2"))
    assert Fact.objects.get(code="hemoglobin", exact="9.9").corrects == known
    take_in(place, "s28")
    assert [str(f.value) for f in facts_for(found("SM100128")) if f.code == "hemoglobin" and f.on == known.on] == ["9.9"]


def test_results_of_several_patients_in_one_message_reach_each(place: Center) -> None:
    take_in(place, "s28")
    take_in(place, "s29")
    second = "\r".join(
        [
            "PID|2||SM100129^^^SMEHR^MR||Oyelaran^Winifred",
            "OBR|1|LAB-9^SMEHR|L-9^LAB|IRON^Iron^L|||20261120081000-0600",
            "OBX|1|NM|718-7^Hemoglobin^LN||10.1|g/dL^g/dL^UCUM|||||F",
        ]
    )
    done = send(place, sample("06") + b"\r" + second.encode())
    assert done.problem == ""
    assert done.row is not None
    assert done.row.patient is None  # of several, so that one person's export never carries another's
    assert Fact.objects.get(source__startswith="hl7v2:", patient=found("SM100129")).exact == "10.1"
    assert Fact.objects.filter(source__startswith="hl7v2:", patient=found("SM100128")).count() == 4


@pytest.mark.parametrize(
    ("pair", "says"),
    [
        (("19890909", "19890908"), "another date of birth"),
        (("Blomqvist^Yaretzi^^^^^L", "Smith^Sue^^^^^L"), "wholly different name"),
    ],
)
def test_results_of_somebody_else_under_the_same_number_go_to_a_person(place: Center, pair: tuple[str, str], says: str) -> None:
    take_in(place, "s28")
    facts = Fact.objects.count()
    assert says in send(place, changed("06", pair, control="WHO1")).problem
    assert Fact.objects.count() == facts


def test_what_a_person_settled_stays_settled_when_the_news_say_nothing_else(place: Center) -> None:
    take_in(place, "s28")
    row = Finding.objects.get(code="stale_lab")
    Finding.objects.filter(pk=row.pk).update(solved_at=NOW, solved_by="seen (Ines Intake)")
    send(place, changed("06", ("20261120081000-0600", "20260720081000-0600"), control="OLD2"))
    assert Finding.objects.get(code="stale_lab").solved_by == "seen (Ines Intake)"


def test_results_that_are_as_old_solve_nothing_and_raise_nothing(place: Center) -> None:
    take_in(place, "s28")
    found_before = Finding.objects.count()
    send(place, changed("06", ("20261120081000-0600", "20260720081000-0600"), control="OLD1"))
    assert Finding.objects.filter(code="stale_lab", solved_at=None).count() == 1
    assert Finding.objects.count() == found_before


def test_news_that_the_patient_has_died_holds_the_referral(place: Center) -> None:
    take_in(place, "s16")
    text = sample("04").decode().split("\r")
    pid = text[2].split("|") + [""] * 20
    pid[30] = "Y"
    text[2] = "|".join(pid)
    assert "found: patient deceased" in send(place, "\r".join(text).encode()).answer
    assert Finding.objects.get(solved_at=None).code == "patient_deceased"
    assert Fact.objects.get(code="deceased").word == "yes"


def test_an_allergy_in_an_update_is_judged_against_the_drug_of_the_referral(place: Center) -> None:
    take_in(place, "s01")
    text = changed("04", ("SM100116^^^", "SM100101^^^"), ("O'Halloran-D'Souza^Philippa^^^^^L", "Quintero Vega^Marisol^^^^^L"),
                   ("19900131", "19880314"), ("^sulfamethoxazole^L", "^infliximab^L"), control="AL1")  # fmt: skip
    done = send(place, text)
    assert done.problem == ""
    assert Finding.objects.filter(code="allergy_conflict", solved_at=None).exists(), done.answer


def order(control: str, number: str = "X1") -> bytes:
    return changed("02", ("ORC|NW|", f"ORC|{control}|"), control=f"O{control}{number}")


def test_a_changed_order_is_held_for_a_prescriber_and_changes_nothing_here(place: Center) -> None:
    take_in(place, "s01")
    done = send(place, changed("02", ("ORC|NW|", "ORC|XO|"), ("357", "400"), control="CH1"))
    assert done.problem == ""
    held = Finding.objects.get(code="order_changed")
    assert (held.severity, held.solved_at) == ("hold", None)
    assert held.detail.startswith("Message CH1 of SMEHR, RIVERBEND changes the order: infliximab-dyyb (Inflectra)")
    assert "400 mg" in held.detail
    assert Referral.objects.get().status == "complete"


def test_a_cancelled_order_closes_the_referral_and_one_that_is_ordered_is_held(place: Center) -> None:
    take_in(place, "s01")
    take_in(place, "s29")
    drafted = order_draft_from_referral(referral=Referral.objects.get(patient__mrn="SM100101"), actor=place.intake, at=NOW)
    assert drafted.value is not None, drafted.reasons
    assert "held" in send(place, order("DC")).answer
    assert Finding.objects.get(code="order_cancelled", solved_at=None).severity == "hold"
    assert Referral.objects.get(patient__mrn="SM100101").status != "closed"
    assert "closed" in send(place, changed("03", ("ORC|NW|", "ORC|CA|"), control="CA1")).answer
    closed = Referral.objects.get(patient__mrn="SM100129")
    assert closed.status == "closed"
    assert not closed.findings.filter(solved_at=None).exists()


def test_an_order_that_is_another_patients_is_refused(place: Center) -> None:
    send(place, sample("03"))
    take_in(place, "s01")
    other = changed("02", ("RX-SM100101-1", "RX-SM100129-1"), control="W1")
    assert "is known here for another patient" in send(place, other).problem


def test_taking_back_an_order_that_nobody_knows_is_a_dead_letter_until_it_is_here(place: Center) -> None:
    done = send(place, order("CA"))
    assert "nobody here is known" in done.problem
    take_in(place, "s01")
    assert done.row is not None
    again = message_retry(message=done.row, actor=system(place), at=NOW)
    assert again.value is not None
    assert again.value.problem == ""
    assert Referral.objects.get().status == "closed"
