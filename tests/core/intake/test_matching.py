"""Likeness of two records: what is looked at by a person, what is not, and that nothing missing ever speaks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chairside.core.intake.matching import REVIEW_LINE, Candidate, Name, Verdict, births, likeness, told
from chairside.core.intake.referral import Identifier

ANNA = Candidate(names=(Name("Moreno", "Anna"),), born=date(1961, 3, 4), sex="female")
HOME = {"phones": ("555-123-4567",), "addresses": ("12 Elm St",), "postal_codes": ("60601",), "emails": ("moreno@example.org",)}
AT_HOME = replace(ANNA, **HOME)


def named(family: str, given: str, like: Candidate = ANNA) -> Candidate:
    return replace(like, names=(Name(family, given),))


def numbered(system: str, value: str, like: Candidate = ANNA) -> Candidate:
    return replace(like, identifiers=(Identifier(system, value),))


@pytest.mark.parametrize(
    ("one", "other", "score"),
    [
        (ANNA, ANNA, 74),
        (AT_HOME, AT_HOME, 100),
        (ANNA, named("MORENO", "ÁNNA"), 74),
        (ANNA, named("Anna", "Moreno"), 70),
        (ANNA, named("Morena", "Anna"), 66),
        (ANNA, named("Moreno", "Ana"), 66),
        (ANNA, named("Moreno-Diaz", "Anna"), 68),
        (ANNA, named("Moreno", "Anna Maria"), 70),
        (ANNA, named("Moreno", "A."), 60),
        (ANNA, replace(ANNA, born=date(1961, 4, 3)), 64),
        (ANNA, replace(ANNA, born=date(1916, 3, 4)), 64),
        (AT_HOME, replace(AT_HOME, born=date(1961, 3, 5)), 82),
        (ANNA, replace(AT_HOME, born=None), 44),
        (replace(AT_HOME, born=None, birth_text="1961-03"), AT_HOME, 84),
        (numbered("urn:a", "7"), replace(numbered("urn:a", "7"), born=None), 74),
        (replace(AT_HOME, identifiers=(Identifier("urn:a", "7"),)), numbered("urn:a", "8", AT_HOME), 75),
        (AT_HOME, replace(named("Diaz", "Anna", AT_HOME), phones=("555 123 4567",)), 70),
    ],
)
def test_the_points_of_the_table(one: Candidate, other: Candidate, score: int) -> None:
    assert likeness(one, other).score == score


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (AT_HOME, named("Moreno", "Brigitta", AT_HOME)),  # twins
        (AT_HOME, replace(AT_HOME, born=date(1988, 11, 17))),  # mother and daughter of one name
        (AT_HOME, replace(named("Moreno", "Robert", AT_HOME), sex="male")),
        (named("Moreno", "Robert"), named("Moreno", "Bob")),  # a nickname is another name
        (ANNA, replace(ANNA, sex="male")),
        (named("Moreno", "Tim"), named("Moreno", "Tom")),
        (numbered("urn:a", "7"), numbered("urn:a", "8")),
        (ANNA, replace(ANNA, born=date(1961, 3, 7), sex="")),
        (ANNA, replace(ANNA, born=None)),
        (Candidate(), Candidate()),
        (Candidate(names=(Name("Doe", ""),)), Candidate(names=(Name("Doe", ""),))),
        (named("Smith Jr", "John"), named("Smith Sr", "John")),
    ],
)
def test_what_stays_below_the_review_line(one: Candidate, other: Candidate) -> None:
    assert likeness(one, other).score < REVIEW_LINE


def test_twins_with_names_a_slip_apart_are_flagged() -> None:
    found = likeness(named("Moreno", "Jayden", AT_HOME), named("Moreno", "Hayden", AT_HOME))
    assert found.to_review
    assert found.twins
    assert not found.very_likely
    assert next(told(found)).startswith("possible twins: ")


def test_a_former_name_counts_like_the_present_one() -> None:
    married = replace(ANNA, names=(Name("Diaz", "Anna"), Name("Moreno", "Anna")))
    assert likeness(married, ANNA).score == 74
    assert likeness(replace(married, names=married.names[:1]), ANNA).score == 44


def test_every_comparison_says_how_it_stands_in_words() -> None:
    found = likeness(AT_HOME, replace(named("Moreno", "Eva", AT_HOME), emails=(), phones=("555-123-4576",), sex="male"))
    stands = {item.what: item.verdict for item in found.compared}
    assert stands == {
        "family name": Verdict.AGREES, "given names": Verdict.DIFFERS, "birth date": Verdict.AGREES, "sex": Verdict.DIFFERS,
        "phone": Verdict.NEARLY, "email": Verdict.UNKNOWN, "address": Verdict.AGREES, "postal code": Verdict.AGREES,
        "number elsewhere": Verdict.UNKNOWN,
    }  # fmt: skip
    assert "differs: The recorded sex is different." in list(told(found))
    assert not any("email" in line for line in told(found))


@pytest.mark.parametrize(
    ("text", "verdict"),
    [("1961", Verdict.NEARLY), ("1961-03", Verdict.NEARLY), ("1961-04", Verdict.DIFFERS), ("196", Verdict.UNKNOWN),
     ("", Verdict.UNKNOWN), ("about 1961", Verdict.UNKNOWN)],
)  # fmt: skip
def test_a_part_of_a_birth_date_is_compared_as_far_as_it_goes(text: str, verdict: Verdict) -> None:
    assert births(ANNA, Candidate(birth_text=text)).verdict is verdict


# ---- for whatever comes ----

WORDS = st.sampled_from(["", "Moreno", "moreno", "Diaz", "García-López", "Lopez", "Anna", "Ana", "A", "Smith Jr", "Smith III"])
NAMES = st.lists(st.builds(Name, WORDS, WORDS), max_size=3).map(tuple)
PHONES = st.lists(st.sampled_from(["", "555-123-4567", "5551234576", "1 555 123 4567", "12"]), max_size=2).map(tuple)
NUMBERS = st.lists(st.builds(Identifier, st.sampled_from(["urn:a", "urn:b", ""]), st.sampled_from(["1", "2", ""])), max_size=3)
BORN = st.none() | st.integers(-400, 400).map(lambda days: date(1961, 3, 4) + timedelta(days=days))
CANDIDATES = st.builds(
    Candidate,
    names=NAMES,
    born=BORN,
    birth_text=st.sampled_from(["", "1961", "1961-03", "1961-13", "x"]),
    sex=st.sampled_from(["", "female", "male", "other", "unknown"]),
    phones=PHONES,
    emails=st.sampled_from([(), ("a@b.org",), ("A@b.org ",), ("c@d.org",)]),
    addresses=st.sampled_from([(), ("12 Elm St",), ("12 elm st.",), ("9 Oak",)]),
    postal_codes=st.sampled_from([(), ("60601",), ("60601-1234",), ("K1A 0B1",)]),
    identifiers=NUMBERS.map(tuple),
)


@given(CANDIDATES, CANDIDATES)
def test_it_is_the_same_whichever_comes_first(one: Candidate, other: Candidate) -> None:
    assert likeness(one, other) == likeness(other, one)
    assert 0 <= likeness(one, other).score <= 100


@given(CANDIDATES, CANDIDATES)
def test_the_order_of_names_and_numbers_says_nothing(one: Candidate, other: Candidate) -> None:
    turned = replace(one, names=one.names[::-1], phones=one.phones[::-1], identifiers=one.identifiers[::-1])
    assert likeness(turned, other) == likeness(one, other)


AGREED = [
    {"names": (Name("Newton", "Isaac"),)}, {"phones": ("555 999 8888",)}, {"emails": ("same@b.org",)},
    {"addresses": ("1 Same Road",)}, {"postal_codes": ("99999",)}, {"identifiers": (Identifier("urn:z", "1"),)},
    {"born": date(1950, 1, 1)}, {"sex": "female"},
]  # fmt: skip


@given(CANDIDATES, CANDIDATES, st.sampled_from(AGREED))
def test_what_agrees_never_lowers_the_score(one: Candidate, other: Candidate, agreed: dict[str, object]) -> None:
    def adding(item: Candidate) -> Candidate:
        more = {key: value + getattr(item, key) if isinstance(value, tuple) else value for key, value in agreed.items()}
        return replace(item, **more)  # type: ignore[arg-type]

    assert likeness(adding(one), adding(other)).score >= likeness(one, other).score


@given(CANDIDATES)
def test_missing_is_neither_agreement_nor_difference(one: Candidate) -> None:
    assert all(item.verdict is Verdict.UNKNOWN and item.points == 0 for item in likeness(one, Candidate()).compared)
