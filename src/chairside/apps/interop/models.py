"""What came in over the wire, kept: documents byte for byte, each resource in them beside its resolved form, what could not be
used and why, messages and their answers, and how far an import has come."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from chairside.apps.organizations.models import Organization, Site, TenantModel
from chairside.apps.people.models import Patient


class ImportRun(TenantModel):
    """One import that someone asked for: how far it is, and what came of it. Broken off, it is taken up by asking again."""

    class Status(models.TextChoices):
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        STOPPED = "stopped", "Stopped"

    name = models.CharField(max_length=300, help_text="The files as the person named them")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    actor_name = models.CharField(max_length=200)
    status = models.CharField(max_length=8, choices=Status, default=Status.RUNNING)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    files = models.PositiveIntegerField(default=0)
    total_bytes = models.PositiveBigIntegerField(default=0)
    done_bytes = models.PositiveBigIntegerField(default=0)
    imported = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    quarantined = models.PositiveIntegerField(default=0)
    report = models.TextField(blank=True, help_text="What is said at the end, as JSON text")
    problem = models.TextField(blank=True, help_text="Why it stopped, in a sentence")

    class Meta:
        indexes = [models.Index(fields=["organization", "-started_at"], name="import_runs_newest")]


class ReceivedDocument(TenantModel):
    """A file or message as it came. Its bytes are in the pieces of its digest; the same bytes are kept once."""

    class Kind(models.TextChoices):
        BUNDLE = "bundle", "FHIR bundle"
        RESOURCE = "resource", "FHIR resource"
        LINES = "lines", "FHIR resources, one a line"
        MESSAGE = "message", "HL7 v2"
        LOG = "log", "Log of a bulk export"
        UNREADABLE = "unreadable", "Not readable"

    run = models.ForeignKey(ImportRun, null=True, on_delete=models.PROTECT, related_name="documents")
    name = models.CharField(max_length=300)
    kind = models.CharField(max_length=10, choices=Kind)
    digest = models.CharField(max_length=64, help_text="SHA-256 of the bytes")
    size = models.PositiveBigIntegerField(help_text="Bytes, unpacked")
    received_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "digest", "name"], name="document_once_a_name")]


class DocumentPiece(TenantModel):
    """A run of the bytes of a document, packed (zlib). Pieces follow each other without a gap."""

    digest = models.CharField(max_length=64)
    start = models.PositiveBigIntegerField(help_text="Where in the document its first byte stands")
    length = models.PositiveIntegerField(help_text="Bytes, unpacked")
    data = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "digest", "start"], name="piece_once")]


class Resource(TenantModel):
    """A resource as one thing, whatever it said when: the id by which it is known and exported here.

    identity    the key under which the sender's resource is the same one at every repeat
    logical_id  its id in references and exports: the sender's own where that was free
    patient_key the logical id of the Patient resource that it is about, "" for what is about nobody

    No index begins with the organization: PostgreSQL may choose such a one to check a foreign key to (id, organization) while
    the table is young, and keeps that choice as it grows. An import into a new center then took twice as long.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", db_index=False)
    type = models.CharField(max_length=40)
    identity = models.CharField(max_length=400)
    logical_id = models.CharField(max_length=64)
    patient_key = models.CharField(max_length=64, blank=True)
    person = models.ForeignKey(
        Patient, null=True, on_delete=models.PROTECT, related_name="+", help_text="Whom a Patient resource means"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["type", "logical_id", "organization"], name="resource_id_once"),
            models.UniqueConstraint(fields=["identity", "type", "organization"], name="resource_identity_once"),
        ]
        indexes = [models.Index(fields=["patient_key", "organization"], name="resource_of_patient")]


class ReceivedResource(TenantModel):
    """One version of a resource: its resolved form as canonical text, and where its original stands. Append-only."""

    resource = models.ForeignKey(Resource, on_delete=models.PROTECT, related_name="versions")
    version = models.PositiveIntegerField(default=1)
    text = models.TextField(help_text="Canonical JSON, every digit as sent; references that are known here point here")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the text")
    mark = models.CharField(max_length=64, help_text="SHA-256 of the original's bytes")
    remarks = models.TextField(blank=True, help_text="An OperationOutcome as JSON text: what in it cannot be read as meant")
    document = models.ForeignKey(ReceivedDocument, on_delete=models.PROTECT, related_name="+")
    start = models.PositiveBigIntegerField(help_text="Where in the document the original begins, in bytes")
    length = models.PositiveIntegerField(help_text="Bytes of the original")
    source = models.CharField(max_length=300, help_text="File or message, and the entry in it")
    received_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["resource", "version"], name="received_version_once")]


class ResourceToken(TenantModel):
    """An identifier of a directory resource, by which conditional references find it (`Practitioner?identifier=…`)."""

    type = models.CharField(max_length=40)
    token = models.CharField(max_length=400, help_text="system|value")
    logical_id = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "type", "token"], name="token_once")]


class PatientToRead(TenantModel):
    """A patient whose new resources were kept and have not yet been read as facts. Gone once they are."""

    patient_key = models.CharField(max_length=64)
    source = models.CharField(max_length=300)
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "patient_key"], name="to_read_once")]


class Quarantined(TenantModel):
    """Something received that could not be used: kept as it came, with the outcome that says why."""

    source = models.CharField(max_length=300)
    entry = models.CharField(max_length=200, blank=True)
    type = models.CharField(max_length=40, blank=True)
    text = models.TextField(help_text="As it came; what is no text is in the document")
    digest = models.CharField(max_length=64)
    outcome = models.TextField(help_text="An OperationOutcome as JSON text")
    scope = models.CharField(max_length=300, blank=True, help_text="Where its relative references are at home")
    full_url = models.CharField(max_length=300, blank=True)
    if_none_exist = models.CharField(max_length=400, blank=True)
    document = models.ForeignKey(ReceivedDocument, null=True, on_delete=models.PROTECT, related_name="+")
    start = models.PositiveBigIntegerField(default=0)
    length = models.PositiveBigIntegerField(default=0)
    received_at = models.DateTimeField()
    solved_at = models.DateTimeField(null=True)
    solved_by = models.CharField(max_length=300, blank=True, help_text="Who solved it and how, in words")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "digest", "source", "entry"], name="quarantined_once"),
            models.CheckConstraint(
                condition=Q(solved_at=None, solved_by="") | Q(solved_at__isnull=False) & ~Q(solved_by=""),
                name="quarantined_solved_says_how",
            ),
        ]
        indexes = [models.Index(fields=["organization", "solved_at", "-received_at"], name="quarantine_open")]


class ReceivedMessage(TenantModel):
    """An HL7 v2 message, known by sender and control id, with the answer that was given. A repeat gets the same answer."""

    class Status(models.TextChoices):
        ACCEPTED = "accepted", "Accepted"
        REFUSED = "refused", "Refused"  # a dead letter: kept until someone mends what stands in its way, and reads it again

    sender = models.CharField(max_length=200, help_text="Sending application and facility")
    control_id = models.CharField(max_length=200)
    type = models.CharField(max_length=20, help_text="ADT^A04")
    document = models.ForeignKey(ReceivedDocument, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=8, choices=Status)
    answer = models.TextField(help_text="The acknowledgement as sent")
    problem = models.TextField(blank=True, help_text="Why it was refused, in sentences")
    patient = models.ForeignKey(Patient, null=True, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "sender", "control_id"], name="message_once"),
            models.CheckConstraint(
                condition=Q(status="accepted", problem="") | Q(status="refused") & ~Q(problem=""), name="refused_says_why"
            ),
        ]
        indexes = [models.Index(fields=["organization", "status", "-received_at"], name="messages_newest")]
