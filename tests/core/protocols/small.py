"""A small protocol that holds something of nearly every part of the schema and is clean: faults are planted in it."""

CLEAN = """
schema: 3
id: small
version: 0.1.0
status: draft
family: test
kind: drug
generic: testamab
tall_man: testamab
names: {en: Test, es: Prueba}
routes: [iv]
jurisdiction: US
sources:
  label: {title: A label, tier: regulator, published: 2026-01-05, read: 2026-03-01}
tolerances: {order_percent: 10, weight_percent: 10, layer: practice, source: label}
products:
- brand: Testa
  nonproprietary: testamab
  concentration: 10 mg/mL
  source: label
  vials: [{strength: 100 mg, form: powder, container: single_dose, volume: 10 mL}]
  billing:
  - {code: J0001, unit: 10 mg, valid_until: 2025-12-31}
  - {code: J0002, unit: 10 mg, valid_from: 2026-01-01}
  preparation:
    reconstitution: {diluents: [sterile water for injection], volume: 10 mL, gives: 10 mg/mL}
    dilution: {diluents: [0.9% sodium chloride], least: 1 mg/mL, most: 4 mg/mL, bags_for: [{volume: 50 mL, dose_to: 200 mg}]}
    filter: {required: true, least_micron: 0.2, most_micron: 1.2}
    stability: [{storage: room, hours: 4, clock: dilution, deadline: finish, layer: label, least: 1 mg/mL, most: 4 mg/mL}]
    flush: [0.9% sodium chloride]
indications:
- key: one
  names: {en: One, es: Uno}
  codes: [{prefix: A01, valid_until: 2025-09-30}, {prefix: A01, valid_from: 2025-10-01}]
  ages: {from_months: 6, below_years: 18}
regimens:
- key: main
  names: {en: Main, es: Principal}
  indications: [one]
  layer: label
  source: label
  caps:
  - {amount: 20 mg/kg, per: rolling, hours: 24, layer: label, routes: [iv]}
  adjustments:
  - key: low
    when: {all: [{fact: lab.platelets, op: lt, value: 50, unit: 10*3/uL}]}
    reduce_by_percent: 50
    phases: [start]
    positions: [2]
  - key: middle
    when:
      all: [{fact: lab.platelets, op: ge, value: 50, unit: 10*3/uL}, {fact: lab.platelets, op: lt, value: 75, unit: 10*3/uL}]
    reduce_by_percent: 25
  phases:
  - key: start
    dose: {rule: per_kg, amount: 5 mg/kg, highest: 10 mg/kg, highest_for: [one]}
    timing: {timing: offsets, days: [0, 14]}
    doses: 2
    least_gap_days: 10
    window: {early_days: 2, late_days: 2, layer: practice, except_doses: [1]}
    late:
    - {more_than_days: 7, action: give_phase, phase: start, layer: practice}
    - {more_than_days: 30, action: ask, layer: practice}
  - key: on
    dose:
      rule: table
      axes: [{fact: patient.weight_kg, unit: kg}]
      cells: [{at: [{high: 50}], amounts: [100 mg]}, {at: [{low: 50}], amounts: [200 mg]}]
    timing: {timing: every, days: 28, first_day: 42, shortest_days: 21}
    window: {early_days: 3, late_days: 7, layer: practice}
- key: cycles
  names: {en: Cycles, es: Ciclos}
  indications: [one]
  named_only: true
  layer: label
  source: label
  phases:
  - key: cycle
    dose: {rule: ordered, least: 100 mg, most: 300 mg}
    timing: {timing: cycles, on_days: [1, 8], length_days: 28, cycles: 2}
    doses: 4
    window: {early_days: 0, late_days: 0, layer: practice}
    pump: {hours: 46, least_hours: 44}
- key: formulas
  names: {en: Formulas, es: Fórmulas}
  indications: [one]
  named_only: true
  layer: label
  source: label
  phases:
  - key: after_event
    dose: {rule: calvert, gfr_fact: lab.egfr, gfr_cap: 125 mL/min, least_level: 4 mg.min/mL, most_level: 6 mg.min/mL}
    timing: {timing: offsets, days: [0], anchor: event, event: transplant}
    doses: 1
    window: {early_days: 0, late_days: 0, layer: practice}
  - key: deficit
    dose: {rule: deficit, level_fact: lab.hemoglobin, level_unit: g/dL, target: 15, per_kg_point: 2.4 mg/kg, stores: 500 mg}
    timing: {timing: on_demand, least_minutes: 60, most_repeats: 2}
    window: {early_days: 0, late_days: 0, layer: practice}
  - key: extra
    dose: {rule: flat, amount: 100 mg}
    timing: {timing: triggered, event: answer.hydrated, within_hours: 4}
    window: {early_days: 0, late_days: 0, layer: practice}
ladders:
- key: steps
  names: {en: Steps, es: Pasos}
  layer: label
  infusions: {first: 1, last: 3}
  bag: 100 mL
  least_minutes: 60
  stated_minutes: 60
  steps: [{rate: 50 mL/h, minutes: 30}, {rate: 150 mL/h}]
  routes: [iv]
  phases: [start]
  regimens: [main]
  source: label
rate_caps:
- {rate: 8 mg/kg/h, layer: label, regimens: [main], source: label}
restarts:
- {grades: [1, 2], action: resume, rate_percent: 50, layer: practice, release: prescriber, source: label}
- {grades: [3, 4, 5], action: never, times: 0, layer: practice, release: none, source: label}
requirements:
- key: ferritin
  what: lab
  fact: lab.ferritin
  names: {en: Ferritin, es: Ferritina}
  when: doses
  doses: [1, 3]
  layer: label
  accept: {all: [{fact: lab.ferritin, op: lt, value: 300, unit: ng/mL}]}
  accept_continuing: {all: [{fact: lab.ferritin, op: lt, value: 500, unit: ng/mL}]}
  fresh_days: 30
  source: label
- key: rise
  what: lab
  fact: lab.hemoglobin
  names: {en: Rise, es: Aumento}
  when: every_dose
  layer: label
  accept: {all: [{fact: lab.hemoglobin, op: le, value: 1, unit: g/dL, change: rise, over_days: 14}]}
  applies:
    any:
    - {fact: lab.alt, op: lt, value: 3, times: upper}
    - {fact: condition.I50, op: present}
  source: label
- key: series
  what: vaccine
  fact: vaccine.menb
  names: {en: Series, es: Serie}
  when: first_dose
  layer: label
  series: 3
  apart_days: [28, 112]
  booster_days: 365
  lead_days: 14
  unless: {all: [{fact: answer.urgent_start, op: in, words: ["yes"]}]}
  valid_from: 2020-01-01
  valid_until: 2030-01-01
  source: label
questions:
- key: infection
  fact: answer.active_infection
  asks: {en: "Infection?", es: "¿Infección?"}
  trips: ["yes"]
  severity: hold
  layer: label
  source: label
tables:
- key: bleeding
  names: {en: Bleeding, es: Sangrado}
  facts: [imaging.aria_h_microhemorrhages_new, answer.aria_symptoms]
  layer: label
  source: label
  scales:
  - {fact: imaging.aria_h_microhemorrhages_new, unit: "", grades: [{word: few, at: {high: 5}}, {word: many, at: {low: 5}}]}
  rows:
  - {words: [many, "*"], verdict: stop}
  - {words: [few, "yes"], verdict: suspend}
  - {words: [few, "*"], verdict: continue}
nevers:
- {key: fast, names: {en: Fast, es: Rápido}, bound: most_rate, layer: label, limit: 10 mg/min, source: label}
observations:
- {minutes: 30, layer: label, required: true, source: label}
chair_times:
- key: standard
  ladder: steps
  parts: [{part: check_in, minutes: 15}, {part: infusion, minutes: 60}]
  total: 75
  layer: practice
  source: label
deliveries:
- {route: iv, most_per_site: 50 mL}
source: label
"""

MENU = "menu: {components: [{key: a, regimen: main, group: g}, {key: b, protocol: other}], least: 1, most: 2, source: label}\n"
PLAN = """plan:
  cycle_days: 14
  source: label
  items: [{key: first, protocol: other, regimen: main, days: [1, 8], sequence: 1}]
"""
