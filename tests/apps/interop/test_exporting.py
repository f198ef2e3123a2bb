"""What came in goes out, the same: to another center and back, digit for digit, byte for byte."""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from pathlib import Path
from typing import Any

import pytest

from chairside.apps.audit.models import AuditEntry
from chairside.apps.interop.models import DocumentPiece, Resource
from chairside.apps.interop.outgoing import people_named
from chairside.apps.interop.services.exporting import Wish, records_export
from chairside.apps.interop.services.originals import OriginalDamaged, resource_original
from chairside.apps.people.merging import patient_merge, patient_unmerge
from chairside.apps.people.models import Patient
from chairside.core.access import Actor, Role
from chairside.exchange.files.folder import FolderProblem
from tests.apps.intake.cast import NOW, REFERRALS
from tests.apps.interop.exports import Elsewhere, content, fixpoint, originals_of

pytestmark = pytest.mark.django_db

DATA = Path(__file__).parents[2] / "data"
DECIMALS = ("1.0", "1.00", "1E2", "1e-22", "-0", "72.50", "100000000000000000000.123", "0.10", "1234567890123456789012", "1E+2")


def write(path: Path, *resources: dict[str, Any]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(item) + "\n" for item in resources), encoding="utf-8")
    return path


def person(key: str, *numbers: str, **more: Any) -> dict[str, Any]:
    name = [{"family": more.pop("family", "Moreno"), "given": ["Anna"]}]
    known = {"identifier": [{"system": "urn:oid:1.2.3", "value": number} for number in numbers]} if numbers else {}
    return {"resourceType": "Patient", "id": key, "name": name, "birthDate": "1961-03-04", **known, **more}


def weight(key: str, of: str, **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Observation", "id": key, "status": "final", "subject": {"reference": of},
        "code": {"coding": [{"system": "http://loinc.org", "code": "29463-7"}]}, **more,
    }  # fmt: skip


def lines(folder: Path, kind: str) -> dict[str, Any]:
    text = (folder / f"{kind}.ndjson").read_text(encoding="utf-8")
    return {item["id"]: item for item in map(json.loads, text.splitlines())}


@pytest.mark.timeout(300)
def test_forty_referrals_go_to_another_center_and_come_out_the_same(tmp_path: Path) -> None:
    source = Elsewhere()
    assert source.take(REFERRALS).imported == 1168
    fixpoint(source, tmp_path)
    assert sum(len(data.splitlines()) for data in content(tmp_path / "lines").values()) == 1050
    assert len(content(tmp_path / "bundles")) == 41  # one a patient, and one of what is about nobody


def test_prior_authorizations_go_to_another_center_and_come_out_the_same(tmp_path: Path) -> None:
    source = Elsewhere()
    source.take(DATA / "davinci-infusion")
    fixpoint(source, tmp_path)
    assert set(lines(tmp_path / "lines", "ClaimResponse")) != set()


def test_every_document_comes_out_byte_for_byte(tmp_path: Path) -> None:
    source, packed = Elsewhere(), tmp_path / "in" / "packed.ndjson.gz"
    packed.parent.mkdir()
    packed.write_bytes(gzip.compress(b'\xef\xbb\xbf {"resourceType" : "Patient", "id":"p" }\r\n\r\n'))
    source.take(DATA / "davinci-infusion", packed)
    source.give(tmp_path / "out", originals=True)
    sent = [item.read_bytes() for item in (DATA / "davinci-infusion").glob("*.json")]
    assert originals_of(tmp_path / "out") == sorted([*sent, gzip.decompress(packed.read_bytes())])
    index = json.loads((tmp_path / "out" / "originals.json").read_bytes())["originals"]
    assert len(index) == 10
    for item in index:
        data = (tmp_path / "out" / item["file"]).read_bytes()
        assert (hashlib.sha256(data).hexdigest(), len(data)) == (item["digest"], item["size"])
        assert set(item) == {"file", "name", "kind", "digest", "size", "received_at"}


def test_decimals_leave_as_they_were_written(tmp_path: Path) -> None:
    source = Elsewhere()
    form = '{"resourceType":"Observation","id":"d%d","status":"final","code":{"text":"x"},"valueQuantity":{"value":%s}}\n'
    (tmp_path / "in.ndjson").write_text("".join(form % pair for pair in enumerate(DECIMALS)))
    assert source.take(tmp_path / "in.ndjson").imported == len(DECIMALS)
    fixpoint(source, tmp_path)
    text = (tmp_path / "lines" / "Observation.ndjson").read_text()
    assert [f'"value":{number}}}' in line for number, line in zip(DECIMALS, text.splitlines(), strict=True)] == [True] * 10


def test_an_export_is_lines_in_order_of_their_ids_and_a_list_that_says_so(tmp_path: Path) -> None:
    source = Elsewhere()
    write(tmp_path / "in" / "a.ndjson", person("b"), person("B"), person("a"), weight("z", "Patient/a"))
    source.take(tmp_path / "in")
    done = source.give(tmp_path / "out")
    assert [json.loads(line)["id"] for line in (tmp_path / "out" / "Patient.ndjson").open()] == ["B", "a", "b"]
    listed = json.loads((tmp_path / "out" / "export.json").read_bytes())
    assert listed["output"] == [
        {"type": "Observation", "url": "Observation.ndjson", "count": 1},
        {"type": "Patient", "url": "Patient.ndjson", "count": 3},
    ]
    assert (listed["requiresAccessToken"], listed["error"]) == (False, [])
    for name, data in content(tmp_path / "out").items():
        assert listed["extension"]["digests"][name] == hashlib.sha256(data).hexdigest()
    assert (done.resources, [count for _, _, count in done.files]) == (4, [1, 3])


def test_packed_files_hold_the_same_and_are_the_same_each_time(tmp_path: Path) -> None:
    source = Elsewhere()
    source.take(write(tmp_path / "in.ndjson", person("a"), weight("z", "Patient/a")))
    source.give(tmp_path / "plain")
    for name in ("one", "two"):
        source.give(tmp_path / name, packed=True)
    assert content(tmp_path / "one") == content(tmp_path / "two")
    unpacked = {name.removesuffix(".gz"): gzip.decompress(data) for name, data in content(tmp_path / "one").items()}
    assert unpacked == content(tmp_path / "plain")
    assert Elsewhere().take(tmp_path / "one").imported == 2


def test_only_the_newest_version_leaves_and_an_older_export_that_comes_home_changes_nothing(tmp_path: Path) -> None:
    source = Elsewhere()
    source.take(write(tmp_path / "in" / "a.ndjson", weight("z", "Patient/a", valueString="first")))
    source.give(tmp_path / "old")
    source.take(write(tmp_path / "in" / "a.ndjson", weight("z", "Patient/a", valueString="second")))
    source.give(tmp_path / "new")
    assert lines(tmp_path / "new", "Observation")["z"]["valueString"] == "second"
    assert (source.take(tmp_path / "old").imported, source.take(tmp_path / "new").imported) == (0, 0)


def test_one_patient_leaves_with_what_their_resources_lead_to_and_nothing_of_others(tmp_path: Path) -> None:
    source = Elsewhere()
    doctor = {"resourceType": "Practitioner", "id": "doc", "name": [{"family": "Grey"}]}
    other = {"resourceType": "Practitioner", "id": "other", "name": [{"family": "White"}]}
    role = {
        "resourceType": "PractitionerRole", "id": "role", "practitioner": {"reference": "Practitioner/doc"},
        "organization": {"reference": "Organization/org"},
    }  # fmt: skip
    clinic = {"resourceType": "Organization", "id": "org", "name": "Clinic"}
    group = {"resourceType": "Group", "id": "g", "type": "person", "actual": True}
    group["member"] = [{"entity": {"reference": "Patient/b"}}]
    mine = weight("mine", "Patient/a", performer=[{"reference": "PractitionerRole/role"}])
    mine |= {"focus": [{"reference": "Observation/theirs"}, {"reference": "Group/g"}]}
    theirs = weight("theirs", "Patient/b", performer=[{"reference": "Practitioner/other"}])
    source.take(
        write(tmp_path / "in.ndjson", person("a", "1"), person("b", "2"), doctor, other, role, clinic, group, mine, theirs)
    )
    with source.scope():
        people = people_named(str(source.organization.id), "Patient/a")
    for name, bundles in (("lines", False), ("bundle", True)):
        done = source.give(tmp_path / name, bundles=bundles, people=people)
        text = b"".join(content(tmp_path / name).values()).decode()
        there = {key for key in ("a", "b", "doc", "other", "role", "org", "g", "mine", "theirs") if f'"id":"{key}"' in text}
        assert there == {"a", "doc", "role", "org", "mine"}
        assert done.resources == 5
    assert list(content(tmp_path / "bundle")) == ["Patient-a.json"]


def test_originals_of_one_patient_are_the_documents_that_speak_of_nobody_else(tmp_path: Path) -> None:
    source = Elsewhere()
    alone = write(tmp_path / "in" / "alone.ndjson", person("a", "1"), weight("w", "Patient/a"))
    write(tmp_path / "in" / "both.ndjson", weight("x", "Patient/a"), person("b", "2"))
    write(tmp_path / "in" / "hidden.ndjson", weight("y", "Patient/a"), weight("v", "Patient/b"))
    source.take(tmp_path / "in")
    with source.scope():
        people = people_named(str(source.organization.id), "a")
    done = source.give(tmp_path / "out", people=people, originals=True)
    assert originals_of(tmp_path / "out") == [alone.read_bytes()]
    assert sorted(done.left_out) == ["both.ndjson", "hidden.ndjson"]


def test_hostile_names_of_documents_stay_in_the_folder_and_take_nobody_elses_place(tmp_path: Path) -> None:
    source, inside = Elsewhere(), tmp_path / "in"
    names = [
        "..\\..\\x.json",
        "con.json",
        ".hidden.json",
        "A.json",
        "a.json",
        "name\n.json",
        "sub/a.json",
        "sub_a.json",
        "é" * 110 + ".json",
    ]
    for number, name in enumerate(names):
        write(inside / name, person(f"p{number}"))
    assert source.take(inside).imported == len(names)
    source.give(tmp_path / "out", originals=True)
    written = [
        item.relative_to(tmp_path / "out" / "originals").as_posix() for item in (tmp_path / "out" / "originals").iterdir()
    ]
    assert len({name.casefold() for name in written}) == len(names)
    assert not [name for name in written if name.startswith(".") or "\\" in name or "\n" in name or name.startswith("con")]
    assert originals_of(tmp_path / "out") == sorted(item.read_bytes() for item in inside.rglob("*.json"))


def test_an_original_that_was_changed_in_the_database_is_not_given_out(tmp_path: Path, database_url: Any) -> None:
    source = Elsewhere()
    source.take(write(tmp_path / "a.ndjson", person("a", "1")), write(tmp_path / "b.ndjson", person("b", "2")), sender="x")
    with source.scope():
        piece = DocumentPiece.objects.get(digest=hashlib.sha256((tmp_path / "a.ndjson").read_bytes()).hexdigest())
        changed = zlib.compress((tmp_path / "a.ndjson").read_bytes().replace(b"Moreno", b"Marino"))
        DocumentPiece.objects.filter(pk=piece.pk).update(data=changed)
        with pytest.raises(OriginalDamaged, match="is no longer what came as a"):
            resource_original(type="Patient", logical_id="a", actor=source.actor)
    done = source.give(tmp_path / "out", originals=True)
    assert (done.damaged, done.originals) == (["a.ndjson"], 1)
    assert [item.name for item in (tmp_path / "out" / "originals").iterdir()] == ["b.ndjson"]


def test_the_original_of_one_resource_and_of_one_version(tmp_path: Path) -> None:
    source = Elsewhere()
    texts = [
        ' {"resourceType":"Patient",  "id":"a", "birthDate": "1961"}',
        '{"id":"a","resourceType":"Patient","birthDate":"1962"}',
    ]
    for text in texts:
        (tmp_path / "a.json").write_text(text)
        source.take(tmp_path / "a.json")
    with source.scope():
        assert resource_original(type="Patient", logical_id="a", actor=source.actor).value == texts[1].encode()
        first = resource_original(type="Patient", logical_id="a", actor=source.actor, version=1)
        assert first.value == texts[0].strip().encode()
        missing = resource_original(type="Patient", logical_id="b", actor=source.actor)
    assert [reason.message for reason in missing.reasons] == ["Patient/b has not been received."]


def test_what_was_merged_is_linked_and_is_one_person_elsewhere_too(tmp_path: Path) -> None:
    source = Elsewhere()
    source.take(
        write(tmp_path / "in.ndjson", person("a", "1"), person("b", "2", family="Moreno-Diaz"), weight("w", "Patient/b"))
    )
    with source.scope():
        kept, gone = (Resource.objects.get(type="Patient", logical_id=key).person for key in "ab")
        assert kept is not None
        assert gone is not None
        merge = patient_merge(kept=kept, merged=gone, reason="both cards seen", actor=source.actor, at=NOW).value
        assert merge is not None
        (one,) = people_named(str(source.organization.id), "b")
    assert one.keys == ("a", "b")
    fixpoint(source, tmp_path)
    written = lines(tmp_path / "lines", "Patient")
    assert written["a"]["link"] == [{"other": {"reference": "Patient/b"}, "type": "replaces"}]
    assert written["b"]["link"] == [{"other": {"reference": "Patient/a"}, "type": "replaced-by"}]
    assert list(content(tmp_path / "bundles")) == ["Patient-a.json"]
    with source.scope():
        assert Patient.objects.exclude(merged_into=None).count() == 1
        patient_unmerge(merge=merge, reason="the cards were another's", actor=source.actor, at=NOW)
    source.give(tmp_path / "undone")
    assert not any("link" in item for item in lines(tmp_path / "undone", "Patient").values())


def test_a_reference_whose_target_came_later_leads_to_it_when_it_leaves(tmp_path: Path) -> None:
    source = Elsewhere()
    sent = weight(
        "w", "Patient?identifier=urn:oid:1.2.3|1", performer=[{"reference": "https://far.example.org/Practitioner/9"}]
    )
    source.take(write(tmp_path / "first.ndjson", sent, person("q", "7")))
    doctor = {"fullUrl": "https://far.example.org/Practitioner/9", "resource": {"resourceType": "Practitioner", "id": "nine"}}
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [doctor]}
    (tmp_path / "later.json").write_text(json.dumps(bundle))
    source.take(tmp_path / "later.json", write(tmp_path / "patient.ndjson", person("p", "1")))
    source.give(tmp_path / "out")
    found = lines(tmp_path / "out", "Observation")["w"]
    assert found["subject"] == {"reference": "Patient/p"}
    assert found["performer"] == [{"reference": "Practitioner/nine"}]
    home = source.take(tmp_path / "out")
    assert (home.imported, home.unchanged) == (0, 4)
    other = Elsewhere()
    other.take(tmp_path / "out")
    other.give(tmp_path / "again")
    assert content(tmp_path / "again") == content(tmp_path / "out")


def test_who_may_not_is_told_who_may_and_who_did_is_recorded(tmp_path: Path) -> None:
    source = Elsewhere()
    source.take(write(tmp_path / "in.ndjson", person("a", "1")))
    nurse = Actor("n", "Nora", str(source.organization.id), frozenset({Role.NURSE}))
    with source.scope():
        refused = records_export(folder=tmp_path / "out", wish=Wish(), actor=nurse)
        assert (refused.allowed, (tmp_path / "out").exists()) == (False, False)
        assert not resource_original(type="Patient", logical_id="a", actor=nurse).allowed
        people = people_named(str(source.organization.id), "a")
    source.give(tmp_path / "all", originals=True)
    source.give(tmp_path / "one", bundles=True, people=people)
    with source.scope():
        rows = AuditEntry.objects.filter(action="record.export").order_by("at")
        told = [(row.actor_name, row.subject_type, row.patient, row.detail) for row in rows]
        record = Patient.objects.get().pk
        marks = [row.digest for row in rows]
    assert told == [
        ("a test", "organization", None, "all as NDJSON: begun"),
        ("a test", "organization", None, "all as NDJSON: 1 resources in 1 files, 1 originals"),
        ("a test", "patient", record, "1 named as bundles: begun"),
        ("a test", "patient", record, "1 named as bundles: 1 resources in 1 files, 0 originals"),
    ]
    listed = [hashlib.sha256((tmp_path / name / "export.json").read_bytes()).hexdigest() for name in ("all", "one")]
    assert marks == ["", listed[0], "", listed[1]]


def test_one_organization_never_exports_anothers_records(tmp_path: Path) -> None:
    one, two = Elsewhere("one"), Elsewhere("two")
    one.take(write(tmp_path / "1.ndjson", person("mine", "1")))
    two.take(write(tmp_path / "2.ndjson", person("theirs", "2")))
    one.give(tmp_path / "out", originals=True)
    assert set(lines(tmp_path / "out", "Patient")) == {"mine"}
    assert len(originals_of(tmp_path / "out")) == 1


def test_a_folder_that_holds_files_is_not_written_to_and_an_export_only_when_asked(tmp_path: Path) -> None:
    source = Elsewhere()
    source.take(write(tmp_path / "in.ndjson", person("a", "1"), weight("w", "Patient/a")))
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "notes.txt").write_text("mine")
    with pytest.raises(FolderProblem, match=r"holds files that no export wrote \(notes\.txt\)"):
        source.give(tmp_path / "out")
    assert [item.name for item in (tmp_path / "out").iterdir()] == ["notes.txt"]
    source.give(tmp_path / "new", originals=True)
    with pytest.raises(FolderProblem, match="--replace"):
        source.give(tmp_path / "new")
    with source.scope():
        records_export(folder=tmp_path / "new", wish=Wish(bundles=True), actor=source.actor, replace=True)
    assert sorted(item.name for item in (tmp_path / "new").iterdir()) == ["Patient-a.json", "export.json"]


def test_an_export_that_breaks_off_leaves_nothing_and_what_was_there_stays(tmp_path: Path) -> None:
    source = Elsewhere()
    source.take(write(tmp_path / "in.ndjson", *(weight(f"w{number}", "Patient/a") for number in range(250))))
    source.give(tmp_path / "out")
    before = content(tmp_path / "out")

    def stop(done: int, total: int, seconds: float) -> None:
        raise KeyboardInterrupt

    with source.scope(), pytest.raises(KeyboardInterrupt):
        records_export(folder=tmp_path / "out", wish=Wish(), actor=source.actor, replace=True, tell=stop)
    assert content(tmp_path / "out") == before
    with source.scope(), pytest.raises(KeyboardInterrupt):
        records_export(folder=tmp_path / "none", wish=Wish(), actor=source.actor, tell=stop)
    assert list((tmp_path / "none").iterdir()) == []
