"""Addresses of the formulary."""

from django.urls import URLPattern, URLResolver, path

from chairside.apps.formulary import views

app_name = "formulary"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.formulary_list, name="list"),
    path("<slug:protocol>/", views.protocol_page, name="protocol"),
]
