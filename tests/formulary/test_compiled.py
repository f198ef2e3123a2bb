"""What is kept of a protocol is the protocol that was read, and anything else is read anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from chairside.core.protocols import Protocol
from chairside.formulary import compiled, loader

TEXT = loader.path_of("edaravone_iv").read_text(encoding="utf-8")
HASH = loader.canonical_sha256(TEXT)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(compiled, "_folder", lambda: tmp_path / "kept")
    return tmp_path / "kept"


class Reader:
    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> Protocol:
        self.times += 1
        return loader.parse(TEXT)


@pytest.mark.parametrize("protocol_id", loader.known_ids())
def test_a_kept_protocol_is_the_one_that_was_read(folder: Path, protocol_id: str) -> None:
    text = loader.path_of(protocol_id).read_text(encoding="utf-8")
    read = loader.parse_kept(text)
    assert loader.parse_kept(text) == read
    assert len(list(folder.iterdir())) == 1


def test_it_is_read_once(folder: Path) -> None:
    reader = Reader()
    assert compiled.kept(HASH, reader) == compiled.kept(HASH, reader)
    assert reader.times == 1


@pytest.mark.parametrize("damage", [b"", b"nonsense", b"\x80\x05N.", b"\x80\x05]\x94."])
def test_a_damaged_file_is_read_anew_and_written_again(folder: Path, damage: bytes) -> None:
    reader = Reader()
    compiled.kept(HASH, reader)
    (path,) = folder.iterdir()
    path.write_bytes(damage)
    assert compiled.kept(HASH, reader).id == "edaravone_iv"
    assert compiled.kept(HASH, reader).id == "edaravone_iv"
    assert reader.times == 2


def test_a_file_of_another_text_is_not_taken(folder: Path) -> None:
    compiled.kept(HASH, Reader())
    (path,) = folder.iterdir()
    path.rename(path.with_name(path.name.replace(HASH[:32], "0" * 32)))
    with pytest.raises(RuntimeError, match="read anew"):
        compiled.kept("0" * 64, _read_anew)


def test_other_code_reads_anew(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compiled.kept(HASH, Reader())
    monkeypatch.setattr(compiled, "_readers_print", lambda: "other")
    with pytest.raises(RuntimeError, match="read anew"):
        compiled.kept(HASH, _read_anew)


def test_without_a_place_to_write_it_is_read_each_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setattr(compiled, "_folder", lambda: tmp_path / "file")
    reader = Reader()
    assert compiled.kept(HASH, reader) == compiled.kept(HASH, reader)
    assert reader.times == 2


def _read_anew() -> Protocol:
    raise RuntimeError("read anew")
