"""Days at the edge and files that cannot be used: each command answers in words or with a feasible schedule."""

import gzip
import json

import pytest
from click.testing import CliRunner

from chairside.cli import main
from tests.core.scheduling.day.day_files import path, values
from tests.core.scheduling.planning.worked import worked
from tests.engines.booking.test_insertion import D

TINY, BOOKED = values("tiny"), values("schedules/tiny")
N1, N2 = TINY["nurses"]
A, B, C = TINY["patients"]
QUICK = ("--iterations", "20", "--json")
HUGE = 10**30


def ask(verb, *args):
    return CliRunner().invoke(main, ["schedule", verb, *map(str, args)])


def written(folder, given, name="question.json"):
    file = folder / name
    file.write_bytes(given if isinstance(given, bytes) else json.dumps(given).encode())
    return file


def repaired(folder, **changed):
    usual = {"kind": "repair", "instance": TINY, "schedule": BOOKED, "now": 30, "event": [], "seconds": 0}
    prices = {"moved_minute": 1, "nurse_change": 15, "remix": 60}
    return ask("repair", written(folder, usual | {"repair_weights": prices} | changed), "-o", folder / "answer.json", "--json")


def at_night(minutes):
    """The tiny day so many minutes later: the day may end after midnight, or begin the evening before."""
    day = json.loads(json.dumps(TINY))
    for holder, keys in (
        (day, ("open", "close", "latest_end")),
        *((each, ("release", "latest_start")) for each in day["patients"]),
    ):
        holder.update({key: holder[key] + minutes for key in keys})
    for each in day["patients"]:
        each["pref"] = [at + minutes for at in each["pref"]]
        if each["drug"]:
            each["drug"]["release"] += minutes
    for nurse in day["nurses"]:
        nurse["shift"] = [at + minutes for at in nurse["shift"]]
        if nurse["break"]:
            nurse["break"]["window"] = [at + minutes for at in nurse["break"]["window"]]
    day["pharmacy"]["open"] = [at + minutes for at in day["pharmacy"]["open"]]
    return day


POSSIBLE = {
    "over midnight": (at_night(1380), 3),
    "from the evening before": (at_night(-60), 3),
    "from a minute that is no multiple of five": (at_night(7), 3),
    "no nurses": ({**TINY, "nurses": []}, 0),
    "no chairs": ({**TINY, "chairs": []}, 0),
    "one chair": ({**TINY, "chairs": TINY["chairs"][:1]}, 3),
    "no patients": ({**TINY, "patients": []}, 0),
    "nothing at all": ({**TINY, "nurses": [], "chairs": [], "patients": []}, 0),
    "no hoods": ({**TINY, "pharmacy": {"hoods": 0, "open": [0, 0]}}, 1),
    "shifts that are over at once": ({**TINY, "nurses": [{**N2, "shift": [0, 0]}]}, 0),
    "a day of no minutes": ({**TINY, "open": 0, "close": 0, "latest_end": 0}, 0),
    "unknown keys": ({**TINY, "x": HUGE, "patients": [{**each, "y": [None]} for each in TINY["patients"]]}, 3),
    "no time to be served": ({**TINY, "patients": [{**C, "release": 10**9, "latest_start": 10**9}]}, 0),
}


@pytest.mark.parametrize("name", POSSIBLE)
def test_a_day_at_the_edge_has_a_feasible_schedule(tmp_path, name):
    day, served = POSSIBLE[name]
    file, out = written(tmp_path, day), tmp_path / "schedule.json"
    solved = ask("solve", file, "-o", out, *QUICK)
    assert (solved.exit_code, solved.stderr) == (0, ""), solved.output
    told = json.loads(solved.stdout)
    assert told["served"] <= served
    assert told["served"] == served or name == "one chair"
    assert ask("check", file, out).exit_code == 0
    assert told["bound"] <= told["objective"]


def test_500_requests_of_which_few_have_a_place(tmp_path):
    day = {**TINY, "patients": [{**each, "id": f"{each['id']}{n}"} for n in range(167) for each in (A, B, C)][:500]}
    file, out = written(tmp_path, day), tmp_path / "schedule.json"
    told = json.loads(ask("solve", file, "-o", out, *QUICK).stdout)
    assert told["served"] + told["unserved"] == 500
    assert told["served"] >= 3
    assert ask("check", file, out).exit_code == 0


def fixed(*places):
    return {**TINY, "fixed": [dict(zip(("patient", "start", "chair", "nurse"), place, strict=True)) for place in places]}


IMPOSSIBLE = {
    "two fixed visits on one chair": (
        fixed(("A", 5, "C1", "N1"), ("B", 20, "C1", "N2")),
        "tiny: the fixed visit of ",
    ),
    "one visit fixed in two places": (fixed(("A", 5, "C1", "N1"), ("A", 5, "C2", "N1")), "fixed[1].patient: A is fixed"),
    "fixed beyond the day": (fixed(("A", 500, "C1", "N1")), "tiny: the fixed visit of A"),
    "fixed on a chair of another type": (fixed(("C", 90, "C2", "N2")), "tiny: the fixed visit of C"),
    "a break without a place": (
        {**TINY, "nurses": [{**N1, "break": {"dur": 60, "window": [60, 90]}}, N2]},
        "tiny: nurse N1 has no minute for her break",
    ),
    "a day of years": ({**TINY, "latest_end": 10**9}, "latest_end: open, shifts, breaks and pharmacy span 1000000000 minutes"),
    "a shift of years": ({**TINY, "nurses": [{**N1, "shift": [-(10**9), 180]}, N2]}, "latest_end: open, shifts"),
    "a price without end": ({**TINY, "patients": [{**A, "weight": 10**9}]}, "patients[0].weight: times weights.unscheduled"),
    "loads of many digits": ({**TINY, "nurses": [{**N1, "max_load": 1.1234567890123456}, N2]}, "nurses: max_load and the"),
}


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_what_no_schedule_can_be_found_for_is_told_in_one_line(tmp_path, name):
    day, words = IMPOSSIBLE[name]
    found = ask("solve", written(tmp_path, day), "-o", tmp_path / "schedule.json", *QUICK)
    assert (found.exit_code, found.stdout) == (2, "")
    assert found.stderr.startswith(f"chairside: {words}"), found.stderr
    assert found.stderr.count("\n") == 1
    assert not (tmp_path / "schedule.json").exists()


FILES = {
    "empty": b"",
    "blank": b" \n",
    "binary": bytes(range(256)),
    "not a number": json.dumps(TINY).replace('"close": 120', '"close": NaN').encode(),
    "an endless number": json.dumps(TINY).replace('"close": 120', '"close": 1e999').encode(),
    "a number of 5000 digits": b'{"open": ' + b"9" * 5000 + b"}",
    "a number of 30 digits": json.dumps({**TINY, "close": HUGE}).encode(),
    "nested too deeply": b"[" * 100_000,
    "of another encoding": json.dumps(TINY).encode("utf-16"),
    "a text": b'"day"',
    "a list": b"[]",
    "a negative length": json.dumps({**TINY, "patients": [{**A, "duration": -5}]}).encode(),
    "half a minute": json.dumps({**TINY, "close": 120.5}).encode(),
    "yes in place of a minute": json.dumps({**TINY, "close": True}).encode(),
    "of another kind": json.dumps({"kind": "day"}).encode(),
}


@pytest.mark.parametrize("verb", ["solve", "check", "bound", "book", "repair", "plan"])
@pytest.mark.parametrize("name", [*FILES, "gzip cut short", "gzip with a fault", "no gzip", "a folder"])
def test_a_file_that_cannot_be_used_is_told_in_one_line(tmp_path, verb, name):
    whole = gzip.compress(json.dumps(TINY).encode())
    zipped = {"gzip cut short": whole[:-20], "gzip with a fault": whole[:30] + b"\0\0\0\0" + whole[34:], "no gzip": b"{}"}
    if name in FILES:
        file = written(tmp_path, FILES[name])
    else:
        file = written(tmp_path, zipped[name], "question.json.gz") if name in zipped else tmp_path
    more = {"check": (path("schedules/tiny"),), "bound": (), "book": ()}.get(verb, ("-o", tmp_path / "answer.json"))
    found = ask(verb, file, *more)
    assert (found.exit_code, found.stdout) == (2, ""), (found.output, found.exception)
    assert found.stderr.startswith("chairside: ")
    assert found.stderr.count("\n") == 1
    assert not (tmp_path / "answer.json").exists()


@pytest.mark.parametrize("verb", ["solve", "book", "repair", "plan"])
def test_an_answer_that_cannot_be_written_is_told_in_one_line(tmp_path, verb):
    prices = {"moved_minute": 1, "nurse_change": 15, "remix": 60}
    common = {"instance": TINY, "schedule": BOOKED}
    asked = {
        "solve": TINY,
        "book": {"kind": "book", **common, "request": D},
        "repair": {"kind": "repair", **common, "now": 30, "event": [], "seconds": 0, "repair_weights": prices},
        "plan": worked(),
    }[verb]
    quick = {"solve": QUICK, "plan": ("--seconds", "5")}.get(verb, ())
    for nowhere in (tmp_path / "none" / "answer.json", tmp_path):
        found = ask(verb, written(tmp_path, asked), "-o", nowhere, *quick)
        assert (found.exit_code, found.stdout) == (2, "")
        assert found.stderr.startswith(f"chairside: {nowhere}: cannot be written: ")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"now": HUGE}, "now: must be a number between"),
        ({"instance": {**TINY, "latest_end": 10**9}}, "instance.latest_end: open, shifts"),
        ({"event": {"type": "late", "patient": "C", "minutes": HUGE}}, "event.minutes: must be a number between"),
        ({"schedule": {**BOOKED, "breaks": [{"nurse": "N1", "start": HUGE}]}}, "schedule.breaks[0].start: must be a number"),
        ({"event": [{"type": "chair_down", "chair": "C1"}] * 2}, "event[1].chair: there is no chair “C1” at minute 30"),
        ({"event": {"type": "chair_down"}}, "event.chair: is missing"),
        ({"event": None}, "event: must be an object"),
        ({"schedule": {**BOOKED, "assignments": [], "breaks": []}, "now": 140}, "tiny: nurse N1 has no minute for her break"),
    ],
)
def test_a_repair_that_cannot_be_is_told_in_one_line(tmp_path, changed, words):
    found = repaired(tmp_path, **changed)
    assert (found.exit_code, found.stdout) == (2, "")
    assert found.stderr.startswith(f"chairside: {words}"), found.stderr
    assert found.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("changed", "lost"),
    [
        ({"event": [{"type": "chair_down", "chair": "C1"}, {"type": "chair_down", "chair": "C2"}]}, ["C"]),
        ({"event": [{"type": "nurse_out", "nurse": "N1"}, {"type": "nurse_out", "nurse": "N2"}]}, ["C"]),
        ({"event": {"type": "late", "patient": "C", "minutes": 10**9}}, ["C"]),
        ({"event": {"type": "drug_late", "patient": "B", "release": 10**9}, "now": 10}, ["B"]),
        ({"now": -(10**9)}, []),
        ({"now": 10**9}, []),
    ],
)
def test_a_repair_at_the_edge_says_who_is_lost(tmp_path, changed, lost):
    found = repaired(tmp_path, **changed)
    assert (found.exit_code, found.stderr) == (0, ""), found.stderr
    answer = json.loads(found.stdout)
    assert answer["lost"] == lost
    assert answer["reseat"] == (["B", "A"] if "chair_down" in json.dumps(changed) else [])


@pytest.mark.parametrize(
    ("day", "rule"),
    [({**TINY, "nurses": []}, 0), ({**TINY, "chairs": []}, 0), (at_night(1380), 2)],
)
def test_a_request_without_a_place_has_a_reason(tmp_path, day, rule):
    breaks = [{"nurse": "N1", "start": day["open"] + 120}] if day["nurses"] else []
    question = {"kind": "book", "instance": day, "schedule": {"instance": "tiny", "assignments": [], "breaks": breaks}}
    found = ask("book", written(tmp_path, question | {"request": D}), "--json")
    assert found.exit_code == 0, found.stderr
    answer = json.loads(found.stdout)
    assert (answer["offers"], answer["reasons"][0]["rule"]) == ([], rule)
