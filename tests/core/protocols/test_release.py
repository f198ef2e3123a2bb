"""Two people and a release: what an acceptance and an approval ask for."""

from __future__ import annotations

from chairside.core.protocols.release import Entry, Kind, Thread, acceptance_reasons, answer_reasons, approval_reasons

THEO, DIANA = "theo", "diana"
QUERY, ANSWER, ACCEPTED = Kind.QUERY, Kind.ANSWER, Kind.ACCEPTED


def thread(*entries: Entry) -> Thread:
    return Thread("infliximab_iv 1.0", entries)


def test_nothing_is_accepted_with_an_open_query() -> None:
    asked = thread(Entry(1, QUERY, THEO))
    assert asked.open_queries == (1,)
    assert [reason.code for reason in acceptance_reasons(asked, by=THEO, note="", recalled=False)] == ["wrong_state"]
    answered = thread(Entry(1, QUERY, THEO), Entry(2, ANSWER, DIANA, 1))
    assert acceptance_reasons(answered, by=THEO, note="", recalled=False) == ()


def test_the_answer_to_another_query_leaves_this_one_open() -> None:
    asked = thread(Entry(1, QUERY, THEO), Entry(2, QUERY, THEO), Entry(3, ANSWER, DIANA, 2))
    assert asked.open_queries == (1,)


def test_a_query_outdates_the_acceptance_before_it() -> None:
    again = thread(Entry(1, ACCEPTED, THEO), Entry(2, QUERY, DIANA), Entry(3, ANSWER, THEO, 2))
    assert not again.accepted
    assert [reason.code for reason in approval_reasons([again], by=DIANA, note="", recalled=False)] == ["not_signed"]
    assert thread(*again.entries, Entry(4, ACCEPTED, THEO)).accepted_by == (THEO,)


def test_nobody_accepts_twice_what_has_not_changed() -> None:
    accepted = thread(Entry(1, ACCEPTED, THEO))
    assert [reason.code for reason in acceptance_reasons(accepted, by=THEO, note="", recalled=False)] == ["wrong_state"]
    assert acceptance_reasons(accepted, by=DIANA, note="", recalled=False) == ()


def test_recalled_numbers_ask_for_a_note_of_both() -> None:
    accepted = thread(Entry(1, ACCEPTED, THEO))
    assert [reason.field for reason in acceptance_reasons(thread(), by=THEO, note=" ", recalled=True)] == ["note"]
    assert [reason.field for reason in approval_reasons([accepted], by=DIANA, note="", recalled=True)] == ["note"]
    assert approval_reasons([accepted], by=DIANA, note="read", recalled=True) == ()


def test_who_accepted_alone_does_not_approve() -> None:
    accepted = thread(Entry(1, ACCEPTED, THEO))
    assert [reason.code for reason in approval_reasons([accepted], by=THEO, note="", recalled=False)] == ["not_independent"]
    both = thread(Entry(1, ACCEPTED, THEO), Entry(2, ACCEPTED, DIANA))
    assert approval_reasons([both], by=THEO, note="", recalled=False) == ()


def test_a_layer_over_a_release_is_to_be_accepted_as_well() -> None:
    accepted, layer = thread(Entry(1, ACCEPTED, THEO)), Thread("the layer 2", (Entry(1, QUERY, THEO),))
    codes = [reason.code for reason in approval_reasons([accepted, layer], by=DIANA, note="", recalled=False)]
    assert codes == ["wrong_state", "not_signed"]


def test_an_answer_is_to_an_open_query_and_says_something() -> None:
    asked = thread(Entry(1, QUERY, THEO), Entry(2, ANSWER, DIANA, 1), Entry(3, QUERY, THEO))
    assert [reason.code for reason in answer_reasons(asked, query=1, text="again")] == ["wrong_state"]
    assert [reason.field for reason in answer_reasons(asked, query=3, text=" ")] == ["text"]
    assert answer_reasons(asked, query=3, text="label 2.1") == ()
