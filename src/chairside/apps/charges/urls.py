"""Addresses of charges."""

from django.urls import URLPattern, URLResolver, path

from chairside.apps.charges import views

app_name = "charges"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.queue, name="queue"),
    path("<uuid:visit>/", views.visit, name="visit"),
    path("<uuid:visit>/make/", views.make, name="make"),
]
