"""Addresses of the board."""

from django.urls import URLPattern, URLResolver, path

from chairside.apps.chart import views

app_name = "board"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.board_page, name="page"),
    path("fragment/", views.board_fragment, name="fragment"),
    path("live/", views.board_live, name="live"),
]
