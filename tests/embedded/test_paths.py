"""Where the data go when the machine says little about itself."""

import os
import pwd
from pathlib import Path

import pytest

from chairside.embedded import paths
from chairside.embedded.problems import ClusterProblem


@pytest.fixture
def ordinary(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An ordinary user whose environment says nothing."""
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    for name in ("CHAIRSIDE_DATA_DIR", "XDG_DATA_HOME", "HOME"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


def test_the_named_folder_wins(ordinary: pytest.MonkeyPatch):
    ordinary.setenv("CHAIRSIDE_DATA_DIR", "/srv/chairside")
    assert paths.default_data_dir() == Path("/srv/chairside")


def test_root_uses_a_folder_that_the_lent_account_can_reach(ordinary: pytest.MonkeyPatch):
    ordinary.setattr(os, "geteuid", lambda: 0)
    assert paths.default_data_dir().parent == Path("/var/lib/chairside")


def test_a_user_keeps_it_with_their_own_data(ordinary: pytest.MonkeyPatch, tmp_path: Path):
    ordinary.setenv("HOME", str(tmp_path))
    assert paths.default_data_dir().parent == tmp_path / ".local/share/chairside"
    ordinary.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert paths.default_data_dir().parent == tmp_path / "data/chairside"


@pytest.mark.parametrize("home", [None, ""])
def test_without_a_home_the_account_s_own_entry_is_used(ordinary: pytest.MonkeyPatch, home: str | None, tmp_path: Path):
    if home is not None:
        ordinary.setenv("HOME", home)
    entry = pwd.struct_passwd(("x", "x", 1000, 1000, "", str(tmp_path), ""))
    ordinary.setattr(pwd, "getpwuid", lambda _: entry)
    assert paths.default_data_dir().parent == tmp_path / ".local/share/chairside"


def test_where_nothing_can_be_written_it_says_which_variable_to_set(ordinary: pytest.MonkeyPatch):
    ordinary.setattr(paths, "_can_write", lambda _: False)
    with pytest.raises(ClusterProblem, match="CHAIRSIDE_DATA_DIR"):
        paths.default_data_dir()


def test_two_checkouts_never_share_a_folder(ordinary: pytest.MonkeyPatch, tmp_path: Path):
    ordinary.setenv("HOME", str(tmp_path))
    first = paths.default_data_dir()
    ordinary.setattr(paths, "_checkout", lambda: tmp_path / "another")
    assert paths.default_data_dir() != first
