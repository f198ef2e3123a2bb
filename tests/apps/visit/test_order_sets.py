"""A site's order set: written by version, signed by a director with the password, pinned in a visit at its opening."""

from dataclasses import replace
from uuid import uuid4

import pytest

from chairside.apps.people.models import Membership, User
from chairside.apps.people.selectors import actor_for
from chairside.apps.visit.models import OrderSetSignature, OrderSetVersion
from chairside.apps.visit.order_sets import in_force, order_set_for, to_begin_with
from chairside.apps.visit.plan_text import from_text, items_from_text, items_to_text, to_text
from chairside.apps.visit.services.order_setting import order_set_sign, order_set_store
from chairside.core.kernel.quantity import quantity
from chairside.core.visit.reactions.order_set import PROPOSAL, OrderItem
from tests.apps.visit import cast as story

pytestmark = pytest.mark.django_db
PASSWORD = "four plain words here"
EPI = replace(PROPOSAL[0], times=3)
ANTI = OrderItem(
    "anti", "diphenhydrAMINE", "IV", (2, 3), dose=quantity(25, "mg"), concentration=quantity(50, "mg/mL"), source="site"
)


def director(cast):
    user = User.objects.create_user(f"{uuid4()}@x.example", PASSWORD, organization=cast.organization, name="Ruth Abramowitz")
    Membership.objects.create(organization=cast.organization, user=user, site=cast.site, role="medical_director")
    cast.users["director"], cast.actors["director"] = user, actor_for(user, session="d")


def stored(cast, items=(EPI, ANTI), who="pharmacist", seen=0):
    return order_set_store(site=cast.site, items=items, note="first", seen=seen, actor=cast.actors[who], at=cast.at)


def signed(cast, items=(EPI, ANTI), seen=0):
    version = stored(cast, items, seen=seen).value
    decision = order_set_sign(version=version, actor=cast.actors["director"], at=cast.at)
    assert decision.allowed, decision.reasons
    return version


def test_the_proposal_is_nobody_s_until_a_director_signs_a_complete_version():
    with story.center() as cast:
        director(cast)
        assert to_begin_with(cast.site) == PROPOSAL
        assert order_set_for(cast.site) is None
        draft = stored(cast, PROPOSAL).value
        refused = order_set_sign(version=draft, actor=cast.actors["director"], at=cast.at)
        assert "hydrocortisone: state the dose." in [reason.message for reason in refused.reasons]
        assert order_set_for(cast.site) is None
        version = signed(cast, seen=1)
        assert in_force(cast.site) == version
        held = order_set_for(cast.site)
        assert held is not None
        assert (held.number, held.signed_by, held.items) == (2, "Ruth Abramowitz", (EPI, ANTI))


def test_who_writes_and_who_signs():
    with story.center() as cast:
        director(cast)
        assert stored(cast, who="nurse").reasons[0].code == "not_permitted"
        version = stored(cast).value
        for who in ("pharmacist", "prescriber", "nurse"):
            assert order_set_sign(version=version, actor=cast.actors[who], at=cast.at).reasons[0].code == "not_permitted"


def test_a_version_is_signed_once_and_an_older_one_never_comes_back_by_itself():
    with story.center() as cast:
        director(cast)
        old = stored(cast).value
        new = signed(cast, (EPI,), seen=1)
        for version in (new, old):
            assert order_set_sign(version=version, actor=cast.actors["director"], at=cast.at).reasons[0].code == "wrong_state"
        assert stored(cast, (EPI,), seen=2).reasons[0].code == "wrong_state"  # nothing was changed
        assert stored(cast, (ANTI,), seen=1).reasons[0].code == "sequence_conflict"


def test_nothing_of_it_is_ever_changed(django_db_blocker):
    from django.db import IntegrityError, transaction
    from django.db.utils import DatabaseError

    with story.center() as cast:
        director(cast)
        signed(cast)
        for rows in (OrderSetVersion.objects.filter(site=cast.site), OrderSetSignature.objects.all()):
            for act in (lambda rows=rows: rows.update(at=cast.at), lambda rows=rows: rows.delete()):
                with pytest.raises((DatabaseError, IntegrityError)), transaction.atomic():
                    act()


def test_items_and_a_plan_with_its_set_go_through_text_exactly():
    with story.center() as cast:
        director(cast)
        signed(cast)
        plan = replace(story.plan(), order_set=order_set_for(cast.site), pregnant=True, spo2_scale=2)
        assert from_text(to_text(plan)) == plan
        assert items_from_text(items_to_text(PROPOSAL)) == PROPOSAL


# --- pages ---


def row(number, **values):
    return {f"row{number}-{name}": value for name, value in values.items()}


def test_the_pages_write_refuse_and_sign(browse):
    with story.center() as cast:
        director(cast)
        client = browse(cast, "pharmacist")
        page = client.get("/visits/order-sets/new/").content.decode()
        assert "A proposal, unsigned" in page
        assert 'value="0.01 mg/kg"' in page
        posted = {"rows": "2", "seen": "0", "note": "first"}
        posted |= row(0, title="EPINEPHrine", route="IM mid-outer thigh", anaphylaxis="on", per_kg="0,01 mg/kg")
        assert client.post("/visits/order-sets/new/", posted).status_code == 422  # a comma is no point
        posted |= row(
            0, per_kg="0.01 mg/kg", most="0.5 mg", concentration="1 mg/mL", repeat_least="5", repeat_most="15", times="3"
        )
        posted |= row(0, source="WAO 2020") | row(1, title="")
        answer = client.post("/visits/order-sets/new/", posted)
        assert (answer.status_code, answer["Location"]) == (302, "/visits/order-sets/1/")
        assert "Sign version 1" not in client.get("/visits/order-sets/1/").content.decode()
        assert "do not use" in client.get("/visits/order-sets/1/print/").content.decode()

        head = browse(cast, "director")
        assert "Sign version 1" in head.get("/visits/order-sets/1/").content.decode()
        assert head.post("/visits/order-sets/1/", {"password": "wrong"}).status_code == 422
        assert in_force(cast.site) is None
        assert head.post("/visits/order-sets/1/", {"password": PASSWORD}).status_code == 302
        assert in_force(cast.site).number == 1
        listed = client.get("/visits/order-sets/").content.decode()
        assert "Version 1 is in force" in listed
        csv = b"".join(client.get("/visits/order-sets/?format=csv").streaming_content).decode()
        assert "EPINEPHrine" in csv


def test_the_front_desk_writes_none(browse):
    with story.center() as cast:
        client = browse(cast, "desk")
        answer = client.post("/visits/order-sets/new/", {"rows": "1", "seen": "0", **row(0, title="x", source="y")})
        assert answer.status_code == 422
        assert not OrderSetVersion.objects.exists()
