"""Addresses of clearance."""

from django.urls import URLPattern, URLResolver, path

from chairside.apps.clearance import views

app_name = "clearance"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.queue, name="queue"),
    path("evaluate/", views.evaluate_all, name="evaluate_all"),
    path("<uuid:dose>/", views.dose, name="dose"),
    path("<uuid:dose>/evaluate/", views.evaluate, name="evaluate"),
    path("<uuid:dose>/record/", views.record, name="record"),
    path("<uuid:dose>/release/", views.release, name="release"),
]
