"""The printed sheet leaves nothing out: no field of the schema can be changed without the sheet saying something else."""

from __future__ import annotations

import typing
from dataclasses import replace

import pytest

from chairside.core.protocols import Protocol
from chairside.core.protocols.schema.condition import Condition, Op, Test
from chairside.core.protocols.schema.dose import Cell, DoseRule, Step, Table
from chairside.core.protocols.schema.regimen import Timing
from chairside.formulary.sheet import sheet
from chairside.formulary.sheet.paper import WIDTH, paper
from tests.formulary.sheet.every_field import Maker, alone, changes

MAKER = Maker()
NUMBER = Test("lab.word1", Op.GE, MAKER.of(Test, "").value, "mg")


def _with_every_rule(protocol: Protocol) -> Protocol:
    """A phase for each dose rule and each timing: a union's other arms would not be met otherwise."""
    regimen = protocol.regimens[0]
    phase = regimen.phases[0]
    phases = [replace(phase, key=f"dose{index}", dose=_rule(arm)) for index, arm in enumerate(typing.get_args(DoseRule))]
    for index, arm in enumerate(typing.get_args(Timing)):
        phases.append(replace(phase, key=f"timing{index}", timing=MAKER.of(arm, "timing")))
    return replace(protocol, regimens=(replace(regimen, phases=tuple(phases)),))


def _rule(arm: typing.Any) -> typing.Any:
    rule = MAKER.of(arm, "dose")
    if not isinstance(rule, Table):
        return rule
    axes = rule.axes[:1]
    return replace(rule, axes=axes, cells=tuple(replace(cell, at=cell.at[:1]) for cell in rule.cells))


PROTOCOL = _with_every_rule(MAKER.protocol())
SHEET = paper(PROTOCOL)


def test_no_field_can_be_changed_without_the_sheet_saying_something_else() -> None:
    unseen, seen = set(), 0
    for part in alone(PROTOCOL):
        printed, said = paper(part), sheet(part)
        for change in changes(part):
            seen += 1
            if sheet(change.protocol) == said and paper(change.protocol) == printed:
                unseen.add(change.place)
    assert sorted(unseen) == []
    assert seen > 600


def test_no_line_is_wider_than_the_paper() -> None:
    assert max(map(len, SHEET.splitlines())) <= WIDTH


@pytest.mark.parametrize(
    ("condition", "says"),
    [
        (Condition(all=(Test("condition.I50", Op.PRESENT),)), "diagnosis I50 on record"),
        (Condition(all=(NUMBER,)), "≥"),
    ],
)
def test_a_condition_reads_as_a_sentence(condition: Condition, says: str) -> None:
    stated = replace(PROTOCOL.contraindications[0], when=condition)
    assert says in paper(replace(PROTOCOL, contraindications=(stated,))).replace("Diagnosis", "diagnosis")


def test_an_empty_cell_is_do_not_dose() -> None:
    rule = Table(axes=(MAKER.of(Table, "").axes[0],), cells=(Cell(at=(Step(),)),))
    phase = replace(PROTOCOL.regimens[0].phases[0], dose=rule)
    assert "do not dose" in paper(replace(PROTOCOL, regimens=(replace(PROTOCOL.regimens[0], phases=(phase,)),)))
