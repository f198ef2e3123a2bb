"""Addresses of the design system's own pages."""

from django.urls import URLPattern, URLResolver, include, path

from chairside.web import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("clock/", views.clock, name="clock"),
    path("theme/", views.theme_choose, name="theme"),
    path("language/", include("django.conf.urls.i18n")),
    path("style/", views.style, name="style"),
    path("style/<str:page>/", views.style, name="style_page"),
]
