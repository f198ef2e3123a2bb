"""Products by brand: vials, billing codes, how each is prepared and how long it keeps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from chairside.core.kernel.quantity import Quantity
from chairside.core.protocols.schema.condition import Condition
from chairside.core.protocols.schema.terms import Layer


class Container(StrEnum):
    SINGLE_DOSE = "single_dose"
    MULTI_DOSE = "multi_dose"


class Form(StrEnum):
    POWDER = "powder"
    SOLUTION = "solution"
    SYRINGE = "syringe"
    BAG = "bag"
    BLOOD_UNIT = "blood_unit"


class Storage(StrEnum):
    ROOM = "room"
    REFRIGERATED = "refrigerated"


class Clock(StrEnum):
    """The moment from which a use-by time runs."""

    RECONSTITUTION = "reconstitution"
    DILUTION = "dilution"
    OPENING = "opening"
    ISSUE = "issue"


class Deadline(StrEnum):
    """What must have happened by then."""

    START = "start"
    FINISH = "finish"


class Handling(StrEnum):
    DO_NOT_SHAKE = "do_not_shake"
    DO_NOT_FREEZE = "do_not_freeze"
    DO_NOT_DILUTE = "do_not_dilute"
    PROTECT_FROM_LIGHT = "protect_from_light"
    NO_CO_INFUSION = "no_co_infusion"
    NO_ALUMINUM = "no_aluminum"  # no needle or set with aluminum parts (platinum drugs)
    REMOVE_BAG_OVERFILL = "remove_bag_overfill"  # take out of the bag the volume that the drug will add


@dataclass(frozen=True, slots=True)
class Vial:
    """A container as sold. `strength` may be unknown until the lot is read (clotting factors): then `potency_by_lot`."""

    strength: Quantity
    form: Form
    container: Container
    volume: Quantity | None = None
    potency_by_lot: bool = False  # `strength` is then only what the vial is sold as; the dose is counted from the lot
    source: str = ""


@dataclass(frozen=True, slots=True)
class BillingCode:
    """A billing code, the amount that one billing unit stands for, and the days on which it is valid."""

    code: str
    unit: Quantity
    system: str = "hcpcs"
    jurisdiction: str = "US"
    valid_from: date | None = None
    valid_until: date | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Reconstitution:
    """How the powder of one vial is dissolved, and what that gives.

    makes   the volume that the vial then holds, where powder or overfill makes it another one than `volume`
    """

    diluents: tuple[str, ...]
    volume: Quantity
    gives: Quantity
    stand_minutes: int = 0
    makes: Quantity | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class BagFor:
    """The bag of a given dose or patient: 50 mL below 30 kg, 250 mL for 300 mg. Both ends included."""

    volume: Quantity
    dose_from: Quantity | None = None
    dose_to: Quantity | None = None
    when: Condition | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Dilution:
    """The bag: diluents, concentration range, final volume where one is stated, bag sizes in use.

    volume_is_total   true when `final_volume` holds drug and diluent together
    largest_volume    the diluent must not be more than this
    bags_for          the bag by dose or patient; the first that fits is taken before `final_volume` and `bag_volumes`
    """

    diluents: tuple[str, ...]
    least: Quantity | None = None
    most: Quantity | None = None
    final_volume: Quantity | None = None
    volume_is_total: bool = True
    largest_volume: Quantity | None = None
    bag_volumes: tuple[Quantity, ...] = ()
    bags_for: tuple[BagFor, ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True)
class Filter:
    """The in-line filter: pore size between the two bounds, in micrometres."""

    required: bool
    most_micron: Decimal | None = None
    least_micron: Decimal | None = None
    low_protein_binding: bool = False
    source: str = ""


@dataclass(frozen=True, slots=True)
class Stability:
    """How long the preparation may be used: `hours` from `clock` until the infusion must `deadline` (start or finish).

    diluents   only in these; empty means in any that the protocol names
    """

    storage: Storage
    hours: Decimal
    clock: Clock
    deadline: Deadline
    layer: Layer
    least: Quantity | None = None  # holds only from this concentration
    most: Quantity | None = None  # … up to this one
    diluents: tuple[str, ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True)
class Preparation:
    """How one brand is made ready."""

    dilution: Dilution | None = None
    reconstitution: Reconstitution | None = None
    filter: Filter | None = None
    stability: tuple[Stability, ...] = ()
    handling: tuple[Handling, ...] = ()
    undiluted_push: bool = False
    flush: tuple[str, ...] = ()  # what may be in the line before and after
    source: str = ""


@dataclass(frozen=True, slots=True)
class Label:
    """The label that a product's numbers were read against: whose, which one, of which day."""

    jurisdiction: str
    set_id: str = ""
    effective: date | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Product:
    """A brand of this therapy. Indications and ages may be narrower than those of the protocol.

    concentration  of the solution as sold or reconstituted
    indications    keys of the indications that this brand's label holds; empty means all of the protocol
    """

    brand: str
    nonproprietary: str
    vials: tuple[Vial, ...]
    preparation: Preparation
    billing: tuple[BillingCode, ...] = ()
    concentration: Quantity | None = None
    indications: tuple[str, ...] = ()
    regimens: tuple[str, ...] = ()  # only for these (a menu); empty means all
    restarts_infusion_number: bool = False
    label: Label | None = None
    source: str = ""
