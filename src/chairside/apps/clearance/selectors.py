"""Reading clearance: the queue, and one dose with each requirement, its evidence and what would answer it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, IntegerField, Prefetch, Q, QuerySet, Value, When

from chairside.apps.clearance.models import Evaluation, HoldRelease, RequirementResult
from chairside.apps.clearance.releases import releases_of, standing
from chairside.apps.clearance.staleness import with_staleness
from chairside.apps.organizations.models import Site
from chairside.apps.people.models import Fact
from chairside.apps.people.selectors import recorders_of
from chairside.apps.plans.models import PlannedDose
from chairside.core.kernel.evidence import Source
from chairside.core.protocols import Protocol, words
from chairside.core.protocols.schema.condition import Op
from chairside.core.protocols.schema.requirement import Question, Requirement
from chairside.core.protocols.vocabulary import unit_of

AHEAD = timedelta(days=60)
WORDS = {
    "held": ("act", "Held"),
    "unknown": ("unknown", "Something is not known"),
    "review": ("due", "Needs review"),
    "due": ("due", "Due"),
    "cleared": ("done", "Cleared"),
    "": ("unknown", "Not evaluated"),
}
_RANK = {"held": 0, "unknown": 1, "": 2, "review": 3, "due": 4, "cleared": 5}


@dataclass(frozen=True, slots=True)
class Wanted:
    """The fact that would answer a requirement: its kind and key, the unit of a number, or the words to choose from."""

    kind: str
    code: str
    unit: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One requirement as the page shows it."""

    result: RequirementResult
    title: str
    evidence: tuple[Fact, ...]
    release: HoldRelease | None
    wanted: Wanted | None
    source: Source | None  # None where the protocol does not hold it: a payer's policy, the doses on record
    recorded: Mapping[str, str]

    @property
    def message(self) -> str:
        """What was found, without the title that stands above it."""
        told = self.result.message.removeprefix(f"{self.title}:").strip()
        return told[:1].upper() + told[1:]

    @property
    def source_text(self) -> str:
        """The source by its title; “doses on record” for what the history says."""
        if self.source is not None:
            return self.source.title
        return "doses on record" if self.result.source == "history" else self.result.source

    @property
    def open(self) -> bool:
        return self.result.state != "met" and self.release is None


def clearance_queue(site: Site | None, today: date, *, outcome: str = "", text: str = "") -> QuerySet[Any]:
    """Doses of the next weeks with their newest evaluation, the ones that something holds first, then by day."""
    ahead = PlannedDose.objects.filter(
        plan__order_version__order__site=site,
        plan__status="active",
        status__in=["planned", "booked"],
        target_on__lte=today + AHEAD,
    )
    rows = with_staleness(ahead, today)
    if outcome == "stale":
        rows = rows.exclude(stale="")
    elif outcome == "none":
        rows = rows.filter(outcome=None)
    elif outcome:
        rows = rows.filter(outcome=outcome)
    if text:
        rows = rows.filter(
            Q(plan__patient__family__icontains=text)
            | Q(plan__patient__given__icontains=text)
            | Q(plan__patient__mrn__iexact=text)
        )
    rank = Case(
        *(When(outcome=word, then=Value(place)) for word, place in _RANK.items() if word),
        default=Value(_RANK[""]),
        output_field=IntegerField(),
    )
    ranked: QuerySet[Any] = rows.annotate(rank=rank)
    return ranked.select_related("plan__patient", "plan__order_version__release", "plan__order_version__order__site")


def open_results(evaluations: list[object]) -> Mapping[object, list[RequirementResult]]:
    """What is not met in each of the evaluations ahead of the visit, the soonest due first: one query."""
    found: dict[object, list[RequirementResult]] = {}
    rows = RequirementResult.objects.filter(evaluation__in=[item for item in evaluations if item], on_the_day=False)
    rows = rows.exclude(state="met")
    for row in rows.order_by("due_on", "requirement"):
        found.setdefault(row.evaluation_id, []).append(row)
    return found


def newest_evaluation(dose: PlannedDose, day: date | None = None) -> Evaluation | None:
    """The evaluation that holds, for a day or at all."""
    rows = Evaluation.objects.filter(planned_dose=dose)
    if day is not None:
        rows = rows.filter(day=day)
    results = RequirementResult.objects.order_by("due_on", "requirement")
    return rows.prefetch_related(Prefetch("results", results)).order_by("-evaluated_at", "-id").first()


def lines_of(evaluation: Evaluation, protocol: Protocol) -> list[Line]:
    """Every requirement with the facts it rests on, who released it, and what would answer it."""
    results = list(evaluation.results.all())
    ids = {fact for result in results for fact in result.evidence.splitlines()}
    facts = {str(row.id): row for row in Fact.objects.filter(id__in=ids)}
    recorded = recorders_of(facts.values())
    released = standing(results, releases_of(evaluation.planned_dose_id, evaluation.day))
    named: dict[str, Requirement | Question] = {item.key: item for item in protocol.requirements}
    named |= {item.key: item for item in protocol.questions}
    return [
        Line(
            result,
            _title(named.get(result.requirement), result),
            tuple(facts[item] for item in result.evidence.splitlines() if item in facts),
            released.get(result.pk),
            wanted_fact(result.fact, named.get(result.requirement), protocol),
            protocol.source_named(result.source),
            recorded,
        )
        for result in results
    ]


def _title(item: Requirement | Question | None, result: RequirementResult) -> str:
    if isinstance(item, Requirement):
        return item.names.en
    if item is not None:
        return item.asks.en
    return result.requirement.partition(".")[0].replace("_", " ").capitalize()


def wanted_fact(fact: str, item: Requirement | Question | None, protocol: Protocol) -> Wanted | None:
    """What to ask for: the words that the protocol knows for it, else a number in the unit that it is kept in."""
    kind, _, code = fact.partition(".")
    if not code:
        return None
    if isinstance(item, Question):
        return Wanted(kind, code, "", ("no", "yes", "unknown"))
    unit = unit_of(fact, protocol)
    return Wanted(kind, code, unit, () if unit else _words(fact, item, protocol))


def _words(fact: str, item: Requirement | None, protocol: Protocol) -> tuple[str, ...]:
    """The words that are understood for the fact, then those that the protocol accepts: no word is offered that is not read."""
    understood = words.declared(fact, protocol.facts)
    accept = item.accept if item else None
    accepted = [
        word
        for test in ((*accept.all, *accept.any) if accept else ())
        if test.fact == fact and test.op is Op.IN
        for word in test.words
    ]
    usual = ("given", "refused") if item and item.what.value == "vaccine" and not understood else ()
    return tuple(dict.fromkeys((*understood, *accepted, *usual)))
