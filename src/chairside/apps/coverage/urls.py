"""Addresses of coverage."""

from django.urls import URLPattern, URLResolver, path

from chairside.apps.coverage import views

app_name = "coverage"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.queue, name="queue"),
    path("<uuid:order>/", views.order, name="order"),
    path("<uuid:order>/insurance/", views.coverage_record, name="coverage_record"),
    path("<uuid:order>/insurance/<uuid:coverage>/check/", views.benefits_verify, name="benefits_verify"),
    path("<uuid:order>/authorization/", views.authorization_record, name="authorization_record"),
]
