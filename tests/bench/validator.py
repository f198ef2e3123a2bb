"""The validator: resources a second beside other libraries in the same run, and who finds which planted defects.

python -m tests.bench.validator [FOLDER…] [--peers PYTHON] [--rounds 3]

FOLDER    a folder or file of FHIR JSON, NDJSON or bundles (also .gz), each one row; without one, the referrals of the tests
PYTHON    an interpreter that has fhirkit-rs and fhir.resources; they are asked over the same texts in a process of their own
"""

from __future__ import annotations

import argparse
import gzip
import json
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from chairside.exchange.fhir.text import canonical, parse
from chairside.exchange.fhir.validate import validate
from tests.bench import figures
from tests.exchange.fhir.validate.planted import PLANTED
from tests.exchange.fhir.validate.valid import VALID

_REFERRALS = Path(__file__).parents[1] / "data" / "infusion-referrals"
_PEERS = Path(__file__).with_name("validator_peers.py")
_OURS: dict[str, Callable[[Any], Any]] = {
    "own": validate,
    "own, US Core as claimed": lambda resource: validate(resource, profiles="us-core"),
    "own, all invariants": lambda resource: validate(resource, invariants=True),
}


def main() -> None:
    parser = argparse.ArgumentParser(description="How fast and how true the validator is.")
    parser.add_argument("folders", nargs="*", type=Path, default=[_REFERRALS], metavar="FOLDER")
    parser.add_argument("--peers", help="an interpreter that has fhirkit-rs and fhir.resources")
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    print(figures.machine().replace("; milliseconds", "; resources a second of one process's time"))
    with tempfile.TemporaryDirectory() as folder:
        for source in asked.folders:
            texts = [canonical(resource) for resource in resources(source)]
            file = written(Path(folder), texts)
            print(f"\n{source.name}: {len(texts)} resources, {sum(map(len, texts)) / 1e6:.1f} MB")
            for name, rate in rates(texts, asked.rounds):
                print(f"  {name:<28}{rate:>10,.0f}")
            for name, found in peers(asked.peers, "rate", file, asked.rounds).items():
                print(f"  {name:<28}{found:>10,.0f}")
        truth(Path(folder), asked.peers)


def resources(source: Path) -> Iterator[Any]:
    """Every resource in the files, the entries of bundles one by one."""
    for file in sorted(source.rglob("*")) if source.is_dir() else [source]:
        content = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes() if file.is_file() else b""
        name = file.name.removesuffix(".gz")
        if name.endswith(".ndjson"):
            documents = [parse(line) for line in content.splitlines() if line.strip()]
        else:
            documents = [parse(content)] if name.endswith(".json") else []
        for document in documents:
            for item in document.get("entry", ()) if document.get("resourceType") == "Bundle" else [{"resource": document}]:
                if "resourceType" in item.get("resource", {}):
                    yield item["resource"]


def written(folder: Path, texts: Sequence[str]) -> Path:
    """The texts as NDJSON, for a process of its own."""
    file = folder / "resources.ndjson"
    file.write_text("".join(f"{text}\n" for text in texts))
    return file


def rates(texts: Sequence[str], rounds: int) -> Iterator[tuple[str, float]]:
    """Reading alone; each way of judging alone; and both together, which is what the others are measured by."""
    yield "reading alone", len(texts) / best(rounds, lambda: [parse(text) for text in texts])
    values = [parse(text) for text in texts]
    for name, judge in _OURS.items():
        yield name, len(texts) / best(rounds, lambda: [judge(value) for value in values])  # noqa: B023
        yield f"  reading and {name}", len(texts) / best(rounds, lambda: [judge(parse(text)) for text in texts])  # noqa: B023


def best(rounds: int, work: Callable[[], object]) -> float:
    work()
    return min(figures.timed(rounds, work, time.process_time))


def peers(python: str | None, what: str, file: Path, rounds: int = 1) -> dict[str, Any]:
    """What the others say: figures by name; nothing when there is no such interpreter."""
    if python is None:
        return {}
    done = subprocess.run([python, str(_PEERS), what, str(file), str(rounds)], capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def truth(folder: Path, python: str | None) -> None:
    """Catches of the planted defects by group, and alarms on valid resources."""
    answers: dict[str, list[bool]] = {}
    everything = [*(planted.resource for planted in PLANTED), *VALID.values()]
    for name, judge in _OURS.items():
        answers[name] = [bool(judge(resource)) for resource in everything]
    answers |= peers(python, "truth", written(folder, [canonical(resource) for resource in everything]))
    groups = Counter(planted.group for planted in PLANTED)
    heads = [f"{group} {number}" for group, number in groups.items()]
    print(f"\ncaught of {len(PLANTED)} planted, and alarms on {len(VALID)} valid")
    print(" ".join([f"{'':<28}", "all", *heads, "alarms"]))
    for name, faulted in answers.items():
        caught = Counter(planted.group for planted, found in zip(PLANTED, faulted, strict=False) if found)
        cells = [f"{caught[group]:>{len(head)}}" for group, head in zip(groups, heads, strict=True)]
        print(" ".join([f"{name:<28}", f"{sum(caught.values()):>3}", *cells, f"{sum(faulted[len(PLANTED) :]):>6}"]))


if __name__ == "__main__":
    main()
