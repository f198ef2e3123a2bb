"""The cast of the plan and clearance tests: two people, their facts, and the two protocols."""

from datetime import date, timedelta
from decimal import Decimal

from chairside.core.kernel.fact import DoseGiven, Fact, FactKind, Patient, Reaction
from chairside.core.kernel.quantity import Quantity, quantity
from chairside.formulary.loader import load

DAY = date(2026, 11, 23)
INFLIXIMAB = load("infliximab_iv")
IRON = load("ferric_carboxymaltose")
MARISOL = Patient(born=date(1988, 3, 14), sex="female", weight=quantity("71.4", "kg"), height=quantity("164", "cm"))
YARETZI = Patient(born=date(1989, 9, 9), sex="female", weight=quantity("58.9", "kg"))


def mg(amount: object) -> Quantity:
    return quantity(amount, "mg")


def kg(amount: object) -> Quantity:
    return quantity(amount, "kg")


def lab(code: str, value: str, unit: str, days_ago: int = 5, **more) -> Fact:
    return Fact(FactKind.LAB, code, DAY - timedelta(days=days_ago), Decimal(value), unit, id=f"{code}-{days_ago}", **more)


def screening(code: str, word: str, days_ago: int = 30, **more) -> Fact:
    return Fact(FactKind.SCREENING, code, DAY - timedelta(days=days_ago), word, id=f"{code}-{days_ago}", **more)


def answer(code: str, word: str, days_ago: int = 0) -> Fact:
    return Fact(FactKind.ANSWER, code, DAY - timedelta(days=days_ago), word, id=f"{code}-{days_ago}")


def weighed(amount: str, unit: str = "kg", days_ago: int = 0) -> Fact:
    return Fact(FactKind.VITAL, "weight_kg", DAY - timedelta(days=days_ago), Decimal(amount), unit)


def given(
    protocol: str, number: int, days_ago: int, amount: object = 357, grade: int | None = None, tolerated: bool = True
) -> DoseGiven:
    reaction = None if grade is None else Reaction(grade, "infusion related reaction")
    return DoseGiven(protocol, number, DAY - timedelta(days=days_ago), mg(amount), reaction=reaction, tolerated=tolerated)


def codes(decision) -> list[str]:
    return [reason.code for reason in decision.reasons]
