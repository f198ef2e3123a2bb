"""Loads the administration code table for charges (`code_tables/administration.yaml`)."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import ConfigDict, TypeAdapter

from chairside.core.charges.table import CodeTable
from chairside.formulary.reading import read_file

_FILE = Path(__file__).parent / "code_tables" / "administration.yaml"


@lru_cache(maxsize=1)
def administration_codes() -> CodeTable:
    """The code table. Raises FormularyError or ValidationError naming the line or field that is wrong."""
    raw: dict[str, Any] = read_file(_FILE)
    adapter = TypeAdapter(list[CodeTable], config=ConfigDict(extra="forbid"))
    return adapter.validate_python([raw])[0]
