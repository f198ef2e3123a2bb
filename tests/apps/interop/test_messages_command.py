"""Files of HL7 v2 messages, as `chairside import` meets them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.apps.intake.cast import REFERRALS
from tests.apps.interop.messages import SAMPLES, changed, sample
from tests.apps.interop.test_import_command import report, run
from tests.database import WorkerDatabase

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def center(worker_database: WorkerDatabase) -> str:
    from tests.apps.intake.cast import center as made

    with made("northlight"):
        return "northlight"


def test_a_folder_of_messages_is_taken_after_the_referrals_and_its_dead_letters_are_problems(
    worker_database: WorkerDatabase, center: str
) -> None:
    first = report(run(worker_database, SAMPLES, "--as-of", "2026-11-23", "--json"))
    assert first["resources"] == {"imported": 3, "unchanged": 0, "quarantined": 3}
    assert [item["file"][:2] for item in first["referrals"]] == ["02", "03"]
    assert {item["status"] for item in first["referrals"]} == {"incomplete"}
    assert [(item["entry"], item["resource"]) for item in first["problems"]] == [
        ("ADT^A08 SM16A080001", "ADT^A08"),
        ("ADT^A40 SM35A400001", "ADT^A40"),
        ("ORU^R01 SM28R010001", "ORU^R01"),
    ]
    issue = first["problems"][2]["outcome"]["issue"][0]
    assert issue["diagnostics"].startswith("Nobody here is known by SM100128.")
    again = report(run(worker_database, SAMPLES, "--as-of", "2026-11-23", "--json"))
    assert again["resources"] == {"imported": 0, "unchanged": 3, "quarantined": 3}
    assert again["referrals"] == []


def test_referrals_and_messages_of_one_folder_come_in_the_right_order(
    worker_database: WorkerDatabase, center: str, tmp_path: Path
) -> None:
    (tmp_path / "a.hl7").write_bytes(sample("06"))
    source = next(REFERRALS.glob("s28-*.json"))
    (tmp_path / "b.json").write_bytes(source.read_bytes())
    done = run(worker_database, tmp_path, "--as-of", "2026-11-23")
    assert done.returncode == 0, done.stderr
    assert "a.hl7: ORU^R01 SM28R010001: MSA|CA|SM28R010001|solved: stale lab" in done.stdout
    assert "2 files, 24 resources: 24 imported, 0 unchanged, 0 in quarantine" in done.stdout


def test_a_batch_is_split_and_what_is_no_message_is_said(worker_database: WorkerDatabase, center: str, tmp_path: Path) -> None:
    other = changed("01", ("SM100117^^^", "SM5^^^"), control="SECOND")
    batch = b"\r".join([b"BHS|^~\\&|A|B", sample("01"), other, b"BTS|3", b""])
    (tmp_path / "batch.hl7").write_bytes(batch)
    (tmp_path / "none.hl7").write_bytes(b"hello\r")
    (tmp_path / "bad.hl7").write_bytes(b"MSH|^^^^|A|B\rPID|1\r")
    found = report(run(worker_database, tmp_path, "--json"))
    assert found["resources"] == {"imported": 2, "unchanged": 0, "quarantined": 1}
    told = [(item["file"], item["outcome"]["issue"][0]["diagnostics"]) for item in found["problems"]]
    assert told[0] == ("bad.hl7", "MSH[1]-2: MSH-2 is “^^^^”; four different marks were expected, usually ^~\\&.")
    assert told[1][0] == "batch.hl7"
    assert "says that it holds 3 messages, and 2 are here" in told[1][1]
    assert told[2] == ("none.hl7", "There are 6 bytes that are no HL7 v2 message: “hello”.")
