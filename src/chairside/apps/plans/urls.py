"""Addresses of plans and their doses."""

from django.urls import URLPattern, URLResolver, path

from chairside.apps.plans import views

app_name = "plans"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.plans, name="list"),
    path("<uuid:plan>/", views.plan, name="plan"),
    path("<uuid:plan>/decide/", views.decide_all, name="decide_all"),
    path("<uuid:plan>/stop/", views.stop, name="stop"),
    path("doses/<uuid:dose>/decide/", views.decide, name="decide"),
    path("make/<uuid:version>/", views.make, name="make"),
]
