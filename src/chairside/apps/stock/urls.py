"""Addresses of the pharmacy."""

from django.urls import URLPattern, URLResolver, path

from chairside.apps.stock import lot_views, views

app_name = "stock"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.queue, name="queue"),
    path("doses/<uuid:dose>/", views.dose, name="dose"),
    path("doses/<uuid:dose>/draw/", views.draw, name="draw"),
    path("doses/<uuid:dose>/return/", views.put_back, name="return"),
    path("lots/", lot_views.lots, name="lots"),
    path("lots/receive/", lot_views.receive, name="receive"),
    path("lots/<uuid:lot>/", lot_views.lot, name="lot"),
    path("lots/<uuid:lot>/waste/", lot_views.waste, name="waste"),
    path("lots/<uuid:lot>/quarantine/", lot_views.quarantine, name="quarantine"),
    path("lots/<uuid:lot>/release/", lot_views.release, name="release"),
]
