"""Addresses of import: files, what came of them, quarantine, and resources as received."""

from django.urls import URLPattern, URLResolver, path

from chairside.apps.interop import quarantine_views, resource_views, views

app_name = "interop"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.page, name="page"),
    path("runs/<uuid:run>/", views.run_page, name="run"),
    path("runs/<uuid:run>/fragment/", views.run_fragment, name="run_fragment"),
    path("runs/<uuid:run>/live/", views.run_live, name="run_live"),
    path("runs/<uuid:run>/resume/", views.run_resume, name="run_resume"),
    path("quarantine/", quarantine_views.queue, name="quarantine"),
    path("quarantine/<uuid:item>/", quarantine_views.page, name="quarantined"),
    path("quarantine/<uuid:item>/retry/", quarantine_views.retry, name="quarantined_retry"),
    path("quarantine/<uuid:item>/leave/", quarantine_views.leave, name="quarantined_leave"),
    path("quarantine/<uuid:item>/original/", quarantine_views.original, name="quarantined_original"),
    path("resources/<str:kind>/<str:here>/", resource_views.page, name="resource"),
    path("resources/<str:kind>/<str:here>/<int:version>/original/", resource_views.original, name="resource_original"),
]
