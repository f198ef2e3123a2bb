"""What a visit is held against: the protocol's ladder, waits and rules, resolved for this patient, this dose and this site.

A plan is plain data, made once from protocol, order and site policy (`from_protocol.visit_plan`). Guards read it; they never
know a drug's name.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from chairside.core.kernel.decision import Reason
from chairside.core.kernel.quantity import Quantity, quantity
from chairside.core.kernel.unit import unit
from chairside.core.protocols.schema.ladder import Restart
from chairside.core.visit.home import HomePlan
from chairside.core.visit.monitoring import LADDER, Cadence
from chairside.core.visit.policy import PROPOSAL
from chairside.core.visit.policy import SitePolicy as SitePolicy  # offered here too
from chairside.core.visit.reactions.order_set import OrderSet

_MILLILITRE = unit("mL")


@dataclass(frozen=True, slots=True)
class Subject:
    """Who the visit is for, as the record has it."""

    name: str
    born: date | None
    band: str = ""


@dataclass(frozen=True, slots=True)
class OrderOfRecord:
    """The signed order that this visit carries out. None for `signed_on` means not signed; `version` is the one signed."""

    id: str
    signed_on: date | None
    valid_until: date | None = None
    version: str = ""


class Manner(StrEnum):
    """How a drug is given, which decides the steps of its region."""

    INFUSION = "infusion"  # by a pump or by gravity, on a ladder or at an even rate
    PUSH = "push"  # by hand into the line
    INJECTION = "injection"  # under the skin or into a muscle
    PUMP = "pump"  # an ambulatory pump: connected in this visit, disconnected when the patient comes back
    DRAW = "draw"  # blood is let
    UNIT = "unit"  # a unit of blood


@dataclass(frozen=True, slots=True)
class LadderStep:
    """One rate of the ladder, in mL/h. `minutes` is None for the last step, which runs until the bag is empty.

    bag   which bag it runs from, for a ladder over several bags (desensitization)
    """

    rate: Quantity
    minutes: Decimal | None = None
    bag: int = 1


@dataclass(frozen=True, slots=True)
class Bag:
    """One of several bags of a dose, each with its own strength."""

    number: int
    dose: Quantity
    volume: Quantity


@dataclass(frozen=True, slots=True)
class Scheme:
    """A desensitization that a signed order names (core.visit.desensitization).

    most_pause   minutes of interruption after which tolerance counts as lost: going on takes a new order
    """

    key: str
    title: str
    most_pause: Decimal
    source: str = ""


@dataclass(frozen=True, slots=True)
class Premedication:
    code: str
    title: str
    dose: Quantity
    route: str
    wait_minutes: int = 0
    sedating: bool = False
    required: bool = True


@dataclass(frozen=True, slots=True)
class Question:
    """One assessment question. A trip answer (and, for a hard one, unknown) holds the visit."""

    code: str
    text: str
    trips_on: tuple[str, ...] = ("yes",)
    hard: bool = True
    source: str = ""
    release: str = "prescriber"


@dataclass(frozen=True, slots=True)
class DrugPlan:
    """One drug of the visit.

    key            the region's key, also in every event about it
    products       product keys that carry out the order
    volume         of all that is given, in mL; measured as the dose is where nobody states one: the preparation says it then
                   (core.visit.settling)
    manner         how it is given
    sequence       drugs of one number may run together; a higher number waits until the lower ones are over
    order          its own order, where a visit carries out several; None: the order of the visit
    most_minutes   the longest that it may take (a unit of blood); most_per_site: the largest injection at one place
    bags           where the ladder runs over several bags
    component      of blood: red cells, platelets, plasma (core.visit.blood)
    needle_sites   of a subcutaneous infusion
    scheme         the desensitization that the order names
    clearance      of this drug alone, where a visit carries out several orders; protocol_sha256: of its own protocol
    dose_per       such as 5 mg/kg: both verifiers recompute it from the dosing weight of record; None for a flat dose
    min_minutes    the shortest that the whole bag may take
    """

    key: str
    title: str
    route: str
    dose: Quantity
    volume: Quantity
    ladder: tuple[LadderStep, ...]
    products: tuple[str, ...]
    dose_per: Quantity | None = None
    min_minutes: Decimal | None = None
    max_rate: Quantity | None = None
    restarts: tuple[Restart, ...] = ()  # the protocol's rules; the fallback table serves where they are silent
    vesicant: bool = False
    needs_check: bool = True  # False: no policy asks for a double check of it
    classes: tuple[str, ...] = ()  # of the double check, from its protocol (core.visit.drug_classes)
    diluents: tuple[str, ...] = ()  # that the protocol names; none named, none judged
    strengths: tuple[Quantity, ...] = ()  # of the vials as sold
    usable_hours: Decimal | None = None  # the longest that the protocol lets a preparation be used
    use_by_is_for: str = "finish"  # what must have happened by the use-by time: start or finish
    barred: str = ""  # documented anaphylaxis or permanent discontinuation, with no desensitisation order
    source: str = ""
    manner: Manner = Manner.INFUSION
    sequence: int = 1
    order: OrderOfRecord | None = None
    most_minutes: Decimal | None = None
    most_per_site: Quantity | None = None
    bags: tuple[Bag, ...] = ()
    clearance: tuple[Reason, ...] | None = ()
    protocol_sha256: str = ""
    component: str = ""
    needle_sites: int = 1
    scheme: Scheme | None = None

    @property
    def concentration(self) -> Quantity:
        return self.dose / self.volume

    @property
    def volume_stated(self) -> bool:
        """Whether the plan says how much volume the dose is; else the preparation does."""
        return self.volume.unit.comparable(_MILLILITRE)

    @property
    def prepared_volume(self) -> Quantity:
        """All that is prepared: of several bags more than what is given of them."""
        return sum((bag.volume for bag in self.bags[1:]), self.bags[0].volume) if self.bags else self.volume

    @property
    def prepared_dose(self) -> Quantity:
        return sum((bag.dose for bag in self.bags[1:]), self.bags[0].dose) if self.bags else self.dose

    @property
    def subcutaneous(self) -> bool:
        """An infusion by needles under the skin, where no blood may come back."""
        return self.manner is Manner.INFUSION and self.route == "sc"


@dataclass(frozen=True, slots=True)
class Weighing:
    """A weight on record from another day."""

    on: date
    weight: Quantity


@dataclass(frozen=True, slots=True)
class VisitPlan:
    """Everything that the guards of one visit read, beside the log.

    clearance        the day's open reasons from clearance; None when it has not been evaluated (which holds)
    day              the calendar day of the visit in the site's zone
    home             for a visit at home: window, kit, remote sign-off
    weight_decided   a signed decision that the dose stands at today's weight
    dosing_weight    the dosing weight of record; None for a dose that does not depend on weight
    height, surface  on record, where a dose goes by body surface; None there holds the visit
    first_weight     at the first dose; last_weight: the newest before this visit
    order_set        the site's signed set for reactions, as it stood when the visit was opened; None: none was signed
    pregnant         None: not known; spo2_scale: 2 only where a clinician has set it on record
    """

    subject: Subject
    order: OrderOfRecord
    drugs: tuple[DrugPlan, ...]
    premedications: tuple[Premedication, ...] = ()
    questions: tuple[Question, ...] = ()
    cadence: Cadence = LADDER
    vitals_needed: tuple[str, ...] = ("sbp", "dbp", "pulse", "temp", "rr", "spo2")
    observation_minutes: int = 0
    observation_source: str = ""
    dosing_weight: Quantity | None = None
    height: Quantity | None = None
    surface: Quantity | None = None
    first_weight: Weighing | None = None
    last_weight: Weighing | None = None
    weight_decided: bool = False
    clearance: tuple[Reason, ...] | None = None
    day: date | None = None
    access_needed: bool = True
    check_in_minutes: int = 20
    protocol_id: str = ""
    protocol_version: str = ""
    protocol_sha256: str = ""
    sources: dict[str, str] = field(default_factory=dict)
    home: HomePlan | None = None
    policy: SitePolicy = PROPOSAL
    order_set: OrderSet | None = None
    pregnant: bool | None = None
    spo2_scale: int = 1

    def drug(self, key: str) -> DrugPlan | None:
        return next((drug for drug in self.drugs if drug.key == key), None)

    @property
    def sedating(self) -> bool:
        """True when a premedication of the plan makes driving unsafe."""
        return any(item.sedating for item in self.premedications)

    @property
    def premedication_minutes(self) -> int:
        return max((item.wait_minutes for item in self.premedications), default=0)


def minutes(amount: Decimal | int) -> timedelta:
    """Elapsed minutes as a timedelta, exact to the microsecond."""
    return timedelta(microseconds=int(Decimal(amount) * 60_000_000))


def ml_per_hour(amount: object) -> Quantity:
    return quantity(amount, "mL/h")
