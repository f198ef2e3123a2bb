"""A therapy protocol: everything that one therapy needs, in one versioned file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from chairside.core.kernel.evidence import Source
from chairside.core.protocols.schema.guide import Guide
from chairside.core.protocols.schema.indication import Indication
from chairside.core.protocols.schema.ladder import Ladder, RateCap, Restart
from chairside.core.protocols.schema.product import Product
from chairside.core.protocols.schema.regimen import Regimen
from chairside.core.protocols.schema.requirement import Question, Requirement
from chairside.core.protocols.schema.safety import (
    Contraindication,
    DecisionTable,
    Hypersensitivity,
    Interaction,
    Never,
    NotEncoded,
)
from chairside.core.protocols.schema.site import Site
from chairside.core.protocols.schema.terms import Kind, Layer, Route, Status, Words
from chairside.core.protocols.schema.visit import (
    Administration,
    ChairTime,
    Delivery,
    Hazards,
    HoldRule,
    Menu,
    Monitoring,
    Observation,
    Plan,
    Premedication,
)


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signed this version, as what, on which day."""

    name: str
    role: str
    on: date


@dataclass(frozen=True, slots=True)
class FactKey:
    """A fact that only this protocol uses, beside the common ones."""

    fact: str
    names: Words
    unit: str = ""
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tolerances:
    """How far an ordered dose may be from the computed one before a person must look, and when a new weight counts."""

    order_percent: Decimal
    weight_percent: Decimal
    layer: Layer
    source: str = ""


@dataclass(frozen=True, slots=True)
class Protocol:
    """One therapy.

    sha256   of the file it was read from, set by the loader; with a site's layer, of both
    site     what a site's layer changed, set when one was applied
    """

    schema: int
    id: str
    version: str
    status: Status
    family: str
    kind: Kind
    generic: str
    tall_man: str
    names: Words
    routes: tuple[Route, ...]
    jurisdiction: str
    sources: tuple[Source, ...]
    products: tuple[Product, ...]
    indications: tuple[Indication, ...]
    regimens: tuple[Regimen, ...]
    tolerances: Tolerances
    ladders: tuple[Ladder, ...] = ()
    rate_caps: tuple[RateCap, ...] = ()
    restarts: tuple[Restart, ...] = ()
    premedications: tuple[Premedication, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    questions: tuple[Question, ...] = ()
    contraindications: tuple[Contraindication, ...] = ()
    hypersensitivities: tuple[Hypersensitivity, ...] = ()
    interactions: tuple[Interaction, ...] = ()
    tables: tuple[DecisionTable, ...] = ()
    nevers: tuple[Never, ...] = ()
    hold_rules: tuple[HoldRule, ...] = ()
    monitoring: Monitoring | None = None
    observations: tuple[Observation, ...] = ()
    chair_times: tuple[ChairTime, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    menu: Menu | None = None
    plan: Plan | None = None
    facts: tuple[FactKey, ...] = ()
    not_encoded: tuple[NotEncoded, ...] = ()
    signatures: tuple[Signature, ...] = ()
    guide: Guide | None = None
    administration: Administration | None = None
    hazards: Hazards | None = None
    therapy_class: str = ""
    source: str = ""
    sha256: str = ""
    site: Site | None = None

    def product(self, brand: str) -> Product | None:
        """The product of a brand, or None. Letter case does not matter."""
        return next((product for product in self.products if product.brand.casefold() == brand.casefold()), None)

    def indication(self, key: str) -> Indication | None:
        return next((item for item in self.indications if item.key == key), None)

    def regimen(self, key: str) -> Regimen | None:
        return next((item for item in self.regimens if item.key == key), None)

    def ladder(self, key: str) -> Ladder | None:
        return next((item for item in self.ladders if item.key == key), None)

    def source_named(self, key: str) -> Source | None:
        return next((item for item in self.sources if item.key == key), None)
