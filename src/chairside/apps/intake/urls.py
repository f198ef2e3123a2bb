"""Addresses of intake: the queue, a referral, an order."""

from django.urls import URLPattern, URLResolver, path

from chairside.apps.intake import order_views, views

app_name = "intake"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.queue, name="queue"),
    path("<uuid:referral>/", views.referral, name="referral"),
    path("<uuid:referral>/order/", views.order_make, name="order_make"),
    path("<uuid:referral>/facts/", views.fact_record, name="fact_record"),
    path("missing/<uuid:item>/request/", views.missing_request, name="missing_request"),
    path("missing/<uuid:item>/close/", views.missing_close, name="missing_close"),
    path("findings/<uuid:finding>/settle/", views.finding_settle, name="finding_settle"),
    path("orders/<uuid:order>/", order_views.order, name="order"),
    path("orders/<uuid:order>/premedications/", order_views.premedications, name="order_premedications"),
    path("orders/<uuid:order>/sign/", order_views.sign, name="order_sign"),
    path("orders/<uuid:order>/take-over/", order_views.take_over, name="order_take_over"),
    path("orders/<uuid:order>/revise/", order_views.revise, name="order_revise"),
]
