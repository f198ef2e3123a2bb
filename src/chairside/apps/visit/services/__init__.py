"""Services of the visit: opening one, and the one gate through which every event passes."""

from chairside.apps.visit.services.gate import event_append
from chairside.apps.visit.services.opening import visit_open
from chairside.apps.visit.services.policy_setting import visit_policy_set
from chairside.apps.visit.services.preparing import preparation_record
from chairside.apps.visit.services.projections import projections_rebuild
from chairside.apps.visit.services.queued import queued_append
from chairside.apps.visit.services.replanning import visit_replan

__all__ = [
    "event_append",
    "preparation_record",
    "projections_rebuild",
    "queued_append",
    "visit_open",
    "visit_policy_set",
    "visit_replan",
]
