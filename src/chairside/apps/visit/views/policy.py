"""The policy of a site's visits: read by all who read visits, its history, and the form of who may set it."""

from __future__ import annotations

from itertools import groupby

from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render

from chairside.apps.organizations import clock
from chairside.apps.organizations.models import Site
from chairside.apps.people.gate import StaffRequest, requires
from chairside.apps.visit import services
from chairside.apps.visit.forms.policy import PolicyForm
from chairside.apps.visit.models import VisitPolicy
from chairside.apps.visit.plan_text import policy_from_text
from chairside.apps.visit.policies import newest_policy, policy_in_force, versions_of
from chairside.apps.visit.policy_words import always_checked, changes, lines_of
from chairside.core.access import Action
from chairside.core.visit.policy import PROPOSAL, SitePolicy
from chairside.web.paging import Column, csv_response, listing, wants_csv


def _changed(row: VisitPolicy) -> tuple[str, ...]:
    """What this version says otherwise than the one before it, the first otherwise than the proposal."""
    before = VisitPolicy.objects.filter(site=row.site_id, number=row.number - 1).first()
    return changes(policy_from_text(before.text) if before else PROPOSAL, policy_from_text(row.text))


COLUMNS = (
    Column("number", "Version", ("number",), number=True, value=lambda row: row.number),
    Column("at", "Set", ("at",), value=lambda row: row.at.isoformat()),
    Column("by", "By", ("by__name",), value=lambda row: str(row.by)),
    Column("reason", "Why", value=lambda row: row.reason),
    Column("changes", "What changed", value=lambda row: "; ".join(_changed(row))),
)
SETTINGS = (
    Column("group", "Part", value=lambda line: line.group),
    Column("title", "Setting", value=lambda line: line.title),
    Column("value", "Here", value=lambda line: line.value),
    Column("proposed", "Proposed", value=lambda line: line.proposed),
)


@requires(Action.VISIT_READ)
def visit_policy(request: StaffRequest) -> HttpResponseBase:
    """The policy in force with its versions; `?format=csv` gives the versions, `?settings=csv` each setting."""
    site = _site(request)
    rows = versions_of(site).select_related("by")
    if wants_csv(request):
        return csv_response("visit-policy-versions", COLUMNS, rows.order_by("number").iterator())
    policy = policy_in_force(site)
    if request.GET.get("settings") == "csv":
        return csv_response("visit-policy", SETTINGS, lines_of(policy, PROPOSAL))
    page = listing(request, rows, COLUMNS, name="policies", default_sort="-number")
    context = {
        **_shown(policy, newest_policy(site)),
        "listing": page,
        "rows": [(row, _changed(row)) for row in page.rows],
        "may_set": request.actor.may(Action.POLICY_SET).allowed,
        "site": site,
    }
    return render(request, "visit/policy.html", context)


@requires(Action.VISIT_READ)
def visit_policy_version(request: StaffRequest, number: int) -> HttpResponseBase:
    """One version as it was set."""
    site = _site(request)
    row = get_object_or_404(versions_of(site).select_related("by"), number=number)
    context = {**_shown(policy_from_text(row.text), row), "site": site, "changes": _changed(row)}
    return render(request, "visit/policy_version.html", context)


@requires(Action.POLICY_SET)
def visit_policy_change(request: StaffRequest) -> HttpResponseBase:
    """The form: what holds now, to be changed. Refused: the same form with every reason, and what was typed."""
    site = _site(request)
    policy = policy_in_force(site)
    form = PolicyForm(request.POST or None, policy=policy)
    if request.method == "POST" and form.is_valid():
        decision = services.visit_policy_set(
            site=site,
            policy=form.policy(),
            reason=form.cleaned_data["reason"],
            expected=form.cleaned_data["expected"],
            actor=request.actor,
            at=clock.now(),
        )
        if decision.value is not None and decision.allowed:
            messages.success(request, f"Version {decision.value.number} holds for visits that are opened from now on.")
            return redirect("visit:policy")
        form.add_reasons(decision)
    status = 422 if request.method == "POST" else 200
    return render(request, "visit/policy_change.html", {"form": form, "policy": policy, "site": site}, status=status)


def _shown(policy: SitePolicy, row: VisitPolicy | None) -> dict[str, object]:
    groups = [(title, list(found)) for title, found in groupby(lines_of(policy, PROPOSAL), key=lambda line: line.group)]
    return {"policy": policy, "row": row, "groups": groups, "always": always_checked()}


def _site(request: StaffRequest) -> Site:
    if request.site is None:
        raise Http404
    return request.site
