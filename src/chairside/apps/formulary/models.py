"""Protocol releases, a site's layers over them, and how each came to be ordered by: review, approval, withdrawal.

Every row stays as it was written. A release of ours belongs to everybody; whatever an organization says about it is its own.
"""

from __future__ import annotations

from functools import lru_cache

import pgtrigger
from django.db import models
from django.db.models import Q

from chairside.apps.formulary.triggers import APPROVED_AFTER_REVIEW, REVIEWED_IN_ORDER
from chairside.apps.organizations.context import current
from chairside.apps.organizations.models import Site, TenantModel
from chairside.apps.people.models import User


class LayerVersion(TenantModel):
    """One version of a site's layer: the file's text as it is. A change is another version."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="layers")
    number = models.PositiveIntegerField()
    version = models.CharField(max_length=60, help_text="As the file calls itself")
    sha256 = models.CharField(max_length=64)
    text = models.TextField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "number"], name="layer_number_once_a_site"),
            models.UniqueConstraint(fields=["organization", "sha256"], name="layer_text_once"),
        ]

    def __str__(self) -> str:
        return f"the layer {self.version}"


class ProtocolRelease(models.Model):
    """One version of one protocol as it was loaded, or that version with a site's layer. Plans and visits pin its hash.

    A global table. One of ours has a text. One with a layer holds nothing of the layer but its hash: who holds that layer can
    read it, and it says nothing to anybody else.
    """

    sha256 = models.CharField(primary_key=True, max_length=64)
    protocol = models.CharField(max_length=80)
    version = models.CharField(max_length=20)
    status = models.CharField(max_length=10, choices=[(s, s) for s in ("draft", "reviewed", "approved")])
    name = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    loaded_at = models.DateTimeField()
    base = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="layered")
    layer_sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [models.Index(fields=["protocol", "-loaded_at"], name="release_latest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(base=None, layer_sha256="") & ~Q(text="") | Q(base__isnull=False, text="") & ~Q(layer_sha256=""),
                name="release_of_ours_or_with_a_layer",
            )
        ]

    def __str__(self) -> str:
        return f"{self.protocol} {self.version}" + (f" with {self.layer}" if self.layer else "")

    @property
    def layer(self) -> LayerVersion | None:
        """The layer that is over it, where this organization holds it."""
        return layer_held(current().organization, self.layer_sha256) if self.layer_sha256 else None


@lru_cache(maxsize=256)
def layer_held(organization: str, sha256: str) -> LayerVersion | None:
    """A layer by its hash, read once a process: it never changes. The organization is the connection's own."""
    return LayerVersion.objects.select_related("site").filter(organization__id=organization, sha256=sha256).first()


class ReviewEntry(TenantModel):
    """One entry in the review of a release of ours, or of a site's layer: a query, an answer, or an acceptance."""

    class Kind(models.TextChoices):
        QUERY = "query", "Query"
        ANSWER = "answer", "Answer"
        ACCEPTED = "accepted", "Accepted"

    release = models.ForeignKey(ProtocolRelease, null=True, on_delete=models.PROTECT, related_name="review")
    layer = models.ForeignKey(LayerVersion, null=True, on_delete=models.PROTECT, related_name="review")
    number = models.PositiveIntegerField(help_text="Its place in the thread, from 1")
    kind = models.CharField(max_length=8, choices=Kind)
    place = models.CharField(max_length=200, blank=True, help_text="The line of the sheet that a query is about")
    text = models.TextField(blank=True)
    query = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="answers")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(release=None) ^ Q(layer=None), name="review_is_of_one_thing"),
            models.UniqueConstraint(fields=["organization", "release", "number"], name="review_number_once_a_release"),
            models.UniqueConstraint(fields=["layer", "number"], name="review_number_once_a_layer"),
            models.CheckConstraint(
                condition=Q(kind="query", query=None) & ~Q(text="") & ~Q(place="")
                | Q(kind="answer", query__isnull=False, place="") & ~Q(text="")
                | Q(kind="accepted", query=None, place=""),
                name="review_entry_says_what_its_kind_needs",
            ),
        ]
        triggers = [pgtrigger.Trigger(name="in_order", when=pgtrigger.Before, operation=pgtrigger.Insert, **REVIEWED_IN_ORDER)]


class Approval(TenantModel):
    """The medical director's approval of a release, or of a layer, for a site. The newest one of its kind holds there.

    `protocol` is the release's, and empty for a layer. A release is named with the layer that is over it, by one hash.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="approvals")
    protocol = models.CharField(max_length=80, blank=True)
    number = models.PositiveIntegerField(help_text="Counts the approvals of this protocol, or of layers, at the site")
    release = models.ForeignKey(ProtocolRelease, null=True, on_delete=models.PROTECT, related_name="approvals")
    layer = models.ForeignKey(LayerVersion, null=True, on_delete=models.PROTECT, related_name="approvals")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    note = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(release__isnull=False, layer=None) & ~Q(protocol="")
                | Q(release=None, layer__isnull=False, protocol=""),
                name="approval_is_of_one_thing",
            ),
            models.UniqueConstraint(fields=["site", "protocol", "number"], name="approval_number_once"),
        ]
        indexes = [models.Index(fields=["site", "protocol", "-number"], name="approval_newest")]
        triggers = [
            pgtrigger.Trigger(name="after_review", when=pgtrigger.Before, operation=pgtrigger.Insert, **APPROVED_AFTER_REVIEW)
        ]


class Withdrawal(TenantModel):
    """An approval taken back, with the reason. Nothing stands in its place until something is approved again."""

    approval = models.OneToOneField(Approval, on_delete=models.PROTECT, related_name="withdrawal")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.TextField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="withdrawal_has_a_reason")]
