"""Import: files are brought here, their import is watched, and what came of earlier ones is found again."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_cache_control
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST

from chairside.apps.audit.notify import CHANNEL
from chairside.apps.interop import selectors
from chairside.apps.interop.forms import ImportForm
from chairside.apps.interop.models import ImportRun
from chairside.apps.interop.progress import outcome, standing
from chairside.apps.interop.receiving_files import ToDisk, place_of
from chairside.apps.interop.services.uploading import Upload, upload_is_here, upload_receive, upload_resume
from chairside.apps.organizations import clock
from chairside.apps.people.gate import StaffRequest, refusal, requires
from chairside.core.access import Action
from chairside.web import sse
from chairside.web.paging import csv_response, listing, wants_csv
from chairside.web.problems import problem

_STOP_POLLING = 286  # htmx takes the answer and asks no more
_FIELDS = ("files", "folder")
_MORE = "Or have it done by whoever runs Chairside: the command “chairside import” takes any number and size."


@csrf_exempt  # asked in _received, once the form has been read file by file: a wrong token keeps nothing
@requires(Action.REFERRAL_RECEIVE)
def page(request: StaffRequest) -> HttpResponseBase:
    """Bring files, and see earlier imports."""
    if request.method != "POST":
        return _page(request, ImportForm())
    arriving = ToDisk(request, settings.UPLOAD_MOST_BYTES)
    if request.content_type == "multipart/form-data":
        request.upload_handlers = [arriving]
    try:
        request.POST  # noqa: B018 - reads the form: what cannot be read is told here, not by a page about nothing
        return _too_much(request) if arriving.too_much else _received(request)
    except OSError:
        arriving.give_up()
        do = "Try again. If it happens twice, tell whoever runs Chairside: the disk may be full."
        return problem(request, 503, reason="The files could not be stored.", kept="Nothing of these files was kept.", do=do)
    except RequestDataTooBig:
        return _too_much(request)
    except TooManyFilesSent:
        most = settings.DATA_UPLOAD_MAX_NUMBER_FILES
        return problem(request, 413, reason=f"These are more than {most} files.", do=f"Bring them in parts. {_MORE}")


def _too_much(request: StaffRequest) -> HttpResponse:
    most = settings.UPLOAD_MOST_BYTES // 1024**2
    return problem(request, 413, reason=f"Together the files are larger than {most:,} MB.", do=f"Bring them in parts. {_MORE}")


@csrf_protect
def _received(request: StaffRequest) -> HttpResponseBase:
    if request.site is None:
        return refusal(request, "You hold no role at any site, so nobody could work on what came in. Ask your manager.")
    form = ImportForm(request.POST)
    if form.is_valid():
        decision = upload_receive(
            uploads=_uploads(request, form),
            sender=form.cleaned_data["sender"],
            site=request.site,
            actor=request.actor,
            at=clock.now(),
        )
        if decision.value is not None:
            return redirect("interop:run", run=decision.value.id)
        form.add_reasons(decision)
    return _page(request, form)


def _uploads(request: StaffRequest, form: ImportForm) -> list[Upload]:
    """The files with the folders that the page's script told; a list that does not fit the files tells nothing."""
    told = form.told_paths()
    found = []
    for field in _FIELDS:
        files = request.FILES.getlist(field)
        paths = told.get(field, [])
        names = paths if len(paths) == len(files) else [str(file.name) for file in files]
        found += [Upload(name, place_of(file)) for name, file in zip(names, files, strict=True)]
    return found


def _page(request: StaffRequest, form: ImportForm) -> HttpResponseBase:
    rows = selectors.runs(request.GET)
    if wants_csv(request):
        return csv_response("imports", selectors.RUN_COLUMNS, rows.order_by("-started_at", "pk").defer("report").iterator())
    shown = listing(
        request,
        rows.defer("report"),
        selectors.RUN_COLUMNS,
        name="imports",
        default_sort="-started",
        filters=selectors.RUN_FILTERS,
        per_page=10,
    )
    context = {
        "form": form,
        "listing": shown,
        "statuses": ImportRun.Status.choices,
        "waiting": selectors.open_count(),
        "most_files": settings.DATA_UPLOAD_MAX_NUMBER_FILES,
        "most_megabytes": settings.UPLOAD_MOST_BYTES // 1024**2,
    }
    return render(request, "interop/import.html", context, status=409 if form.errors else 200)


@requires(Action.REFERRAL_RECEIVE)
def run_page(request: StaffRequest, run: UUID) -> HttpResponseBase:
    """One import: how far it is, and at its end what came of it."""
    return render(request, "interop/run.html", _run_context(_run(run)))


@requires(Action.REFERRAL_RECEIVE)
def run_fragment(request: StaffRequest, run: UUID) -> HttpResponseBase:
    """The part of that page that changes. Said aloud is only a new stage, a quarter more, or the end."""
    context = _run_context(_run(run))
    context["announce"] = request.GET.get("said", "") != context["mark"]
    ended = _STOP_POLLING if not context["running"] else 200
    response = render(request, "interop/_run.html", context, status=ended)
    patch_cache_control(response, no_store=True)
    return response


@requires(Action.REFERRAL_RECEIVE)
def run_live(request: StaffRequest, run: UUID) -> HttpResponseBase:
    """Word of each step of one import."""
    return sse.live_response([f"import:{_run(run).pk}"], CHANNEL)


@require_POST
@requires(Action.REFERRAL_RECEIVE)
def run_resume(request: StaffRequest, run: UUID) -> HttpResponseBase:
    """Let an import go on that stopped."""
    row = _run(run)
    decision = upload_resume(run=row, actor=request.actor, at=clock.now())
    if decision.value is not None:
        messages.success(request, "The import goes on where it stopped.")
        return redirect("interop:run", run=row.pk)
    return render(request, "interop/run.html", {**_run_context(row), "decision": decision}, status=409)


def _run(run: UUID) -> ImportRun:
    return get_object_or_404(ImportRun.objects.select_related("site"), id=run)


def _run_context(run: ImportRun) -> dict[str, object]:
    running = run.status == ImportRun.Status.RUNNING
    done = run.status == ImportRun.Status.DONE
    now = standing(run, clock.now()) if running else None
    return {
        "run": run,
        "running": running,
        "standing": now,
        "outcome": outcome(run) if done else None,
        "may_resume": run.status == ImportRun.Status.STOPPED and upload_is_here(run),
        "mark": now.mark if now else run.status,
        "seconds": (run.ended_at - run.started_at).total_seconds() if run.ended_at else None,
    }
