"""A form reads exactly what was typed, and shows a decision's reasons where they belong."""

from decimal import Decimal

import pytest

from chairside.core.kernel.decision import Decision, refused, unknown
from chairside.web.forms import AmountField, Form


class _Form(Form):
    dose = AmountField(unit="mg")


@pytest.mark.parametrize(("typed", "read"), [("412", "412"), ("412.50", "412.50"), (".5", "0.5"), (" 7 ", "7"), ("−3", "-3")])
def test_an_amount_is_read_exactly(typed, read):
    form = _Form({"dose": typed})
    assert form.is_valid()
    assert form.cleaned_data["dose"] == Decimal(read)


@pytest.mark.parametrize("typed", ["1,200", "1.2.3", "1e3", "NaN", "Infinity", "12 mg", "٣", "1" * 30])
def test_what_could_be_misread_is_refused_and_kept(typed):
    form = _Form({"dose": typed})
    assert not form.is_valid()
    assert form["dose"].value() == typed
    assert form.errors["dose"]


def test_reasons_stand_beside_their_field_and_others_at_the_head():
    form = _Form({"dose": "900"})
    decision = Decision(
        None,
        (
            refused("above_maximum", "900 mg is too much.", field="order.dose", limit="800 mg", source="label"),
            unknown("missing_fact", "No weight on record.", field="patient.weight"),
        ),
    )
    form.add_reasons(decision)
    assert form.errors["dose"] == ["900 mg is too much. Limit: 800 mg. Source: label."]
    assert form.non_field_errors() == ["No weight on record."]
