"""One planted fault of each kind in a protocol that is otherwise clean."""

from dataclasses import replace
from decimal import Decimal

import pytest

from chairside.core.kernel.evidence import Source, Tier
from chairside.core.kernel.quantity import quantity
from chairside.core.protocols.lint import lint
from chairside.core.protocols.schema.condition import Change, Condition, Op, Test
from chairside.core.protocols.schema.ladder import RestartAction, Rung
from chairside.core.protocols.schema.terms import Status
from chairside.formulary.loader import load_all
from tests.core.plans.cast import INFLIXIMAB, IRON, mg


def found(protocol) -> set[str]:
    return {finding.code for finding in lint(protocol)}


def with_first(protocol, name, **changes):
    """The protocol with the first item of a list changed."""
    items = getattr(protocol, name)
    return replace(protocol, **{name: (replace(items[0], **changes), *items[1:])})


def with_phase(protocol, index=0, **changes):
    regimen = protocol.regimens[0]
    phases = list(regimen.phases)
    phases[index] = replace(phases[index], **changes)
    return with_first(protocol, "regimens", phases=tuple(phases))


def with_ladder(**changes):
    ladders = tuple(replace(item, **changes) if item.key == "practice_first" else item for item in INFLIXIMAB.ladders)
    return replace(INFLIXIMAB, ladders=ladders)


def with_table(**changes):
    """The iron table with its first cell changed."""
    regimens = list(IRON.regimens)
    phase = regimens[3].phases[0]
    cells = phase.dose.cells
    table = replace(phase.dose, cells=(replace(cells[0], **changes), *cells[1:]))
    regimens[3] = replace(regimens[3], phases=(replace(phase, dose=table), *regimens[3].phases[1:]))
    return replace(IRON, regimens=tuple(regimens))


def stretch(index: int, **changes):
    at = list(IRON.regimens[3].phases[0].dose.cells[0].at)
    at[index] = replace(at[index], **changes)
    return tuple(at)


STEPS = next(item for item in INFLIXIMAB.ladders if item.key == "practice_first").steps
WINDOW = INFLIXIMAB.regimens[0].phases[0].window
TIMING = INFLIXIMAB.regimens[0].phases[0].timing
UNKNOWN_TEST = Condition(all=(Test("lab.unheard_of", Op.PRESENT),))
WRONG_UNIT = Condition(all=(Test("lab.ferritin", Op.LT, Decimal(1), "U/L"),))
NOTHING_AROUND = replace(INFLIXIMAB, observations=(replace(INFLIXIMAB.observations[0], source=""),))


@pytest.mark.parametrize("protocol", load_all(), ids=lambda protocol: protocol.id)
def test_every_protocol_of_the_formulary_is_clean(protocol):
    assert lint(protocol, {each.id: each for each in load_all()}) == ()


@pytest.mark.parametrize(
    ("code", "protocol"),
    [
        ("ladder_not_ascending", with_ladder(steps=(STEPS[1], STEPS[0], *STEPS[2:]))),
        ("ladder_minutes", with_ladder(stated_minutes=120)),
        ("ladder_minutes", with_ladder(stated_minutes=None, least_minutes=138)),
        ("ladder_open_step", with_ladder(steps=STEPS[:-1], stated_minutes=None)),
        ("ladder_open_step", with_ladder(steps=(Rung(STEPS[0].rate), *STEPS[1:]), stated_minutes=None)),
        ("ladder_empty", with_ladder(steps=(), least_minutes=None, stated_minutes=None)),
        ("unit_mismatch", with_ladder(steps=(Rung(quantity(1, "mg/min"), 15), STEPS[-1]), stated_minutes=None)),
        ("chair_time", with_first(INFLIXIMAB, "chair_times", total=204)),
        ("unknown_reference", with_first(INFLIXIMAB, "chair_times", ladder="no_such")),
        ("unknown_reference", with_first(INFLIXIMAB, "regimens", indications=("no_such",))),
        ("untreated_indication", replace(INFLIXIMAB, regimens=INFLIXIMAB.regimens[:1])),
        ("restart_grades", with_first(INFLIXIMAB, "restarts", grades=(2,))),
        ("restart_grades", replace(INFLIXIMAB, restarts=())),
        ("restart_grades", with_first(INFLIXIMAB, "restarts", action=RestartAction.RESUME, rate_percent=None)),
        ("duplicate_key", replace(INFLIXIMAB, requirements=INFLIXIMAB.requirements + INFLIXIMAB.requirements[:1])),
        ("duplicate_key", with_phase(INFLIXIMAB, key="maintenance")),
        ("duplicate_key", replace(INFLIXIMAB, products=INFLIXIMAB.products + INFLIXIMAB.products[:1])),
        ("prose", with_first(INFLIXIMAB, "requirements", key="TB before start")),
        ("prose", with_first(INFLIXIMAB, "premedications", route="by mouth with water")),
        ("prose", with_first(INFLIXIMAB, "hypersensitivities", agents=("infliximab. Ask the patient",))),
        ("unknown_fact", with_first(INFLIXIMAB, "requirements", fact="screening.unheard_of")),
        ("unknown_fact", with_first(INFLIXIMAB, "requirements", accept=UNKNOWN_TEST)),
        ("unknown_fact", replace(INFLIXIMAB, facts=INFLIXIMAB.facts[:1])),
        ("undeclared_word", replace(INFLIXIMAB, facts=INFLIXIMAB.facts[1:])),
        ("unknown_source", with_first(INFLIXIMAB, "requirements", source="no_such")),
        ("unused_source", replace(INFLIXIMAB, sources=(*INFLIXIMAB.sources, Source("more", "More", Tier.RECALL)))),
        ("number_without_source", NOTHING_AROUND),
        ("unsigned", replace(INFLIXIMAB, status=Status.APPROVED)),
        ("unit_mismatch", with_first(INFLIXIMAB, "requirements", accept=WRONG_UNIT)),
        ("unit_mismatch", with_phase(IRON, dose=replace(IRON.regimens[0].phases[0].dose, amount=quantity(750, "mL")))),
        (
            "unit_mismatch",
            with_phase(INFLIXIMAB, dose=replace(INFLIXIMAB.regimens[0].phases[0].dose, amount=quantity(5, "mg/h"))),
        ),
        ("unit_mismatch", with_first(IRON, "products", concentration=quantity(49, "mg/mL"))),
        (
            "unit_mismatch",
            with_first(INFLIXIMAB, "products", billing=(replace(INFLIXIMAB.products[0].billing[0], unit=quantity(1, "mL")),)),
        ),
        ("table_gap", with_table(at=stretch(0, high=Decimal(69)))),
        ("table_gap", with_table(at=stretch(1, high=Decimal("9.9")))),
        ("table_overlap", with_table(at=stretch(1, high_included=True))),
        ("table_shape", with_table(at=stretch(0)[:1])),
        ("offsets", with_phase(INFLIXIMAB, timing=replace(TIMING, days=(0, 42, 14)))),
        ("offsets", with_phase(INFLIXIMAB, timing=replace(TIMING, days=(0, 14)))),
        ("interval", with_phase(INFLIXIMAB, 1, timing=replace(INFLIXIMAB.regimens[0].phases[1].timing, shortest_days=57))),
        ("window", with_phase(INFLIXIMAB, window=replace(WINDOW, early_days=-1))),
        ("window", with_phase(INFLIXIMAB, window=replace(WINDOW, early_days=7, late_days=7))),
        ("phase_order", with_first(INFLIXIMAB, "regimens", phases=INFLIXIMAB.regimens[0].phases[::-1])),
        ("age_range", with_first(INFLIXIMAB, "indications", ages=replace(INFLIXIMAB.indications[0].ages, below_years=18))),
    ],
)
def test_a_planted_fault_is_found(code, protocol):
    assert code in found(protocol)


def test_a_finding_says_where_it_is():
    finding = next(iter(lint(with_first(INFLIXIMAB, "chair_times", total=204))))
    assert str(finding) == "chair_times[standard]: the parts make 205 minutes, 204 are stated [chair_time]"


def test_a_dose_of_nothing_but_milligrams_closes():
    assert found(with_phase(IRON, dose=replace(IRON.regimens[0].phases[0].dose, amount=mg(500)))) == set()


def test_a_change_in_percent_takes_no_unit_of_the_result():
    fall = Test("lab.hemoglobin", Op.LE, Decimal(20), "%", change=Change.FALL_PERCENT)
    assert not lint(with_first(INFLIXIMAB, "requirements", accept=Condition((fall,))))
    assert lint(with_first(INFLIXIMAB, "requirements", accept=Condition((replace(fall, change=Change.FALL),))))
