from datetime import timedelta

from chairside.core.plans.course import course_of, days_before
from tests.core.plans.cast import DAY, given

IRON = "ferric_carboxymaltose"


def numbers(doses) -> list[int]:
    return [dose.dose_number for dose in doses]


def test_a_number_that_does_not_rise_starts_a_new_course():
    history = [given(IRON, 1, 400), given(IRON, 2, 390), given(IRON, 1, 7)]
    course = course_of(history, IRON, 2, DAY)
    assert numbers(course.doses) == [1]
    assert numbers(course.earlier) == [1, 2]


def test_asking_for_dose_one_starts_a_course():
    course = course_of([given(IRON, 1, 400), given(IRON, 2, 390)], IRON, 1, DAY)
    assert course.doses == ()
    assert numbers(course.earlier) == [1, 2]


def test_dose_one_given_on_the_same_day_is_not_a_new_course():
    assert numbers(course_of([given(IRON, 1, 0)], IRON, 1, DAY).doses) == [1]


def test_a_course_begun_elsewhere_keeps_its_later_numbers():
    assert numbers(course_of([given(IRON, 3, 60), given(IRON, 4, 4)], IRON, 5, DAY).doses) == [3, 4]


def test_other_therapies_and_doses_after_the_day_do_not_count():
    history = [given("infliximab_iv", 1, 5), given(IRON, 1, -3)]
    assert course_of(history, IRON, 2, DAY).doses == ()


def test_the_first_day_may_be_said_outright():
    history = [given(IRON, 1, 60), given(IRON, 2, 50)]
    course = course_of(history, IRON, 2, DAY, start=DAY - timedelta(days=7))
    assert course.doses == ()
    assert numbers(course.earlier) == [1, 2]


def test_a_rolling_day_looks_back_whole_days():
    assert days_before(DAY, 24) == DAY
    assert days_before(DAY, 168) == DAY - timedelta(days=6)
    assert days_before(DAY, 25) == DAY - timedelta(days=1)


def test_two_courses_of_one_dose_are_two():
    course = course_of([given(IRON, 1, 400), given(IRON, 1, 30)], IRON, 2, DAY)
    assert len(course.doses) == 1
    assert len(course.earlier) == 1
