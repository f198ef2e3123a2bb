"""Change from this visit's own baseline: the last complete set before the first drug started.

A fall that is normal for a score can be alarming for this patient (H-019). Figures are site defaults (safety reference 2.6).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from chairside.core.kernel.quantity import Quantity
from chairside.core.visit.plan import VisitPlan
from chairside.core.visit.state import VisitState, VitalsSet
from chairside.core.visit.vitals import celsius, missing


@dataclass(frozen=True, slots=True)
class Change:
    """One change from baseline that matters. `level` is watch or act."""

    level: str
    vital: str
    message: str


def baseline(state: VisitState, plan: VisitPlan) -> VitalsSet | None:
    """The last complete set taken up to the first start; before any start, the newest complete one."""
    starts = [region.started_at for region in state.infusions.values() if region.started_at]
    first: datetime | None = min(starts, default=None)
    complete = [item for item in state.vitals if not missing(item.recorded, plan.vitals_needed)]
    return next((item for item in reversed(complete) if first is None or item.at <= first), None)


# Below it oxygen saturation is low whatever the baseline: by the scale that a clinician has set (2: a target of 88 to 92 %).
_LOW_SPO2 = {1: 92, 2: 88}


def changes(base: VitalsSet, now: VitalsSet, spo2_scale: int = 1) -> tuple[Change, ...]:
    """What differs from baseline by enough to say so. Only values that both sets hold are compared."""
    found: list[Change] = []
    sbp = _amount(now, "sbp")
    sbp_base = _amount(base, "sbp")
    if sbp is not None and sbp_base:
        fall = (sbp_base - sbp) * 100 / sbp_base
        if sbp < 90 or fall > 30:
            found.append(Change("act", "sbp", f"Systolic pressure {sbp}, baseline {sbp_base}: call the provider now."))
        elif fall >= 20:
            found.append(Change("watch", "sbp", f"Systolic pressure {sbp}, down {fall:.0f} % from {sbp_base}."))
    pulse, pulse_base = _amount(now, "pulse"), _amount(base, "pulse")
    if pulse is not None and pulse_base is not None and pulse - pulse_base >= 30:
        found.append(Change("watch", "pulse", f"Pulse {pulse}, up {pulse - pulse_base} from {pulse_base}."))
    spo2, spo2_base = _amount(now, "spo2"), _amount(base, "spo2")
    lowest = _LOW_SPO2[spo2_scale]
    if spo2 is not None and spo2 < lowest:
        found.append(Change("act", "spo2", f"Oxygen saturation {spo2} %: below {lowest} %."))
    elif spo2 is not None and spo2_base is not None and spo2_base - spo2 >= 4:
        found.append(Change("watch", "spo2", f"Oxygen saturation {spo2} %, down {spo2_base - spo2} points from {spo2_base} %."))
    temp, temp_base = _amount(now, "temp"), _amount(base, "temp")
    if temp is not None and temp_base is not None and temp - temp_base >= 1:
        found.append(Change("watch", "temp", f"Temperature {temp} °C, up {temp - temp_base} from {temp_base} °C."))
    return tuple(found)


def _amount(item: VitalsSet, code: str) -> Decimal | None:
    value: Quantity | None = item.recorded.value(code)
    if value is None:
        return None
    return celsius(value).amount if code == "temp" else value.amount
