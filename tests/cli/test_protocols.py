"""`chairside protocols`: no database, no Django, one line for what is wrong, JSON on each."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from chairside.cli import main
from chairside.core.kernel.evidence import Tier
from chairside.formulary import loader

LAYER = """
site: Northlight
version: "7"
changes:
- {protocol: infliximab_iv, at: requirements.tb_yearly.fresh_days, value: 180, by: R. Alvarez, on: 2026-11-02}
- {protocol: infliximab_iv, at: ladders.label_even.least_minutes, value: 90, reason: committee, by: R. Alvarez, on: 2026-11-02}
"""


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["protocols", *words])


def answer(*words: str):
    found = run(*words, "--json")
    assert found.exit_code == 0, found.output
    return json.loads(found.stdout)


@pytest.fixture
def layer(tmp_path: Path) -> str:
    path = tmp_path / "site.yaml"
    path.write_text(LAYER, encoding="utf-8")
    return str(path)


@pytest.fixture
def other_version(tmp_path: Path) -> str:
    path = tmp_path / "infliximab_iv.yaml"
    text = loader.path_of("infliximab_iv").read_text(encoding="utf-8")
    path.write_text(text.replace("amount: 3 mg/kg}", "amount: 4 mg/kg}", 1), encoding="utf-8")
    return str(path)


def test_it_needs_no_django_and_no_database() -> None:
    program = (
        "import sys\nfrom chairside.cli import main\nmain(['protocols', 'show', 'infliximab_iv'], standalone_mode=False)\n"
        "print([name for name in ('django', 'psycopg') if name in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", program], text=True, capture_output=True, check=False, timeout=30)
    assert said.stdout.splitlines()[-1] == "[]", said.stderr


def test_the_list_says_of_each_on_what_its_numbers_rest() -> None:
    rows = answer("list")
    assert [row["id"] for row in rows] == list(loader.known_ids())
    for row in rows:
        assert sum(row["numbers_by_tier"].values()) == row["numbers"] > 0
        assert set(row["numbers_by_tier"]) == {tier.value for tier in Tier}
    table = run("list").stdout
    assert all(key in table for key in (*loader.known_ids(), "NOT ENCODED", "draft"))


@pytest.mark.parametrize("protocol_id", loader.known_ids())
def test_every_protocol_is_printed_within_100_columns(protocol_id: str) -> None:
    shown = run("show", protocol_id)
    assert shown.exit_code == 0
    assert max(map(len, shown.stdout.splitlines())) <= 100
    assert all(source.key in shown.stdout for source in loader.load(protocol_id).sources)


def test_what_is_recalled_is_marked_and_what_is_not_encoded_is_listed() -> None:
    shown = run("show", "infliximab_iv").stdout
    assert "recalled, unchecked" in shown
    assert "NOT ENCODED" in shown
    assert "screening.nyha_class: Heart-failure class (NYHA); one of I, II, III, IV, none or unknown." in shown
    assert "No pharmacist has approved this text" in shown


def test_the_sheet_as_data_has_the_layer_source_and_tier_of_each_statement() -> None:
    told = answer("show", "ferric_carboxymaltose")
    said = [one for section in told["sections"] for row in section["rows"] for one in row["says"]]
    assert {"text", "layer", "source", "tier"} == set(said[0])
    assert any(one["text"] == "Never more than 1,500 mg a course." and one["tier"] == "label_copy" for one in said)


def test_sources_are_counted() -> None:
    told = answer("sources", "infliximab_iv")["sources"]
    counts = {row["key"]: row["numbers"] for row in told}
    assert set(counts) == {source.key for source in loader.load("infliximab_iv").sources}
    assert sum(counts.values()) == next(row["numbers"] for row in answer("list") if row["id"] == "infliximab_iv")
    table = run("sources", "infliximab_iv").stdout
    assert "never" in table
    assert "recalled, unchecked" in table


def test_the_whole_formulary_is_clean() -> None:
    found = run("lint")
    assert found.exit_code == 0, found.stdout
    assert found.stdout.strip().endswith("prose in machine fields: 0")
    assert answer("lint", "infliximab_iv") == {"protocols": ["infliximab_iv"], "findings": [], "prose_in_machine_fields": 0}


def test_a_finding_stands_on_stdout_and_exits_1(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = loader.path_of("infliximab_iv").read_text(encoding="utf-8")
    (tmp_path / "infliximab_iv.yaml").write_text(text.replace("total: 205", "total: 206", 1), encoding="utf-8")
    (tmp_path / "broken.yaml").write_text("schema: 3\nid: broken\n", encoding="utf-8")
    files = {path.stem: path for path in tmp_path.glob("*.yaml")}
    monkeypatch.setattr(loader, "_files", lambda: files)
    found = run("lint")
    assert found.exit_code == 1
    assert "infliximab_iv: chair_times[standard]: the parts make 205 minutes, 206 are stated [chair_time]" in found.stdout
    assert "broken: file: broken.yaml: version: field required [unreadable]" in found.stdout
    assert run("lint", "infliximab_iv").exit_code == 1
    assert [one["code"] for one in json.loads(run("lint", "infliximab_iv", "--json").stdout)["findings"]] == ["chair_time"]


def test_a_difference_is_told_by_meaning(other_version: str) -> None:
    found = run("diff", "infliximab_iv", other_version)
    assert found.exit_code == 0
    assert "  ~ regimens[ra].phases[induction].dose.amount: 3 mg/kg -> 4 mg/kg" in found.stdout
    told = answer("diff", "infliximab_iv", other_version)
    assert [(one["kind"], one["group"]) for one in told["differences"]] == [("changed", "dose")]
    assert "They say the same." in run("diff", "infliximab_iv", "infliximab_iv").stdout


def test_a_layer_is_applied_and_shown_first(layer: str) -> None:
    shown = run("show", "infliximab_iv", "--layer", layer).stdout
    assert "CHANGED BY NORTHLIGHT" in shown
    assert "THE LABEL SAYS OTHERWISE: ladders.label_even.least_minutes: 90 instead of 120" in shown
    changed = answer("diff", "infliximab_iv", "--layer", layer)
    assert {one["place"] for one in changed["differences"]} >= {"requirements[tb_yearly].fresh_days"}
    assert changed["from"]["sha256"] != changed["to"]["sha256"]
    assert run("lint", "--layer", layer).exit_code == 0
    assert answer("list", "--layer", layer)
    assert "site" in run("sources", "infliximab_iv", "--layer", layer).stdout


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("show", "no_such"), "ID: there is no protocol “no_such”"),
        (("lint", "no_such"), "ID: there is no protocol “no_such”"),
        (("show", "infliximab"), "ID: there is no protocol “infliximab”; did you mean infliximab_iv?"),
        (("sources", "NATALIZUMAB"), "ID: there is no protocol “NATALIZUMAB”; did you mean natalizumab"),
        (("show", ""), "ID: there is no protocol “”; `chairside protocols list` shows those that there are"),
        (("show", "../biologics/infliximab_iv"), "ID: there is no protocol"),
        (("diff", "infliximab_iv"), "B: name a second protocol"),
        (("diff", "infliximab_iv", "no_such"), "ID: there is no protocol “no_such”"),
        (("list", "--layer", "no_such.yaml"), "--layer: no_such.yaml: it cannot be read"),
    ],
)
def test_what_cannot_be_used_is_one_line_and_exits_2(words: tuple[str, ...], says: str) -> None:
    found = run(*words)
    assert found.exit_code == 2
    assert found.stderr.startswith(f"chairside: {says}")
    assert len(found.stderr.splitlines()) == 1


def test_a_source_that_a_site_s_own_value_leaves_alone_is_no_fault(tmp_path: Path) -> None:
    own = "{protocol: infliximab_iv, at: tolerances.order_percent, value: 5, by: A. Pharmacist, on: 2026-04-01, reason: x}"
    path = tmp_path / "site.yaml"
    path.write_text(f"site: Harbor\nversion: '1'\nchanges:\n- {own}\n", encoding="utf-8")
    assert run("lint", "infliximab_iv", "--layer", str(path)).exit_code == run("lint", "infliximab_iv").exit_code


def test_a_file_that_is_no_text_is_told_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "scan.yaml"
    path.write_bytes(b"\xff\xfe")
    assert run("diff", "infliximab_iv", str(path)).stderr == "chairside: scan.yaml: it is not text in UTF-8\n"
    layered = run("list", "--layer", str(path))
    assert (layered.exit_code, layered.stderr) == (2, "chairside: --layer: scan.yaml: it is not text in UTF-8\n")
    assert run("list", "--layer", str(tmp_path)).stderr.endswith("it cannot be read: is a directory\n")


def test_a_file_that_is_no_protocol_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "note.yaml"
    path.write_text("hello\n", encoding="utf-8")
    found = run("diff", "infliximab_iv", str(path))
    assert (found.exit_code, found.stderr) == (2, "chairside: note.yaml: a protocol file holds one mapping\n")
