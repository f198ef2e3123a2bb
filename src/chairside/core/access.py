"""Who may do what: one matrix of role and action. Every entry path asks it; a test pins every cell."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from chairside.core.kernel.decision import Decision, refused


class Role(StrEnum):
    """The roles of a center (product.md, "Roles")."""

    FRONT_DESK = "front_desk"
    MEDICAL_ASSISTANT = "medical_assistant"
    INTAKE = "intake"
    AUTHORIZATION = "authorization"
    SCHEDULER = "scheduler"
    NURSE = "nurse"
    CHARGE_NURSE = "charge_nurse"
    PHARMACIST = "pharmacist"
    PRESCRIBER = "prescriber"
    MEDICAL_DIRECTOR = "medical_director"
    BILLER = "biller"
    BILLING_LEAD = "billing_lead"
    MANAGER = "manager"
    PRIVACY_OFFICER = "privacy_officer"
    AUDITOR = "auditor"
    PATIENT = "patient"
    SYSTEM = "system"
    DEVICE = "device"

    @property
    def label(self) -> str:
        return self.value.replace("_", " ").capitalize()


class Action(StrEnum):
    """What can be done, named noun.verb in journey order."""

    CHART_READ = "chart.read"
    CHART_BREAK_GLASS = "chart.break_glass"
    REFERRAL_READ = "referral.read"
    REFERRAL_RECEIVE = "referral.receive"
    REFERRAL_WORK = "referral.work"
    PATIENT_MERGE = "patient.merge"
    ORDER_SIGN = "order.sign"
    COVERAGE_READ = "coverage.read"
    COVERAGE_RECORD = "coverage.record"
    PLAN_MAKE = "plan.make"
    DOSE_DECIDE = "dose.decide"
    CLEARANCE_READ = "clearance.read"
    CLEARANCE_EVALUATE = "clearance.evaluate"
    FACT_RECORD = "fact.record"
    HOLD_RELEASE = "hold.release"
    APPOINTMENT_READ = "appointment.read"
    APPOINTMENT_BOOK = "appointment.book"
    BOARD_READ = "board.read"
    LOT_READ = "lot.read"
    LOT_RECEIVE = "lot.receive"
    LOT_DRAW = "lot.draw"
    VISIT_READ = "visit.read"
    VISIT_CHECK_IN = "visit.check_in"
    VISIT_ASSESS = "visit.assess"
    VISIT_GIVE = "visit.give"
    VISIT_PAUSE = "visit.pause"
    VISIT_REACTION = "visit.reaction"
    VISIT_REPORT = "visit.report"
    VISIT_VERIFY = "visit.verify"
    VISIT_DISCHARGE = "visit.discharge"
    POLICY_SET = "policy.set"
    CHARGE_READ = "charge.read"
    CHARGE_WORK = "charge.work"
    GUIDE_READ = "guide.read"
    FORMULARY_READ = "formulary.read"
    PROTOCOL_REVIEW = "protocol.review"
    PROTOCOL_APPROVE = "protocol.approve"
    REPORT_READ = "report.read"
    RECORD_EXPORT = "record.export"
    DOWNTIME_PRINT = "downtime.print"
    AUDIT_READ = "audit.read"
    STAFF_MANAGE = "staff.manage"
    DEVICE_MANAGE = "device.manage"


_R, _A = Role, Action
_BEDSIDE = {_R.NURSE, _R.CHARGE_NURSE}
_CLINICAL = _BEDSIDE | {_R.MEDICAL_ASSISTANT, _R.PHARMACIST, _R.PRESCRIBER, _R.MEDICAL_DIRECTOR}
_PRESCRIBING = {_R.PRESCRIBER, _R.MEDICAL_DIRECTOR}
_BILLING = {_R.BILLER, _R.BILLING_LEAD}
_OFFICE = {_R.FRONT_DESK, _R.INTAKE, _R.AUTHORIZATION, _R.SCHEDULER}
_STAFF = _CLINICAL | _OFFICE | _BILLING | {_R.MANAGER}
_OVERSIGHT = {_R.PRIVACY_OFFICER, _R.AUDITOR}

MATRIX: dict[Action, frozenset[Role]] = {
    action: frozenset(roles)
    for action, roles in {
        _A.CHART_READ: _CLINICAL | {_R.INTAKE, _R.AUTHORIZATION, _R.PRIVACY_OFFICER},
        _A.CHART_BREAK_GLASS: _CLINICAL,
        _A.REFERRAL_READ: _CLINICAL | _OFFICE | {_R.MANAGER},
        _A.REFERRAL_RECEIVE: {_R.INTAKE, _R.FRONT_DESK, _R.SYSTEM},
        _A.REFERRAL_WORK: {_R.INTAKE, _R.AUTHORIZATION, _R.NURSE, _R.CHARGE_NURSE, _R.PHARMACIST},
        # Whose record is whose is an office's question, the medical director's where it is doubtful; messages bring it too.
        _A.PATIENT_MERGE: {_R.INTAKE, _R.MANAGER, _R.MEDICAL_DIRECTOR, _R.SYSTEM},
        _A.ORDER_SIGN: _PRESCRIBING,
        _A.COVERAGE_READ: _STAFF,
        _A.COVERAGE_RECORD: {_R.AUTHORIZATION, _R.INTAKE, _R.SYSTEM},
        _A.PLAN_MAKE: _PRESCRIBING | {_R.PHARMACIST, _R.NURSE, _R.CHARGE_NURSE, _R.SYSTEM},
        _A.DOSE_DECIDE: _PRESCRIBING | {_R.PHARMACIST},
        _A.CLEARANCE_READ: _CLINICAL | {_R.INTAKE, _R.AUTHORIZATION, _R.SCHEDULER},
        _A.CLEARANCE_EVALUATE: _CLINICAL | {_R.INTAKE, _R.AUTHORIZATION, _R.SCHEDULER, _R.SYSTEM},
        _A.FACT_RECORD: _CLINICAL | {_R.INTAKE, _R.SYSTEM},
        _A.HOLD_RELEASE: _PRESCRIBING,
        _A.APPOINTMENT_READ: _STAFF,
        _A.APPOINTMENT_BOOK: {_R.SCHEDULER, _R.FRONT_DESK, _R.CHARGE_NURSE, _R.NURSE, _R.MANAGER, _R.SYSTEM},
        _A.BOARD_READ: _STAFF,
        _A.LOT_READ: _CLINICAL | _BILLING | {_R.MANAGER},
        _A.LOT_RECEIVE: {_R.PHARMACIST, _R.SYSTEM},
        _A.LOT_DRAW: {_R.PHARMACIST} | _BEDSIDE,
        _A.VISIT_READ: _CLINICAL | {_R.FRONT_DESK} | _BILLING,
        _A.VISIT_CHECK_IN: _BEDSIDE | {_R.FRONT_DESK, _R.MEDICAL_ASSISTANT},
        _A.VISIT_ASSESS: _BEDSIDE | {_R.MEDICAL_ASSISTANT},
        _A.VISIT_GIVE: _BEDSIDE,
        # A device without a person may do these two and nothing else; a person says afterwards that it was them.
        _A.VISIT_PAUSE: _CLINICAL | {_R.DEVICE},
        _A.VISIT_REACTION: _CLINICAL | {_R.DEVICE},
        _A.VISIT_REPORT: _CLINICAL,
        _A.VISIT_VERIFY: _BEDSIDE | {_R.PHARMACIST},
        _A.VISIT_DISCHARGE: _BEDSIDE,
        _A.POLICY_SET: {_R.PHARMACIST, _R.MEDICAL_DIRECTOR},
        _A.CHARGE_READ: _BILLING | {_R.MANAGER, _R.AUDITOR},
        _A.CHARGE_WORK: _BILLING,
        _A.GUIDE_READ: _STAFF | {_R.PATIENT},
        _A.FORMULARY_READ: _STAFF | _OVERSIGHT,
        _A.PROTOCOL_REVIEW: {_R.PHARMACIST},
        _A.PROTOCOL_APPROVE: {_R.MEDICAL_DIRECTOR},
        _A.REPORT_READ: {_R.MANAGER, _R.CHARGE_NURSE, _R.MEDICAL_DIRECTOR, _R.BILLING_LEAD},
        # Whole records leave the center: by who answers for it, or for a patient who asked the privacy officer.
        _A.RECORD_EXPORT: {_R.MANAGER, _R.PRIVACY_OFFICER, _R.SYSTEM},
        # Paper with the charts of two days: by who runs the floor when the system is down.
        _A.DOWNTIME_PRINT: {_R.CHARGE_NURSE, _R.MANAGER, _R.SYSTEM},
        _A.AUDIT_READ: _OVERSIGHT,
        _A.STAFF_MANAGE: {_R.MANAGER},
        _A.DEVICE_MANAGE: {_R.MANAGER, _R.CHARGE_NURSE},
    }.items()
}


# Roles that sign, prepare, give or manage log-ins: a password alone is not enough for them (hazard H-031).
SECOND_STEP_ROLES = frozenset(_BEDSIDE | _PRESCRIBING | {_R.PHARMACIST, _R.MANAGER})


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person, the system, or an enrolled device; always within one organization.

    id            the person's, device's or job's id, as text
    name          as it appears in the record
    organization  the organization's id, as text
    roles         all roles held at the site
    session       the log-in session, so that two checks from one log-in are seen as one
    """

    id: str
    name: str
    organization: str
    roles: frozenset[Role] = field(default_factory=frozenset)
    session: str = ""

    def may(self, action: Action) -> Decision[None]:
        """Allowed, or refused with the roles that may."""
        if self.roles & MATRIX[action]:
            return Decision()
        who = ", ".join(sorted(role.label.lower() for role in MATRIX[action] if role is not Role.SYSTEM))
        return Decision(
            None,
            (
                refused(
                    "not_permitted",
                    f"{self.name or 'You'} may not do this. It takes: {who}.",
                    field="actor",
                    limit=action.value,
                    source="access matrix",
                ),
            ),
        )


def needs_second_step(actor: Actor) -> bool:
    """True for someone who holds a role that must log in with a second step."""
    return bool(actor.roles & SECOND_STEP_ROLES)


def may_override(actor: Actor, override: str) -> bool:
    """May this person give what a reason asks a named person for? `override` is the reason's: a role, "none" or "".

    The medical director stands in for a prescriber; nobody stands in for anybody else.
    """
    if override in ("", "none"):
        return False
    wanted = {Role(override)} if override in set(Role) else set()
    if Role.PRESCRIBER in wanted:
        wanted.add(Role.MEDICAL_DIRECTOR)
    return bool(actor.roles & wanted)
