"""Addresses of visits."""

from django.urls import URLPattern, URLResolver, path

from chairside.apps.visit import views

app_name = "visit"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.visit_list, name="list"),
    path("incidents/", views.incident_list, name="incidents"),
    path("calls/", views.call_list, name="calls"),
    path("acknowledge/", views.acknowledge_list, name="acknowledge"),
    path("acknowledge/<uuid:event>/", views.acknowledge_sign, name="acknowledge-sign"),
    path("order-sets/", views.order_set_list, name="order-sets"),
    path("order-sets/new/", views.order_set_new, name="order-set-new"),
    path("order-sets/<int:number>/", views.order_set, name="order-set"),
    path("order-sets/<int:number>/print/", views.order_set_print, name="order-set-print"),
    path("rules/", views.rule_list, name="rules"),
    path("open/<uuid:appointment>/", views.visit_begin, name="open"),
    path("sign-off/", views.sign_off_list, name="sign-offs"),
    path("checks/", views.visit_checks, name="checks"),
    path("checks/<uuid:visit>/<slug:drug>/", views.visit_check_remote, name="check-remote"),
    path("policy/", views.visit_policy, name="policy"),
    path("policy/change/", views.visit_policy_change, name="policy-change"),
    path("policy/<int:number>/", views.visit_policy_version, name="policy-version"),
    path("<uuid:visit>/", views.visit_page, name="page"),
    path("<uuid:visit>/card/", views.visit_card, name="card"),
    path("<uuid:visit>/now/", views.visit_now, name="now"),
    path("<uuid:visit>/flow/", views.visit_flow, name="flow"),
    path("<uuid:visit>/live/", views.visit_live, name="live"),
    path("<uuid:visit>/care/", views.visit_care, name="care"),
    path("<uuid:visit>/grade/", views.visit_grade, name="grade"),
    path("<uuid:visit>/handover/", views.visit_handover, name="handover"),
    path("<uuid:visit>/kit/", views.visit_kit, name="kit"),
    path("<uuid:visit>/record/", views.visit_record, name="record"),
    path("paper/<uuid:appointment>/", views.paper_find, name="paper-find"),
    path("<uuid:visit>/paper/", views.paper, name="paper"),
    path("downtime/", views.downtime, name="downtime"),
    path("downtime/pack.zip", views.downtime_zip, name="downtime-zip"),
    path("<uuid:visit>/record.pdf", views.visit_record_pdf, name="record-pdf"),
    path("<uuid:visit>/pause/", views.visit_pause, name="pause"),
    path("<uuid:visit>/reaction/", views.visit_reaction, name="reaction"),
    path("<uuid:visit>/queued/", views.visit_queued, name="queued"),
    path("<uuid:visit>/events/<slug:name>/", views.visit_event, name="event"),
]
