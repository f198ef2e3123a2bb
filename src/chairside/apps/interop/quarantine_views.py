"""Quarantine: what came and could not be used, with why; it is mended and tried again, or left aside."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST

from chairside.apps.audit.services import entry_record
from chairside.apps.interop import selectors
from chairside.apps.interop.forms import LeaveForm, MendForm
from chairside.apps.interop.models import Quarantined
from chairside.apps.interop.services import documents
from chairside.apps.interop.services.retrying import Retried, quarantine_leave, quarantine_retry
from chairside.apps.organizations import clock
from chairside.apps.people.gate import StaffRequest, refusal, requires
from chairside.core.access import Action
from chairside.core.kernel.decision import Decision
from chairside.exchange.fhir.layout import indented, line_for, lines_of
from chairside.exchange.fhir.text import MAX_BYTES, JsonProblem, parse
from chairside.web.paging import csv_response, listing, wants_csv

_EDITED = 1_000_000  # characters that a page can hold to be mended; a longer one is mended as a file


@requires(Action.REFERRAL_RECEIVE)
def queue(request: StaffRequest) -> HttpResponseBase:
    """What waits to be mended, the newest first."""
    rows = selectors.quarantined(request.GET)
    if wants_csv(request):
        newest = rows.order_by("-received_at", "pk").defer("text")
        return csv_response("quarantine", selectors.QUARANTINE_COLUMNS, newest.iterator())
    shown = listing(
        request,
        rows.defer("text"),
        selectors.QUARANTINE_COLUMNS,
        name="quarantine",
        default_sort="-received",
        filters=selectors.QUARANTINE_FILTERS,
    )
    context = {
        "listing": shown,
        "rows": [(row, selectors.issues_of(row.outcome)) for row in shown.rows],
        "states": selectors.STATES,
        "types": selectors.quarantined_types(),
        "waiting": selectors.open_count(),
    }
    return render(request, "interop/quarantine.html", context)


@requires(Action.REFERRAL_RECEIVE)
def page(request: StaffRequest, item: UUID) -> HttpResponseBase:
    """One item as it came, with each thing that is wrong. Reading it is recorded: it may say something about a person."""
    row = _item(item)
    _read(request, row)
    return _page(request, row)


@require_POST
@requires(Action.REFERRAL_RECEIVE)
def retry(request: StaffRequest, item: UUID) -> HttpResponseBase:
    """Try again with the mended text."""
    row = _item(item)
    if request.site is None:
        return refusal(request, "You hold no role at any site, so nobody could work on what came in. Ask your manager.")
    form = MendForm(request.POST, request.FILES)
    text, problem = _sent(form)
    if problem:
        form.add_error("mended" if request.FILES else "text", problem)
        return _page(request, row, form=form, text=text)
    decision = quarantine_retry(quarantined=row, text=text, site=request.site, actor=request.actor, at=clock.now())
    if decision.value is not None and decision.value.resource is not None:
        _tell(request, decision.value)
        return redirect("interop:quarantined", item=row.pk)
    return _page(request, row, form=form, text=text, decision=decision)


@require_POST
@requires(Action.REFERRAL_RECEIVE)
def leave(request: StaffRequest, item: UUID) -> HttpResponseBase:
    """Leave it aside for good, with a reason."""
    row = _item(item)
    form = LeaveForm(request.POST)
    if form.is_valid():
        decision = quarantine_leave(quarantined=row, reason=form.cleaned_data["reason"], actor=request.actor, at=clock.now())
        if decision.value is not None:
            messages.success(request, "It is left aside. It stays here to be read, with your reason.")
            return redirect("interop:quarantine")
        form.add_reasons(decision)
    return _page(request, row, leave_form=form)


@requires(Action.REFERRAL_RECEIVE)
def original(request: StaffRequest, item: UUID) -> HttpResponseBase:
    """Its bytes, exactly as they came."""
    row = _item(item)
    if row.document is None:
        raise Http404
    _read(request, row)
    response = HttpResponse(documents.original(row.document, row.start, row.length), content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(True, f"received-{row.pk}.txt")
    return response


def _item(item: UUID) -> Quarantined:
    return get_object_or_404(Quarantined.objects.select_related("document__run"), pk=item)


def _read(request: StaffRequest, row: Quarantined) -> None:
    with transaction.atomic():
        entry_record(actor=request.actor, action="quarantine.read", subject_type="quarantined", subject=row.pk, at=clock.now())


def _sent(form: MendForm) -> tuple[str, str]:
    """(the text, why it cannot be read). A chosen file counts before the text; a browser's line ends become one mark each."""
    valid = form.is_valid()
    file = form.files.get("mended")
    if file is not None:
        if (file.size or 0) > MAX_BYTES:
            return "", f"The file is larger than {MAX_BYTES:,} bytes, which no resource may be."
        try:
            return file.read().decode("utf-8-sig"), ""
        except UnicodeDecodeError as problem:
            return "", f"The file is not UTF-8 text (byte {problem.start + 1})."
    text = str(form.data.get("text", "")).replace("\r\n", "\n")
    if not valid and "text" in form.errors:
        return text, ""  # the form says what
    return text, "" if text.strip() else "The text is empty: nothing was sent."


def _tell(request: StaffRequest, done: Retried) -> None:
    said = "It is valid now, and kept."
    received = done.referral
    if received is not None and received.referral is not None and received.repeated:
        said += " The patient was read again. The referral that came before stays as it is: look through what it lacks."
    elif received is not None and received.referral is not None:
        said += " Its referral stands in intake now."
    elif received is not None:
        said += " The patient was read again."
    messages.success(request, said)
    for reason in done.refusal:
        messages.warning(request, reason.message)


@dataclass(frozen=True, slots=True)
class _Wrong:
    """One issue: where, in words, and the line that says it."""

    path: str
    said: str
    line: int | None
    content: str


def _page(
    request: StaffRequest,
    row: Quarantined,
    *,
    form: MendForm | None = None,
    text: str | None = None,
    decision: Decision[Retried] | None = None,
    leave_form: LeaveForm | None = None,
) -> HttpResponse:
    came, lossy = _as_received(row)
    shown = came if text is None else text
    issues: Iterable[tuple[str, str]] = _issues(row)
    if decision is not None and decision.value is not None and decision.value.issues:
        issues = [(issue.path, issue.sentence) for issue in decision.value.issues]
    long = len(shown) > _EDITED
    blank = MendForm(initial={"text": shown}, long=long)
    if form is not None and text is not None:
        blank = MendForm({"text": shown}, long=long)
        for name, found in form.errors.items():
            blank.add_error(name if name in blank.fields else None, list(found))
    context: dict[str, Any] = {
        "item": row,
        "wrong": _wrong(issues, shown),
        "decision": decision,
        "form": blank,
        "leave_form": leave_form or LeaveForm(),
        "long": long,
        "lossy": lossy,
        "shown": shown,
        "came": came,
        "changed": text is not None and text != came,
    }
    refused = decision is not None or leave_form is not None or form is not None
    return render(request, "interop/quarantined.html", context, status=409 if refused else 200)


def _as_received(row: Quarantined) -> tuple[str, bool]:
    """(its text, whether a sign stands in it for bytes that are no text). One long line is laid out in several."""
    data = documents.original(row.document, row.start, row.length) if row.document else b""
    if not data:
        return row.text, False
    text = data.decode("utf-8", "replace").replace("\0", "\N{REPLACEMENT CHARACTER}")
    lossy = "\N{REPLACEMENT CHARACTER}" in text
    if "\n" in text.strip() or lossy:
        return text, lossy
    try:
        return indented(parse(text)), False
    except (JsonProblem, RecursionError):
        return text, False


def _issues(row: Quarantined) -> list[tuple[str, str]]:
    return [(next(iter(issue.get("expression", [])), ""), issue["diagnostics"]) for issue in selectors.issues_of(row.outcome)]


def _wrong(issues: Iterable[tuple[str, str]], text: str) -> list[_Wrong]:
    try:
        value = parse(text)
    except JsonProblem:
        return [_Wrong(path, said, None, "") for path, said in issues]
    kind = value.get("resourceType") if isinstance(value, dict) else None
    lines = lines_of(text, kind if isinstance(kind, str) else "")
    content = text.split("\n")
    found = []
    for path, said in issues:
        line = line_for(path, lines)
        found.append(_Wrong(path, said, line, _excerpt(content, line) if line else ""))
    return found


def _excerpt(content: Sequence[str], line: int) -> str:
    """The line; with those that follow where it only opens something."""
    more = 3 if content[line - 1].strip() in ("{", "[") else 1
    return "\n".join(text[:160] for text in textwrap.dedent("\n".join(content[line - 1 :][:more])).split("\n"))
