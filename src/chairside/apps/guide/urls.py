"""Addresses of the patient's pages."""

from django.urls import URLPattern, URLResolver, path

from chairside.apps.guide import views

app_name = "guide"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.guide_list, name="list"),
    path("<slug:therapy>/", views.therapy, name="therapy"),
]
