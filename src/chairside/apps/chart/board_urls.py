"""Addresses of the board."""

from django.urls import URLPattern, URLResolver, path

from chairside.apps.chart import board_views

app_name = "board"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", board_views.board_page, name="page"),
    path("fragment/", board_views.board_fragment, name="fragment"),
    path("live/", board_views.board_live, name="live"),
]
