"""What charges read of a visit: its folded log, its draws, its payer. Gathered here, decided in the core."""

from __future__ import annotations

from dataclasses import dataclass

from chairside.apps.coverage.models import Coverage
from chairside.apps.coverage.selectors import cover_reasons, coverages_on
from chairside.apps.formulary.selectors import protocol_of
from chairside.apps.stock.models import LotEntry
from chairside.apps.visit.doses import Carried, carried_by
from chairside.apps.visit.models import Visit
from chairside.apps.visit.selectors import plan_of, state_of
from chairside.core.charges.charge import charge
from chairside.core.charges.from_visit import drug_given, events_of, work_of
from chairside.core.charges.lines import Charge
from chairside.core.charges.table import CodeTable, family_for
from chairside.core.charges.units import DrugGiven
from chairside.core.charges.work import Day, Work
from chairside.core.kernel.decision import Decision, Reason, unknown
from chairside.core.plans.supply.taken import billing_code
from chairside.core.protocols import Protocol
from chairside.core.protocols.schema.product import Product
from chairside.core.visit.plan import VisitPlan
from chairside.core.visit.state import VisitState
from chairside.formulary.administration import administration_codes
from chairside.formulary.codes import Codes

_SETTINGS = {"center": "physician_office", "office": "physician_office", "hospital": "hospital_outpatient", "home": "home"}
# The profile for a line of business whose payer is not one of the table's own.
_PROFILES = {Coverage.Line.MEDICARE: "medicare_ffs"}


@dataclass(frozen=True, slots=True)
class Charged:
    """The charges of a visit, with the documents they were made of."""

    charge: Charge
    work: tuple[Work, ...]
    payer: str
    uncovered: tuple[Reason, ...] = ()  # why what was approved does not cover the day or the units


def charged(visit: Visit) -> Decision[Charged]:
    """Charge a visit from its log; or say what is missing for it."""
    table, plan = administration_codes(), plan_of(visit)
    state, payer = state_of(visit, plan), payer_of(visit, table)
    carried = carried_by(visit, plan)
    protocols = {drug.key: protocol_of(drug.protocol_sha256 or visit.protocol_sha256) for drug in plan.drugs}
    families = {}
    for key, protocol in protocols.items():
        stated = protocol.administration
        if stated is None:
            message = f"{protocol.names.en} does not say into which family of codes it falls."
            return Decision(None, (unknown("not_encoded", message, field="protocol.administration", source=protocol.id),))
        families[key] = family_for(
            therapy=protocol.id, stated=stated.family.value, payer_dependent=stated.payer_dependent, payer=table.payer(payer)
        )
    work = work_of(state, plan, families)
    drugs, reasons = _drugs(visit, protocols, plan, state, carried)
    if reasons:
        return Decision(None, tuple(reasons))
    doses = {one.dose.pk: one.dose for one in carried.values()}.values()
    indications = tuple(dict.fromkeys(dose.plan.order_version.indication for dose in doses))
    day = Day(visit.day, _SETTINGS[visit.site.kind], payer, work, indications)
    uncovered = tuple(
        reason for dose in doses if drugs for reason in cover_reasons(dose.plan.order_version.order, dose.number, visit.day)
    )
    return Decision(Charged(charge(day, drugs, table, Codes()), work, payer, uncovered))


def payer_of(visit: Visit, table: CodeTable) -> str:
    """The payer profile of the primary insurance on the day: its own, that of its line of business, or the default ("")."""
    holding = coverages_on(visit.patient, visit.day)
    if not holding:
        return ""
    if holding[0].payer_code in table.payers:
        return holding[0].payer_code
    return _PROFILES.get(Coverage.Line(holding[0].line), "")


def _drugs(
    visit: Visit, protocols: dict[str, Protocol], plan: VisitPlan, state: VisitState, carried: dict[str, Carried]
) -> tuple[tuple[DrugGiven, ...], list[Reason]]:
    """The drugs given, each under the code that is valid on the day of service."""
    doses = {one.dose.pk for one in carried.values()}
    entries = LotEntry.objects.filter(planned_dose__in=doses, kind=LotEntry.Kind.DRAWN).select_related("lot")
    drawn = list(entries.order_by("at", "id")) if doses else []
    made: list[DrugGiven] = []
    reasons: list[Reason] = []
    for drug in plan.drugs:
        region = state.infusions[drug.key]
        if not region.timeline:
            continue
        protocol, one = protocols[drug.key], carried.get(drug.key)
        draws = [entry for entry in drawn if one is not None and entry.planned_dose_id == one.dose.pk]
        bought = all(entry.lot.owner == "site" for entry in draws)
        product = protocol.product(one.dose.plan.order_version.brand if one else "") or _product_of(protocol, draws)
        code = billing_code(product, visit.day) if product else None
        if product is None or code is None:
            message = f"No billing code of {drug.title} is valid on {visit.day}, or its brand is not known."
            reasons.append(unknown("missing_fact", message, field=f"drug.{drug.key}.code", source=protocol.id))
            continue
        evidence = (*events_of(state, "preparation_recorded", drug=drug.key), *(str(entry.id) for entry in draws))
        given = drug_given(
            region,
            drug,
            code=code.code,
            unit=code.unit,
            container=product.vials[0].container.value,
            bought=bought,
            evidence=evidence,
        )
        if given is not None:
            made.append(given)
    return tuple(made), reasons


def _product_of(protocol: Protocol, draws: list[LotEntry]) -> Product | None:
    """The product of the lots drawn, where they are of one brand."""
    brands = {entry.lot.brand for entry in draws}
    return protocol.product(brands.pop()) if len(brands) == 1 else None
