"""Which files an import reads, and what it says of those whose bytes cannot be had."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from chairside.exchange.files import FileProblem, find, opened
from chairside.exchange.files.reading import Source, ending_of

PATIENT = b'{"resourceType":"Patient","id":"a"}'


def read(path: Path) -> bytes:
    with opened(Source(path, path.name, path.name)) as stream:
        return stream.read()


def test_a_folder_is_searched_through_and_other_files_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    for name in ("b.json", "a.ndjson", "inner/c.json.gz", "d.hl7", "manifest.yaml", "README.md"):
        (tmp_path / name).write_bytes(b"{}")
    assert [source.name for source in find([tmp_path])] == ["a.ndjson", "b.json", "d.hl7", "inner/c.json.gz"]
    assert len(find([tmp_path, tmp_path / "b.json"])) == 4


def test_a_path_with_nothing_to_read_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(FileProblem, match="is not there"):
        find([tmp_path / "nothing"])
    with pytest.raises(FileProblem, match="holds no"):
        find([tmp_path])


def test_lines_of_nobody_knows_whom_are_refused_until_the_sender_is_named(tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("Patient.ndjson", "Observation.ndjson")]
    for file in files:
        file.write_bytes(PATIENT)
    with pytest.raises(FileProblem, match="say who sent them"):
        find(files)
    assert {source.scope for source in find(files, "mercy")} == {"mercy"}
    assert {source.scope for source in find([tmp_path])} == {tmp_path.name}


def test_packed_and_unpacked_say_the_same(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(PATIENT)
    (tmp_path / "a.json.gz").write_bytes(gzip.compress(PATIENT))
    assert read(tmp_path / "a.json") == read(tmp_path / "a.json.gz") == PATIENT


@pytest.mark.parametrize("content", [gzip.compress(PATIENT * 50, mtime=0)[:-9], b"no gzip"], ids=["cut off", "no gzip"])
def test_damaged_gzip_is_said_to_be_so(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.json.gz").write_bytes(content)
    with pytest.raises(FileProblem, match="damaged or cut off"):
        read(tmp_path / "a.json.gz")


@pytest.mark.parametrize(
    ("name", "content", "ending"),
    [
        ("", PATIENT, ".json"),
        ("", PATIENT + b"\n" + PATIENT, ".ndjson"),
        ("", b"MSH|^~\\&|A", ".hl7"),
        ("Upload.NDJSON", gzip.compress(PATIENT, mtime=0), ".ndjson.gz"),
    ],
)
def test_what_a_file_is_shows_in_its_name_or_in_how_it_begins(tmp_path: Path, name: str, content: bytes, ending: str) -> None:
    (tmp_path / "file").write_bytes(content)
    assert ending_of(name, tmp_path / "file") == ending
