"""The downtime pack: everybody who is booked is in it, whole or not at all, and no paper gives away a check."""

from __future__ import annotations

import io
import json
import stat
import zipfile
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob
from pypdf import PdfReader

from chairside.apps.audit.models import AuditEntry
from chairside.apps.people.models import Contact, Fact
from chairside.apps.scheduling.models import Appointment
from chairside.apps.visit import jobs
from chairside.apps.visit.documents.pack import days as pack_days
from chairside.apps.visit.documents.pack import person
from chairside.apps.visit.documents.pack.files import newest, place_of
from chairside.apps.visit.jobs import is_due
from chairside.apps.visit.services import downtime
from chairside.apps.visit.services.downtime import STALE_AFTER, downtime_pack_make
from chairside.core.access import Role
from chairside.core.visit import events as e
from tests.apps.visit import cast as story

pytestmark = pytest.mark.django_db
MORNING = story.NINE - timedelta(hours=5)


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages)


def make(cast, *roots, at=MORNING, actor=None):
    actor = actor or replace(cast.actors["nurse"], roles=frozenset({Role.CHARGE_NURSE}))
    return downtime_pack_make(site=cast.site, roots=roots, actor=actor, at=at)


def papers(cast, at=MORNING):
    with timezone.override(cast.site.zone):
        (coming,) = pack_days.coming(cast.site, pack_days.clinic_days(cast.site, at, 2))
        return person.person_data(coming, cast.site, at, at + STALE_AFTER)


def test_one_pdf_a_patient_and_an_index_with_the_stamp_on_every_page(tmp_path):
    with story.center() as cast:
        pack = make(cast, tmp_path).value
        (folder,) = pack.folders
        names = sorted(path.name for path in folder.iterdir())
        assert len(names) == 3
        assert {"index.pdf", "pack.json"} < set(names)
        for path in folder.glob("*.pdf"):
            pages = PdfReader(path).pages
            for number, page in enumerate(pages, start=1):
                text = " ".join(page.extract_text().split())
                assert "Printed Mon, Nov 23, 2026, 04:00. Stale after Tue, Nov 24, 2026, 04:00" in text
                assert f"page {number} of {len(pages)}" in text
                if path.name != "index.pdf":
                    assert "Moreno, Alba" in text
                    assert "born Mar 4, 1968" in text
        index = text_of((folder / "index.pdf").read_bytes())
        assert "Moreno, Alba" in index
        assert "ready" in index


def test_the_papers_say_order_dose_ladder_premedication_and_the_epinephrine_of_this_patient():
    with story.center() as cast:
        cast.visit.delete()
        data = papers(cast)
        visit = data["visits"][0]
        assert visit["planned"]
        facts = dict(visit["drugs"][0]["facts"])
        assert facts["Dose"] == "412 mg"
        assert facts["Comes from"] == "5 mg/kg × 82.4 kg = 412 mg"
        ladder = visit["drugs"][0]["ladder"]
        assert ladder[0][:2] == ["1", "20 mL/h"]
        assert ladder[-1][4] == "250 mL"
        (epinephrine,) = data["reaction"]["rows"]
        assert epinephrine[1] == "0.5 mg = 0.5 mL"
        assert "0.01 mg/kg x 82.4 kg" in epinephrine[4]
        assert data["reaction"]["signed"] == ""
        assert visit["id"] == str(cast.appointment.pk)


def test_an_open_visit_is_printed_by_its_pinned_plan_with_what_has_happened_so_far():
    with story.center() as cast:
        assert papers(cast)["visits"][0]["drugs"][0]["ladder"][0][1] == "60 mL/h"  # the story's own plan, not the protocol's
        story.arrive(cast)
        cast.must(story.check(cast.at + timedelta(hours=4), product="Odd product 77"), "nurse", 5)
        so_far = papers(cast)["visits"][0]["so_far"]
        assert so_far[0][:2] == ["09:00", "Checked in"]
        assert "One check entered" in [line[1] for line in so_far]
        assert "Odd product" not in str(so_far)


def test_a_child_gets_the_dose_by_weight_and_nobody_gets_one_from_a_guess():
    with story.center() as cast:
        cast.visit.delete()
        version = cast.appointment.planned_dose.plan.order_version
        type(version).objects.filter(pk=version.pk).update(dosing_weight_kg=None)
        data = papers(cast)
        assert data["reaction"]["rows"][0][1] == "no dose"
        assert (
            "No weight is on record" in data["reaction"]["rows"][0][4] or "without a weight" in data["reaction"]["rows"][0][4]
        )
        fact(cast, "vital", "weight_kg", "21.5", "kg", date(2026, 11, 2))
        data = papers(cast)
        assert data["reaction"]["rows"][0][1] == "0.22 mg = 0.22 mL"
        assert data["reaction_weight"] == "21.5 kg, weighed Nov 2, 2026"


def fact(cast, kind, code, value="", unit="", on=story.TODAY, **more):
    return Fact.objects.create(
        organization=cast.organization, patient=cast.patient, kind=kind, code=code, exact=value, amount=value or None,
        unit=unit, on=on, source="person:x", recorded_at=story.NINE, **more,
    )  # fmt: skip


def test_what_is_on_record_is_there_and_what_nobody_asked_says_so():
    with story.center() as cast:
        known = papers(cast)["known"]
        assert known["allergies"] is None
        story.arrive(cast)
        fact(cast, "allergy", "penicillin", note="hives")
        fact(cast, "lab", "hemoglobin", "11.2", "g/dL", date(2026, 11, 1))
        fact(cast, "lab", "hemoglobin", "12.4", "g/dL", date(2026, 11, 20))
        Contact.objects.create(
            organization=cast.organization, patient=cast.patient, name="Ines Moreno", relationship="daughter", phone="555-0101",
            source="x", recorded_at=story.NINE,
        )  # fmt: skip
        known = papers(cast)["known"]
        assert known["allergies"] == ["penicillin hives"]
        assert [row[1].replace("\xa0", " ") for row in known["results"]] == ["12.4 g/dL"]
        assert known["contacts"] == [["Ines Moreno", "daughter", "555-0101"]]
        assert known["access"][0][1:] == ["left forearm", "peripheral catheter 22 G", "in", "1"]


def test_an_access_that_was_entered_in_error_is_not_history():
    with story.center() as cast:
        story.arrive(cast)
        placed = next(row for row in cast.visit.events.all() if row.kind == "access_placed")
        cast.must(e.Corrected(str(placed.pk), "wrong patient"))
        assert papers(cast)["known"]["access"] == []


def test_a_patient_without_a_plan_is_on_the_index_with_every_reason_and_has_papers_without_a_dose(tmp_path):
    with story.center() as cast:
        cast.visit.delete()
        Appointment.objects.filter(pk=cast.appointment.pk).update(planned_dose=None)
        pack = make(cast, tmp_path).value
        (line,) = pack.problems
        assert "no planned dose" in line.problems[0]
        (folder,) = pack.folders
        index = text_of((folder / "index.pdf").read_bytes())
        assert "NO PLAN" in index
        assert "Sign the order and plan its doses first" in index
        mine = text_of((folder / line.file).read_bytes())
        assert "Nothing is given from this paper" in mine


def test_a_defect_in_one_patients_papers_leaves_them_on_the_index(tmp_path, monkeypatch):
    with story.center() as cast:

        def broken(*args):
            raise KeyError("x")

        monkeypatch.setattr(downtime, "person_data", broken)
        pack = make(cast, tmp_path).value
        index = text_of((pack.folders[0] / "index.pdf").read_bytes())
        assert "Moreno, Alba" in index
        assert "could not be made (KeyError)" in index


def test_the_sheets_of_the_double_check_carry_no_answer():
    with story.center() as cast:
        check = papers(cast)["visits"][0]["checks"][0]
        assert set(check) == {"drug", "stage", "asks"}
        assert "Dosing weight" in check["asks"]
        assert not any(letter.isdigit() for ask in check["asks"] for letter in ask)


def test_an_old_pack_stays_until_the_new_one_is_whole(tmp_path, monkeypatch):
    with story.center() as cast:
        (old,) = make(cast, tmp_path).value.folders

        def breaks(*args):
            raise RuntimeError("power cut")

        monkeypatch.setattr(downtime, "index_pdf", breaks)
        with pytest.raises(RuntimeError):
            make(cast, tmp_path, at=MORNING + timedelta(hours=1))
        place = place_of(tmp_path, cast.site)
        assert list(place.iterdir()) == [old]
        monkeypatch.undo()
        (new,) = make(cast, tmp_path, at=MORNING + timedelta(hours=2)).value.folders
        assert list(place.iterdir()) == [new]
        assert newest(tmp_path, cast.site)[0] == new


def test_a_folder_that_cannot_be_written_is_told_and_the_other_is_whole(tmp_path):
    with story.center() as cast:
        blocked = tmp_path / "file"
        blocked.write_text("in the way")
        pack = make(cast, blocked, tmp_path / "good").value
        assert [folder for folder, _ in pack.failed] == [blocked]
        assert (pack.folders[0] / "pack.json").exists()


def test_only_the_owner_reads_the_files_and_the_manifest_names_each_with_its_digest(tmp_path):
    with story.center() as cast:
        (folder,) = make(cast, tmp_path).value.folders
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
        manifest = json.loads((folder / "pack.json").read_text())
        assert {item["name"] for item in manifest["files"]} == {path.name for path in folder.glob("*.pdf")}


def test_clinic_days_are_those_with_somebody_booked_and_today_until_closing():
    with story.center() as cast:
        friday = story.NINE - timedelta(days=3)
        assert pack_days.clinic_days(cast.site, friday, 2) == (story.TODAY,)
        assert pack_days.clinic_days(cast.site, story.NINE + timedelta(hours=11), 2) == ()


def test_each_chart_that_was_printed_is_in_the_audit(tmp_path):
    with story.center() as cast:
        make(cast, tmp_path)
        entries = AuditEntry.objects.filter(action="downtime.print")
        assert {entry.subject_type for entry in entries} == {"patient", "site"}
        assert entries.get(subject_type="patient").patient == cast.patient.pk


def test_who_may_not_print_gets_a_reason_and_no_file(tmp_path):
    with story.center() as cast:
        decision = make(cast, tmp_path, actor=cast.actors["nurse"])
        assert not decision.allowed
        assert "charge nurse" in decision.reasons[0].message
        assert list(tmp_path.iterdir()) == []


def test_the_button_asks_the_worker_once_and_the_page_shows_what_it_printed(tmp_path, settings, browse):
    settings.DOWNTIME_ROOTS = (tmp_path,)
    with story.center() as cast:
        cast.users["nurse"].memberships.update(role="charge_nurse")
        client = browse(cast, "nurse")
        address = reverse("visit:downtime")
        assert "No pack here yet" in client.get(address).content.decode()
        assert client.get(reverse("visit:downtime-zip")).status_code == 404
        for said in ("is being printed", "was asked for already"):
            assert said in client.post(address, follow=True).content.decode()
        (job,) = ProcrastinateJob.objects.filter(task_name=downtime.JOB)
        jobs.downtime_pack(**job.args)
        html = client.get(address).content.decode()
        assert "holds" in html
        with zipfile.ZipFile(io.BytesIO(client.get(reverse("visit:downtime-zip")).content)) as packed:
            assert "index.pdf" in packed.namelist()
        assert AuditEntry.objects.filter(action="downtime.read").count() == 1
        assert browse(cast, "second").get(address).status_code == 403


def test_the_nightly_job_prints_once_a_night_and_makes_a_missed_night_good(tmp_path, settings):
    with story.center() as cast:
        settings.DOWNTIME_ROOTS = (tmp_path,)
        assert is_due(cast.site, MORNING)
        make(cast, tmp_path)
        assert not is_due(cast.site, MORNING + timedelta(hours=22))
        assert is_due(cast.site, MORNING + timedelta(hours=23, minutes=1))
        settings.DOWNTIME_ROOTS = (tmp_path, tmp_path / "second machine")
        assert is_due(cast.site, MORNING)
