"""One planted fault of every kind in a small protocol that is otherwise clean. A kind without a planted fault fails here."""

from __future__ import annotations

import pytest

from chairside.core.protocols.lint import Code, lint
from chairside.formulary.loader import parse
from tests.core.protocols.small import CLEAN, MENU, PLAN

STEPS = "  steps: [{rate: 50 mL/h, minutes: 30}, {rate: 150 mL/h}]\n"
EITHER = "    - {fact: lab.alt, op: lt, value: 3, times: upper}\n    - {fact: condition.I50, op: present}\n"
TWO = "- {key: two, names: {en: Two, es: Dos}, codes: [], ages: {}}\n"
# The kind of fault, what stands in the clean text, and what is planted instead.
FAULTS = [
    (Code.DUPLICATE_KEY, "- key: middle", "- key: low"),
    (Code.DUPLICATE_KEY, "{word: many, at", "{word: few, at"),
    (Code.PROSE, "family: test", "family: test of a sentence"),
    (Code.PROSE, "event: transplant", "event: the day of the transplant"),
    (Code.UNKNOWN_REFERENCE, "regimens: [main], source", "regimens: [mane], source"),
    (Code.UNKNOWN_REFERENCE, "highest_for: [one]", "highest_for: [two]"),
    (Code.UNKNOWN_REFERENCE, "  phases: [start]\n  regimens", "  phases: [cycle]\n  regimens"),
    (Code.UNKNOWN_REFERENCE, "phases: [start]\n    positions", "phases: [starting]\n    positions"),
    (Code.UNKNOWN_REFERENCE, "positions: [2]", "positions: [3]"),
    (Code.UNKNOWN_REFERENCE, "action: give_phase, phase: start", "action: give_phase, phase: begin"),
    (Code.UNKNOWN_REFERENCE, "routes: [iv]\n  phases", "routes: [sc]\n  phases"),
    (Code.UNKNOWN_REFERENCE, "layer: label, routes: [iv]", "layer: label, routes: [im]"),
    (Code.UNKNOWN_REFERENCE, "{route: iv, most", "{route: im, most"),
    (Code.UNKNOWN_REFERENCE, "ladder: steps", "ladder: stairs"),
    (Code.UNTREATED_INDICATION, "indications:\n", f"indications:\n{TWO}"),
    (Code.KIND_PARTS, "kind: drug", "kind: plan"),
    (Code.KIND_PARTS, "source: label\n\n", f"source: label\n{MENU}"),
    (Code.UNKNOWN_ROLE, "release: prescriber", "release: doctor"),
    (Code.UNKNOWN_FACT, "fact: lab.ferritin\n", "fact: lab.feritin\n"),
    (Code.UNKNOWN_FACT, "gfr_fact: lab.egfr", "gfr_fact: lab.gfr"),
    (Code.UNKNOWN_FACT, "event: answer.hydrated", "event: answer.watered"),
    (Code.UNKNOWN_FACT, "level_fact: lab.hemoglobin", "level_fact: lab.haemoglobin"),
    (Code.UNDECLARED_WORD, 'words: ["yes"]}]}', "words: [perhaps]}]}"),
    (Code.UNDECLARED_WORD, 'trips: ["yes"]', "trips: [sometimes]"),
    (Code.UNDECLARED_WORD, '{words: [few, "yes"]', '{words: [few, "maybe"]'),
    (Code.EMPTY_CONDITION, f"    any:\n{EITHER}", "    any: []\n"),
    (Code.TEST_SHAPE, "op: le, value: 1, unit: g/dL, change", "op: le, unit: g/dL, change"),
    (Code.TEST_SHAPE, "op: present", "op: lt, value: 1"),
    (Code.TEST_SHAPE, "fact: lab.alt, op: lt", "fact: vital.pulse, op: lt"),
    (Code.TEST_SHAPE, "value: 3, times: upper}", "value: 3, times: upper, over_days: 14}"),
    (Code.TEST_SHAPE, "value: 1, unit: g/dL, change: rise", "value: -1, unit: g/dL, change: rise"),
    (Code.TEST_SHAPE, 'urgent_start, op: in, words: ["yes"]}', "urgent_start, op: ge, value: 1, change: rise}"),
    (Code.REQUIREMENT_KIND, "what: vaccine", "what: rems"),
    (Code.REQUIREMENT_FIELDS, "  when: doses\n", "  when: every_dose\n"),
    (Code.REQUIREMENT_FIELDS, "doses: [1, 3]", "doses: [3, 1]"),
    (Code.REQUIREMENT_FIELDS, "apart_days: [28, 112]", "apart_days: [28]"),
    (Code.REQUIREMENT_FIELDS, "  series: 3\n", ""),
    (Code.REQUIREMENT_FIELDS, "lead_days: 14", "lead_days: 14\n  fresh_days: 7"),
    (Code.REQUIREMENT_FIELDS, "lead_days: 14", "lead_days: 14\n  missing: review\n  unmet: advise"),
    (Code.REQUIREMENT_FIELDS, "lead_days: 14", "lead_days: 14\n  missing: review\n  release: []"),
    (Code.REQUIREMENT_FIELDS, "fresh_days: 30", "fresh_days: -1"),
    (Code.REQUIREMENT_FIELDS, "fresh_days: 30", "fresh_days: 30\n  repeat_within_months: 3"),
    (Code.QUESTION_FIELDS, 'trips: ["yes"]', "trips: []"),
    (Code.UNKNOWN_SOURCE, "release: none, source: label", "release: none, source: lable"),
    (Code.UNUSED_SOURCE, "tolerances:", "  more: {title: More, tier: recall}\ntolerances:"),
    (Code.NUMBER_WITHOUT_SOURCE, "most_per_site: 50 mL}\nsource: label", "most_per_site: 50 mL}"),
    (Code.UNSIGNED, "status: draft", "status: approved"),
    (Code.UNIT_MISMATCH, "amount: 5 mg/kg, highest: 10 mg/kg", "amount: 5 mL/kg, highest: 10 mL/kg"),
    (Code.UNIT_MISMATCH, "amounts: [200 mg]", "amounts: [200 mL]"),
    (Code.UNIT_MISMATCH, "least: 100 mg, most: 300 mg", "least: 100 U, most: 300 U"),
    (Code.UNIT_MISMATCH, "least_level: 4 mg.min/mL, most_level: 6 mg.min/mL", "least_level: 4 mg/mL, most_level: 6 mg/mL"),
    (Code.UNIT_MISMATCH, "per_kg_point: 2.4 mg/kg", "per_kg_point: 2.4 mL/kg"),
    (Code.UNIT_MISMATCH, "stores: 500 mg", "stores: 500 mL"),
    (Code.UNIT_MISMATCH, "unit: ng/mL}]}\n  accept_c", "unit: U/L}]}\n  accept_c"),
    (Code.UNIT_MISMATCH, "amount: 20 mg/kg", "amount: 20 mL"),
    (Code.UNIT_MISMATCH, "rate: 8 mg/kg/h", "rate: 8 mg/kg"),
    (Code.UNIT_MISMATCH, "limit: 10 mg/min", "limit: 10 mg"),
    (Code.UNIT_MISMATCH, "{code: J0002, unit: 10 mg", "{code: J0002, unit: 10 mL"),
    (Code.UNIT_MISMATCH, "gives: 10 mg/mL", "gives: 5 mg/mL"),
    (Code.UNIT_MISMATCH, "concentration: 10 mg/mL", "concentration: 20 mg/mL"),
    (Code.UNIT_MISMATCH, "bags_for: [{volume: 50 mL", "bags_for: [{volume: 50 mg"),
    (Code.UNIT_MISMATCH, "dose_to: 200 mg}", "dose_to: 200 mL}"),
    (Code.UNIT_MISMATCH, "least: 1 mg/mL, most: 4 mg/mL, bags", "least: 1 mg, most: 4 mg, bags"),
    (Code.UNIT_MISMATCH, 'new, unit: "", grades', 'new, unit: mg, grades'),
    (Code.UNIT_MISMATCH, "axes: [{fact: patient.weight_kg, unit: kg}]", "axes: [{fact: patient.weight_kg, unit: cm}]"),
    (Code.UNIT_MISMATCH, "most_per_site: 50 mL", "most_per_site: 50 mg"),
    (Code.BOUNDS, "amount: 5 mg/kg, highest: 10 mg/kg", "amount: 15 mg/kg, highest: 10 mg/kg"),
    (Code.BOUNDS, "least: 100 mg, most: 300 mg", "least: 300 mg, most: 100 mg"),
    (Code.BOUNDS, "least: 1 mg/mL, most: 4 mg/mL, bags", "least: 4 mg/mL, most: 1 mg/mL, bags"),
    (Code.BOUNDS, "least_micron: 0.2", "least_micron: 2"),
    (Code.BOUNDS, "reduce_by_percent: 50", "reduce_by_percent: 100"),
    (Code.CAP_SPAN, "per: rolling, hours: 24", "per: rolling"),
    (Code.CAP_SPAN, "per: rolling, hours: 24", "per: dose, hours: 24"),
    (Code.TABLE_SHAPE, "{at: [{low: 50}]", "{at: []"),
    (Code.TABLE_SHAPE, '{words: [few, "*"]', "{words: [few]"),
    (Code.TABLE_GAP, "{at: [{low: 50}]", "{at: [{low: 51}]"),
    (Code.TABLE_OVERLAP, "{at: [{low: 50}]", "{at: [{low: 49}]"),
    (Code.SCALE_GAP, "at: {low: 5}", "at: {low: 5, low_included: false}"),
    (Code.SCALE_GAP, "at: {high: 5}", "at: {low: 1, high: 5}"),
    (Code.SCALE_GAP, "at: {low: 5}", "at: {low: 5, high: 100}"),
    (Code.SCALE_OVERLAP, "at: {high: 5}", "at: {high: 5, high_included: true}"),
    (Code.ROW_GAP, '{words: [few, "*"], verdict', '{words: [few, "no"], verdict'),
    (Code.ROW_UNREACHABLE, '{words: [few, "yes"], verdict', '{words: [many, "yes"], verdict'),
    (Code.ADJUSTMENT_OVERLAP, "op: ge, value: 50,", "op: ge, value: 49,"),
    (Code.ADJUSTMENT_OVERLAP, "op: lt, value: 50,", "op: le, value: 50,"),
    (Code.AGE_RANGE, "from_months: 6, below_years: 18", "from_years: 17, from_months: 12, below_years: 18"),
    (Code.INFUSION_RANGE, "{first: 1, last: 3}", "{first: 4, last: 3}"),
    (Code.DATES_BACKWARD, "valid_until: 2030-01-01", "valid_until: 2019-12-31"),
    (Code.DATES_BACKWARD, "read: 2026-03-01", "read: 2025-03-01"),
    (Code.CODE_OVERLAP, "valid_from: 2026-01-01}\n  prep", "valid_from: 2025-12-31}\n  prep"),
    (Code.CODE_OVERLAP, "valid_from: 2025-10-01", "valid_from: 2025-09-30"),
    (Code.OFFSETS, "days: [0, 14]}\n    doses: 2", "days: [0, 14]}\n    doses: 3"),
    (Code.OFFSETS, "on_days: [1, 8]", "on_days: [8, 1]"),
    (Code.OFFSETS, "doses: 4", "doses: 5"),
    (Code.OFFSETS, "length_days: 28, cycles: 2", "length_days: 28, any_days: 3"),
    (Code.INTERVAL, "shortest_days: 21", "shortest_days: 35"),
    (Code.INTERVAL, "length_days: 28,", "length_days: 7,"),
    (Code.INTERVAL, "length_days: 28, cycles: 2", "cycles: 2"),
    (Code.INTERVAL, "length_days: 28, cycles: 2", "length_days: 28, cycles: 2, earliest_days: 50"),
    (Code.INTERVAL, "least_hours: 44", "least_hours: 48"),
    (Code.INTERVAL, "within_hours: 4", "within_hours: 0"),
    (Code.INTERVAL, "most_repeats: 2", "most_repeats: 0"),
    (Code.ANCHOR_EVENT, "anchor: event, event: transplant", "anchor: event"),
    (Code.WINDOW, "early_days: 2, late_days: 2", "early_days: 7, late_days: 7"),
    (Code.WINDOW, "except_doses: [1]", "except_doses: [3]"),
    (Code.LATE_RULES, "more_than_days: 30", "more_than_days: 5"),
    (Code.LATE_RULES, "action: ask, layer", "action: ask, phase: start, layer"),
    (Code.LEAST_GAP, "least_gap_days: 10", "least_gap_days: 15"),
    (Code.PHASE_ORDER, "first_day: 42", "first_day: 14"),
    (Code.PHASE_ORDER, "days: [0, 14]}\n    doses: 2\n", "days: [0, 14]}\n"),
    (Code.LADDER_EMPTY, f"  least_minutes: 60\n  stated_minutes: 60\n{STEPS}", ""),
    (Code.LADDER_NOT_ASCENDING, "{rate: 150 mL/h}", "{rate: 50 mL/h}"),
    (Code.LADDER_OPEN_STEP, "{rate: 150 mL/h}", "{rate: 150 mL/h, minutes: 30}"),
    (Code.LADDER_MINUTES, "stated_minutes: 60", "stated_minutes: 61"),
    (Code.RESTART_GRADES, "grades: [1, 2]", "grades: [1]"),
    (Code.CHAIR_TIME, "total: 75", "total: 80"),
    (Code.CHAIR_TIME, "{part: infusion, minutes: 60}", "{part: infusion, minutes: 59}"),
]  # fmt: skip

# The same for a menu and a plan, in a protocol of that kind.
OF_A_MENU = [
    (Code.MENU_CHOICE, "most: 2", "most: 3"),
    (Code.MENU_CHOICE, "{key: b, protocol: other}", "{key: b}"),
    (Code.UNKNOWN_REFERENCE, "{key: b, protocol: other}", "{key: b, protocol: nobody}"),
    (Code.UNKNOWN_REFERENCE, "{key: a, regimen: main", "{key: a, regimen: mane"),
    (Code.UNKNOWN_REFERENCE, "{key: b, protocol: other}", "{key: b, protocol: other, regimen: mane}"),
    (Code.DUPLICATE_KEY, "{key: b, protocol", "{key: a, protocol"),
]
OF_A_PLAN = [
    (Code.PLAN_DAYS, "days: [1, 8], sequence", "days: [1, 15], sequence"),
    (Code.PLAN_DAYS, "days: [1, 8], sequence", "days: [], sequence"),
    (Code.UNKNOWN_REFERENCE, "protocol: other", "protocol: nobody"),
    (Code.UNKNOWN_REFERENCE, "regimen: main, days", "regimen: mane, days"),
]

KNOWN = {"other": parse(CLEAN.replace("id: small", "id: other", 1))}


def _codes(text: str) -> set[str]:
    return {finding.code for finding in lint(parse(text), KNOWN)}


def _planted(text: str, stands: str, planted: str) -> str:
    # The last line of the clean text ends in an empty line, so that something can be planted after it.
    text = f"{text}\n"
    assert stands in text, stands
    return text.replace(stands, planted, 1)


def _of_kind(kind: str, part: str) -> str:
    return f"{CLEAN.replace('kind: drug', f'kind: {kind}', 1)}{part}"


@pytest.mark.parametrize("text", [CLEAN, _of_kind("menu", MENU), _of_kind("plan", PLAN)], ids=["drug", "menu", "plan"])
def test_the_protocol_without_a_planted_fault_is_clean(text: str) -> None:
    assert lint(parse(text), KNOWN) == ()


@pytest.mark.parametrize(("code", "stands", "planted"), FAULTS)
def test_a_planted_fault_is_found(code: Code, stands: str, planted: str) -> None:
    assert code in _codes(_planted(CLEAN, stands, planted))


@pytest.mark.parametrize(("code", "stands", "planted"), OF_A_MENU)
def test_a_fault_of_a_menu_is_found(code: Code, stands: str, planted: str) -> None:
    assert code in _codes(_planted(_of_kind("menu", MENU), stands, planted))


@pytest.mark.parametrize(("code", "stands", "planted"), OF_A_PLAN)
def test_a_fault_of_a_plan_is_found(code: Code, stands: str, planted: str) -> None:
    assert code in _codes(_planted(_of_kind("plan", PLAN), stands, planted))


def test_every_kind_of_finding_has_a_planted_fault() -> None:
    assert set(Code) - {row[0] for row in (*FAULTS, *OF_A_MENU, *OF_A_PLAN)} == set()


def test_without_the_other_protocols_their_names_are_not_judged() -> None:
    text = _planted(_of_kind("plan", PLAN), "protocol: other", "protocol: nobody")
    assert lint(parse(text)) == ()


def test_a_reduction_by_other_numbers_may_hold_at_the_same_time() -> None:
    text = _planted(CLEAN, "{fact: lab.platelets, op: ge, value: 50, unit: 10*3/uL}, ", "")
    assert Code.ADJUSTMENT_OVERLAP in _codes(text)
    assert Code.ADJUSTMENT_OVERLAP not in _codes(text.replace("lab.platelets, op: lt, value: 75", "lab.anc, op: lt, value: 75"))
