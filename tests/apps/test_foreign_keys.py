"""The journey flows forward: no foreign key points at a later app. Import rules cannot see keys written as text."""

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models
from django.test.utils import isolate_apps

# Apps of one rank may not point at each other (architecture.md, import rule 3).
ORDER = (
    "organizations", "audit", "people", "formulary", "intake", "coverage plans", "clearance", "scheduling stock", "visit",
    "charges guide", "chart", "interop", "reports",
)  # fmt: skip
RANK = {app: rank for rank, group in enumerate(ORDER) for app in group.split()}


def forward_keys(found: list[type[models.Model]]) -> list[str]:
    """Keys that point forward, or sideways at an app of the same rank."""
    wrong = []
    for model in found:
        here = model._meta.app_label
        for field in model._meta.get_fields():
            if not isinstance(field, models.ForeignKey | models.ManyToManyField):
                continue
            there = field.related_model._meta.app_label
            if here in RANK and there in RANK and here != there and RANK[there] >= RANK[here]:
                wrong.append(f"{model._meta.label}.{field.name} points at {there}")
    return wrong


def ours() -> list[type[models.Model]]:
    return [model for model in apps.get_models(include_auto_created=True) if model._meta.app_label in RANK]


def test_every_app_has_its_rank():
    assert set(settings.APPS) == set(RANK)


def test_no_foreign_key_points_forward():
    assert len(ours()) > 30
    assert forward_keys(ours()) == []


def test_no_key_of_ours_points_at_an_app_that_is_not_ours_but_the_history_itself():
    outside = {
        (field.related_model._meta.app_label, model._meta.label)
        for model in ours()
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey) and field.related_model._meta.app_label not in RANK
    }
    assert {app for app, _ in outside} <= {"pghistory"}


@pytest.mark.parametrize("target", ["visit.Visit", "coverage.Coverage"])
def test_a_planted_forward_or_sideways_key_is_caught(target):
    with isolate_apps("chairside.apps.plans"):

        class Planted(models.Model):
            wrong = models.ForeignKey(apps.get_model(target), on_delete=models.PROTECT, related_name="+")

            class Meta:
                app_label = "plans"

        assert forward_keys([Planted]) == [f"plans.Planted.wrong points at {target.split('.')[0]}"]
