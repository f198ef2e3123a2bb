"""H-020 the network goes in the middle of entry: nothing is lost, nothing doubled, nothing started by a queue."""

from __future__ import annotations

import json
import re
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Locator, Route, expect

from chairside.apps.visit.models import VisitEvent
from chairside.core.visit import events as e
from tests.browser import chair, seeded
from tests.browser.conftest import _wait_until
from tests.browser.widths import at_every_width
from tests.cast import CLEO, NORA, OMAR, TUESDAY, Center
from tests.journeys.chairside import Bedside

PATIENT = "Quintero Vega, Marisol"
STORED = "Object.keys(localStorage).filter(name => name.startsWith('chairside.unsent.')).map(name => localStorage[name])"


class Server:
    """The application on a port that stays the same over its restarts."""

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.start()

    def start(self) -> None:
        from chairside.config.asgi import application

        config = uvicorn.Config(
            application, host="127.0.0.1", port=self.port, log_level="critical", lifespan="off", timeout_graceful_shutdown=1
        )
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, daemon=True)
        self.thread.start()
        _wait_until(lambda: self.server.started)

    def stop(self) -> None:
        """As a kill looks from outside: open streams are cut, nobody takes connections."""
        self.server.force_exit = self.server.should_exit = True
        self.thread.join(10)
        assert not self.thread.is_alive()


@pytest.fixture
def server(transactional_db: None) -> Iterator[Server]:
    made = Server()
    yield made
    made.stop()


@pytest.fixture
def site(server: Server) -> str:
    return f"http://127.0.0.1:{server.port}"


@pytest.fixture
def nurse(infusing: Bedside, meet: Callable[..., Any], watched: Any) -> Iterator[Any]:
    """Nora at the visit's page. What the browser itself says of a missing network is expected here."""
    nora = meet(NORA)
    chair.opens(nora, PATIENT)
    yield nora
    expected(watched)


def expected(watched: Any) -> None:
    """The browser and htmx write to the console that there is no network."""
    watched.said[:] = [
        line
        for line in watched.said
        if not re.search(r"Failed to load|\[object Event\]|: htmx:\w+,|Autofocus processing", line)
    ]


def unsent(person: Any) -> Locator:
    return person.page.get_by_role("region", name="Entries on this device")


def connection(person: Any) -> Locator:
    return person.page.locator("#connection")


def bar(person: Any) -> Locator:
    return person.page.get_by_role("region", name="Stop and reaction")


def press_stop(person: Any) -> None:
    person.press("button", "STOP / PAUSE", within=bar(person))


def kept(person: Any) -> list[dict[str, Any]]:
    return [json.loads(text) for text in person.page.evaluate(STORED)]


def events(kind: str) -> list[VisitEvent]:
    return list(VisitEvent.objects.filter(kind=kind).order_by("sequence"))


def test_a_stop_without_network_waits_in_sight_and_is_sent_once_as_reported(nurse: Any, clock: Any) -> None:
    nurse.context.set_offline(True)
    press_stop(nurse)
    expect(unsent(nurse)).to_contain_text(re.compile(r"STOP pressed 09:2\d: not sent yet\. Stop the pump\."))
    expect(connection(nurse)).to_be_visible()
    at_every_width(nurse)
    assert not events("paused")
    (entry,) = kept(nurse)
    clock.advance(9)
    nurse.context.set_offline(False)
    expect(unsent(nurse)).to_contain_text(re.compile(r"STOP pressed 09:2\d: Recorded as reported, 09:2\d\."))
    expect(connection(nurse)).to_be_hidden()
    expect(unsent(nurse)).not_to_contain_text("not sent yet")
    (event,) = events("paused")
    assert (str(event.pk), event.mode, event.device) == (entry["key"], "reported", "queued")
    assert (event.received_at - event.claimed_at).total_seconds() > 500
    assert kept(nurse) == []
    expect(nurse.page.locator("#now")).to_contain_text("paused")


def test_entries_survive_a_reload_and_go_in_their_order(nurse: Any) -> None:
    nurse.page.route("**/visits/**", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    nurse.press("button", "itching", within=nurse.page.locator("#symptoms"))
    expect(unsent(nurse)).to_contain_text("Symptom")
    press_stop(nurse)
    expect(unsent(nurse)).to_contain_text("STOP pressed")
    nurse.reload()
    expect(unsent(nurse).get_by_role("listitem").first).to_contain_text("Symptom")
    expect(unsent(nurse).get_by_role("listitem").nth(1)).to_contain_text("not sent yet. Stop the pump.")
    nurse.page.unroute("**/visits/**")
    expect(unsent(nurse).get_by_text("Recorded as reported")).to_have_count(2, timeout=20_000)
    assert [event.kind for event in VisitEvent.objects.order_by("sequence")][-2:] == ["symptom_reported", "paused"]


def test_an_answer_that_was_lost_after_the_server_had_recorded_doubles_nothing(nurse: Any) -> None:
    def lose(route: Route) -> None:
        route.fetch(max_redirects=0)
        route.abort()

    nurse.page.route("**/pause/", lose)
    press_stop(nurse)
    expect(unsent(nurse)).to_contain_text(re.compile(r"STOP pressed 09:2\d: Already recorded 09:2\d\."))
    (event,) = events("paused")
    assert event.mode == "live"
    assert kept(nurse) == []


@pytest.mark.parametrize("status", [502, 503])
def test_a_proxy_that_answers_for_the_server_is_no_answer(nurse: Any, status: int) -> None:
    nurse.page.route("**/pause/", lambda route: route.fulfill(status=status, body="down"))
    nurse.page.route("**/queued/", lambda route: route.fulfill(status=status, body="down"))
    press_stop(nurse)
    expect(unsent(nurse)).to_contain_text("not sent yet. Stop the pump.")
    nurse.page.unroute("**/queued/")
    expect(unsent(nurse)).to_contain_text("Recorded as reported")
    assert len(events("paused")) == 1


def test_typed_vitals_are_kept_with_what_was_typed_and_the_next_set_is_another(nurse: Any) -> None:
    chair.also(nurse, "Vitals")
    nurse.context.set_offline(True)
    for pulse in ("71", "93"):
        for label, value in {**chair.CALM, "Pulse": pulse}.items():
            nurse.fill(label, value, within=chair.action(nurse))
        nurse.tick("alert, room air, site well")
        nurse.press("button", "Record vitals", within=chair.action(nurse), exact=True)
        expect(chair.action(nurse).get_by_label("Pulse").first).to_have_value("")
    unsent(nurse).get_by_text("What was entered").nth(1).click()
    expect(unsent(nurse)).to_contain_text("93")
    expect(unsent(nurse).get_by_role("listitem")).to_have_count(2)
    nurse.context.set_offline(False)
    expect(unsent(nurse).get_by_text("Recorded as reported")).to_have_count(2)
    sets = [event.payload for event in events("vitals_recorded")][-2:]
    assert ['"71"' in sets[0], '"93"' in sets[1]] == [True, True]


def test_a_rate_rise_is_never_queued_and_says_what_to_do(nurse: Any, clock: Any) -> None:
    chair.also(nurse, "Lower the rate")
    nurse.context.set_offline(True)
    nurse.fill("Rate set on the pump", "40", within=chair.action(nurse))
    nurse.press("button", "Pump is set: record the lower rate", within=chair.action(nurse))
    expect(chair.action(nurse).get_by_role("alert")).to_contain_text(
        "Not recorded: no answer came. A higher rate needs the network"
    )
    assert kept(nurse) == []
    nurse.fill("Rate set on the pump", "10", within=chair.action(nurse))
    nurse.press("button", "Pump is set: record the lower rate", within=chair.action(nurse))
    expect(unsent(nurse)).to_contain_text("Lower the rate")
    assert [entry["way"] for entry in kept(nurse)] == ["lower"]


def test_going_on_is_never_queued_and_what_was_typed_stays(nurse: Any, infusing: Bedside) -> None:
    chair.pauses(nurse)
    nurse.fill("How the reason for the pause was settled", "patient is back", within=chair.action(nurse))
    nurse.fill("Volume given, read from the pump", "1", within=chair.action(nurse))
    nurse.context.set_offline(True)
    nurse.press("button", "Pump runs again: record it", within=chair.action(nurse), exact=True)
    expect(chair.action(nurse).get_by_role("alert")).to_contain_text("Going on after a pause needs the network")
    expect(chair.action(nurse).get_by_label("How the reason for the pause was settled")).to_have_value("patient is back")
    assert kept(nurse) == []
    nurse.context.set_offline(False)
    expect(connection(nurse)).to_be_hidden()
    assert not events("resumed")
    nurse.press("button", "Pump runs again: record it", within=chair.action(nurse), exact=True)
    nurse.sees(re.compile(r"Resume: recorded \d\d:\d\d"))
    assert [event.mode for event in events("resumed")] == ["live"]


def test_a_double_check_never_lies_on_the_device(center: Center, meet: Callable[..., Any], clock: Any, watched: Any) -> None:
    """H-014: not while it is sent, not when the network is gone."""
    seeded.prepared(center)
    clock.local(TUESDAY, "09:08")
    nora = meet(NORA)
    chair.opens(nora, PATIENT)
    seen: list[str] = []

    def look(route: Route) -> None:
        seen.extend(nora.page.evaluate("Object.values(localStorage)"))
        route.abort()

    chair.says_who(nora, "Marisol Quintero Vega", "1988-03-14")
    form = chair.action(nora).locator("form[data-entry=check]")
    form.evaluate("form => { form.noValidate = true }")
    nora.page.route("**/events/check/", look)
    nora.press("button", "Enter my check", within=chair.action(nora), exact=True)
    expect(form.get_by_role("alert")).to_contain_text("A double check is never kept on a device")
    assert [text for text in [*seen, *nora.page.evaluate("Object.values(localStorage)")] if "Quintero" in text] == []
    expected(watched)


def test_what_one_person_entered_is_counted_for_the_next_one_and_sent_by_nobody_else(
    nurse: Any, meet: Callable[..., Any]
) -> None:
    nurse.page.route("**/visits/*/pause/", lambda route: route.abort())
    nurse.page.route("**/queued/", lambda route: route.abort())
    press_stop(nurse)
    expect(unsent(nurse)).to_contain_text("not sent yet")
    nurse.context.clear_cookies()
    nurse.page.unroute("**/queued/")
    omar = type(nurse)(nurse.context, OMAR, nurse.watched).log_in()
    chair.opens(omar, PATIENT)
    expect(unsent(omar)).to_contain_text("1 entry of Nora Bell waits on this device. It is sent when they log in here.")
    expect(unsent(omar)).not_to_contain_text("STOP")
    assert not events("paused")
    omar.context.clear_cookies()
    again = type(nurse)(nurse.context, NORA, nurse.watched).log_in()
    expect(unsent(again)).to_contain_text("Recorded as reported")
    assert [event.actor_name.split(",")[0] for event in events("paused")] == ["Nora Bell"]


def test_a_log_in_that_has_ended_loses_no_entry(nurse: Any) -> None:
    nurse.context.clear_cookies()
    press_stop(nurse)
    expect(unsent(nurse)).to_contain_text("Your log-in has ended")
    expect(unsent(nurse)).to_contain_text("Stop the pump.")
    again = type(nurse)(nurse.context, NORA, nurse.watched).log_in()
    expect(unsent(again)).to_contain_text("Recorded as reported")
    assert len(events("paused")) == 1


def test_what_is_refused_stays_with_its_reason_until_somebody_discards_it(nurse: Any) -> None:
    nurse.context.set_offline(True)
    chair_form = nurse.page.locator("#symptoms form")
    nurse.press("button", "itching", within=chair_form)
    expect(unsent(nurse)).to_contain_text("not sent yet")
    name = nurse.page.evaluate("Object.keys(localStorage).find(name => name.startsWith('chairside.unsent.'))")
    nurse.page.evaluate(  # as if the device's clock had run away
        "name => { const old = JSON.parse(localStorage[name]); old.pressed += 36e5; localStorage[name] = JSON.stringify(old) }",
        name,
    )
    nurse.context.set_offline(False)
    expect(unsent(nurse)).to_contain_text("That time has not come yet")
    nurse.reload()
    expect(unsent(nurse)).to_contain_text("not recorded. That time has not come yet")
    nurse.press("button", "Discard: it is entered otherwise", within=unsent(nurse))
    expect(unsent(nurse)).to_be_hidden()
    assert kept(nurse) == []


def test_a_server_that_comes_back_is_found_again_without_a_reload(nurse: Any, infusing: Bedside, server: Server) -> None:
    nurse.page.evaluate("window.stays = true")
    server.stop()
    expect(connection(nurse)).to_be_visible()
    press_stop(nurse)
    expect(unsent(nurse)).to_contain_text("not sent yet. Stop the pump.")
    nurse.page.get_by_role("link", name="Record", exact=True).click()
    expect(nurse.page.get_by_text("That page cannot be loaded now")).to_be_visible()
    infusing.say(OMAR, "09:24", e.NoteAdded("seen on another screen"))
    server.start()
    expect(connection(nurse)).to_be_hidden()
    expect(nurse.page.locator("#flow")).to_contain_text("seen on another screen")
    expect(unsent(nurse)).to_contain_text("Recorded as reported")
    infusing.say(OMAR, "09:25", e.NoteAdded("and told by the stream"))
    expect(nurse.page.locator("#flow")).to_contain_text("and told by the stream")
    assert nurse.page.evaluate("window.stays") is True


def test_the_board_says_that_it_is_old_and_catches_up(
    infusing: Bedside, meet: Callable[..., Any], server: Server, watched: Any
) -> None:
    cleo = meet(CLEO)
    cleo.open("Board")
    expect(cleo.page.locator("#board")).to_contain_text("20 mL/h")
    server.stop()
    expect(connection(cleo)).to_contain_text("Times go on; what you see may be old.")
    at_every_width(cleo)
    infusing.say(NORA, "09:25", e.Paused())
    server.start()
    expect(cleo.page.locator("#board")).to_contain_text("paused")
    expect(connection(cleo)).to_be_hidden()
    expected(watched)


def test_a_stop_on_the_board_waits_too_and_says_whose_it_is(
    infusing: Bedside, meet: Callable[..., Any], server: Server, watched: Any
) -> None:
    cleo = meet(CLEO)
    cleo.open("Board")
    server.stop()
    cleo.press("button", "STOP / PAUSE")
    expect(unsent(cleo)).to_contain_text(
        re.compile(r"STOP pressed 09:2\d, Chair 1, Quintero Vega.*: not sent yet\. Stop the pump\.")
    )
    server.start()
    expect(unsent(cleo)).to_contain_text("Recorded as reported")
    assert [(event.mode, event.actor_name.split(",")[0]) for event in events("paused")] == [("reported", "Cleo Vance")]
    expected(watched)


def test_a_device_that_slept_takes_the_servers_time_again(nurse: Any, clock: Any) -> None:
    shown = nurse.page.locator("time[data-clock]")
    expect(shown).to_have_text(re.compile("09:2[45]"))
    clock.advance(95)
    nurse.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(shown).to_have_text(re.compile("1[01]:"))
