"""Whom a message means: found by number and held to what else it says, and numbers that were merged on the other side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from chairside.apps.intake.texts import fit
from chairside.apps.people.merging import patient_merge
from chairside.apps.people.models import Patient, PatientIdentifier
from chairside.apps.people.selectors import kept_record, records_of
from chairside.core.access import Actor
from chairside.core.intake.matching import Candidate, Verdict, births
from chairside.core.intake.referral import Identifier, Person


class Unusable(Exception):
    """A message cannot be used: the sentences that say why. What was written of it must be taken back."""


def person_found(person: Person, actor: Actor) -> Patient | None:
    """The kept record of the person who is known by one of the numbers; None when nobody is. Raises Unusable where two are."""
    kept = {row.pk: row for row in _holders(person.identifiers, actor).values()}
    if len(kept) > 1:
        raise Unusable("The numbers of this patient belong to different people here. Someone must decide who it is.")
    return next(iter(kept.values()), None)


def person_held_to(patient: Patient, person: Person) -> None:
    """H-001: a number alone does not say who it is. Another birth date or a wholly different name goes to a person."""
    told = births(
        Candidate(born=patient.birth_date, birth_text=patient.birth_text),
        Candidate(born=person.born, birth_text=person.birth_text),
    )
    both = patient.birth_date is not None and person.born is not None
    if told.verdict is Verdict.DIFFERS or (both and patient.birth_date != person.born):
        raise Unusable(
            f"The number {patient.mrn} is known here with another date of birth. Check which of the two is right, "
            "then read the message again."
        )
    names = ((patient.family, fit(person.family, 300)), (patient.given, fit(person.given, 300)))
    if all(mine and theirs and mine.casefold() != theirs.casefold() for mine, theirs in names):
        raise Unusable(
            f"The number {patient.mrn} is known here under a wholly different name than {person.family}, {person.given}. "
            "Check that it is the same person, then read the message again."
        )


def only_named(person: Person) -> Person:
    """The person by the numbers alone, so that nothing else of the record changes."""
    return Person(person.source, identifiers=person.identifiers)


def priors_found(prior: Iterable[Identifier], actor: Actor) -> dict[Identifier, Patient | None]:
    """Whose each merged number is here, by the record that it stands under; None for one that nobody has."""
    numbers = tuple(dict.fromkeys(prior))
    rows = _rows(numbers, actor)
    return {number: rows.get(number) for number in numbers}


def priors_merge(
    priors: Mapping[Identifier, Patient | None], kept: Patient, why: str, actor: Actor, at: datetime
) -> tuple[str, ...]:
    """Merge the records of the numbers into the one that is kept, reversibly. What there is to say of it.

    A number that nobody has stays with the kept person, so that a later message under it finds the person. Raises Unusable
    where a merge is not allowed: people with different birth dates go to a person.
    """
    notes = list[str]()
    for number, row in priors.items():
        if row is None:
            PatientIdentifier.objects.get_or_create(
                organization_id=kept.organization_id,
                system=fit(number.system, 300),
                value=fit(number.value, 200),
                defaults={"patient": kept},
            )
            notes.append(f"{number.value} was not known here: it is kept as another number of {kept.mrn}")
            continue
        if records_of(kept).filter(pk=row.pk).exists():
            notes.append(f"{number.value} is the same person already")
            continue
        done = patient_merge(
            kept=kept, merged=kept_record(row), reason=f"{number.value} is {kept.mrn} by {why}.", actor=actor, at=at, by=why
        )
        if done.value is None:
            raise Unusable(*(reason.message for reason in done.reasons))
        notes.append(f"{number.value} was merged into {kept.mrn}")
    return tuple(notes)


def _holders(numbers: Iterable[Identifier], actor: Actor) -> dict[Identifier, Patient]:
    return {number: kept_record(row) for number, row in _rows(numbers, actor).items()}


def _rows(numbers: Iterable[Identifier], actor: Actor) -> dict[Identifier, Patient]:
    wanted = {(fit(item.system, 300), fit(item.value, 200)): item for item in numbers}
    rows = PatientIdentifier.objects.filter(
        organization_id=UUID(actor.organization), value__in=[value for _, value in wanted]
    ).select_related("patient__merged_into")
    return {wanted[row.system, row.value]: row.patient for row in rows if (row.system, row.value) in wanted}
