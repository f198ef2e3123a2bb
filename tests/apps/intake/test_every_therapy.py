"""Every referral whose therapy has a protocol can be opened, and an order can be made of it and opened: plans and menus too."""

from __future__ import annotations

import pytest

from chairside.apps.intake.models import Order
from chairside.core.access import Role
from chairside.formulary.loader import known_ids
from tests.apps.walk import center, complete, take_in
from tests.core.intake.test_completeness import MANIFEST

pytestmark = pytest.mark.django_db

ENCODED = [item["file"][:3] for item in MANIFEST if item["therapy"].removeprefix("plan:") in known_ids()]


def test_the_pages_of_every_encoded_referral_open() -> None:
    with center() as place:
        client = place.client(Role.INTAKE)
        for start in ENCODED:
            referral = take_in(place, start)
            assert client.get(f"/intake/{referral.id}/").status_code == 200, start
            complete(place, referral)
            assert client.post(f"/intake/{referral.id}/order/").status_code == 302, start
            order = Order.objects.get(referral=referral)
            assert client.get(f"/intake/orders/{order.id}/").status_code == 200, start


def test_a_plan_of_several_drugs_says_why_it_has_no_dose_and_names_its_drugs() -> None:
    with center() as place:
        client = place.client(Role.INTAKE)
        referral = take_in(place, "s32")
        complete(place, referral)
        assert "mFOLFOX6</a> (" in client.get(f"/intake/{referral.id}/").content.decode()
        client.post(f"/intake/{referral.id}/order/")
        page = client.get(f"/intake/orders/{Order.objects.get(referral=referral).id}/").content.decode()
        assert "gives several drugs together (oxaliplatin, leucovorin, fluorouracil)" in page
        assert "No regimen" not in page


def test_a_finding_names_its_source_by_its_title_and_a_fact_is_called_by_its_name() -> None:
    with center() as place:
        page = place.client(Role.INTAKE).get(f"/intake/{take_in(place, 's22').id}/").content.decode()
        assert "Dose above the maximum" in page
        assert "Source: Vyvgart label" in page
        assert "label_copy" not in page
        assert "Absolute neutrophil count" in page
        assert "text:MG-ADL" not in page
