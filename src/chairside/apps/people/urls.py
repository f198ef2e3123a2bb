"""Addresses of staff, of one's own profile and PIN, of enrolled devices, and of records that may be one person."""

from django.urls import URLPattern, URLResolver, path

from chairside.apps.people import device_views, duplicate_views, entry_views, views

app_name = "people"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.staff, name="staff"),
    path("me/", views.profile, name="profile"),
    path("me/site/", views.site_choose, name="site"),
    path("me/pin/", entry_views.entry_page, name="entry"),
    path("me/pin/forget/", entry_views.entry_forget, name="entry_forget"),
    path("devices/", device_views.device_list, name="devices"),
    path("devices/enroll/", device_views.device_enroll, name="enroll"),
    path("devices/lock/", device_views.idle_set, name="idle"),
    path("devices/<uuid:device>/revoke/", device_views.device_revoke, name="revoke"),
    path("duplicates/", duplicate_views.queue, name="duplicates"),
    path("duplicates/<uuid:pair>/", duplicate_views.pair, name="duplicate"),
    path("duplicates/<uuid:pair>/same/", duplicate_views.same, name="same"),
    path("duplicates/<uuid:pair>/different/", duplicate_views.different, name="different"),
    path("merges/<uuid:merge>/", duplicate_views.merge, name="merge"),
    path("merges/<uuid:merge>/undo/", duplicate_views.unmerge, name="unmerge"),
]
