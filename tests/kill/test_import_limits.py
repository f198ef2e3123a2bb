"""Whatever is brought is kept unharmed, put aside or not used, in a sentence; never a stack trace, never out of memory."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from chairside.embedded import Cluster
from tests.kill import hostile, sender
from tests.kill.center import Center, center
from tests.kill.hostile import Fate

pytestmark = pytest.mark.timeout(240)
_MB = 1000 * 1000


@pytest.fixture
def place(server: Cluster) -> Iterator[Center]:
    with center(server, "limits") as made:
        yield made


def meets(place: Center, folder: Path, size: int) -> None:
    fates = hostile.write(folder, size)
    found = place.imported(folder)
    told: dict[str, list[str]] = {}
    for problem in found["problems"]:
        told.setdefault(problem["file"], []).append(problem["entry"])
        assert all(issue["diagnostics"] for issue in problem["outcome"]["issue"])
    came = {name: Fate.KEPT if name not in told else Fate.ASIDE if told[name][0] else Fate.UNUSED for name in fates}
    assert {name: (came[name], fate) for name, fate in fates.items() if came[name] is not fate} == {}
    assert found["files"] == len(fates) + 3  # the names that are no text
    assert found["peak_mb"] < 400
    again = place.imported(folder)
    assert again["resources"]["imported"] == 0
    assert again["resources"]["quarantined"] == found["resources"]["quarantined"]
    place.verified()


def test_what_no_honest_sender_writes_is_kept_or_told(place: Center, tmp_path: Path) -> None:
    meets(place, tmp_path, 5_000)


@pytest.mark.prove
def test_what_no_honest_sender_writes_is_kept_or_told_at_any_length(place: Center, tmp_path: Path) -> None:
    meets(place, tmp_path, 100_000)


@pytest.mark.parametrize(
    ("size", "peak"), [(20 * _MB, 300), pytest.param(200 * _MB, 300, marks=[pytest.mark.prove, pytest.mark.timeout(1800)])]
)
@pytest.mark.parametrize("shape", ["lines", "bundle"])
def test_a_long_file_needs_no_more_memory_than_a_short_one(
    place: Center, tmp_path: Path, shape: str, size: int, peak: int
) -> None:
    file = tmp_path / ("all.ndjson" if shape == "lines" else "all.json")
    count = (sender.as_lines if shape == "lines" else sender.as_bundle)(sender.people(10**6, 400), file, size)
    said, complaint = place.import_(file).communicate(timeout=1700)
    assert complaint == ""
    found = json.loads(said)
    assert found["resources"] == {"imported": count, "unchanged": 0, "quarantined": 0}
    print(f"{shape}, {size // _MB} MB: {count:,} resources, {count / found['seconds']:.0f} a second, {found['peak_mb']} MB")
    assert found["peak_mb"] < peak


def test_what_is_not_there_or_no_file_is_told_in_a_line(place: Center, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.json")
    (tmp_path / "loop.json").symlink_to(tmp_path / "loop.json")
    (tmp_path / "empty").mkdir()
    asked = {
        "pipe.json": "is neither a file nor a folder; pipe what it gives into “chairside import -”",
        "loop.json": "is not there",
        "nowhere.json": "is not there",
        "empty": "holds no .json, .ndjson, .hl7 file (also .gz)",
    }
    for name, sentence in asked.items():
        child = place.import_(tmp_path / name)
        said, complaint = child.communicate(timeout=60)
        assert (child.returncode, said) == (2, ""), name
        assert complaint == f"chairside: PATH: {tmp_path / name} {sentence}\n"


def test_a_file_that_goes_or_changes_while_others_are_read_is_told(place: Center, tmp_path: Path) -> None:
    sender.as_folder(sender.people(30, 150), tmp_path)
    for name in ("z-changes.json", "z-goes.json"):
        (tmp_path / name).write_text(hostile.patient(name[:-5]))
    child = place.import_(tmp_path)
    changed = threading.Event()

    def change() -> None:
        while child.poll() is None and not place.rows("SELECT 1 FROM interop_receiveddocument"):
            pass
        (tmp_path / "z-changes.json").write_text(hostile.patient("z-changed"))
        (tmp_path / "z-goes.json").unlink()
        changed.set()

    threading.Thread(target=change, daemon=True).start()
    said, complaint = child.communicate(timeout=120)
    assert (child.returncode, complaint, changed.is_set()) == (0, "", True)
    told = {item["file"]: item["outcome"]["issue"][0]["diagnostics"] for item in json.loads(said)["problems"]}
    assert told == {
        "z-changes.json": "It was changed while it was read; import it again.",
        "z-goes.json": "It cannot be read: No such file or directory.",
    }
