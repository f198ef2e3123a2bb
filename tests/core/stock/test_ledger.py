"""The lot ledger: balances, and every reason not to draw."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chairside.core.kernel.decision import Outcome
from chairside.core.kernel.quantity import quantity
from chairside.core.stock.ledger import Balance, Entry, EntryKind, LedgerError, Lot, apply, draw, fold

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
LOT = Lot("L1", "Testra", quantity("100", "mg"), date(2026, 11, 23))


def ask(lot=LOT, balance=Balance(10), vials=4, products=("Testra",), day=TODAY, patient="p1"):  # noqa: B008
    return draw(lot, balance, vials=vials, products=products, day=day, at=NOW, patient=patient, dose="dose-1")


def test_a_lot_is_good_on_its_last_day_and_not_after():
    assert ask().allowed
    assert ask(day=date(2026, 11, 24)).reasons[0].code == "preparation_expired"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"balance": Balance(3)}, "not_available"),
        ({"balance": Balance(10, quarantined="cold chain")}, "not_available"),
        ({"products": ("Other",)}, "wrong_product"),
        ({"vials": 0}, "out_of_range"),
        ({"vials": -1}, "out_of_range"),
        ({"lot": Lot("L1", "Testra", quantity("100", "mg"), date(2027, 1, 1), "p2")}, "wrong_person"),
    ],
)
def test_each_reason_not_to_draw(change, code):
    decision = ask(**change)
    assert decision.outcome is Outcome.REFUSED
    assert code in {reason.code for reason in decision.reasons}
    assert {reason.override for reason in decision.reasons} == {"none"}


def test_a_lot_without_an_expiry_date_is_unknown_and_never_good_for_ever():
    assert ask(lot=Lot("L1", "Testra", quantity("100", "mg"), None)).outcome is Outcome.UNKNOWN


def test_the_last_vial_may_be_drawn():
    assert ask(balance=Balance(4)).allowed


def test_quarantine_lasts_until_it_is_released():
    held = fold([Entry(EntryKind.RECEIVED, NOW, 5), Entry(EntryKind.QUARANTINED, NOW, reason="fridge at 12 °C")])
    assert ask(balance=held).outcome is Outcome.REFUSED
    assert ask(balance=apply(held, Entry(EntryKind.RELEASED, NOW))).allowed


@given(st.lists(st.tuples(st.sampled_from(list(EntryKind)), st.integers(0, 9)), max_size=40))
def test_nothing_is_made_or_lost(moves):
    balance, received = Balance(), 0
    for kind, vials in moves:
        try:
            balance = apply(balance, Entry(kind, NOW, vials))
        except LedgerError:
            continue
        received += vials if kind is EntryKind.RECEIVED else 0
        assert balance.on_hand >= 0
        assert balance.on_hand + balance.drawn + balance.wasted == received


def test_a_negative_count_is_a_defect():
    with pytest.raises(LedgerError):
        apply(Balance(5), Entry(EntryKind.DRAWN, NOW, -1))
