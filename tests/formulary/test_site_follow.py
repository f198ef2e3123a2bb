"""What follows from a site's change by arithmetic, and the places that a site may choose from."""

from __future__ import annotations

import pytest

from chairside.formulary import loader
from chairside.formulary.site_follow import following
from chairside.formulary.site_layer import layered, may_change, parse_layer, refusals
from chairside.formulary.site_place import found, places, shown

DRUG = loader.load("infliximab_iv")
TEXT = loader.path_of("infliximab_iv").read_text(encoding="utf-8")


def test_a_longer_observation_lengthens_the_chair_times_that_hold_it_and_passes_the_linter() -> None:
    follows = dict(following(DRUG, "observations.0.minutes", 60))
    assert follows["chair_times.standard.parts.observation.minutes"] == 60
    assert follows["chair_times.standard.total"] == 235
    changes = {"observations.0.minutes": 60, **follows}
    lines = "".join(
        f"- {{protocol: infliximab_iv, at: {at}, value: {to}, by: T, on: 2026-11-02}}\n" for at, to in changes.items()
    )
    made = layered(TEXT, parse_layer(f"site: A\nversion: '1'\nchanges:\n{lines}"))
    assert [time.total - was.total for time, was in zip(made.chair_times, DRUG.chair_times, strict=True)] == [30, 30, 30]


def test_a_part_of_a_chair_time_is_in_its_total() -> None:
    assert following(DRUG, "chair_times.standard.parts.flush.minutes", 15) == (("chair_times.standard.total", 215),)


@pytest.mark.parametrize(
    ("at", "value"),
    [
        ("observations.0.minutes", None),
        ("observations.9.minutes", 60),
        ("requirements.tb_yearly.fresh_days", 90),
        ("observations", 1),
    ],
)
def test_nothing_follows_from_anything_else(at: str, value: object) -> None:
    assert following(DRUG, at, value) == ()


def test_every_place_that_is_offered_is_there_and_says_so() -> None:
    for protocol_id in ("infliximab_iv", "ferric_carboxymaltose"):
        raw = loader.content(loader.path_of(protocol_id).read_text(encoding="utf-8"))
        read = loader.load(protocol_id)
        offered = [(at, says) for at, says, _ in places(raw, read) if may_change(at)]
        assert len(offered) > 100
        for at, says in offered:
            assert shown(found(raw, read, at).stated) == says, at


def test_each_refused_change_is_a_line_and_one_that_fits_is_none() -> None:
    told = "protocol: infliximab_iv, by: T, on: 2026-11-02"
    head = "site: A\nversion: '1'\nchanges:\n"
    lines = [("id", "x"), ("observations.0.minutes", "soon"), ("requirements.tb_yearly.fresh_days", "180")]
    text = head + "".join(f"- {{{told}, at: {at}, value: {value}}}\n" for at, value in lines)
    said = refusals(TEXT, parse_layer(text + "approved: [{protocol: infliximab_iv, ladder: none, by: T, on: 2026-11-02}]\n"))
    assert len(said) == 3
    assert "this is not a site's to change" in said[0]
    assert "minutes" in said[1]
    assert "there is no such ladder" in said[2]
