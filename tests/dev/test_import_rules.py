"""Each import contract holds because a planted violation of it is caught: it, and no other.

The violations are planted in a copy of the source; `lint-imports` judges the copy by the project's own contracts.
"""

from __future__ import annotations

import configparser
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
_SOURCE = ROOT / "src" / "chairside"
_CONTRACTS = ROOT / ".importlinter"

# By contract: the files that break it and what each says. A file that is there already gets the line at its end.
PLANTED: dict[str, dict[str, dict[str, str]]] = {
    "1": {
        "a component reaches up to an app": {"web/planted.py": "from chairside.apps.people.models import Patient"},
        "the core reads a wire format": {"core/journey.py": "from chairside.exchange.fhir import read"},
        "a wire format knows a page": {"exchange/fhir/planted.py": "from chairside.web import paging"},
        "an import inside a function": {"formulary/planted.py": "def late():\n    from chairside.apps.visit import services"},
        "a package that no rule names": {"utils/__init__.py": '"""Misc."""'},
    },
    "2": {"an app starts the private database": {"apps/reports/planted.py": "from chairside.embedded import Cluster"}},
    "3": {
        "the alphabet asks the visit": {"core/kernel/planted.py": "from chairside.core.visit.decide import decide"},
        "two of one rank": {"core/stock/planted.py": "from chairside.core.scheduling import check"},
        "a stage that no rule names": {"core/helpers.py": "X = 1"},
    },
    "4": {
        "the bottom asks the people": {"apps/organizations/planted.py": "from chairside.apps.people.models import User"},
        "two of one rank": {"apps/coverage/planted.py": "from chairside.apps.plans import selectors"},
        "an app that no rule names": {"apps/common/__init__.py": '"""Misc."""'},
    },
    "5": {
        "a selector asks a view": {"apps/reports/selectors.py": "from chairside.apps.reports import views"},
        "a model asks a service": {"apps/stock/models.py": "from chairside.apps.stock import services"},
    },
    "6": {
        "a page runs a solver": {
            "engines/__init__.py": '"""Solvers."""',
            "engines/planted.py": "X = 1",
            "apps/visit/planted.py": "from chairside.engines import planted",
        },
    },
    "7": {
        "one wire format reads another": {
            "exchange/planted/__init__.py": '"""A format."""',
            "exchange/planted/reader.py": "from chairside.exchange.fhir import read",
        },
    },
}  # fmt: skip


def contracts() -> dict[str, str]:
    """Number and name of every contract."""
    table = configparser.ConfigParser()
    table.read(_CONTRACTS)
    return {name.rpartition(":")[2]: table[name]["name"] for name in table.sections() if ":contract:" in name}


def plant(folder: Path, files: dict[str, str]) -> None:
    """A copy of the product under `folder` with these lines added."""
    shutil.copytree(_SOURCE, folder / "chairside", ignore=shutil.ignore_patterns("__pycache__", "static", "locale"))
    for name, text in files.items():
        file = folder / "chairside" / name
        file.parent.mkdir(exist_ok=True)
        (file.parent / "__init__.py").touch()
        with file.open("a") as stream:
            stream.write(f"\n{text}\n")


def broken(folder: Path) -> set[str]:
    """The numbers of the contracts that do not hold for the copy. Judged in its folder, which is searched first."""
    said = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--no-logo", "--config", _CONTRACTS],
        cwd=folder, env={**os.environ, "COLUMNS": "300"}, text=True, capture_output=True, timeout=50, check=False,
    )  # fmt: skip
    verdicts = dict(re.findall(r"^(\d)\. .* (KEPT|BROKEN)", said.stdout, re.MULTILINE))
    assert set(verdicts) == set(contracts()), said.stdout + said.stderr
    assert (said.returncode != 0) == ("BROKEN" in verdicts.values())
    return {number for number, verdict in verdicts.items() if verdict == "BROKEN"}


def test_every_contract_has_a_violation_to_be_planted():
    assert set(PLANTED) == set(contracts())


@pytest.mark.prove
def test_the_copy_as_it_is_keeps_every_contract(tmp_path: Path):
    plant(tmp_path, {})
    assert broken(tmp_path) == set()


@pytest.mark.prove
@pytest.mark.parametrize(
    ("contract", "what"), [(contract, what) for contract, cases in PLANTED.items() for what in cases], ids=lambda word: word
)
def test_a_planted_violation_breaks_its_contract_and_no_other(tmp_path: Path, contract: str, what: str):
    plant(tmp_path, PLANTED[contract][what])
    assert broken(tmp_path) == {contract}


@pytest.mark.prove
def test_scheduling_may_run_solvers(tmp_path: Path):
    solver = {"engines/__init__.py": '"""Solvers."""', "engines/planted.py": "X = 1"}
    plant(tmp_path, {**solver, "apps/scheduling/planted.py": "from chairside.engines import planted"})
    assert broken(tmp_path) == set()
