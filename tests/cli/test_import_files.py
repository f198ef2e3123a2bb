"""Which files an import reads, and what it says of those that it cannot."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from chairside.cli.import_files import FileProblem, Source, batches, document, find
from chairside.cli.problems import UsageProblem

PATIENT = b'{"resourceType":"Patient","id":"a"}'


def test_a_folder_is_searched_through_and_other_files_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    for name in ("b.json", "a.ndjson", "inner/c.json.gz", "manifest.yaml", "README.md"):
        (tmp_path / name).write_bytes(b"{}")
    assert [source.name for source in find([tmp_path])] == ["a.ndjson", "b.json", "inner/c.json.gz"]
    assert len(find([tmp_path, tmp_path / "b.json"])) == 3


def test_a_path_with_nothing_to_read_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match="is not there"):
        find([tmp_path / "nothing"])
    with pytest.raises(UsageProblem, match="holds no"):
        find([tmp_path])


def test_packed_and_unpacked_say_the_same(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(PATIENT)
    (tmp_path / "a.json.gz").write_bytes(gzip.compress(PATIENT))
    assert document(Source(tmp_path / "a.json", "a")) == document(Source(tmp_path / "a.json.gz", "b"))


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        (b"{", "a.json", "not JSON"),
        (b"[]", "a.json", "not a JSON object"),
        (b"\xff\xfe", "a.json", "not UTF-8"),
        (gzip.compress(PATIENT * 50)[:-9], "a.json.gz", "cut off"),
        (b"no gzip", "a.json.gz", "damaged"),
        (b'{"a":1,"a":2}', "a.json", "written twice"),
    ],
)
def test_an_unreadable_file_is_said_to_be_so(tmp_path: Path, content: bytes, name: str, says: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(FileProblem, match=says):
        document(Source(tmp_path / name, name))


def test_a_bad_line_leaves_the_others_and_keeps_their_numbers(tmp_path: Path) -> None:
    (tmp_path / "a.ndjson").write_bytes(b"\n".join([PATIENT, b"{bad", b"", *[PATIENT] * 300]))
    found = list(batches(Source(tmp_path / "a.ndjson", "a.ndjson")))
    assert [len(batch.resources) for batch in found] == [200, 101]
    assert [problem[0] for batch in found for problem in batch.problems] == [1]
