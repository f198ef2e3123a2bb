"""Care around the drug: the access site, the provider told, treatments by the site's order set and their signature."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from chairside.core.kernel.quantity import Quantity
from chairside.core.visit.events.envelope import Payload, recorded


@recorded
@dataclass(frozen=True, slots=True)
class SiteAssessed(Payload):
    """The access site looked at because something is wrong. The grade follows from what was seen (`reactions.site_scale`).

    scale      infiltration, phlebitis or extravasation
    stopped    the site is not used any more: another access is needed
    """

    kind: ClassVar[str] = "site_assessed"
    scale: str
    seen: tuple[str, ...]
    not_seen: tuple[str, ...] = ()
    edema_cm: Decimal | None = None
    cord_cm: Decimal | None = None
    stopped: bool = True
    aspirated: Quantity | None = None
    note: str = ""


@recorded
@dataclass(frozen=True, slots=True)
class ProviderNotified(Payload):
    """A provider was told, and what they ordered by word of mouth: read back, and to be signed by them afterwards.

    follows   the entry whose details these are, where one tap came first; the time is then that entry's
    """

    kind: ClassVar[str] = "provider_notified"
    who: str
    about: str
    how: str = ""
    orders: str = ""
    read_back: bool | None = None
    follows: str = ""


@recorded
@dataclass(frozen=True, slots=True)
class TreatmentGiven(Payload):
    """A treatment of the site's signed order set. The prescriber acknowledges it afterwards.

    item       its key in the order set; `order_set`: the version that was in force
    """

    kind: ClassVar[str] = "treatment_given"
    order_set: str
    item: str
    dose: Quantity
    route: str
    reaction: str = ""
    note: str = ""


@recorded
@dataclass(frozen=True, slots=True)
class Acknowledged(Payload):
    """A prescriber signs what was given or ordered by word of mouth on their behalf."""

    kind: ClassVar[str] = "acknowledged"
    event: str
    note: str = ""
