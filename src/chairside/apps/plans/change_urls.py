"""Addresses of what a version of a protocol changes, among those of the formulary."""

from django.urls import URLPattern, URLResolver, path

from chairside.apps.plans import change_views

urlpatterns: list[URLPattern | URLResolver] = [
    path("<slug:protocol>/changes/", change_views.version_changes, name="protocol_changes"),
]
