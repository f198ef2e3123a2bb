"""Whom a new version of a protocol touches: the signed orders of a site that pin another one, and what differs for each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Min, Q, QuerySet

from chairside.apps.formulary.models import ProtocolRelease
from chairside.apps.formulary.selectors import protocol_of, releases_here
from chairside.apps.intake.models import OrderVersion
from chairside.apps.organizations.models import Site
from chairside.apps.plans.models import TreatmentPlan
from chairside.core.scheduling.visit_shape import visit_shape
from chairside.formulary.difference import Difference, differences

_SAID = ("sources", "patient's page", "other")  # groups that tell and decide nothing


@dataclass(frozen=True, slots=True)
class Touched:
    """An order that pins another version: what differs for it, and its minutes in the chair then and now."""

    version: OrderVersion
    differences: tuple[Difference, ...]
    minutes: tuple[int | None, int | None]

    @property
    def words(self) -> str:
        """In one line, for a list: how many values of each group."""
        groups: dict[str, int] = {}
        for one in self.differences:
            groups[one.group] = groups.get(one.group, 0) + 1
        said = [f"{group}: {count}" for group, count in groups.items()]
        before, after = self.minutes
        said += [f"chair {before} → {after} min"] if before != after else []
        return "; ".join(said) or "nothing that is said of this order"


def orders_touched(protocol: str, site: Site, to: str, text: str = "") -> QuerySet[OrderVersion]:
    """Signed orders of the site that pin another version of the protocol, with a plan that still goes on or none yet."""
    rows = OrderVersion.objects.filter(order__site=site, release__protocol=protocol, status=OrderVersion.Status.SIGNED).exclude(
        release_id=to
    )
    rows = rows.filter(Q(plan=None) | Q(plan__status=TreatmentPlan.Status.ACTIVE))
    if text:
        told = Q(order__patient__family__icontains=text) | Q(order__patient__given__icontains=text)
        rows = rows.filter(told | Q(order__patient__mrn__iexact=text))
    ahead = Q(plan__doses__status__in=["planned", "booked"])
    rows = rows.annotate(
        next_on=Min("plan__doses__target_on", filter=ahead), next_number=Min("plan__doses__number", filter=ahead)
    )
    return rows.select_related("order__patient", "release__base", "plan")


def touched(rows: Iterable[OrderVersion], to: str) -> list[Touched]:
    """What differs for each order. Reads no more than the protocols, once each."""
    found: dict[str, tuple[Difference, ...]] = {}
    return [_touched(row, to, found) for row in rows]


def decisive(found: Iterable[Difference]) -> tuple[Difference, ...]:
    """Without what only tells where a number is from, or the patient's text."""
    return tuple(one for one in found if one.group not in _SAID and not one.place.endswith(".source"))


def differences_of(old: str, new: str) -> tuple[Difference, ...]:
    """Between two releases by hash."""
    return differences(protocol_of(old), protocol_of(new))


def _touched(row: OrderVersion, to: str, known: dict[str, tuple[Difference, ...]]) -> Touched:
    old, new = protocol_of(row.release_id), protocol_of(to)
    stated = {"regimens": row.regimen, "products": row.brand}
    if row.release_id not in known:
        known[row.release_id] = decisive(differences(old, new))
    found = tuple(one for one in known[row.release_id] if _is_about(one, stated))
    number = row.next_number or 1  # type: ignore[attr-defined]  # annotated by orders_touched
    shapes = [visit_shape(protocol, number).value for protocol in (old, new)]
    before, after = (int(shape.length.total_seconds()) // 60 if shape else None for shape in shapes)
    return Touched(row, found, (before, after))


def _is_about(one: Difference, stated: Mapping[str, str]) -> bool:
    """A value of another brand or another regimen than the order names is not about it."""
    part, _, rest = one.place.partition("[")
    mine = stated.get(part, "")
    return not mine or rest.partition("]")[0] == mine


def release_named(protocol: str, sha256: str) -> ProtocolRelease | None:
    return releases_here().filter(protocol=protocol, sha256=sha256).first() if sha256 else None
