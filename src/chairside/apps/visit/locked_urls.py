"""Addresses of the locked screen of an enrolled device."""

from django.urls import URLPattern, URLResolver, path

from chairside.apps.visit.views import locked

app_name = "locked"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", locked.locked_page, name="page"),
    path("visits/", locked.locked_visits, name="visits"),
    path("live/", locked.locked_live, name="live"),
    path("visits/<uuid:visit>/pause/", locked.locked_tap, {"tap": "pause"}, name="pause"),
    path("visits/<uuid:visit>/reaction/", locked.locked_tap, {"tap": "reaction"}, name="reaction"),
    path("lock/", locked.lock, name="lock"),
    path("here/", locked.here, name="here"),
    path("enter/", locked.enter, name="enter"),
    path("unlock/", locked.unlock, name="unlock"),
    path("leave/", locked.leave, name="leave"),
]
