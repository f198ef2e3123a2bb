"""What the therapy's protocol asks of a packet: fresh results, screening, vaccines, imaging; reactions; duplicates.

Only what a packet can carry is judged here. What can only be known on the day (`every_visit`), a screening that only this
protocol knows, a look at the patient, consent and safety programs stay open as usual. So does a result that must be fresher
than the time in which it is asked for: it is drawn for the dose, and no referral can bring it. How many doses of a vaccine
series count, and how far apart, is judged with the dose when the treatment plan is made. A result that cannot be read is never
taken as good: it is reported as not judged.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from chairside.core.intake.derived import with_derived, working
from chairside.core.intake.findings import Finding
from chairside.core.intake.findings import Severity as Graveness
from chairside.core.intake.packet_rules import Part, weights
from chairside.core.intake.referral import Packet
from chairside.core.kernel.fact import Fact, FactKind, Patient
from chairside.core.kernel.span import in_force
from chairside.core.protocols import Protocol
from chairside.core.protocols.naming import names
from chairside.core.protocols.schema.requirement import Requirement, What
from chairside.core.protocols.schema.terms import Occasion, Severity
from chairside.core.protocols.scope import for_regimen
from chairside.core.protocols.standing import present
from chairside.core.protocols.truth import Known, Truth, evaluate
from chairside.core.protocols.vocabulary import COMMON

_CARRIED = frozenset((What.LAB, What.SCREENING, What.VACCINE, What.IMAGING, What.TEST))
_AHEAD = frozenset((Occasion.FIRST_DOSE, Occasion.COURSE, Occasion.EVERY_DOSE))
# A look at the patient by whoever gives the dose, not a result that an office can send.
_LOOKED_AT_HERE = frozenset(("screening.thrombosis_risk",))
# How a laboratory is asked: results drawn together go by the name of their panel.
_ASKED_AS = {
    "lab.hemoglobin": "CBC",
    "lab.platelets": "CBC",
    "lab.anc": "CBC",
    "lab.wbc": "CBC",
    "lab.hematocrit": "CBC",
    "lab.ferritin": "ferritin",
    "lab.tsat": "transferrin saturation",
    "lab.creatinine": "creatinine",
    "lab.alt": "liver panel",
    "lab.ast": "liver panel",
    "lab.phosphate": "phosphate",
    "lab.calcium": "calcium",
}
_STALE = {What.LAB: "stale_lab", What.TEST: "stale_lab", What.SCREENING: "stale_lab", What.IMAGING: "baseline_mri_stale"}
_ABSENT = {What.IMAGING: "baseline_mri_missing", What.VACCINE: "vaccine_missing"}
_UNMET = {"screening.tb": "tb_positive", "lab.crcl": "renal_below_minimum", "lab.egfr": "renal_below_minimum"}


@dataclass(frozen=True, slots=True)
class FreshLimit:
    """A payer that wants a result fresher than the protocol does."""

    fact: str
    days: int
    source: str


@dataclass(frozen=True, slots=True)
class _Gap:
    """A requirement that the packet does not meet because a result is not there, or too old."""

    requirement: Requirement
    days: int | None
    source: str
    newest: Fact | None

    @property
    def asked_as(self) -> str:
        return _ASKED_AS.get(self.requirement.fact, self.requirement.names.en)


def requirements(packet: Packet, protocol: Protocol, as_of: date, limits: Sequence[FreshLimit] = ()) -> Part:
    """Everything that must be on record before the first dose and that a packet can carry; the stricter of two ages counts."""
    known = known_of(packet, as_of, protocol)
    gaps: list[_Gap] = []
    findings: list[Finding] = []
    unread: list[str] = []
    for requirement in for_regimen(protocol.requirements, ""):
        if not _asked(requirement, packet, protocol, known):
            continue
        days, source = _freshness(requirement, limits)
        newest = known.newest(requirement.fact)
        if _drawn_for_the_dose(requirement) and days is None and known.newest(requirement.fact, requirement.fresh_days) is None:
            continue
        if newest is None or (days is not None and (as_of - newest.on).days > days):
            gaps.append(_Gap(requirement, days, source, newest))
        elif requirement.unmet is not Severity.ADVISE and requirement.accept is not None:
            truth = evaluate(requirement.accept, known).truth
            if truth is Truth.FALSE:
                findings.append(_unmet(requirement, newest))
            elif truth is Truth.UNKNOWN:
                unread.append(f"{requirement.names.en}: “{newest.shown}” of {newest.on.isoformat()} does not decide it")
    return Part(tuple(_chase(gaps)), (*_one_each(findings), *_gap_findings(gaps)), tuple(dict.fromkeys(unread)))


def reactions(packet: Packet, protocol: Protocol) -> Part:
    """H-005 allergy: an allergy or earlier reaction to the drug, an ingredient, or another member of its class."""
    findings = []
    heard = [
        item.fact for item in packet.facts if item.fact.kind in (FactKind.ALLERGY, FactKind.REACTION) and present(item.fact)
    ]
    for rule in protocol.hypersensitivities:
        fact = next((fact for fact in heard if names(fact.code, rule.agents)), None)
        if fact is not None and rule.severity is not Severity.ADVISE:
            code = "allergy_conflict" if rule.same_drug else "prior_reaction_same_class"
            what = f"{fact.value or 'a reaction'} with {fact.code} ({fact.on.isoformat()})"
            findings.append(Finding(code, Graveness(rule.severity.value), what, rule.source))
    return Part((), tuple(findings))


def duplicates(packet: Packet, protocol: Protocol) -> Part:
    """Active medicines that are the same kind of therapy, or that must not go together with it."""
    findings = []
    active = [medication for medication in packet.medications if medication.active]
    for rule in for_regimen(protocol.interactions, ""):
        found = next((item for item in active if names(item.name, rule.agents) or names(item.text, rule.agents)), None)
        if found is not None and rule.severity is not Severity.ADVISE:
            since = f" since {found.started.isoformat()}" if found.started else ""
            code = "duplicate_therapy" if rule.duplicate else "contraindication"
            findings.append(
                Finding(code, Graveness(rule.severity.value), f"{found.text} is active{since}: {rule.names.en}", rule.source)
            )
    return Part((), tuple(findings))


def known_of(packet: Packet, day: date, protocol: Protocol) -> Known:
    """What the packet says, and what is computed from it, as the protocol's conditions read it."""
    person = packet.person
    newest = next((weight for _, weight in weights(packet)), None)
    patient = Patient(born=person.born, sex=person.sex, weight=newest, birth_text=person.birth_text) if person else Patient()
    return with_derived(Known(day, patient, tuple(item.fact for item in packet.facts), declared=protocol.facts))


def _asked(requirement: Requirement, packet: Packet, protocol: Protocol, known: Known) -> bool:
    """True when a packet can carry it, it is due before the first dose, and it is for this patient and indication."""
    own_question = requirement.what is What.SCREENING and requirement.fact not in COMMON
    if requirement.what not in _CARRIED or own_question or requirement.fact in _LOOKED_AT_HERE:
        return False
    first = requirement.when is Occasion.DOSES and 1 in requirement.doses
    if requirement.when not in _AHEAD and not first:
        return False
    if requirement.jurisdiction != protocol.jurisdiction or not in_force(requirement, known.day):
        return False
    if requirement.indications and not set(requirement.indications) & indications_of(packet, protocol):
        return False
    return requirement.applies is None or evaluate(requirement.applies, known).truth is not Truth.FALSE


def _drawn_for_the_dose(requirement: Requirement) -> bool:
    """True when the result may not be older than the days before the dose on which it is asked for."""
    return (
        requirement.when is Occasion.EVERY_DOSE
        and requirement.fresh_days is not None
        and requirement.fresh_days <= requirement.ask_days
    )


def indications_of(packet: Packet, protocol: Protocol) -> set[str]:
    """Keys of the protocol's indications that the orders or the request can be for."""
    return {
        item.key
        for item in protocol.indications
        for prefix in item.codes
        if any(code.startswith(prefix.prefix) for code in packet.diagnoses)
    }


def _freshness(requirement: Requirement, limits: Sequence[FreshLimit]) -> tuple[int | None, str]:
    """The days that count here and whose they are; the protocol's own are left to the dose when it is drawn for it."""
    asked = [(limit.days, limit.source) for limit in limits if limit.fact == requirement.fact]
    if requirement.fresh_days is not None and not _drawn_for_the_dose(requirement):
        asked.append((requirement.fresh_days, requirement.source))
    return min(asked, default=(None, requirement.source))


def _unmet(requirement: Requirement, newest: Fact) -> Finding:
    code = _UNMET.get(requirement.fact, "contraindication")
    detail = f"{requirement.names.en}: {working(newest) or newest.shown} on {newest.on.isoformat()}"
    return Finding(code, Graveness(requirement.unmet.value), detail, requirement.source)


def _one_each(findings: list[Finding]) -> Iterator[Finding]:
    """Two requirements over one fact (before the start, and each year) are one finding."""
    seen: set[tuple[str, Graveness]] = set()
    for finding in findings:
        if (finding.code, finding.severity) not in seen:
            seen.add((finding.code, finding.severity))
            yield finding


def _gap_findings(gaps: list[_Gap]) -> Iterator[Finding]:
    """One finding a code and strength: results that are too old; imaging or vaccines that are not there."""
    grouped: dict[tuple[str, Graveness], list[_Gap]] = {}
    for gap in gaps:
        code = (_ABSENT if gap.newest is None else _STALE).get(gap.requirement.what)
        if code is not None and gap.requirement.missing is not Severity.ADVISE:
            grouped.setdefault((code, Graveness(gap.requirement.missing.value)), []).append(gap)
    for (code, graveness), members in grouped.items():
        details = [
            f"{gap.asked_as} {'not on record' if gap.newest is None else 'dated ' + gap.newest.on.isoformat()}"
            for gap in members
        ]
        limit = f", wanted within {members[0].days} days" if members[0].days is not None else ""
        yield Finding(code, graveness, "; ".join(dict.fromkeys(details)) + limit, members[0].source)


def _chase(gaps: list[_Gap]) -> Iterator[str]:
    """What intake has to ask for: one line for all that must be equally fresh."""
    by_age: dict[int | None, list[str]] = {}
    for gap in gaps:
        if gap.requirement.missing is Severity.HOLD:
            by_age.setdefault(gap.days, []).append(gap.asked_as)
    for days, wanted in by_age.items():
        together = _listed(list(dict.fromkeys(wanted)))
        yield together if days is None else f"{together} within {days} days"


def _listed(items: list[str]) -> str:
    """`a, b and c`."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"
