"""Safe dose text: what a person typed, written so that nobody misreads it, or refused with the part that is not safe.

After the ISMP list of error-prone abbreviations and the Joint Commission's "do not use" list (both recalled, to be checked).
"""

from __future__ import annotations

import re
from decimal import Decimal

from chairside.core.kernel.quantity import plain

_AMOUNT = re.compile(r"^\s*(?P<number>[\d.,]+)\s*(?P<unit>\S.*?)\s*$")
_GROUPED = re.compile(r"^\d{1,3}(,\d{3})+(\.\d*)?$")
_NUMBER = re.compile(r"^(\d+(\.\d*)?|\.\d+)$")
# What is written for each unit, by what people type. A unit that is not here is not written at all.
_WRITTEN = {
    **{code: code for code in ("kg", "g", "mg", "mcg", "L", "dL", "mL", "h", "min", "cm", "m²", "mmol", "mEq", "%")},
    **{"ug": "mcg", "µg": "mcg", "μg": "mcg", "ml": "mL", "l": "L", "hr": "h", "hour": "h", "hours": "h", "m2": "m²"},
    **{"unit": "units", "units": "units", "dose": "dose", "doses": "doses", "drop": "drops", "drops": "drops"},
    **{"international units": "international units", "day": "day", "d": "day", "week": "week", "cycle": "cycle"},
    **{"vial": "vials", "vials": "vials", "AUC": "AUC"},
}
_NEVER = frozenset(("U", "u", "IU", "iu", "[iU]", "cc", "QD", "qd", "q.d.", "QOD", "qod", "MS", "MSO4", "MgSO4", "@", "µ"))


class UnsafeText(ValueError):
    """A dose text that must not be written: `part` names what makes it unsafe."""

    def __init__(self, part: str) -> None:
        super().__init__(f"“{part}” must not be written in a dose")
        self.part = part


def safe(text: str) -> str:
    """The dose text in its one safe form: `.5 mg` is “0.5 mg”, `1000000 units` is “1,000,000 units”.

    No trailing zero, a leading zero always, commas from 1,000, a space before the unit, units and mcg spelled.
    Raises UnsafeText for an abbreviation that is not safe, a unit that is not known, and a comma for the decimal point.
    """
    found = _AMOUNT.match(text)
    if found is None:
        raise UnsafeText(text.strip())
    return f"{plain(_number(found['number']))} {_unit(found['unit'])}"


def _number(text: str) -> Decimal:
    if _GROUPED.match(text):
        text = text.replace(",", "")
    if not _NUMBER.match(text):
        raise UnsafeText(text)
    return Decimal(text)


def _unit(text: str) -> str:
    if text in _WRITTEN:
        return _WRITTEN[text]
    parts = re.split(r"\s*/\s*", text)
    for part in parts:
        if part in _NEVER or part not in _WRITTEN:
            raise UnsafeText(part)
    return "/".join(_WRITTEN[part] for part in parts)
