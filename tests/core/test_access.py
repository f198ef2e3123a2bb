"""The access matrix, pinned cell by cell: changing who may do what is a change of this table, read by a person."""

from __future__ import annotations

import pytest

from chairside.core.access import MATRIX, SECOND_STEP_ROLES, Action, Actor, Role, may_override, needs_second_step
from chairside.core.kernel.decision import Outcome

# Columns, left to right.
COLUMNS = {
    "fd": Role.FRONT_DESK, "ma": Role.MEDICAL_ASSISTANT, "in": Role.INTAKE, "au": Role.AUTHORIZATION, "sc": Role.SCHEDULER,
    "rn": Role.NURSE, "cn": Role.CHARGE_NURSE, "ph": Role.PHARMACIST, "pr": Role.PRESCRIBER, "md": Role.MEDICAL_DIRECTOR,
    "bi": Role.BILLER, "bl": Role.BILLING_LEAD, "mg": Role.MANAGER, "po": Role.PRIVACY_OFFICER, "ad": Role.AUDITOR,
    "pt": Role.PATIENT, "sy": Role.SYSTEM, "dv": Role.DEVICE,
}  # fmt: skip
TABLE = """
                      fd ma in au sc rn cn ph pr md bi bl mg po ad pt sy dv
chart.read             .  x  x  x  .  x  x  x  x  x  .  .  .  x  .  .  .  .
chart.break_glass      .  x  .  .  .  x  x  x  x  x  .  .  .  .  .  .  .  .
referral.read          x  x  x  x  x  x  x  x  x  x  .  .  x  .  .  .  .  .
referral.receive       x  .  x  .  .  .  .  .  .  .  .  .  .  .  .  .  x  .
referral.work          .  .  x  x  .  x  x  x  .  .  .  .  .  .  .  .  .  .
patient.merge          .  .  x  .  .  .  .  .  .  x  .  .  x  .  .  .  x  .
order.sign             .  .  .  .  .  .  .  .  x  x  .  .  .  .  .  .  .  .
coverage.read          x  x  x  x  x  x  x  x  x  x  x  x  x  .  .  .  .  .
coverage.record        .  .  x  x  .  .  .  .  .  .  .  .  .  .  .  .  x  .
plan.make              .  .  .  .  .  x  x  x  x  x  .  .  .  .  .  .  x  .
dose.decide            .  .  .  .  .  .  .  x  x  x  .  .  .  .  .  .  .  .
clearance.read         .  x  x  x  x  x  x  x  x  x  .  .  .  .  .  .  .  .
clearance.evaluate     .  x  x  x  x  x  x  x  x  x  .  .  .  .  .  .  x  .
fact.record            .  x  x  .  .  x  x  x  x  x  .  .  .  .  .  .  x  .
hold.release           .  .  .  .  .  .  .  .  x  x  .  .  .  .  .  .  .  .
appointment.read       x  x  x  x  x  x  x  x  x  x  x  x  x  .  .  .  .  .
appointment.book       x  .  .  .  x  x  x  .  .  .  .  .  x  .  .  .  x  .
board.read             x  x  x  x  x  x  x  x  x  x  x  x  x  .  .  .  .  .
lot.read               .  x  .  .  .  x  x  x  x  x  x  x  x  .  .  .  .  .
lot.receive            .  .  .  .  .  .  .  x  .  .  .  .  .  .  .  .  x  .
lot.draw               .  .  .  .  .  x  x  x  .  .  .  .  .  .  .  .  .  .
visit.read             x  x  .  .  .  x  x  x  x  x  x  x  .  .  .  .  .  .
visit.check_in         x  x  .  .  .  x  x  .  .  .  .  .  .  .  .  .  .  .
visit.assess           .  x  .  .  .  x  x  .  .  .  .  .  .  .  .  .  .  .
visit.give             .  .  .  .  .  x  x  .  .  .  .  .  .  .  .  .  .  .
visit.pause            .  x  .  .  .  x  x  x  x  x  .  .  .  .  .  .  .  x
visit.reaction         .  x  .  .  .  x  x  x  x  x  .  .  .  .  .  .  .  x
visit.report           .  x  .  .  .  x  x  x  x  x  .  .  .  .  .  .  .  .
visit.verify           .  .  .  .  .  x  x  x  .  .  .  .  .  .  .  .  .  .
visit.discharge        .  .  .  .  .  x  x  .  .  .  .  .  .  .  .  .  .  .
policy.set             .  .  .  .  .  .  .  x  .  x  .  .  .  .  .  .  .  .
charge.read            .  .  .  .  .  .  .  .  .  .  x  x  x  .  x  .  .  .
charge.work            .  .  .  .  .  .  .  .  .  .  x  x  .  .  .  .  .  .
guide.read             x  x  x  x  x  x  x  x  x  x  x  x  x  .  .  x  .  .
formulary.read         x  x  x  x  x  x  x  x  x  x  x  x  x  x  x  .  .  .
protocol.review        .  .  .  .  .  .  .  x  .  .  .  .  .  .  .  .  .  .
protocol.approve       .  .  .  .  .  .  .  .  .  x  .  .  .  .  .  .  .  .
report.read            .  .  .  .  .  .  x  .  .  x  .  x  x  .  .  .  .  .
record.export          .  .  .  .  .  .  .  .  .  .  .  .  x  x  .  .  x  .
downtime.print         .  .  .  .  .  .  x  .  .  .  .  .  x  .  .  .  x  .
audit.read             .  .  .  .  .  .  .  .  .  .  .  .  .  x  x  .  .  .
staff.manage           .  .  .  .  .  .  .  .  .  .  .  .  x  .  .  .  .  .
device.manage          .  .  .  .  .  .  x  .  .  .  .  .  x  .  .  .  .  .
"""


def cells() -> list[tuple[Action, Role, bool]]:
    heading, *rows = TABLE.strip("\n").splitlines()
    roles = [COLUMNS[key] for key in heading.split()]
    return [
        (Action(row.split()[0]), role, mark == "x") for row in rows for role, mark in zip(roles, row.split()[1:], strict=True)
    ]


@pytest.mark.parametrize(("action", "role", "allowed"), cells(), ids=lambda value: getattr(value, "value", str(value)))
def test_a_cell_of_the_matrix(action: Action, role: Role, allowed: bool) -> None:
    decision = Actor("p", "Pat", "o", frozenset({role})).may(action)
    assert decision.allowed is allowed
    if not allowed:
        assert [(reason.code, reason.outcome, reason.limit) for reason in decision.reasons] == [
            ("not_permitted", Outcome.REFUSED, action.value)
        ]


def test_the_table_names_every_action_and_every_role() -> None:
    assert {action for action, _, _ in cells()} == set(Action) == set(MATRIX)
    assert {role for _, role, _ in cells()} == set(Role)


def test_roles_add_up_and_nobody_may_anything_without_one() -> None:
    both = Actor("p", "Pat", "o", frozenset({Role.BILLER, Role.NURSE}))
    assert both.may(Action.VISIT_GIVE).allowed
    assert both.may(Action.CHARGE_WORK).allowed
    assert not any(Actor("p", "Pat", "o").may(action).allowed for action in Action)


def test_who_signs_prepares_gives_or_manages_needs_a_second_step() -> None:
    assert {role.value for role in SECOND_STEP_ROLES} == {
        "nurse", "charge_nurse", "pharmacist", "prescriber", "medical_director", "manager",
    }  # fmt: skip
    assert needs_second_step(Actor("p", "Pat", "o", frozenset({Role.FRONT_DESK, Role.NURSE})))
    assert not needs_second_step(Actor("p", "Pat", "o", frozenset({Role.BILLER})))


@pytest.mark.parametrize(
    ("role", "override", "may"),
    [
        (Role.PRESCRIBER, "prescriber", True),
        (Role.MEDICAL_DIRECTOR, "prescriber", True),
        (Role.PHARMACIST, "prescriber", False),
        (Role.PHARMACIST, "pharmacist", True),
        (Role.MEDICAL_DIRECTOR, "pharmacist", False),
        (Role.PRESCRIBER, "none", False),
        (Role.PRESCRIBER, "", False),
        (Role.PRESCRIBER, "somebody", False),
    ],
)
def test_an_override_is_given_by_the_person_whom_the_reason_names(role: Role, override: str, may: bool) -> None:
    assert may_override(Actor("p", "Pat", "o", frozenset({role})), override) is may
