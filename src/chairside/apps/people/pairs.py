"""Reading pairs that may be one person, and merges: the list to review, one pair side by side, a person's merged records."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from chairside.apps.people.models import LikelyDuplicate, Patient, PatientMerge
from chairside.apps.people.selectors import candidate_of, kept_record, person_of, records_of
from chairside.core.intake.matching import VERY_LIKELY, Compared, Likeness, Verdict, likeness
from chairside.web.paging import Column

OPEN, SAME, DIFFERENT = "open", "same", "different"
STATES = ((OPEN, "To decide"), (SAME, "The same person"), (DIFFERENT, "Two different people"))
_DECISIONS = {OPEN: "", SAME: LikelyDuplicate.Decision.SAME, DIFFERENT: LikelyDuplicate.Decision.DIFFERENT}
_TWINS = "possible twins"
FILTERS = ("q", "state")
COLUMNS = (
    Column("one", "Record", ("one__family", "one__given"), value=lambda row: told(row.one)),
    Column("other", "And", ("other__family", "other__given"), value=lambda row: told(row.other)),
    Column("score", "How alike", ("score", "found_at"), value=lambda row: row.score),
    Column("why", "What agrees and what differs", value=lambda row: "; ".join(row.reasons.splitlines())),
    Column("found", "Found", ("found_at",), value=lambda row: row.found_at.date()),
    Column("state", "Decision", ("decision", "decided_at"), value=lambda row: row.get_decision_display() or "To decide"),
)
EXPORT = (
    *COLUMNS,
    Column("by", "Decided by", value=lambda row: row.decided_by),
    Column("reason", "Because", value=lambda row: row.decided_reason),
)
_TONES = {Verdict.AGREES: "done", Verdict.NEARLY: "due", Verdict.DIFFERS: "act", Verdict.UNKNOWN: "unknown"}


def told(patient: Patient) -> str:
    """A record in a line of text: name, birth date, number."""
    return f"{patient.name}, {patient.birth_date or patient.birth_text or 'birth date not recorded'}, {patient.mrn}"


def pairs(asked: Mapping[str, str]) -> QuerySet[LikelyDuplicate]:
    """Pairs in a state (to decide, unless another is asked for), by words of a name or a number of either record."""
    decision = _DECISIONS.get(asked.get("state", ""), "")
    rows = LikelyDuplicate.objects.filter(decision=decision).select_related("one", "other")
    for word in asked.get("q", "").split():
        records = Patient.objects.filter(Q(family__icontains=word) | Q(given__icontains=word) | Q(mrn__iexact=word))
        rows = rows.filter(Q(one__in=records) | Q(other__in=records))
    return rows


@dataclass(frozen=True, slots=True)
class PairRow:
    """One pair of the list."""

    pair: LikelyDuplicate
    word: str
    tone: str
    agrees: tuple[str, ...]
    nearly: tuple[str, ...]
    differs: tuple[str, ...]


def pair_rows(rows: Iterable[LikelyDuplicate]) -> list[PairRow]:
    """The pairs as the list shows them: in words what agreed and what differed when they were found."""
    found = []
    for row in rows:
        told = [line.partition(": ") for line in row.reasons.splitlines()]
        twins = any(verdict == _TWINS for verdict, _, _ in told)
        word = "Possible twins" if twins else "Very likely" if row.score >= VERY_LIKELY else "Likely"
        by_verdict = (Verdict.AGREES, Verdict.NEARLY, Verdict.DIFFERS)
        parts = [tuple(dict.fromkeys(text for verdict, _, text in told if verdict == wanted)) for wanted in by_verdict]
        found.append(PairRow(row, word, "observe" if twins else "due", *parts))
    return found


@dataclass(frozen=True, slots=True)
class SideBySide:
    """One thing of both records, and how it stands."""

    what: str
    one: str
    other: str
    verdict: str
    tone: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two persons side by side. `one` and `other` are the records that are kept for them now."""

    one: Patient
    other: Patient
    likeness: Likeness
    lines: tuple[SideBySide, ...]

    @property
    def dates_differ(self) -> bool:
        """The birth dates disagree, so the right one is asked for. A part of a date that fits is no disagreement."""
        found = next(item for item in self.likeness.compared if item.what == "birth date")
        whole = self.one.birth_date is not None and self.other.birth_date is not None
        return found.verdict is Verdict.DIFFERS or (found.verdict is Verdict.NEARLY and whole)


def comparison_of(pair: LikelyDuplicate) -> Comparison:
    """Both persons of a pair as they are recorded now, with every record that was merged into either. Eight queries.

    Once the two are one person, the two records by themselves.
    """
    merged = person_of(pair.one) == person_of(pair.other)
    one, other = ([pair.one], [pair.other]) if merged else (_person(pair.one), _person(pair.other))
    found = likeness(candidate_of(*one), candidate_of(*other))
    lines = tuple(_line(item, one, other) for item in found.compared)
    return Comparison(one[0], other[0], found, lines if merged else (*lines, _stored(one[0].pk, other[0].pk)))


def _person(patient: Patient) -> list[Patient]:
    """Every record of a person, the kept one first."""
    rows = Patient.objects.filter(pk__in=records_of(patient)).prefetch_related("identifiers")
    return sorted(rows, key=lambda row: (row.merged_into_id is not None, row.mrn))


def _line(item: Compared, one: list[Patient], other: list[Patient]) -> SideBySide:
    mine, theirs = (_written(item.what, rows) for rows in (one, other))
    return SideBySide(item.what.capitalize(), mine, theirs, item.verdict.capitalize(), _TONES[item.verdict], item.sentence)


_READ: Mapping[str, Callable[[Patient], str]] = {
    "family name": lambda row: row.family,
    "given names": lambda row: row.given,
    "generation": lambda row: row.name,
    "birth date": lambda row: _day(row.birth_date) if row.birth_date else row.birth_text,
    "sex": lambda row: str(row.get_sex_display()),
    "phone": lambda row: row.phone,
    "email": lambda row: row.email,
    "address": lambda row: row.address,
    "postal code": lambda row: row.postal_code,
}


def _written(what: str, rows: list[Patient]) -> str:
    """What the records say of one thing, as it was written."""
    if what == "number elsewhere":
        return "; ".join(f"{item.value} ({item.system})" for row in rows for item in row.identifiers.all())
    return "; ".join(dict.fromkeys(text for row in rows if (text := _READ[what](row).strip())))


def _day(day: date) -> str:
    """A day as it is read, and as digits: two that changed places are seen there."""
    return f"{day:%b} {day.day}, {day.year} ({day.isoformat()})"


def _stored(one: UUID, other: UUID) -> SideBySide:
    """How much is stored under each person: it helps to choose which record to keep. Four queries."""
    told: dict[UUID, list[str]] = {one: [], other: []}
    for what in ("facts", "referrals", "orders", "visits"):
        rows = Patient.objects.filter(Q(pk__in=(one, other)) | Q(merged_into__in=(one, other)))
        counts = dict.fromkeys((one, other), 0)
        for pk, kept, number in rows.annotate(number=Count(what)).values_list("pk", "merged_into", "number"):
            counts[kept or pk] += number
        for person, number in counts.items():
            told[person].append(f"{number} {what if number != 1 else what.removesuffix('s')}")
    return SideBySide("Stored here", ", ".join(told[one]), ", ".join(told[other]), "Stays", "plain", "Nothing is moved.")


def merges_of(patient: Patient) -> list[PatientMerge]:
    """The merges that stand within a person's records, newest first. One query."""
    rows = PatientMerge.objects.filter(merged__in=records_of(patient), undone_at=None)
    return list(rows.select_related("merged", "kept").order_by("-at", "-id"))


def merge_between(pair: LikelyDuplicate) -> PatientMerge | None:
    """A merge that makes the two records of a pair one person, to undo it from there; None where there is none any more."""
    if kept_record(pair.one) != kept_record(pair.other):
        return None
    standing = PatientMerge.objects.filter(undone_at=None)
    return (
        standing.filter(Q(kept=pair.one, merged=pair.other) | Q(kept=pair.other, merged=pair.one)).first()
        or standing.filter(merged__in=(pair.one, pair.other)).order_by("-at").first()
    )
