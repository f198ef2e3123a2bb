"""A referral as plain values, whatever wire it came on. Every item names the received document that it came from (`source`).

What was not sent is None or empty, never a default. Days are in the site's zone; texts are as sent.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from chairside.core.kernel.fact import Fact, FactKind
from chairside.core.kernel.quantity import Quantity, QuantityError, quantity
from chairside.core.kernel.unit import UnitError


@dataclass(frozen=True, slots=True)
class Identifier:
    """A number that someone is known by."""

    system: str
    value: str


@dataclass(frozen=True, slots=True)
class Person:
    """The patient as sent. `born` is None when the birth date is not a whole date; `birth_text` keeps what was sent."""

    source: str
    family: str = ""
    given: str = ""
    birth_text: str = ""
    born: date | None = None
    sex: str = ""
    identifiers: tuple[Identifier, ...] = ()
    phone: str = ""
    email: str = ""
    address: str = ""
    postal_code: str = ""
    language: str = ""
    interpreter: bool | None = None
    died: str = ""  # the day or moment as sent, or "yes" where only that was said; "" when it was not said


@dataclass(frozen=True, slots=True)
class Contact:
    """Someone to speak with about the patient."""

    source: str
    name: str
    relationship: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Clinician:
    """A prescriber or other clinician outside."""

    source: str
    name: str
    npi: str = ""
    practice: str = ""
    phone: str = ""
    fax: str = ""


@dataclass(frozen=True, slots=True)
class Coverage:
    """Insurance as sent. `line` is the line of business (commercial, medicare, medicaid …); `kind` the sender's words."""

    source: str
    payer: str
    payer_code: str = ""
    line: str = "other"
    kind: str = ""
    plan: str = ""
    member: str = ""
    rank: int = 1
    starts: date | None = None
    ends: date | None = None
    assistance: bool = False  # a manufacturer's copay card, not insurance
    federal: bool = False  # a federal health care program
    status: str = "active"


@dataclass(frozen=True, slots=True)
class Condition:
    """A diagnosis with its ICD-10-CM code, where one was sent.

    coded   the sender's first code with its system; key: what it is kept under without an ICD-10-CM code (`snomed:59621000`)
    doubt   how sure the sender is, where that is less than sure: provisional, differential, unconfirmed
    """

    source: str
    code: str
    text: str
    status: str
    recorded: date | None = None
    onset_text: str = ""
    coded: str = ""
    doubt: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Medication:
    """Earlier or present treatment. `reason` is why it stopped, in the sender's words; `status` what the sender calls it."""

    source: str
    name: str
    text: str
    active: bool
    reason: str = ""
    started: date | None = None
    ended: date | None = None
    status: str = ""
    coded: str = ""

    @property
    def not_tolerated(self) -> bool:
        """True when the sender gives intolerance as the reason for stopping."""
        return self.reason.lower().startswith("intolerance")


@dataclass(frozen=True, slots=True)
class Amount:
    """A number with a unit, exactly as sent: it may be in a unit that the rulebook does not know."""

    number: Decimal
    unit: str

    def quantity(self) -> Quantity | None:
        """As a quantity, or None when the unit is not one that is known here."""
        try:
            return quantity(self.number, self.unit)
        except (QuantityError, UnitError):
            return None

    def __str__(self) -> str:
        return f"{self.number:f} {self.unit}"


@dataclass(frozen=True, slots=True)
class Dosage:
    """One line of an order: text, ordered and calculated dose, rate, minutes, how many."""

    text: str
    ordered: Amount | None = None
    calculated: Amount | None = None
    rate: Amount | None = None
    minutes: Decimal | None = None
    count: int | None = None
    route: str = ""
    extra: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DrugOrder:
    """A drug ordered for infusion here. `signed_at` is None until a signature by Provenance (or the wire's equal) is there."""

    source: str
    text: str
    codes: tuple[tuple[str, str], ...] = ()
    brand: str = ""
    status: str = ""
    authored: date | None = None
    prescriber: str = ""  # the source of a Clinician
    dosages: tuple[Dosage, ...] = ()
    diagnoses: tuple[str, ...] = ()
    starts: date | None = None
    ends: date | None = None
    group: str = ""
    signed_at: datetime | None = None
    signed_by: str = ""
    notes: tuple[str, ...] = ()
    identifiers: tuple[Identifier, ...] = ()  # the sender's numbers of the order: by them a second copy is the same order

    @property
    def route(self) -> str:
        return next((dosage.route for dosage in self.dosages if dosage.route), "")


@dataclass(frozen=True, slots=True)
class Request:
    """The request to infuse here: what a referral is, beside the drug orders that it is based on."""

    source: str
    status: str
    priority: str = "routine"
    text: str = ""
    authored: date | None = None
    wanted: date | None = None
    setting: str = ""  # suite, hospital, home, "" when not said
    prescriber: str = ""
    diagnoses: tuple[str, ...] = ()
    signed_at: datetime | None = None
    signed_by: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A note, card or report as sent; the content stays in the received document."""

    source: str
    title: str
    kind: str
    on: date | None = None
    media: str = ""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A fact with where it came from: the digits as written, what it was called, the moment where one was sent with a zone.

    coded    the sender's first code with its system, `http://loinc.org|2160-0`, also where the key is ours
    doubt    why whoever read it does not believe it as it was sent, "" when nothing speaks against it
    """

    fact: Fact
    source: str
    exact: str = ""
    display: str = ""
    at: datetime | None = None
    coded: str = ""
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Irregular:
    """A value that cannot be read as meant, while the rest of its document can: a time without its zone."""

    source: str
    path: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Packet:
    """Everything that one referral brought."""

    person: Person | None = None
    contacts: tuple[Contact, ...] = ()
    clinicians: tuple[Clinician, ...] = ()
    coverages: tuple[Coverage, ...] = ()  # those that stand
    ended: tuple[Coverage, ...] = ()  # coverages that were cancelled or never were
    conditions: tuple[Condition, ...] = ()
    medications: tuple[Medication, ...] = ()
    facts: tuple[Recorded, ...] = ()
    orders: tuple[DrugOrder, ...] = ()
    request: Request | None = None
    documents: tuple[Document, ...] = ()
    irregular: tuple[Irregular, ...] = field(default=())
    others: tuple[str, ...] = ()  # the sources of what is about somebody else, and is not used

    @property
    def asked_for(self) -> tuple[DrugOrder, ...]:
        """What is to be given or done: the drug orders, else the request itself (a phlebotomy has no drug order)."""
        if self.orders or self.request is None:
            return self.orders
        return (DrugOrder(self.request.source, self.request.text, diagnoses=self.request.diagnoses),)

    @property
    def diagnoses(self) -> tuple[str, ...]:
        """ICD-10-CM codes that the orders and the request give as their reason."""
        reasons = (*(order.diagnoses for order in self.orders), *([self.request.diagnoses] if self.request else []))
        return tuple(dict.fromkeys(code for codes in reasons for code in codes))

    def named(self, kind: FactKind, code: str) -> list[Recorded]:
        """The facts of one key, newest first; of one day the one read last comes first."""
        found = [item for item in self.facts if item.fact.kind is kind and item.fact.code == code]
        return sorted(found, key=lambda item: (item.fact.on, item.at.timestamp() if item.at else 0.0), reverse=True)
