"""`charge`: a day's work and drugs become lines with their evidence; everything else is listed with its reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Protocol

from chairside.core.charges.administration import Coding, code_site, initial
from chairside.core.charges.lines import Charge, Hold, Line, NotBilled, summed
from chairside.core.charges.table import CodeTable, PayerProfile
from chairside.core.charges.units import DrugGiven, drug_units
from chairside.core.charges.work import Day, Work, whole_minutes
from chairside.core.kernel.quantity import plain

_CODED = ("infusion", "push", "injection", "hydration")


class DiagnosisCodes(Protocol):
    """The part of the code tables that charges ask: validity on a day, and what replaced a retired code."""

    def icd10_valid(self, code: str, on: date) -> bool | None: ...

    def icd10_replacements(self, code: str) -> tuple[str, ...]: ...


def charge(day: Day, drugs: tuple[DrugGiven, ...], table: CodeTable, diagnoses: DiagnosisCodes | None = None) -> Charge:
    """What may be billed for a day. Pure: the same documents give the same lines, each with event ids and rule ids."""
    lines: list[Line] = []
    not_billed: list[NotBilled] = []
    holds: list[Hold] = list(_diagnosis_holds(day, diagnoses))
    coded, flagged = _sites([item for item in day.work if item.kind in _CODED], day)
    holds += flagged
    carriers = [item for item in coded if item.kind == "hydration" and item.purpose in table.carrier_purposes]
    not_billed += [NotBilled(item.id, "carrier_fluid", ("FLUID-1",)) for item in carriers]
    for modifiers, work in _groups([item for item in coded if item not in carriers], day, table.payer(day.payer)):
        coding: Coding = code_site(day, table, work, modifiers)
        lines += coding.lines
        not_billed += coding.not_billed
        holds += coding.holds
    _rest(day, table, lines, not_billed)
    drug_lines, vials, working = _drugs(day, drugs, table, not_billed, holds)
    given = dict.fromkeys(name for item in day.work for name in item.drugs)
    return Charge(summed(lines), drug_lines, tuple(not_billed), tuple(holds), vials, tuple(given), working)


def _sites(work: list[Work], day: Day) -> tuple[list[Work], list[Hold]]:
    """A second site counts only with a documented reason; otherwise its work joins the first one and is flagged (INIT-4)."""
    found: list[Work] = []
    holds: list[Hold] = []
    main: dict[str, str] = {}
    documented = {(item.encounter, item.site) for item in work if item.site_reason}
    for item in work:
        first = main.setdefault(item.encounter, item.site)
        if item.site != first and item.kind != "injection" and (item.encounter, item.site) not in documented:
            if (item.encounter, first) in documented:
                found.append(item)
                continue
            holds.append(Hold("second_site_without_reason", about=item.id))
            item = replace(item, site=first)
        found.append(item)
    return found, holds


def _groups(work: list[Work], day: Day, payer: PayerProfile) -> list[tuple[frozenset[str], tuple[Work, ...]]]:
    """The work by encounter and site, the one with the initial service first; the others carry a modifier (INIT-1, INIT-4)."""
    found: dict[tuple[str, str], list[Work]] = {}
    for item in work:
        found.setdefault((item.encounter, item.site if item.kind != "injection" else _first_site(work, item)), []).append(item)
    head = initial(day, [item for item in work if item.kind in ("infusion", "push")])
    order = sorted(found, key=lambda key: head not in found[key])
    groups = []
    for n, key in enumerate(order):
        modifier = payer.second_site_modifier if key[0] == order[0][0] else payer.second_encounter_modifier
        groups.append((frozenset({modifier}) if n else frozenset(), tuple(found[key])))
    return groups


def _first_site(work: list[Work], item: Work) -> str:
    return next(other.site for other in work if other.encounter == item.encounter)


def _rest(day: Day, table: CodeTable, lines: list[Line], not_billed: list[NotBilled]) -> None:
    """Included work, procedures, subcutaneous pumps and evaluations: everything without a hierarchy."""
    once: set[str] = set()
    administered = bool(lines)
    for item in day.work:
        if item.kind in _CODED:
            continue
        if item.kind == "evaluation":
            _evaluation(item, table, administered, lines, not_billed)
        elif item.kind == "subcutaneous_infusion":
            lines += _subcutaneous(item, table)
        elif item.kind == "flush" and not administered and len(day.work) == 1 and "port_flush" in table.procedures:
            lines.append(Line(table.procedures["port_flush"].code, 1, evidence=(item.id,), rules=("PORT-1",)))
        elif item.kind in table.included:
            included = table.included[item.kind]
            not_billed.append(NotBilled(item.id, included.reason, (included.rule,)))
        elif item.kind in table.procedures:
            procedure = table.procedures[item.kind]
            if procedure.once_a_day and item.kind in once:
                not_billed.append(NotBilled(item.id, "once_a_day"))
            elif procedure.only_alone and len(day.work) > 1:
                not_billed.append(NotBilled(item.id, "flush_included", ("PORT-1",)))
            else:
                once.add(item.kind)
                lines.append(Line(procedure.code, 1, evidence=(item.id,), rules=("PROC-1",)))
        else:
            not_billed.append(NotBilled(item.id, "no_code_for_this_work"))


def _evaluation(item: Work, table: CodeTable, administered: bool, lines: list[Line], not_billed: list[NotBilled]) -> None:
    """A nurse visit never beside an administration; another evaluation only as separate work, with modifier 25 (EM-1)."""
    if item.level in table.nurse_visit_levels and administered:
        not_billed.append(NotBilled(item.id, "nurse_visit_bundled", ("EM-1",)))
    elif administered and not item.separate:
        not_billed.append(NotBilled(item.id, "evaluation_not_separate", ("EM-1",)))
    else:
        lines.append(Line(item.level, 1, frozenset({"25"}) if administered else frozenset(), (item.id,), (), ("EM-1",)))


def _subcutaneous(item: Work, table: CodeTable) -> list[Line]:
    """Pump set-up and first hour, further hours, further set-ups (SCIG)."""
    codes, minutes = (
        table.subcutaneous,
        whole_minutes(sum((run.length for run in item.runs), item.runs[0].length * 0)) if item.runs else 0,
    )
    extra = 0 if minutes <= table.time.first_hour_until else (minutes - table.time.first_hour_until - 1) // table.time.hour + 1
    made = [(codes.initial, 1), (codes.hour, extra), (codes.set_up, item.sites - 1)]
    return [
        Line(code, units, evidence=(item.id,), minutes=((item.id, minutes),), rules=("SCIG",))
        for code, units in made
        if units > 0
    ]


def _drugs(
    day: Day, drugs: tuple[DrugGiven, ...], table: CodeTable, not_billed: list[NotBilled], holds: list[Hold]
) -> tuple[tuple[Line, ...], dict[str, int], tuple[str, ...]]:
    lines: list[Line] = []
    vials: dict[str, int] = {}
    working: list[str] = []
    for drug in drugs:
        answer = drug_units(drug, on=day.on, payer=table.payer(day.payer))
        working += answer.working
        if answer.value is None:
            holds += [Hold(reason.code, drug.code, about=reason.message) for reason in answer.reasons]
            continue
        lines += answer.value.lines
        not_billed += answer.value.not_billed
        for strength, count in answer.value.vials:
            key = plain(strength.amount, group=False)
            vials[key] = vials.get(key, 0) + count
    return tuple(lines), vials, tuple(working)


def _diagnosis_holds(day: Day, diagnoses: DiagnosisCodes | None) -> tuple[Hold, ...]:
    """A diagnosis that may not be billed on the day of service holds the claim and names what replaced it (ICD-1)."""
    if diagnoses is None or day.on is None:
        return ()
    return tuple(
        Hold("diagnosis_not_billable_on_dos", code, diagnoses.icd10_replacements(code))
        for code in day.diagnoses
        if diagnoses.icd10_valid(code, day.on) is False
    )
