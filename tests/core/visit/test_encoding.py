"""Payload texts: exact both ways, canonical, strict."""

from __future__ import annotations

from decimal import Decimal

import pytest

from chairside.core.visit import events as e
from chairside.core.visit.encoding import PayloadError, from_text, to_text
from tests.core.visit.walk import DRUG, ME, NINE, Walk, bag, check, q


def test_every_event_of_a_whole_visit_comes_back_as_it_was():
    walk = Walk().discharged().do(e.Signed("done"))
    assert len({event.kind for event in walk.log}) > 15
    for event in walk.log:
        assert from_text(event.kind, to_text(event.payload)) == event.payload


def test_every_kind_is_registered_under_its_own_name():
    assert all(cls.kind == name for name, cls in e.KINDS.items())


def test_equal_amounts_give_equal_text():
    assert to_text(e.Flushed(DRUG, q("20.0", "mL"))) == to_text(e.Flushed(DRUG, q("20", "mL")))


def test_a_payload_is_written_with_sorted_keys_and_decimals_as_text():
    assert to_text(e.Flushed(DRUG, q("20.50", "mL"))) == '{"drug":"drug","volume":{"amount":"20.5","unit":"mL"}}'


@pytest.mark.parametrize(
    ("kind", "text", "part"),
    [
        ("flushed", '{"drug":"drug","volume":{"amount":20.5,"unit":"mL"}}', "stay exact"),
        ("flushed", '{"drug":"drug","volume":{"amount":20,"unit":"mL"}}', "amount as text"),
        ("flushed", '{"drug":"drug","volume":{"amount":"20","unit":"spoon"}}', "spoon"),
        ("flushed", '{"drug":"drug","volume":{"amount":"NaN","unit":"mL"}}', "finite"),
        ("flushed", '{"drug":"drug","volume":{"amount":"20","unit":"mL"},"extra":1}', "unknown key extra"),
        ("flushed", '{"drug":"drug"}', "missing volume"),
        ("seated", '{"chair":4}', "text is expected"),
        ("note_added", "[]", "object"),
        ("note_added", "{", "not JSON"),
        ("sprinkled", "{}", "not a kind"),
        ("access_removed", '{"bleeding_stopped":"yes"}', "bool is expected"),
    ],
)
def test_a_text_that_is_not_exactly_one_event_is_refused_by_name(kind, text, part):
    with pytest.raises(PayloadError, match=part):
        from_text(kind, text)


def test_a_time_without_a_zone_is_refused():
    text = to_text(bag(NINE)).replace("+00:00", "")
    with pytest.raises(PayloadError, match="zone"):
        from_text("preparation_recorded", text)


def test_a_check_keeps_its_dates_and_quantities():
    entered = check(NINE)
    assert from_text("check_entered", to_text(entered)) == entered
    assert entered.identifiers == ME


def test_a_bare_decimal_comes_back_as_one():
    seen = e.SiteAssessed("infiltration", ("cool",), edema_cm=Decimal("2.5"))
    assert from_text("site_assessed", to_text(seen)) == seen
    with pytest.raises(PayloadError, match="edema_cm"):
        from_text("site_assessed", to_text(seen).replace('"2.5"', '"wide"'))
