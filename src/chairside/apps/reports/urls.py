"""Addresses of reports."""

from django.urls import URLPattern, URLResolver, path

from chairside.apps.reports import views

app_name = "reports"
urlpatterns: list[URLPattern | URLResolver] = [path("", views.overview, name="overview")]
