"""The folder of an export: whole or not there, and no name leads out of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chairside.exchange.files import find
from chairside.exchange.files.folder import ExportFolder, FolderProblem, safe_name


def test_files_have_passing_names_until_all_are_there(tmp_path: Path) -> None:
    with ExportFolder(tmp_path / "out") as out:
        with out.file("a.ndjson") as file:
            file.put(b"{}\n")
        assert [item.name for item in (tmp_path / "out").iterdir()] == ["a.ndjson.part"]
        out.finish({"transactionTime": "now", "extension": {"digests": out.digests}})
    assert sorted(item.name for item in (tmp_path / "out").iterdir()) == ["a.ndjson", "export.json"]


def test_an_import_passes_over_the_lists_of_an_export_and_not_over_a_file_that_is_only_called_so(tmp_path: Path) -> None:
    with ExportFolder(tmp_path / "out") as out:
        for name in ("a.ndjson", "originals/b.json", "originals.json"):
            with out.file(name) as file:
                file.put(b"{}\n")
        out.finish({"transactionTime": "now", "extension": {"digests": out.digests}})
    assert [source.name for source in find([tmp_path / "out"])] == ["a.ndjson"]
    (tmp_path / "mine" / "originals").mkdir(parents=True)
    for name in ("export.json", "originals.json", "originals/c.json"):
        (tmp_path / "mine" / name).write_text('{"resourceType":"Patient"}')
    assert len(find([tmp_path / "mine"])) == 3


def test_a_manifest_that_names_files_elsewhere_takes_nothing_away_there(tmp_path: Path) -> None:
    (tmp_path / "precious.txt").write_text("kept")
    (tmp_path / "out").mkdir()
    manifest = {"transactionTime": "t", "extension": {"digests": {"../precious.txt": "", "a.ndjson": "", "/etc/hostname": ""}}}
    (tmp_path / "out" / "export.json").write_text(json.dumps(manifest))
    (tmp_path / "out" / "a.ndjson").write_text("{}")
    with ExportFolder(tmp_path / "out", replace=True) as out:
        out.finish({"transactionTime": "t"})
    assert [item.name for item in (tmp_path / "out").iterdir()] == ["export.json"]
    assert (tmp_path / "precious.txt").read_text() == "kept"


def test_what_a_broken_off_export_left_behind_is_replaced_when_asked(tmp_path: Path) -> None:
    (tmp_path / "a.ndjson.part").write_text("{")
    with pytest.raises(FolderProblem, match="--replace"):
        ExportFolder(tmp_path)
    with ExportFolder(tmp_path, replace=True) as out:
        out.finish({"transactionTime": "t"})
    assert [item.name for item in tmp_path.iterdir()] == ["export.json"]


def test_an_export_of_nothing_can_be_replaced_too(tmp_path: Path) -> None:
    for replace in (False, True):
        with ExportFolder(tmp_path, replace=replace) as out:
            out.finish({"transactionTime": "t", "extension": {"digests": {}}})


def test_of_two_exports_into_one_folder_the_second_stops_and_the_first_is_whole(tmp_path: Path) -> None:
    one, two = ExportFolder(tmp_path), ExportFolder(tmp_path)
    with one:
        with one.file("a.ndjson") as file:
            file.put(b"one")
        with pytest.raises(FolderProblem, match="File exists"), two, two.file("a.ndjson") as file:
            file.put(b"two")
        one.finish({"transactionTime": "t"})
    assert (tmp_path / "a.ndjson").read_bytes() == b"one"


def test_a_place_that_cannot_be_written_to_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FolderProblem, match="it cannot be written"):
        ExportFolder(tmp_path / "file" / "out")


@given(st.text(max_size=300))
def test_no_name_leads_out_of_the_folder_or_is_too_long_or_passing(wanted: str) -> None:
    name = safe_name(wanted)
    assert name
    assert "/" not in name
    assert "\\" not in name
    assert "\x00" not in name
    assert not name.startswith(".")
    assert not name.endswith((".part", ".", " "))
    assert len(name.encode()) <= 205


@given(st.lists(st.sampled_from(["a.json", "A.json", "ä.json", "a\u0308.json", "a-2.json", "con.json"]), max_size=12))
def test_no_two_files_get_one_name_even_where_letters_have_no_size(wanted: list[str]) -> None:
    taken = ExportFolder.__new__(ExportFolder)
    taken._names = set()
    names = [taken.free_name(name) for name in wanted]
    assert len({name.casefold() for name in names}) == len(wanted)
