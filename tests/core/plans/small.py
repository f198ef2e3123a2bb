"""A protocol of a few lines for the tests of single rules: one use, one product, no label of anybody."""

from dataclasses import replace
from decimal import Decimal

from chairside.core.kernel.fact import Fact, FactKind
from chairside.core.kernel.quantity import quantity
from chairside.core.plans.dosing import dose
from chairside.core.protocols.schema.indication import CodePrefix, Indication
from chairside.core.protocols.schema.product import Container, Form, Preparation, Product, Vial
from chairside.core.protocols.schema.regimen import Every, Phase, Regimen, Window
from chairside.core.protocols.schema.terms import Ages, Layer, Route, Words
from tests.core.plans.cast import DAY, INFLIXIMAB, MARISOL

NAMES = Words("sample", "muestra")
WINDOW = Window(0, 0, Layer.LABEL)
USE = Indication("use", NAMES, (CodePrefix("Z00"),), Ages())


def vial(strength: str = "100 mg", **more) -> Vial:
    amount, code = strength.split()
    return Vial(quantity(amount, code), Form.SOLUTION, Container.SINGLE_DOSE, **more)


def brand(name: str = "Sample", *vials: Vial, **more) -> Product:
    return Product(name, "sample", vials or (vial(),), more.pop("preparation", Preparation()), **more)


def phase(rule, timing=None, key: str = "main", window: Window = WINDOW, **more) -> Phase:
    return Phase(key, rule, timing or Every(28), window, **more)


def regimen(*phases: Phase, key: str = "main", **more) -> Regimen:
    return Regimen(key, NAMES, ("use",), phases, Layer.LABEL, **more)


def protocol(*regimens: Regimen, products=(), **more):
    changes = {"requirements": (), "questions": (), "contraindications": (), "facts": (), "not_encoded": (), **more}
    return replace(
        INFLIXIMAB,
        id="sample",
        routes=(Route.IV,),
        indications=(USE,),
        regimens=regimens,
        products=products or (brand(),),
        **changes,
    )


def ruled(rule, **more):
    """A protocol of one regimen of one phase that doses by the rule."""
    return protocol(regimen(phase(rule), **more))


def asked(made, number: int = 1, patient=MARISOL, day=DAY, **more):
    return dose(made, indication="use", dose_number=number, day=day, patient=patient, **more)


def fact(key: str, value, unit: str = "", on=DAY, status: str = "final") -> Fact:
    kind, _, code = key.partition(".")
    return Fact(FactKind(kind), code, on, Decimal(value) if unit else value, unit, status)
