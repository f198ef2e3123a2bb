"""Checks that wait for a second person, and one at another place: only where the policy says so, and told as such."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from chairside.apps.organizations.models import Site
from chairside.apps.people.middleware import SITE_KEY
from chairside.apps.people.models import Membership
from chairside.apps.visit.models import DoubleCheck, VisitEvent
from chairside.apps.visit.selectors import plan_of, state_of
from chairside.core.visit.policy import PROPOSAL
from tests.apps.visit import cast as story
from tests.apps.visit.conftest import browse

__all__ = ["browse"]
pytestmark = pytest.mark.django_db
LIST = "/visits/checks/"
REMOTE = replace(PROPOSAL, double_checks=tuple(replace(item, remote=True) for item in PROPOSAL.double_checks))


def uptown(cast, who="pharmacist"):
    """The pharmacist works at Uptown today, and holds the role at both places."""
    site = Site.objects.create(
        organization=cast.organization, name="Uptown", time_zone="America/Denver",
        opens_at=cast.site.opens_at, closes_at=cast.site.closes_at,
    )  # fmt: skip
    Membership.objects.create(organization=cast.organization, user=cast.users[who], site=site, role="pharmacist")
    return site


def far_away(browse, cast, who="pharmacist"):
    client = browse(cast, who)
    session = client.session
    session[SITE_KEY] = str(uptown(cast, who).pk)
    session.save()
    return client


def address(cast):
    return f"{LIST}{cast.visit.pk}/{story.DRUG}/"


def posted(html, use_by, **changes):
    form = html[html.index('class="form at-chair"') :]
    hidden = {
        name: re.search(rf'name="{name}" value="([^"]*)"', form).group(1) for name in ("key", "sequence", "drug", "stage")
    }
    local = use_by.astimezone(story.NINE.tzinfo)
    return {
        **hidden, "name": "Alba Moreno", "born": "1968-03-04", "product": "Remicade", "lots": "LOT7", "weight": "82.4",
        "dose": "412", "route": "iv", "volume": "250", "concentration": "1.65", "rate": "60",
        "use_by": f"{local - timedelta(hours=6):%H:%M}", "use_by_day": f"{local:%Y-%m-%d}",
        "pump_rate": "60", "pump_volume": "250", **changes,
    }  # fmt: skip


def test_a_check_waits_on_the_list_until_it_agrees(browse):
    with story.center() as cast:
        client = browse(cast, "second")
        assert "No check waits" in client.get(LIST).content.decode()
        story.arrive(cast)
        assert "two checks are to be entered" in client.get(LIST).content.decode()
        use_by = cast.at + timedelta(hours=4)
        cast.must(story.check(use_by), "nurse", 5)
        html = client.get(LIST).content.decode()
        assert "one check is in, by Nurse" in html
        assert "Enter at the chair" in html
        assert "one check is in, by Nurse" in b"".join(client.get(LIST + "?format=csv")).decode()
        assert "Nothing matches" in client.get(LIST + "?q=nobody").content.decode()
        assert "You entered the first check" in browse(cast, "nurse").get(LIST).content.decode()
        cast.must(story.check(use_by), "second", 5)
        assert "No check waits" in client.get(LIST).content.decode()


@pytest.mark.parametrize("who", ["desk", "prescriber", "biller"])
def test_who_may_not_verify_has_no_such_list(browse, who):
    with story.center() as cast:
        story.arrive(cast)
        client = browse(cast, who)
        assert client.get(LIST).status_code == 403
        assert client.get(address(cast)).status_code == 403


def test_from_another_place_it_takes_a_policy_that_allows_it(browse):
    with story.center() as cast:
        story.arrive(cast)
        cast.must(story.check(cast.at + timedelta(hours=4)), "nurse", 5)
        client = far_away(browse, cast)
        assert "nobody checks this drug from another place" in client.get(LIST).content.decode()
        html = client.get(address(cast)).content.decode()
        assert "nobody checks this drug from another place" in html
        assert "Enter my check" not in html


def test_a_second_person_at_another_place_enters_by_their_own_log_in_and_the_log_says_so(browse):
    with story.center(visit_plan=story.plan(policy=REMOTE)) as cast:
        story.arrive(cast)
        use_by = cast.at + timedelta(hours=4)
        cast.must(story.check(use_by), "nurse", 5)
        client = far_away(browse, cast)
        assert "Enter from here" in client.get(LIST).content.decode()
        html = client.get(address(cast)).content.decode()
        assert re.search(r"Times are those of Downtown, where it is <time[^>]*>09:", html)  # 08: at Uptown, an hour to the west
        for name in ("product", "lots", "weight", "dose", "volume", "concentration", "rate", "use_by", "pump_rate"):
            field = re.search(rf'<input[^>]*name="{name}"[^>]*>', html).group(0)
            assert "value=" not in field, field
        assert client.post(address(cast), posted(html, use_by)).status_code == 302
        state = state_of(cast.visit, plan_of(cast.visit))
        assert state.infusions[story.DRUG].checked
        entered = [event.payload for event in state.log if event.kind == "check_entered"]
        assert [item.remote for item in entered] == [False, True]
        check = DoubleCheck.objects.get()
        assert {check.first, check.second} == {cast.actors["nurse"].id, cast.actors["pharmacist"].id}


def test_two_people_at_other_places_are_not_two_at_the_patient(browse):
    with story.center(visit_plan=story.plan(policy=REMOTE)) as cast:
        story.arrive(cast)
        use_by = cast.at + timedelta(hours=4)
        cast.must(story.check(use_by, remote=True), "nurse", 5)
        html = far_away(browse, cast).get(address(cast)).content.decode()
        assert "One of the two must be where the patient is" in html


def test_nobody_checks_from_a_place_where_the_patient_must_be_seen(browse):
    stages = tuple(replace(stage, presence=True) for stage in PROPOSAL.stages)
    with story.center(visit_plan=story.plan(policy=replace(REMOTE, stages=stages))) as cast:
        story.arrive(cast)
        html = far_away(browse, cast).get(address(cast)).content.decode()
        assert "in the patient&#x27;s presence" in html
        assert [reason.code for reason in cast.do(story.check(cast.at + timedelta(hours=4), remote=True)).reasons] == [
            "not_permitted"
        ]


def test_a_role_at_another_site_only_opens_nothing(browse):
    with story.center(visit_plan=story.plan(policy=REMOTE)) as cast:
        story.arrive(cast)
        client = far_away(browse, cast)
        Membership.objects.filter(user=cast.users["pharmacist"], site=cast.site).delete()
        assert "No check waits" in client.get(LIST).content.decode()
        assert client.get(address(cast)).status_code == 403
        assert client.post(address(cast), {}).status_code == 403
        assert not VisitEvent.objects.filter(kind="check_entered").exists()


def test_at_the_patients_own_site_it_is_entered_on_the_visits_page(browse):
    with story.center(visit_plan=story.plan(policy=REMOTE)) as cast:
        story.arrive(cast)
        answer = browse(cast, "second").get(address(cast))
        assert (answer.status_code, answer.url) == (302, f"/visits/{cast.visit.pk}/?do=check&drug={story.DRUG}")
