"""A sender corrects who a patient is: what was sent replaces what stands, what was deleted is emptied, the rest stays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from chairside.apps.audit.services import entry_record
from chairside.apps.intake.texts import fit, storable
from chairside.apps.people.models import Patient
from chairside.core.access import Action, Actor
from chairside.core.intake.matching import Candidate, Verdict, births
from chairside.core.intake.referral import Person
from chairside.core.kernel.decision import Decision, Reason, refused

_WIDTHS = {"family": 300, "given": 300, "phone": 40, "email": 254, "postal_code": 12, "language": 12}
_IDENTITY = frozenset(("family", "given", "born", "birth_text"))
_KEPT = frozenset((*_WIDTHS, "address", "sex"))


def patient_amend(
    *,
    patient: Patient,
    person: Person,
    replaced: Iterable[str],
    cleared: Iterable[str],
    why: str,
    actor: Actor,
    at: datetime,
) -> Decision[tuple[str, ...]]:
    """Write an update of a known patient, in the caller's transaction; the fields that changed. History keeps what stood there.

    replaced, cleared   names of fields of `Person`; what is in neither was not sent
    why                 what brought it: the message and its sender
    Refused where it touches by whom the patient is recognised (H-001): another birth date, a wholly different name, a name or
    birth date that is deleted. A birth date that is not whole never takes the place of a whole one; an unknown sex is no news.
    """
    permitted = actor.may(Action.REFERRAL_RECEIVE)
    if not permitted.allowed:
        return permitted.without_value()
    sent, gone = frozenset(replaced), frozenset(cleared)
    against = tuple(_against(patient, person, sent, gone))
    if against:
        return Decision(None, against)
    values = _values(patient, person, sent) | dict.fromkeys(gone & _KEPT, "")
    changed = {name: value for name, value in values.items() if getattr(patient, name) != value}
    if not changed:
        return Decision(())
    for name, value in changed.items():
        setattr(patient, name, value)
    patient.save(update_fields=list(changed))
    names = tuple(sorted(changed))
    entry_record(
        actor=actor,
        action="patient.update",
        subject_type="patient",
        subject=patient.id,
        patient=patient.id,
        at=at,
        detail=f"{', '.join(name.replace('_', ' ') for name in names)}: {why}",
    )
    return Decision(names)


def _values(patient: Patient, person: Person, sent: frozenset[str]) -> dict[str, Any]:
    found: dict[str, Any] = {name: fit(getattr(person, name), width) for name, width in _WIDTHS.items() if name in sent}
    if "address" in sent:
        found["address"] = storable(person.address)
    if "sex" in sent and person.sex not in ("", "unknown"):
        found["sex"] = person.sex
    if person.born and patient.birth_date is None:
        found |= {"birth_date": person.born, "birth_text": ""}
    elif person.birth_text and patient.birth_date is None:
        found["birth_text"] = fit(person.birth_text, 10)
    return found


def _against(patient: Patient, person: Person, sent: frozenset[str], gone: frozenset[str]) -> Iterator[Reason]:
    number = patient.mrn
    if gone & _IDENTITY:
        what = "name" if gone & {"family", "given"} else "date of birth"
        message = f"The message deletes the {what} of {number}. By it the patient is recognised: a person must look at it."
        yield refused("wrong_person", message, field="patient")
    stands = Candidate(born=patient.birth_date, birth_text=patient.birth_text)
    told = births(stands, Candidate(born=person.born, birth_text=person.birth_text))
    whole = patient.birth_date is not None and person.born is not None
    if told.verdict is Verdict.DIFFERS or (whole and patient.birth_date != person.born):
        message = f"{number} is known here with another date of birth. Check which of the two is right."
        yield refused("wrong_person", message, field="patient.birth_date")
    if "family" in sent and patient.family and patient.given and person.given:
        same = [getattr(patient, name).casefold() == fit(getattr(person, name), 300).casefold() for name in ("family", "given")]
        if not any(same):
            message = (
                f"The message calls {number} by a wholly different name ({person.family}, {person.given}). "
                "Check that it is the same person."
            )
            yield refused("wrong_person", message, field="patient.name")
