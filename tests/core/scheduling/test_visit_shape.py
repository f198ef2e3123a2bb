from datetime import timedelta

import pytest

from chairside.core.kernel.decision import Outcome
from chairside.core.kernel.quantity import quantity
from chairside.core.protocols.schema.terms import Layer
from chairside.core.protocols.schema.visit import ChairMinutes, ChairPart, ChairTime
from chairside.core.scheduling.visit_shape import HandsOn, HandsOnKind, VisitShape, shape_of, visit_shape
from chairside.formulary import loader


def chair_time(**minutes: int) -> ChairTime:
    parts = tuple(ChairMinutes(ChairPart(part), count) for part, count in minutes.items())
    return ChairTime("standard", "standard", parts, sum(minutes.values()), Layer.PRACTICE)


def test_parts_that_touch_are_one_stretch_of_hands_on():
    shape = shape_of(chair_time(check_in=10, access=10, premedication=30, infusion=120, flush=5, discharge=5)).value
    assert shape.length == timedelta(minutes=180)
    assert [(p.offset.seconds // 60, p.length.seconds // 60, p.kind.value) for p in shape.hands_on] == [
        (0, 20, "start"),
        (170, 10, "end"),
    ]


def test_a_flush_before_the_observation_and_the_discharge_after_it_are_two():
    shape = shape_of(chair_time(access=20, infusion=60, flush=5, observation=30, discharge=5)).value
    assert [(p.offset.seconds // 60, p.kind.value) for p in shape.hands_on] == [(0, "start"), (80, "end"), (115, "end")]


def test_a_chair_time_without_hands_on_minutes_is_unknown_never_zero():
    assert shape_of(chair_time(infusion=60)).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize("protocol_id", loader.known_ids())
def test_every_protocol_says_how_long_its_first_dose_takes(protocol_id):
    decision = visit_shape(loader.load(protocol_id), 1)
    assert decision.allowed
    assert decision.value.length > timedelta(minutes=20)


def test_the_longest_chair_time_that_may_still_apply_is_planned():
    protocol = loader.load("infliximab_iv")
    longest = max(time.total for time in protocol.chair_times)
    assert visit_shape(protocol, 1).value.length == timedelta(minutes=longest)


def test_hands_on_outside_the_visit_cannot_be_written():
    with pytest.raises(ValueError, match="inside the visit"):
        VisitShape(timedelta(minutes=10), (HandsOn(timedelta(), timedelta(minutes=20), HandsOnKind.START),))


@pytest.mark.parametrize(
    ("protocol_id", "known", "minutes"),
    [
        ("iron_sucrose", {}, 295),
        ("iron_sucrose", {"amount": quantity(200, "mg")}, 70),
        ("iron_sucrose", {"amount": quantity(500, "mg")}, 295),
        ("ivig_octagam_10", {"indication": "D69.3"}, 221),
        ("eculizumab", {"indication": "D59.5", "amount": quantity(600, "mg")}, None),
        ("infliximab_iv", {"indication": "Z99.9", "regimen": "of_no_protocol"}, None),
    ],
)
def test_what_is_known_of_the_dose_rules_chair_times_out(protocol_id, known, minutes):
    planned = visit_shape(loader.load(protocol_id), 1, **known).value.length
    if minutes is None:
        assert planned <= visit_shape(loader.load(protocol_id), 1).value.length
    else:
        assert planned == timedelta(minutes=minutes)
