"""Pages of visits: the day's list, the screen at the chair, the record. Views and forms decide nothing."""

from chairside.apps.visit.views.care import acknowledge_list, acknowledge_sign, visit_care, visit_grade, visit_handover
from chairside.apps.visit.views.checks import visit_check_remote, visit_checks
from chairside.apps.visit.views.entering import visit_begin, visit_event, visit_pause, visit_reaction
from chairside.apps.visit.views.following import call_list, incident_list, rule_list
from chairside.apps.visit.views.home import sign_off_list, visit_kit
from chairside.apps.visit.views.order_sets import order_set, order_set_list, order_set_new, order_set_print
from chairside.apps.visit.views.paper import paper, paper_find
from chairside.apps.visit.views.policy import visit_policy, visit_policy_change, visit_policy_version
from chairside.apps.visit.views.printing import downtime, downtime_zip, visit_record_pdf
from chairside.apps.visit.views.queued import visit_queued
from chairside.apps.visit.views.reading import (
    visit_card,
    visit_flow,
    visit_list,
    visit_live,
    visit_now,
    visit_page,
    visit_record,
)

__all__ = [
    "acknowledge_list",
    "acknowledge_sign",
    "call_list",
    "downtime",
    "downtime_zip",
    "incident_list",
    "order_set",
    "order_set_list",
    "order_set_new",
    "order_set_print",
    "paper",
    "paper_find",
    "rule_list",
    "sign_off_list",
    "visit_begin",
    "visit_card",
    "visit_care",
    "visit_check_remote",
    "visit_checks",
    "visit_event",
    "visit_flow",
    "visit_grade",
    "visit_handover",
    "visit_kit",
    "visit_list",
    "visit_live",
    "visit_now",
    "visit_page",
    "visit_pause",
    "visit_policy",
    "visit_policy_change",
    "visit_policy_version",
    "visit_queued",
    "visit_reaction",
    "visit_record",
    "visit_record_pdf",
]
