"""Pages of visits: the day's list, the screen at the chair, the record. Views and forms decide nothing."""

from chairside.apps.visit.views.checks import visit_check_remote, visit_checks
from chairside.apps.visit.views.entering import visit_begin, visit_event, visit_pause, visit_reaction
from chairside.apps.visit.views.following import call_list, incident_list, rule_list
from chairside.apps.visit.views.policy import visit_policy, visit_policy_change, visit_policy_version
from chairside.apps.visit.views.paper import paper, paper_find
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
    "downtime",
    "downtime_zip",
    "paper",
    "paper_find",
    "call_list",
    "incident_list",
    "rule_list",
    "visit_begin",
    "visit_card",
    "visit_check_remote",
    "visit_checks",
    "visit_event",
    "visit_flow",
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
