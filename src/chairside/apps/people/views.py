"""Staff for managers, and one's own profile."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from chairside.apps.people import selectors
from chairside.apps.people.gate import StaffRequest, requires
from chairside.apps.people.shift import SITE_KEY
from chairside.core.access import SECOND_STEP_ROLES, Action, Role, needs_second_step
from chairside.web.paging import Column, csv_response, listing, wants_csv

COLUMNS = (
    Column("name", "Name", ("name",), value=lambda row: str(row.user)),
    Column("email", "Log-in", ("email",), value=lambda row: row.user.email),
    Column("roles", "Roles", value=lambda row: ", ".join(row.roles)),
    Column("step", "Second step", value=lambda row: "yes" if row.second_step else "no"),
    Column("active", "May log in", ("is_active", "name"), value=lambda row: "yes" if row.user.is_active else "no"),
)


@requires(Action.STAFF_MANAGE)
def staff(request: StaffRequest) -> HttpResponseBase:
    """Everyone who logs in here, what they may do, and whether a second step is set up."""
    people = selectors.staff(role=request.GET.get("role", ""), text=request.GET.get("q", "").strip())
    if wants_csv(request):
        return csv_response("staff", COLUMNS, selectors.staff_rows(people.order_by("name", "pk")))
    page = listing(request, people, COLUMNS, name="staff", default_sort="name", filters=("q", "role"))
    roles = [(role.value, role.label) for role in Role if role not in (Role.PATIENT, Role.SYSTEM, Role.DEVICE)]
    return render(request, "people/staff.html", {"listing": page, "rows": selectors.staff_rows(page.rows), "roles": roles})


def profile(request: HttpRequest) -> HttpResponse:
    """Your roles and sites, your second step, theme and language."""
    actor = getattr(request, "actor", None)
    if actor is None:
        return redirect("account_login")
    memberships = selectors.memberships_of(request.user)  # type: ignore[arg-type]
    context = {
        "memberships": memberships,
        "sites": {item.site_id: item.site for item in memberships}.values(),
        "second_step": is_mfa_enabled(request.user),
        "needed": needs_second_step(actor),
        "asked": settings.MFA_REQUIRED,
        "steps": Authenticator.objects.filter(user=request.user).order_by("created_at"),
        "needing": sorted(role.label.lower() for role in SECOND_STEP_ROLES),
    }
    return render(request, "people/profile.html", context)


@require_POST
def site_choose(request: HttpRequest) -> HttpResponse:
    """Work at another of one's sites from now on."""
    if getattr(request, "actor", None) is None:
        return redirect("account_login")
    wanted = request.POST.get("site", "")
    if any(str(item.site_id) == wanted for item in selectors.memberships_of(request.user)):  # type: ignore[arg-type]
        request.session[SITE_KEY] = wanted
    return redirect("people:profile")
