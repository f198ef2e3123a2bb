"""A site's layer: its versions, their review and approval; a new one from a file or by changing one value, tried first."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from chairside.apps.formulary import selectors, services, standing
from chairside.apps.formulary.acting import DONE, Act, act, review_context
from chairside.apps.formulary.forms import ChangeForm, LayerForm, ProtocolForm
from chairside.apps.formulary.layer_text import changed_text, places_of, started_text
from chairside.apps.formulary.layers import LONGEST, base_at, preview_of
from chairside.apps.formulary.models import LayerVersion
from chairside.apps.organizations import clock
from chairside.apps.organizations.models import Site
from chairside.apps.people.gate import StaffRequest, requires
from chairside.core.access import Action
from chairside.formulary.reading import FormularyError
from chairside.web.paging import Column, csv_response, listing, ordering, wants_csv

COLUMNS = (
    Column("number", "Number", ("number",), number=True, value=lambda row: row.number),
    Column("version", "Version", ("version",), value=lambda row: row.version),
    Column("by", "Stored by", ("by__name",), value=lambda row: str(row.by)),
    Column("at", "Stored", ("at",), value=lambda row: row.at),
    Column("state", "Review", value=lambda row: standing.review_words([standing.thread_of(row)])),
    Column("sha256", "SHA-256", value=lambda row: row.sha256),
)


@requires(Action.FORMULARY_READ)
def layer_list(request: StaffRequest) -> HttpResponseBase:
    """The site's layers, newest first."""
    site = _site(request)
    rows = LayerVersion.objects.filter(site=site).select_related("by", "site")
    if wants_csv(request):
        return csv_response("layers", COLUMNS, rows.order_by(*ordering(COLUMNS, "-number")))
    found = listing(request, rows, COLUMNS, name="layers", default_sort="-number")
    in_force = standing.approval_in_force(site, "")
    threads = standing.threads_by_hash({row.sha256 for row in found.rows})
    context = {
        "current_site": site,
        "listing": found,
        "rows": [{"layer": row, "review": standing.review_words([threads[row.sha256]])} for row in found.rows],
        "in_force": in_force,
        "may_write": request.actor.may(Action.PROTOCOL_REVIEW).allowed,
    }
    return render(request, "formulary/layers.html", context)


@requires(Action.PROTOCOL_REVIEW)
def layer_new(request: StaffRequest) -> HttpResponseBase:
    """Try a text: what it says against our protocols, and every place that is refused. Only `store` writes."""
    site, text = _site(request), _newest_text(request)
    if request.method == "POST":
        text = _sent(request)
        if request.POST.get("do") == "store":
            stored = services.layer_store(site=site, text=text, actor=request.actor, at=clock.now())
            if stored.value is not None and stored.allowed:
                messages.success(request, f"Stored as number {stored.value.number}. It holds once it is reviewed and approved.")
                return redirect("formulary:layer", number=stored.value.number)
    tried = request.method == "POST"
    return _tried(request, site, text, tried=tried)


@requires(Action.PROTOCOL_REVIEW)
def layer_change(request: StaffRequest) -> HttpResponseBase:
    """Change one value of one protocol without writing the file: the text that it makes is tried, and stored from there."""
    site = _site(request)
    known = sorted(selectors.current_releases().values_list("protocol", "name"), key=lambda pair: pair[1].casefold())
    chosen = request.GET.get("protocol", "")
    base = base_at(site, chosen) if chosen in dict(known) else None
    context: dict[str, Any] = {
        "protocol_form": ProtocolForm(protocols=known, initial={"protocol": chosen}),
        "current_site": site,
    }
    if base is None:
        return render(request, "formulary/layer_change.html", context)
    form = ChangeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            text = changed_text(
                _newest_text(request),
                base=base,
                by=request.actor.name,
                on=clock.today(site.zone),
                **form.cleaned_data,
            )
        except FormularyError as problem:
            form.add_error("value", str(problem))
        else:
            return _tried(request, site, text, tried=True)
    context |= {"base": base, "form": form, "places": places_of(base)}
    return render(request, "formulary/layer_change.html", context, status=409 if form.errors else 200)


@requires(Action.FORMULARY_READ)
def layer(request: StaffRequest, number: int) -> HttpResponseBase:
    """One version: what it changes, its review, its approval."""
    return _page(request, _layer(request, number))


@requires(Action.FORMULARY_READ)
def layer_file(request: StaffRequest, number: int) -> HttpResponseBase:
    """The file as it was stored, byte for byte."""
    row = _layer(request, number)
    response = HttpResponse(row.text, content_type="application/yaml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="layer-{row.number}.yaml"'
    return response


@require_POST
@requires(Action.FORMULARY_READ)
def layer_act(request: StaffRequest, number: int, what: str) -> HttpResponseBase:
    """Query, answer, accept, approve or withdraw."""
    row = _layer(request, number)
    acted = act(request, what, row)
    if not acted.done:
        return _page(request, row, acted)
    messages.success(request, DONE[what].format(subject=row, site=row.site))
    return redirect("formulary:layer", number=number)


def _page(request: StaffRequest, row: LayerVersion, acted: Act | None = None) -> HttpResponse:
    preview = preview_of(row.site, row.text, str(row))
    in_force = standing.approval_in_force(row.site, "")
    following = services.layer_following(row)
    context = {
        "layer": row,
        "preview": preview,
        "in_force": in_force,
        "is_approved": in_force is not None and in_force.layer_id == row.pk,
        "following": following,
        "current_site": row.site,
        "lines": [f"{item.protocol}: {item.at}" for item in preview.layer.changes] if preview.layer else [],
        **review_context(request, row, acted),
    }
    return render(request, "formulary/layer.html", context, status=409 if acted else 200)


def _tried(request: StaffRequest, site: Site, text: str, *, tried: bool) -> HttpResponse:
    preview = preview_of(site, text) if tried else None
    context = {
        "form": LayerForm(initial={"text": text}),
        "text": text,
        "preview": preview,
        "can_store": preview is not None and preview.layer is not None and not preview.reasons,
        "current_site": site,
    }
    return render(request, "formulary/layer_new.html", context, status=409 if preview and preview.reasons else 200)


def _sent(request: StaffRequest) -> str:
    """The file where one is sent, else what stands in the box. What is not text in it is shown as such."""
    file = request.FILES.get("file")
    if file is None:
        return request.POST.get("text", "").replace("\r\n", "\n")
    sent: bytes = file.read(4 * LONGEST + 1)  # enough to see that it is too long
    return sent.decode("utf-8", "replace").replace("\r\n", "\n")


def _newest_text(request: StaffRequest) -> str:
    """What the next version begins with: the newest one that is stored, else an empty layer of this site."""
    site = _site(request)
    newest = LayerVersion.objects.filter(site=site).order_by("-number").first()
    return newest.text if newest else started_text(site.name)


def _layer(request: StaffRequest, number: int) -> LayerVersion:
    return get_object_or_404(
        LayerVersion.objects.select_related("site__organization", "by"), site=_site(request), number=number
    )


def _site(request: StaffRequest) -> Site:
    if request.site is None:
        raise Http404("A layer is of a site, and you work at none.")
    return request.site
