"""Addresses of staff and of one's own profile."""

from django.urls import URLPattern, URLResolver, path

from chairside.apps.people import views

app_name = "people"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.staff, name="staff"),
    path("me/", views.profile, name="profile"),
    path("me/site/", views.site_choose, name="site"),
]
