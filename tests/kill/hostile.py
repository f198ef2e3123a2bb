"""Files that no honest sender writes, and what each must come to: kept unharmed, put aside, or not used, with a sentence."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any

_GOOD = {"resourceType": "Patient", "name": [{"family": "Hostile"}], "birthDate": "1980-01-01"}
_STRINGS = {
    "right-to-left": ("\u202eevil\u200f", True),
    "format": ("%s%n{0}{}${x}", True),
    "sql": ("'; DROP TABLE people_patient; --", True),
    "markup": ("<script>alert(1)</script>", True),
    "prototype": ("__proto__", True),
    "emoji": ("\U0001f600" * 50, True),
    "long": ("x" * 1_000_000, True),
    "nul": ("a\\u0000b", False),
    "half": ("a\\ud800b", False),
    "escape": ("\\u001b[31m", False),
}
_NUMBERS = {
    "1e400": True, "-0": True, "1" + "0" * 400: True, "0." + "1" * 400: True, "1e-400": True, "1e999999999": True,
    "1E+20": True, "NaN": False, "-Infinity": False, "01": False, "+1": False, "1.": False,
}  # fmt: skip


class Fate(Enum):
    """What becomes of a file: everything of it is kept, something is put aside, nothing can be used."""

    KEPT = "kept"
    ASIDE = "aside"
    UNUSED = "unused"


def write(folder: Path, size: int) -> dict[str, Fate]:
    """Write them all; what each must come to, by its name in reports.

    size    how long the long lists are
    """
    fates = {}
    for name, data, fate in [*_packed(), *_encoded(), *_deep(), *_strings(), *_numbers(), *_long(size), *_odd()]:
        (folder / name).write_bytes(data if isinstance(data, bytes) else data.encode())
        fates[name] = fate
    _special(folder)
    return fates


def patient(own: str, **more: Any) -> str:
    return json.dumps({**_GOOD, "id": own, **more})


def _packed() -> Iterator[tuple[str, bytes, Fate]]:
    lines = gzip.compress("\n".join(patient(f"packed-{number}") for number in range(3000)).encode())
    broken = bytearray(lines)
    broken[len(broken) // 2] ^= 0x55
    one = gzip.compress(patient("one").encode())
    yield "cut-off.ndjson.gz", lines[: len(lines) // 2], Fate.UNUSED
    yield "damaged.ndjson.gz", bytes(broken), Fate.UNUSED
    yield "wrong-sum.json.gz", one[:-8] + bytes(8), Fate.UNUSED
    yield "more-behind.json.gz", one + b"behind", Fate.UNUSED
    yield "not-packed.json.gz", patient("plain").encode(), Fate.UNUSED
    yield "nothing.json.gz", b"", Fate.UNUSED
    yield "nothing-packed.json.gz", gzip.compress(b""), Fate.UNUSED


def _encoded() -> Iterator[tuple[str, bytes, Fate]]:
    yield "empty.json", b"", Fate.UNUSED
    yield "empty.ndjson", b"", Fate.KEPT
    yield "space.json", b" \n\n ", Fate.UNUSED
    yield "mark.json", b"\xef\xbb\xbf" + patient("mark").encode(), Fate.KEPT
    yield "mark.ndjson", b"\xef\xbb\xbf" + patient("mark-2").encode() + b"\r\n\r\n", Fate.KEPT
    yield "utf-16.json", patient("wide").encode("utf-16"), Fate.UNUSED
    yield "utf-16.ndjson", patient("wide-2").encode("utf-16"), Fate.ASIDE
    yield "latin-1.json", '{"resourceType":"Patient","name":[{"family":"Müller"}]}'.encode("latin-1"), Fate.UNUSED


def _deep() -> Iterator[tuple[str, str, Fate]]:
    for depth in (900, 100_000):
        inner = '{"a":' * depth + "1" + "}" * depth
        resource = f'{{"resourceType":"Patient","id":"deep","x":{inner}}}'
        after = f'{{"resource":{patient(f"after-{depth}")}}}'
        yield f"deep-{depth}.json", resource, Fate.ASIDE
        yield f"deep-list-{depth}.json", f'{{"resourceType":"Patient","x":{"[" * depth}{"]" * depth}}}', Fate.ASIDE
        yield f"deep-{depth}.ndjson", f"{resource}\n{patient(f'line-{depth}')}", Fate.ASIDE
        yield f"deep-in-bundle-{depth}.json", _bundle(f'{{"resource":{resource}}},{after}'), Fate.ASIDE
        yield f"deep-contained-{depth}.json", '{"resourceType":"Patient","contained":[' * depth + "]}" * depth, Fate.ASIDE
        envelope = f'{{"resourceType":"Bundle","type":"batch","x":{inner},"entry":[{after}]}}'
        yield f"deep-envelope-{depth}.json", envelope, Fate.KEPT if depth == 900 else Fate.UNUSED


def _strings() -> Iterator[tuple[str, str, Fate]]:
    for name, (text, allowed) in _STRINGS.items():
        fate = Fate.KEPT if allowed else Fate.ASIDE
        about = f'"subject":{{"reference":"urn:uuid:{name}"}}'
        words = f'{{"text":"{text}"}}'
        parts = [
            f'"Patient","id":"{name}","name":[{{"family":"{text}","given":["{text}"]}}],"address":[{{"line":["{text}"]}}]',
            f'"Observation","id":"o-{name}","status":"final","code":{words},{about},"valueString":"{text}","note":[{words}]',
            f'"MedicationStatement","id":"m-{name}","status":"active",{about},"medicationCodeableConcept":{words}',
            f'"Condition","id":"c-{name}",{about},"code":{words},"bodySite":[{words}]',
        ]
        entries = ",".join(f'{{"fullUrl":"urn:uuid:{name}","resource":{{"resourceType":{part}}}}}' for part in parts[:1])
        entries += "".join(f',{{"resource":{{"resourceType":{part}}}}}' for part in parts[1:])
        yield f"text-{name}.json", _bundle(entries), fate
        url = f'{{"fullUrl":"http://{text}/Patient/1","resource":{patient(f"u-{name}")}}}'
        asked = (
            f'{{"fullUrl":"urn:x","resource":{patient(f"i-{name}")},"request":{{"ifNoneExist":"identifier={text}|{text}"}}}}'
        )
        yield f"keys-{name}.json", _bundle(f"{url},{asked}"), Fate.KEPT
        if name != "long":
            yield f"type-{name}.json", f'{{"resourceType":"{text}"}}', Fate.ASIDE
            yield f"member-{name}.json", f'{{"resourceType":"Patient","{text}":1}}', Fate.ASIDE
            yield f"id-{name}.json", f'{{"resourceType":"Basic","code":{{"text":"x"}},"id":"{text}"}}', Fate.ASIDE
            target = f'"subject":{{"reference":"Patient/{text}"}},"performer":[{{"reference":"http://{text}/Practitioner/1"}}]'
            yield (
                f"points-{name}.json",
                f'{{"resourceType":"Observation","status":"final","code":{{"text":"x"}},{target}}}',
                fate,
            )


def _numbers() -> Iterator[tuple[str, str, Fate]]:
    for at, (number, allowed) in enumerate(_NUMBERS.items()):
        of = f'{{"value":{number},"system":"http://unitsofmeasure.org","code":"kg"}}'
        result = (
            f'{{"resourceType":"Observation","id":"n-{at}","status":"final","code":{{"coding":[{{"system":"http://loinc.org",'
            f'"code":"29463-7"}}]}},"subject":{{"reference":"urn:uuid:n"}},"effectiveDateTime":"2026-11-01",'
            f'"valueQuantity":{of},"referenceRange":[{{"low":{of}}}]}}'
        )
        whole = _bundle(f'{{"fullUrl":"urn:uuid:n","resource":{patient(f"number-{at}")}}},{{"resource":{result}}}')
        yield f"number-{at}.json", whole, Fate.KEPT if allowed else Fate.ASIDE


def _long(size: int) -> Iterator[tuple[str, str, Fate]]:
    identifiers = [{"system": f"urn:s{number}", "value": str(number)} for number in range(size // 10)]
    codings = [{"system": "http://loinc.org", "code": f"{number}-1"} for number in range(size)]
    result = {"resourceType": "Observation", "status": "final", "subject": {"reference": "Patient/many"}, "valueInteger": 1}
    members = [{"entity": {"reference": f"Patient/g{number}"}} for number in range(size)]
    yield "identifiers.json", patient("many", identifier=identifiers), Fate.KEPT
    yield "codings.json", json.dumps({**result, "code": {"coding": codings}}), Fate.KEPT
    yield "members.json", json.dumps({"resourceType": "Group", "type": "person", "actual": True, "member": members}), Fate.KEPT
    yield "nulls.json", f'{{"resourceType":"Patient","name":[{",".join(["null"] * size)}]}}', Fate.ASIDE
    yield "line.ndjson", "x" * (64 * 1024 * 1024 + 1), Fate.UNUSED


def _odd() -> Iterator[tuple[str, str, Fate]]:
    for name, text in {"array": "[]", "null": "null", "number": "1", "string": '"x"', "two": "{}{}"}.items():
        yield f"{name}.json", text, Fate.UNUSED
    yield "twice.json", '{"resourceType":"Patient","id":"a","id":"b"}', Fate.ASIDE
    entries = '{"request":{"method":"DELETE","url":"Patient/1"}},{},null,5,{"resource":null},{"resource":[]},{"resource":"x"}'
    yield "odd-entries.json", _bundle(entries), Fate.ASIDE
    inner = f'{{"resource":{patient("inner")}}}'
    yield "within.json", _bundle(f'{{"resource":{_bundle(inner)}}}'), Fate.KEPT
    days = ("0000-01-01", "2026-02-30", "10000-01-01")
    yield "days.json", _bundle(",".join(f'{{"resource":{patient(day, birthDate=day)}}}' for day in days)), Fate.ASIDE
    for at, name in enumerate(("a b'\"; rm -rf ~.json", "%s%n.json", "-rf.json", f"{'x' * 240}.json", "..json.json")):
        yield name, patient(f"named-{at}"), Fate.KEPT


def _special(folder: Path) -> None:
    """What no import opens, and a name that is no text."""
    (folder / "folder.json").mkdir()
    (folder / "loop-1.json").symlink_to(folder / "loop-2.json")
    (folder / "loop-2.json").symlink_to(folder / "loop-1.json")
    (folder / "up").symlink_to(folder)
    (folder / "gone.json").symlink_to(folder / "nowhere.json")
    (folder / "endless.json").symlink_to("/dev/zero")
    os.mkfifo(folder / "pipe.json")
    for at, name in enumerate((b"bad\xff\xfename.json", b"new\nline.json", "\u202egpj.json".encode())):
        with open(os.path.join(os.fsencode(folder), name), "w") as out:
            out.write(patient(f"special-{at}"))


def _bundle(entries: str) -> str:
    return f'{{"resourceType":"Bundle","type":"batch","entry":[{entries}]}}'
