"""A person's referral as intake receives it: who, what is ordered, insurance, results. Built from the line of the table."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal

from chairside.cli.demo_center.table import Person, Stage
from chairside.core.intake import referral as r
from chairside.core.kernel.fact import Fact, FactKind

_DOCTORS = (  # by the first letters of the diagnosis code
    ("K5", r.Clinician("dr-gi", "Lorraine Whitfield, MD", "1902000015", "Tamarack Digestive Health", "(555) 555-0171")),
    ("M", r.Clinician("dr-rheum", "Jorge Patiño, MD", "1902000023", "Lakeshore Rheumatology", "(555) 555-0172")),
    ("L", r.Clinician("dr-derm", "Adaeze Nwosu, MD", "1902000031", "Birchwood Dermatology", "(555) 555-0173")),
    ("D", r.Clinician("dr-hem", "Stephen Grahl, DO", "1902000049", "Tamarack Hematology Group", "(555) 555-0174")),
)
_CONDITIONS = {
    "K50": "Crohn's disease",
    "K51": "Ulcerative colitis",
    "M05": "Rheumatoid arthritis with rheumatoid factor",
    "M06": "Rheumatoid arthritis",
    "M45": "Ankylosing spondylitis",
    "L40.5": "Psoriatic arthritis",
    "L40.0": "Plaque psoriasis",
    "D50": "Iron deficiency anemia",
}
_INGREDIENT = {
    "Remicade": "infliximab",
    "Inflectra": "infliximab-dyyb",
    "Renflexis": "infliximab-abda",
    "Avsola": "infliximab-axxq",
}
_SEX = {"f": "female", "m": "male"}
IRON = "Injectafer"
_PER_KG = {"M05": "3", "M06": "3"}
_IRON_FLAT_FROM_KG = 50


def packet_of(person: Person, day: date, received: datetime) -> r.Packet:
    """Everything that came with the referral, less what the line says is lacking."""
    doctor = doctor_of(person)
    on = received.date()
    signed = None if "signature" in person.lacks else received - timedelta(days=1)
    order = r.DrugOrder(
        source=f"{person.mrn}/order",
        text=_order_text(person),
        brand=person.brand or IRON,
        status="active" if signed else "draft",
        authored=on - timedelta(days=1),
        prescriber=doctor.source,
        dosages=(r.Dosage(_order_text(person), ordered=ordered_amount(person), route="iv"),),
        diagnoses=(person.diagnosis,),
        ends=on + timedelta(days=365),
        signed_at=signed,
        signed_by=doctor.name if signed else "",
    )
    request = r.Request(
        source=f"{person.mrn}/request",
        status="active",
        priority=person.priority,
        text="Infusion at your center",
        authored=on,
        prescriber=doctor.source,
        setting="suite",
        diagnoses=(person.diagnosis,),
        signed_at=signed,
        signed_by=order.signed_by,
    )
    return r.Packet(
        person=_who(person),
        clinicians=(doctor,),
        conditions=(r.Condition(f"{person.mrn}/condition", person.diagnosis, condition(person), "active"),),
        facts=tuple(_facts(person, on)),
        orders=(order,),
        request=request,
    )


def condition(person: Person) -> str:
    return next(text for code, text in _CONDITIONS.items() if person.diagnosis.startswith(code))


def doctor_of(person: Person) -> r.Clinician:
    return next(doctor for code, doctor in _DOCTORS if person.diagnosis.startswith(code))


def _who(person: Person) -> r.Person:
    number = person.number
    whole = "birth_date" not in person.lacks
    return r.Person(
        source=f"{person.mrn}/patient",
        family=person.family,
        given=person.given,
        birth_text=person.born if whole else person.born[:4],
        born=person.birth_date if whole else None,
        sex=_SEX[person.sex],
        identifiers=(r.Identifier("urn:demo:record-number", person.mrn),),
        phone=f"(555) 555-01{number % 100:02}",
        address=f"{100 + number} {('Alder', 'Birch', 'Cedar', 'Juniper', 'Spruce')[number % 5]} Street, Tamarack Falls",
        postal_code="00501",
        language=person.language,
        interpreter=True if person.language != "en" else None,
    )


def ordered_amount(person: Person) -> r.Amount:
    """As the doctor orders it: by weight, or the flat amount of iron from 50 kg on."""
    if not person.iron:
        return r.Amount(Decimal(_PER_KG.get(person.diagnosis[:3], "5")), "mg/kg")
    return r.Amount(Decimal(750), "mg") if person.weight >= _IRON_FLAT_FROM_KG else r.Amount(Decimal(15), "mg/kg")


def _order_text(person: Person) -> str:
    amount = ordered_amount(person)
    if person.iron:
        return f"{IRON} (ferric carboxymaltose) {amount} IV, two doses at least 7 days apart"
    weeks = 6 if person.diagnosis.startswith("M45") else 8
    return f"{person.brand} ({_INGREDIENT[person.brand]}) {amount} IV at weeks 0, 2 and 6, then every {weeks} weeks"


def _facts(person: Person, on: date) -> Iterator[r.Recorded]:
    """Results and findings as sent, each from its own paper."""

    def fact(
        kind: FactKind, code: str, days: int, value: Decimal | str | None = None, unit: str = "", **more: object
    ) -> r.Recorded:
        made = Fact(kind, code, on - timedelta(days=days), value, unit, **more)  # type: ignore[arg-type]
        return r.Recorded(made, f"{person.mrn}/{code}/{days}", format(value, "f") if isinstance(value, Decimal) else "")

    def lab(code: str, days: int, value: str, unit: str, lower: str | None = None, upper: str | None = None) -> r.Recorded:
        limits = {name: Decimal(text) for name, text in (("lower", lower), ("upper", upper)) if text}
        return fact(FactKind.LAB, code, days, Decimal(value), unit, **limits)

    if "weight" not in person.lacks:
        yield fact(FactKind.VITAL, "weight_kg", 96, person.weight + Decimal("0.9"), "kg")
        yield fact(FactKind.VITAL, "weight_kg", 3, person.weight, "kg")
    yield fact(FactKind.CONDITION, person.diagnosis, 400, condition(person), status="active")
    if not person.allergies and person.stage is not Stage.INCOMPLETE:
        yield fact(FactKind.ALLERGY, "no_known_allergy", 30, status="active")
    for name in person.allergies:
        yield fact(FactKind.ALLERGY, name, 900, "rash", status="active")
    if person.iron:
        yield lab("hemoglobin", 70, "10.3", "g/dL", "12.0", "15.5")
        if "iron_labs" not in person.lacks:
            yield lab("hemoglobin", 6, "9.4", "g/dL", "12.0", "15.5")
            yield lab("ferritin", 6, "8", "ng/mL", "15", "150")
            yield lab("tsat", 6, "9", "%", "20", "50")
        return
    if "tb" not in person.lacks:
        yield fact(FactKind.SCREENING, "tb", 380 if "tb_old" in person.lacks else 34, "negative")
    if "hepatitis" not in person.lacks:
        yield fact(FactKind.SCREENING, "hbsag", 34, "negative")
        yield fact(FactKind.SCREENING, "anti_hbc", 34, "negative")
    yield lab("alt", 12, "24", "U/L", None, "40")
    yield lab("ast", 12, "21", "U/L", None, "40")
    yield lab("platelets", 12, "268", "10*3/uL", "150", "400")
