"""A visit at home: the window in which the nurse is expected, what the kit must hold, who signs from elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class KitItem:
    """One thing that the kit holds. Without a `critical` one nothing is given at home."""

    key: str
    title: str
    amount: str = ""
    critical: bool = False


@dataclass(frozen=True, slots=True)
class HomePlan:
    """What a visit at home has beside the plan of every visit.

    earliest, latest   when the patient was told that the nurse arrives
    remote_sign_off    a pharmacist or prescriber who is elsewhere says that it may be given
    """

    earliest: datetime
    latest: datetime
    address: str
    phone: str = ""
    kit: tuple[KitItem, ...] = ()
    remote_sign_off: bool = True

    @property
    def critical(self) -> frozenset[str]:
        return frozenset(item.key for item in self.kit if item.critical)

    def titles(self, keys: tuple[str, ...]) -> str:
        """The names of items, for a sentence."""
        return ", ".join(item.title for item in self.kit if item.key in keys)


@dataclass(frozen=True, slots=True)
class Carried:
    """What goes with one drug: its containers as decided, what it is mixed with, how it is given."""

    key: str
    title: str
    containers: str
    diluent: str = ""
    filter: str = ""
    by_line: bool = True
    hazardous: bool = False


def kit_for(
    drugs: tuple[Carried, ...], premedications: tuple[str, ...], emergency: tuple[str, ...], vitals: tuple[str, ...]
) -> tuple[KitItem, ...]:
    """The kit from the plan: each drug with what it needs, premedications, the emergency drugs, and what every visit takes.

    emergency   the drugs of the site's signed order set; none signed leaves one line that says so, and it is critical
    vitals      what is measured at this visit, in words
    """
    found: list[KitItem] = []
    for drug in drugs:
        found.append(KitItem(f"drug_{drug.key}", drug.title, drug.containers, critical=True))
        if drug.diluent:
            found.append(KitItem(f"diluent_{drug.key}", f"{drug.diluent} for {drug.title}", critical=True))
        if drug.filter:
            found.append(KitItem(f"filter_{drug.key}", f"{drug.filter} for {drug.title}", critical=True))
        if drug.hazardous:
            found.append(KitItem(f"spill_{drug.key}", f"Spill kit and gown for {drug.title}", critical=True))
    found += [KitItem(f"premedication_{n}", title) for n, title in enumerate(premedications, 1)]
    if any(drug.by_line for drug in drugs):
        found += [
            KitItem("access", "Access sets, dressing, tape", critical=True),
            KitItem("line", "Infusion line and a spare", critical=True),
            KitItem("flush", "Saline flushes", critical=True),
            KitItem("pump", "Pump and charged battery"),
        ]
    named = emergency or ("Emergency drugs (no signed order set: ask the prescriber)",)
    found += [KitItem(f"emergency_{n}", title, critical=True) for n, title in enumerate(named, 1)]
    found.append(KitItem("vitals", "To measure: " + ", ".join(vitals), critical=True))
    found += [
        KitItem("gloves", "Gloves and hand rub"),
        KitItem("sharps", "Sharps container", critical=True),
        KitItem("paper", "Downtime pack of this patient"),
        KitItem("phone", "Charged phone with signal"),
    ]
    return tuple(found)
