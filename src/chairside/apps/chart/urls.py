"""Addresses of patients."""

from django.urls import URLPattern, URLResolver, path

from chairside.apps.chart import facts_page, views

app_name = "chart"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.patient_list, name="list"),
    path("<uuid:patient>/", views.patient_page, name="patient"),
    path("<uuid:patient>/facts/", facts_page.facts_page, name="facts"),
]
