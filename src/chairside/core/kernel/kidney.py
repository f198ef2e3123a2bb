"""Creatinine clearance by Cockcroft and Gault (1976). Weight choice and creatinine floor are stated, never assumed."""

from __future__ import annotations

from decimal import Decimal, localcontext

from chairside.core.kernel.decision import Decision, refused, unknown
from chairside.core.kernel.quantity import Quantity
from chairside.core.kernel.unit import unit

_FEMALE = Decimal("0.85")


def creatinine_clearance(
    *, age_years: int | None, weight: Quantity | None, creatinine: Quantity | None, sex: str, floor: Quantity | None = None
) -> Decision[Quantity]:
    """(140 - age) x weight / (72 x creatinine), x 0.85 for women, in mL/min at full precision. For adults only.

    weight   the weight that the site's policy asks for (actual, ideal or adjusted)
    floor    a creatinine below this counts as this, where the policy says so (often 0.7 mg/dL); None: no floor
    """
    missing = [
        (name, field)
        for name, field, value in (
            ("the age", "patient.birth_date", age_years),
            ("the weight", "patient.weight_kg", weight),
            ("the creatinine", "lab.creatinine", creatinine),
            ("the sex", "patient.sex", sex if sex in ("female", "male") else None),
        )
        if value is None
    ]
    if missing:
        return Decision(
            None,
            tuple(
                unknown("missing_fact", f"Creatinine clearance needs {name}.", field=field, source="Cockcroft-Gault")
                for name, field in missing
            ),
        )
    assert age_years is not None
    assert weight is not None
    assert creatinine is not None
    if not 18 <= age_years < 140:
        message = f"Cockcroft-Gault is for adults; the age of {age_years} years is outside it."
        return Decision(None, (refused("wrong_population", message, field="patient.birth_date", source="Cockcroft-Gault"),))
    level, heavy = creatinine.to("mg/dL"), weight.to("kg")
    if level.amount <= 0 or heavy.amount <= 0:
        field = "lab.creatinine" if level.amount <= 0 else "patient.weight_kg"
        return Decision(None, (refused("out_of_range", "It must be above zero.", field=field, source="Cockcroft-Gault"),))
    working = []
    if floor is not None and level < floor:
        working.append(f"creatinine {level.spelled()} counts as {floor.spelled()} (policy)")
        level = floor.to("mg/dL")
    factor = _FEMALE if sex == "female" else Decimal(1)
    with localcontext() as context:
        context.prec = 40
        clearance = Quantity((140 - age_years) * heavy.amount * factor / (72 * level.amount), unit("mL/min"))
    by_sex = " x 0.85" if sex == "female" else ""
    terms = f"(140 - {age_years}) x {heavy.spelled()} / (72 x {level.spelled()}){by_sex}"
    working.append(f"{terms} = {clearance.rounded(Decimal('0.1')).spelled()}")
    return Decision(clearance, working=tuple(working))
