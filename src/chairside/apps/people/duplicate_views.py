"""Records that may be one person: the list to review, one pair side by side, a merge and its undoing."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from chairside.apps.organizations import clock
from chairside.apps.people import duplicates, merging, pairs
from chairside.apps.people.forms import DifferentForm, SameForm, UndoForm
from chairside.apps.people.gate import StaffRequest, requires
from chairside.apps.people.models import LikelyDuplicate, PatientMerge
from chairside.apps.people.selectors import person_of
from chairside.apps.people.services import reading_record
from chairside.core.access import Action
from chairside.web.paging import csv_response, listing, wants_csv


@requires(Action.PATIENT_MERGE)
def queue(request: StaffRequest) -> HttpResponseBase:
    """Pairs that may be one person, the most alike first."""
    rows = pairs.pairs({key: request.GET.get(key, "").strip() for key in pairs.FILTERS})
    if wants_csv(request):
        return csv_response("duplicates", pairs.EXPORT, rows.order_by("-score", "found_at", "pk").iterator())
    page = listing(request, rows, pairs.COLUMNS, name="duplicates", default_sort="-score", filters=pairs.FILTERS)
    return render(
        request, "people/duplicates.html", {"listing": page, "rows": pairs.pair_rows(page.rows), "states": pairs.STATES}
    )


@requires(Action.PATIENT_MERGE)
def pair(request: StaffRequest, pair: UUID) -> HttpResponseBase:
    """Two records side by side. Reading them is recorded under both."""
    row = _pair(pair)
    for patient in sorted({row.one_id, row.other_id}):
        reading_record(actor=request.actor, what="likely_duplicate", subject=row.pk, patient=patient, at=clock.now())
    return _page(request, row)


@require_POST
@requires(Action.PATIENT_MERGE)
def same(request: StaffRequest, pair: UUID) -> HttpResponseBase:
    """The same person: keep one of the records."""
    row = _pair(pair)
    seen = pairs.comparison_of(row)
    form = SameForm(request.POST, records=(row.one, row.other), dates_differ=seen.dates_differ)
    if form.is_valid():
        told = form.cleaned_data
        decision = duplicates.duplicate_decide(
            pair=row,
            same=True,
            keep=next(item for item in (row.one, row.other) if str(item.pk) == told["keep"]),
            reason=told["reason"],
            birth_date=told.get("birth_date"),
            actor=request.actor,
            at=clock.now(),
        )
        if decision.value is not None:
            messages.success(request, "The two records are one person now. You can undo it here at any time.")
            return redirect("people:duplicate", pair=row.pk)
        form.add_reasons(decision)
    return _page(request, row, same_form=form)


@require_POST
@requires(Action.PATIENT_MERGE)
def different(request: StaffRequest, pair: UUID) -> HttpResponseBase:
    """Two different people: the pair is never asked about again."""
    row = _pair(pair)
    form = DifferentForm(request.POST)
    if form.is_valid():
        decision = duplicates.duplicate_decide(
            pair=row, same=False, reason=form.cleaned_data["reason"], actor=request.actor, at=clock.now()
        )
        if decision.value is not None:
            messages.success(request, "Noted: two different people. This pair will not be asked about again.")
            return redirect("people:duplicates")
        form.add_reasons(decision)
    return _page(request, row, different_form=form)


@requires(Action.PATIENT_MERGE)
def merge(request: StaffRequest, merge: UUID) -> HttpResponseBase:
    """One merge: which record was merged into which, who said so, and its undoing."""
    row = _merge(merge)
    reading_record(actor=request.actor, what="patient_merge", subject=row.pk, patient=row.merged_id, at=clock.now())
    return render(request, "people/merge.html", {"merge": row, "undo_form": UndoForm()})


@require_POST
@requires(Action.PATIENT_MERGE)
def unmerge(request: StaffRequest, merge: UUID) -> HttpResponseBase:
    """Undo a merge: two people again."""
    row = _merge(merge)
    form = UndoForm(request.POST)
    if form.is_valid():
        decision = merging.patient_unmerge(merge=row, reason=form.cleaned_data["reason"], actor=request.actor, at=clock.now())
        if decision.value is not None:
            messages.success(request, f"The merge is undone: {row.merged.mrn} and {row.kept.mrn} are two records again.")
            return redirect("people:merge", merge=row.pk)
        form.add_reasons(decision)
    return render(request, "people/merge.html", {"merge": row, "undo_form": form}, status=409)


def _pair(pair: UUID) -> LikelyDuplicate:
    return get_object_or_404(LikelyDuplicate.objects.select_related("one__merged_into", "other__merged_into"), pk=pair)


def _merge(merge: UUID) -> PatientMerge:
    return get_object_or_404(PatientMerge.objects.select_related("kept", "merged"), pk=merge)


def _page(request: StaffRequest, row: LikelyDuplicate, **forms: Any) -> HttpResponse:
    seen = pairs.comparison_of(row)
    context = {
        "pair": row,
        "seen": seen,
        "merge": pairs.merge_between(row) if person_of(row.one) == person_of(row.other) else None,
        "same_form": SameForm(records=(row.one, row.other), dates_differ=seen.dates_differ),
        "different_form": DifferentForm(),
        "may_read_charts": request.actor.may(Action.CHART_READ).allowed,
        **forms,
    }
    return render(request, "people/duplicate.html", context, status=409 if forms else 200)
