"""fhirkit-rs and fhir.resources over a file of NDJSON, in an interpreter that has them. Called by `tests.bench.validator`.

python validator_peers.py rate|truth FILE ROUNDS; prints one JSON object: a rate, or a list of "was it faulted", by name.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any


def _fhirkit() -> Callable[[str], bool]:
    library: Any = importlib.import_module("fhirkit")

    def faulted(text: str) -> bool:
        try:
            return any(issue.severity == "error" for issue in library.parse(text).issues)
        except ValueError:
            return True

    return faulted


def _fhir_resources() -> Callable[[str], bool]:
    library: Any = importlib.import_module("fhir.resources.R4B")

    def faulted(text: str) -> bool:
        try:
            library.get_fhir_model_class(json.loads(text)["resourceType"]).model_validate_json(text)
        except Exception:  # it also fails in other ways on what it does not expect
            return True
        return False

    return faulted


def main(what: str, file: Path, rounds: int) -> None:
    texts = [line for line in file.read_text().split("\n") if line]
    found: dict[str, Any] = {}
    for name, make in {"fhirkit-rs": _fhirkit, "fhir.resources R4B": _fhir_resources}.items():
        try:
            faulted = make()
        except ImportError:
            continue
        if what == "truth":
            found[name] = [faulted(text) for text in texts]
        else:
            found[name] = len(texts) / min(_seconds(faulted, texts) for _ in range(rounds + 1))
    print(json.dumps(found))


def _seconds(faulted: Callable[[str], bool], texts: list[str]) -> float:
    begun = time.process_time()
    for text in texts:
        faulted(text)
    return time.process_time() - begun


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
