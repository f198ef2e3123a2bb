"""Addresses of scheduling."""

from django.urls import URLPattern, URLResolver, path

from chairside.apps.scheduling import appointment_views, booking_views, views

app_name = "scheduling"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.day, name="day"),
    path("week/", views.week, name="week"),
    path("to-book/", views.queue, name="queue"),
    path("doses/<uuid:dose>/", booking_views.dose, name="dose"),
    path("doses/<uuid:dose>/book/", booking_views.book, name="book"),
    path("doses/<uuid:dose>/first/", booking_views.first, name="first"),
    path("doses/<uuid:dose>/check/", booking_views.check, name="check"),
    path("appointments/<uuid:appointment>/", appointment_views.appointment, name="appointment"),
    path("appointments/<uuid:appointment>/move/", appointment_views.move, name="move"),
    path("appointments/<uuid:appointment>/check/", appointment_views.check_move, name="check_move"),
    path("appointments/<uuid:appointment>/cancel/", appointment_views.cancel, name="cancel"),
    path("appointments/<uuid:appointment>/no-show/", appointment_views.no_show, name="no_show"),
]
