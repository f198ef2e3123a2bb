"""Messages are kept and answered once: repeats, other content under a known id, dead letters and reading them again, and
whatever bytes anyone sends."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chairside.apps.audit.models import AuditEntry
from chairside.apps.interop.models import ReceivedDocument, ReceivedMessage
from chairside.apps.interop.services.documents import document_bytes
from chairside.apps.interop.services.messages import message_receive, message_retry
from chairside.apps.people.models import Fact, Patient
from chairside.core.access import Actor, Role
from tests.apps.intake.cast import AS_OF, NOW, Center, center, take_in
from tests.apps.interop.messages import changed, counts, sample, send, system

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Iterator[Center]:
    with center() as made:
        yield made


def test_the_bytes_are_kept_as_they_came_and_the_audit_names_their_digest(place: Center) -> None:
    done = send(place, sample("01"), "inbox/01.hl7")
    assert done.row is not None
    assert b"".join(document_bytes(done.row.document)) == sample("01")
    assert (done.row.sender, done.row.control_id, done.row.type) == ("SMEHR|NORTH", "SM17A040001", "ADT^A04")
    entry = AuditEntry.objects.get(action="message.receive")
    assert (entry.digest, entry.patient) == (done.row.document.digest, done.row.patient_id)


def test_another_content_under_a_known_control_id_is_refused_and_kept(place: Center) -> None:
    send(place, sample("01"))
    other = changed("01", ("127 Birch Street", "1 Elm Street"))
    done = send(place, other, "b.hl7")
    assert done.problem.startswith("The control id SM17A040001 was used before, for a message with other content")
    assert "MSA|CE|SM17A040001" in done.answer
    assert Patient.objects.get().address.startswith("127 Birch")
    assert ReceivedMessage.objects.filter(status="refused").count() == 1
    before = counts()
    assert send(place, other, "b.hl7").repeated
    assert send(place, sample("01")).problem == ""
    assert counts() == before
    assert done.row is not None
    again = message_retry(message=done.row, actor=system(place), at=NOW)
    assert again.value is not None
    assert "other content" in again.value.problem


def test_the_same_message_in_another_file_with_other_framing_is_the_same(place: Center) -> None:
    send(place, sample("01"))
    assert send(place, sample("01"), "other.hl7").repeated
    assert ReceivedMessage.objects.count() == 1


def test_a_dead_letter_is_read_again_when_the_patient_is_known(place: Center) -> None:
    done = send(place, sample("06"))
    assert done.problem.startswith("Nobody here is known by SM100128. Results are only taken for a patient who is known")
    assert "MSA|CE|SM28R010001" in done.answer
    assert not Patient.objects.exists()
    assert done.row is not None
    still = message_retry(message=done.row, actor=system(place), at=NOW)
    assert still.value is not None
    assert still.value.problem == done.problem
    take_in(place, "s28")
    again = message_retry(message=done.row, actor=system(place), at=NOW)
    assert again.value is not None
    row = ReceivedMessage.objects.get()
    assert (row.status, row.problem, row.attempts) == ("accepted", "", 3)
    assert "MSA|CA|SM28R010001" in row.answer
    assert Fact.objects.filter(source__startswith="hl7v2:").count() == 4
    third = message_retry(message=row, actor=system(place), at=NOW)
    assert third.reasons[0].code == "wrong_state"


def test_half_of_a_message_is_never_used(place: Center) -> None:
    take_in(place, "s28")
    second = b"PID|1||NOBODY^^^SMEHR^MR||Nemo^Ned\rOBR|1|L1^SMEHR||X^Y^L\rOBX|1|NM|718-7^Hemoglobin^LN||9|g/dL^g/dL^UCUM|||||F"
    before = counts()
    done = send(place, sample("06") + b"\r" + second)
    assert "Nobody here is known by NOBODY" in done.problem
    after = counts()
    assert {name for name in after if after[name] != before[name]} == {
        "audit_auditentry",
        "audit_auditpending",
        "interop_documentpiece",
        "interop_receiveddocument",
        "interop_receivedmessage",
    }


def test_what_nobody_here_reads_is_rejected_and_kept(place: Center) -> None:
    for data, says in (
        (changed("01", ("ADT^A04^ADT_A01", "SIU^S12^SIU_S12"), control="X1"), "SIU^S12 is not read here"),
        (changed("01", ("|P|2.5.1", "|T|2.5.1"), control="X2"), "a training message"),
        (changed("01", ("SM17A040001", "")), "MSH-10 is empty"),
    ):
        done = send(place, data)
        assert says in done.problem
        assert done.row is not None
        assert done.row.status == "refused"
    assert not Patient.objects.exists()


def test_what_has_no_header_gets_an_answer_and_is_no_message(place: Center) -> None:
    done = send(place, b"MSH|^^^^|")
    assert done.row is None
    assert done.problem
    assert done.answer.startswith("MSH|^~\\&|")
    assert ReceivedDocument.objects.filter(kind="message").count() == 1


def test_names_too_long_for_their_columns_stay_two(place: Center) -> None:
    ids = ["9" * 250 + end for end in "ab"]
    for name in ids:
        assert send(place, changed("01", control=name)).problem == ""
    assert ReceivedMessage.objects.count() == 2
    assert send(place, changed("01", control=ids[0])).repeated


def test_who_may_not_receive_referrals_may_not_bring_messages(place: Center) -> None:
    nurse = Actor("n", "N", str(place.organization.id), frozenset({Role.NURSE}))
    done = message_receive(data=sample("01"), name="x", site=place.site, actor=nurse, at=NOW, as_of=AS_OF)
    assert done.reasons[0].code == "not_permitted"
    assert not ReceivedDocument.objects.exists()


_PIECES = st.sampled_from(
    ["|", "^", "~", "\\", "&", '""', "\r", "\x00", "\ud7ff", "é", "'; DROP TABLE x; --", "\\X00\\", "9" * 400]
)
_PLACES = st.integers(min_value=0, max_value=1200)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None)
@given(
    start=st.sampled_from(["01", "03", "04", "05", "06"]), cuts=st.lists(st.tuples(_PLACES, _PIECES), min_size=1, max_size=4)
)
def test_whatever_is_put_into_a_message_gets_an_answer_and_leaves_nothing_half_done(
    place: Center, start: str, cuts: list[tuple[int, str]]
) -> None:
    text = sample(start).decode()
    for at, piece in cuts:
        at = 4 + at % (len(text) - 4)
        text = text[:at] + piece + text[at:]
    done = send(place, text.encode("utf-8", "replace"))
    assert done.row is None or done.row.answer == done.answer
    assert done.problem == "" or done.row is None or done.row.status == "refused"
    assert send(place, text.encode("utf-8", "replace")).answer == done.answer or done.row is None
