"""What a question about a run must hold before it can be answered: a volume, numbers in range, names that exist."""

from __future__ import annotations

from decimal import Decimal

from chairside.core.kernel.decision import Reason, refused, unknown
from chairside.core.kernel.quantity import Quantity
from chairside.core.kernel.unit import UnitError
from chairside.core.plans.weights.weight import plausible, slips
from chairside.core.protocols.schema.protocol import Protocol
from chairside.core.protocols.truth import Known


def volume_of(
    dose: Quantity, volume: Quantity | None, concentration: Quantity | None
) -> tuple[Quantity | None, tuple[Reason, ...]]:
    """The volume in mL, from itself or from the concentration."""
    by_strength: Quantity | None = None
    if concentration is not None:
        if concentration.amount <= 0:
            return None, (refused("out_of_range", "The concentration must be above zero.", field="concentration"),)
        try:
            by_strength = (dose / concentration).to("mL")
        except UnitError:
            message = f"{concentration.spelled()} does not fit a dose in {dose.unit.spelled()}."
            return None, (refused("mismatch", message, field="concentration"),)
    if volume is None:
        if by_strength is None:
            return None, (unknown("missing_fact", "Say the volume of the bag or its concentration.", field="volume"),)
        return by_strength, ()
    if volume.amount <= 0:
        return None, (refused("out_of_range", "The volume must be above zero.", field="volume"),)
    if by_strength is not None and not by_strength.same(volume):
        message = (
            f"{volume.spelled()} and {concentration.spelled() if concentration else ''} do not agree for {dose.spelled()}."
        )
        return volume.to("mL"), (refused("mismatch", message, field="concentration", limit=by_strength.spelled()),)
    return volume.to("mL"), ()


def input_reasons(
    protocol: Protocol,
    brand: str,
    regimen: str,
    phase: str,
    dose: Quantity,
    infusion_number: int,
    minutes: Decimal | None,
    max_rate: Quantity | None,
) -> list[Reason]:
    """What cannot be as asked: numbers out of range, names that the protocol does not hold."""
    reasons: list[Reason] = []
    if dose.amount <= 0:
        reasons.append(refused("out_of_range", "The dose must be above zero.", field="dose"))
    if infusion_number < 1:
        message = f"Infusion {infusion_number}: infusions are counted from 1, this one included."
        reasons.append(refused("out_of_range", message, field="infusion_number", limit="1"))
    if minutes is not None and minutes <= 0:
        reasons.append(refused("out_of_range", "The ordered time must be above zero.", field="order.minutes"))
    if max_rate is not None and max_rate.amount <= 0:
        reasons.append(refused("out_of_range", "The ordered rate must be above zero.", field="order.max_rate"))
    if brand and protocol.product(brand) is None:
        reasons.append(refused("wrong_product", f"{brand} is not a product of this protocol.", field="brand"))
    named = protocol.regimen(regimen)
    if regimen and named is None:
        keys = ", ".join(item.key for item in protocol.regimens)
        reasons.append(refused("not_encoded", f"There is no regimen “{regimen}” here ({keys}).", field="regimen", limit=keys))
    phases = [item.key for one in ([named] if named else protocol.regimens) for item in one.phases]
    if phase and phase not in phases:
        keys = ", ".join(dict.fromkeys(phases))
        reasons.append(refused("not_encoded", f"There is no phase “{phase}” here ({keys}).", field="phase", limit=keys))
    return reasons


def indication_reasons(protocol: Protocol, indication: str) -> list[Reason]:
    """A diagnosis that this therapy is not stated for: rates differ by indication, so none is assumed."""
    if not indication or protocol.indication(indication) is not None:
        return []
    prefixes = [code.prefix for item in protocol.indications for code in item.codes]
    if any(indication.upper().startswith(prefix.upper()) for prefix in prefixes):
        return []
    message = f"“{indication}” is none of the diagnoses that {protocol.names.en} is stated for."
    return [refused("wrong_indication", message, field="indication", override="prescriber")]


def weight_reasons(protocol: Protocol, known: Known) -> list[Reason]:
    """Where rates go by weight: one that no body has is refused, one that looks like pounds is for review (H-002)."""
    weight = known.patient.weight
    rates = [cap.rate for cap in protocol.rate_caps] + [rung.rate for ladder in protocol.ladders for rung in ladder.steps]
    if weight is None or not any("kg" in dict(rate.unit.powers) for rate in rates):
        return []
    return [*plausible(weight).reasons, *slips(known, weight).reasons]
