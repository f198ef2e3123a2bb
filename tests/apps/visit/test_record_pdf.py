"""The record on paper: the same values as the page, every page named, nothing of an open double check on it."""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from chairside.apps.audit.models import AuditEntry
from chairside.apps.visit.documents.record import record_data, record_pdf
from chairside.apps.visit.log import event_digest
from chairside.apps.visit.models import VisitEvent
from chairside.apps.visit.screen import screen_of
from chairside.core.kernel.quantity import quantity
from chairside.core.visit import events as e
from chairside.core.visit.values import Mode
from tests.apps.visit import cast as story

pytestmark = pytest.mark.django_db


def pages_of(pdf: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages]


def data_of(cast, who="nurse"):
    cast.visit.refresh_from_db()
    with timezone.override(cast.site.zone):
        return record_data(screen_of(cast.visit, cast.actors[who], cast.at))


def eventful(cast) -> None:
    """A reaction with two grades, a correction, a reported set of vitals, an override and a signature."""
    story.run(cast)
    wrong = cast.must(story.vitals(site_ok=True, pulse="130"), minutes=5)
    cast.must(e.Corrected(str(wrong.pk), "read from the neighbour's monitor"), minutes=1)
    opened = cast.must(e.ReactionRecorded(drug=story.DRUG, term="flushing", grade=1, criteria="CTCAE 5.0"), minutes=2)
    cast.must(e.Paused())
    cast.must(
        e.ReactionRecorded(
            str(opened.pk), story.DRUG, "flushing", 2, "CTCAE 5.0", treatments=("cetirizine 10 mg",), resolved=True
        ),
        minutes=10,
    )
    cast.must(story.vitals(site_ok=True), mode=Mode.REPORTED, claimed_at=cast.at - timedelta(minutes=4), minutes=3)
    cast.must(e.Stopped(story.DRUG, "reaction", quantity("12", "mL"), quantity("238", "mL"), "primed line"), minutes=3)


def test_each_page_says_whose_it_is_and_which_page_of_how_many(browse):
    with story.center() as cast:
        eventful(cast)
        answer = browse(cast, "nurse").get(reverse("visit:record-pdf", args=[cast.visit.pk]))
        assert answer["Content-Type"] == "application/pdf"
        pages = pages_of(answer.content)
        assert len(pages) > 1
        for number, text in enumerate(pages, start=1):
            assert f"page {number} of {len(pages)}" in text
            assert "Moreno, Alba" in text
            assert "born Mar 4, 1968" in text
            assert "MRN-1" in text


def test_the_file_is_tagged_titled_in_english_and_the_same_twice():
    with story.center() as cast:
        story.run(cast)
        cast.visit.refresh_from_db()
        with timezone.override(cast.site.zone):
            screen = screen_of(cast.visit, cast.actors["nurse"], cast.at)
            pdf = record_pdf(screen)
            assert record_pdf(screen) == pdf
        reader = PdfReader(io.BytesIO(pdf))
        assert reader.metadata.title == "Visit record, Mon, Nov 23, 2026"
        assert reader.trailer["/Root"]["/Lang"].lower().startswith("en")
        assert "/StructTreeRoot" in reader.trailer["/Root"]
        assert b"pdfaid" in pdf


def test_it_says_what_happened_with_corrections_reports_reactions_and_volumes():
    with story.center() as cast:
        eventful(cast)
        data = data_of(cast)
        lines = {line["number"]: line for line in data["lines"]}
        assert [int(number) for number in lines] == sorted(int(number) for number in lines)
        assert len(lines) == VisitEvent.objects.count()
        corrected = next(line for line in data["lines"] if line["corrected"])
        assert "pulse 130" in corrected["detail"]
        assert "read from the neighbour's monitor" in corrected["corrected"]
        assert "Entered in error" in corrected["corrected"]
        reported = next(line for line in data["lines"] if line["reported"])
        assert reported["received"] not in ("", reported["at"])
        grades = [row[2] for row in data["reactions"][0]["rows"]]
        assert grades == ["grade 1 (CTCAE 5.0)", "grade 2 (CTCAE 5.0)"]
        drug = data["drugs"][0]
        assert ["Volume given, by the pump where it was read", "12 mL"] in drug["facts"]
        assert "lot LOT7" in drug["lots"][0]
        assert drug["runs"]


def test_unsigned_says_so_and_signed_says_by_whom_and_when():
    with story.center() as cast:
        story.run(cast)
        assert data_of(cast)["signed"] == []
        assert "Not signed" in data_of(cast)["stamp"]
        story.finish(cast)
        assert data_of(cast)["signed"] == [f"Nurse, Mon, Nov 23, 2026, {cast.at.astimezone(cast.site.zone):%H:%M}"]


def test_the_digest_is_that_of_the_stored_log():
    with story.center() as cast:
        story.run(cast)
        rows = VisitEvent.objects.filter(visit=cast.visit).order_by("sequence")
        text = "\n".join(event_digest(row) for row in rows)
        assert data_of(cast)["log"] == hashlib.sha256(text.encode()).hexdigest()


def test_no_open_check_is_on_paper_not_even_to_who_entered_it(browse):
    with story.center() as cast:
        story.arrive(cast)
        use_by = cast.at + timedelta(hours=4)
        odd = replace(story.check(use_by), product="Odd product 77", pump_volume=quantity("249.5", "mL"))
        cast.must(odd, "nurse", 5)
        for who in ("nurse", "second"):
            text = str(data_of(cast, who))
            assert "Odd product 77" not in text
            assert "249.5" not in text
            pdf = browse(cast, who).get(reverse("visit:record-pdf", args=[cast.visit.pk])).content
            assert "249.5" not in " ".join(pages_of(pdf))


def test_two_checks_that_agree_are_shown_side_by_side():
    with story.center() as cast:
        story.arrive(cast)
        story.verify(cast)
        check = data_of(cast)["checks"][0]
        assert check["word"] == "The two checks agree."
        assert [name.split(",")[0] for name in check["people"]] == ["Nurse", "Second"]
        assert ["dose", "412 mg", "412 mg"] in check["rows"]


def test_what_people_wrote_is_text_and_a_letter_without_a_font_is_its_number():
    with story.center() as cast:
        story.run(cast)
        cast.must(e.NoteAdded('#panic() *not bold* $x$ @ref "quoted" \\ 한국 \x07'))
        cast.visit.refresh_from_db()
        with timezone.override(cast.site.zone):
            text = " ".join(pages_of(record_pdf(screen_of(cast.visit, cast.actors["nurse"], cast.at))))
        assert "#panic() *not bold* $x$ @ref" in text
        assert "[U+D55C]" in text


def test_a_print_is_in_the_audit_like_a_look_at_the_page(browse):
    with story.center() as cast:
        browse(cast, "nurse").get(reverse("visit:record-pdf", args=[cast.visit.pk]))
        entry = AuditEntry.objects.get(subject_type="visit_record_pdf")
        assert entry.action == "chart.read"
        assert entry.patient == cast.patient.pk


def test_who_may_not_read_a_visit_gets_no_paper_of_it_nor_does_another_center(browse):
    with story.center() as cast:
        address = reverse("visit:record-pdf", args=[cast.visit.pk])
        cast.users["biller"].memberships.update(role="manager")
        assert browse(cast, "biller").get(address).status_code == 403
        assert browse(cast, "nurse").get(reverse("visit:record-pdf", args=[uuid4()])).status_code == 404
