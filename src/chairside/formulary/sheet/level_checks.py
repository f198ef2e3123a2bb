"""The reference of all records of levels: what each may be drawn for, and how its values compare with what was published."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from chairside.core.kinetics.disposition import disposition
from chairside.core.kinetics.schema import CheckKind, Record
from chairside.formulary.sheet.levels import USES, Checked, checked

_HEAD = """# Levels over time: the records and their checks

Written by `chairside protocols levels`; `tests/formulary/sheet/test_level_checks.py` holds it to the files. The records are
in `src/chairside/formulary/kinetics/`: published averages of other people, for drawing and teaching, never for dosing a person.
No paper was read in full and no label on the regulator's own page: the tier beside each source says what was.

A check is **evidence** only when its value was published, was looked up, and was not used to set the parameters. A
*calibration* was used to set them, and *arithmetic* can only come out right; neither proves anything. A value from memory
is no evidence until somebody looks it up. The tolerance is 10% for all (1% for arithmetic), and it was set after
the first simulations had been seen; 10% is far less than people differ.

What the formulas do, for each dose, all doses added up:

| | level after one dose, for each exponential of rate λ |
|---|---|
| bolus | e^(−λt) |
| infusion over T | (1 − e^(−λ·min(t, T))) / (λT) · e^(−λ·max(t − T, 0)) |
| absorption at rate ka, after a lag | F · ka · (e^(−λt) − e^(−ka·t)) / (ka − λ), and its limit where both are equal |
| area | (what has come in − what is still there) / λ |

One compartment has one exponential, two have two. Where a part of the elimination saturates there is no formula: the curve
is followed in steps of the fourth-order Runge–Kutta method, each as long as an error of 10⁻⁹ of the dose allows. For linear
drugs the same steps agree with the formulas to 2·10⁻⁶ of the highest possible level
(`tests/core/kinetics/test_integrate.py`)."""


def level_checks(records: Iterable[Record]) -> str:
    """The page as Markdown."""
    known = sorted(records, key=lambda record: record.id)
    results = {record.id: list(checked(record)) for record in known}
    every = [(record.id, one) for record in known for one in results[record.id]]
    lines = [
        _HEAD,
        "",
        *_summary(every),
        "",
        "## Records",
        "",
        "| record | use | half-life | checked by |",
        "|---|---|---|---|",
    ]
    lines += [f"| `{told.id}` | {USES[told.use]} | {_half_life(told)} | {told.checked_by} |" for told in known]
    lines += ["", "## Checks", "", "| record | check | what | kind | wanted | came out | difference | closes | tier |"]
    lines += ["|---|---|---|---|--:|--:|--:|---|---|", *(_row(name, one) for name, one in every)]
    return "\n".join(lines) + "\n"


def _summary(every: list[tuple[str, Checked]]) -> Iterator[str]:
    evidence = [(name, one) for name, one in every if one.evidence]
    closed = sum(one.closes for _, one in evidence)
    yield f"{len(every)} checks; {len(evidence)} of them are evidence, and {closed} of these close."
    missed = [(name, one) for name, one in every if not one.closes]
    yield "" if missed else "None misses its tolerance."
    yield from (f"- `{name}`, {one.id}: {one.difference}" for name, one in missed)


def _row(name: str, one: Checked) -> str:
    kind = one.kind.partition(",")[0].partition(":")[0]
    word = "**evidence**" if one.evidence else kind if kind != CheckKind.PUBLISHED.value else "published, from memory"
    closes = "yes" if one.closes else "**no**"
    cells = (f"`{name}`", f"`{one.id}`", one.name, word, one.wanted, one.got, one.difference, closes, one.source.tier.words)
    return f"| {' | '.join(cells)} |"


def _half_life(record: Record) -> str:
    if not record.drawable:
        return "–"
    days = disposition(record.parameters).half_life
    return f"{days * 24:.3g} h" if days < 2 else f"{days:.3g} d"
