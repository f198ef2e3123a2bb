"""A site's order set for reactions: the dose comes from the signed set, millilitres are computed, nothing is invented.

An item states a dose for adults, or an amount a kilogram with its maximum, or both. What it does not state is never filled in.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from chairside.core.kernel.decision import Decision, Reason, refused, review, unknown
from chairside.core.kernel.quantity import Quantity, quantity
from chairside.core.visit.reactions.emergency import EPINEPHRINE_IM, EmergencyOrder, emergency_dose

ADULT_YEARS = 18
BY_MOUTH = ("oral", "po", "by mouth")
_SET = "order set"
_FINE, _COARSE, _SHOWN = Decimal("0.01"), Decimal("0.1"), Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class OrderItem:
    """One medicine of the set.

    grades         of the reaction that it is for; `anaphylaxis`: also, or only, when anaphylaxis is suspected
    dose           for adults; per_kg: by weight, at most `most`
    concentration  of the vial that the site keeps; None for what is swallowed
    repeat_least, repeat_most   minutes after which it may be given again
    times          how often in one visit, the first included; None: the set does not say
    """

    key: str
    title: str
    route: str
    grades: tuple[int, ...] = ()
    anaphylaxis: bool = False
    dose: Quantity | None = None
    per_kg: Quantity | None = None
    most: Quantity | None = None
    concentration: Quantity | None = None
    repeat_least: int | None = None
    repeat_most: int | None = None
    times: int | None = 1
    source: str = ""

    @property
    def for_words(self) -> str:
        """What it is for: “grade 2, 3; anaphylaxis”."""
        grades = f"grade {', '.join(str(grade) for grade in self.grades)}" if self.grades else ""
        return "; ".join(part for part in (grades, "anaphylaxis" if self.anaphylaxis else "") if part)

    @property
    def repeat_words(self) -> str:
        """How often it may be given: “every 5 to 15 min, at most 3 times”."""
        if self.repeat_least is None:
            return "once"
        span = f"{self.repeat_least} min" if self.repeat_most in (None, self.repeat_least) else self._span
        return f"every {span}, at most {self.times} times" if self.times else f"every {span}"

    @property
    def _span(self) -> str:
        return f"{self.repeat_least} to {self.repeat_most} min"

    def serves(self, grade: int | None, anaphylaxis: bool) -> bool:
        """Whether it is for this reaction. While nobody has graded it, every item is."""
        if anaphylaxis and self.anaphylaxis:
            return True
        return grade is None or grade in self.grades


@dataclass(frozen=True, slots=True)
class OrderSet:
    """One version of a site's order set. `signed_on` None: nothing is given by it."""

    id: str
    number: int
    signed_by: str
    signed_on: date | None
    items: tuple[OrderItem, ...]

    def item(self, key: str) -> OrderItem | None:
        return next((item for item in self.items if item.key == key), None)


@dataclass(frozen=True, slots=True)
class ItemDose:
    """The dose for this patient. `volume` in mL, None for what is swallowed."""

    dose: Quantity
    volume: Quantity | None


def dose_for(item: OrderItem, *, weight: Quantity | None, age: int | None) -> Decision[ItemDose]:
    """The dose of an item for this weight and age in whole years, and its volume.

    Without a weight an amount a kilogram is unknown; the set's adult dose serves then, where it states one and the patient is
    an adult. A dose for adults is never given to a child or to somebody of unknown age by the set alone.
    """
    if item.per_kg is not None and item.most is not None and weight is not None:
        order = EmergencyOrder(item.per_kg, item.most, item.concentration or item.most, item.route, (0, 0), item.source)
        by_weight = emergency_dose(order, weight)
        if by_weight.value is None:
            return by_weight.without_value()
        return _with_volume(item, by_weight.value.dose, by_weight.working, item.most)
    if item.dose is None:
        message = f"{item.title}: the set states no dose without a weight. Call the provider. Do not wait."
        return Decision(None, (unknown("missing_fact", message, field="weight_kg", source=item.source),))
    if age is None or age < ADULT_YEARS:
        who = "the birth date is not known" if age is None else f"the patient is {age}"
        message = f"{item.title}: the set's dose is for adults, and {who}. Call the provider. Do not wait."
        return Decision(None, (unknown("missing_fact", message, field="dose", source=item.source),))
    said = f"{item.dose.spelled()}: the set's dose for adults" + (", no weight on record" if item.per_kg is not None else "")
    return _with_volume(item, item.dose, (said,))


def _with_volume(item: OrderItem, dose: Quantity, working: tuple[str, ...], most: Quantity | None = None) -> Decision[ItemDose]:
    """The volume as a syringe shows it: to 0.01 mL below 1 mL, else to 0.1 mL, rounded half up, once.

    most   of a dose by weight: the dose is then what that volume holds, at most this. A stated dose stays as it is stated.
    """
    if item.concentration is None:
        return Decision(ItemDose(dose, None), working=working)
    exact = (dose / item.concentration).to("mL")
    volume = exact.rounded(_FINE if exact.amount < 1 else _COARSE)
    line = f"{dose.spelled()} / {item.concentration.spelled()} = {exact.rounded(_SHOWN).spelled()}"
    if not volume.same(exact):
        line += f", drawn up as {volume.spelled()}"
        if most is not None:
            dose = min((volume * item.concentration).to(dose.unit), most, key=lambda amount: amount.amount)
            line += f" = {dose.spelled()}"
    return Decision(ItemDose(dose, volume), working=(*working, line))


def again_at(item: OrderItem, given: Sequence[datetime]) -> datetime | None:
    """From when it may be given again; None when it was not given yet, or is not to be given again."""
    if not given or item.repeat_least is None or (item.times is not None and len(given) >= item.times):
        return None
    return max(given) + timedelta(minutes=item.repeat_least)


def too_soon(item: OrderItem, given: Sequence[datetime], at: datetime) -> tuple[Reason, ...]:
    """Why the set alone does not carry another dose now. A provider's order, told and read back, does."""
    if not given:
        return ()
    ago = int((at - max(given)).total_seconds() // 60)
    field = f"treatment.{item.key}.{len(given) + 1}"
    source = item.source or _SET
    if item.repeat_least is None or (item.times is not None and len(given) >= item.times):
        often = "once" if len(given) == 1 else f"{len(given)} times"
        message = f"{item.title} was given {often}, last {ago} min ago, and the set allows no more. Tell the provider."
        return (review("above_maximum", message, field=field, limit=item.repeat_words, source=source, override="prescriber"),)
    if (free := again_at(item, given)) is not None and at < free:
        message = f"{item.title} was given {ago} min ago; the set repeats it from {item.repeat_least} min. Tell the provider."
        return (review("too_early", message, field=field, limit=item.repeat_words, source=source, override="prescriber"),)
    return ()


def problems(items: Sequence[OrderItem]) -> tuple[Reason, ...]:
    """Why a set cannot be signed. Each reason is about `items.<place from 1>`."""
    found: list[Reason] = []
    if not items:
        found.append(unknown("missing_fact", "The set has no item.", field="items"))
    for place, item in enumerate(items, start=1):
        name = item.title or f"item {place}"
        found.extend(
            unknown("missing_fact", f"{name}: {text}", field=f"items.{place}", source=_SET) for text in _item_problems(item)
        )
        if item.key in [other.key for other in items[: place - 1]]:
            found.append(refused("mismatch", f"{name} by this route stands there twice for the same.", field=f"items.{place}"))
    return tuple(found)


def _item_problems(item: OrderItem) -> Iterator[str]:
    if not item.title.strip():
        yield "name the medicine."
    if not item.grades and not item.anaphylaxis:
        yield "say for which grade it is, or that it is for anaphylaxis."
    if not item.route.strip():
        yield "name the route."
    amounts = [amount for amount in (item.dose, item.per_kg, item.most, item.concentration) if amount is not None]
    if any(amount.amount <= 0 for amount in amounts):
        yield "every amount is above zero."
    if item.dose is None and item.per_kg is None:
        yield "state the dose."
    if item.per_kg is not None and item.most is None:
        yield "state the most that is given at once."
    if item.per_kg is not None and item.most is not None and not _agrees(item.per_kg, item.most, "kg"):
        yield f"{item.per_kg.spelled()} and at most {item.most.spelled()} do not go together."
    if item.dose is not None and item.most is not None and not _agrees(item.dose, item.most):
        yield f"{item.dose.spelled()} and at most {item.most.spelled()} do not go together."
    elif item.dose is not None and item.most is not None and item.most < item.dose:
        yield f"the dose {item.dose.spelled()} is above the most, {item.most.spelled()}."
    if item.concentration is None and item.route.strip() and item.route.split()[0].casefold() not in BY_MOUTH:
        yield "state the concentration of your vial, or the millilitres cannot be computed."
    measured = item.most or item.dose
    if item.concentration is not None and measured is not None and not _agrees(item.concentration, measured, "mL"):
        yield f"{item.concentration.spelled()} is not a concentration of {measured.spelled()}."
    if item.repeat_least is not None and (item.times is None or item.times < 2):
        yield "say how often it may be given in all."
    if item.repeat_least is not None and (item.repeat_least < 1 or (item.repeat_most or item.repeat_least) < item.repeat_least):
        yield "the minutes between two doses rise from least to most."
    if item.repeat_least is None and (item.times or 1) > 1:
        yield "say after how many minutes it may be given again."
    if not item.source.strip():
        yield "name the source."


def _agrees(amount: Quantity, other: Quantity, per: str = "") -> bool:
    """Whether an amount, or an amount for each `per`, is of the other's kind."""
    meant = amount * quantity(1, per) if per else amount
    return meant.unit.comparable(other.unit)


# The published adult figures, for a director to judge. No set holds them until one signs. Where sources differ, or say nothing,
# the place is empty: nobody signs an empty place.
_TABLE = "published adult figures (AAFP 2012; EB Medicine): a proposal"
PROPOSAL: tuple[OrderItem, ...] = (
    OrderItem(
        "epinephrine_im", "EPINEPHrine", EPINEPHRINE_IM.route, (4,), True, None, EPINEPHRINE_IM.per_kg, EPINEPHRINE_IM.most,
        EPINEPHRINE_IM.concentration, *EPINEPHRINE_IM.repeat_minutes, None, EPINEPHRINE_IM.source,
    ),
    OrderItem(
        "diphenhydramine_iv", "diphenhydrAMINE", "IV", (2, 3), dose=quantity(25, "mg"),
        source=f"{_TABLE}; 25 to 50 mg, the lower one stands here",
    ),
    OrderItem("famotidine_iv", "famotidine", "IV", (2, 3), dose=quantity(20, "mg"), source=_TABLE),
    OrderItem(
        "acetaminophen_oral", "acetaminophen", "oral", (2,), dose=quantity(650, "mg"),
        source=f"{_TABLE}; 650 to 1,000 mg, the lower one stands here",
    ),
    OrderItem(
        "methylprednisolone_iv", "methylPREDNISolone", "IV", (3,), dose=quantity(80, "mg"),
        source=f"{_TABLE}; 80 to 125 mg, the lower one stands here",
    ),
    OrderItem(
        "hydrocortisone_iv", "hydrocortisone", "IV", (3,),
        source=f"{_TABLE}; sources differ (100, 200, 250 to 500 mg): the director decides",
    ),
)  # fmt: skip
