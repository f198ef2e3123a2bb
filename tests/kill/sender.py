"""A sender of any size: people with laboratory results, vitals, conditions, medicines and notes, as NDJSON or as one bundle.

Invented, and the same for the same words.
"""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

_LABS = (
    ("718-7", "Hemoglobin [Mass/volume] in Blood", "g/dL", 70, 160),
    ("2276-4", "Ferritin [Mass/volume] in Serum or Plasma", "ng/mL", 50, 3000),
    ("777-3", "Platelets [#/volume] in Blood by Automated count", "10*3/uL", 900, 4000),
    ("2160-0", "Creatinine [Mass/volume] in Serum or Plasma", "mg/dL", 6, 30),
)
_CONDITIONS = (("D50.9", "Iron deficiency anemia, unspecified"), ("K50.90", "Crohn's disease, unspecified"))
_CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
_UCUM = "http://unitsofmeasure.org"
_FAMILIES = ("Okafor", "Lindqvist", "Marchetti", "Szabó", "Tanaka", "Quiñones")


def people(count: int, results: int, sender: str = "A", seed: int = 1) -> Iterator[dict[str, Any]]:
    """The resources of so many people, each with so many results; ids are numbers, as every small system counts them.

    sender    whose people they are: part of their record numbers and names, not of their ids
    """
    dice = random.Random(f"{seed} {sender}")
    for resource in _people(count, results, sender, dice):
        yield {**resource, "meta": {"source": f"urn:example:{sender}"}}


def _people(count: int, results: int, sender: str, dice: random.Random) -> Iterator[dict[str, Any]]:
    yield _practitioner(sender)
    for number in range(1, count + 1):
        yield _person(number, sender, dice)
        yield from _of_person(number, results, dice)


def _practitioner(sender: str) -> dict[str, Any]:
    return {"resourceType": "Practitioner", "id": "1", "name": [{"family": f"Prescriber {sender}", "given": ["Ada"]}]}


def _person(number: int, sender: str, dice: random.Random) -> dict[str, Any]:
    return {
        "resourceType": "Patient",
        "id": str(number),
        "identifier": [{"system": f"urn:example:{sender}", "value": f"{sender}{number:06}"}],
        "name": [{"family": f"{_FAMILIES[number % len(_FAMILIES)]} {sender}{number}", "given": [f"Person{number}"]}],
        "gender": dice.choice(("female", "male")),
        "birthDate": f"{dice.randint(1935, 2005)}-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}",
    }


def _of_person(number: int, results: int, dice: random.Random) -> Iterator[dict[str, Any]]:
    about = {"reference": f"Patient/{number}"}
    code, display = dice.choice(_CONDITIONS)
    yield {
        "resourceType": "Condition",
        "id": str(number),
        "clinicalStatus": {"coding": [{"system": _CLINICAL, "code": "active"}]},
        "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": code, "display": display}]},
        "subject": about,
    }
    yield {
        "resourceType": "MedicationRequest",
        "id": str(number),
        "status": "active",
        "intent": "order",
        "medicationCodeableConcept": {"text": "folic acid 1 mg oral tablet"},
        "subject": about,
        "requester": {"reference": "Practitioner/1"},
    }
    note = base64.b64encode(f"Seen for infusion, visit {number}. ".encode() * 20).decode()
    yield {
        "resourceType": "DocumentReference",
        "id": str(number),
        "status": "current",
        "subject": about,
        "content": [{"attachment": {"contentType": "text/plain", "data": note, "title": "Clinic note"}}],
    }
    for at in range(results):
        yield _result(f"{number}-{at}", about, dice)


def _result(own: str, about: dict[str, str], dice: random.Random) -> dict[str, Any]:
    code, display, unit, low, high = dice.choice(_LABS)
    day = f"2026-{dice.randint(1, 10):02}-{dice.randint(1, 28):02}"
    value = {"value": dice.randint(low, high) / 10, "unit": unit, "system": _UCUM, "code": unit}
    return {
        "resourceType": "Observation",
        "id": own,
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": code, "display": display}], "text": display},
        "subject": about,
        "performer": [{"reference": "Practitioner/1"}],
        "effectiveDateTime": f"{day}T08:{dice.randint(0, 59):02}:00-06:00",
        "valueQuantity": value,
    }


def as_folder(resources: Iterator[dict[str, Any]], folder: Path) -> Path:
    """A bulk export: a file for each type."""
    folder.mkdir(parents=True, exist_ok=True)
    files: dict[str, IO[str]] = {}
    for resource in resources:
        kind = resource["resourceType"]
        if kind not in files:
            files[kind] = (folder / f"{kind}.ndjson").open("w", encoding="utf-8")
        files[kind].write(json.dumps(resource) + "\n")
    for file in files.values():
        file.close()
    return folder


def as_lines(resources: Iterator[dict[str, Any]], file: Path, least: int = 0) -> int:
    """One NDJSON file, ended when it has so many bytes; how many resources."""
    count = 0
    with file.open("w", encoding="utf-8") as out:
        for resource in resources:
            out.write(json.dumps(resource) + "\n")
            count += 1
            if least and out.tell() >= least:
                break
    return count


def as_bundle(resources: Iterator[dict[str, Any]], file: Path, least: int = 0) -> int:
    """One collection, each resource named by a full URL, ended when it has so many bytes; how many resources."""
    count = 0
    with file.open("w", encoding="utf-8") as out:
        out.write('{"resourceType":"Bundle","type":"collection","entry":[')
        for resource in resources:
            url = f"https://ehr.example.org/fhir/{resource['resourceType']}/{resource['id']}"
            out.write(("," if count else "") + json.dumps({"fullUrl": url, "resource": resource}))
            count += 1
            if least and out.tell() >= least:
                break
        out.write("]}")
    return count
