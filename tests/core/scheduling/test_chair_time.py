from decimal import Decimal
from fractions import Fraction
from statistics import mean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chairside.core.scheduling.chair_time import (
    A_DAY,
    InfusionGroup,
    K,
    PastVisit,
    group_of,
    planned_minutes,
    quantile,
    read_history,
)

HALF, MOST = Decimal("0.5"), Decimal("0.8")

# Real chair minutes by nominal type: mean, median and standard deviation, as stated in the data sheet of the GitHub repository
# xinyi914/optimizing-chemotherapy-scheduling-MILP-problem (around "Optimal override policy for chemotherapy scheduling
# template via mixed-integer linear programming").
REAL_MINUTES = {
    30: (56, 50, 35),
    60: (83, 75, 44),
    120: (142, 137, 44),
    180: (194, 192, 51),
    240: (236, 233, 60),
    300: (269, 268, 68),
    360: (346, 351, 67),
}

minutes = st.integers(1, A_DAY)
shares = st.decimals("0.01", "1", places=2)
histories = st.lists(
    st.tuples(st.sampled_from("AB"), st.none() | st.integers(1, 5), st.none() | st.sampled_from((60, 120)), minutes),
    max_size=30,
).map(lambda rows: read_history(PastVisit(f"v{n:02}", *row) for n, row in enumerate(rows)))


def past(*taken: int, infusion: int | None = 3, planned: int | None = 30, therapy: str = "A", ids: str = "v"):
    return [PastVisit(f"{ids}{n}", therapy, infusion, planned, each) for n, each in enumerate(taken)]


def plan(records, infusion=3, planned=30, share=HALF):
    return planned_minutes(read_history(records), "A", infusion, protocol_minutes=planned, share=share).value


def test_without_any_visit_the_protocol_stands_rounded_up_to_the_grid():
    assert plan([], planned=31).minutes == 35
    assert plan([], planned=30).minutes == 30


def test_as_many_visits_as_the_constant_count_as_much_as_the_protocol():
    found = plan(past(*[56] * K))
    assert (found.exact, found.minutes, found.visits, found.other_visits) == (43, 45, K, 0)


def test_the_constant_is_the_credibility_of_the_public_minutes():
    within = mean(Fraction(sd) ** 2 for _, _, sd in REAL_MINUTES.values())
    between = mean((Fraction(real) - nominal) ** 2 for nominal, (real, _, _) in REAL_MINUTES.items())
    assert (round(within), round(between)) == (2916, 437)
    against_a_mean = 0.8 * 0.2 / 0.28**2  # of a normal distribution, whose density at its 0.8 quantile is 0.28
    assert round(float(within / between) * against_a_mean) == K


@pytest.mark.parametrize(("nominal", "median"), [(nominal, median) for nominal, (_, median, _) in REAL_MINUTES.items()])
def test_a_center_like_the_published_one_plans_near_its_own_median(nominal, median):
    """Half of a large history lies at either side of the published median; nominal 30 min are planned with 50, not with 30."""
    spread = REAL_MINUTES[nominal][2] // 2
    found = plan(past(*[median - spread] * 300, median, *[median + spread] * 300, planned=nominal), planned=nominal)
    assert abs(found.exact - median) < Fraction(abs(nominal - median), 20) + 1
    assert found.minutes % 5 == 0


def test_a_first_infusion_is_not_shortened_by_later_ones_that_the_protocol_gave_less():
    later = past(*[60] * 200, planned=60)
    assert plan(later, infusion=1, planned=240).exact == 240


def test_an_infusion_without_visits_of_its_own_leans_on_others_of_the_same_planned_time():
    found = plan(past(*[56] * K, infusion=2), infusion=3)
    assert (found.exact, found.visits, found.other_visits) == (43, 0, K)


def test_a_visit_counts_once_though_it_fits_the_infusion_and_the_therapy():
    assert plan(past(*[56] * K)).exact == plan(past(*[56] * K, planned=None)).exact


def test_a_visit_without_its_number_speaks_for_the_therapy_only():
    found = plan(past(*[56] * K, infusion=None))
    assert (found.visits, found.other_visits) == (0, K)


def test_the_working_says_how_many_visits_it_rests_on():
    history = read_history([*past(50, 56, 90), *past(-5, ids="w")])
    decision = planned_minutes(history, "A", 3, protocol_minutes=30, share=MOST)
    assert decision.working == (
        "protocol: 30 min",
        "visits of the therapy at other infusions: none; 30 min stands",
        "visits at this infusion (later): 3, 0.8 quantile 90 min, weight 3/(3 + 14); from 30 to 40.59 min",
        "records of the history that cannot be and do not count: 1",
        "40.59 min, rounded up to 45 min",
    )


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"minutes": -1}, "history.x.minutes", "took -1 min"),
        ({"minutes": 0}, "history.x.minutes", "took 0 min"),
        ({"minutes": A_DAY + 1}, "history.x.minutes", "took 1441 min"),
        ({"protocol_minutes": 0}, "history.x.protocol_minutes", "was planned with 0 min"),
        ({"infusion": 0}, "history.x.infusion", "infusion number 0"),
    ],
)
def test_a_record_that_cannot_be_is_refused_with_its_reason(change, field, words):
    given_ = {"id": "x", "therapy": "A", "infusion": 1, "protocol_minutes": 30, "minutes": 40, **change}
    history = read_history([PastVisit(**given_)])
    (reason,) = history.refused
    assert (history.visits, history.left_out, reason.field) == ((), 1, field)
    assert words in reason.message


def test_a_visit_that_stands_twice_counts_not_at_all_and_says_so():
    history = read_history([*past(40), *past(50), *past(60, ids="w")])
    assert [visit.id for visit in history.visits] == ["w0"]
    assert (history.left_out, {reason.code for reason in history.refused}) == (2, {"mismatch"})


@pytest.mark.parametrize("share", [Decimal(0), Decimal("1.01"), Decimal(-1)])
def test_a_share_that_cannot_be_is_refused_also_without_visits(share):
    for records in ([], past(40)):
        with pytest.raises(ValueError, match="share"):
            plan(records, share=share)


def test_numbers_that_cannot_be_are_refused():
    with pytest.raises(ValueError, match="first is 1"):
        plan([], infusion=0)
    with pytest.raises(ValueError, match="cannot give"):
        plan([], planned=0)
    with pytest.raises(ValueError, match="at least one"):
        quantile([], HALF)


def test_infusions_fall_into_three_groups():
    assert [group_of(number) for number in (1, 2, 3, 40)] == [
        InfusionGroup.FIRST,
        InfusionGroup.SECOND,
        InfusionGroup.LATER,
        InfusionGroup.LATER,
    ]


@given(st.lists(minutes, min_size=1, max_size=40), shares)
def test_a_quantile_is_the_least_time_that_the_share_does_not_exceed(taken, share):
    found = quantile(taken, share)
    assert found in taken
    assert sum(each <= found for each in taken) >= share * len(taken)
    assert sum(each < found for each in taken) < share * len(taken)


@given(histories, shares, shares, st.integers(1, 5), st.sampled_from((60, 120)))
def test_a_larger_share_never_plans_less(history, one, other, infusion, planned):
    less, more = (
        planned_minutes(history, "A", infusion, protocol_minutes=planned, share=share).value for share in sorted((one, other))
    )
    assert less.exact <= more.exact
    assert less.minutes <= more.minutes


@given(histories, shares, st.integers(1, 5), st.sampled_from((60, 120)))
def test_the_plan_lies_between_the_protocol_and_the_history(history, share, infusion, planned):
    found = planned_minutes(history, "A", infusion, protocol_minutes=planned, share=share).value
    of_group = [v for v in history.visits if v.therapy == "A" and v.infusion and group_of(v.infusion) is group_of(infusion)]
    others = [v for v in history.visits if v.therapy == "A" and v not in of_group and v.protocol_minutes == planned]
    assert (found.visits, found.other_visits) == (len(of_group), len(others))
    ends = [planned, *(quantile([v.minutes for v in part], share) for part in (of_group, others) if part)]
    assert min(ends) <= found.exact <= max(ends)
    assert found.exact <= found.minutes < found.exact + 5
    assert found.minutes % 5 == 0


@given(st.integers(1, 200), minutes, minutes)
def test_more_of_the_same_visits_move_the_plan_towards_them(count, taken, planned):
    fewer, more = (plan(past(*[taken] * n), planned=planned).exact for n in (count, count + 1))
    assert abs(more - taken) <= abs(fewer - taken)


@given(histories, st.randoms(use_true_random=False), shares)
def test_the_order_of_the_records_does_not_matter(history, chance, share):
    records = list(history.visits)
    chance.shuffle(records)
    assert planned_minutes(read_history(records), "A", 3, protocol_minutes=60, share=share) == planned_minutes(
        history, "A", 3, protocol_minutes=60, share=share
    )
