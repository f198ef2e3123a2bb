"""The page of a site's policy: read by all, set by who may; a proposal says that it is one."""

from __future__ import annotations

import pytest
from django.urls import reverse

from chairside.apps.people.models import Membership
from chairside.apps.visit.forms.policy import PolicyForm
from chairside.apps.visit.models import VisitPolicy
from chairside.apps.visit.policies import policy_in_force
from chairside.apps.visit.policy_words import lines_of
from chairside.core.access import Role
from chairside.core.visit.policy import PROPOSAL, Moment
from chairside.core.visit.policy_bounds import problems
from tests.apps.visit import cast as story
from tests.apps.visit.conftest import browse

__all__ = ["browse"]
pytestmark = pytest.mark.django_db
PAGE, CHANGE = "/visits/policy/", "/visits/policy/change/"


def typed(policy=PROPOSAL, **changes):
    """What a browser sends back from the untouched form, with what the person changed."""
    form = PolicyForm(policy=policy)
    values = {name: form.initial.get(name, "") for name in form.fields}
    return {**values, "reason": "The committee of Nov 2.", **changes}


@pytest.mark.parametrize("who", ["nurse", "pharmacist", "prescriber"])
def test_all_read_it_and_each_value_says_that_it_is_a_proposal(browse, who):
    with story.center() as cast:
        html = browse(cast, who).get(PAGE).content.decode()
        assert "Nobody here has confirmed this policy" in html
        assert html.count("a proposal: your site confirms it") == len(lines_of(PROPOSAL, PROPOSAL)) + 1
        assert ("Confirm or change it" in html) is (who == "pharmacist")


def test_the_untouched_form_says_the_policy_that_holds():
    form = PolicyForm(typed(), policy=PROPOSAL)
    assert form.is_valid(), form.errors
    assert form.policy() == PROPOSAL


def test_a_pharmacist_sets_it_and_history_and_export_tell_what_changed(browse):
    with story.center() as cast:
        client = browse(cast, "pharmacist")
        answer = client.post(CHANGE, typed(weight_change_percent="7", class_vesicant_second=["pharmacist"]))
        assert answer.status_code == 302
        policy = policy_in_force(cast.site)
        assert (policy.version, policy.weight_change_percent) == (1, 7)
        html = client.get(PAGE).content.decode()
        assert "a proposal" not in html
        assert "Weight change that asks the prescriber: 10 % becomes 7 %" in html
        assert "Proposed: 10 %" in html
        csv = b"".join(client.get(PAGE + "?format=csv")).decode()
        assert "The committee of Nov 2." in csv
        assert "10 % becomes 7 %" in csv
        settings = b"".join(client.get(PAGE + "?settings=csv")).decode()
        assert "Weight change that asks the prescriber,7 %,10 %" in settings
        assert "10 % becomes 7 %" in client.get(f"{PAGE}1/").content.decode()


def test_a_stage_is_added_and_taken_away_and_stands_where_it_happens(browse):
    with story.center() as cast:
        client = browse(cast, "pharmacist")
        added = {
            "stage_1_title": "Before preparation",
            "stage_1_moment": Moment.BEFORE_PREPARATION.value,
            "stage_1_people": "1",
            "stage_1_asks": ["weight", "dose"],
            "stage_1_who": ["pharmacist"],
        }
        assert client.post(CHANGE, typed(**added)).status_code == 302
        first, last = policy_in_force(cast.site).stages
        assert (first.key, first.asks, first.people, first.who) == (
            "before_preparation", ("weight", "dose"), 1, frozenset({Role.PHARMACIST}),
        )  # fmt: skip
        assert last == PROPOSAL.stages[0]
        gone = typed(policy_in_force(cast.site), stage_0_title="")
        assert client.post(CHANGE, gone).status_code == 302
        assert policy_in_force(cast.site).stages == PROPOSAL.stages


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"weight_change_percent": "15"}, "1 to 10 %"),
        ({"attempts_each": "1.5"}, "A whole number"),
        ({"class_antineoplastic_needed": "no"}, "cannot be left out"),
        ({"class_vesicant_second": []}, "Say who may be second for vesicant"),
        ({"stage_0_title": ""}, "At least one stage is needed"),
        ({"stage_0_asks": ["dose"]}, "Two people must compare"),
        ({"reason": ""}, "This is needed before it can be saved"),
        ({"expected": "4"}, "Somebody else has set the policy"),
    ],
)
def test_what_may_not_be_set_is_told_and_what_was_typed_is_kept(browse, changes, told):
    with story.center() as cast:
        answer = browse(cast, "pharmacist").post(CHANGE, typed(volume_tolerance_ml="7", **changes))
        assert answer.status_code == 422
        html = answer.content.decode()
        assert told in html
        assert 'value="7"' in html
        assert not VisitPolicy.objects.exists()


def test_the_form_is_closed_to_who_may_not_set_it(browse):
    with story.center() as cast:
        client = browse(cast, "nurse")
        assert client.get(CHANGE).status_code == 403
        assert client.post(CHANGE, typed()).status_code == 403
        Membership.objects.filter(user=cast.users["nurse"]).update(role="medical_director")
        assert client.get(CHANGE).status_code == 200


def test_the_addresses_have_names():
    assert reverse("visit:policy") == PAGE
    assert reverse("visit:policy-change") == CHANGE


def test_the_proposal_itself_may_be_set():
    assert problems(PROPOSAL) == ()
