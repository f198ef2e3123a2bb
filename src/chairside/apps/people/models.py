"""Persons: those who log in and the roles they hold, patients, outside practitioners, and the facts about patients."""

from __future__ import annotations

import uuid

import pghistory
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from chairside.apps.organizations.models import Organization, Site, TenantModel
from chairside.apps.people.device_models import Device as Device
from chairside.apps.people.device_models import QuickEntry as QuickEntry
from chairside.core.access import Role
from chairside.core.kernel.fact import FactKind

ROLES = [(role.value, role.label) for role in Role]
FACT_KINDS = [(kind.value, kind.value) for kind in FactKind]


class UserManager(BaseUserManager["User"]):
    """Makes users; Django's log-in machinery asks for it by this shape."""

    def create_user(self, email: str, password: str | None = None, **fields: object) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser):
    """Someone who logs in. Belongs to one organization; what they may do is in their memberships."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200)
    credentials = models.CharField(max_length=40, blank=True, help_text="As written after the name: RN, PharmD, MD")
    is_active = models.BooleanField(default=True)

    objects = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    def __str__(self) -> str:
        return f"{self.name}, {self.credentials}" if self.credentials else self.name

    def get_full_name(self) -> str:
        return str(self)


@pghistory.track()
class Membership(TenantModel):
    """A role that a person holds at a site."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=24, choices=ROLES)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "site", "role"], name="role_once_a_site")]


class Practitioner(TenantModel):
    """A prescriber or clinician outside: named in referrals, known by NPI."""

    npi = models.CharField(max_length=10, blank=True)
    name = models.CharField(max_length=200)
    practice = models.CharField(max_length=200, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    fax = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "npi"], condition=~models.Q(npi=""), name="practitioner_npi_once")
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class Patient(TenantModel):
    """A patient. What was not recorded is empty, never a default; a partial birth date is kept as text."""

    class Sex(models.TextChoices):
        FEMALE = "female", "Female"
        MALE = "male", "Male"
        OTHER = "other", "Other"
        UNKNOWN = "unknown", "Unknown"

    mrn = models.CharField("record number", max_length=60)
    family = models.CharField("family name", max_length=300)
    given = models.CharField("given names", max_length=300, blank=True)
    birth_date = models.DateField(null=True, blank=True)
    birth_text = models.CharField(max_length=10, blank=True, help_text="The birth date as sent, when it is not a whole date")
    sex = models.CharField(max_length=8, choices=Sex, blank=True)
    language = models.CharField(max_length=12, blank=True)
    interpreter = models.BooleanField(null=True)
    phone = models.CharField(max_length=40, blank=True)
    address = models.TextField(blank=True)
    postal_code = models.CharField(max_length=12, blank=True)
    email = models.CharField(max_length=254, blank=True)
    merged_into = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="merged", help_text="The record that is kept, while merged"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "mrn"], name="mrn_once"),
            models.CheckConstraint(condition=~models.Q(merged_into=models.F("id")), name="not_merged_into_itself"),
        ]
        indexes = [
            models.Index(fields=["organization", "family", "given"], name="patient_by_name"),
            # what a new patient is compared by with those who are known (duplicates.py)
            models.Index(fields=["birth_date", "organization"], name="patient_by_birth"),
            models.Index(fields=["phone", "organization"], name="patient_by_phone"),
            models.Index(fields=["postal_code", "organization"], name="patient_by_postal_code"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return f"{self.family}, {self.given}" if self.given else self.family

    @property
    def initials(self) -> str:
        """For screens that anybody may see: a wall, a locked tablet."""
        return " ".join(f"{part[0]}." for part in (self.given, self.family) if part)


class PatientIdentifier(TenantModel):
    """Another number by which a patient is known elsewhere."""

    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="identifiers")
    system = models.CharField(max_length=300)
    value = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "system", "value"], name="identifier_once")]


class PatientMerge(TenantModel):
    """Two records found to be one person: which was kept, who said so. Undone by a person; no row of either ever moves."""

    kept = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    merged = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = models.CharField(max_length=200, help_text="The person or the message that said so")
    reason = models.TextField()
    undone_at = models.DateTimeField(null=True)
    undone_by = models.CharField(max_length=200, blank=True)
    undone_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "merged"], condition=models.Q(undone_at=None), name="merged_once_at_a_time"
            ),
            models.CheckConstraint(condition=~models.Q(kept=models.F("merged")), name="merge_of_two_records"),
            models.CheckConstraint(
                condition=models.Q(undone_at=None, undone_by="", undone_reason="")
                | models.Q(undone_at__isnull=False) & ~models.Q(undone_by="") & ~models.Q(undone_reason=""),
                name="undone_merge_says_who_and_why",
            ),
        ]


class LikelyDuplicate(TenantModel):
    """Two records that may be one person, for someone to look at. `one` is the older record."""

    class Decision(models.TextChoices):
        SAME = "same", "The same person"
        DIFFERENT = "different", "Two different people"

    one = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="+")
    score = models.PositiveSmallIntegerField(help_text="How much speaks for it, 0 to 100")
    reasons = models.TextField(help_text="What agrees and what differs, a line each")
    found_at = models.DateTimeField()
    decision = models.CharField(max_length=10, choices=Decision, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=200, blank=True)
    decided_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "one", "other"], name="likely_pair_once"),
            models.CheckConstraint(condition=~models.Q(one=models.F("other")), name="pair_of_two_records"),
            models.CheckConstraint(
                condition=models.Q(decision="", decided_at=None, decided_by="")
                | ~models.Q(decision="") & models.Q(decided_at__isnull=False) & ~models.Q(decided_by=""),
                name="decided_pair_says_who",
            ),
        ]
        indexes = [models.Index(fields=["organization", "decision", "-score"], name="duplicates_to_review")]


@pghistory.track()
class Contact(TenantModel):
    """Someone to speak with about a patient, as sent or recorded."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="contacts")
    name = models.CharField(max_length=300)
    relationship = models.CharField(max_length=100, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    source = models.CharField(max_length=200)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "patient", "source"], name="contact_source_once")]


@pghistory.track()
class Document(TenantModel):
    """A note, card, report or picture about a patient: what it is, and where its content was received."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="documents")
    title = models.CharField(max_length=300)
    kind = models.CharField(max_length=200, blank=True)
    on = models.DateField(null=True)
    media = models.CharField(max_length=100, blank=True, help_text="The media type of the content")
    source = models.CharField(max_length=200)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "patient", "source"], name="document_source_once")]


class Fact(TenantModel):
    """One recorded fact about a patient (core.kernel.fact.Fact). Never edited: a correction names the old one."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="facts")
    kind = models.CharField(max_length=12, choices=FACT_KINDS)
    code = models.CharField(max_length=80)
    amount = models.DecimalField(max_digits=24, decimal_places=8, null=True)
    exact = models.CharField(max_length=40, blank=True, help_text="The number as it was written, digit for digit")
    word = models.CharField(max_length=200, blank=True)
    unit = models.CharField(max_length=40, blank=True)
    on = models.DateField(help_text="The day it holds for, in the site's zone")
    at = models.DateTimeField(null=True, help_text="The moment, where one was recorded with a zone")
    status = models.CharField(max_length=20, default="final")
    note = models.TextField(blank=True)
    lower = models.DecimalField(max_digits=24, decimal_places=8, null=True)
    upper = models.DecimalField(max_digits=24, decimal_places=8, null=True)
    before_dose = models.PositiveIntegerField(null=True)
    display = models.CharField(max_length=300, blank=True, help_text="What it was called where it came from")
    coded = models.CharField(max_length=200, blank=True, help_text="Its code where it came from: system|code")
    source = models.CharField(
        max_length=200, help_text="Where it came from: a received resource, or the person who recorded it"
    )
    recorded_at = models.DateTimeField()
    corrects = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="corrected_by")

    class Meta:
        indexes = [models.Index(fields=["patient", "kind", "code", "-on"], name="fact_latest")]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "patient", "source", "kind", "code"],
                condition=models.Q(source__startswith="fhir:"),
                name="received_fact_once",
            )
        ]
