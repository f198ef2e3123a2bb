"""The board: its page, its text alone, and its stream. Whoever may see it sees the same; a wall screen sees initials."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import patch_cache_control

from chairside.apps.chart.live import Watcher, board_response
from chairside.apps.chart.shared import Drawing, View, drawing
from chairside.apps.organizations import clock
from chairside.apps.people.device_gate import requires_or_device
from chairside.apps.people.gate import StaffRequest, refusal
from chairside.apps.people.let_in import Login, login_marks
from chairside.core.access import Action

_NOWHERE = "You hold no role at any site, so there is no board to show. Ask your manager."


@requires_or_device(Action.BOARD_READ)
def board_page(request: StaffRequest) -> HttpResponseBase:
    """The board of this site today."""
    if request.site is None:
        return refusal(request, _NOWHERE)
    view = _view(request)
    shown = {"drawing": _drawing(request, view), "wall": view.wall, "mine": view.nurse is not None, "query": _query(view)}
    return render(request, "chart/board.html", shown)


@requires_or_device(Action.BOARD_READ)
def board_fragment(request: StaffRequest) -> HttpResponseBase:
    """The board alone, for a page that cannot hear its stream."""
    if request.site is None:
        return refusal(request, _NOWHERE)
    found = _drawing(request, _view(request))
    if request.GET.get("seen", "") == found.name:
        return HttpResponse(status=204)  # the page shows just this: nothing is sent, and nothing moves under a finger
    response = HttpResponse(found.text)
    patch_cache_control(response, no_store=True)  # names of patients are not kept on a shared workstation's disk
    return response


@requires_or_device(Action.BOARD_READ)
def board_live(request: StaffRequest) -> HttpResponseBase:
    """The stream of the board, for as long as what let this person in stands."""
    if request.site is None:
        return refusal(request, _NOWHERE)
    login = _login(request)
    shown = request.headers.get("Last-Event-ID") or request.GET.get("seen", "")
    return board_response(request.site, Watcher(_view(request), login, login_marks([login]).get(login, ""), shown))


def _drawing(request: StaffRequest, view: View) -> Drawing:
    assert request.site is not None
    return drawing(request.site, view, clock.now())


def _view(request: StaffRequest) -> View:
    """What was asked for; nobody at an enrolled device sees what a wall sees."""
    wall = _nobody(request) or request.GET.get("view") == "wall"
    mine = not wall and request.GET.get("view") == "mine"
    return View(wall, UUID(request.actor.id) if mine else None, translation.get_language() or "en")


def _nobody(request: StaffRequest) -> bool:
    return bool(getattr(request, "locked", False))


def _query(view: View) -> str:
    return "view=wall" if view.wall else "view=mine" if view.nurse else ""


def _login(request: StaffRequest) -> Login:
    device = getattr(request, "device", None)
    at = device.pk if device is not None else None
    if _nobody(request):
        return Login(device=at)
    return Login(request.session.session_key or "", UUID(request.actor.id), at)
