"""The shape of a therapy protocol, and its linter. A protocol is data; every later decision is a function of it.

Read (no Django, no database):
    from chairside.formulary.loader import load, load_all     load("infliximab_iv") -> Protocol, cached; .sha256 of its file
    from chairside.formulary.codes import Codes, brand_of          Codes() is core.intake.codes.CodeTables
    from chairside.core.protocols import Protocol, lint

A Protocol (schema/protocol.py), by who uses it:
    intake       .indications[].codes/ages/needs   .products[].brand/nonproprietary   .requirements
    plans        .regimens[].phases[].dose (a DoseRule: Flat | PerWeight | PerSurface | Table | Calvert | WantedRise | Deficit |
                 Replacement | FromProduct | Ordered)   .window   .late   .caps
                 .timing (Offsets | Every | Cycles | OnDemand | Triggered)
    clearance    .requirements   .questions   .contraindications   .hypersensitivities   .interactions   .tables
    visit        .ladders[].steps[Rung(rate, minutes)]   .least_minutes   .infusions   .rate_caps   .restarts   .premedications
                 .monitoring.sets   .observations   .hold_rules   .nevers
    scheduling   .chair_times[ladder].parts/.total   .products[].preparation.stability
    charges      .products[].billing[BillingCode(code, unit, valid_from, valid_until)]   .products[].vials[].container
    guide        .guide (Words en + es), .guide.reviewed

Conventions: quantities are kernel Quantity; "no ... stated" is None or an empty tuple, never zero. Each item that label or
practice could state has `layer`; each that holds numbers has `source`, a key of `.sources` (tier, dates). What cannot be said
stands in `.not_encoded`, and a question that meets it is refused with reason `not_encoded`.

Rules over it, all pure:
    protocols.truth.evaluate(condition, Known(day, patient, facts, history)) -> Finding(truth, evidence, missing)
    protocols.lint.lint(protocol, known={id: Protocol}) -> tuple[Finding, ...]      known: what menus and plans may name
    plans.dosing.dose(protocol, *, indication, dose_number, day, patient, facts, history, brand, regimen, phase,
                      order=OrderedDose(amount, level), policy=Policy(rounding, percent, bsa), course_start, lots)
        -> Decision[Dose]
    plans.course_plan.plan_course(protocol, *, indication, regimen, start, as_of, patient, facts, history, brand,
                                  request=Requested(dose_number, day)) -> Decision[CoursePlan(next, doses)]
    plans.together.combined.plan_doses(protocol, protocols, *, indication, dose_number, day, patient, facts, history, orders,
                              brands, policy) -> Decision[CombinedDose(cycle, day, items, per_cycle)]
    plans.supply.vials.choose(amount, strengths) -> VialChoice(counts, drawn, waste)
    plans.dates.schedule.planned(protocol, *, regimen, start, history, until, count, interval_days, facts)
        -> tuple[PlannedDose, ...]
    plans.dates.schedule.next_dose(planned)   judge_interval(phase, days)
    plans.dates.schedule.judge_date(protocol, *, regimen, dose_number, day, start, history, facts) -> Decision[PlannedDose]
    plans.weights.weight.judge(today, of_record, percent, earlier) -> Decision[Quantity]
    clearance.evaluate.evaluate(protocol, *, indication, dose_number, day, patient, facts, history, brand, regimen, as_of,
                                start, interval_days, course_start, extra_limits=[ExtraLimit(fact, fresh_days, source)])
        -> Decision[Clearance]: .items, .held_by, .met, .due, .ready_ahead
    forecast.forecast(protocol, *, indication, regimen, doses, as_of, patient, facts, history, extra_limits) -> Forecast each
"""

from chairside.core.protocols.schema.protocol import Protocol

__all__ = ["Protocol"]
