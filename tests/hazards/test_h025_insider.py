"""H-025 someone looks where they should not: another organization's visit is not there, a role that may not is told so,
and every look at a chart is on record.
"""

from __future__ import annotations

import pytest
from django.urls import reverse

from chairside.apps.audit.models import AuditEntry
from tests.apps.visit import cast as story

pytestmark = pytest.mark.django_db
PARTS = ("page", "card", "now", "flow", "record", "record-pdf")


@pytest.mark.parametrize("part", PARTS)
def test_a_visit_of_another_organization_is_not_there(browse, part):
    with story.center("south") as theirs:
        address = reverse(f"visit:{part}", args=[theirs.visit.pk])
    with story.center("north") as ours:
        assert browse(ours, "nurse").get(address).status_code == 404


def test_each_look_at_a_chart_is_on_record(browse):
    with story.center() as cast:
        browse(cast, "nurse").get(reverse("visit:page", args=[cast.visit.pk]))
        seen = AuditEntry.objects.filter(action="chart.read", subject=str(cast.visit.pk))
        assert [entry.actor for entry in seen] == [cast.actors["nurse"].id]
